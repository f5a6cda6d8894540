"""The links of a `Link` header (RFC 8288, section 3)."""

from __future__ import annotations

import re

_PARAMETER = r";\s*([^\s=;,]+)\s*(?:=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s\";,]*)))?"
_LINK = re.compile(rf"<([^<>]*)>((?:\s*{_PARAMETER})*)")
_parameter = re.compile(_PARAMETER)


def web_links(header: str) -> dict[str, str]:
    """Return the targets of the links in the value of a `Link` header by their relations, in lower case.

    Of several links with a relation the first one counts; links without one are left out.
    """
    found: dict[str, str] = {}
    for link in _LINK.finditer(header):
        named = ((name.lower(), quoted or bare) for name, quoted, bare in _parameter.findall(link[2]))
        relations = next((value for name, value in named if name == "rel"), "")
        for relation in relations.lower().split():
            found.setdefault(relation, link[1])
    return found


def link_header(links: dict[str, str]) -> str:
    """Return the value of a `Link` header with a link for each relation. See `web_links`."""
    return ", ".join(f'<{target}>; rel="{relation}"' for relation, target in links.items())
