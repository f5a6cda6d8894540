"""A bare Starlette application that returns given responses without looking at the request: the mock's yardstick."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request


def main(responses: str, port: str) -> None:
    """Serve on `port` the responses in a JSON file: each has `method`, `path`, `status`, `headers` and `body`."""
    app = Starlette(routes=[_route(**each) for each in json.loads(Path(responses).read_text(encoding="utf-8"))])
    uvicorn.run(
        app,
        port=int(port),
        backlog=2048,
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )


def _route(method: str, path: str, status: int, headers: dict[str, Any], body: str) -> Route:
    content = body.encode()

    async def endpoint(_: Request) -> Response:
        return Response(content, status, headers)

    return Route(path, endpoint, methods=[method])


if __name__ == "__main__":
    main(*sys.argv[1:])
