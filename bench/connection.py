"""A connection to a mock that takes little time itself: what is measured over it is the mock's."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PATIENCE = 120


class Connection:
    """A connection to the mock, which is opened anew when it has ended."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, method: str, path: str, headers: Mapping[str, str], body: str = "") -> tuple[int, bytes]:
        """Send a request, and return the status and the body of the response, or 0 if the connection breaks."""
        data = body.encode()
        named = {"Host": "localhost", **headers, "Content-Length": str(len(data))}
        lines = [f"{method} {path} HTTP/1.1", *map(": ".join, named.items())]
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._sent("\r\n".join(lines).encode() + b"\r\n\r\n" + data)
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            return 0, b""

    async def _sent(self, request: bytes) -> tuple[int, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=2**24)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        if b"connection: close" in head:
            self.close()
        return int(head.split()[1]), body

    def close(self) -> None:
        """End the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
