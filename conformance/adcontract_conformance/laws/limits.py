"""Values that are outside one limit of a schema and, if possible, inside all others: a server may enforce but one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract import Schemas

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_SUCH = "adcontract-no-such-value"

_OWN = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}
_LIMITS = ("minimum", "maximum", "multipleOf", "minLength", "maxLength", "enum", "pattern", "format")
_FORMS = (
    *("2021-02-30", "2021-06-15T12:30:00Z", "2021-06-15T12:30:00.5+02:00", "2021-06-15 12:30:00", "2021-06-15"),
    *(
        "2021-02-30T12:30:00Z",
        "2021-02-30T12:30:00",
        "12:30",
        "a@b.example",
        "https://a.example/",
        "192.0.2.1",
        "1",
        "x",
    ),
)
"""Texts of many forms: of each format one that has it, or one that only seems to have it."""


def outside(schema: dict[str, Any], value: Any) -> Iterator[tuple[Any, str]]:
    """Yield values outside a limit of a schema, each with the keyword that says the limit; `value` is a valid one."""
    for keyword in _LIMITS:
        if keyword in schema and (keyword != "minLength" or schema[keyword]):
            yield _breaking(schema, keyword, list(_candidates(schema, keyword, value))), keyword
    if schema.get("type") in ("integer", "number", "boolean"):
        yield NO_SUCH, "type"


def _breaking(schema: dict[str, Any], keyword: str, candidates: list[Any]) -> Any:
    """Return the candidate that breaks this keyword alone; the first one if each breaks another, too."""
    own = {name: schema[name] for name in (keyword, _OWN.get(keyword)) if name in schema}
    others = {name: schema[name] for name in (*_LIMITS, *_OWN.values()) if name in schema and name not in own}
    if not others:
        return candidates[0]
    others |= {name: schema[name] for name in ("type", "nullable") if name in schema}
    schemas = Schemas({"components": {"schemas": {"own": own, "others": others}}})
    alone = (
        each
        for each in candidates
        if schemas.valid("/components/schemas/others", each) and not schemas.valid("/components/schemas/own", each)
    )
    return next(alone, candidates[0])


def _candidates(schema: dict[str, Any], keyword: str, value: Any) -> Iterator[Any]:
    limit, step = schema[keyword], schema.get("multipleOf", 1)
    if keyword in ("minimum", "maximum"):
        yield from (limit - 1, limit - step) if keyword == "minimum" else (limit + 1, limit + step)
    elif keyword == "multipleOf":
        start = value if isinstance(value, int | float) else schema.get("minimum", 0)
        yield from (start + 1, start + limit / 2, start + limit / 3)
    elif keyword in ("minLength", "maxLength"):
        known = value if isinstance(value, str) and value else "x"
        length = limit - 1 if keyword == "minLength" else limit + 1
        yield "x" * length if keyword == "maxLength" else ""
        yield (known * length)[:length]
    else:
        yield NO_SUCH
        if isinstance(value, str) and value:
            yield from (f"{value[:-1]}~", f"{value}~", value.upper(), value.lower(), value[:-1])
        yield from _FORMS
        yield from ("~" * length for length in {schema.get("minLength", 1), schema.get("maxLength", 1)} if length < 100)
