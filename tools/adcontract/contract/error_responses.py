"""The responses to faulty requests, and how their messages read (`x-errors`)."""

from __future__ import annotations

from typing import Any

from adcontract.contract.operation_parts import Response
from adcontract.openapi.pointer import join
from adcontract.openapi.references import deref

FAULTS = ("unknown-path", "unknown-method", "unauthenticated", "malformed", "invalid")
"""The faults of a request for which every contract names a response."""

MESSAGES = "messages"
"""The member of `x-errors` that is no fault: how the messages read."""


def error_responses(document: dict[str, Any]) -> dict[str, Response]:
    """Return the response to each fault that an assembled document names one for; empty without `x-errors`."""
    return {
        fault: Response(str(node["status"]), *deref(document, node["response"], join("/x-errors", fault, "response")))
        for fault, node in document.get("x-errors", {}).items()
        if fault != MESSAGES
    }


def error_messages(document: dict[str, Any]) -> dict[str, Any]:
    """Return the templates of the messages to faulty requests, and how they are filled; empty without any."""
    declared: dict[str, Any] = document.get("x-errors", {}).get(MESSAGES, {})
    return declared
