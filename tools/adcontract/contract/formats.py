"""Formats of text that the validator does not know, or knows too strictly."""

from __future__ import annotations

import base64
import binascii
import re

_is_time = re.compile(
    r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})?"
).fullmatch

_is_duration = re.compile(
    r"[+-]?P(\d+([.,]\d+)?Y)?(\d+([.,]\d+)?M)?(\d+([.,]\d+)?W)?(\d+([.,]\d+)?D)?"
    r"(T(\d+([.,]\d+)?H)?(\d+([.,]\d+)?M)?(\d+([.,]\d+)?S)?)?",
    re.ASCII,
).fullmatch


def is_base64(text: str) -> bool:
    """Return whether a text is Base64 (`byte`, OpenAPI 3.0.3, section 4.4), in either alphabet (RFC 4648)."""
    try:
        base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def is_duration(text: str) -> bool:
    """Return whether a text is a duration (ISO 8601), also with a sign, or with days of years."""
    return _is_duration(text) is not None and text[-1] not in "PT"


def is_time(text: str) -> bool:
    """Return whether a text is a time (RFC 3339, section 5.6); OpenAPI 3.0 does not say that it needs a zone."""
    return _is_time(text) is not None
