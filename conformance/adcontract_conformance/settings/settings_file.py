"""Finds `adcontract.toml`, and answers what a run takes from it: of a target, and of a profile."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import UNSET, structs

from adcontract.errors import UsageError, did_you_mean, shown
from adcontract_conformance.settings.model import Settings, TargetEntry, Variable
from adcontract_conformance.settings.toml_errors import no_such
from adcontract_conformance.settings.toml_file import TomlFile, decode, read

if TYPE_CHECKING:
    from adcontract_conformance.settings.model import RunSettings

NAME = "adcontract.toml"
CORE = "core"
"""The profile of a run that names none."""

_IS_NAME = re.compile(r"[^/:.]+")
_PATHS = ("spec", "ca")
_OF_THE_FILE = ("url", "token", "extends", "profile")
"""Keys that are no option, or one that is known before the others."""


@dataclass(frozen=True)
class Secret:
    """The value of an environment variable that no report may show."""

    variable: str
    value: str


@dataclass(frozen=True)
class Chosen:
    """The target and the profile of a run.

    `options` has the values of options by their names without dashes; `name` is that of the target, None where it was
    given as a URL. `token` is the variable that has its token, with the value.
    """

    url: str
    name: str | None
    file: Path | None
    profile: str
    options: dict[str, Any]
    token: Secret | None = None


def found(folder: Path) -> Path | None:
    """Return the settings file of a folder: its own, or that of the nearest parent in the same repository."""
    parents = [folder, *folder.parents]
    root = next((each for each in parents if (each / ".git").exists()), folder)
    within = parents[: parents.index(root) + 1]
    return next((file for each in within if (file := each / NAME).is_file()), None)


def choose(target: str | None, profile: str | None, config: Path | None, *, token_given: bool) -> Chosen:
    """Return the target and the profile that a user names.

    Args:
        target: a URL, or the name of a target of the file; None for the only one that it has.
        profile: the name of a profile; None for that of the target, or else `core`.
        config: the file, in place of the one that is found from the current folder.
        token_given: whether the user gives a token, so that that of the target is not needed.

    Raises:
        UsageError: if there is no such target, profile or file, the file has a mistake, or a variable is missing.
    """
    path = config or found(Path.cwd())
    file = TomlFile(Path(NAME), Settings(), {}) if path is None else read(path, Settings)
    name = None if target and not _is_name(target, file.value) else _name(target, file, path)
    if name is None:
        options = _profile(profile or CORE, file, ())
        return Chosen(str(target), None, path, profile or CORE, _by_option(options, file.path.parent))
    entry, keys = file.value.targets[name], ("targets", name)
    own = profile or entry.profile or CORE
    options = {**_profile(own, file, () if profile else (*keys, "profile")), **_given(entry)}
    url = entry.url if isinstance(entry.url, str) else _secret(entry.url, file, (*keys, "url")).value
    token = None if token_given or entry.token is UNSET else _secret(entry.token, file, (*keys, "token"))
    _check_password(url, entry, file, keys)
    _check_paths(entry, file, keys)
    return Chosen(url, name, path, own, _by_option(options, file.path.parent), token)


def _is_name(target: str, settings: Settings) -> bool:
    return target in settings.targets or _IS_NAME.fullmatch(target) is not None


def _name(target: str | None, file: TomlFile[Settings], path: Path | None) -> str:
    known = list(file.value.targets)
    if path is None:
        named = "No target is named" if target is None else f"There is no target {target}"
        raise UsageError(
            f"{named}, and no {NAME} is here or in a folder above. Give a URL, as in `adcontract check "
            "http://127.0.0.1:4010`, or write the file with `adcontract init URL`."
        )
    every = f"Known: {', '.join(known)}." if known else "The file has none: add [targets.NAME] with a url."
    if target is None and len(known) != 1:
        raise UsageError(f"{shown(path)}: name one of its targets, or a URL. {every}")
    if target is not None and target not in known:
        raise UsageError(f"{shown(path)}: there is no target {target}.{did_you_mean(target, known)} {every}")
    return target or known[0]


def _given(settings: RunSettings) -> dict[str, Any]:
    """Return the keys that a table has, with their values."""
    names = {field.name: field.encode_name for field in structs.fields(settings)}
    return {
        names[name]: value
        for name, value in structs.asdict(settings).items()
        if value is not UNSET and names[name] not in _OF_THE_FILE
    }


def _profile(
    name: str, file: TomlFile[Settings], named_at: tuple[str, ...], above: tuple[tuple[str, bool], ...] = ()
) -> dict[str, Any]:
    """Return what a profile says, with what it takes from those that it extends.

    Args:
        name: its name. One of the file stands before a built-in one, which it may extend.
        file: the file.
        named_at: the key that names it; empty for an option.
        above: the profiles that extend it, each with whether it is one of the file.
    """
    own, built_in = file.value.profiles, _built_in().profiles
    is_own = name in own and (name, True) not in above
    if not is_own and (name not in built_in or (name, False) in above):
        circle = " extends ".join([*(each for each, _ in above), name])
        known = list({**built_in, **own})
        cause = f"{circle}, in a circle. Extend another." if name in known else no_such("profile", name, known)
        raise file.error(named_at, cause) if named_at else UsageError(f"{cause[0].upper()}{cause[1:]}")
    profile = own[name] if is_own else built_in[name]
    base: dict[str, Any] = {}
    if profile.extends is not UNSET:
        at = ("profiles", name, "extends") if is_own else named_at
        base = _profile(profile.extends, file, at, (*above, (name, is_own)))
    return {**base, **_given(profile)}


@cache
def _built_in() -> Settings:
    text = files(__package__).joinpath("profiles.toml").read_text(encoding="utf-8")
    return decode(Path("profiles.toml"), text, Settings).value


def _secret(variable: Variable, file: TomlFile[Settings], keys: tuple[str, ...]) -> Secret:
    """Return the value of a variable.

    Raises:
        UsageError: if it has none, or one that a header cannot carry.
    """
    value = os.environ.get(variable.env, "")
    if not value.strip():
        raise file.error(
            (*keys, "env"), f"the environment has no {variable.env}. Set it, as in: export {variable.env}=…"
        )
    if not (value.isascii() and value.isprintable()):
        raise file.error((*keys, "env"), f"{variable.env} has characters that a header cannot carry. Use ASCII.")
    return Secret(variable.env, value)


def _check_password(url: str, entry: TargetEntry, file: TomlFile[Settings], keys: tuple[str, ...]) -> None:
    if isinstance(entry.url, str) and "@" in url.partition("://")[2].partition("/")[0]:
        raise file.error((*keys, "url"), Variable.INSTEAD_OF_TEXT.replace("a secret", "a URL with a password"))


def _check_paths(entry: TargetEntry, file: TomlFile[Settings], keys: tuple[str, ...]) -> None:
    checks = () if entry.checks is UNSET else entry.checks
    for key, path in (("spec", entry.spec), ("ca", entry.ca), *(("checks", each) for each in checks)):
        is_there = Path.is_dir if key == "spec" else Path.is_file
        if path is not UNSET and not is_there(file.path.parent / path):
            kind = "folder" if key == "spec" else "file"
            raise file.error((*keys, key), f"there is no {kind} {path}. It is looked for from the folder of this file.")


def _by_option(given: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the values of options as they are given to the command; paths are from the folder of the file."""
    values = {key: str(folder / value) if key in _PATHS else value for key, value in given.items()}
    if "checks" in values:
        values["checks"] = [str(folder / each) for each in values["checks"]]
    if "groups" in values:
        values["groups"] = ",".join(values["groups"])
    return values
