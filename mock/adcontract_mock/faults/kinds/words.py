"""Searches by words that are not as declared."""

from __future__ import annotations

from string import punctuation
from typing import TYPE_CHECKING, Any

from adcontract.contract.filters import is_met, words_of
from adcontract.openapi.text import as_text
from adcontract_mock.faults.filtering import at_filters, kept

if TYPE_CHECKING:
    from adcontract import Condition
    from adcontract_mock.faults.acting import Acting


def _as_written(value: Any) -> list[str]:
    """Return the words of a text as they are written."""
    return [each.strip(punctuation) for each in as_text(value).split()]


@at_filters("words-with-case", "A search by words looks at the case of letters.", "words")
def _case(acting: Acting) -> Any:
    return kept(acting, lambda _, held, value: {*_as_written(value)} <= {*_as_written(held)})


@at_filters("words-in-a-row", "A search by several words finds them only one after the other.", "words")
def _in_a_row(acting: Acting) -> Any:
    def keeps(condition: Condition, held: Any, value: Any) -> bool:
        asked, shown = (" ".join(_as_written(each)).casefold() for each in (value, held))
        return is_met(condition, held, value) and asked in shown

    return kept(acting, keeps)


@at_filters("words-whole-text", "A search by words finds a text only if it has no other word.", "words")
def _whole_text(acting: Acting) -> Any:
    return kept(acting, lambda _, held, value: words_of(held) == words_of(value))
