"""Why a request that needs the state cannot be answered."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from adcontract_mock.http.response import mock_response

if TYPE_CHECKING:
    from adcontract_mock.http.response import HttpResponse

RESET = 'Reset sessions: POST {"do": "reset"} to /_mock/state'
FORGET = 'Remove one: POST {"do": "forget", "name": …} to /_mock/state'


class StateError(Exception):
    """A request that needs the state cannot be answered, and has changed nothing.

    `status` is that of the response, the message says why and what helps.
    """

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status

    def response(self) -> HttpResponse:
        """Return the response of a mock that cannot use its state; it may be able to in a second if it is a 503."""
        response = mock_response(self.status, "the state cannot be used", message=str(self))
        is_short = self.status == HTTPStatus.SERVICE_UNAVAILABLE
        return response.with_header("Retry-After", "1") if is_short else response


def full(reason: str, remedy: str = RESET) -> StateError:
    """Return the error of a request that would make the state larger than it may be."""
    return StateError(HTTPStatus.INSUFFICIENT_STORAGE, f"The state is full: {reason}. {remedy}.")
