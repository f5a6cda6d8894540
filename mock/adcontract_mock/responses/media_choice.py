"""The media type in which an operation responds: as a parameter of the request asks, or its `Accept`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract_mock.http.negotiation import choose
from adcontract_mock.http.response import HttpResponse, mock_response

if TYPE_CHECKING:
    from adcontract import MediaType, Operation, Response, Values
    from adcontract_mock.responses.composer import Composer


class MediaChoice:
    """Chooses the media types of the responses of one operation.

    `formats` are the media types by parameter and value, where a parameter asks for one (`x-format`).
    """

    def __init__(self, operation: Operation, composer: Composer) -> None:
        self.formats = {each.name: each.formats for each in operation.parameters if each.formats}
        self._operation = operation
        self._composer = composer

    def format_of(self, values: Values) -> str | None:
        """Return the media type that a parameter of a request asks for, None if none does."""
        for name, media_types in self.formats.items():
            if name in values.query:
                return media_types.get(values.query[name])
        return None

    def choose(
        self, response: Response, accept: bytes | None, media_type: str | None
    ) -> MediaType | HttpResponse | None:
        """Return the media type in which to send `response`, None where it has no body, or the 406 to send instead.

        Args:
            response: a response of the operation.
            accept: the header of the request, None without one.
            media_type: the one that a parameter asks for, None without one.
        """
        if not response.media or not response.status.startswith("2"):
            return None
        named = next((media for media in response.media if media.essence == media_type), None)
        media = named or choose(response.media, accept.decode("latin-1") if accept is not None else None)
        return media or self._not_acceptable(response)

    def _not_acceptable(self, response: Response) -> HttpResponse:
        available = [media.written for media in response.media]
        message = f"Accept names none of {', '.join(available)}."
        declared = self._composer.contract.error_responses.get("not-acceptable")
        if declared:
            return self._composer.with_message(declared, self._operation.id, message, message)
        refused = mock_response(406, message, message=message, available=available)
        return refused.with_reason(message, self._operation.id)
