"""The documents, operations and preference fields that the control page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from adcontract_mock.preferences.registry import PREFERENCES, Available, Option
from adcontract_mock.web.sample_request import sample

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import Operation
    from adcontract_mock.responses.served_contract import ServedContract

_GENERATED = "—generated—"
"""The option of the page for a body that is generated from the schema, among the names of examples."""


def form_fields(available: Available, *, of_all: bool = False) -> list[dict[str, Any]]:
    """Return the fields of a form: that of all operations, or that of one."""
    return [
        {
            "name": each.name,
            "description": each.description,
            "label": field.label,
            "unset": available.defaults.get(each.name, field.unset),
            "free_text": field.free_text,
            "options": field.options(available),
            "group": field.group,
            "more": field.more(available),
        }
        for each in PREFERENCES.values()
        if (field := each.field) and (field.of_all if of_all else field.of_operation)
    ]


def described(document: ServedContract) -> dict[str, Any]:
    """Return a document for the page: its operations by their tags."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for operation in document.contract.operations:
        tag = next(iter(operation.data.get("tags", [])), "")
        groups.setdefault(tag, []).append(_operation(document, operation, tag))
    return {
        "name": document.id,
        "title": document.contract.document["info"]["title"],
        "prefix": document.prefix,
        "newest": document.name.newest,
        "open": document.name.newest,
        "count": len(document.contract.operations),
        "groups": [{"tag": tag, "operations": operations} for tag, operations in groups.items()],
    }


def _operation(document: ServedContract, operation: Operation, tag: str) -> dict[str, Any]:
    summary = operation.data.get("summary", "")
    examples = {
        status: [
            *(
                (example.name, _titled(example.name, example.data))
                for media in response.media
                for example in media.examples
            ),
            *([(_GENERATED, "generated from the schema")] if response.media else []),
        ]
        for status, response in operation.responses.items()
    }
    statuses = [
        (status, f"{status} {response.data.get('description', '')}") for status, response in operation.responses.items()
    ]
    shared = document.contract.shared_responses(operation)
    success = operation.success.status if operation.success else ""
    states = options_of(document.composer.screens.names(operation))
    shown = sample(document, operation)
    return {
        "key": document.key(operation),
        "id": operation.id,
        "method": operation.method,
        "path": operation.path,
        "summary": summary,
        "find": f"{operation.method} {operation.path} {document.id} {operation.id} {summary} {tag}".lower(),
        "fields": form_fields(
            Available(statuses, [(status, status) for status in shared], examples.get(success, []), states)
        ),
        "examples": {"": examples.get(success, []), **examples},
        "states": states,
        "success": success,
        "credentials": shown.credentials,
        "address": shown.address,
        "media": shown.media,
        "body": shown.body,
        "docs": f"/_mock/docs?urls.primaryName={quote(document.id)}#/{quote(tag or 'default')}/{quote(operation.id)}",
    }


def options_of(named: Mapping[str, str]) -> list[Option]:
    """Return names and their descriptions as options."""
    return [(name, f"{name}: {description}") for name, description in named.items()]


def _titled(name: str, data: dict[str, Any]) -> str:
    return f"{name}: {data['summary']}" if "summary" in data else name
