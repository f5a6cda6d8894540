"""The accounts of documents as text and as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from adcontract.errors import shown
from adcontract.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adcontract.facts.account import Account


@dataclass(frozen=True)
class Result:
    """The accounts to report, and whether the text lists each fact, the lines without one, and the unstated parts."""

    accounts: tuple[Account, ...]
    list_facts: bool = False
    list_silences: bool = False
    list_unstated: bool = False


def as_text(result: Result) -> str:
    """Return a table for each document; the last line has the sums of several."""
    lines = [line for account in result.accounts for line in (*_table(account), *_lists(result, account), "")]
    if len(result.accounts) == 1:
        return "\n".join(lines[:-1])
    facts = sum(len(account.facts) for account in result.accounts)
    inferred = sum(account.inferred for account in result.accounts)
    total = f"{plural(len(result.accounts), 'document')}: {plural(facts, 'documented fact')}, {inferred:,} inferred"
    return "\n".join([*lines, total])


def _table(account: Account) -> Iterator[str]:
    name = click.style(str(account.contract.name), bold=True)
    counts = f"{plural(len(account.facts), 'documented fact')}, {account.inferred:,} inferred"
    if not account.pages:
        yield f"{name}: {account.inferred:,} inferred; no facts are kept"
    else:
        yield f"{name}: {counts}, {len(account.unstated):,} unstated; {_silent(account)}"
    if account.broken:
        number = plural(len(account.broken), "more fact")
        yield click.style(
            f"  {number} {'does' if len(account.broken) == 1 else 'do'} not hold: see adcontract lint", fg="red"
        )
    yield f"  {'facts':>6}  {'inferred':>8}  operation"
    for row in account.rows:
        operation = row.operation
        yield f"  {row.facts:>6}  {row.inferred:>8}  {operation.id}  {operation.method} {operation.path}"
    if account.of_document:
        yield f"  {account.of_document:>6}  {'':>8}  the document"


def _silent(account: Account) -> str:
    silent, length = sum(page.silent for page in account.pages), sum(page.length for page in account.pages)
    return f"{silent:,} of {plural(length, 'line')} have no fact"


def _lists(result: Result, account: Account) -> Iterator[str]:
    for page in account.pages:
        held = [fact for fact in page.facts if fact not in account.broken]
        if (result.list_facts and held) or (result.list_silences and page.silences):
            yield ""
            yield f"  {page.title} ({page.date}), {plural(page.length, 'line')}: {shown(page.file)}"
        if result.list_facts:
            yield from (f"    {fact.lines!s:<12}{fact}" for fact in sorted(held, key=lambda fact: fact.lines))
        if result.list_silences:
            for silence in page.silences:
                yield f"    no fact: {silence.reason}"
                yield click.wrap_text(", ".join(map(str, silence.lines)), 110, "      ", "      ")
    if result.list_unstated and account.unstated:
        yield ""
        yield "  documented, but stated by no fact:"
        yield from (f"    {where}  {pointer}" for where, pointer in account.unstated)


def as_json(result: Result) -> str:
    """Return all documents with their counts, every fact, and the lines without one."""
    return json.dumps({"documents": [_object(account) for account in result.accounts]}, indent=2, ensure_ascii=False)


def _object(account: Account) -> dict[str, Any]:
    return {
        "document": str(account.contract.name),
        "facts": len(account.facts),
        "broken": len(account.broken),
        "inferred": account.inferred,
        "unstated": [
            {"file": shown(where.file), "line": where.line, "column": where.column, "pointer": pointer}
            for where, pointer in account.unstated
        ],
        "operations": [
            {
                "operation": row.operation.id,
                "method": row.operation.method,
                "path": row.operation.path,
                "facts": row.facts,
                "inferred": row.inferred,
            }
            for row in account.rows
        ],
        "pages": [
            {
                "file": shown(page.file),
                "title": page.title,
                "date": page.date,
                "lines": page.length,
                "lines_without_fact": page.silent,
                "facts": [
                    {
                        "lines": str(fact.lines),
                        "operation": fact.operation or None,
                        "address": fact.address,
                        "keyword": fact.keyword,
                        "value": fact.value,
                        "holds": fact not in account.broken,
                    }
                    for fact in page.facts
                ],
                "no_fact": [
                    {"lines": [str(lines) for lines in silence.lines], "reason": silence.reason}
                    for silence in page.silences
                ],
            }
            for page in account.pages
        ],
    }


FORMATS: dict[str, Callable[[Result], str]] = {"text": as_text, "json": as_json}
"""Every format by its name."""
