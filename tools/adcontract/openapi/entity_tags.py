"""Entity tags as conditions of requests name them (RFC 9110, section 13.1)."""

from __future__ import annotations


def names_tag(condition: str, etag: str, *, weakly: bool) -> bool:
    """Return whether the value of `If-Match` or `If-None-Match` names an entity tag, or any (`*`).

    Compared `weakly`, as `If-None-Match` is, a weak tag is the same as a strong one (RFC 9110, section 8.8.3.2).
    """
    if condition.strip() == "*":
        return True
    tags = [each.strip() for each in condition.split(",")]
    if weakly:
        return etag.removeprefix("W/") in [each.removeprefix("W/") for each in tags]
    return not etag.startswith("W/") and etag in tags
