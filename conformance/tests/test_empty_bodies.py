"""A success that has content is not empty, where no document of its media type is, or its schema allows none."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adcontract import load

if TYPE_CHECKING:
    from collections.abc import Callable

SPEC = Path(__file__).parent / "spec"
BINARY = "{type: string, format: binary}"


@pytest.fixture
def found(tmp_path: Path, command: Callable[..., Any], server_of: Any) -> Callable[..., Any]:
    """Hold a server whose getHealth answers with a body of a media type to a contract that says so."""

    def run(media: str, schema: str, body: bytes) -> Any:
        spec, report = tmp_path / "spec", tmp_path / "report.json"
        shutil.copytree(SPEC, spec)
        file = spec / "shop/paths/health.yaml"
        head, _, rest = file.read_text().partition("        application/json:\n")
        _, _, rest = rest.partition("            required: [open]\n")
        file.write_text(f"{head}        {media}:\n          schema: {schema}\n{rest}")
        for payload in spec.glob("shop/**/getHealth*"):
            payload.unlink()

        def fault(sent: Any, reply: Any) -> Any:
            if sent.operation is None or sent.operation.id != "getHealth":
                return reply
            return replace(reply, headers={**reply.headers, "Content-Type": media}, body=body)

        with server_of(load("shop", spec=spec), fault).up() as url:
            options = ("--groups", "examples,schema", "--only", "getHealth", "--generated", "2", "--for", "own")
            result = command(url, "--spec", str(spec), "--json", str(report), *options)
        assert report.exists(), result.output
        findings = [each for api in json.loads(report.read_text())["apis"] for each in api["findings"]]
        return {(each["check"], each["outcome"]) for each in findings}

    return run


BREACHES = [
    ("application/zip", BINARY),
    ("application/pdf", BINARY),
    ("image/png", BINARY),
    ("application/xml", "{type: object}"),
    ("application/atom+xml", "{type: object}"),
    ("text/plain", "{type: string, minLength: 1}"),
    ("text/csv", "{type: string, pattern: ^id}"),
]
UNUSUAL = [
    ("text/plain", "{type: string}"),
    ("text/csv", "{type: string, maxLength: 90}"),
    ("text/csv", "{type: array, items: {type: object}}"),
    ("application/octet-stream", BINARY),
    ("application/x-ndjson", "{type: string}"),
]


@pytest.mark.parametrize(("media", "schema"), BREACHES)
def test_an_empty_body_is_reported_where_there_can_be_none(found: Callable[..., Any], media: str, schema: str) -> None:
    assert ("examples.body", "fail") in found(media, schema, b"")


@pytest.mark.parametrize(("media", "schema"), UNUSUAL)
def test_an_empty_text_or_file_is_a_good_one(found: Callable[..., Any], media: str, schema: str) -> None:
    assert found(media, schema, b"") == set()


@pytest.mark.parametrize(("media", "schema"), BREACHES[:1])
def test_a_body_is_a_good_one(found: Callable[..., Any], media: str, schema: str) -> None:
    assert found(media, schema, b"PK\5\6" + bytes(18)) == set()


def test_an_operation_with_head_has_no_body(tmp_path: Path, command: Any, server_of: Any) -> None:
    spec, report = tmp_path / "spec", tmp_path / "report.json"
    shutil.copytree(SPEC, spec)
    file = spec / "shop/paths/health.yaml"
    file.write_text(f"{file.read_text()}\nhead:{file.read_text().partition('get:')[2].replace('getHealth', 'peek', 1)}")
    payload = spec / "shop/examples/v1/getHealth.200.json"
    payload.with_name("peek.200.json").write_bytes(payload.read_bytes())
    server = server_of(
        load("shop", spec=spec), lambda sent, reply: replace(reply, body=b"") if sent.method == "HEAD" else reply
    )
    with server.up() as url:
        options = ("--groups", "examples,schema", "--only", "peek", "--generated", "2", "--for", "own")
        result = command(url, "--spec", str(spec), "--json", str(report), *options)
    findings = [each for api in json.loads(report.read_text())["apis"] for each in api["findings"]]
    assert findings == [], result.output
