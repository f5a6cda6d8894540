"""Where a security scheme carries its credential: what is written into a request is read out of it again."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from adcontract.contract.security import (
    PlacedCredential,
    Placeholder,
    SecurityScheme,
    security_schemes,
    write_credential,
)

SCHEMES: dict[str, dict[str, Any]] = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "BASIC"},
    "other": {"type": "http", "scheme": "hoba"},
    "oauth": {"type": "oauth2", "flows": {}},
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "api key&"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
}


def scheme(name: str) -> SecurityScheme:
    return security_schemes({"components": {"securitySchemes": SCHEMES}})[name]


def read(found: SecurityScheme, url: str, headers: dict[str, str]) -> str:
    sent = {name.lower().encode(): value.encode("latin-1") for name, value in headers.items()}
    return found.reader()(sent, urlsplit(url).query.encode()).decode("latin-1")


@pytest.mark.parametrize("name", SCHEMES)
@pytest.mark.parametrize("credential", ["abc", "dXNlcjpwYXNz==", "a+b/c&d=e;f", "with blank"])
@pytest.mark.parametrize("url", ["http://a/b", "http://a/b?page=2"])
def test_a_credential_is_read_where_it_is_written(name: str, credential: str, url: str) -> None:
    target, headers = write_credential([scheme(name)], credential, url, {"Accept": "*/*", "Cookie": "theme=dark"})
    assert read(scheme(name), target, headers).encode() == scheme(name).as_read(credential)
    assert headers["Accept"] == "*/*"
    assert target.startswith(url)
    assert headers["Cookie"].startswith("theme=dark")


@pytest.mark.parametrize(
    ("name", "placed"),
    [
        ("bearer", PlacedCredential("header", "Authorization", "Bearer t")),
        ("basic", PlacedCredential("header", "Authorization", "Basic dDo=")),
        ("other", PlacedCredential("header", "Authorization", "Hoba t")),
        ("oauth", PlacedCredential("header", "Authorization", "Bearer t")),
        ("header", PlacedCredential("header", "X-Key", "t")),
        ("query", PlacedCredential("query", "api key&", "t")),
        ("cookie", PlacedCredential("cookie", "session", "t")),
    ],
)
def test_a_scheme_has_one_place(name: str, placed: PlacedCredential) -> None:
    assert scheme(name).place("t") == placed


def test_the_credential_of_basic_is_a_user_and_a_password() -> None:
    assert scheme("basic").place("bob:pä:ss").value == "Basic Ym9iOnDDpDpzcw=="
    assert read(scheme("basic"), "http://a", {"Authorization": "Basic Ym9iOnB3"}) == "bob:pw"


@pytest.mark.parametrize(
    ("name", "placed"), [("basic", "Basic $T"), ("bearer", "Bearer $T"), ("cookie", "session=$T"), ("query", "$T")]
)
def test_a_placeholder_is_written_as_it_is(name: str, placed: str) -> None:
    url, headers = write_credential([scheme(name)], Placeholder("$T"), "http://a", {})
    assert (url.partition("=")[2] or next(iter(headers.values()))) == placed


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("bearer", {}),
        ("basic", {"Authorization": "Basic bob:pw"}),
        ("basic", {"Authorization": "Basic Ym9i"}),
        ("basic", {"Authorization": "Basic"}),
        ("bearer", {"Authorization": "Basic abc"}),
        ("bearer", {"Authorization": "Bearer"}),
        ("header", {"Authorization": "Bearer abc"}),
        ("query", {"Cookie": "session=abc"}),
        ("cookie", {"Cookie": "other=abc"}),
        ("cookie", {"Cookie": "session"}),
    ],
)
def test_a_request_without_the_credential_has_none(name: str, headers: dict[str, str]) -> None:
    assert read(scheme(name), "http://a/b?session=abc", headers) == ""


def test_the_word_before_a_credential_is_read_in_any_case() -> None:
    assert read(scheme("bearer"), "http://a", {"Authorization": "bEARER  abc "}) == "abc"


def test_two_schemes_of_one_alternative_are_both_written() -> None:
    url, headers = write_credential([scheme("query"), scheme("bearer")], "t", "http://a", {})
    assert (url, headers) == ("http://a?api%20key%26=t", {"Authorization": "Bearer t"})


def test_the_schemes_of_a_contract_may_be_references() -> None:
    document = {
        "components": {"securitySchemes": {"a": SCHEMES["header"], "b": {"$ref": "#/components/securitySchemes/a"}}}
    }
    found = security_schemes(document)["b"]
    assert (found.name, found.key, found.pointer) == ("b", "X-Key", "/components/securitySchemes/a")


def test_a_key_in_the_query_is_read_beside_any_letters() -> None:
    assert scheme("query").reader()({}, b"q=%F0%9F%98%80&api%20key%26=t%C3%A4") == "tä".encode()
    assert scheme("query").reader()({}, "q=ä&api key&=t".encode()) == b""
