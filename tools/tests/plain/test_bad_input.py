"""A document of a user's own that cannot be used: one line with place, cause and fix, and exit status 2."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adcontract.cli import main

HEAD = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n"
FINE = "{description: Fine.}"
GET = f"get: {{responses: {{'200': {FINE}}}}}"
PATHS = f"paths:\n  /t:\n    {GET}\n"
DEEP = "{a: " * 3000 + "1" + "}" * 3000
BOMB = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--out", str(folder / "build")])


@pytest.mark.parametrize(
    ("text", "line"),
    {
        "empty": ("", "1:1: yaml-syntax: The file is empty."),
        "no OpenAPI": ("name: T\n", "1:1: openapi-form: This is not an OpenAPI document: "),
        "a list": ("- T\n", "1:1: openapi-form: This is not an OpenAPI document: "),
        "another version": ("openapi: 3.2.0\n", "1:1: openapi-form: The version of OpenAPI is 3.2.0, "),
        "Swagger": ('swagger: "2.0"\n', "1:1: openapi-form: This is Swagger 2.0, and OpenAPI 3.0 and 3.1 are read."),
        "no YAML": ("openapi: [\n", "2:1: yaml-syntax: "),
        "nested too deep": (f"openapi: 3.0.3\nx-a: {DEEP}\n", "2:4002: yaml-syntax: "),
        "nested deep": (f"{HEAD}{PATHS}x-a: {DEEP[:600]}1{'}' * 150}\n", "6:603: yaml-syntax: A value is nested in "),
        "aliases of aliases": (f"{HEAD}{PATHS}{BOMB}", "yaml-anchor: With its aliases the file has 2"),
        "an alias in itself": (f"{HEAD}{PATHS}x-a: &a [*a]\n", "6:6: yaml-anchor: "),
        "a key twice": (f"{HEAD}{PATHS}{PATHS}", "6:1: yaml-duplicate-key: The key paths stands here twice."),
        "a tag": (f"{HEAD}{PATHS}x-a: !!python/name:os.system ''\n", "6:6: yaml-tag: "),
        "no paths": (HEAD, "1:1: openapi-form: paths is missing here."),
        "no responses": (f"{HEAD}paths:\n  /t:\n    get: {{}}\n", "5:5: openapi-form: responses is missing here."),
        "one name for two operations": (
            f"{HEAD}paths:\n"
            f"  /a: {{get: {{operationId: a, responses: {{'200': {FINE}}}}}}}\n"
            f"  /b: {{get: {{operationId: a, responses: {{'200': {FINE}}}}}}}\n",
            "5:14: operation-id-unique: GET /a has the operationId a, too.",
        ),
        "a path parameter that is not declared": (
            f"{HEAD}paths:\n  /t/{{id}}:\n    {GET}\n",
            "5:5: path-parameters: The path has {id}, but the operation has no path parameter id.",
        ),
        "one path twice": (
            f"{HEAD}paths:\n" + "".join(
                f"  /t/{{{name}}}:\n    get: {{parameters: [{{name: {name}, in: path, required: true, schema: {{}}}}], "
                f"responses: {{'200': {FINE}}}}}\n" for name in ("a", "b")
            ),
            "7:5: same-path: /t/{b} and /t/{a} are the same path",
        ),
        "a reference to the network": (
            f"{HEAD}paths:\n  /t: {{$ref: 'https://example.com/t.yaml'}}\n",
            "4:8: ref-exists: https://example.com/t.yaml is in the network, which is not read.",
        ),
        "a reference out of the folder": (
            f"{HEAD}paths:\n  /t: {{$ref: '../t.yaml'}}\n",
            "4:8: ref-exists: ../t.yaml is outside the folder of the document.",
        ),
        "a reference to no file": (f"{HEAD}paths:\n  /t: {{$ref: t.yaml}}\n", "4:8: ref-exists: t.yaml does not exist"),
        "a reference to the name of no file": (
            f'{HEAD}paths:\n  /t: {{$ref: "a\\0b"}}\n',
            "4:8: ref-exists: 'a\\x00b' is not the name of a file.",
        ),
        "a reference to nothing": (
            f"{HEAD}paths:\n  /t: {{$ref: '#/paths/~1u'}}\n", "4:8: ref-exists: #/paths/~1u leads to nothing in this "
        ),
        "a pattern that is no text": (
            f"{HEAD}{PATHS}components: {{schemas: {{A: {{pattern: [a]}}}}}}\n", "6:28: openapi-form: This is not of "
        ),
        "a reference that is no text": (f"{HEAD}paths:\n  /t: {{$ref: 3}}\n", "4:8: ref-kind: "),
        "a path that is itself": (f"{HEAD}paths:\n  /t: {{$ref: '#/paths/~1t'}}\n", "ref-cycle: "),
        "a schema that is itself": (
            f"{HEAD}{PATHS}components: {{schemas: {{A: {{$ref: '#/components/schemas/A'}}}}}}\n", "ref-cycle: "
        ),
        "properties that are all schemas": (
            f"{HEAD}{PATHS}components: {{schemas: {{A: {{properties: {{$ref: '#/components/schemas'}}}}}}}}\n",
            "ref-cycle: ",
        ),
        "a schema in the place of a response": (
            f"{HEAD}paths: {{/t: {{get: {{responses: {{'200': {{$ref: '#/components/schemas/A'}}}}}}}}}}\n"
            "components: {schemas: {A: {}}}\n",
            "3:32: ref-kind: #/components/schemas/A stands where a response belongs.",
        ),
    }.values(),
)  # fmt: skip
def test_it_is_refused_in_one_line(tmp_path: Path, text: str, line: str) -> None:
    file = tmp_path / "api" / "openapi.yaml"
    file.parent.mkdir()
    file.write_text(text)
    result = run(tmp_path, "bundle", str(file))
    assert result.exit_code == 2, result.output
    (found,) = result.stderr.splitlines()
    assert f"{file}:" in found
    assert line in found
    assert len(found.partition(line)[2].split()) > 1, "there is no fix"


def test_a_file_that_is_no_json_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    file.write_text('{\n  "openapi": "3.1.0",\n  "openapi": "3.1.0"\n}')
    result = run(tmp_path, "bundle", str(file))
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert f"{file}:3:3: json-duplicate-key: " in result.stderr


@pytest.mark.parametrize(
    ("title", "place", "message"),
    [
        ('"\\ud800"', "1:31", "The text has half of a character, a lone surrogate."),
        ("[" * 150 + "]" * 150, "1:189", "A value is nested in more than 120 others."),
    ],
)
@pytest.mark.parametrize(("command", "status"), [("bundle", 2), ("lint", 1)])
def test_json_that_cannot_be_written_again_is_refused_with_its_place(
    tmp_path: Path, command: str, status: int, title: str, place: str, message: str
) -> None:
    file = tmp_path / "openapi.json"
    file.write_text(f'{{"openapi": "3.0.3", "info": {{"title": {title}, "version": "1"}}, "paths": {{}}}}')
    result = CliRunner().invoke(main, [command, str(file)])
    assert result.exit_code == status, result.output
    assert f"{file}:{place}" in result.output
    assert message in result.output


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "openapi.yaml"
    with file.open("wb") as sparse:
        sparse.truncate(60_000_000)
    result = run(tmp_path, "bundle", str(file))
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "it is larger than 50 MB. Divide it." in result.stderr


def test_two_documents_at_once_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "openapi.yaml"
    file.write_text(HEAD + PATHS)
    result = run(tmp_path, "bundle", str(file), "--spec", str(file))
    assert (result.exit_code, result.stderr) == (2, f"Error: --spec and {file} are both given: name one of them.\n")


@pytest.mark.parametrize(("option", "name"), [("--api", "U"), ("--snapshot", "2")])
def test_another_name_is_refused_with_the_right_one(tmp_path: Path, option: str, name: str) -> None:
    file = tmp_path / "openapi.yaml"
    file.write_text(HEAD + PATHS)
    result = run(tmp_path, "bundle", str(file), option, name)
    assert result.exit_code == 2
    assert result.stderr.endswith(f" Known: {'t' if name == 'U' else '1'}.\n")


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "openapi.yaml")
    result = run(tmp_path, "bundle", str(tmp_path / "openapi.yaml"))
    assert result.exit_code == 2
    assert "openapi.yaml:1:1: unreadable: The file cannot be read: it is not a file." in result.output
