"""Why a request that needs the state cannot be answered."""

from __future__ import annotations

from http import HTTPStatus

RESET = 'Reset sessions: POST {"do": "reset"} to /_mock/state'
FORGET = 'Remove one: POST {"do": "forget", "name": …} to /_mock/state'


class StateError(Exception):
    """A request that needs the state cannot be answered, and has changed nothing.

    `status` is that of the response, the message says why and what helps.
    """

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


def full(reason: str, remedy: str = RESET) -> StateError:
    """Return the error of a request that would make the state larger than it may be."""
    return StateError(HTTPStatus.INSUFFICIENT_STORAGE, f"The state is full: {reason}. {remedy}.")
