"""What a search by words is tried with: words that any index has as they are."""

from __future__ import annotations

from string import punctuation
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SHORTEST, _LONGEST = 5, 20
"""The lengths of words that are searched for: an index may leave out shorter ones."""

_STOP_WORDS = frozenset(
    (
        *("about", "above", "after", "again", "against", "along", "among", "around", "because", "before", "behind"),
        *("being", "below", "between", "beyond", "could", "during", "either", "every", "further", "having", "herself"),
        *("himself", "itself", "might", "myself", "neither", "other", "others", "ourselves", "outside", "rather"),
        *("several", "shall", "should", "since", "still", "their", "theirs", "themselves", "there", "these", "those"),
        *("through", "toward", "towards", "under", "until", "where", "which", "while", "whose", "within", "without"),
        *("would", "yourself", "yourselves"),
    )
)
"""Words of English that an index may leave out, of these lengths."""


def searches(held: Any) -> list[str]:
    """Return searches that find a text, or a list of texts: the longest word, in the other case, and two words.

    These have another order than in the text.
    """
    texts = [each for each in (held if isinstance(held, list) else [held]) if isinstance(each, str)]
    found = [list(_words(each)) for each in texts]
    single = [max(words, key=len).swapcase() for words in found if words]
    return [*single, *(f"{words[-1]} {words[0]}" for words in found if words and words[0] != words[-1])]


def single_and_several(values: Sequence[str]) -> Iterator[str]:
    """Yield the first of some searches for one word, and the first of those for several."""
    for is_several in (False, True):
        yield from [each for each in values if (" " in each) is is_several][:1]


def _words(text: str) -> Iterator[str]:
    for each in text.split():
        word = each.strip(punctuation)
        is_plain = word.isascii() and word.isalpha() and _SHORTEST <= len(word) <= _LONGEST
        if is_plain and word.lower() not in _STOP_WORDS:
            yield word
