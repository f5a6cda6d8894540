"""Path templates (OpenAPI 3.0.3, Paths Object): `/shops/{shop_id}` has a parameter between braces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

_PARAMETER = re.compile(r"\{([^{}]*)\}")


def parameter_names(template: str) -> list[str]:
    """Return the names between the braces of a path template, in order."""
    return _PARAMETER.findall(template)


def shape(template: str) -> str:
    """Return a path template without the names of its parameters: two of one shape are one path."""
    return _PARAMETER.sub("{}", template)


def pattern(template: str, value: str = "[^/]+") -> re.Pattern[str]:
    """Return the pattern that a path of this template matches, with a group for each parameter, in order.

    `value` is the pattern of the value of a parameter; the default is for a path whose values are still encoded.
    """
    literals = _PARAMETER.split(template)[::2]
    return re.compile(f"({value})".join(re.escape(literal) for literal in literals), re.DOTALL)


def fill(template: str, texts: Mapping[str, str]) -> str:
    """Return the path of a template with the texts of its parameters, which are percent-encoded already.

    Raises:
        KeyError: if a parameter has no text.
    """
    return _PARAMETER.sub(lambda match: texts[match[1]], template)


def base_path(server: dict[str, Any]) -> str:
    """Return the path of a server (OpenAPI 3.0.3, Server Object), with the defaults of its variables.

    It has no slash at its end, and is empty for the root.
    """
    url: str = server["url"]
    for name, variable in server.get("variables", {}).items():
        url = url.replace(f"{{{name}}}", str(variable["default"]))
    path = urlsplit(url).path.strip("/")
    return f"/{path}" if path else ""
