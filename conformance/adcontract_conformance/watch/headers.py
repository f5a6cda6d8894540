"""Documented headers that come under another name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def renamed(declared: Iterable[str], sent: set[str]) -> Iterator[tuple[str, str]]:
    """Yield each declared header that no response has, with an undeclared one that has its name in another spelling."""
    declared = list(declared)
    known = {name.lower() for name in declared}
    for name in declared:
        if name.lower() not in sent:
            found = sorted(each for each in sent - known if _plain(each) == _plain(name))
            if found and not any(_plain(each) == _plain(name) for each in known & sent):
                yield name, found[0]


def _plain(name: str) -> str:
    """Return the name of a header without what differs between its spellings: `X-`, hyphens and case."""
    return re.sub("[-_]", "", re.sub("^x-", "", name.lower()))
