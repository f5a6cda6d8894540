"""Overlay actions as YAML, in the style of `spec/`."""

from __future__ import annotations

import textwrap
from typing import Any

import yaml

_WIDTH = 118


class _Plain(yaml.SafeDumper):
    """Writes no anchors, which `spec/` does not use."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _list(dumper: _Plain, items: list[Any]) -> yaml.Node:
    """Write a list of scalars in a row."""
    in_row = not any(isinstance(each, dict | list) for each in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=in_row)


_Plain.add_representer(list, _list)


def actions_text(actions: list[dict[str, Any]]) -> str:
    """Return the items of the list `actions` of an overlay."""
    return "\n".join(f"  - {textwrap.indent(_dump(each), '    ').lstrip()}" for each in actions)


def overlay_text(title: str, date: str, actions: list[dict[str, Any]]) -> str:
    """Return an overlay of what a server showed on a date."""
    head = {"info": {"title": title, "version": date}}
    return f"overlay: 1.0.0\n\n{_dump(head)}\nextends: ../openapi.yaml\n\nactions:\n{actions_text(actions)}"


def _dump(value: Any) -> str:
    return yaml.dump(value, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=_WIDTH)
