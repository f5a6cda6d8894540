"""Texts from the payloads of a contract, by the name of the property, and other texts of the same form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

_MOST = 20
_LONGEST = 200

_DAY = r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
_MOMENT = re.compile(
    _DAY
    + r"(?P<between>[T ])[0-9]{2}:[0-9]{2}(?P<seconds>:[0-9]{2})?(?P<part>\.[0-9]+)?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_RFC3339 = re.compile(_DAY + r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")


def sample_texts(document: dict[str, Any]) -> dict[str, list[str]]:
    """Return the text that the payloads of a document show under each name, in the order of the document."""
    found: dict[str, dict[str, None]] = {}
    for name, text in _texts(list(_payloads(document)), ""):
        known = found.setdefault(name, {})
        if len(known) < _MOST and 0 < len(text) <= _LONGEST:
            known[text] = None
    return {name: list(texts) for name, texts in found.items()}


def like(sample: str, random: Random) -> str | None:
    """Return another text of the same form as `sample`; None if its form is unknown."""
    return next((generate(match, random) for form, generate in _FORMS if (match := form.fullmatch(sample))), None)


def is_moment(sample: str) -> bool:
    """Return whether a text is a date-time of RFC 3339."""
    return bool(_RFC3339.fullmatch(sample))


def _payloads(node: Any) -> Iterator[Any]:
    if isinstance(node, list):
        for item in node:
            yield from _payloads(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "content" and isinstance(value, dict):
                for media in value.values():
                    examples = media.get("examples") if isinstance(media, dict) else None
                    # the payload of another example may have members of these names
                    named = examples.values() if isinstance(examples, dict) else ()
                    yield from (each.get("value") for each in named if isinstance(each, dict))
            else:
                yield from _payloads(value)


def _texts(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, name)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, key)


def day(random: Random) -> str:
    """Return a day of 2025."""
    return f"2025-{random.randint(1, 12):02}-{random.randint(1, 28):02}"


def _moment(match: re.Match[str], random: Random) -> str:
    clock = f"{random.randint(0, 23):02}:{random.randint(0, 59):02}"
    seconds = f":{random.randint(0, 59):02}" if match["seconds"] else ""
    part = "." + _digits(len(match["part"]) - 1, random) if match["part"] else ""
    return f"{day(random)}{match['between']}{clock}{seconds}{part}{match['zone'] or ''}"


def _digits(count: int, random: Random) -> str:
    return "".join(random.choice("0123456789") for _ in range(count))


def _amount(match: re.Match[str], random: Random) -> str:
    whole, part = match[0].split(".")
    return f"{random.randint(10 ** (len(whole) - 1), 10 ** len(whole) - 1)}.{_digits(len(part), random)}"


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Random], str]], ...] = (
    (_MOMENT, _moment),
    (re.compile(_DAY), lambda _, random: day(random)),
    (re.compile(r"[0-9]{4}-[0-9]{2}"), lambda _, random: day(random)[:7]),
    (
        re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        lambda _, random: str(UUID(int=random.getrandbits(128), version=4)),
    ),
    (re.compile(r"[0-9]{1,9}\.[0-9]{1,4}"), _amount),
    (
        re.compile(r"[1-9][0-9]{0,17}"),
        lambda match, random: str(random.randint(1, 9)) + _digits(len(match[0]) - 1, random),
    ),
    (re.compile(r"[0-9a-f]{16,}"), lambda match, random: "".join(random.choice("0123456789abcdef") for _ in match[0])),
)
"""The forms of text, each with a function that generates another text of that form."""
