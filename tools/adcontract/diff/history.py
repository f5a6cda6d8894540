"""A document as it was at a tag: read from the objects of git, so that nothing is checked out."""

from __future__ import annotations

import os
import posixpath
import re
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from adcontract.diff.document import ComparedDocument, file_of, of_contract, snapshot_of
from adcontract.errors import ContractError, Location, UsageError, did_you_mean
from adcontract.loading import load, load_plain

if TYPE_CHECKING:
    from collections.abc import Iterable

_REFERENCE = re.compile(r"""[^\s"'#?:,\[\]{}]+\.(?:json|ya?ml)\b""")
"""What may refer to another file; names that no file has do no harm."""


def document_at(revision: str, operand: str, spec: Path) -> ComparedDocument:
    """Return what `operand`, the name of a document that exists now (see `document`), named at a revision of git.

    Raises:
        UsageError: if git, the repository, the revision, or the document at that revision is missing.
        ContractError: if it is not an OpenAPI document; it carries every finding.
    """
    file = file_of(operand) or (spec if spec.is_file() else None)
    spec, api, snapshot = (spec, "", None) if file else snapshot_of(operand, spec)
    path = (file or spec / api).resolve()
    repository = _Repository(path.parent, operand, revision)
    inside = path.relative_to(repository.root).as_posix()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        if not (repository.write_file if file else repository.write_folder)(inside, folder):
            raise UsageError(f"{operand} did not exist at {revision}. Name a later revision, or two documents.")
        try:
            then = folder / inside
            found = load_plain(then) if file else load(api, snapshot, spec=then.parent)
        except ContractError as error:
            moved = [replace(each, where=_moved(each.where, folder, revision)) for each in error.findings]
            raise ContractError(moved) from None
        except UsageError as error:
            raise UsageError(f"At {revision}: {error}") from None
    # without its contract: the sentences of overlays are about two dates, not about two states of the files
    side = of_contract(found)
    return replace(
        side,
        name=f"{operand if file else side.name} at {revision}",
        where=lambda pointer: _moved(found.where(pointer), folder, revision),
        contract=None,
    )


def _moved(where: Location, folder: Path, revision: str) -> Location:
    """Return a location in a file of the folder as git names it: `v1:openapi.yaml:5:3`."""
    if not where.file.is_relative_to(folder):
        return where
    return replace(where, file=Path(f"{revision}:{where.file.relative_to(folder).as_posix()}"))


class _Repository:
    """The files of a repository at a revision."""

    def __init__(self, folder: Path, operand: str, revision: str) -> None:
        self.folder = folder
        top = self._git("rev-parse", "--show-toplevel")
        if top is None:
            raise UsageError(f"{operand} is not in a repository of git, so that --since finds no earlier one.")
        self.root = Path(top.decode().rstrip("\n")).resolve()
        commit = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if commit is None:
            raise UsageError(self._unknown(revision))
        self.commit = commit.decode().strip()
        listed = self._git("ls-tree", "-r", "-z", "--full-tree", "--name-only", self.commit) or b""
        self.names = set(listed.decode(errors="surrogateescape").split("\0")) - {""}

    def write_folder(self, inside: str, folder: Path) -> bool:
        """Write the files of a folder of the repository into `folder`, and return whether there were any."""
        return bool(self._write([name for name in self.names if name.startswith(f"{inside}/")], folder))

    def write_file(self, inside: str, folder: Path) -> bool:
        """Write a file with those that it refers to into `folder`, and return whether it was there."""
        known: set[str] = set()
        waiting = {inside} & self.names
        while waiting:
            known |= waiting
            referred = {name for file, text in self._write(waiting, folder).items() for name in _references(file, text)}
            waiting = (referred & self.names) - known
        return bool(known)

    def _write(self, names: Iterable[str], folder: Path) -> dict[str, str]:
        """Write files into `folder`, and return the text of each."""
        texts = {}
        asked = sorted(names)
        lines = "".join(f"{self.commit}:{name}\n" for name in asked)
        rest = self._git("cat-file", "--batch", stdin=lines.encode(errors="surrogateescape")) or b""
        for name in asked:
            head, _, rest = rest.partition(b"\n")
            if not head.endswith(b" missing"):
                size = int(head.rpartition(b" ")[2])
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(rest[:size])
                texts[name], rest = rest[:size].decode(errors="replace"), rest[size + 1 :]
        return texts

    def _unknown(self, revision: str) -> str:
        if (self._git("rev-parse", "--is-shallow-repository") or b"").strip() == b"true":
            fetch = f"git fetch --depth 1 origin tag {revision}"
            return f"This clone is shallow, and {revision} is not in it. `{fetch}` gets a tag."
        tags = (self._git("tag") or b"").decode().split()
        return f"There is no revision {revision}.{did_you_mean(revision, tags)} `git tag` lists the tags."

    def _git(self, *arguments: str, stdin: bytes | None = None) -> bytes | None:
        """Return what git prints, None where it fails."""
        environment = {**os.environ, "GIT_NO_LAZY_FETCH": "1"}
        command = ["git", "-C", str(self.folder), *arguments]
        try:
            done = subprocess.run(command, input=stdin, capture_output=True, check=False, env=environment)
        except FileNotFoundError:
            raise UsageError("--since reads git, which is not installed. Install it, or name two documents.") from None
        return done.stdout if done.returncode == 0 else None


def _references(file: str, text: str) -> Iterable[str]:
    """Return the names that a file may refer to, as paths of the repository."""
    found = (unquote(match.group()) for match in _REFERENCE.finditer(text))
    return (posixpath.normpath(posixpath.join(posixpath.dirname(file), name)) for name in found)
