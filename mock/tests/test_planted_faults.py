"""Planted faults: each shows at its operation, and nothing else differs from the mock without it."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from shutil import copytree
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from adcontract import UsageError, load
from adcontract.cli import main
from adcontract_mock.application.application import Application
from adcontract_mock.application.runtime import Runtime
from adcontract_mock.faults.plant import Plant, places
from adcontract_mock.faults.registry import CLASSES, KINDS
from adcontract_mock.responses.responder import Responder
from adcontract_mock.responses.served_contract import ServedContract
from adcontract_mock.serve.banner import banner
from adcontract_mock.serve.in_thread import running
from adcontract_mock.state.cursors import cursor_of
from adcontract_mock.state.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract_mock.faults.place import Place
    from adcontract_mock.faults.registry import FaultKind

SPEC = Path(__file__).parent / "orchard"
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
    ("getKeys", "GET", "/keys"),
]


PARTS = [
    ("filter-ignored@listTrees:kind", "/trees?kind=oak", "/trees?query=1"),
    ("order-reversed@listTrees:name", "/trees?sort=name:asc", "/trees?sort=rings:asc"),
    ("type-parameter-accepted@getReport:ids[]", "/report?year=2020&ids[]=x&ids[]=y", "/report?year=x"),
    ("missing-parameter-accepted@getReport:year", "/report?part=a", "/report?year=x"),
]
"""Faults at a part of an operation, each with a request that shows it, and one that does not."""


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
        "kind=oak",
        "kind=oak&size=2",
        "kind=o",
        "kinds[]=oak&kinds[]=elm",
        "min_rings=20",
        "min_rings=20&kind=oak",
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
    for tag in ('"other"', "*"):
        yield Call("getTree", "GET", "/trees/1", headers={**VALID, "if-none-match": tag})
        conditional = as_json("updateTree", "PATCH", "/trees/1", {"score": 5})
        yield replace(conditional, headers={**conditional.headers, "if-match": tag})
    yield from pickers()
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


async def exchanged(app: Application, call: Call) -> tuple[int, tuple[tuple[bytes, bytes], ...], bytes]:
    """Return the response to a request: its status, its headers but the reason, and its body."""
    path, _, query = call.target.partition("?")
    named = {"host": "127.0.0.1", **call.headers}
    headers = [(name.encode(), value.encode("latin-1")) for name, value in named.items()]
    scope = {
        "type": "http", "http_version": "1.1", "asgi": {"version": "3.0"}, "method": call.method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "headers": headers, "root_path": "",
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": call.body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    shown = tuple(each for each in sent[0]["headers"] if each[0] != b"mock-explain")
    return sent[0]["status"], shown, b"".join(each.get("body", b"") for each in sent[1:])


def served(plant: str | None, token: str | None = TOKEN, *, stateful: bool = True) -> Application:
    runtime = Runtime(token, None, State(on=stateful, seed_items=10))
    return Application([load("orchard", spec=SPEC)], runtime, Plant.parse(plant) if plant else None)


async def travelled(plant: str | None, calls: tuple[Call, ...]) -> list[Any]:
    app = served(plant)
    return [await exchanged(app, call) for call in calls]


CALLS = tuple(tour())


@cache
def clean(calls: tuple[Call, ...]) -> list[Any]:
    return asyncio.run(travelled(None, calls))


def differing(plant: str, calls: tuple[Call, ...] = CALLS) -> list[Call]:
    """Return the requests that a mock with a fault answers otherwise than one without it."""
    faulty = asyncio.run(travelled(plant, calls))
    assert not [body for _, _, body in faulty if b"would not fit" in body], "the fault is that of the server, not ours"
    return [call for call, one, other in zip(calls, clean(calls), faulty, strict=True) if one != other]


def shown(kind: FaultKind, place: Place) -> list[Call]:
    """Return the differing requests of the tour, and check that all of them are for the operation with the fault."""
    calls, operation = CALLS, place.operation.id
    if kind.group == "time":
        calls = tuple(call for call in CALLS if call.operation == operation and call.headers) * 25
    found = differing(f"{kind.name}@{operation}:{place.part or ''}", calls)
    where = {call.operation for call in found}
    if kind.of_document and not kind.everywhere:
        assert where <= {""}
    elif kind.change:
        assert where <= {operation}
    elif found and not kind.act:
        # what a request has changed that should have been refused, others see later
        assert found[0].operation == operation
    return found


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds for which late responses would have waited; they come at once."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("adcontract_mock.faults.kinds.time.asyncio", SimpleNamespace(sleep=sleep))
    return waited


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_a_fault_shows_at_an_operation_to_which_it_applies_and_nowhere_else(name: str, waits: list[float]) -> None:
    kind = KINDS[name]
    found = places(kind, load("orchard", spec=SPEC), TOKEN)
    assert found, "the contract of the tests has a place for every kind"
    assert any(shown(kind, place) or waits for place in found)


@pytest.mark.parametrize(
    ("plant", "targets"),
    [
        ("missing-field@getReport", {"/report?year=2020"}),
        ("no-allow", {"/trees"}),
        ("not-enforced@listHarvests", {"/harvests"}),
        ("not-deleted@deleteTree", {"/trees/3"}),
        ("broken-invariant@getReport", {"/report?year=2020"}),
        ("filter-by-prefix@listTrees", {"/trees?query=a"}),
        ("above-maximum-parameter-accepted@listHarvests", {"/harvests?limit=9"}),
    ],
)
def test_a_fault_of_each_class_differs_from_the_clean_mock_where_it_should(plant: str, targets: set[str]) -> None:
    assert targets <= {call.target for call in differing(plant)}


@pytest.mark.parametrize(("plant", "faulty", "sound"), PARTS)
def test_a_fault_at_a_part_of_an_operation_leaves_the_other_parts_as_they_are(
    plant: str, faulty: str, sound: str
) -> None:
    operation = plant.partition("@")[2].partition(":")[0]
    calls = tuple(Call(operation, "GET", target) for target in (faulty, sound))
    assert [call.target for call in differing(plant, calls)] == [faulty]


@pytest.mark.parametrize(("part", "left_out"), [("name", "height"), ("height", "name")])
def test_a_required_field_of_a_body_is_a_part(part: str, left_out: str) -> None:
    calls = tuple(
        as_json("createTree", "POST", "/trees", {each: GOOD["createTree"][each]}) for each in (left_out, part)
    )
    assert differing(f"missing-body-field-accepted@createTree:{part}", calls) == [calls[0]]


@pytest.mark.parametrize(("part", "is_counted", "is_marked"), [("Report/1", False, True), ("Report/2", True, False)])
def test_each_invariant_can_be_broken_alone(part: str, *, is_counted: bool, is_marked: bool) -> None:
    calls = (Call("getReport", "GET", "/report?year=2020"),)
    ((_, _, body),) = asyncio.run(travelled(f"broken-invariant@getReport:{part}", calls))
    report = json.loads(body)
    assert (report["count"] == len(report["rows"])) is is_counted
    assert (len(report["title"]) == len(report["marks"])) is is_marked


def test_a_body_of_a_204_is_on_the_wire() -> None:
    with running(spec=SPEC, stateful=True, plant="body-with-204@deleteTree") as server:
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=5) as wire:
            wire.sendall(f"DELETE /trees/8 HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer any\r\n\r\n".encode())
            head, _, body = b"".join(iter(lambda: wire.recv(4096), b"")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 204 ")
    assert b"\r\ncontent-length: 16\r\n" in head
    assert body == b'{"success":true}'


def test_the_registry_says_of_every_kind_what_the_server_does() -> None:
    assert {kind.group for kind in KINDS.values()} == set(CLASSES)
    assert len(KINDS) > 90
    assert all(kind.description[0].isupper() or kind.description[0].isdigit() for kind in KINDS.values())
    assert all(kind.description.endswith(".") for kind in KINDS.values())


def test_a_mock_without_a_fault_has_no_part_of_them() -> None:
    (document,) = served(None).runtime.documents
    assert type(document) is ServedContract
    assert all(type(document.responder(each)) is Responder for each in document.contract.operations)


def test_without_an_operation_the_fault_is_at_the_first_to_which_it_applies() -> None:
    assert {call.operation for call in differing("not-deleted")} >= {"deleteTree"}


@pytest.mark.parametrize(
    ("kind", "where", "not_at"),
    [
        ("order-as-text", {"listTrees:rings"}, "listTrees:name"),
        ("order-unstable", {"listTrees:", "listHarvests:"}, "listFruits:"),  # it has one page
        ("last-item-missing", {"listTrees:", "listFruits:"}, "listHarvests:"),  # nothing else is known of a harvest
        ("first-item-missing", {"listTrees:"}, "listFruits:"),  # nothing else shows that it lacks a fruit
        ("filter-with-case", {"listTrees:query"}, "listTrees:kind"),
        ("first-value-only", {"listTrees:kinds[]"}, "listTrees:kind"),
        ("too-many-parameter-accepted", {"getReport:ids[]"}, "getReport:years[]"),  # no URL is so long
        ("type-parameter-accepted", {"getReport:ids[]"}, "listTrees:kinds[]"),  # in a query all is text
        ("below-minimum-body-accepted", {"createTree:height"}, "createTree:score"),
        ("listed-otherwise", {"listTrees:"}, "listFruits:"),  # nothing changes a fruit
        ("number-rounded", {"createTree:"}, "updateTree:"),
        ("fails-on-far-page", {"listTrees:"}, "listSeasons:"),  # a cursor has no number
    ],
)
def test_a_fault_is_planted_only_where_a_client_could_see_it(kind: str, where: set[str], not_at: str) -> None:
    found = {
        f"{each.operation.id}:{each.part or ''}" for each in places(KINDS[kind], load("orchard", spec=SPEC), TOKEN)
    }
    assert where <= found
    assert not_at not in found


@pytest.mark.parametrize(
    ("kind", "where", "undeclared"),
    [
        ("not-deleted", "deleteTree", {"trees.yaml": "create"}),  # a client deletes only what it has created
        ("deleted-still-read", "getTree", {"trees.yaml": "create"}),
        (
            "update-ignored",
            "updateTree",
            {"trees.yaml": "list", "trees_tree_id.yaml": "read", "trees_tree_id_tags.yaml": "add"},
        ),
        (
            "not-stored",
            "createFruit",
            {"trees_tree_id_fruits.yaml": "list", "trees_tree_id_fruits_fruit_id.yaml": "read"},
        ),
    ],
)
def test_a_fault_is_not_planted_where_other_operations_do_not_show_it(
    kind: str, where: str, undeclared: dict[str, str], tmp_path: Path
) -> None:
    copytree(SPEC, tmp_path / "spec")
    assert where in {each.operation.id for each in places(KINDS[kind], load("orchard", spec=SPEC), TOKEN)}
    for name, action in undeclared.items():
        path = tmp_path / "spec" / "orchard" / "paths" / name
        text, count = re.subn(rf"  x-resource:\s+\{{name: \w+, action: {action},.*\n", "", path.read_text())
        assert count == 1
        path.write_text(text)
    contract = load("orchard", spec=tmp_path / "spec")
    assert where not in {each.operation.id for each in places(KINDS[kind], contract, TOKEN)}


@pytest.mark.parametrize("kind", ["listed-late", "list-from-cache"])
def test_a_list_of_one_parent_has_no_new_item_where_none_is_created_for_a_parent(kind: str, tmp_path: Path) -> None:
    assert "listFruits" in {
        each.operation.id for each in places(KINDS["listed-late"], load("orchard", spec=SPEC), TOKEN)
    }
    copytree(SPEC, tmp_path / "spec")
    path = tmp_path / "spec" / "orchard" / "paths" / "trees_tree_id_fruits.yaml"
    lister, create = path.read_text().split("action: create")
    path.write_text(f"{lister}action: create{re.sub(r'parent: .*field: /tree_id}, ', '', create)}")
    contract = load("orchard", spec=tmp_path / "spec")
    assert "listFruits" not in {each.operation.id for each in places(KINDS[kind], contract, TOKEN)}


@pytest.mark.parametrize(
    ("plant", "message"),
    [
        ("mising-field", "there is no fault 'mising-field'. Did you mean missing-field?"),
        ("missing-field@getTre", "there is no operation 'getTre'. Did you mean getTree?"),
        ("not-deleted@getTree", "the fault not-deleted does not apply to getTree. It applies to deleteTree."),
        ("any-token@getTree", "the fault any-token does not apply to getTree. It applies to none."),
        (
            "order-ignored@listTrees:rngs",
            "the fault order-ignored does not apply to listTrees:rngs. Did you mean rings? It applies to rings, name.",
        ),
        (
            "not-deleted@deleteTree:name",
            "the fault not-deleted is of deleteTree as a whole: leave :name out.",
        ),
        (
            "filter-ignored@getTree:name",
            "the fault filter-ignored does not apply to getTree. It applies to listTrees, listSeasons.",
        ),
    ],
)
def test_a_fault_that_cannot_be_planted_is_refused_in_a_line(plant: str, message: str) -> None:
    done = CliRunner().invoke(main, ["mock", "--spec", str(SPEC), "--stateful", "--port", "0", "--plant", plant])
    assert done.exit_code == 2
    assert done.output.startswith(f"Error: {message}")
    assert len(done.output.splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--format", "json"], "--format is the format of the list of faults: add --plant list, or leave it out."),
        (["--plant", "no-allow", "--workers", "2"], "--plant needs one worker: leave --workers out."),
    ],
)
def test_options_that_do_not_go_together_are_refused(options: list[str], message: str) -> None:
    done = CliRunner().invoke(main, ["mock", "--spec", str(SPEC), "--port", "0", *options])
    assert (done.exit_code, done.output) == (2, f"Error: {message}\n")


def test_a_mock_says_which_fault_it_has() -> None:
    (document,) = served("not-deleted").runtime.documents
    url = "http://mock"
    lines = list(banner([document.contract], url, None, faults=[document.fault]))
    assert "Planted: not-deleted at deleteTree of orchard-v1: A delete is answered, and not done." in lines
    (document,) = served("filter-ignored").runtime.documents
    assert document.fault == "filter-ignored at listTrees:query of orchard-v1: A filter is ignored."


def test_a_fault_of_the_state_needs_one() -> None:
    with pytest.raises(UsageError, match="the fault not-deleted shows in a stateful mock only: add --stateful"):
        served("not-deleted", stateful=False)


def test_the_list_names_every_fault_with_the_operations_to_which_it_applies() -> None:
    done = CliRunner().invoke(main, ["mock", "--spec", str(SPEC), "--plant", "list"])
    assert done.exit_code == 0
    lines = done.output.splitlines()
    where = lines.index("  not-deleted: A delete is answered, and not done. Needs --stateful.")
    assert lines[where + 1] == "      orchard-v1: deleteTree"
    where = lines.index("  order-ignored: The order is ignored. Needs --stateful.")
    assert lines[where + 1] == "      orchard-v1: listTrees (rings, name)"
    assert lines[-2] == "FAULT@OPERATION plants one, FAULT@OPERATION:PART at the part that stands in parentheses."
    assert lines[-1] == f"{len(KINDS)} faults in all."


def test_the_list_as_json_has_the_same() -> None:
    done = CliRunner().invoke(main, ["mock", "--spec", str(SPEC), "--plant", "list", "--format", "json"])
    faults = {each["fault"]: each for each in json.loads(done.output)["faults"]}
    assert faults.keys() == KINDS.keys()
    assert faults["not-deleted"] == {
        "fault": "not-deleted",
        "class": "state",
        "description": "A delete is answered, and not done.",
        "stateful": True,
        "document": False,
        "everywhere": False,
        "operations": {"orchard-v1": ["deleteTree"]},
        "parts": {},
    }
    assert faults["order-ignored"]["operations"] == {"orchard-v1": ["listTrees"]}
    assert faults["order-ignored"]["parts"] == {"orchard-v1": {"listTrees": ["rings", "name"]}}
