"""Removing credentials, and e-mail addresses where a payload is kept, from what is shown or written."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import orjson

from adcontract.contract.secret_forms import Secrets, basic_secrets, is_secret_name
from adcontract.contract.security import BASIC

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from adcontract import SecurityScheme

REDACTED = "[redacted]"

_HEADERS = frozenset(("authorization", "proxy-authorization", "cookie", "set-cookie"))
_SCHEMES = frozenset(("basic", "bearer", "digest", "token"))

_CUTS = ("...", "…", r"\u2026")
"""What stands for the rest of a text that was too long."""

# no pattern begins twice in one word, so that a long text takes no longer than its length
_EMAIL = re.compile(r"(?<![\w.+-])([\w.+-]++)(@|%40)((?:[\w-]++\.)+[A-Za-z]{2,})")
_EXAMPLE = re.compile(r"(?:.*\.)?example(?:\.(?:com|net|org))?|.*\.(?:test|invalid)", re.IGNORECASE)
_JWT = re.compile(r"(?<![\w-])(?=[\w-]++\.[\w-])([\w-]*?)\beyJ[\w-]++(?:\.[\w-]++)+")
_PRIVATE_KEY = re.compile(r"(?<=PRIVATE KEY-----)(?!-)[^-]++")
_USER = re.compile(r"(?:(?<=://)|(?<=:\\/\\/))[^/?#\s\"'<>]*@")
"""The user, and perhaps a password, in a URL."""

_STRING = r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)'
_LIST = rf'\[(?:{_STRING}|[^\[\]{{}}"])*+(?:\]|\Z)'
# a text that is no name is passed as a whole, up to the quote at its end, which may be the first one of a name
_JSON_MEMBER = re.compile(
    rf'"(?P<name>(?:[^"\\]|\\.)*+)(?:"\s*+:\s*+(?P<value>{_STRING}|{_LIST}|[^\s,\[\]{{}}"]++))?', re.DOTALL
)
_JSON_IN_TEXT = [
    re.compile(
        rf'(?<!\\){quote}(?P<name>[^"\\]++){quote}\s*+:\s*+'
        rf'(?P<value>{quote}(?:(?!(?<!\\){quote}).)*+(?:{quote}|\Z)|[^\s,\[\]{{}}"\\]++)',
        re.DOTALL,
    )
    for quote in (r'\\"', r'\\{3}"', r'\\{7}"')
]
"""JSON in a text of JSON, in one of such a text, and so on: their quotes are behind 1, 3 and 7 backslashes."""

_BREAKS = r"?&;,#(|{\s\"'<"
"""What stands before a name in a query, a form or a text."""

_ESCAPED = r"\\[^\"rn\s]"
"""A character as JSON escapes it in a text, except the one at whose end the text may be."""

_NAME = rf"[^{_BREAKS}=>]"
_PAIR = re.compile(
    rf"(?<![^{_BREAKS}])(?P<name>{_NAME}++)=(?P<value>(?:[^&;#?,\s\"'<>\\]++|{_ESCAPED}|[?,](?!{_NAME}++=))*+)"
)
_LEADING = re.compile(r"[=@\"]|%(?:3d|40|22)", re.IGNORECASE)
"""What a value has that is a URL, a form or JSON with a credential in it."""

_LINE = re.compile(rf"(?<![\w-])(?P<name>[\w-]++): ++(?P<value>(?:[^\r\n\"'<\\]++|{_ESCAPED})++)")
_PART = re.compile(
    r'(?:(?<=\n)|\A)content-disposition:[^\r\n]*?\bname="(?P<name>[^"\r\n]*+)"[^\r\n]*+(?:\r?\n[^\r\n]++)*+\r?\n\r?\n'
    r"(?P<value>.*?)(?=\r?\n--|\Z)",
    re.DOTALL | re.IGNORECASE,
)


_LEVELS = 50
"""How deep secrets are looked for in a JSON value."""

_SHORT = 4
"""A shorter text is a secret only where it is named like one, and may stand elsewhere by chance."""


class Redaction:
    """Removes credentials from the usual headers, and from wherever a client puts those of a contract's schemes.

    A header, a parameter of a query or a field of a body counts as a secret if it is named like the key of a scheme, in
    any case and in the wrong place too, or as secrets are named, or if the contract says that it is a password. A known
    token is removed from anything.
    """

    def __init__(
        self,
        schemes: Iterable[SecurityScheme],
        token: str | None = None,
        learned: Iterable[str] = (),
        passwords: Iterable[str] = (),
    ) -> None:
        """Take the security schemes of all contracts, whose names count on every path, and the token if it is known.

        `learned` are further secrets, which clients have sent, and `passwords` the names of fields that hold one.
        """
        known = list(schemes)
        self._names = frozenset((*passwords, *(scheme.key.lower() for scheme in known)))
        # ASGI gives headers and paths as bytes, which are shown as Latin-1
        secrets = [token, token.encode().decode("latin-1"), *basic_secrets(token)] if token else []
        if token and not any(scheme.word == BASIC for scheme in known):
            secrets.remove(token.partition(":")[2])
        secrets += [form for each in learned for form in (each, each.encode().decode("latin-1"))]
        self._beginnings = [token[:size] for size in range(len(token) - 1, 3, -1)] if token else []
        self._secrets = Secrets(dict.fromkeys(secrets, REDACTED))

    def headers(self, raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
        """Return headers by lower-case name; those of one name are joined by commas (RFC 9110, 5.3)."""
        shown: dict[str, str] = {}
        for key, line in raw:
            name, value = self.text(key.decode("latin-1").lower()), line.decode("latin-1")
            if name in _HEADERS or self.is_secret(name):
                value = _without_credential(value)
            else:
                value = self.text(_PAIR.sub(self._without_value(unquote_plus), value))
            shown[name] = f"{shown[name]}, {value}" if name in shown else value
        return shown

    def query(self, raw: bytes) -> str:
        """Return a query string as it was sent, without the values of credentials."""
        return self.text("&".join(self._pair(pair) for pair in raw.decode("latin-1").split("&")))

    def sent(self, body: bytes, *, cut: bool = False) -> bytes:
        """Return the body of a request, or of a real server, without credentials; `cut` if only its beginning.

        It may be JSON or a form.
        """
        text = body.decode("utf-8", "surrogateescape")
        for each in _in_json(text, self.is_secret):
            text = text.replace(each, f'"{REDACTED}"')
        text = self._without_secrets(text)
        found = self.body(text.encode("utf-8", "surrogateescape"))
        rest = next((each for each in map(str.encode, self._beginnings) if found.endswith(each)), b"") if cut else b""
        return found.removesuffix(rest) + (REDACTED.encode() if rest else b"")

    def body(self, body: bytes) -> bytes:
        """Return any body without the token."""
        return self._secrets.body(body)

    def text(self, text: str) -> str:
        """Return a text without the token, and without its beginning where the text was cut in its middle."""
        found = self._secrets.text(text)
        for cut in (each for each in _CUTS if each in found):
            for beginning in self._beginnings:
                found = found.replace(f"{beginning}{cut}", f"{REDACTED}{cut}")
        return found

    def message(self, text: str) -> str:
        """Return a message that has values of a client, without those that are credentials."""
        return self.text(self._without_secrets(text))

    def everywhere(self, value: Any) -> Any:
        """Return a JSON value without the token in any of its texts and names."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            # a plain word is a name of ours
            return {
                name if name.isidentifier() else self.text(name): self.everywhere(each) for name, each in value.items()
            }
        return [self.everywhere(each) for each in value] if isinstance(value, list | tuple) else value

    def payloads(self, *values: Any) -> list[Any]:
        """Return JSON values as they may be published: without secrets, and with other e-mail addresses.

        One address becomes the same address at example.com in all of the values.
        """
        addresses: dict[str, str] = {}
        return [self._published(value, addresses) for value in values]

    def _published(self, value: Any, addresses: dict[str, str], *, is_secret: bool = False) -> Any:
        if isinstance(value, dict):
            return {
                self._publishable(name, addresses): self._published(
                    each, addresses, is_secret=is_secret or self.is_secret(name)
                )
                for name, each in value.items()
            }
        if isinstance(value, list | tuple):
            return [self._published(each, addresses, is_secret=is_secret) for each in value]
        if is_secret and value and not isinstance(value, bool):
            return REDACTED if isinstance(value, str) else 0
        return self._publishable(value, addresses) if isinstance(value, str) else value

    def _publishable(self, text: str, addresses: dict[str, str]) -> str:
        def other(match: re.Match[str]) -> str:
            name, at, host = match.groups()
            if _EXAMPLE.fullmatch(host):
                return match[0]
            number = len(addresses) + 1
            user = addresses.setdefault(f"{name}@{host}".lower(), "creator" if number == 1 else f"creator{number}")
            return f"{user}{at}example.com"

        return _EMAIL.sub(other, self._without_secrets(self.text(text)))

    def _without_secrets(self, text: str) -> str:
        """Return a text without what has the name of a credential, or looks like one."""
        text = _JSON_MEMBER.sub(self._without_value(_of_json, f'"{REDACTED}"'), text)
        text = _PAIR.sub(self._without_pair, text)
        for pattern in (*_JSON_IN_TEXT, _LINE, _PART):
            text = pattern.sub(self._without_value(unquote_plus), text)
        text = _PRIVATE_KEY.sub(REDACTED, _JWT.sub(rf"\1{REDACTED}", text))
        return _USER.sub(f"{REDACTED}@", text)

    def is_secret(self, name: str) -> bool:
        """Return whether a header, a parameter or a field of that name is a credential."""
        return name.lower() in self._names or is_secret_name(name)

    def _pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        return f"{name}={REDACTED}" if equals and self._is_secret_pair(name, value) else pair

    def _is_secret_pair(self, name: str, value: str) -> bool:
        """Return whether a pair of a query is a credential, or has one in a URL, a form or JSON that is its value."""
        if self.is_secret(unquote_plus(name)):
            return True
        if not _LEADING.search(value):
            return False
        plain = unquote_plus(value)
        without = _JSON_MEMBER.sub(self._without_value(_of_json), _PAIR.sub(self._without_value(unquote_plus), plain))
        return plain != without or bool(_USER.search(plain))

    def _without_pair(self, match: re.Match[str]) -> str:
        is_secret = self._is_secret_pair(match["name"], match["value"])
        return f"{match['name']}={REDACTED}" if is_secret else match[0]

    def _without_value(
        self, read_name: Callable[[str], str], redacted: str = REDACTED
    ) -> Callable[[re.Match[str]], str]:
        """Return a function that replaces the `value` in a match with a `name`, if that is a credential."""

        def replaced(match: re.Match[str]) -> str:
            if match["value"] is None or not self.is_secret(read_name(match["name"])):
                return match[0]
            return f"{match.string[match.start() : match.start('value')]}{redacted}"

        return replaced


