"""`waivers.toml`: findings that a team knows of and lets pass until a date, each with a reason and an owner."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta, Struct

from adcontract.errors import UsageError, shown
from adcontract.wording import printable
from adcontract_conformance.settings.model import Text  # noqa: TC001 - msgspec reads the annotations
from adcontract_conformance.settings.toml_file import TomlFile, decode, read

if TYPE_CHECKING:
    from adcontract.errors import Location

NAME = "waivers.toml"

Words = Annotated[str, Meta(pattern=r"\S")]
"""A text that says something."""

Fingerprint = Annotated[str, Meta(pattern="^[0-9a-f]{12}$", description="The fingerprint of the finding.")]


class Waiver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A finding that fails nothing until its waiver expires."""

    check: Annotated[Text, Meta(description="The id of the check that finds it, as in examples.body.")]
    operation: Annotated[Text, Meta(description="The operationId that it is about.")]
    fingerprint: Fingerprint
    reason: Annotated[Words, Meta(description="Why it may pass for now.", examples=["Mended with the next release."])]
    owner: Annotated[Words, Meta(description="Who sees to it that it goes away.", examples=["shop@example.com"])]
    expires: Annotated[date, Meta(description="The last day on which it is waived.")]
    link: Annotated[
        Words, Meta(description="Where more is said, as the URL of an issue.", examples=["https://example.com/1"])
    ]
    comes_and_goes: Annotated[bool, Meta(description="Whether it is not found in each run.")] = False


class WaiverFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The waivers of a team."""

    waiver: Annotated[list[Waiver], Meta(description="A waiver for each finding.")] = []


class Waivers:
    """The waivers of a file, by the fingerprints of their findings, with the place of each."""

    def __init__(self, file: TomlFile[WaiverFile]) -> None:
        self._file = file
        self._numbers: dict[str, int] = {}
        for number, each in enumerate(file.value.waiver):
            first = self._numbers.setdefault(each.fingerprint, number)
            if first != number:
                raise file.error(
                    ("waiver", number, "fingerprint"),
                    f"a second waiver for the finding {each.fingerprint}, after that in line "
                    f"{file.where('waiver', first).line}. Keep one of them.",
                )

    @property
    def all(self) -> list[Waiver]:
        """Every waiver, in the order of the file."""
        return self._file.value.waiver

    def of(self, fingerprint: str) -> Waiver | None:
        """Return the waiver of a finding."""
        number = self._numbers.get(fingerprint)
        return None if number is None else self.all[number]

    def where(self, waiver: Waiver, key: str = "") -> Location:
        """Return where a waiver is, or one of its keys."""
        keys = (key,) if key else ()
        return self._file.where("waiver", self._numbers[waiver.fingerprint], *keys)

    def error(self, waiver: Waiver, key: str, message: str) -> UsageError:
        """Return an error about a key of a waiver, in one line."""
        return self._file.error(("waiver", self._numbers[waiver.fingerprint], key), message)


def found(folder: Path) -> Path | None:
    """Return the file of waivers of a folder, if it has one."""
    path = folder / NAME
    return path if path.exists() else None


def read_waivers(path: Path) -> Waivers:
    """Return the waivers of a file.

    Raises:
        UsageError: if it cannot be read, a waiver lacks a key or has a wrong one, or two are for one finding.
    """
    return Waivers(read(path, WaiverFile))


def require_readable(text: str, report: Path) -> None:
    """Check that the waivers of a report can be read again, before they are written.

    Raises:
        UsageError: if not, because somebody has changed the report.
    """
    try:
        Waivers(decode(Path(NAME), text, WaiverFile))
    except UsageError as error:
        cause = str(error).partition(": ")[2]
        raise UsageError(f"{shown(report)}: its findings cannot be waived: {cause} Write the report again.") from None


def as_toml(waiver: Waiver, comment: str) -> str:
    """Return a waiver as it stands in a file, below a comment of one line."""
    values = {name: value for name, value in msgspec.to_builtins(waiver).items() if value is not False}
    lines = [f"{name} = {_literal(getattr(waiver, name.replace('-', '_')))}" for name in values]
    return "\n".join((f"# {printable(' '.join(comment.split()))}", "[[waiver]]", *lines, ""))


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    # a text in JSON is one in TOML, but for control characters, which no editor should obey either
    text = msgspec.json.encode(value).decode()
    return "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in text)
