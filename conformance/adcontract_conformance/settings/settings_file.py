"""Finds `adcontract.toml`, and answers what a run takes from it: of a target, and of a profile."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adcontract.errors import UsageError, did_you_mean, shown
from adcontract.requests.curl import TOKEN
from adcontract_conformance.settings.access import Access, Secret
from adcontract_conformance.settings.model import Minimums, Settings
from adcontract_conformance.settings.profiles import CORE, Options, given, profile
from adcontract_conformance.settings.reach import Reach
from adcontract_conformance.settings.toml_file import TomlFile, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAME = "adcontract.toml"

_IS_NAME = re.compile(r"[^/:.]+")
_IS_THERE: dict[str, tuple[str, Callable[[Path], bool]]] = {
    "spec": ("folder", Path.is_dir),
    "ca": ("file", Path.is_file),
    "checks": ("file", Path.is_file),
    "waivers": ("file", Path.is_file),
}
"""The options that are paths, which the file gives from its own folder: of what, and how it is seen to be there."""


@dataclass(frozen=True)
class Chosen:
    """The target and the profile of a run, and how the target is reached.

    `name` is that of the target, None where it was given as a URL. `file` is the settings file with its places, `given`
    what it has for options, and `config` the path by which the user has named it.
    """

    url: str
    name: str | None
    file: TomlFile[Settings]
    profile: str
    given: Options
    access: Access
    config: Path | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The way to its entry in the file."""
        return () if self.name is None else ("targets", self.name)

    @property
    def options(self) -> dict[str, Any]:
        """The values of options as they are given to the command, by their names without dashes."""
        return {key: self._value(key, each.value) for key, each in self.given.items()}

    def _value(self, key: str, value: Any) -> Any:
        if isinstance(value, list):
            return ",".join(value) if key == "groups" else [self._value(key, each) for each in value]
        if isinstance(value, Minimums):
            return str(value)
        return str(self.file.path.parent / value) if key in _IS_THERE else value

    @contextmanager
    def placed(self, *keys: str) -> Iterator[None]:
        """Give an error about the value of a key the place of this key, or of the item of its list."""
        try:
            yield
        except UsageError as error:
            message = str(error)
            for each in (self.given[key] for key in keys if key in self.given and self.given[key].at):
                items = enumerate(each.value) if isinstance(each.value, list) else [(None, each.value)]
                for index, value in items:
                    if re.search(rf"(?<!\w){re.escape(str(value))}(?!\w)", message.partition(". ")[0]):
                        at = each.at if index is None else (*each.at, index)
                        raise self.file.error(at, f"{message[0].lower()}{message[1:]}") from None
            raise


def found(folder: Path) -> Path | None:
    """Return the settings file of a folder: its own, or that of the nearest parent in the same repository."""
    parents = [folder, *folder.parents]
    root = next((each for each in parents if (each / ".git").exists()), folder)
    within = parents[: parents.index(root) + 1]
    return next((file for each in within if (file := each / NAME).is_file()), None)


def choose(target: str | None, profile_name: str | None, config: Path | None, token: str | None) -> Chosen:
    """Return the target and the profile that a user names.

    Args:
        target: a URL, or the name of a target of the file; None for the only one that it has.
        profile_name: the name of a profile; None for that of the target, or else `core`.
        config: the file, in place of the one that is found from the current folder.
        token: the token that the user gives, in place of that and of all credentials of the target.

    Raises:
        UsageError: if there is no such target, profile or file, the file has a mistake, or a variable is missing.
    """
    if target is not None and not target.strip():
        raise UsageError("TARGET is empty. Give a URL, or the name of a target; a variable in its place may be unset.")
    path = config or found(Path.cwd())
    file = TomlFile(Path(NAME), Settings(), {}) if path is None else read(path, Settings)
    name = None if target and not _is_name(target, file.value) else _name(target, file, path)
    if name is None:
        own = profile_name or CORE
        options = profile(own, file, ())
        _check_paths(options, file)
        return Chosen(
            str(target), None, file, own, options, Access() if token is None else Access(_given_token(token)), config
        )
    entry, keys = file.value.targets[name], ("targets", name)
    own = profile_name or entry.profile or CORE
    options = {**profile(own, file, () if profile_name else (*keys, "profile")), **given(entry, keys)}
    _check_paths(options, file)
    reach = Reach(file, keys)
    access = reach.access(entry, None if token is None else _given_token(token))
    return Chosen(reach.url(entry), name, file, own, options, access, config)


def _given_token(token: str) -> Secret:
    return Secret(TOKEN.removeprefix("$"), token)


def _is_name(target: str, settings: Settings) -> bool:
    return target in settings.targets or _IS_NAME.fullmatch(target) is not None


def _name(target: str | None, file: TomlFile[Settings], path: Path | None) -> str:
    known = list(file.value.targets)
    if path is None:
        named = "No target is named" if target is None else f"There is no target {target}"
        raise UsageError(
            f"{named}, and no {NAME} is here or in a folder above. Give a URL, such as "
            "http://127.0.0.1:4010, or write the file with `adcontract init URL`."
        )
    every = f"Known: {', '.join(known)}." if known else "The file has none: add [targets.NAME] with a url."
    if target is None and len(known) != 1:
        raise UsageError(f"{shown(path)}: name one of its targets, or a URL. {every}")
    if target is not None and target not in known:
        raise UsageError(f"{shown(path)}: there is no target {target}.{did_you_mean(target, known)} {every}")
    return target or known[0]


def _check_paths(options: Options, file: TomlFile[Settings]) -> None:
    for key, (kind, is_there) in _IS_THERE.items():
        each = options.get(key)
        values = [] if each is None else each.value if isinstance(each.value, list) else [each.value]
        for path in values:
            if each is not None and not is_there(file.path.parent / path):
                cause = f"there is no {kind} {path}. It is looked for from the folder of this file."
                raise file.error(each.at, cause)
