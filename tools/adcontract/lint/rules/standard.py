"""The rule of the OpenAPI standard: openapi-spec-validator on the assembled document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openapi_spec_validator import OpenAPIV30SpecValidator
from openapi_spec_validator.validation.exceptions import (
    DuplicateOperationIDError,
    ParameterDuplicateError,
    UnresolvableParameterError,
)
from openapi_spec_validator.validation.keywords import OpenAPIV30SchemaValidator

from adcontract.lint.registry import Violation, on_document
from adcontract.openapi.pointer import join, step
from adcontract.openapi.references import deref

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema_path.paths import SchemaPath

    from adcontract.lint.subjects import Document

# rules of our own report these with their location: operation-id-unique, parameter-twice, path-parameters
_REPORTED_ELSEWHERE = (DuplicateOperationIDError, ParameterDuplicateError, UnresolvableParameterError)


class _SchemaValidator(OpenAPIV30SchemaValidator):
    """Adds the path of the schema to each of its errors, which the library leaves out."""

    def __call__(self, schema: SchemaPath, *args: Any, **options: Any) -> Iterator[Any]:
        for error in super().__call__(schema, *args, **options):
            if not hasattr(error, "placed"):
                error.placed = True
                error.relative_path.extendleft(reversed(schema.parts))
            yield error


class _Validator(OpenAPIV30SpecValidator):
    keyword_validators = {**OpenAPIV30SpecValidator.keyword_validators, "schema": _SchemaValidator}  # noqa: RUF012


@on_document("openapi", "openapi-spec-validator accepts the assembled document.")
def openapi(document: Document) -> Iterator[Violation]:
    """Report the errors that the library finds."""
    for error in _Validator(document.data).iter_errors():
        if not isinstance(error, _REPORTED_ELSEWHERE):
            message = str(error.message).rstrip(".")
            yield (
                document.where(_followed(document.data, error.path)),
                f"{message}.",
                "Correct it as OpenAPI 3.0 requires.",
            )


def _followed(node: Any, path: Any) -> str:
    """Return the pointer of the node at the end of `path` in the document `node`, with references followed."""
    root, pointer = node, ""
    for part in map(str, path):
        node, pointer = deref(root, node, pointer)
        try:
            node = step(node, [part])
        except LookupError:
            break
        pointer = join(pointer, part)
    return pointer
