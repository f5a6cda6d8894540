"""Shared by the tests of `adcontract diff` and `adcontract changes`: the commands, and a pair of documents."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adcontract.cli import main

Run = Callable[..., Result]
Changes = Callable[..., list[tuple[str, str]]]


def _run(*arguments: str | Path, command: str = "diff", color: bool = False) -> Result:
    return CliRunner().invoke(main, [command, *map(str, arguments)], catch_exceptions=False, color=color)


def _changes(*operands: str | Path) -> list[tuple[str, str]]:
    """Return the rule and the sentence of each change that the command reports."""
    result = _run(*operands, "--format", "json")
    assert result.exit_code == 0, result.output
    return [(change["rule"], change["message"]) for change in json.loads(result.stdout)["changes"]]


@pytest.fixture
def run() -> Run:
    """A function that runs the command."""
    return _run


@pytest.fixture
def changes() -> Changes:
    """A function that returns the rule and the sentence of each change that the command reports."""
    return _changes


@pytest.fixture
def shop() -> dict[str, Any]:
    """A sound document: offers that are read, listed and written, with one schema for all three."""
    offer = {"$ref": "#/components/schemas/Offer"}
    response = {"description": "It.", "content": {"application/json": {"schema": offer}}}
    listed = {"type": "object", "properties": {"data": {"type": "array", "items": offer}}}
    page = {"description": "Them.", "content": {"application/json": {"schema": listed}}}
    id_ = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    body = {"required": True, "content": {"application/json": {"schema": offer}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Shop", "version": "1"},
        "security": [{"key": []}],
        "paths": {
            "/offers": {
                "get": {"operationId": "listOffers", "responses": {"200": page}},
                "post": {"operationId": "createOffer", "requestBody": body, "responses": {"201": response}},
            },
            "/offers/{id}": {
                "parameters": [id_],
                "get": {"operationId": "getOffer", "summary": "Get an offer", "responses": {"200": response}},
            },
        },
        "components": {
            "schemas": {
                "Offer": {
                    "type": "object",
                    "required": ["title"],
                    "properties": {"title": {"type": "string"}, "parent": offer},
                }
            },
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        },
    }


class Pair:
    """Two files of one document, of which the second is to be changed."""

    def __init__(self, folder: Path, document: dict[str, Any]) -> None:
        self.folder = folder
        self.before = document
        self.after = copy.deepcopy(document)

    @property
    def offer(self) -> dict[str, Any]:
        schema: dict[str, Any] = self.after["components"]["schemas"]["Offer"]
        return schema

    def files(self) -> tuple[Path, Path]:
        files = self.folder / "before.json", self.folder / "after.json"
        for file, document in zip(files, (self.before, self.after), strict=True):
            file.write_text(json.dumps(document, indent=2))
        return files

    def run(self, *options: str, color: bool = False) -> Result:
        """Return the result of the command for the two."""
        return _run(*self.files(), *options, color=color)

    def changes(self) -> list[tuple[str, str]]:
        return _changes(*self.files())


@pytest.fixture
def pair(tmp_path: Path, shop: dict[str, Any]) -> Pair:
    return Pair(tmp_path, shop)
