"""Every payload of every contract is served as it is documented, for the request that it is documented with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from adcontract import Contract, DocumentName, Operation, Response, Schemas, load_named, names, spec_folder
from adcontract.openapi.references import deref

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

SEEDS = 8

documents = pytest.mark.parametrize("name", names(spec_folder()), ids=str)


def credentials(contract: Contract) -> dict[str, str]:
    """Return the headers that satisfy every security scheme of a contract, all of which are headers."""
    schemes = (
        deref(contract.document, node, "")[0] for node in contract.document["components"]["securitySchemes"].values()
    )
    return {scheme.get("name", "Authorization"): "Bearer t" if scheme["type"] == "http" else "t" for scheme in schemes}


def documented_request(operation: Operation, name: str) -> dict[str, Any]:
    """Return the request that is documented with the answer `name`, as arguments for a client."""
    path, query, request = operation.path, [], {}
    for parameter in operation.parameters:
        shown = {example.name: example.value for example in parameter.examples}
        alone = "default" if name not in named_requests(operation) else name
        # the payloads are JSON, whatever other form the page asks for
        if "x-format" not in parameter.data and (alone in shown or (parameter.required and shown)):
            value = shown.get(alone, next(iter(shown.values()), None))
            if parameter.location == "path":
                path = path.replace(f"{{{parameter.name}}}", quote(str(value), safe=""))
            elif parameter.style == "deepObject":
                query += [(f"{parameter.name}[{key}]", text(part)) for key, part in value.items()]
            else:
                query += [(parameter.name, text(part)) for part in (value if isinstance(value, list) else [value])]
    for media in operation.body:
        bodies = {example.name: example.value for example in media.examples}
        if bodies and media.is_json:
            request["json"] = bodies.get(name, next(iter(bodies.values())))
    return {"method": operation.method, "url": path, "params": query, **request}


def named_requests(operation: Operation) -> set[str]:
    return {example.name for parameter in operation.parameters for example in parameter.examples} | {
        example.name for media in operation.body for example in media.examples
    }


def text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def payloads(operation: Operation) -> Iterator[tuple[Response, str, Any]]:
    for response in operation.responses.values():
        for media in response.media[:1]:
            yield from ((response, example.name, example.value) for example in media.examples)


def send(
    client: httpx.Client, contract: Contract, operation: Operation, name: str, headers: dict[str, str]
) -> httpx.Response:
    request = documented_request(operation, name)
    request["url"] = f"/{contract.name.api}/{contract.name.snapshot}{request['url']}"
    return client.request(**request, headers=headers)


@documents
def test_every_documented_response_is_served(name: DocumentName, real: httpx.Client) -> None:
    contract = load_named(name, spec_folder())
    good = credentials(contract)
    seen = 0
    for operation in contract.operations:
        for response, example, value in payloads(operation):
            success = response is operation.success
            if not success and example != "default":
                continue  # an error has one payload at most
            prefer = {} if success else {"Prefer": f"code={response.status}"}
            answer = send(real, contract, operation, example, good | prefer)
            what = (operation.id, response.status, example)
            assert (*what, str(answer.status_code)) == (*what, response.status), answer.text
            assert (*what, answer.json()) == (*what, value)
            seen += 1
    assert seen >= len(contract.operations) - 1


@documents
def test_every_operation_answers_its_documented_request(name: DocumentName, real: httpx.Client) -> None:
    contract = load_named(name, spec_folder())
    schemas = Schemas(contract.document)
    for operation in contract.operations:
        answer = send(real, contract, operation, "default", credentials(contract))
        assert (operation.id, answer.is_success) == (operation.id, True), answer.text
        for media in operation.success.media[:1] if operation.success else ():
            assert answer.headers["content-type"] == media.type
            if media.is_json:
                assert (operation.id, schemas.faults(f"{media.pointer}/schema", answer.json())) == (operation.id, [])


@pytest.mark.slow
@documents
def test_a_generated_body_fits_its_schema(name: DocumentName, real: httpx.Client) -> None:
    contract = load_named(name, spec_folder())
    schemas = Schemas(contract.document)
    for operation in contract.operations:
        for response in operation.responses.values():
            for media in response.media:
                for seed in range(SEEDS if response is operation.success and media.is_json else 1):
                    prefer = {"Prefer": f"code={response.status}, dynamic=true, seed={seed}", "Accept": media.type}
                    answer = send(real, contract, operation, "default", credentials(contract) | prefer)
                    what = (operation.id, response.status, media.type, seed)
                    assert (*what, str(answer.status_code)) == (*what, response.status), answer.text
                    assert answer.headers["content-type"] == media.type
                    if media.is_json:
                        assert (*what, schemas.faults(f"{media.pointer}/schema", answer.json())) == (*what, [])


@documents
def test_without_credentials_comes_the_documented_401_with_its_headers(name: DocumentName, real: httpx.Client) -> None:
    contract = load_named(name, spec_folder())
    for operation in contract.operations:
        if not operation.secured:
            continue
        answer = send(real, contract, operation, "default", {})
        assert (operation.id, answer.status_code) == (operation.id, 401)
        documented = operation.responses.get("401")
        for header, node in (documented.data.get("headers", {}) if documented else {}).items():
            shown = deref(contract.document, node, "")[0].get("example")
            assert (operation.id, header, answer.headers.get(header)) == (operation.id, header, str(shown))


@documents
def test_faulty_requests_get_responses_that_fit_their_schemas(name: DocumentName, real: httpx.Client) -> None:
    contract = load_named(name, spec_folder())
    schemas = Schemas(contract.document)
    errors = contract.document["x-errors"]
    prefix = f"/{name.api}/{name.snapshot}"
    first = contract.operations[0]
    faulty = {
        "unknown-path": real.get(f"{prefix}/no/such/path"),
        "unknown-method": real.request("TRACE", prefix + documented_request(first, "default")["url"]),
        "unauthenticated": send(real, contract, first, "default", {}),
    }
    for operation in contract.operations:
        if any(media.is_json for media in operation.body):
            json = {"Content-Type": "application/json"} | credentials(contract)
            path = prefix + documented_request(operation, "default")["url"]
            faulty["malformed"] = real.request(operation.method, path, content=b"{", headers=json)
        for parameter in operation.parameters:
            if parameter.location == "query" and parameter.data.get("schema", {}).get("type") == "integer":
                path = prefix + documented_request(operation, "default")["url"]
                headers = credentials(contract)
                faulty["invalid"] = real.request(
                    operation.method, path, params={parameter.name: "many"}, headers=headers
                )
    assert {"unknown-path", "unknown-method", "unauthenticated", "invalid"} <= faulty.keys()
    for kind, answer in faulty.items():
        response, pointer = deref(contract.document, errors[kind]["response"], "")
        assert (kind, str(answer.status_code)) == (kind, errors[kind]["status"])
        schema = f"{pointer}/content/application~1json/schema"
        assert response["content"]
        assert (kind, schemas.faults(schema, answer.json())) == (kind, [])