def _of_json(name: str) -> str:
    try:
        return str(orjson.loads(f'"{name}"'))
    except ValueError:
        return name


def texts_named(
    value: Any, is_secret_name: Callable[[str], bool], *, is_secret: bool = False, levels: int = _LEVELS
) -> Iterator[str]:
    """Yield every text in a JSON value that is in a member with the name of a secret, however deep."""
    if isinstance(value, str):
        yield from (value,) if is_secret else ()
    elif levels and isinstance(value, dict):
        for name, each in value.items():
            named = is_secret or is_secret_name(name)
            yield from texts_named(each, is_secret_name, is_secret=named, levels=levels - 1)
    elif levels and isinstance(value, list | tuple):
        for each in value:
            yield from texts_named(each, is_secret_name, is_secret=is_secret, levels=levels - 1)


def _in_json(text: str, is_secret_name: Callable[[str], bool]) -> set[str]:
    """Return the secrets in a JSON document as they are written there, nothing of another text."""
    try:
        found = {each for each in texts_named(json.loads(text), is_secret_name) if len(each) >= _SHORT}
    except (ValueError, RecursionError):
        return set()
    return {json.dumps(each, ensure_ascii=is_ascii) for each in found for is_ascii in (True, False)}


def _without_credential(line: str) -> str:
    """Return the value of a header without the credential in it: `Bearer [redacted]`."""
    word, space, _ = line.strip().partition(" ")
    return f"{word} {REDACTED}" if space and word.lower() in _SCHEMES else REDACTED
