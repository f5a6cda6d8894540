"""openapi-spec-validator on an assembled document, with the place of each of its errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema_rs
from openapi_spec_validator import OpenAPIV30SpecValidator
from openapi_spec_validator.validation.exceptions import (
    DuplicateOperationIDError,
    ExtraParametersError,
    ParameterDuplicateError,
    UnresolvableParameterError,
)
from openapi_spec_validator.validation.keywords import OpenAPIV30SchemaValidator

from adcontract.openapi.pointer import get, join, step
from adcontract.openapi.references import deref

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema_path.paths import SchemaPath

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


def errors(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the pointer and the message of each error of a document that no rule of ours reports."""
    for error in _Validator(document).iter_errors():
        if not isinstance(error, _REPORTED_ELSEWHERE) and not _is_pattern_of_ecma(error):
            of_list = ["required"] if isinstance(error, ExtraParametersError) else []
            pointer = _followed(document, [*error.path, *of_list])
            if not _is_about_default(document, pointer, error):
                yield pointer, f"{str(error.message).rstrip('.')}."


def _is_pattern_of_ecma(error: Any) -> bool:
    """Return whether an error is about a pattern that Python cannot read, and ECMA 262 can, as OpenAPI has it."""
    if error.validator != "format" or error.validator_value != "regex":
        return False
    return jsonschema_rs.Draft202012Validator({"format": "regex"}, validate_formats=True).is_valid(error.instance)


def _is_about_default(document: dict[str, Any], pointer: str, error: Any) -> bool:
    """Return whether an error is about the default of the schema at `pointer`, which the rule default-fits reports."""
    schema = get(document, pointer)
    return isinstance(schema, dict) and "default" in schema and schema["default"] is error.instance


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
