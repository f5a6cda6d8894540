"""The requests that both are sent: documented ones, variations of them, and generated ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from adcontract import Contract, Operation
from adcontract.openapi.references import deref
from adcontract.requests.documented import DocumentedRequest
from adcontract.requests.documented import documented as documented_requests
from stock_connexion.differences import Request

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
