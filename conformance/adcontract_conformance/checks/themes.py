"""What the checks are about, from near to far: what the causes of findings go by where a way is not enough."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from adcontract_conformance.model.exchange import CREDENTIALS, HttpResponse, Purpose
from adcontract_conformance.model.promises import NEIGHBOR

if TYPE_CHECKING:
    from collections.abc import Hashable

    from adcontract_conformance.model.exchange import Exchange

KEPT = "What is created, changed or deleted is not kept."
PAGES = "The pages of a list are not cut as they are asked for."
STATED = "What a page says of its list is wrong."
FILTERS = "The filters of a list are not heeded."
ORDER = "The order of a list is not the one that is asked for."
REFUSED = "Requests that the contract allows are refused."
ACCEPTED = "Faulty requests are accepted."
STATES = "Items do not change by themselves as the contract says."
CONDITIONS = "The conditions of requests are not heeded."
FAILS = "The target fails."
FORM = "Responses do not have the form of the contract."
CREDENTIAL = "Requests without good credentials are not refused as the contract says."
PREFER = "The target answers otherwise than Prefer asks."
SUMS = "Sums are not those of the items that they are about."
RULES = "Values break the rules of the contract."
SLOW = "Responses take too long."

THEMES = {
    **dict.fromkeys(("create", "change", "delete", "add", "remove", "read", "unknown", "parent"), KEPT),
    **dict.fromkeys(("merge-patch", "json-patch", "read-only"), KEPT),
    "write-only": FORM,
    **dict.fromkeys(("batch", "batch-failure"), KEPT),
    **dict.fromkeys(("there", "gone", "again", "location", "key", "upsert"), KEPT),
    **dict.fromkeys(("etag", "if-match"), CONDITIONS),
    "states": STATES,
    **dict.fromkeys(("page-size", "page-default", "page-maximum", "page-beyond", "page-walk", "page-cursor"), PAGES),
    **dict.fromkeys(("page-total", "page-envelope", "page-links"), STATED),
    **dict.fromkeys(
        ("filter", "filter-nothing", "filter-all", "filter-or", "filter-and", "filter-alternative"), FILTERS
    ),
    **dict.fromkeys(("sort-all", "sort-order", "sort-reverse", "sort-filtered", "sort-several"), ORDER),
    **dict.fromkeys(("accepted", "open", "status"), REFUSED),
    **dict.fromkeys(("refused", "unreadable", "unknown-method", "unknown-path"), ACCEPTED),
    "cursor-unknown": ACCEPTED,
    **dict.fromkeys(("refusal-body", "refusal-missing", "refusal-limit", "refusal-method"), ACCEPTED),
    "answered": FAILS,
    **dict.fromkeys(("media-type", "headers", "body", "shown", "answer", "head"), FORM),
    **dict.fromkeys(("missing", "empty", "scheme", "token", "query"), CREDENTIAL),
    **dict.fromkeys(("token-end", "token-case", "token-longer", "missing-head"), CREDENTIAL),
    "answers": PREFER,
    "sum": SUMS,
    "invariants": RULES,
    "latency": SLOW,
}
"""What each check is about, by its name, which several groups may share."""

_PAGE = "text/html"
_RANGES_OF_PAGES = frozenset((_PAGE, "text/*", "*/*"))

_MEMBERS = frozenset(("add", "remove"))
_SEVERAL_FILTERS = frozenset(("filter-or", "filter-and", "filter-alternative"))

_SUCCESSFUL = frozenset((Purpose.DOCUMENTED, Purpose.VALID, Purpose.LINKED))
"""Purposes of requests that a good token may send, unless it may do little."""


def theme_of(check_id: str) -> str:
    """Return the sentence on what a check is about; nothing for one that is about several, or not the suite's."""
    if check_id == "state.answer":
        return ""
    return THEMES.get(check_id.partition(".")[2], "")


def near_keys(check_id: str, operation_id: str, where: Hashable, part: str) -> list[Hashable]:
    """Return what the breaches of several laws share that see one fault, such as in the pages or the order of a list.

    Two filters of a list have a fault each, and so have two fields of an item. Nothing is returned for other breaches.
    """
    name, theme = check_id.partition(".")[2], theme_of(check_id)
    place = theme, where, part
    if name in _MEMBERS:
        return [place, (theme, name, operation_id)]
    if theme in (PAGES, STATED) or name in _SEVERAL_FILTERS or (name == "delete" and part != NEIGHBOR):
        return [(theme, name in _SEVERAL_FILTERS, operation_id)]
    return [place] if theme in (FILTERS, ORDER, ACCEPTED) else []


def other_answer(check_id: str, exchange: Exchange) -> str:
    """Return a sentence on the answer that shows a breach, if it is not one of the operation that was asked.

    A redirect, a page for people and the refusal of a good token come from something before the operation, such as a
    login or a gateway. Whatever check they break, they are one cause. Nothing is returned for other answers, and for
    those with the status that `Prefer` asked for.
    """
    response, operation, purpose = exchange.response, exchange.operation, exchange.purpose
    if not isinstance(response, HttpResponse) or str(response.status) == exchange.status:
        return ""
    status = response.status
    if 300 <= status < 400 and not operation.names(status):
        return f"Requests are redirected ({status})."
    is_refused = status == HTTPStatus.UNAUTHORIZED and purpose not in CREDENTIALS
    is_of_its_form = theme_of(check_id) == FORM and operation.response_for(status) is not None
    if not is_of_its_form and (is_refused or (status == HTTPStatus.FORBIDDEN and purpose in _SUCCESSFUL)):
        return f"Requests with the token are refused with {status}."
    sent = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    declared = operation.success.media if operation.success else ()
    if 200 <= status < 300 and sent == _PAGE and all(media.essence not in _RANGES_OF_PAGES for media in declared):
        return f"Requests are answered with a page for people ({sent})."
    return ""


def is_about_the_answer(check_id: str) -> bool:
    """Return whether a check says by itself that the answer is not one of the operation."""
    return check_id.endswith((".accepted", ".status", ".media-type", ".open"))
