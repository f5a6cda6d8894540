"""How much a run does: the settings of a profile, with those of the profiles that it extends."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from msgspec import UNSET, structs

from adcontract.errors import UsageError
from adcontract_conformance.settings.model import RunSettings, Settings
from adcontract_conformance.settings.toml_errors import no_such
from adcontract_conformance.settings.toml_file import TomlFile, decode

if TYPE_CHECKING:
    from adcontract_conformance.settings import toml_places

CORE = "core"
"""The profile of a run that names none."""

_OTHERS = ("url", "token", "credentials", "headers", "proxy", "known", "extends", "profile")
"""Keys that are no option, or that say which profile is meant."""


class Given(NamedTuple):
    """A value that a file gives, and the way to it; an empty one for a value that is built in."""

    value: Any
    at: toml_places.Path


Options: TypeAlias = "dict[str, Given]"
"""What is given for options, by their names without dashes."""


def given(settings: RunSettings, at: tuple[str, ...]) -> Options:
    """Return what a table, `at` a place of its file, has for options."""
    names = {field.name: field.encode_name for field in structs.fields(settings)}
    return {
        names[name]: Given(value, (*at, names[name]) if at else ())
        for name, value in structs.asdict(settings).items()
        if value is not UNSET and names[name] not in _OTHERS
    }


def profile(
    name: str, file: TomlFile[Settings], named_at: tuple[str, ...], above: tuple[tuple[str, bool], ...] = ()
) -> Options:
    """Return what a profile says, with what it takes from those that it extends.

    Args:
        name: its name. One of the file stands before a built-in one, which it may extend.
        file: the file.
        named_at: the key that names it; empty for an option.
        above: the profiles that extend it, each with whether it is one of the file.

    Raises:
        UsageError: if there is no such profile, or it extends itself.
    """
    own, built_in = file.value.profiles, _built_in().profiles
    is_own = name in own and (name, True) not in above
    if not is_own and (name not in built_in or (name, False) in above):
        circle = " extends ".join([*(each for each, _ in above), name])
        known = list({**built_in, **own})
        cause = f"{circle}, in a circle. Extend another." if name in known else no_such("profile", name, known)
        raise file.error(named_at, cause) if named_at else UsageError(f"{cause[0].upper()}{cause[1:]}")
    found = own[name] if is_own else built_in[name]
    at = ("profiles", name) if is_own else ()
    base: Options = {}
    if found.extends is not UNSET:
        base = profile(found.extends, file, (*at, "extends") if at else named_at, (*above, (name, is_own)))
    return {**base, **given(found, at)}


def amount(name: str) -> tuple[int, int]:
    """Return how many requests a built-in profile generates for an operation, and how many pages of a list it reads."""
    given_by = given(_built_in().profiles[name], ())
    return given_by["generated"].value, given_by["max-pages"].value


@cache
def _built_in() -> Settings:
    text = files(__package__).joinpath("profiles.toml").read_text(encoding="utf-8")
    return decode(Path("profiles.toml"), text, Settings).value
