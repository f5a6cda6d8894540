"""Stock Connexion judges the requests that the mock judges, whose routing, security and validation are its own.

Both are asked in this process, without a server: every documented request, variations of it, and requests that
Schemathesis generates from the schemas, valid and faulty. Where one accepts what the other refuses, or both refuse for
different causes, a row of `DIFFERENCES` gives the reason. A difference without a row fails the test, and so does a row
without a difference. `--log-cli-level=INFO` shows how many there are of each.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
import hypothesis
import pytest
import requests
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

import adcontract_mock
from adcontract import Contract, Operation, Parameter, load_named, names, spec_folder
from adcontract.openapi.references import deref
from adcontract.requests.documented import DocumentedRequest
from adcontract.requests.documented import documented as documented_requests
from adcontract_mock.http._connexion import AsyncApp

# after the module above, which silences a warning of Connexion's import
from connexion.lifecycle import ConnexionResponse  # isort: skip
from connexion.resolver import Resolution, Resolver  # isort: skip
from connexion.security import ApiKeySecurityHandler, BearerSecurityHandler  # isort: skip

HOST = "http://host"
JSON = "application/json"

EXAMPLES = 2
"""How many valid requests, and how many faulty ones, are generated for each operation."""

TEXTS = ("", "x", "1", "-1", "1_0", "%D9%A1", "+1", "1.0", "1e2", "true", "True", "1,2", "null", "x" * 300)
"""What stands in place of a parameter's value, as it is written into the URL."""

BODIES = (b"", b"{", b'"\xff"', b"null", b"{}", b"[]", b"1", b'""')
"""What stands in place of a JSON body."""

METHODS = ("DELETE", "HEAD", "OPTIONS", "TRACE")
"""What is sent to each path that does not declare it."""

MEMBERS = ((rb":[0-9.]+", b":NaN"), (rb":([0-9]+)\b", rb":\1.0"), (rb":[0-9.]+", b":true"), (rb':"[^"]*"', b':""'))
"""What is replaced in the first member of a JSON body that holds such a value, and by what."""

INVALID = dict.fromkeys((400, 413, 415, 422), "invalid")
"""Vendors choose among these statuses for a faulty request: Connexion takes 400, and 415 for a media type."""


