"""Secrets are found in every form in which a message may hold them."""

from __future__ import annotations

import base64
import html
import json
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import quoteattr

import pytest

from adcontract.contract.secret_forms import Secrets, basic_secrets, is_secret_name

if TYPE_CHECKING:
    from collections.abc import Callable

SECRETS = ["s3/cr3t+\"0123<45>'6,7&;==\\n", "pässwörd 🔑 €", "plain-token_1", "a/b", "t"]

ENCODERS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON in UTF-8": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON with escaped slashes": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "JSON safe in HTML": lambda text: json.dumps(text)[1:-1].replace("<", "\\u003c").replace("&", "\\u0026"),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "JSON in HTML": lambda text: html.escape(json.dumps(text)[1:-1]),
    "HTML": html.escape,
    "HTML without quotes": lambda text: html.escape(text, quote=False),
    "HTML by number": lambda text: html.escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#039;"),
    "XML": lambda text: quoteattr(text)[1:-1],
    "URL": quote,
    "URL, all of it": lambda text: quote(text, safe=""),
    "URL in lower case": lambda text: quote(text, safe="").replace("%2F", "%2f").replace("%C3", "%c3"),
    "form": quote_plus,
    "URL in JSON": lambda text: json.dumps(quote(text))[1:-1],
    "cookie": lambda text: SimpleCookie().value_encode(text)[1] if text.isascii() else text,
    "Python in ASCII": lambda text: ascii(text)[1:-1],
    "Python": lambda text: repr(text)[1:-1],
}


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("encoder", ENCODERS)
def test_a_secret_is_replaced_in_every_form(secret: str, encoder: str) -> None:
    written, found = ENCODERS[encoder](secret), Secrets({secret: "[x]"})
    for before, after in (('{"a": "', '"}'), ("%22", "%22"), (r"\n", r"\n"), ("=", "&"), ("", "")):
        assert found.text(f"{before}{written}{after}").replace('"', "") == f"{before}[x]{after}".replace('"', "")
        assert found.body(f"{before}{written}{after}".encode()) == found.text(f"{before}{written}{after}").encode()


def test_a_short_secret_is_replaced_as_a_whole_word() -> None:
    assert Secrets({"id": "[x]"}).text("id idea %22id%22 grid 'id'") == "[x] idea %22[x]%22 grid '[x]'"


def test_of_two_secrets_the_longer_one_is_replaced_and_a_mark_stays() -> None:
    found = Secrets({"secret-1": "[a]", "secret-12": "[b]", "a": "[c]", "": "[d]"})
    assert found.text("secret-12 secret-1 [a] a") == "[b] [a] [a] [c]"
    assert Secrets({}).text("a") == "a"


def test_the_pair_of_basic_is_secret_in_base64_too() -> None:
    found = Secrets(dict.fromkeys(basic_secrets("bob:p/w?>~secret"), "[x]"))
    encoded = base64.b64encode(b"bob:p/w?>~secret").decode()
    for each in (encoded, encoded.rstrip("="), quote(encoded), base64.urlsafe_b64encode(b"bob:p/w?>~secret").decode()):
        assert found.text(f"Basic {each}") == "Basic [x]"
    assert found.text("p%2Fw%3F%3E~secret") == "[x]"


@pytest.mark.parametrize(
    "name",
    [
        *(
            "token",
            "accessToken",
            "client_secret",
            "X-API-Key",
            "apiKey",
            "passwordHash",
            "session_id",
            "Authorization",
        ),
        *("secretKey", "tokens", "privateSigningKey", "APIKey", "pin", "X-Amz-Signature"),
    ],
)
def test_a_name_says_that_its_value_is_secret(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *("token_type", "nextPageToken", "page_token", "key", "image_key", "author", "author_id", "session", "name"),
        *("expires_in", "Mock-Session", "passenger", "keyword", "secretary", "pinned", ""),
    ],
)
def test_a_name_with_the_same_letters_is_no_secret(name: str) -> None:
    assert not is_secret_name(name)
