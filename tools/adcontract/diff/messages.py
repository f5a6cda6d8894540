"""The comparison of the parameters, the request body and the responses of an operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.diff.bodies import Holder, compare_schemas
from adcontract.diff.change import Change, at, change
from adcontract.diff.keywords import provenance
from adcontract.diff.schema import read
from adcontract.openapi.paths import parameter_names
from adcontract.openapi.pointer import join
from adcontract.openapi.references import deref

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adcontract.contract.operation_parts import MediaType, Parameter, Response
    from adcontract.contract.operations import Operation
    from adcontract.diff.pairs import Pairs
    from adcontract.diff.schema import Part


def parameters(pairs: Pairs, old: Operation, new: Operation) -> Iterator[Change]:
    """Yield the changes of the parameters. Path parameters match by their order in the path."""
    before, after = _by_key(old), _by_key(new)
    for key in dict.fromkeys((*before, *after)):
        was, now = before.get(key), after.get(key)
        if was is None and now is not None:
            rule = "new-required-request-parameter" if now[0].required else "new-optional-request-parameter"
            yield change(rule, _parameter(now[0]), None, now[1])
        elif now is None and was is not None:
            yield change("request-parameter-removed", _parameter(was[0]), was[1], None)
        elif was is not None and now is not None:
            yield from _one_parameter(pairs, was[0], now[0])


_NOT_PARAMETERS = ("accept", "content-type", "authorization")
"""The headers whose definition as a parameter is ignored (OpenAPI 3.0.3, Parameter Object)."""


def _by_key(operation: Operation) -> dict[tuple[str, str], tuple[Parameter, str]]:
    """Return each parameter and its pointer in the operation, by its location and the name that a client sends."""
    order = parameter_names(operation.path)
    keyed = {}
    for index, parameter in enumerate(operation.parameters):
        if parameter.location == "header" and parameter.name.lower() in _NOT_PARAMETERS:
            continue
        name = parameter.name.lower() if parameter.location == "header" else parameter.name
        if parameter.location == "path" and name in order:
            name = str(order.index(name))
        keyed[parameter.location, name] = parameter, join(operation.pointer, "parameters", str(index))
    return keyed


def _parameter(parameter: Parameter) -> str:
    return f"the {parameter.location} parameter `{parameter.name}`"


def _one_parameter(pairs: Pairs, old: Parameter, new: Parameter) -> Iterator[Change]:
    part = _parameter(old)

    def where(keyword: str) -> tuple[str, str]:
        return at(old.data, old.pointer, keyword), at(new.data, new.pointer, keyword)

    if old.location == "path" and old.name != new.name:
        yield change("request-path-parameter-renamed", part, *where("name"), old.name, new.name)
    if old.required != new.required:
        fate = "required" if new.required else "optional"
        yield change(f"request-parameter-became-{fate}", part, *where("required"))
    styles = _styles(pairs, old, new)
    if styles[0] != styles[1]:
        yield change("request-parameter-style-changed", part, *where("style"), *styles)
    if bool(old.data.get("allowEmptyValue")) != bool(new.data.get("allowEmptyValue")):
        fate = "allowed" if new.data.get("allowEmptyValue") else "refused"
        yield change(f"request-parameter-empty-value-{fate}", part, *where("allowEmptyValue"))
    yield from _marks("request-parameter", part, (old.data, old.pointer), (new.data, new.pointer))
    holder = Holder("request-parameter", part)
    yield from compare_schemas(holder, pairs, _schema(old.data, old.pointer), _schema(new.data, new.pointer))


def _styles(pairs: Pairs, old: Parameter, new: Parameter) -> list[str]:
    """Return how the values of both are written; whether entries are written on their own, where both may have some."""
    sides = list(zip(pairs.documents, (old, new), strict=True))
    explodes = all(_has_entries(*side) for side in sides)
    return [
        ", ".join(map(_media_type, parameter.data.get("content", ())))
        or (f"{parameter.style}, exploded" if parameter.explode and explodes else parameter.style)
        for _, parameter in sides
    ]


def _has_entries(document: dict[str, Any], parameter: Parameter) -> bool:
    """Return whether the entries of a value can be written on their own: in the style `simple` those of objects."""
    schema = read(document, (_schema(parameter.data, parameter.pointer),), request=True, text=True)
    return schema.data.get("type") in (None, "object", *(() if parameter.style == "simple" else ("array",)))


def _schema(holder: Mapping[str, Any], pointer: str) -> Part:
    """Return the schema of a parameter or a header: its own, or that of its content."""
    for name, media in holder.get("content", {}).items():
        return media.get("schema", {}), join(pointer, "content", name, "schema")
    return holder.get("schema", {}), join(pointer, "schema")


def _marks(subject: str, part: str, old: Part, new: Part) -> Iterator[Change]:
    """Yield the changes of the marks `deprecated` and `x-inferred`."""
    if bool(old[0].get("deprecated")) != bool(new[0].get("deprecated")):
        fate = "deprecated" if new[0].get("deprecated") else "reactivated"
        yield change(f"{subject}-{fate}", part, at(*old, "deprecated"), at(*new, "deprecated"))
    if known := provenance(old[0], new[0], old[0].keys() & new[0].keys()):
        yield change(f"{subject}-became-{known}", part, at(*old, "x-inferred"), at(*new, "x-inferred"))


def body(pairs: Pairs, old: Operation, new: Operation) -> Iterator[Change]:
    """Yield the changes of the request body."""
    part = "the request body"
    where = join(old.pointer, "requestBody"), join(new.pointer, "requestBody")
    if not old.body or not new.body:
        if new.body:
            rule = "request-body-added-required" if new.body_required else "request-body-added-optional"
            yield change(rule, part, None, where[1])
        elif old.body:
            yield change("request-body-removed", part, where[0], None)
        return
    if old.body_required != new.body_required:
        yield change(f"request-body-became-{'required' if new.body_required else 'optional'}", part, *where)
    yield from _media(pairs, "request-body", part, old.body, new.body)


def _media(
    pairs: Pairs, subject: str, body: str, old: tuple[MediaType, ...], new: tuple[MediaType, ...]
) -> Iterator[Change]:
    rule = {"request-body": "request-body-media-type", "response-body": "response-media-type"}[subject]
    before, after = ({_media_type(media.type): media for media in each} for each in (old, new))
    for name in dict.fromkeys((*before, *after)):
        if name not in before:
            yield change(f"{rule}-added", body, None, after[name].pointer, None, name)
        elif name not in after:
            yield change(f"{rule}-removed", body, before[name].pointer, None, name)
        else:
            part = f"{body} as {name}" if len(before) > 1 or len(after) > 1 else body
            yield from _one_media(pairs, Holder(subject, part), before[name], after[name])


def _media_type(name: str) -> str:
    """Return a media type as it is compared: in lower case, and without the encoding that is the rule."""
    type_, *parameters = (part.strip().lower() for part in name.split(";"))
    return ";".join([type_, *(each for each in parameters if each.replace('"', "") != "charset=utf-8")])


_ENCODING_DEFAULTS = (("style", "form"), ("explode", True), ("allowReserved", False))


def _encoding(document: dict[str, Any], media: MediaType) -> dict[str, Any]:
    """Return how each part of a form is written, without what is the rule."""
    written = media.data.get("encoding", {})
    schema = read(document, (_schema(media.data, media.pointer),), request=True, text=False)
    return {
        name: {key: value for key, value in written.get(name, {}).items() if (key, value) not in _ENCODING_DEFAULTS}
        for name in schema.properties.keys() | written.keys()
    }


def _one_media(pairs: Pairs, holder: Holder, old: MediaType, new: MediaType) -> Iterator[Change]:
    if holder.request and old.data.get("encoding") != new.data.get("encoding"):
        # a part that is new or gone is a change of its own
        before, after = (_encoding(*side) for side in zip(pairs.documents, (old, new), strict=True))
        if any(before[name] != after[name] for name in before.keys() & after.keys()):
            yield change("request-body-encoding-changed", holder.name, old.pointer, new.pointer)
    yield from compare_schemas(holder, pairs, _schema(old.data, old.pointer), _schema(new.data, new.pointer))


def responses(pairs: Pairs, old: Operation, new: Operation) -> Iterator[Change]:
    """Yield the changes of the responses."""
    for status in sorted(old.responses.keys() | new.responses.keys()):
        rule = f"response-{'success' if status.startswith('2') else 'non-success'}-status"
        part = f"the response {status}"
        where = [join(operation.pointer, "responses", status) for operation in (old, new)]
        if status not in old.responses:
            yield change(f"{rule}-added", part, None, where[1], None, status)
        elif status not in new.responses:
            yield change(f"{rule}-removed", part, where[0], None, status)
        else:
            yield from _response(pairs, part, old.responses[status], new.responses[status])


def _response(pairs: Pairs, part: str, old: Response, new: Response) -> Iterator[Change]:
    yield from _marks("response", part, (old.data, old.pointer), (new.data, new.pointer))
    before, after = (
        _headers(document, response) for document, response in zip(pairs.documents, (old, new), strict=True)
    )
    for key in dict.fromkeys((*before, *after)):
        was, now = before.get(key), after.get(key)
        name, old_header = was or ("", None)
        name, new_header = now or (name, None)
        header = f"the header `{name}` of {part}"
        if old_header and new_header:
            yield from _one_header(pairs, header, old_header, new_header)
        elif new_header:
            yield change("response-header-added", header, None, new_header[1])
        elif old_header:
            presence = "required" if old_header[0].get("required") else "optional"
            yield change(f"{presence}-response-header-removed", header, old_header[1], None)
    yield from _media(pairs, "response-body", f"the body of {part}", old.media, new.media)


def _headers(document: dict[str, Any], response: Response) -> dict[str, tuple[str, Part]]:
    """Return each header with its name, by its name in lower case; the media type is no header (OpenAPI 3.0.3)."""
    return {
        name.lower(): (name, deref(document, header, join(response.pointer, "headers", name)))
        for name, header in response.data.get("headers", {}).items()
        if name.lower() != "content-type"
    }


def _one_header(pairs: Pairs, part: str, old: Part, new: Part) -> Iterator[Change]:
    was, now = bool(old[0].get("required")), bool(new[0].get("required"))
    if was != now:
        yield change(f"response-header-became-{'required' if now else 'optional'}", part, old[1], new[1])
    yield from _marks("response-header", part, old, new)
    yield from compare_schemas(Holder("response-header", part), pairs, _schema(*old), _schema(*new))
