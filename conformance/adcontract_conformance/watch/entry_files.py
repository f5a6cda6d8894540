"""Writing the entries for `spec/`; what stands in a file of the same day is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from adcontract import UsageError
from adcontract.files.source import read_yaml
from adcontract_conformance.watch.overlay_text import actions_text
from adcontract_conformance.watch.texts import entry_file, entry_text

if TYPE_CHECKING:
    from pathlib import Path

    from adcontract_conformance.watch.report import Api, Report


def write_entries(report: Report, folder: Path) -> Report:
    """Write the entry of each API with something new below a folder; return the report with the names of the files.

    Raises:
        UsageError: if a file cannot be written, or one of the day is not an entry.
        ContractError: if one of the day is not valid YAML.
    """
    apis = [msgspec.structs.replace(api, file=_write(api, report.date, folder)) for api in report.apis]
    return msgspec.structs.replace(report, apis=apis)


def _write(api: Api, date: str, folder: Path) -> str | None:
    if not api.actions:
        return None
    file = folder / entry_file(api, date)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_text(api, date, file), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}. Name another folder with --write.") from None
    return str(file)


def _text(api: Api, date: str, file: Path) -> str:
    if not file.exists():
        return entry_text(api, date)
    source = read_yaml(file)
    known = source.data.get("actions") if isinstance(source.data, dict) else None
    if not isinstance(known, list) or list(source.data)[-1] != "actions":
        raise UsageError(f"{file} is no entry of a watch: it does not end with its actions. Move it, and try again.")
    targets = [_effect(action) for action in known if isinstance(action, dict)]
    added = [action for action in api.actions if _effect(action) not in targets]
    text = file.read_text(encoding="utf-8")
    return f"{text.rstrip()}\n\n{actions_text(added)}" if added else text


def _effect(action: dict[str, object]) -> object:
    """Return what an action does, without how often it was seen."""
    update = action.get("update")
    return action.get("target"), list(update) if isinstance(update, dict) else action.get("remove")
