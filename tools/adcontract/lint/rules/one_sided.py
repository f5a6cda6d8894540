"""Rules on properties of one side: `readOnly` and `writeOnly`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract.contract.directions import REQUEST, RESPONSE, is_hidden
from adcontract.contract.schema_paths import reach
from adcontract.lint.behavior_places import body_schemas
from adcontract.lint.registry import Violation, on_document
from adcontract.lint.rules.behavior import item_schemas, of_echo
from adcontract.openapi.patches import JSON_PATCH
from adcontract.openapi.pointer import join, lookup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.lint.subjects import Document


@on_document(
    "echo-of-one-side",
    "An echo has no property that only the server writes (readOnly), or that no response shows (writeOnly).",
)
def echo_of_one_side(document: Document) -> Iterator[Violation]:
    """Look up what an item keeps of a body in the schemas of the body and of the items."""
    items = item_schemas(document)
    for operation in document.operations:
        resource = operation.behavior.resource
        for ours, theirs in resource.echo.items() if resource else ():
            assert resource is not None
            sent = [each for body in body_schemas(operation) for each in reach(document.data, body, theirs)]
            shown = [each for item in items[resource.name] for each in reach(document.data, item, ours)]
            # in a JSON Patch nothing but the item says what may be written
            written = shown if any(each.essence == JSON_PATCH for each in operation.body) and not sent else sent
            for keyword, schemas, why in (
                (REQUEST, written, "the server alone writes it"),
                (RESPONSE, shown, "no response shows it"),
            ):
                if any(is_hidden(document.data, lookup(document.data, each), {keyword}) for each in schemas):
                    where = document.where(join(operation.pointer, "x-resource", *of_echo(operation, ("echo", ours))))
                    message = f"The item does not keep {theirs} of the request: it is {keyword}, so that {why}."
                    yield where, message, f"Leave it out of the echo, or correct {keyword}."
                    break
