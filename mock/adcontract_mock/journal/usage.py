"""The parts of the contracts that a client uses: operations, statuses, parameters and members of bodies."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from adcontract.openapi.references import follow
from adcontract_mock.journal.journal import status
from adcontract_mock.preferences.preferences import MARK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from adcontract import Operation
    from adcontract_mock.http.exchange import Exchange
    from adcontract_mock.responses.served_contract import ServedContract

NOTE = "Fields are those of requests; which fields of a response a client reads cannot be observed here."


def report(exchanges: Iterable[Exchange], documents: Sequence[ServedContract]) -> dict[str, Any]:
    """Return the parts of `documents` that `exchanges` use, as JSON."""
    by_operation: dict[tuple[str | None, str | None], list[Exchange]] = {}
    for exchange in exchanges:
        by_operation.setdefault((exchange.document, exchange.operation), []).append(exchange)
    strays = [each for (_, operation), found in by_operation.items() if operation is None for each in found]
    return {
        "note": NOTE,
        "requests": sum(map(len, by_operation.values())),
        "documents": [_document(document, by_operation) for document in documents],
        "unknown": [
            {"request": request, "requests": count} for request, count in Counter(map(_address, strays)).most_common()
        ],
    }


def _document(document: ServedContract, by_operation: Mapping[Any, list[Exchange]]) -> dict[str, Any]:
    used, unused = [], []
    for operation in document.contract.operations:
        exchanges = by_operation.get((str(document.name), operation.id), [])
        if exchanges:
            used.append(_operation(operation, document, exchanges))
        else:
            unused.append(_named(operation))
    return {
        "document": str(document.name),
        "title": document.contract.document["info"]["title"],
        "requests": sum(each["requests"] for each in used),
        "used": used,
        "unused": unused,
    }


def _operation(operation: Operation, document: ServedContract, exchanges: Sequence[Exchange]) -> dict[str, Any]:
    statuses = Counter(str(status(exchange) or "no response") for exchange in exchanges)
    violations = Counter((fault.location, fault.field, fault.message) for each in exchanges for fault in each.faults)
    documented = dict.fromkeys(_documented(operation, document.contract.document))
    sent = Counter(name for exchange in exchanges for name in set(_sent(exchange, documented)))
    for scheme in document.contract.security_schemes.values():
        sent.pop(f"{scheme.location}.{scheme.key}", None)
    return _named(operation) | {
        "requests": len(exchanges),
        "statuses": dict(sorted(statuses.items())),
        "unused_statuses": [each for each in operation.responses if each not in statuses],
        "fields": {name: sent[name] for name in documented if name in sent},
        "unused_fields": [name for name in documented if name not in sent],
        "undocumented_fields": {name: sent[name] for name in sorted(sent) if _is_new(name, documented)},
        "violations": [
            {"in": place, "field": field, "message": message, "requests": count}
            for (place, field, message), count in violations.most_common()
        ],
    }


def _named(operation: Operation) -> dict[str, Any]:
    return {"operation": operation.id, "method": operation.method, "path": operation.path}


def _address(exchange: Exchange) -> str:
    return f"{exchange.method} {exchange.path.decode('latin-1')} {status(exchange) or 'no response'}"


def _documented(operation: Operation, document: dict[str, Any]) -> Iterator[str]:
    """Yield the documented fields of a request, such as `body.targets.id`; a list has the members of its items."""
    for parameter in operation.parameters:
        yield f"{parameter.location}.{parameter.name}"
    for media in operation.body:
        yield from _members(media.data.get("schema", {}), document, "body", ())


def _members(node: dict[str, Any], document: dict[str, Any], name: str, above: tuple[int, ...]) -> Iterator[str]:
    """Yield the members below a schema; one that stands within itself is not entered again."""
    schema = follow(document, node)
    if id(schema) in above:
        return
    above = (*above, id(schema))
    for member, inside in schema.get("properties", {}).items():
        yield f"{name}.{member}"
        yield from _members(inside, document, f"{name}.{member}", above)
    in_place = [inside for keyword in ("allOf", "anyOf", "oneOf") for inside in schema.get(keyword, ())]
    if "items" in schema:
        in_place.append(schema["items"])
    for inside in in_place:
        yield from _members(inside, document, name, above)


def _sent(exchange: Exchange, documented: Mapping[str, Any]) -> Iterator[str]:
    """Yield the fields that a request has, in the same form."""
    values = exchange.values
    if values is None:
        return
    yield from (f"path.{name}" for name in values.path)
    yield from (f"header.{name}" for name in values.header)
    yield from (f"cookie.{name}" for name in values.cookie)
    for name, _ in parse_qsl(exchange.query.decode("latin-1"), keep_blank_values=True):
        if not name.startswith(MARK):
            yield f"query.{name}" if f"query.{name}" in documented else f"query.{name.partition('[')[0]}"
    yield from _names(values.body, "body")


def _names(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, dict):
        for member, inside in value.items():
            yield f"{name}.{member}"
            yield from _names(inside, f"{name}.{member}")
    elif isinstance(value, list):
        for item in value:
            yield from _names(item, name)


def _is_new(name: str, documented: Mapping[str, Any]) -> bool:
    """Return whether a field is undocumented: it is not declared, and the object that holds it declares others."""
    if name in documented:
        return False
    holder = name.rpartition(".")[0]
    while holder not in documented and "." in holder:
        holder = holder.rpartition(".")[0]
    return not holder.startswith("body") or any(other.startswith(f"{holder}.") for other in documented)
