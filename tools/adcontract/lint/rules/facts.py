"""Rules on the facts of the vendors' pages, which stand in `facts/`: their form, their lines, and that they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract.errors import ContractError, Location, did_you_mean
from adcontract.facts.addresses import Addresses
from adcontract.facts.assertions import breach
from adcontract.facts.fact_files import RULE, read_page
from adcontract.lint.registry import Violation, on_document, on_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.facts.fact_files import Fact
    from adcontract.lint.subjects import Document, Files

_GAPS_NAMED = 10


@on_files(RULE, "A file of facts belongs to a snapshot, and has the form of facts.schema.json with lines of its page.")
def facts_form(files: Files) -> Iterator[Violation]:
    """Read every file of facts, whichever snapshot is asked for."""
    folder = files.folder / "facts"
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix != ".yaml":
            yield Location(file), f"{file.name} is not a file of facts.", "Remove it, or name it <name>.yaml."
    for file in sorted(folder.glob("*")):
        name = file.name.removesuffix(".yaml")
        if name == file.name and not file.is_dir():
            continue
        if (known := files.snapshots) is not None and not any(f"{name}.".startswith(f"{each}.") for each in known):
            fix = f"Name it <snapshot>.yaml or <snapshot>.<page>.yaml.{did_you_mean(name, known)}"
            yield Location(file), f"{file.name} does not name a snapshot of this API.", fix
        try:
            read_page(file)
        except ContractError as error:
            yield from ((each.where, each.message, each.fix) for each in error.findings if each.rule == RULE)


@on_document("facts-complete", "Every line of a page has a fact, or a reason why it has none.")
def facts_complete(document: Document) -> Iterator[Violation]:
    """Report the lines of each page that its file leaves out."""
    for page in document.pages:
        if gaps := page.uncovered:
            more = f" and {len(gaps) - _GAPS_NAMED} more" if len(gaps) > _GAPS_NAMED else ""
            message = f"{', '.join(map(str, gaps[:_GAPS_NAMED]))}{more}: neither a fact nor a reason covers this."
            fix = "Write the facts of these lines, or list them under no-fact with a reason."
            yield page.where, message, fix


@on_document("fact-holds", "The contract meets every fact of a page, without x-inferred.")
def fact_holds(document: Document) -> Iterator[Violation]:
    """Look up the address of each fact in the document, without what servers showed beyond the page."""
    pages, document = document.pages, document.page
    addresses = Addresses(document.data, document.operations)
    for page in pages:
        for fact in page.facts:
            found = breach(addresses, fact)
            if found is not None:
                place = f" ({document.where(found.pointer)})" if found.pointer is not None else ""
                yield (
                    fact.where,
                    f"{fact.lines} of the page says {fact}; the contract says: {found.says}{place}.",
                    _fix(addresses, fact),
                )


def _fix(addresses: Addresses, fact: Fact) -> str:
    known = did_you_mean(fact.operation, addresses.operations) if fact.operation not in addresses.operations else ""
    return f"Correct the contract there, or this fact.{known if fact.operation else ''}"
