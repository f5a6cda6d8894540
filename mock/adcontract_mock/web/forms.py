"""The documents, operations and preference fields that the control page shows."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from adcontract.contract.schema_paths import reach
from adcontract.openapi.pointer import join
from adcontract.requests import serialize
from adcontract_mock.preferences.registry import PREFERENCES, Available, Option
from adcontract_mock.web.sample_request import SampleValues, sample
from adcontract_mock.web.schema_fields import field, fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from adcontract import MediaType, Operation, Response
    from adcontract_mock.responses.served_contract import ServedContract
    from adcontract_mock.web.schema_fields import Field

_GENERATED = "—generated—"
"""The option of the page for a body that is generated from the schema, among the names of examples."""

_PHRASES = {str(status.value): status.phrase for status in HTTPStatus}


def form_fields(available: Available, *, of_all: bool = False) -> list[dict[str, Any]]:
    """Return the fields of a form: that of all operations, or that of one."""
    return [
        {
            "name": each.name,
            "description": each.description,
            "label": offered.label,
            "unset": available.defaults.get(each.name, offered.unset),
            "free_text": offered.free_text,
            "options": _labeled(options),
            "group": offered.group,
            "more": _labeled(offered.more(available)),
            "hint": "" if options or offered.free_text else offered.without_options,
        }
        for each in PREFERENCES.values()
        if (offered := each.field) and (offered.of_all if of_all else offered.of_operation)
        for options in [offered.options(available)]
    ]


def _labeled(options: Sequence[Option]) -> list[tuple[str, str, str]]:
    """Return options as value, label and hint: a closed list shows its label whole, and the hint is below it."""
    labeled = []
    for value, text in options:
        label, hint = (value, text[len(value) + 2 :]) if text.startswith(f"{value}: ") else (text, "")
        labeled.append((value, f"{value} {_PHRASES[value]}" if label in _PHRASES else label, hint))
    return labeled


def listed(document: ServedContract) -> dict[str, Any]:
    """Return a document for the page: its operations by their tags."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for operation in document.contract.operations:
        tags = operation.data.get("tags", [])
        groups.setdefault(next(iter(tags), ""), []).append(
            {
                "key": document.key(operation),
                "id": operation.id,
                "method": operation.method,
                "path": operation.path,
                "summary": operation.data.get("summary", ""),
                "tags": tags,
            }
        )
    return {
        "name": document.id,
        "title": document.contract.document["info"]["title"],
        "prefix": document.prefix,
        "newest": document.name.newest,
        "open": document.name.newest,
        "count": len(document.contract.operations),
        "groups": [{"tag": tag, "operations": operations} for tag, operations in groups.items()],
    }


def opened(document: ServedContract, operation: Operation) -> dict[str, Any]:
    """Return what the page shows of an operation that is opened: its choices, and a request with its schema."""
    examples = {status: _labeled(_examples(response)) for status, response in operation.responses.items()}
    success = operation.success.status if operation.success else ""
    tag = next(iter(operation.data.get("tags", [])), "default")
    return {
        "key": document.key(operation),
        "id": operation.id,
        "fields": form_fields(_available(document, operation)),
        "examples": {"": examples.get(success, []), **examples},
        "states": _labeled(options_of(document.composer.screens.names(operation))),
        "success": success,
        "request": sample(document, operation),
        "parameters": list(_parameters(document, operation)),
        "bodies": [(media.written, _properties(document, media)) for media in operation.body],
        "docs": f"/_mock/docs?urls.primaryName={quote(document.id)}#/{quote(tag)}/{quote(operation.id)}",
    }


def searchable(document: ServedContract, operation: Operation) -> dict[str, list[str]]:
    """Return the names by which an operation is found: of its parameters, and of the properties of its bodies."""
    found: dict[str, dict[str, None]] = {}
    for parameter in operation.parameters:
        found.setdefault(parameter.location, {})[parameter.name] = None
    bodies = [("body", media) for media in operation.body]
    for response in operation.responses.values():
        where = "response" if response is operation.success else f"response {response.status}"
        bodies += [(where, media) for media in response.media]
    for where, media in bodies:
        found.setdefault(where, {}).update(dict.fromkeys(each.path for each in _properties(document, media)))
    return {where: list(names) for where, names in found.items() if names}


def _available(document: ServedContract, operation: Operation) -> Available:
    return Available(
        statuses=[
            (status, f"{status}: {each.data.get('description', '')}") for status, each in operation.responses.items()
        ],
        shared_statuses=[(status, status) for status in document.contract.shared_responses(operation)],
        examples=_examples(operation.success) if operation.success else [],
        states=options_of(document.composer.screens.names(operation)),
    )


def _examples(response: Response) -> list[Option]:
    named = [(each.name, _titled(each.name, each.data)) for media in response.media for each in media.examples]
    return [*named, *([(_GENERATED, "generated from the schema")] if response.media else [])]


def _parameters(document: ServedContract, operation: Operation) -> Iterator[tuple[str, Field, str]]:
    """Yield the location of each parameter, the parameter, and how it is written into a query, empty elsewhere."""
    whole, values = document.contract.document, SampleValues(document)
    for each in operation.parameters:
        schemas = reach(whole, join(each.pointer, "schema"), "") if "schema" in each.data else []
        shown = field(whole, schemas, each.name, required=each.required)
        shown = replace(shown, description=each.data.get("description", shown.description))
        written = serialize.pairs(operation, {each.name: values.of(each)}) if each.location == "query" else []
        yield each.location, shown, urlencode(written, safe="[]:,/")


def _properties(document: ServedContract, media: MediaType) -> list[Field]:
    return fields(document.contract.document, join(media.pointer, "schema")) if "schema" in media.data else []


def options_of(named: Mapping[str, str]) -> list[Option]:
    """Return names and their descriptions as options."""
    return [(name, f"{name}: {description}") for name, description in named.items()]


def _titled(name: str, data: dict[str, Any]) -> str:
    return f"{name}: {data['summary']}" if "summary" in data else name
