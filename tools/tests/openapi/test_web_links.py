"""The links of a `Link` header."""

from __future__ import annotations

import pytest

from adcontract.openapi.web_links import link_header, web_links


@pytest.mark.parametrize(
    ("header", "links"),
    [
        ('</a?page=2>; rel="next"', {"next": "/a?page=2"}),
        ("<b>;rel=prev,<c> ; REL = Next", {"prev": "b", "next": "c"}),
        ('</a?ids=1,2;3>; title="x, <y>; rel=no"; rel="last next"', {"last": "/a?ids=1,2;3", "next": "/a?ids=1,2;3"}),
        ('<one>; rel="next", <two>; rel="next"', {"next": "one"}),
        ('<a>; title="\\"; rel=first"; rel=last', {"last": "a"}),
        ("<a>", {}),
        ("page 2", {}),
        ("", {}),
    ],
)
def test_links_are_found_by_their_relations_however_they_are_written(header: str, links: dict[str, str]) -> None:
    assert web_links(header) == links


def test_links_are_read_as_they_are_written() -> None:
    links = {"next": "/a?after=x,y", "first": "/a"}
    assert web_links(link_header(links)) == links
