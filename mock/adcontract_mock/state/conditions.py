"""Conditional requests on items: their entity tags, and the requests that these exclude (RFC 9110, section 13)."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import orjson

from adcontract.openapi.entity_tags import names_tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract.contract.conditions import Conditions


class ConditionNotMet(Exception):  # noqa: N818 - it is answered, not an error of the mock
    """A request names a condition that the item does not meet: `status` is 304 or 412, `etag` the tag of the item."""

    def __init__(self, status: str, etag: str) -> None:
        super().__init__(f"the item has the tag {etag}")
        self.status = status
        self.etag = etag


def etag_of(item: Any) -> str:
    """Return the strong entity tag of an item, which changes with it."""
    return f'"{blake2b(orjson.dumps(item, option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()}"'


def check(conditions: Conditions, headers: Mapping[str, Any], item: Any) -> None:
    """Check that an item meets the conditions that a request names in its headers.

    Raises:
        ConditionNotMet: if it does not.
    """
    must, must_not = (
        headers.get(each.name) if each else None for each in (conditions.if_match, conditions.if_none_match)
    )
    if must and not names_tag(str(must), etag_of(item), weakly=False):
        raise ConditionNotMet("412", etag_of(item))
    if must_not and names_tag(str(must_not), etag_of(item), weakly=True):
        raise ConditionNotMet("304", etag_of(item))
