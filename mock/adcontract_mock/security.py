"""Credentials: how each security scheme of OpenAPI 3.0.3 carries them, for Connexion to read and a client to write."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any

from adcontract_mock._connexion import NO_VALUE

if TYPE_CHECKING:
    from collections.abc import Callable


def security_map(token: str | None) -> dict[str, Callable[[], Any]]:
    """Return the handlers of security schemes for Connexion: any that is not empty is good, or only `token`."""
    return {kind: lambda: _Handler(token) for kind in ("apiKey", "basic", "bearer", "oauth2", "openIdConnect")}


class _Handler:
    """A handler of security schemes, as Connexion's `SecurityHandlerFactory` calls it."""

    def __init__(self, token: str | None) -> None:
        self.token = token

    def get_fn(self, scheme: dict[str, Any], _scopes: list[str]) -> Callable[[Any], Any]:
        """Return what tells who sent a request, or NO_VALUE where it has no good credentials."""

        def check(request: Any) -> Any:
            credential = _sent(scheme, request)
            good = bool(credential) if self.token is None else credential == self.token
            return {"sub": "client"} if good else NO_VALUE

        return check


def _sent(scheme: dict[str, Any], request: Any) -> str:
    """Return the credential in a request under `scheme`, empty for none."""
    if scheme["type"] == "apiKey":
        name = scheme["name"]
        if scheme["in"] == "query":
            return str(request.query_params.get(name) or "")
        if scheme["in"] == "cookie":
            return _cookie(request.headers.get("cookie", ""), name)
        return str(request.headers.get(name, "")).strip()
    word, _, credential = request.headers.get("authorization", "").strip().partition(" ")
    return credential.strip() if word.lower() == _word(scheme) else ""


def _cookie(text: str, name: str) -> str:
    try:
        morsel = SimpleCookie(text).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _word(scheme: dict[str, Any]) -> str:
    """Return the authentication scheme before the credential in `Authorization` (RFC 9110, 11.4), in lower case."""
    return str(scheme.get("scheme", "bearer")).lower()


def credential_header(scheme: dict[str, Any], credential: str) -> tuple[str, str] | None:
    """Return the header in which a client sends `credential` under `scheme`; None where it goes into the query."""
    if scheme["type"] != "apiKey":
        return "Authorization", f"{_word(scheme).capitalize()} {credential}"
    return {"header": (scheme["name"], credential), "cookie": ("Cookie", f"{scheme['name']}={credential}")}.get(
        scheme["in"]
    )
