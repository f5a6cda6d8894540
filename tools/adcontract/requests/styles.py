"""How a value of several parts stands in one text (OpenAPI 3.0.3, Parameter Object, `style`; RFC 6570)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adcontract.contract.operation_parts import Parameter

SEPARATORS = {"form": ",", "simple": ",", "label": ".", "matrix": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
"""What stands between the parts, by style."""


class Unstyled(Exception):  # noqa: N818 - it describes a text
    """A text is not written in the style of its parameter; the message says how it should be."""


def inside(parameter: Parameter, text: str) -> str:
    """Return the text of a parameter without what its style puts before it.

    Raises:
        Unstyled: if that is not there.
    """
    if parameter.style == "label":
        if not text.startswith("."):
            raise Unstyled("does not start with a dot")
        return text[1:]
    if parameter.style == "matrix":
        if not text.startswith(";"):
            raise Unstyled("does not start with a semicolon")
        return text[1:]
    return text


def parts(parameter: Parameter, text: str) -> list[list[str]]:
    """Return the ways in which a text, without what stands before it, can be divided: the usual one first."""
    if parameter.style == "matrix":
        return [_of_matrix(parameter, text)]
    separator = SEPARATORS.get(parameter.style, ",")
    ways = [[part.strip() if parameter.location == "header" else part for part in text.split(separator)]]
    if parameter.style == "label" and not parameter.explode:
        # RFC 6570 has a comma, OpenAPI 3.0.3 a dot
        ways.append(text.split(","))
    return ways


def _of_matrix(parameter: Parameter, text: str) -> list[str]:
    """Return the parts of `id=1,2`, of `id=1;id=2`, or of `a=1;b=2` for an object."""
    own = f"{parameter.name}="
    if not parameter.explode:
        return text.removeprefix(own).split(",")
    return [part.removeprefix(own) for part in text.split(";")]


def paired(parameter: Parameter, texts: list[str]) -> list[tuple[str, str]]:
    """Return the names and texts of an object of its parts: `a=1` each, or names and texts in turn.

    Raises:
        Unstyled: if they are neither.
    """
    if parameter.explode and parameter.location in ("path", "header"):
        pairs = [part.partition("=") for part in texts]
        if not all(equals for _, equals, _ in pairs):
            raise Unstyled("is not written as name=value")
        return [(name, text) for name, _, text in pairs]
    if len(texts) % 2:
        raise Unstyled("is not written as names and values in turn")
    return list(zip(texts[::2], texts[1::2], strict=True))