@dataclass(frozen=True)
class Request:
    """A request as both receive it, for `operation` or near it; `source` says how it came about."""

    source: str
    operation: Operation
    method: str
    url: str
    headers: dict[str, str]
    body: bytes = b""

    def texts(self, *places: str, type: str | None = None) -> list[tuple[Parameter, str]]:  # noqa: A002
        """Return the declared parameters in those places of the request, of any type or one, each with its text."""
        url = urlsplit(self.url)
        names_in_path = re.findall(r"\{([^}]+)\}", self.operation.path)
        pattern = re.sub(r"\\{.+?\\}", "([^/]+)", re.escape(self.operation.path))
        match = re.search(f"{pattern}$", url.path)
        found = zip(names_in_path, match.groups(), strict=True) if match else ()
        given = [("query", *pair) for pair in parse_qsl(url.query, keep_blank_values=True)]
        given += [("path", name, unquote(text)) for name, text in found]
        declared = {(each.data["in"], each.name): each for each in self.operation.parameters}
        return [
            (declared[place, name], text)
            for place, name, text in given
            if place in places and (place, name) in declared
            if type in (None, declared[place, name].data.get("schema", {}).get("type"))
        ]

    @property
    def is_form(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("multipart/form-data")

    def has_member_of_format(self, form: str) -> bool:
        """Return whether the body has a member that is declared to be of a format."""
        schemas = [each.data.get("schema", {}) for each in self.operation.body if each.is_json]
        declared = {name: each for schema in schemas for name, each in schema.get("properties", {}).items()}
        return any(each.get("format") == form and f'"{name}":'.encode() in self.body for name, each in declared.items())


@dataclass(frozen=True)
class Judged:
    """A request, and how each takes it: `accepted`, `invalid`, or the status of another refusal."""

    request: Request
    mock: str
    connexion: str
    detail: str

    def __str__(self) -> str:
        request = self.request
        sent = f"{request.method} {request.url} {request.headers} {request.body[:200]!r}"
        return f"{request.source}: {sent}: the mock {self.mock}, Connexion {self.connexion} {self.detail[:300]}"


@dataclass(frozen=True)
class Difference:
    """How the mock and Connexion take the requests that `applies_to` recognizes (`|` parts alternatives), and why."""

    mock: str
    connexion: str
    applies_to: Callable[[Request], bool]
    reason: str

    def explains(self, judged: Judged) -> bool:
        return (
            judged.mock in self.mock.split("|")
            and judged.connexion in self.connexion.split("|")
            and self.applies_to(judged.request)
        )


def is_given_twice(request: Request) -> bool:
    single = [each.name for each, _ in request.texts("query") if each.data.get("schema", {}).get("type") != "array"]
    return len(single) > len(set(single))


def has_integer_of_python(request: Request) -> bool:
    """Return whether a parameter has a text that Python's `int` takes for an integer, and JSON does not."""
    texts = [text for _, text in request.texts("query", "path", type="integer")]
    texts += [part for _, text in request.texts("query", type="array") for part in text.split(",")]
    return any(succeeds(int, text) and not re.fullmatch("-?[0-9]+", text) for text in texts)


def succeeds(function: Callable[[Any], object], value: object) -> bool:
    try:
        function(value)
    except ValueError:
        return False
    return True


DIFFERENCES = (
    Difference(
        "404",
        "accepted",
        lambda request: urlsplit(request.url).path.endswith("/"),
        "Connexion redirects a path with one slash too many; no page of a vendor shows that",
    ),
    Difference(
        "404",
        "invalid",
        lambda request: any("enum" in each.data["schema"] for each, _ in request.texts("path")),
        "Connexion refuses a value in a path outside its enum as invalid, and one of another type as an unknown path",
    ),
    Difference(
        "accepted",
        "405",
        lambda request: request.method == "OPTIONS",
        "Connexion refuses OPTIONS; the mock answers it as RFC 9110 (9.3.7) asks",
    ),
    Difference(
        "401",
        "accepted|invalid",
        lambda request: request.headers.get("Authorization") == "",
        "Connexion takes an empty API key for a credential",
    ),
    Difference(
        "404|invalid",
        "accepted",
        has_integer_of_python,
        "Connexion reads integers with int(), which takes 1_0, spaces, signs and the digits of every script",
    ),
    Difference(
        "invalid",
        "accepted",
        lambda request: any(
            text.lower() in {"true", "false"} and not text.islower()
            for _, text in request.texts("query", type="boolean")
        ),
        "Connexion takes a boolean in capitals",
    ),
    Difference(
        "invalid",
        "accepted",
        lambda request: any("," in text for _, text in request.texts("query", type="array")),
        "Connexion splits each item of a list at commas, also where the contract gives every item its own pair",
    ),
    Difference(
        "invalid",
        "accepted",
        is_given_twice,
        "Connexion takes the last of several values where the contract has one",
    ),
    Difference(
        "accepted",
        "invalid",
        lambda request: any(not text and each.data.get("allowEmptyValue") for each, text in request.texts("query")),
        "Connexion does not know allowEmptyValue",
    ),
    Difference(
        "accepted",
        "invalid",
        lambda request: not request.body and not request.operation.body_required,
        "Connexion requires every body that an operation declares; the mock those that are declared as required",
    ),
    Difference(
        "invalid",
        "500",
        lambda request: request.is_form or not succeeds(bytes.decode, request.body),
        "Connexion fails on a body that is not UTF-8, or not the form that it claims to be",
    ),
    Difference(
        "invalid",
        "accepted",
        lambda request: b"NaN" in request.body,
        "Connexion takes NaN for a number; JSON (RFC 8259) does not have it",
    ),
    Difference(
        "accepted",
        "invalid",
        lambda request: bool(re.search(rb":[0-9]+\.0\b", request.body)),
        "Connexion refuses 1.0 as an integer; JSON Schema's own tests of Draft 4 leave it open (zeroTerminatedFloats)",
    ),
    Difference(
        "invalid",
        "accepted",
        lambda request: request.has_member_of_format("uri"),
        "Connexion checks few formats, and uri is not among them",
    ),
    Difference(
        "invalid",
        "accepted",
        lambda request: any("format" in each.data["schema"] for each, _ in request.texts("query")),
        "Connexion checks no format of a parameter",
    ),
)


def explained(judged: Judged) -> str | None:
    """Return the reason why the two differ, None where no row gives one."""
    return next((each.reason for each in DIFFERENCES if each.explains(judged)), None)


async def accept(**_: Any) -> ConnexionResponse:
    return ConnexionResponse(status_code=200, mimetype=JSON, body=b"{}")


class AcceptAll(Resolver):
    def resolve(self, operation: Any) -> Resolution:
        return Resolution(accept, operation.operation_id)


class AnyBearer(BearerSecurityHandler):
    def _resolve_func(self, _: Any) -> Callable[[str], dict[str, str]]:
        return lambda token: {"sub": token}


class AnyKey(ApiKeySecurityHandler):
    def _resolve_func(self, _: Any) -> Callable[[str], dict[str, str]]:
        return lambda key: {"sub": key}


def stock(contract: Contract) -> AsyncApp:
    """Return Connexion with nothing replaced; any credential is good, and every operation answers 200."""
    app = AsyncApp("stock", resolver=AcceptAll(), security_map={"bearer": AnyBearer, "apiKey": AnyKey})
    app.add_api(contract.copy(), base_path=prefix(contract))
    return app


def prefix(contract: Contract) -> str:
    return f"/{contract.name.api}/{contract.name.snapshot}"


def credentials(contract: Contract) -> dict[str, str]:
    """Return the headers that satisfy every security scheme of a contract, all of which are headers."""
    declared = contract.document["components"]["securitySchemes"].values()
    schemes = [deref(contract.document, node, "")[0] for node in declared]
    return {each.get("name", "Authorization"): "Bearer t" if each["type"] == "http" else "t" for each in schemes}


def generated(contract: Contract) -> Iterator[Request]:
    """Yield the requests that Schemathesis generates from a contract, the same ones every time."""
    schema = schemathesis.openapi.from_dict(contract.copy(), config=SchemathesisConfig())
    operations = {each.id: each for each in contract.operations}
    for result in schema.get_all_operations():
        found = result.ok()
        operation = operations[found.definition.raw["operationId"]]
        for mode in GenerationMode:
            for case in drawn(found.as_strategy(generation_mode=mode), str(contract.name)):
                parts = case.as_transport_kwargs(base_url=HOST + prefix(contract))
                known = ("method", "url", "headers", "params", "cookies", "data", "json", "files")
                ready = requests.Request(**{name: parts[name] for name in known if name in parts}).prepare()
                body = ready.body.encode() if isinstance(ready.body, str) else ready.body or b""
                headers = {name: text for name, text in ready.headers.items() if name.lower() != "content-length"}
                headers |= credentials(contract)
                yield Request(f"generated {mode.value}", operation, str(ready.method), str(ready.url), headers, body)


def drawn(strategy: Any, seed: str) -> list[Any]:
    cases: list[Any] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(strategy)
    def draw(case: Any) -> None:
        cases.append(case)

    draw()
    return cases


def no_sample(operation: Operation) -> dict[str, Any]:
    pytest.fail(f"{operation.id} has a required value without an example")


def documented(contract: Contract, seen: set[str]) -> Iterator[Request]:
    """Yield every documented request of a contract, and variations of the first one of each operation not yet seen."""
    for operation in contract.operations:
        for number, each in enumerate(documented_requests(operation, no_sample)):
            headers = credentials(contract) | ({"Content-Type": each.media.type} if each.media else {})
            url = each.url(HOST + prefix(contract))
            request = Request("documented", operation, operation.method, url, headers, each.content)
            yield request
            if not number:
                yield from with_other_credentials(request, contract, seen)
                yield from beside(request, contract, seen)
                yield from with_other_parameters(request, each, contract, seen)
                if is_new((contract.name.api, operation.method, operation.path), seen):
                    yield from with_another_body(request)


def is_new(key: object, seen: set[str]) -> bool:
    """Return whether something is not among what was `seen`, and note it there."""
    if repr(key) in seen:
        return False
    seen.add(repr(key))
    return True


def with_other_credentials(request: Request, contract: Contract, seen: set[str]) -> Iterator[Request]:
    good = credentials(contract)
    without = {name: text for name, text in request.headers.items() if name not in good}
    yield replace(request, source="credentials missing", headers=without)
    if is_new((contract.name.api, request.operation.security), seen):
        for text in ("", "Basic dDp0", "Bearer", "Bearer ", "bearer t"):
            yield replace(request, source="credentials", headers=without | dict.fromkeys(good, text))


def beside(request: Request, contract: Contract, seen: set[str]) -> Iterator[Request]:
    """Yield requests for other paths and methods, once for each path."""
    if not is_new((contract.name.api, request.operation.path), seen):
        return
    path, mark, query = request.url.partition("?")
    known = {each.method for each in contract.operations if each.path == request.operation.path}
    yield replace(request, source="path", url=f"{path}/no/such{mark}{query}")
    yield replace(request, source="path", url=f"{path}/{mark}{query}")
    yield from (replace(request, source="method", method=method) for method in METHODS if method not in known)


def with_other_parameters(
    request: Request, documented: DocumentedRequest, contract: Contract, seen: set[str]
) -> Iterator[Request]:
    """Yield variations of the parameters' values, once for each name and declaration."""
    for parameter in request.operation.parameters:
        name, schema = parameter.name, parameter.data.get("schema", {})
        declaration = [(key, schema[key]) for key in sorted(schema) if key != "description" and key[:2] != "x-"]
        if not is_new((name, parameter.data["in"], parameter.required, declaration), seen):
            continue
        others = {key: value for key, value in documented.query.items() if key != name}
        marked = {**documented.path, name: "MARK"} if name in documented.path else documented.path
        url = replace(documented, query=others, path=marked).url(HOST + prefix(contract))
        if name in documented.path:
            urls = [url.replace("MARK", text) for text in TEXTS if text]
        else:
            url += "&" if "?" in url else "?"
            urls = [url.rstrip("&?"), *(f"{url}{name}={text}" for text in TEXTS), f"{url}{name}=1&{name}=1"]
        yield from (replace(request, source="parameter", url=each) for each in urls)


def with_another_body(request: Request) -> Iterator[Request]:
    rest = {name: text for name, text in request.headers.items() if name != "Content-Type"}
    as_json = rest | {"Content-Type": JSON}
    if not request.operation.body:
        yield replace(request, source="body not declared", body=b"{}", headers=as_json)
        return
    yield replace(request, source="media type", headers=rest)
    yield replace(request, source="media type", headers=rest, body=b"")
    for media_type in ("text/plain", f"{JSON}; charset=utf-8", JSON.upper(), "application/problem+json"):
        yield replace(request, source="media type", headers=rest | {"Content-Type": media_type})
    for body in BODIES:
        yield replace(request, source="body", headers=as_json, body=body)
    for old, new in MEMBERS:
        yield replace(request, source="body member", body=re.sub(old, new, request.body, count=1))


async def judge(requests: Iterable[Request], mock: Any, connexion: Any) -> list[Judged]:
    judged = []
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(mock)) as one,
        httpx.AsyncClient(transport=httpx.ASGITransport(connexion, raise_app_exceptions=False)) as other,
    ):
        for each in requests:
            sent = {"method": each.method, "url": each.url, "headers": each.headers, "content": each.body}
            first, second = await one.request(**sent), await other.request(**sent)
            judged.append(Judged(each, outcome(first.status_code), outcome(second.status_code), second.text))
    return judged


def outcome(status: int) -> str:
    return "accepted" if status < 400 else INVALID.get(status, str(status))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")  # Connexion leaves the files of a form open
def test_stock_connexion_accepts_and_refuses_the_same_requests(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "connexion")
    caplog.set_level(logging.WARNING, "httpx")
    mock, seen = adcontract_mock.app(), set[str]()
    judged: list[Judged] = []
    for name in names(spec_folder()):
        contract = load_named(name, spec_folder())
        requests = {repr(each): each for each in (*documented(contract, seen), *generated(contract))}
        judged += asyncio.run(judge(requests.values(), mock, stock(contract)))
    gc.collect()  # while the warnings of open files are silenced
    sources = Counter(each.request.source.partition(" ")[0] for each in judged)
    different = [each for each in judged if each.mock != each.connexion]
    reasons = Counter(map(explained, different))
    for what, count in (*sources.items(), *reasons.items()):
        logging.getLogger(__name__).info("%d: %s", count, what)
    assert sources["generated"] >= 500
    assert [str(each) for each in different if not explained(each)] == []
    assert reasons.keys() == {each.reason for each in DIFFERENCES}
