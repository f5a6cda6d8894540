"""The rule of the OpenAPI standard: openapi-spec-validator on the assembled document."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from typing import TYPE_CHECKING

import orjson

from adcontract.assembly import cache
from adcontract.lint.registry import OPENAPI, Violation, on_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.lint.subjects import Document

_VALIDATORS = ("openapi-spec-validator", "openapi-schema-validator", "jsonschema")


@on_document("openapi", "openapi-spec-validator accepts the assembled document.", OPENAPI)
def openapi(document: Document) -> Iterator[Violation]:
    """Report the errors that the library finds. A document without any is not validated again while it is the same."""
    digest = hashlib.sha256(orjson.dumps([*map(version, _VALIDATORS), document.data]))
    key = f"{document.name}-{digest.hexdigest()[:32]}"
    if cache.is_marked(key):
        return
    # imported here: a third of the time of a run in which no document has changed
    from adcontract.lint.spec_validator import errors

    found = list(errors(document.data))
    for pointer, message in found:
        yield document.where(pointer), message, "Correct it as OpenAPI 3.0 requires."
    if not found:
        cache.mark(key)
