"""Writes what is generated from the rules: the examples of --explain, spec/RULES.md, and the schemas for editors.

With --check nothing is written, and the exit status is 1 if a file is out of date.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from adcontract.assembly.editor_schemas import editor_schemas
from adcontract.lint import explain
from adcontract.lint.rules import RULES
from adcontract.lint.run import lint

TESTS = Path(__file__).resolve().parents[1]
PAGE = TESTS.parents[1] / "spec" / "RULES.md"
EDITOR = TESTS.parent / "adcontract" / "editor"
AROUND = 2
MOST = 12


def main() -> int:
    """Write the files, or compare them."""
    examples = {rule: example(rule) for rule in RULES}
    texts = {explain.EXAMPLES: f"{json.dumps(examples, indent=1, ensure_ascii=False)}\n"}
    texts |= {EDITOR / name: f"{json.dumps(schema, indent=1)}\n" for name, schema in editor_schemas().items()}
    stale = [file for file, text in texts.items() if written(file) != text]
    if "--check" not in sys.argv:
        for file in stale:
            file.write_text(texts[file], encoding="utf-8")
    # the page has the examples as they are written
    if written(PAGE) != (page := explain.page()):
        stale.append(PAGE)
        if "--check" not in sys.argv:
            PAGE.write_text(page, encoding="utf-8")
    for file in stale:
        print(f"{file.name}: {'out of date: run make rules' if '--check' in sys.argv else 'written'}")  # noqa: T201
    return int("--check" in sys.argv and bool(stale))


def written(file: Path) -> str:
    """Return the text of a file, empty without one."""
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def example(rule: str) -> dict[str, Any]:
    """Return the fault of the faulty contract of a rule, as `explain.Example` has it."""
    sound, faulty = TESTS / "sound" / "shop", TESTS / "faulty" / rule
    with tempfile.TemporaryDirectory() as folder:
        shop = Path(folder).resolve() / "spec" / "shop"
        shutil.copytree(sound, shop)
        shutil.copytree(faulty, shop, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expect.txt"))
        os.chdir(shop)
        (finding,) = lint(shop.parent).findings
        changed = sorted(file.relative_to(faulty) for file in faulty.rglob("*") if file.is_file())
        changed.remove(Path("expect.txt"))
        place = finding.where.file.relative_to(shop)
        file = place if place in changed else changed[0]
        wrong, right = lines(faulty / file), lines(sound / file)
        at = finding.where.line - 1 if file == place else 0
        before, after = hunk(wrong, right, at)
        os.chdir(TESTS)
    return {
        "file": str(file),
        "wrong": before,
        "right": after,
        "where": f"{place}:{finding.where.line}:{finding.where.column}",
        "message": finding.message,
        "fix": finding.fix,
    }


def lines(file: Path) -> list[str]:
    """Return the lines of a file, in which what is usually invisible is shown."""
    if not file.is_file():
        return []
    text = file.read_bytes().decode("utf-8", "replace").replace("\ufeff", "<U+FEFF>")
    shown = []
    for line in text.removesuffix("\n").split("\n"):
        body = line.rstrip(" ")
        shown.append((body + "·" * (len(line) - len(body))).replace("\r", "<CR>").replace("\t", "<TAB>"))
    if not text.endswith("\n"):
        shown[-1] += "<end of file>"
    return shown


def hunk(wrong: list[str], right: list[str], at: int) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Return the lines around the change that is nearest to the line `at` of `wrong`: there, and in `right`."""
    changes = [each for each in SequenceMatcher(None, wrong, right, autojunk=False).get_opcodes() if each[0] != "equal"]
    nearest = min(changes, key=lambda each: 0 if each[1] <= at < each[2] else abs(each[1] - at))
    # what is moved is a change here and one a few lines away
    chosen = [each for each in changes if each == nearest or abs(each[1] - nearest[1]) <= 2 * AROUND]
    first, last = min(each[1] for each in chosen), max(each[2] for each in chosen)
    start, stop = min(each[3] for each in chosen), max(each[4] for each in chosen)
    return excerpt(wrong, first, last), excerpt(right, start, stop)


def excerpt(of: list[str], first: int, last: int) -> list[tuple[int, str]]:
    """Return the lines from `first` to `last`, with some around them, each with its number."""
    chosen = range(max(first - AROUND, 0), min(last + AROUND, len(of)))
    return [(index + 1, of[index]) for index in chosen][:MOST]


if __name__ == "__main__":
    raise SystemExit(main())
