"""How much of a contract a run has to cover, by dimension and in percent, as a user writes it."""

from __future__ import annotations

from adcontract.errors import UsageError, did_you_mean

DIMENSIONS = ("operations", "statuses", "media-types", "parameters", "laws")
"""Of what parts of a contract are counted."""

MOST = 100

_ONE = rf"({'|'.join(DIMENSIONS)})=(100|[0-9]{{1,2}})"

MINIMUMS = f"^{_ONE}(,{_ONE})*$"
"""The pattern of a text that names the least coverage of some of them."""


def parse_minimums(text: str) -> dict[str, int]:
    """Return the least coverage of each dimension that a text names, such as `operations=100,laws=90`.

    Raises:
        UsageError: if it names another dimension or no percentage, or one twice.
    """
    found: dict[str, int] = {}
    for part in text.split(","):
        name, _, number = (each.strip() for each in part.partition("="))
        if name not in DIMENSIONS:
            raise UsageError(
                f"There is no dimension {name or text} of coverage.{did_you_mean(name, DIMENSIONS)} "
                f"Known: {', '.join(DIMENSIONS)}, as in operations=100,laws=90."
            )
        if not (number.isascii() and number.isdecimal() and int(number) <= MOST):
            raise UsageError(f"{name}={number}: this is not a percentage. Write it as in {name}=90.")
        if name in found:
            raise UsageError(f"{name} is there twice. Keep one of them.")
        found[name] = int(number)
    return found
