"""The JSON Schema of `adcontract.toml`, by which an editor completes and explains it."""

from __future__ import annotations

import inspect
import json
from importlib.resources import files
from typing import Any

import msgspec

from adcontract_conformance.settings.model import Settings

NAME = "adcontract.schema.json"


def settings_schema() -> str:
    """Return the JSON Schema that the types of the settings give, as the file of the package has it."""
    (schema,), definitions = msgspec.json.schema_components([Settings], ref_template="#/$defs/{name}")
    for each in definitions.values():
        if "description" in each:
            each["description"] = inspect.cleandoc(each["description"])
    document: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The settings of adcontract",
        **schema,
        "$defs": definitions,
    }
    return f"{json.dumps(document, indent=2, ensure_ascii=False)}\n"


def published_schema() -> str:
    """Return the JSON Schema that comes with the package."""
    return files(__package__).joinpath(NAME).read_text(encoding="utf-8")
