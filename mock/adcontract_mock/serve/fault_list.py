"""The list of the faults that can be planted (`adcontract mock --plant list`)."""

from __future__ import annotations

import textwrap
from itertools import groupby
from typing import TYPE_CHECKING, Any

import orjson

from adcontract import load_named, names, spec_folder
from adcontract.wording import plural
from adcontract_mock.faults.plant import listed

if TYPE_CHECKING:
    from pathlib import Path

_WIDTH = 100


def fault_list(api: str | None, snapshot: str | None, spec: Path | None, token: str | None, format_: str) -> str:
    """Return every fault by class, with the operations to which it applies and their parts, as `text` or as `json`.

    Raises:
        UsageError: if there are no such contracts.
        ContractError: if one cannot be assembled, or lacks what every request may need.
    """
    root = spec or spec_folder()
    faults = listed([load_named(name, root) for name in names(root, api, snapshot)], token)
    if format_ == "json":
        return orjson.dumps({"faults": faults}, option=orjson.OPT_INDENT_2).decode()
    return "\n".join(_lines(faults))


def _lines(faults: list[dict[str, Any]]) -> list[str]:
    lines: list[str] = []
    for group, members in groupby(faults, key=lambda each: each["class"]):
        kinds = list(members)
        lines += ["", f"{group} ({plural(len(kinds), 'fault')})"]
        for each in kinds:
            needs = " Needs --stateful." if each["stateful"] else ""
            lines.append(f"  {each['fault']}: {each['description']}{needs}")
            if each["document"]:
                where = "all operations" if each["everywhere"] else "requests for no operation"
                lines.append(f"      {', '.join(each['operations']) or 'nowhere'}: {where}")
                continue
            for document, operations in each["operations"].items():
                parts = each["parts"].get(document, {})
                named = (f"{one} ({', '.join(parts[one])})" if one in parts else one for one in operations)
                text = f"{document}: {', '.join(named)}"
                lines += textwrap.wrap(
                    text, _WIDTH, initial_indent="      ", subsequent_indent="        ", break_on_hyphens=False
                )
            if not each["operations"]:
                lines.append("      nowhere in these contracts")
    how = "FAULT@OPERATION plants one, FAULT@OPERATION:PART at the part that stands in parentheses."
    return [*lines[1:], "", how, f"{plural(len(faults), 'fault')} in all."]
