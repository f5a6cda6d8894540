"""Pages from templates, and what every page of the mock's own needs: JSON that is read, mistakes that are told."""

from __future__ import annotations

from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import HTMLResponse

from adcontract import UsageError
from adcontract_mock.http.response import mock_response
from adcontract_mock.preferences.registry import InvalidPreference

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from jinja2 import Environment
    from starlette.requests import Request
    from starlette.responses import Response

FILES = Path(__file__).parent / "files"

_POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""Only scripts and styles that come with the mock: whatever stands in a contract or a request is text."""


def page(template: str, **values: Any) -> HTMLResponse:
    """Return a page made from a template in this folder; every value is escaped."""
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(render(template, **values), headers=headers)


def render(template: str, **values: Any) -> str:
    """Return what a template in this folder makes of values; every value is escaped."""
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
    """Return the JSON that a request carries.

    Raises:
        UsageError: if it is none.
    """
    try:
        return orjson.loads(await request.body())
    except orjson.JSONDecodeError as error:
        raise UsageError(f"The body is no JSON: {error.msg}.") from None


def usable(endpoint: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Any]]:
    """Return an endpoint that answers what it cannot use with 400 and what there is."""

    @wraps(endpoint)
    async def either(request: Request) -> Any:
        try:
            return await endpoint(request)
        except UsageError as error:
            return mock_response(400, str(error), message=str(error))
        except InvalidPreference as invalid:
            return invalid.response

    return either
