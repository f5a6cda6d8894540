"""Plausible text: by format, by pattern, by the name of the property that holds it."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any
from uuid import UUID

from rstr import Rstr

from adcontract_mock.generation.samples import day, is_moment, like

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from random import Random

_REMEMBERED = 1024
_TRIES = 50
_UNICODE = re.compile(r"\\p\{(?P<letters>[A-Za-z]+)\}")
_ASCII = {"L": "A-Za-z", "Lu": "A-Z", "Ll": "a-z", "N": "0-9", "Nd": "0-9", "Letter": "A-Za-z", "P": "-.,!", "Z": " "}
_WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "indigo", "juniper", "kelp", "linen")
_FIRST = ("Ada", "Bo", "Cleo", "Dan", "Eva", "Finn", "Gia", "Hugo", "Ines", "Jon", "Kim", "Lea")
_LAST = ("Lind", "Ek", "Ray", "Holm", "Strand", "Dahl", "Moss", "Berg", "Falk", "Quist", "Sand", "Thorn")
_STREETS = ("Mill Lane", "Harbor Road", "Birch Street", "Station Road", "Church Street", "Park Avenue")
_CITIES = ("Stockholm", "Oslo", "Copenhagen", "Helsinki", "Berlin", "London", "Chicago", "Gothenburg")
_COMPANIES = ("Amber Goods", "Birch & Co", "Cedar Trading", "Delta Media", "Fjord Foods", "Linen House")
_CURRENCIES = ("EUR", "SEK", "USD", "GBP", "NOK", "DKK")
_COUNTRIES = ("SE", "NO", "DK", "FI", "DE", "GB", "US")
_HOUSE = "example.com"


def _word(random: Random) -> str:
    return random.choice(_WORDS)


def _title(random: Random) -> str:
    return f"{_word(random).capitalize()} {_word(random)}"


def _time(random: Random) -> str:
    return f"{random.randint(0, 23):02}:{random.randint(0, 59):02}:{random.randint(0, 59):02}"


def _person(random: Random) -> str:
    return f"{random.choice(_FIRST)} {random.choice(_LAST)}"


def _moment(random: Random) -> str:
    return f"{day(random)}T{_time(random)}Z"


def _url(random: Random) -> str:
    return f"https://{_HOUSE}/{_word(random)}-{random.randint(1, 999)}"


def _email(random: Random) -> str:
    return f"{_word(random)}{random.randint(1, 99)}@{_HOUSE}"


_BY_FORMAT: dict[str, Callable[[Random], str]] = {
    "date": day,
    "date-time": _moment,
    "time": lambda random: f"{_time(random)}Z",
    "duration": lambda random: f"PT{random.randint(1, 59)}M",
    "email": _email,
    "hostname": lambda random: f"{_word(random)}.{_HOUSE}",
    "ipv4": lambda random: f"192.0.2.{random.randint(1, 254)}",
    "ipv6": lambda random: f"2001:db8::{random.randint(1, 9999)}",
    "uri": _url,
    "uri-reference": lambda random: f"/{_word(random)}",
    "uuid": lambda random: str(UUID(int=random.getrandbits(128), version=4)),
    "byte": lambda _: "ZXhhbXBsZQ==",
    "regex": lambda _: "^[a-z]+$",
    "json-pointer": lambda random: f"/{_word(random)}",
}
"""A value for each format; RFC 2606 and RFC 5737 reserve these hosts and addresses for examples."""

_BY_NAME: tuple[tuple[str, Callable[[Random], str]], ...] = (
    (r"e_?mail$", _email),
    (r"(url|uri|link|href|website)$", _url),
    (r"currency(_code)?$", lambda random: random.choice(_CURRENCIES)),
    (r"country(_code)?$", lambda random: random.choice(_COUNTRIES)),
    (r"(first|given)_?name$", lambda random: random.choice(_FIRST)),
    (r"(last|family)_?name$|surname$", lambda random: random.choice(_LAST)),
    (r"user_?name$|login$|handle$", lambda random: f"{random.choice(_FIRST)}.{random.choice(_LAST)}".lower()),
    (r"(full|contact|display)_?name$|author$|owner$", _person),
    (r"(company|store|vendor|brand|advertiser|merchant)(_name)?$", lambda random: random.choice(_COMPANIES)),
    (r"(street|address(_line)?_?1?)$", lambda random: f"{random.choice(_STREETS)} {random.randint(1, 99)}"),
    (r"city$", lambda random: random.choice(_CITIES)),
    (r"(zip|postal)_?(code)?$", lambda random: str(random.randint(10000, 99999))),
    (r"phone(_number)?$", lambda random: f"+1555{random.randint(0, 9999999):07}"),
    (r"(_at|time|timestamp)$", _moment),
    (r"date$", day),
    (r"(^|_)(id|uuid|token)$", lambda random: str(random.randint(10000, 99999))),
    (r"(name|title)$", _title),
    (r"(description|message|comment|text|summary|note)$", lambda random: f"A {_word(random)} and a {_word(random)}."),
    (r"(amount|price|cost|budget|value)$", lambda random: f"{random.randint(1, 999)}.{random.randint(0, 99):02}"),
)
"""The first pattern that matches the name of a property, in snake case, decides."""

_SHAPES: tuple[Callable[[Random], str], ...] = (
    day,
    _moment,
    lambda random: f"{day(random)} {_time(random)}",
    lambda random: f"{day(random)}T{_time(random)}",
    lambda random: day(random)[:7],
    lambda random: random.choice(_CURRENCIES),
    lambda random: random.choice(_COUNTRIES),
    lambda random: str(random.randint(1, 999)),
    _word,
    _title,
)
"""Usual forms of text, tried on a pattern before text is generated from the pattern itself."""


def text(schema: dict[str, Any], name: str, random: Random, shown: Sequence[str] = ()) -> str:
    """Return text for a schema of type string that stands under the property `name`.

    `shown` are the texts that payloads have under that name: dates, numbers and ids are written in their form, and one
    of them is taken where no rule applies.
    """
    least, most, pattern = schema.get("minLength", 0), schema.get("maxLength"), schema.get("pattern")
    if pattern is None:
        generated = next(_candidates(schema, name, random, shown))
        return generated if schema.get("format") in _BY_FORMAT else generated.ljust(least, "a")[:most]
    pattern = in_python(pattern)
    from_pattern = (str(Rstr(random).xeger(pattern)) for _ in range(_TRIES))
    for generated in chain(_candidates(schema, name, random, shown), from_pattern):
        if re.search(pattern, generated) and least <= len(generated) <= (len(generated) if most is None else most):
            return generated
    return ""


def in_python(pattern: str) -> str:
    """Return a pattern of ECMA 262 as one of Python, in which classes of Unicode are those of ASCII."""
    in_class = _in_class(pattern)
    return _UNICODE.sub(
        lambda match: (
            match[0]
            if (known := _ASCII.get(match["letters"])) is None
            else known
            if match.start() in in_class
            else f"[{known}]"
        ),
        pattern,
    )


def _in_class(pattern: str) -> set[int]:
    """Return the positions of a pattern that are between brackets."""
    found, inside, position = set[int](), False, 0
    while position < len(pattern):
        char = pattern[position]
        inside = (char == "[" or inside) and char != "]"
        if inside:
            found.add(position)
        position += 2 if char == "\\" else 1
    return found


def _candidates(schema: dict[str, Any], name: str, random: Random, shown: Sequence[str]) -> Iterator[str]:
    sample = random.choice(shown) if shown else ""
    form = schema.get("format")
    # vendors write moments in their own forms: with fractions of a second, with an offset
    if form not in _BY_FORMAT or (form == "date-time" and is_moment(sample)):
        alike = like(sample, random)
        if alike is not None:
            yield alike
    if form in _BY_FORMAT:
        yield _BY_FORMAT[form](random)
    yield from (generate(random) for generate in _named(name))
    if sample:
        yield sample
    if "pattern" in schema:
        yield from (generate(random) for generate in _SHAPES)
    yield _word(random)


@lru_cache(_REMEMBERED)
def _named(name: str) -> list[Callable[[Random], str]]:
    """Return what generates text for a property of that name; the first one decides."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return [generate for pattern, generate in _BY_NAME if re.search(pattern, snake)]
