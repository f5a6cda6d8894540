"""A document that was released stays as it is: a change to `spec/` that reaches it has to be intended."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from adcontract import load_named, names, spec_folder

RELEASED = Path(__file__).parent / "released.txt"


def assembled() -> str:
    """A line for each document: its name and the SHA-256 of its JSON, the members sorted."""
    lines = []
    for name in names(spec_folder()):
        text = json.dumps(load_named(name, spec_folder()).document, sort_keys=True, ensure_ascii=False)
        lines.append(f"{name} {hashlib.sha256(text.encode()).hexdigest()}\n")
    return "".join(lines)


def test_every_released_document_is_as_it_was_released() -> None:
    now = assembled()
    advice = f"If every change is intended and described in CHANGELOG.md, this is the new {RELEASED.name}:\n{now}"
    assert now == RELEASED.read_text(encoding="utf-8"), advice
