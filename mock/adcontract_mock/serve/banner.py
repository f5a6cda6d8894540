"""The lines that the mock prints when it starts: where everything is, and a request to try."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import orjson

from adcontract.contract.security import BASIC, Placeholder, write_credential
from adcontract.requests import serialize
from adcontract.requests.curl import TOKEN, curl_arguments
from adcontract_mock.http.access import is_loopback
from adcontract_mock.responses.served_contract import newest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from adcontract import Contract, Parameter, SecurityScheme

_ANY = "any"


def banner(
    contracts: Sequence[Contract],
    url: str,
    token: str | None,
    authority: Path | None = None,
    *,
    stateful: bool = False,
    faults: Sequence[str] = (),
    upstream: str | None = None,
) -> Iterator[str]:
    """Yield the lines to print for a mock of `contracts` that listens at `url`.

    `authority` is the file with the certificate that a client has to trust, None where there is none. `faults` are the
    faults that were planted, a line each, and `upstream` is the server that requests are forwarded to.
    """
    yield f"The mock is at {url}"
    at_root = newest(contracts)
    rows = []
    for contract in contracts:
        operations = f"{len(contract.operations)} operation{'s' if len(contract.operations) != 1 else ''}"
        also = ", also at the vendor's own paths" if contract in at_root else ""
        rows.append((_place(contract, url), f"{contract.document['info']['title']}: {operations}{also}"))
    rows.append((f"{url}/_mock/docs", "Swagger UI: read and try them"))
    rows.append((f"{url}/_mock/", "Control page: choose responses, watch requests"))
    if stateful:
        rows.append((f"{url}/_mock/state", "State: the items of each session"))
    width = max(len(address) for address, _ in rows)
    for address, text in rows:
        yield f"  {address:{width}}  {text}"
    for fault in faults:
        yield f"Planted: {fault}"
    if upstream:
        yield f"Forwarded to {upstream}: every request for which no response is chosen"
    if authority:
        yield "Trust its certificate once, in your browser or your system:"
        yield f"  {authority}"
    curl = f"curl -s --cacert {shlex.quote(str(authority))}" if authority else "curl -s"
    line = next((line for contract in contracts for line in _tries(contract, url, token)), None)
    if line:
        yield "Try:"
        yield f"  {curl} {line}"


def openness(host: str) -> str | None:
    """Return what listening on `host` opens to whom, None if only this machine can reach it."""
    if is_loopback(host):
        return None
    return (
        f"Open to the network, by --host {host}: whoever reaches this machine can read the journal, "
        "and change the responses and the state."
    )


def _place(contract: Contract, url: str) -> str:
    return f"{url}/{contract.name.api}/{contract.name.snapshot}"


def _tries(contract: Contract, url: str, token: str | None) -> Iterator[str]:
    """Yield the arguments of curl for each GET with a documented response, if all values that it needs are known."""
    for operation in contract.operations:
        shown = operation.success and any(media.examples for media in operation.success.media)
        needed = [parameter for parameter in operation.parameters if parameter.required]
        values = {each.name: value for each in needed if (value := _value(each)) is not None}
        if operation.method == "GET" and shown and len(values) == len(needed):
            path, query, header, cookie = (
                {each.name: values[each.name] for each in needed if each.location == location}
                for location in ("path", "query", "header", "cookie")
            )
            headers = serialize.headers(operation, header, cookie)
            address = serialize.url(_place(contract, url), operation, path, query)
            schemes = contract.credentials(operation)[0] if operation.secured else ()
            for scheme in schemes:
                address, headers = write_credential([scheme], _credential(scheme, token), address, headers)
            yield " ".join(curl_arguments(address, headers))


def _credential(scheme: SecurityScheme, token: str | None) -> str:
    """Return the credential to show: logs keep what is printed, so it is not the token itself."""
    if not token:
        return _ANY
    # curl asks for a password if the text has no colon
    return Placeholder(f"{TOKEN}:" if scheme.word == BASIC and ":" not in token else TOKEN)


def _value(parameter: Parameter) -> str | None:
    """Return a documented value of a parameter as text; None if there is none, or it is an array or an object."""
    known = [example.value for example in parameter.examples]
    value = known[0] if known else parameter.data.get("example", parameter.data.get("schema", {}).get("example"))
    if value is None or isinstance(value, dict | list):
        return None
    return value if isinstance(value, str) else orjson.dumps(value).decode()
