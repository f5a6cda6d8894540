"""The messages to faulty requests: by the templates of a contract (`messages` of `x-errors`), else our own."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from adcontract import RequestError

_LONGEST = 200
_placeholder = re.compile(r"\{([a-z]+)\}")
_capital = re.compile(r"(.)(?=[A-Z])")
_number = re.compile(r"\.[0-9]+(\.|$)")


class Messages:
    """How the messages of one contract read. `declared` is what it says of them, empty for nothing."""

    def __init__(self, declared: dict[str, Any]) -> None:
        self._declared = declared

    def of(
        self, faults: Sequence[RequestError], faults_of_body: Callable[[Any], Iterable[RequestError]]
    ) -> list[dict[str, str]]:
        """Return the location, the field and the message of each fault, as an `x-body` reads them.

        `faults_of_body` returns the faults that a request with another body would have.
        """
        shown = self._shown(faults, faults_of_body) if self._declared else faults
        reported = dict.fromkeys((fault.location, fault.field, self._message(fault)) for fault in shown)
        return [{"in": location, "field": field, "message": message} for location, field, message in reported]

    def summary(self, listed: Sequence[dict[str, str]]) -> str:
        """Return one message for all of them: the first, and how many more there are."""
        first, more = listed[0]["message"], len(listed) - 1
        if not more:
            return first
        known = self._declared
        template = known.get("more", "{message}") if known else "{message} (and {count} more)"
        return _filled(known.get("one-more", template) if more == 1 else template, message=first, count=more)

    def _shown(
        self, faults: Iterable[RequestError], faults_of_body: Callable[[Any], Iterable[RequestError]]
    ) -> Iterable[RequestError]:
        """Yield the faults as the vendor sees them: one for each field, and missing is what it reads as missing."""
        known = self._declared
        for fault in faults:
            instead: list[RequestError] = []
            if fault.bodiless:
                if "default-body" in known and not (fault.malformed and fault.rule in known):
                    instead = list(faults_of_body(known["default-body"]))
            elif fault.rule and fault.needed and any(_same(fault.value, each) for each in known.get("missing", ())):
                instead = [replace(fault, rule="required")]
            elif fault.rule == "additionalProperties" and isinstance(fault.expected, list):
                outer = "" if fault.field == fault.location else f"{fault.field}."
                instead = [
                    replace(fault, field=f"{outer}{name}", expected=name, value=fault.value[name])
                    for name in fault.expected
                ]
            yield from instead or [fault]

    def _message(self, fault: RequestError) -> str:
        if not self._declared:
            return sentence(fault)
        template = self._declared.get(fault.rule)
        if isinstance(template, dict):
            template = template.get(_kind(fault.expected))
        template = template or self._declared["other"]
        return _filled(
            template,
            field=_spaced(fault) if self._declared.get("field") == "words" else fault.field,
            limit=self._list(fault.expected),
            value=_short(_text(fault.value)) if "{value}" in template else "",
        )

    def _list(self, expected: Any) -> str:
        item = self._declared.get("item", "{value}")
        if isinstance(expected, list):
            return ", ".join(_filled(item, value=_text(each)) for each in expected)
        return _text(expected)


def sentence(fault: RequestError) -> str:
    """Return a fault with the name of its field: `size: 500 is greater than the maximum of 100`."""
    message = _short(fault.message)
    return f"{fault.field} {message}" if message.startswith(("is ", "has ")) else f"{fault.field}: {message}"


def _filled(template: str, **values: Any) -> str:
    """Return a template with values in place of its placeholders; what a value has in braces stays as it is."""
    return _placeholder.sub(lambda found: str(values.get(found[1], found[0])), template)


def _kind(expected: Any) -> str:
    """Return the type or the format that was expected; where null is allowed too, the other one."""
    names = expected if isinstance(expected, list) else [expected]
    return next((str(name) for name in names if name != "null"), "null")


def _spaced(fault: RequestError) -> str:
    """Return the name of a field in words: `created by` for `created_by`. What the client has named keeps its name."""
    if _number.search(fault.field) or "/additionalProperties/" in fault.pointer:
        return fault.field
    return _capital.sub(r"\1_", fault.field).lower().replace("_", " ")


def _same(value: Any, other: Any) -> bool:
    return type(value) is type(other) and bool(value == other)


def _text(value: Any) -> str:
    # orjson writes no integer of more than 64 bits
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
