"""The media type of a response that a client accepts most (RFC 9110, 12.5.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adcontract import MediaType

_RANGE = re.compile(r"\s*([\w!#$%&'*+.^`|~-]+)/([\w!#$%&'*+.^`|~-]+)\s*(?:;|$)")
_QUALITY = re.compile(r";\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*(?:;|$)", re.IGNORECASE)


def choose(media: Sequence[MediaType], accept: str | None) -> MediaType | None:
    """Return the one of `media` that `accept`, the value of the header, ranks highest; of equal ones the first.

    Without the header it is the first. A single media type is also returned to clients that accept JSON, whatever it
    is: they ask for JSON by habit, and a server may ignore `Accept`. None if none is acceptable.
    """
    if accept is None or not accept.strip():
        return media[0]
    ranges = list(_ranges(accept))
    best = max(media, key=lambda each: _quality(each.written, ranges))
    if _quality(best.written, ranges) > 0:
        return best
    return media[0] if len(media) == 1 and _quality("application/json", ranges) > 0 else None


def _ranges(accept: str) -> Iterator[tuple[str, str, float]]:
    """Yield each media range with its quality; anything else is ignored."""
    for text in accept.lower().split(","):
        match = _RANGE.match(text)
        if match:
            quality = _QUALITY.search(text)
            yield match[1], match[2], min(float(quality[1]), 1.0) if quality else 1.0


def _quality(media_type: str, ranges: Sequence[tuple[str, str, float]]) -> float:
    """Return the quality of the most precise range that includes this media type; 0 if none does."""
    main, _, subtype = media_type.lower().partition(";")[0].strip().partition("/")
    for candidate in ((main, subtype), (main, "*"), ("*", "*")):
        found = [quality for *range_, quality in ranges if tuple(range_) == candidate]
        if found:
            return max(found)
    return 0.0
