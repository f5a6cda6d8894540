"""Which of the media types of an answer a client wants (RFC 9110, 12.5.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adcontract import MediaType

_RANGE = re.compile(r"\s*([\w!#$%&'*+.^`|~-]+)/([\w!#$%&'*+.^`|~-]+)\s*(?:;|$)")
_QUALITY = re.compile(r";\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*(?:;|$)", re.IGNORECASE)


def choose(media: Sequence[MediaType], accept: str | None) -> MediaType | None:
    """Return the one of `media` that `accept`, the value of the header, wants most: of equals the first.

    Without the header any will do, so it is the first. Where there is but one, whoever takes JSON gets it, whatever it
    is: clients of an API say that they take JSON by habit, and a server may pass over `Accept`. None where nothing is
    wanted.
    """
    if accept is None or not accept.strip():
        return media[0]
    ranges = list(_ranges(accept))
    best = max(media, key=lambda each: _quality(each.type, ranges))
    if _quality(best.type, ranges) > 0:
        return best
    return media[0] if len(media) == 1 and _quality("application/json", ranges) > 0 else None


def _ranges(accept: str) -> Iterator[tuple[str, str, float]]:
    """Yield each range with its quality; what is no range is passed over."""
    for text in accept.lower().split(","):
        match = _RANGE.match(text)
        if match:
            quality = _QUALITY.search(text)
            yield match[1], match[2], min(float(quality[1]), 1.0) if quality else 1.0


def _quality(media_type: str, ranges: Sequence[tuple[str, str, float]]) -> float:
    """Return what the most precise range says that has this media type in it; 0 where none has."""
    kind, _, subtype = media_type.lower().partition(";")[0].strip().partition("/")
    for wanted in ((kind, subtype), (kind, "*"), ("*", "*")):
        found = [quality for *range_, quality in ranges if tuple(range_) == wanted]
        if found:
            return max(found)
    return 0.0
