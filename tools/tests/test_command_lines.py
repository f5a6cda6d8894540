"""Every `adcontract …` in the documentation, the examples, the action and the help is a command line that there is."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ("[!C]*.md", "CONTRIBUTING.md", "*/README.md", "examples/**/*.md", "examples/**/*.sh")
WORKFLOWS = ("action.yml", "examples/**/*.yml", ".github/workflows/*.yml")
COMMANDS: dict[str, click.Command] = {each.name: each.load() for each in entry_points(group="adcontract.commands")}

_START = re.compile(r"(?<![\w/.-])(?:\.venv/bin/)?adcontract (?!adcontract)(?=[a-z-])")
_END = ("|", "||", "&&", ";", ";;", ">", ">>", "<<<", "&", ")")
_ELLIPSIS = "…"


def scripts(node: Any) -> Iterator[str]:
    """Yield the scripts of a workflow."""
    if isinstance(node, dict):
        if "/adcontract@" in node.get("uses", ""):
            yield f"adcontract check {node['with']['target']} {node['with'].get('args', '')}"
        for key, value in node.items():
            if key in ("run", "script", "before_script"):
                yield from value if isinstance(value, list) else [str(value)]
            else:
                yield from scripts(value)
    elif isinstance(node, list):
        for each in node:
            yield from scripts(each)


def texts() -> Iterator[tuple[str, str]]:
    """Yield everything that may have command lines, with where it is."""
    for pattern in TEXTS:
        for file in sorted(ROOT.glob(pattern)):
            text = file.read_text(encoding="utf-8")
            # a code span may not go on in the next paragraph, and the one that follows a command ends it
            yield str(file.relative_to(ROOT)), text.replace("`", "\n") if file.suffix == ".md" else text
    for pattern in WORKFLOWS:
        for file in sorted(ROOT.glob(pattern)):
            for script in scripts(yaml.safe_load(file.read_text(encoding="utf-8"))):
                yield str(file.relative_to(ROOT)), script
    for name, command in COMMANDS.items():
        yield f"{name} --help", (command.help or "").replace("`", "\n")


def lines(text: str) -> Iterator[list[str]]:
    """Yield the words of each command line in a text, from the name of the command on."""
    for line in text.replace("\\\n", " ").splitlines():
        for start in _START.finditer(line):
            if _ELLIPSIS not in line[start.end() :]:
                yield list(_words(line[start.end() :]))


def _words(text: str) -> Iterator[str]:
    lexer = shlex.shlex(text, posix=True, punctuation_chars="|&;<>()")
    lexer.whitespace_split = True
    try:
        for word in lexer:
            if word in _END:
                return
            # a list of further words of the shell
            if not re.fullmatch(r"\$\{\w+\[@\]\}|\$@", word):
                yield word
    except ValueError:
        return  # an apostrophe of prose


LINES = list(dict.fromkeys((where, tuple(words)) for where, text in texts() for words in lines(text)))


def wrong(words: tuple[str, ...]) -> str | None:
    """Return what is wrong with a command line, or None."""
    name, *arguments = words
    if name not in COMMANDS:
        return f"there is no command {name}"
    command = COMMANDS[name]
    context = click.Context(command, info_name=name)
    try:
        values, rest, _ = command.make_parser(context).parse_args(arguments)
        for parameter in command.params:
            value = values.get(str(parameter.name))
            if isinstance(parameter.type, click.Choice | click.IntRange | click.FloatRange) and value is not None:
                parameter.type_cast_value(context, value)
    except click.UsageError as error:
        return error.format_message()
    return f"{' and '.join(rest)}: too many arguments" if rest else None


@pytest.mark.parametrize(("where", "words"), LINES, ids=[f"{where}: {' '.join(words)}"[:90] for where, words in LINES])
def test_a_command_line_of_the_documentation_is_understood(where: str, words: tuple[str, ...]) -> None:
    assert wrong(words) is None, f"{where}: adcontract {shlex.join(words)}"


def test_they_are_found_everywhere() -> None:
    places = {where for where, _ in LINES}
    assert len(LINES) > 40
    expected = {"README.md", "spec/README.md", "conformance/README.md", "action.yml", "check --help", "watch --help"}
    examples = ("README.md", "container.sh", "github-gate.yml", "github-watch.yml", "gitlab-ci.yml")
    assert expected | {f"examples/ci/{name}" for name in examples} <= places


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("adcontract check staging --raport x", "No such option"),
        ("run adcontract chek staging", "there is no command chek"),
        ("adcontract check staging other", "too many"),
        ("adcontract check staging --for us", "'us' is not one of"),
        ("adcontract check staging --seed", "requires an argument"),
        ("if .venv/bin/adcontract watch a --format html; then", "'html' is not one of"),
    ],
)
def test_one_that_is_wrong_is_found(line: str, message: str) -> None:
    ((words),) = lines(line)
    assert message in str(wrong(tuple(words)))
