"""Path templates: names, shape, pattern and path of one template agree."""

from __future__ import annotations

from urllib.parse import quote, unquote

import pytest

from adcontract.openapi.paths import fill, parameter_names, pattern, shape


@pytest.mark.parametrize(
    ("template", "names", "unnamed"),
    [
        ("/", [], "/"),
        ("/shops/{shop_id}", ["shop_id"], "/shops/{}"),
        ("/a/{x}/b/{y}.csv", ["x", "y"], "/a/{}/b/{}.csv"),
        ("/a/{x}-{y}", ["x", "y"], "/a/{}-{}"),
        ("/a/{}", [""], "/a/{}"),
    ],
)
def test_a_template_has_names_and_a_shape(template: str, names: list[str], unnamed: str) -> None:
    assert parameter_names(template) == names
    assert shape(template) == unnamed


@pytest.mark.parametrize("value", ["1", "a b", "a/b", "ä?#%", "{y}", "x\ny"])
def test_the_pattern_reads_what_was_filled_in(value: str) -> None:
    path = fill("/a+(b)/{x}/c.csv", {"x": quote(value, safe=""), "unused": "1"})
    match = pattern("/a+(b)/{x}/c.csv").fullmatch(path)
    assert match
    assert unquote(match[1]) == value


@pytest.mark.parametrize("path", ["/a/1/", "/a/", "/a/1/2", "/A/1", "/a/1/bXcsv"])
def test_another_path_does_not_match(path: str) -> None:
    assert not pattern("/a/{x}").fullmatch(path)
    assert not pattern("/a/{x}/b.csv").fullmatch(path)


def test_a_value_may_have_a_pattern_of_its_own() -> None:
    assert pattern("/a/{x}", ".+").fullmatch("/a/1/2")


def test_a_path_needs_every_value() -> None:
    with pytest.raises(KeyError):
        fill("/a/{x}", {"y": "1"})
