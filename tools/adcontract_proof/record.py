"""The record of a proof: one line for each fault that was tried, so that a proof that was ended goes on later."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from adcontract import UsageError
from adcontract_proof.trial import Clean, Outcome

if TYPE_CHECKING:
    from pathlib import Path

_decode = msgspec.json.Decoder(Outcome | Clean).decode


class Basis(Struct, frozen=True, kw_only=True):
    """What the outcomes of a record have in common: the version and commit, the seed, the profile, and the contracts.

    `contracts` is a hash of them for each document.
    """

    version: str
    commit: str
    seed: int
    profile: str
    contracts: dict[str, str]


class Record:
    """The file of a proof: the basis in its first line, then an outcome in each.

    Raises:
        UsageError: if the file is no record, or one of another basis, or cannot be written.
    """

    def __init__(self, path: Path, basis: Basis, *, anew: bool = False) -> None:
        self.path, self.basis = path, basis
        self.outcomes: list[Outcome] = []
        self.clean: list[Clean] = []
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if anew or not path.exists() or not path.stat().st_size:
                path.write_bytes(msgspec.json.encode(basis) + b"\n")
            else:
                self._read()
        except OSError as error:
            raise UsageError(f"{path}: this file cannot be used: {error.strerror}.") from None

    def _read(self) -> None:
        content = self.path.read_bytes()
        first, *lines = content.splitlines()
        try:
            basis = msgspec.json.decode(first, type=Basis)
        except msgspec.DecodeError:
            raise UsageError(f"{self.path}:1: this is no record of a proof. Name another folder with --out.") from None
        if basis != self.basis:
            changed = [each for each in Basis.__struct_fields__ if getattr(basis, each) != getattr(self.basis, each)]
            raise UsageError(
                f"{self.path} is of another proof: {', '.join(changed)} changed since. "
                "Begin anew with --anew, or name another folder with --out."
            )
        if not content.endswith(b"\n"):
            with self.path.open("ab") as file:
                file.write(b"\n")
        for line in lines:
            # the last line of a proof that was killed may be cut off, and its fault is tried again
            with contextlib.suppress(msgspec.DecodeError):
                self._keep(_decode(line))

    def add(self, found: Outcome | Clean) -> None:
        """Add what came of a fault, or of a run without one.

        Raises:
            UsageError: if it cannot be written.
        """
        self._keep(found)
        try:
            with self.path.open("ab") as file:
                file.write(msgspec.json.encode(found) + b"\n")
        except OSError as error:
            raise UsageError(f"{self.path}: this file cannot be written: {error.strerror}.") from None

    def _keep(self, found: Outcome | Clean) -> None:
        if isinstance(found, Clean):
            self.clean.append(found)
        else:
            self.outcomes.append(found)
