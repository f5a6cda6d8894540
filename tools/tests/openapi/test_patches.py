"""JSON Merge Patch and JSON Patch change values as RFC 7396 and RFC 6902 say, whose examples these are."""

import pytest

from adcontract.openapi.patches import PatchError, assignment, merged, patched, steps

MERGES = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("target", "patch", "result"), MERGES)
def test_a_merge_removes_by_null_leaves_siblings_and_replaces_arrays(target, patch, result):
    assert merged(target, patch) == result


def op(name, path, **more):
    return {"op": name, "path": path, **{key.rstrip("_"): value for key, value in more.items()}}


DONE = [
    ({"foo": "bar"}, [op("add", "/baz", value="qux")], {"foo": "bar", "baz": "qux"}),
    ({"foo": ["bar", "baz"]}, [op("add", "/foo/1", value="qux")], {"foo": ["bar", "qux", "baz"]}),
    ({"foo": ["bar", "qux", "baz"]}, [op("remove", "/foo/1")], {"foo": ["bar", "baz"]}),
    ({"foo": ["all", "cows"]}, [op("move", "/foo/1", from_="/foo/0")], {"foo": ["cows", "all"]}),
    ({"a": {"b": 1}, "c": {}}, [op("move", "/c/d", from_="/a/b")], {"a": {}, "c": {"d": 1}}),
    ({"a": [1]}, [op("copy", "/b", from_="/a"), op("add", "/b/-", value=2)], {"a": [1], "b": [1, 2]}),
    ({"a": 1}, [op("test", "/a", value=1.0), op("replace", "", value=[0])], [0]),
    ({"/": 9, "~1": 10}, [op("test", "/~01", value=10), op("replace", "/~1", value=8)], {"/": 8, "~1": 10}),
    (
        {"foo": "bar"},
        [op("add", "/child", value={}), op("add", "/child/x", value=None)],
        {"foo": "bar", "child": {"x": None}},
    ),
    ({"a": 1}, [op("add", "/a", value=2, xyz=123)], {"a": 2}),
]


@pytest.mark.parametrize(("target", "patch", "result"), DONE)
def test_the_operations_of_a_json_patch_are_done_in_their_order(target, patch, result):
    before = repr(target)
    assert patched(target, steps(patch)) == result
    assert repr(target) == before


NOT_DONE = [
    ([op("test", "/a", value=True)], "tests for a value"),
    ([op("test", "/a", value="1")], "tests for a value"),
    ([op("replace", "/none", value=1)], "a place that is not there"),
    ([op("remove", "/list/2")], "a place that is not there"),
    ([op("remove", "/list/-")], "a place that is not there"),
    ([op("add", "/list/3", value=1)], "a place that is not there"),
    ([op("add", "/list/01", value=1)], "a place that is not there"),
    ([op("add", "/list/" + "9" * 5000, value=1)], "a place that is not there"),
    ([op("add", "/box", value={})] + [op("copy", f"/box/{n}", from_="/box") for n in range(40)], "of copies"),
    ([op("add", "/box", value={})] + [op("copy", "/box/b", from_="/box")] * 300, "nested deeper"),
    ([op("add", "/a/b", value=1)], "a place that is not there"),
    ([op("add", "/none/b", value=1)], "a place that is not there"),
    ([op("copy", "/b", from_="/none")], "a place that is not there"),
    ([op("remove", "")], "a place that is not there"),
    ([op("add", "/a")], "lacks a `value`"),
    ([op("move", "/a")], "lacks a JSON Pointer"),
    ([op("move", "/list/0", from_="/list")], "into itself"),
    ([op("add", "a", value=1)], "lacks a JSON Pointer"),
    ([op("merge", "/a", value=1)], "does not have"),
    ([op([], "/a", value=1)], "does not have"),
    ([1], "not an object"),
    ({"op": "remove"}, "not an array"),
]


@pytest.mark.parametrize(("patch", "reason"), NOT_DONE)
def test_a_json_patch_that_cannot_be_done_says_why(patch, reason):
    with pytest.raises(PatchError, match=reason):
        patched({"a": 1, "list": [1, 2]}, steps(patch))


def test_a_value_is_assigned_whether_or_not_it_is_there():
    item = {"a": 1, "list": [1]}
    results = {
        "/a": {"a": 7, "list": [1]},
        "/b": {"a": 1, "list": [1], "b": 7},
        "/list/0": {"a": 1, "list": [7]},
        "/list/-": {"a": 1, "list": [1, 7]},
    }
    assert {each: patched(item, steps([assignment(each, 7, item)])) for each in results} == results
