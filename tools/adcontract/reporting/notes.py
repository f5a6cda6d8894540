"""What documents of a user's own say and no tool heeds, or not all of them, in lines beside the results."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from adcontract.wording import plural, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adcontract.contract.contract import Contract
    from adcontract.errors import Finding

_MOST = 5
"""The notes of a document that are shown; `adcontract lint` shows all."""


def show_notes(contracts: Iterable[Contract]) -> None:
    """Print the notes of contracts to standard error, a few of each."""
    for contract in contracts:
        show(contract.notes[:_MOST])
        if more := len(contract.notes[_MOST:]):
            _warn(f"{plural(more, 'more note')}: `adcontract lint {contract.files[0]}` shows all.")


def show(notes: Iterable[Finding]) -> None:
    """Print notes to standard error."""
    for note in notes:
        _warn(f"{note.where}: {note.message} {note.fix}".rstrip())


def _warn(text: str) -> None:
    click.echo(f"{click.style('Note:', fg='yellow')} {printable(text)}", err=True)
