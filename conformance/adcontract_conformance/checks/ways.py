"""In which way a breach breaks the contract, where it does so in many places: what the causes of findings go by.

Each is a sentence without the values of a place; of two, the first is the more general one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract.openapi.pointer import split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adcontract import Operation, RequestError

Way = tuple[str, ...]


def of_operation(operation: Operation, sentence: str) -> Way:
    """Return the way of a breach of an operation as a whole: another operation has a cause of its own."""
    return sentence, f"{sentence.rstrip('.')}: {operation.id}."


def accepted(faults: Iterable[RequestError]) -> Way:
    """Return the way of a request that is accepted in spite of its faults, of which the first documented one counts."""
    faults = list(faults)
    general = "Faulty requests are accepted."
    if not faults:
        return (general,)
    first = next((fault for fault in faults if not fault.inferred), faults[0])
    name = field_name(first.field.split("."))
    place = f"{first.location} {name}" if name and name != first.location else first.location
    keyword = "unreadable" if first.malformed else split(first.pointer)[-1]
    return general, f"Faulty requests are accepted: {place}, {keyword}."


def unknown(status: int, expected: str) -> Way:
    """Return the way of a request to a path or with a method that the contract does not have."""
    if status < 400:
        return ("Paths and methods that the contract does not have are accepted.",)
    return (f"Paths and methods that the contract does not have are not answered with {expected}.",)


def body(path: Iterable[str | int], clause: str) -> Way:
    """Return the way of a field that breaks its schema, wherever in a body the field is."""
    name = field_name(path)
    return "Bodies do not fit their schemas.", f"The field {name} {clause}." if name else f"The body {clause}."


def field_name(path: Iterable[str | int]) -> str:
    """Return the last name on the path to a field, without the numbers of rows."""
    return next((str(step) for step in reversed(list(path)) if not str(step).isdigit()), "")
