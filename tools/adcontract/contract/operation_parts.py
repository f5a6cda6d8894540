"""The parts of an operation: its parameters, responses, media types and examples."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from adcontract.contract.provenance import inferred
from adcontract.openapi.pointer import join

_IN_RANGE = {
    "*/*": "application/json",
    "application/*": "application/json",
    "text/*": "text/plain",
    "image/*": "image/png",
    "application/*+json": "application/hal+json",
    "application/*+xml": "application/atom+xml",
}
"""The media type in which a payload is written where the contract names a range."""


@dataclass(frozen=True)
class Example:
    """A payload or a parameter's value, by its name."""

    name: str
    value: Any
    data: dict[str, Any]

    @property
    def request(self) -> dict[str, Any] | None:
        """The `x-request` that this example answers: parts of a request by location, or None."""
        return self.data.get("x-request")

    @property
    def inferred(self) -> str | None:
        """Why no page shows this example, or None."""
        return inferred(self.data)


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation (OpenAPI 3.0.3, Parameter Object)."""

    name: str
    location: str
    data: dict[str, Any]
    pointer: str

    @property
    def required(self) -> bool:
        """Whether a request without it is invalid."""
        return bool(self.data.get("required"))

    @property
    def style(self) -> str:
        """How its value is written into the request."""
        return str(self.data.get("style") or {"query": "form", "cookie": "form"}.get(self.location, "simple"))

    @property
    def explode(self) -> bool:
        """Whether each entry of an array or an object is written on its own."""
        return bool(self.data.get("explode", self.style == "form"))

    @cached_property
    def content(self) -> MediaType | None:
        """The media type in which its value is written, where that is not by a style."""
        return next(iter(media_types(self.data, self.pointer)), None)

    @property
    def schema_pointer(self) -> str:
        """The pointer of the schema of its value; empty where it has none."""
        holder = self.content or self
        return join(holder.pointer, "schema") if "schema" in holder.data else ""

    @property
    def formats(self) -> dict[str, str]:
        """The media types of the response that its values ask for (`x-format`); empty for most."""
        return dict(self.data.get("x-format", {}))

    @property
    def examples(self) -> tuple[Example, ...]:
        """Its documented values."""
        return _examples(self.data) or (self.content.examples if self.content else ())

    @property
    def inferred(self) -> str | None:
        """Why no page shows this parameter, or None."""
        return inferred(self.data)


@dataclass(frozen=True)
class MediaType:
    """One media type of a request body or a response."""

    type: str
    data: dict[str, Any]
    pointer: str
    files: frozenset[str] = frozenset()
    """The names of the fields of a form that are files; empty for a response."""

    @cached_property
    def essence(self) -> str:
        """The media type without its parameters, in lower case."""
        return self.type.partition(";")[0].strip().lower()

    @cached_property
    def written(self) -> str:
        """The media type as a header names it: for a range such as `*/*`, one that is in it."""
        return _IN_RANGE.get(self.essence, self.type)

    @property
    def is_json(self) -> bool:
        """Whether its payloads are JSON."""
        named = _IN_RANGE.get(self.essence, self.essence)
        return named == "application/json" or named.endswith("+json")

    @property
    def examples(self) -> tuple[Example, ...]:
        """Its payloads."""
        return _examples(self.data)


@dataclass(frozen=True)
class Response:
    """A response of an operation (OpenAPI 3.0.3, Response Object), by its status."""

    status: str
    data: dict[str, Any]
    pointer: str

    @cached_property
    def media(self) -> tuple[MediaType, ...]:
        """Its media types; empty where it has no body."""
        return media_types(self.data, self.pointer)

    @cached_property
    def json(self) -> MediaType | None:
        """The first of its media types that is JSON, or None."""
        return next((each for each in self.media if each.is_json), None)

    def is_for(self, status: int) -> bool:
        """Return whether it is the response of a status; `default` is that of any."""
        return self.status == "default" or self.status.upper() in (str(status), f"{str(status)[0]}XX")

    def media_for(self, content_type: str) -> MediaType | None:
        """Return its media type that a `Content-Type` names, or None."""
        return media_for(self.media, content_type)

    @property
    def inferred(self) -> str | None:
        """Why no page shows this response, or None."""
        return inferred(self.data)


def media_types(holder: dict[str, Any], pointer: str) -> tuple[MediaType, ...]:
    """Return the media types of a request body, a response, or a parameter, which stands at `pointer`."""
    return tuple(
        MediaType(name, data, join(pointer, "content", name)) for name, data in holder.get("content", {}).items()
    )


def media_for(media: tuple[MediaType, ...], content_type: str) -> MediaType | None:
    """Return the most precise of some media types that a `Content-Type` names; of a range as the one that is named."""
    whole = content_type.strip().lower()
    sent = whole.partition(";")[0].strip()
    exact = [each for each in media if each.essence == sent]
    if exact:
        return next((each for each in exact if each.type.lower() == whole), exact[0])
    main, _, suffix = sent.partition("/")[0], *sent.rpartition("+")[1:]
    wider = (f"{main}/*+{suffix}", f"{main}/*", "*/*")
    ranges = (each for wide in wider for each in media if each.essence == wide)
    return next((replace(each, type=sent) for each in ranges), None) if "/" in sent else None


def _examples(node: dict[str, Any]) -> tuple[Example, ...]:
    return tuple(Example(name, data["value"], data) for name, data in node.get("examples", {}).items())
