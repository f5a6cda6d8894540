"""What is wrong with data that does not fit its type: the key, the cause and the fix, of an error of msgspec."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import inspect

from adcontract.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adcontract_conformance.settings.toml_places import Path

_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")
_MANY = 12
"""How many known names are listed beside the one that was probably meant."""

_ANY = "..."
"""Stands in a path of msgspec for the name of a key that it does not say."""

_WORDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "date": "a date",
    "datetime": "a date with a time",
    "time": "a time",
    "null": "nothing",
}
_LIMITS = {">=": "of at least", ">": "above", "<=": "of at most", "<": "below", "of length >=": "with at least"}


def no_such(kind: str, name: str, known: Iterable[str]) -> str:
    """Return a sentence on a name that does not exist, with the closest one, and all of them if they are not many."""
    every = list(known)
    meant = did_you_mean(name, every)
    listed = f" Known: {', '.join(every) or 'none'}." if not meant or len(every) <= _MANY else ""
    return f"there is no {kind} {name}.{meant}{listed}"


def explained(data: Any, type_: type, error: str) -> tuple[Path, str]:
    """Return the path of what an error of msgspec is about, and a sentence on the cause and the fix."""
    cause, _, place = error.partition(" - at `$")
    keys = _keys(data, type_, error, place)
    expected = _type_at(type_, keys)
    name = f"{keys[-1]}" if keys and isinstance(keys[-1], str) else "the list" if keys else "the file"
    if unknown := re.match(r"Object contains unknown field `(.*)`", cause):
        known = _names(expected)
        return (*keys, unknown[1]), no_such("key", unknown[1], known)
    if missing := re.match(r"Object missing required field `(.*)`", cause):
        return keys, f"{_whose(keys)} has no {missing[1]}. Add it, as in {_sample(expected, missing[1])}."
    if wrong := re.match(r"Invalid enum value (.+)", cause):
        given, known = wrong[1].strip("'"), [str(each) for each in _choices(expected)]
        return keys, f"{name} takes {' or '.join(known)}, not {given}.{did_you_mean(given, known)}"
    given_type = re.search(r", got `(.+)`", cause)
    instead = next((text for each in _structs(expected) if (text := getattr(each, "INSTEAD_OF_TEXT", ""))), "")
    if instead and given_type and given_type[1] == "str":
        return keys, instead
    instead_of = f", not {_WORDS.get(given_type[1], given_type[1])}" if given_type else ""
    return keys, f"{name} takes {_wanted(cause, expected)}{instead_of}."


def _wanted(cause: str, expected: inspect.Type) -> str:
    """Return in words what msgspec expects."""
    if encoded := re.match(r"Invalid RFC3339 encoded (\w+)", cause):
        return f"{_WORDS[encoded[1]]}, without quotes"
    match = re.match(r"Expected `(.+?)`([^,]*)", cause)
    if match is None:
        return f"something else ({cause})"
    words = " or ".join(_WORDS.get(each, each) for each in match[1].split(" | "))
    limit = match[2].strip()
    if limit.startswith("matching regex ") and (examples := _examples(expected)):
        return f"{words} such as {' or '.join(examples)}"
    for sign, word in _LIMITS.items():
        if limit.startswith(f"{sign} "):
            number = limit.removeprefix(f"{sign} ").removesuffix(".0")
            return f"{words} {word} {number}"
    return f"{words} {limit}".strip()


def _whose(keys: Path) -> str:
    return f"{'.'.join(map(str, keys))}" if keys else "the file"


def _keys(data: Any, type_: type, error: str, place: str) -> Path:
    """Return the path in an error of msgspec with the names of the keys that it leaves out."""
    keys: Path = ()
    for name, index in _STEP.findall(place.rstrip("`")):
        node = _at(data, keys)
        if index == _ANY:
            key = next(each for each in node if _error(_with(data, keys, {each: node[each]}), type_) == error)
            data = _with(data, keys, {key: node[key]})
            keys = (*keys, key)
        else:
            keys = (*keys, name or int(index))
    return keys


def _error(data: Any, type_: type) -> str | None:
    try:
        msgspec.convert(data, type_, str_keys=True)
    except msgspec.ValidationError as error:
        return str(error)
    return None


def _at(data: Any, keys: Path) -> Any:
    for key in keys:
        data = data[key]
    return data


def _with(data: Any, keys: Path, value: Any) -> Any:
    """Return data with another value at a path."""
    if not keys:
        return value
    own = _with(data[keys[0]], keys[1:], value)
    if isinstance(data, list):
        return [own if number == keys[0] else each for number, each in enumerate(data)]
    return {**data, keys[0]: own}


def _type_at(type_: type, keys: Path) -> inspect.Type:
    """Return the type of the value at a path, as far as it is known."""
    found: inspect.Type = inspect.type_info(type_)
    for key in keys:
        found = next((inner for each in _alternatives(found) if (inner := _inner(each, key))), inspect.AnyType())
    return found


def _inner(type_: inspect.Type, key: str | int) -> inspect.Type | None:
    if isinstance(type_, inspect.StructType):
        return next((field.type for field in type_.fields if field.encode_name == key), None)
    if isinstance(type_, inspect.DictType):
        return type_.value_type
    if isinstance(type_, inspect.CollectionType):
        return type_.item_type
    return type_.item_type if isinstance(type_, inspect.VarTupleType) else None


def _alternatives(type_: inspect.Type) -> Iterator[inspect.Type]:
    if isinstance(type_, inspect.Metadata):
        yield from _alternatives(type_.type)
    elif isinstance(type_, inspect.UnionType):
        for each in type_.types:
            yield from _alternatives(each)
    else:
        yield type_


def _examples(type_: inspect.Type) -> list[str]:
    if isinstance(type_, inspect.UnionType):
        return [example for each in type_.types for example in _examples(each)]
    return list((type_.extra_json_schema or {}).get("examples", [])) if isinstance(type_, inspect.Metadata) else []


def _structs(type_: inspect.Type) -> list[type]:
    return [each.cls for each in _alternatives(type_) if isinstance(each, inspect.StructType)]


def _fields(type_: inspect.Type) -> list[inspect.Field]:
    return [field for each in _alternatives(type_) if isinstance(each, inspect.StructType) for field in each.fields]


def _names(type_: inspect.Type) -> list[str]:
    return [field.encode_name for field in _fields(type_)]


def _sample(type_: inspect.Type, name: str) -> str:
    """Return a line that gives a key a value."""
    field = next(each for each in _fields(type_) if each.encode_name == name)
    kind = next(_alternatives(field.type))
    values = {inspect.IntType: "1", inspect.FloatType: "1.0", inspect.BoolType: "true", inspect.StrType: '"…"'}
    return f"{name} = {values.get(type(kind), '…')}"


def _choices(type_: inspect.Type) -> list[Any]:
    return [value for each in _alternatives(type_) if isinstance(each, inspect.LiteralType) for value in each.values]
