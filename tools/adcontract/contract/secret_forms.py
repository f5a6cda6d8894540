"""Secrets in texts: found in every form in which a message may hold them, and replaced."""

from __future__ import annotations

import base64
import json
import re
from functools import lru_cache
from html.entities import codepoint2name
from typing import TYPE_CHECKING, Any

from adcontract.contract.security import basic_credential

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SHORT = 8
"""A secret with fewer characters is replaced as a whole word only: others have its letters in them by chance."""

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SECRET_NAME = re.compile(
    r"(?:.* )?(?:auth(?:orization|token)?|(?:access|api)(?:key|token)|cookie|credential|csrf|cvc|cvv|jwt|otp|pin|pwd"
    r"|pass(?:code|phrase|wd|word)|secret|session ?id|signature|token|xsrf"
    r"|(?:access|activation|api|encryption|license|private|secret|shared|signing) (?:\w+ )*key)s?"
    r"(?: (?:encrypted|hash|hashed|plain|value))*"
)
_OF_PAGES = re.compile(r"\b(?:after|before|continuation|cursor|next|offset|page|prev|previous|sync)\b")

_SECRET_TEXT = re.compile(r"(?<![\w-])eyJ[\w-]++\.[\w-]|PRIVATE KEY-----|://[^/?#\s\"'<>]*@")
_NAMED = re.compile(r"(?<![\w-])([\w-]++)\\*+[\"']?\s*+[=:]")
_READ = 2_000
"""The characters of a message that are searched for secrets: where it is longer, it has the beginning of its value."""

_WORD = "A-Za-z0-9_"
_BEFORE = rf"(?:(?<![{_WORD}])|(?<=%[0-9A-Fa-f]{{2}})|(?<=\\[bfnrt])|(?<=\\u[0-9A-Fa-f]{{4}}))"
_AFTER = rf"(?![{_WORD}])"


def is_secret_name(name: str) -> bool:
    """Return whether a header, a parameter or a field of that name holds a secret: `clientSecret`, not `token_type`."""
    words = " ".join(_WORDS.findall(name)).lower()
    return bool(_SECRET_NAME.fullmatch(words)) and not _OF_PAGES.search(words)


def without_secret(message: str, value: Any, name: str = "", *, is_secret: bool = False) -> str:
    """Return a message about a JSON value without it, if it is secret or has a secret in it.

    It is one if `is_secret`, or by the `name` of its field. A text has one if it looks like one, or names one.
    """
    if not (is_secret or is_secret_name(name) or _has_secret(value) or _shows_secret(message[:_READ])):
        return message
    shown = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return message.replace(shown, "the value", 1) if shown in message else "does not fit"


def _has_secret(value: Any) -> bool:
    if isinstance(value, dict):
        return any(is_secret_name(name) or _has_secret(each) for name, each in value.items())
    return isinstance(value, list) and any(map(_has_secret, value))


def _shows_secret(message: str) -> bool:
    return bool(_SECRET_TEXT.search(message)) or any(map(is_secret_name, _NAMED.findall(message)))


class Secrets:
    """Replaces secrets by the mark of each: as they are, and as JSON, HTML, URLs, cookies and Python write them."""

    def __init__(self, marks: Mapping[str, str]) -> None:
        """Take the secrets, each with its mark. A mark that is already in a text stays as it is."""
        known = sorted(filter(None, marks), key=len, reverse=True)
        self._marks = {f"s{number}": marks[secret] for number, secret in enumerate(known)}
        groups = [f"(?P<s{number}>{_pattern(secret)})" for number, secret in enumerate(known)]
        text = "|".join([*map(re.escape, sorted(set(marks.values()))), *groups])
        self._text, self._bytes = re.compile(text), re.compile(text.encode())

    def text(self, text: str) -> str:
        """Return a text without the secrets."""
        return self._text.sub(self._mark, text) if self._marks else text

    def body(self, body: bytes) -> bytes:
        """Return a body without the secrets."""
        return self._bytes.sub(lambda match: self._mark(match).encode(), body) if self._marks else body

    def _mark(self, match: re.Match[str] | re.Match[bytes]) -> str:
        if match.lastgroup:
            return self._marks[match.lastgroup]
        return match[0] if isinstance(match[0], str) else match[0].decode()


def basic_secrets(pair: str) -> Iterator[str]:
    """Yield what is secret where `user:password` is sent as HTTP Basic, besides the pair itself."""
    yield pair.partition(":")[2]
    encoded = basic_credential(pair)
    alphabet = base64.urlsafe_b64encode(base64.b64decode(encoded)).decode()
    for each in (encoded, alphabet):
        yield each
        yield each.rstrip("=")


def base64_cores(secret: str) -> Iterator[str]:
    """Yield what Base64 has of a secret wherever it stands in the encoded text; nothing for a short one."""
    content = secret.encode()
    for before in range(3):
        # characters that share their bits with what stands before and after are left out
        first, last = -(-before * 8 // 6), (before + len(content)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            core = encode(bytes(before) + content).decode()[first:last]
            if len(content) >= _SHORT:
                yield core


def _pattern(secret: str) -> str:
    pattern = "".join(map(_character, secret))
    if len(secret) >= _SHORT:
        return pattern
    before = _BEFORE if re.match(rf"[{_WORD}]", secret) else ""
    after = _AFTER if re.search(rf"[{_WORD}]\Z", secret) else ""
    return f"{before}{pattern}{after}"


@lru_cache(None)
def _character(char: str) -> str:
    """Return a pattern for every way to write a character; nobody escapes a letter or a digit of ASCII."""
    if char.isascii() and char.isalnum():
        return char
    code = ord(char)
    percent = "".join(f"%{byte:02x}" for byte in char.encode("utf-8", "surrogatepass"))
    units = char.encode("utf-16-be", "surrogatepass").hex()
    json = "".join(rf"\\{{1,3}}u{units[start : start + 4]}" for start in range(0, len(units), 4))
    named = [f"&{name};" for name in (codepoint2name.get(code), "apos" if char == "'" else None) if name]
    octal = [rf"\\{code:03o}"] if code < 128 else []
    python = [rf"\\x{code:02x}"] if code < 256 else [rf"\\U{code:08x}"]
    space = [r"\+"] if char == " " else []
    escaped = "|".join([percent, json, f"&#0*{code};", f"&#x0*{code:x};", *named, *octal, *python, *space])
    return rf"\\{{0,3}}(?:{re.escape(char)}|(?i:{escaped}))"
