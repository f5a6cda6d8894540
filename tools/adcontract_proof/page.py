"""A proof for people: lines for a terminal, and the files that a proof writes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from adcontract import UsageError
from adcontract.wording import plural
from adcontract_mock.faults.registry import KINDS
from adcontract_proof.blind_spots import as_lines, as_markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from adcontract_proof.blind_spots import BlindSpot
    from adcontract_proof.summary import ClassSummary, Proof
    from adcontract_proof.trial import Outcome

PAGE, DATA = "PROOF.md", "proof.json"
"""The names of the files of a proof."""

_SHOWN = 20
"""So many missed faults are shown on a terminal."""

_HEADS = ("class", "planted", "caught", "missed", "unseen", "caught %", "seconds", "requests", "causes", "others")


def write(proof: Proof, spots: Sequence[BlindSpot], folder: Path) -> None:
    """Write the page of a proof, with the blind spots of the contracts, and its data to a folder.

    Raises:
        UsageError: if a file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / PAGE).write_text("\n".join([*_page(proof), *_blind(spots)]) + "\n", encoding="utf-8")
        (folder / DATA).write_bytes(msgspec.json.format(msgspec.json.encode(proof), indent=2) + b"\n")
    except OSError as error:
        raise UsageError(f"{error.filename}: this file cannot be written: {error.strerror}.") from None


def terminal(proof: Proof, spots: Sequence[BlindSpot] = (), named: Sequence[Outcome] = ()) -> Iterator[str]:
    """Yield the lines of a proof for a terminal; of those `named` also what found them, and what else was found."""
    for each in named:
        yield f"{each.fault}: {', '.join(each.checks) or each.refused or 'not found'}"
        yield from (f"    {sentence}" for sentence in each.others)
    rows = [_HEADS, *map(_cells, (*proof.classes, proof.total))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *others = zip(row, widths, strict=True)
        yield "  ".join([f"{first[0]:{first[1]}}", *(f"{cell:>{width}}" for cell, width in others)])
    yield ""
    for each in proof.missed[:_SHOWN]:
        yield f"{_verdict(each)}  {each.fault}: {KINDS[each.fault.kind].description}"
        if each.error:
            yield f"        {each.error}"
    if len(proof.missed) > _SHOWN:
        yield f"{len(proof.missed) - _SHOWN} more in {PAGE}."
    for clean in proof.clean:
        alarms = plural(len(clean.alarms), "false alarm") if clean.alarms else "no false alarm"
        yield f"without a fault: {clean.document}: {alarms}, {clean.requests:,} requests"
        yield from (f"    {alarm}" for alarm in clean.alarms)
    if spots:
        yield ""
        yield "Blind spots, where the contract does not say enough:"
        # several dates of an API may have the same one
        lines = list(dict.fromkeys(as_lines(spots)))
        yield from lines[:_SHOWN]
        if len(lines) > _SHOWN:
            yield f"{len(lines) - _SHOWN} more in {PAGE}."


def _verdict(outcome: Outcome) -> str:
    return "error " if outcome.error else "unseen" if outcome.unseen else "missed"


def _cells(each: ClassSummary) -> tuple[str, ...]:
    counts = (each.planted, each.caught, each.missed + each.broken, each.unseen)
    return (
        each.group,
        *(f"{count:,}" for count in counts),
        f"{each.percent:.1f}" if each.counted else "-",
        f"{each.seconds:.1f}",
        f"{each.requests:,.0f}",
        "-" if each.causes is None else f"{each.causes:g}",
        f"{each.others:,}",
    )


def _page(proof: Proof) -> Iterator[str]:
    basis = proof.basis
    yield "# Proof of the suite"
    yield ""
    yield (
        "`adcontract prove` has planted these faults in the mock, one at a time, and `adcontract check` was run on it. "
        "A fault is caught if the run fails with a finding that names its operation, or a cause that holds it, "
        "and that is of a check for faults of its class. A place is an operation, or a part of one, such as a filter; "
        "`adcontract mock --plant list` says what each fault does, and where it applies."
    )
    yield ""
    where = f" at {basis.commit}" if basis.commit else ""
    places = f"all {proof.places:,}" if proof.tried == proof.places else f"{proof.tried:,} of {proof.places:,}"
    yield (
        f"adcontract {basis.version}{where}, {proof.date:%Y-%m-%d}, seed {basis.seed}, profile {basis.profile}; "
        f"{places} places in {', '.join(basis.contracts)}."
    )
    yield ""
    yield from _table(_HEADS, map(_cells, (*proof.classes, proof.total)))
    yield ""
    yield (
        "Unseen faults changed no response to any request that was tried; they are not counted. "
        "Seconds and requests are medians until the first finding, with the runs that found nothing before. "
        "Causes is the median of the causes that a run to its end reported, and others the number of such runs "
        "that also reported one which is not about the fault."
    )
    yield ""
    yield "## Without a fault"
    yield ""
    yield from _table(
        ("document", "requests", "seconds", "false alarms"),
        ((each.document, f"{each.requests:,}", f"{each.seconds:.0f}", str(len(each.alarms))) for each in proof.clean),
    )
    yield from (f"- {each.document}: {alarm}" for each in proof.clean for alarm in each.alarms)
    for title, missed in (
        ("Missed", [each for each in proof.missed if not each.unseen]),
        ("Unseen", [each for each in proof.missed if each.unseen]),
    ):
        if missed:
            yield ""
            yield f"## {title}"
            yield ""
            yield from _by_kind(missed, proof.finders)


def _blind(spots: Sequence[BlindSpot]) -> Iterator[str]:
    if spots:
        yield from ("", "## Blind spots", "", "Where the contract does not say enough for a fault to be seen.", "")
        yield from dict.fromkeys(as_markdown(spots))


def _by_kind(missed: Sequence[Outcome], finders: Mapping[str, Sequence[str]]) -> Iterator[str]:
    counts = Counter(each.fault.kind for each in missed)
    rows = []
    for kind, count in counts.most_common():
        mine = [each for each in missed if each.fault.kind == kind]
        operations = list(dict.fromkeys(each.fault.operation for each in mine))
        named = ", ".join(operations[:6]) + (f" and {len(operations) - 6} more" if len(operations) > 6 else "")
        rows.append((kind, str(count), KINDS[kind].description, named, _reason(mine, finders[kind])))
    return _table(("fault", "places", "what the server does", "operations", "reason"), rows)


def _reason(missed: Sequence[Outcome], finders: Sequence[str]) -> str:
    """Return the most frequent reason for which a fault was missed: what broke the run, or was found, or not tried.

    Of the checks that were not tried, the one is named that has caught most faults of this kind elsewhere.
    """
    reasons = Counter[str]()
    for each in missed:
        found = f"found, but it does not fail: {each.others[0]}" if each.others else ""
        ours = (reason for name in finders for reason in each.untried if reason.startswith(f"{name}: "))
        untried = next((f"not tried: {reason}" for reason in ours), "")
        shown = f"no request of {each.unseen:,} shows it" if each.unseen else ""
        reasons[each.error or shown or found or untried or "the requests that show it are not sent"] += 1
    return reasons.most_common(1)[0][0]


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    cells = [list(heads), *(list(row) for row in rows)]
    yield f"| {' | '.join(cells[0])} |"
    yield f"|{'---|' * len(cells[0])}"
    yield from (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in cells[1:])
