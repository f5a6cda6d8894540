"""Pages from templates, JSON bodies, and responses to requests that the pages cannot use."""

from __future__ import annotations

from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import HTMLResponse

from adcontract import UsageError
from adcontract_mock.http.response import mock_response
from adcontract_mock.preferences.registry import InvalidPreference
from adcontract_mock.state.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from jinja2 import Environment
    from starlette.requests import Request

FILES = Path(__file__).parent / "files"

_POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""Only scripts and styles of the mock run; anything from a contract or a request is text."""


def page(template: str, **values: Any) -> HTMLResponse:
    """Return a page from a template in this folder; every value is escaped."""
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(render(template, **values), headers=headers)


def render(template: str, **values: Any) -> str:
    """Return the text of a template in this folder with these values, which are escaped."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


async def json_body(request: Request) -> Any:
    """Return the JSON body of a request.

    Raises:
        UsageError: if it is not valid JSON.
    """
    try:
        return orjson.loads(await request.body())
    except orjson.JSONDecodeError as error:
        raise UsageError(f"The body is not valid JSON: {error.msg}.") from None


def usable(endpoint: Callable[[Request], Awaitable[Any]]) -> Callable[[Request], Awaitable[Any]]:
    """Return an endpoint that responds to unusable requests with a 400 and the possible values."""

    @wraps(endpoint)
    async def either(request: Request) -> Any:
        try:
            return await endpoint(request)
        except UsageError as error:
            return mock_response(400, str(error), message=str(error))
        except InvalidPreference as invalid:
            return invalid.response
        except StateError as error:
            return error.response()

    return either
