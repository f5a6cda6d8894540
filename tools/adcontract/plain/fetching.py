"""A document of a user's own that a server on this machine has."""

from __future__ import annotations

import hashlib
import http.client
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

import platformdirs

from adcontract.errors import UsageError
from adcontract.files.source import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOSTS = ("127.0.0.1", "localhost", "::1")
_SECONDS = 10
_ACCEPT = "application/vnd.oai.openapi+json, application/json, application/yaml, text/yaml, */*;q=0.1"


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def is_url(text: str) -> bool:
    """Return whether a text is a URL of HTTP."""
    return text.lower().startswith(("http://", "https://"))


def fetch(url: str) -> Path:
    """Return a copy of the document at `url`, in the user's cache.

    Raises:
        UsageError: if it is not on this machine, does not answer with a document, or has more than 50 MB.
    """
    parts = urlsplit(url)
    if parts.hostname not in _HOSTS:
        raise UsageError(
            f"{url}: documents are read from this machine only, not from {parts.hostname}. "
            "Save it to a file, and name that."
        )
    opener = build_opener(_NoRedirect, ProxyHandler({}))
    try:
        with opener.open(Request(url, headers={"Accept": _ACCEPT}), timeout=_SECONDS) as answer:
            body, headers = answer.read(MOST_BYTES + 1), dict(answer.headers)
    except HTTPError as error:
        error.close()
        raise UsageError(f"{url}: the server answers {error.code}. Correct the path.") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise UsageError(f"{url}: no document comes: {getattr(error, 'reason', error)}. Start the server.") from None
    if len(body) > MOST_BYTES:
        raise UsageError(f"{url}: the document is larger than {MOST_BYTES // 1_000_000} MB. Divide it.")
    file = _folder() / hashlib.sha256(url.encode()).hexdigest()[:16] / _name(parts.path, headers, body)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
    return file


def is_fetched(file: Path) -> bool:
    """Return whether a file is a copy that `fetch` has made."""
    return file.is_relative_to(_folder())


def _folder() -> Path:
    return platformdirs.user_cache_path("adcontract", appauthor=False) / "fetched"


def _name(path: str, headers: Mapping[str, str], body: bytes) -> str:
    """Return the name of a file for a document, whose suffix says how it is written."""
    is_json = "json" in headers.get("Content-Type", "") or body.lstrip()[:1] == b"{"
    return f"{Path(path).stem or 'openapi'}.{'json' if is_json else 'yaml'}"
