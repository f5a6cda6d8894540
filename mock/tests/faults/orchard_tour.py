"""Requests that between them show every kind of fault at the contract of the orchard."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from adcontract_mock.state.cursors import cursor_of

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "Secret-Token"
VALID = {"authorization": f"Bearer {TOKEN}"}
NEW = {
    "name": "Größe 😀 & Co, 1 < 2 > 0, C++ \\o/",
    "height": 4.35,
    "rings": 0,
    "tags": ["a", "b"],
    "note": "n",
    "score": 3,
}
GOOD: dict[str, dict[str, Any]] = {
    "createTree": {"name": "x", "height": 1},
    "createFruit": {"color": "x"},
    "addPickers": {"ids": [1]},
    "putReport": {"year": 2020},
}
OPERATIONS = [
    ("createTree", "POST", "/trees"),
    ("getTree", "GET", "/trees/1"),
    ("updateTree", "PATCH", "/trees/1"),
    ("deleteTree", "DELETE", "/trees/8"),
    ("addPickers", "POST", "/trees/1/pickers"),
    ("removePickers", "DELETE", "/trees/1/pickers"),
    ("listFruits", "GET", "/trees/1/fruits"),
    ("createFruit", "POST", "/trees/1/fruits"),
    ("getFruit", "GET", "/trees/1/fruits/1"),
    ("listHarvests", "GET", "/harvests"),
    ("listSeasons", "GET", "/seasons"),
    ("putReport", "PUT", "/report"),
    ("getReport", "GET", "/report?year=2020"),
    ("startPressing", "POST", "/pressings"),
    ("getPressing", "GET", "/pressings/4"),
    ("deletePressing", "DELETE", "/pressings/4"),
    ("getKeys", "GET", "/keys"),
]


@dataclass(frozen=True, eq=False)
class Call:
    """A request of the tour, and the operation that it is for, empty for none."""

    operation: str
    method: str
    target: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: dict(VALID))


def as_json(operation: str, method: str, target: str, value: Any) -> Call:
    return Call(operation, method, target, json.dumps(value).encode(), {**VALID, "content-type": "application/json"})


def tour() -> Iterator[Call]:
    """Yield requests that between them show every kind of fault at the contract of this folder."""
    for target in ("/trees", "/trees/1", "/trees/1/fruits", "/harvests", "/report?year=2020"):
        operation = {"/trees": "listTrees", "/trees/1": "getTree", "/trees/1/fruits": "listFruits"}.get(target)
        yield Call(operation or ("listHarvests" if "harvests" in target else "getReport"), "GET", target)
        yield Call(operation or ("listHarvests" if "harvests" in target else "getReport"), "HEAD", target)
    for operation, method, target in (("listTrees", "GET", "/trees"), *OPERATIONS):
        yield from credentials(operation, method, target)
    yield from lists()
    yield from lives()
    yield from pressings()
    yield from sums()
    yield from batches()
    yield from reports()
    for operation, method, target in OPERATIONS:
        if method in ("POST", "PATCH", "PUT"):
            yield from bodies(operation, method, target)
    yield Call("getKeys", "GET", "/keys")
    yield Call("getKeys", "GET", "/keys", headers={**VALID, "x-key": TOKEN})
    yield Call("getKeys", "HEAD", "/keys", headers={**VALID, "x-key": TOKEN})
    yield Call("getFruit", "HEAD", "/trees/1/fruits/1")
    yield as_json("updateTree", "PATCH", "/trees/1", {"name": ""})
    yield Call("", "PATCH", "/trees")
    yield Call("", "GET", "/trees/1/nowhere")


def credentials(operation: str, method: str, target: str) -> Iterator[Call]:
    more: dict[str, str] = {"x-key": TOKEN} if operation == "getKeys" else {}
    for value in ("Basic abcd", "Bearer", "Bearer other", f"Bearer {TOKEN.lower()}", f"Bearer {TOKEN[:5]}"):
        yield Call(operation, method, target, headers={"authorization": value, **more})
    yield Call(operation, method, target, headers={})
    yield Call(operation, method, f"{target}{'&' if '?' in target else '?'}access_token={TOKEN}", headers={})


def bodies(operation: str, method: str, target: str) -> Iterator[Call]:
    """Yield faulty and unusual bodies for an operation that takes one."""
    good: dict[str, Any] = GOOD.get(operation, {})
    texts = {"createTree": "kind", "createFruit": "color", "updateTree": "note", "putReport": "gone"}
    numbers = {"createTree": "score", "updateTree": "score", "addPickers": "ids", "putReport": "ids"}
    for value in ([], {}, {"name": 1, "color": 1, "ids": 1, "year": "x", "score": "x"}):
        yield as_json(operation, method, target, value)
    for text in ("", "😀", "ü", "a\0", "it's", "a" * 256) if operation in texts else ():
        yield as_json(operation, method, target, {**good, texts[operation]: text})
    for number in (0, -1, 2**31) if operation in numbers else ():
        value = [number, 1] if numbers[operation] == "ids" else number
        yield as_json(operation, method, target, {**good, numbers[operation]: value})
    yield Call(operation, method, target, b"{", {**VALID, "content-type": "application/json"})
    yield Call(operation, method, target, b"a=b", {**VALID, "content-type": "text/plain"})
    yield Call(operation, method, target)


def lists() -> Iterator[Call]:
    queries = [
        *(f"page={page}&size=4" for page in (1, 2, 3, 4, 90)),
        "page=2&size=1",
        "size=9",
        "size=50",
        "page=5000",
        "page=100000000000",
        "query=a",
        "query=A",
        "query=e",
        *(f"sort={name}:{way}&size=50" for name in ("rings", "name") for way in ("asc", "desc")),
        "sort=rings:desc&size=3",
        "keys=kind,-height&size=50",
        "keys=-height&size=50",
        "kind=oak",
        "kind=oak&size=2",
        "kind=o",
        "kinds[]=oak&kinds[]=elm",
        "min_rings=20",
        "min_rings=20&kind=oak",
        "over_rings=5",
        "not_kind=oak",
        "words=AMBER",
        "words=amber%20old",
        "or_id=1&kind=oak",
        "query=%F0%9F%98%80",
        "query=",
        "query=%00",
        "query=%27",
        "query=" + "a" * 300,
        "min_rings=0",
        "min_rings=-4",
        "size=x",
        "size=51",
        "page=0",
        "page=1&page=2",
        "sort=other",
    ]
    for query in queries:
        yield Call("listTrees", "GET", f"/trees?{query}")
    starts = ("0&limit=3", "3&limit=3", "6&limit=8", "4&limit=3", "5000", "9999999999", "-1", "x", "1&offset=2")
    for query in ("limit=9", *(f"offset={each}" for each in starts)):
        yield Call("listHarvests", "GET", f"/harvests?{query}")
    starts = (f"after={cursor_of(row)}" for row in (2, 3, 8))
    named = ("name=Amber%20harbor&limit=1", f"name=Amber%20harbor&after={cursor_of(1)}")
    for query in ("limit=2", "limit=3", *named, "after=none", *starts):
        yield Call("listSeasons", "GET", f"/seasons?{query}")


def lives() -> Iterator[Call]:
    """Yield the lives of trees, the documented one that is number 1 among them."""
    yield Call("getTree", "GET", "/trees/999")
    yield Call("getTree", "GET", "/trees/2")
    yield as_json("createTree", "POST", "/trees", NEW)
    yield Call("listTrees", "GET", "/trees?size=50")
    yield Call("getTree", "GET", "/trees/19")
    for value in ({**NEW, "name": 5}, {"name": "x"}, {**NEW, "other": 1}, {**NEW, "height": -1}, [], {}):
        yield as_json("createTree", "POST", "/trees", value)
    for value in (
        {"name": "", "height": 1},
        {"name": "a" * 301, "height": 1},
        {"name": "x", "height": 0, "tags": ["a"] * 6},
    ):
        yield as_json("createTree", "POST", "/trees", {"height": 0, **value})
    for value in ({"name": "x\0", "height": 2**40, "tags": []}, {"name": "it's", "height": 1, "note": None}):
        yield as_json("createTree", "POST", "/trees", value)
    yield Call("createTree", "POST", "/trees", b"{", {**VALID, "content-type": "application/json"})
    yield Call("createTree", "POST", "/trees", b"a=b", {**VALID, "content-type": "text/plain"})
    yield Call("createTree", "POST", "/trees")
    for value in ({"name": "Größe 😀 & Co, planted again", "score": 0}, {"score": 7}, {"note": None}, {}):
        yield as_json("updateTree", "PATCH", "/trees/1", value)
        yield Call("getTree", "GET", "/trees/1")
        yield Call("getTree", "GET", "/trees/2")
        yield Call("listTrees", "GET", "/trees")
    yield as_json("updateTree", "PATCH", "/trees/999", {"score": 1})
    for name in ("x", "x", "y"):
        keyed = as_json("createTree", "POST", "/trees", {"name": name, "height": 1})
        yield replace(keyed, headers={**keyed.headers, "idempotency-key": "k"})
        yield Call("listTrees", "GET", "/trees?size=50")
    for tag in ('"other"', "*"):
        yield Call("getTree", "GET", "/trees/1", headers={**VALID, "if-none-match": tag})
        conditional = as_json("updateTree", "PATCH", "/trees/1", {"score": 5})
        yield replace(conditional, headers={**conditional.headers, "if-match": tag})
    yield from pickers()
    yield from grafts()
    yield from signs()
    yield Call("listFruits", "GET", "/trees/999/fruits")
    yield as_json("createFruit", "POST", "/trees/999/fruits", {"color": "red"})
    yield Call("listFruits", "GET", "/trees/2/fruits")
    yield Call("listFruits", "GET", "/trees/1/fruits")
    yield Call("getFruit", "GET", "/trees/1/fruits/1")
    yield Call("getFruit", "GET", "/trees/1/fruits/5")
    yield Call("getFruit", "GET", "/trees/1/fruits/999")
    yield Call("getFruit", "GET", "/trees/2/fruits/1")
    yield as_json("createFruit", "POST", "/trees/1/fruits", {"color": "<Red> and a bit of blue"})
    yield Call("listFruits", "GET", "/trees/1/fruits")
    yield Call("listFruits", "GET", "/trees/2/fruits")
    yield Call("deleteTree", "DELETE", "/trees/3")
    yield Call("deleteTree", "DELETE", "/trees/3")
    yield Call("getTree", "GET", "/trees/3")
    yield Call("deleteTree", "DELETE", "/trees/2")
    yield Call("getTree", "GET", "/trees/2")
    yield Call("listTrees", "GET", "/trees?size=50")
    yield Call("listTrees", "GET", "/trees")


def pressings() -> Iterator[Call]:
    yield as_json("startPressing", "POST", "/pressings", {"fruit": "pear"})
    for _ in range(4):
        yield Call("getPressing", "GET", "/pressings/16")


def batches() -> Iterator[Call]:
    texts = [{"text": "a"}, {"text": "b"}, {"text": "c"}]
    yield as_json("createLabels", "POST", "/labels/batch", {"labels": texts})
    yield Call("listLabels", "GET", "/labels")
    for ids in ((11, 12), (11, 999, 13)):
        changed = [{"id": each, "text": f"{each} of {len(ids)}"} for each in ids]
        yield as_json("updateLabels", "PATCH", "/labels/batch", {"labels": changed})
        yield Call("listLabels", "GET", "/labels")
    for ids in ((11, 999, 12), (12, 13)):
        yield as_json("deleteLabels", "DELETE", "/labels/batch", {"ids": ids})
        yield Call("listLabels", "GET", "/labels")


def sums() -> Iterator[Call]:
    yield Call("createBasket", "POST", "/baskets")
    yield Call("getBasket", "GET", "/baskets/1")
    for weight in (0.1, 0.2, 1.5):
        yield as_json("createApple", "POST", "/baskets/11/apples", {"weight": weight})
        yield Call("getBasket", "GET", "/baskets/11")
    yield Call("deleteApple", "DELETE", "/baskets/11/apples/12")
    yield Call("getBasket", "GET", "/baskets/11")


def grafts() -> Iterator[Call]:
    new = {"name": "x", "note": "n", "row": 2, "place": {"bed": "a", "row": 1}, "tags": ["a", "b"]}
    yield as_json("createGraft", "POST", "/grafts", {**new, "owner": "mine", "code": "0815", "secret": "4711"})
    for value in ({"note": None}, {"place": {"bed": "b"}}, {"tags": ["c"]}, {"owner": "mine"}):
        call = as_json("patchGraft", "PATCH", "/grafts/1", value)
        yield replace(call, headers={**call.headers, "content-type": "application/merge-patch+json"})
    steps = [{"op": "replace", "path": "/name", "value": "y"}, {"op": "test", "path": "/name", "value": "z"}]
    call = as_json("patchGraft", "PATCH", "/grafts/1", steps)
    yield replace(call, headers={**call.headers, "content-type": "application/json-patch+json"})
    yield Call("getGraft", "GET", "/grafts/1")
    yield Call("listGrafts", "GET", "/grafts")


def signs() -> Iterator[Call]:
    """Yield the life of a sign, whose code the client names."""
    for text in ("x & y, <b> 😀 \\o/", "y"):
        yield as_json("putSign", "PUT", "/signs/red", {"text": text})
        yield Call("getSign", "GET", "/signs/red")
        yield Call("listSigns", "GET", "/signs")
    yield Call("deleteSign", "DELETE", "/signs/red")
    yield Call("getSign", "GET", "/signs/red")


def pickers() -> Iterator[Call]:
    for operation, method, ids in (
        ("addPickers", "POST", [1, 7, 8]),
        ("addPickers", "POST", [7]),
        ("removePickers", "DELETE", [99, 7, 8]),
        ("removePickers", "DELETE", [0, -1, 2**31]),
        ("addPickers", "POST", []),
        ("removePickers", "DELETE", []),
    ):
        yield as_json(operation, method, "/trees/1/pickers", {"ids": ids})
        yield Call("getTree", "GET", "/trees/1")
    for tags in (["a", "b"], ["b"]):
        yield as_json("addTags", "POST", "/trees/1/tags", {"tags": tags})
        yield Call("getTree", "GET", "/trees/1")
    yield as_json("addPickers", "POST", "/trees/999/pickers", {"ids": [1]})
    yield as_json("removePickers", "DELETE", "/trees/999/pickers", {"ids": [1]})
    yield from bodies("removePickers", "DELETE", "/trees/1/pickers")


def reports() -> Iterator[Call]:
    good = {
        "year": 2020,
        "part": "c",
        "code": "abc",
        "day": "2020-01-02",
        "ids": [1, 2],
        "rest": [],
        "free": {},
        "gone": None,
    }
    bad: dict[str, list[Any]] = {
        "year": ["x", 1800, 2200, 2021, 0, -2],
        "part": ["d"],
        "code": ["ABC", "a", "abcdef", "ÄÖ", ""],
        "day": ["today"],
        "ids": [[1], [1, 2, 3, 4], [1, 1], [0, 1], [-1, 1], [1, 2**31]],
        "rest": [["a", None]],
    }
    yield as_json("putReport", "PUT", "/report", good)
    yield as_json("putReport", "PUT", "/report", {"part": "a"})
    yield as_json("putReport", "PUT", "/report", {"year": 2020, "other": 1})
    yield Call("getReport", "GET", "/report")
    yield Call("getReport", "GET", "/report?year=2020&part=c")
    yield Call("getReport", "GET", "/report?year=2020&year=2022")
    for name, values in bad.items():
        for value in values:
            yield as_json("putReport", "PUT", "/report", {"year": 2020, name: value})
            query = (
                "&".join(f"ids[]={each}" for each in value)
                if isinstance(value, list)
                else f"{name}={quote(str(value))}"
            )
            yield Call("getReport", "GET", "/report?" + ("" if name == "year" else "year=2020&") + query)
