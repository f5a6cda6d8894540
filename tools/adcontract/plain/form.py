"""Holding a document of a user's own to the form of OpenAPI, as far as any tool depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract.assembly.openapi_form import misformed
from adcontract.assembly.vocabulary import misused
from adcontract.errors import Finding
from adcontract.openapi.grammar import nodes
from adcontract.openapi.pointer import get, lookup

if TYPE_CHECKING:
    from adcontract.assembly.assembly import Assembly

_MENDED = 10
"""The rounds in which members are left out: a member that is unknown may hide another one."""


def mend_form(assembly: Assembly) -> None:
    """Leave out what hinders no tool, with a note: unknown members, empty lists, our keywords with another meaning.

    A description that is missing is empty. Whatever else breaks the form stays, for a finding.
    """
    document = assembly.document
    for node in nodes("document", document):
        if node.type == "schema" and node.data.get("required") == []:
            del node.data["required"]  # it means what its absence means
        if node.type == "schema" and node.data.get("enum") == []:
            del node.data["enum"]
            message, fix = "The empty enum allows no value, and is left out.", "Name its values."
            _note(assembly, f"{node.pointer}/enum", "openapi-form", message, fix)
        for inside, message, fix in list(misused(node)):
            key = inside.split("/")[1]
            if key in node.data:
                _note(assembly, node.pointer + inside, "x-value", f"{message} {key} is left out.", fix)
            node.data.pop(key, None)
    for _ in range(_MENDED):
        mended = [_mend(assembly, *each) for each in list(misformed(document, assembly.holes))]
        if not any(mended):
            return


def _mend(assembly: Assembly, pointer: str, message: str, fix: str) -> bool:
    """Mend one breach of the form, and return whether that was possible."""
    holder, _, key = pointer.rpartition("/")
    key = key.replace("~1", "/").replace("~0", "~")
    if message.startswith("OpenAPI has no "):
        node = get(assembly.document, holder)
        if not isinstance(node, dict) or key not in node or holder in ("", "/paths") or holder.count("/") < 2:
            return False
        del node[key]
        _note(assembly, pointer, "openapi-form", f"{message.rstrip('.')}: it is left out.", fix)
        return True
    if message == "description is missing here.":
        node = lookup(assembly.document, pointer)
        node["description"] = ""
        _note(assembly, pointer, "openapi-form", message, fix)
        return True
    return False


def _note(assembly: Assembly, pointer: str, rule: str, message: str, fix: str) -> None:
    assembly.notes.append(Finding(assembly.where(pointer), rule, message, fix))
