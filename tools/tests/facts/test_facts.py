"""The facts of a page: their addresses and assertions, through the lint, and their account, through the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adcontract import names, spec_folder
from adcontract.cli import main
from adcontract.facts.fact_files import fact_files, read_page

HEAD = """\
page:
  title: Shop API
  date: undated
  lines: 9

facts:
  {group}:
    L1-9:
      {address}: {assertions}
"""


def run(command: str, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [command, *map(str, arguments)])


def write(spec: Path, group: str, address: str, assertions: str) -> None:
    text = HEAD.format(group=group, address=address, assertions=assertions)
    (spec / "shop/facts/2025-02-01.yaml").write_text(text)


def lint(spec: Path) -> list[str]:
    return run("lint", "--spec", spec, "--snapshot", "2025-02-01").output.splitlines()[:-2]


HOLD = [
    ("listOrders", "operation", "{method: GET, path: /orders, security: accessToken, says: list orders}"),
    ("listOrders", "query.status", "{required: false, enum: [paid, open], allowEmptyValue: true, example: ''}"),
    ("listOrders", "query.page", "{type: integer, minimum: 1, example: 2, says: [number, of the page]}"),
    ("listOrders", "query.size", "absent"),
    ("listOrders", "/x-pagination", "{default: 10, items: /data}"),
    ("listOrders", "/x-filter/status", "{field: /status}"),
    ("listOrders", "response", "{status: '200', media: application/json, payload: default, says: page of}"),
    ("listOrders", "response.data", "{type: 'object[]', required: false}"),
    ("listOrders", "response.data.*.status", "{x-extensible-enum: [paid, open], example: paid}"),
    ("listOrders", "response.data.*.note", "{nullable: true, deprecated: false}"),
    ("listOrders", "response.data.*.total", "absent"),
    ("listOrders response.data.*", ".", "{invariant: ids start at 1, type: object}"),
    ("listOrders response.data.*", "customer.name", "{type: string}"),
    ("listOrders", "response-401.message", "{type: string}"),
    ("listOrders", "response-headers.x-request-id", "present"),
    ("createOrder", "body", "{required: true, media: application/json, example: {amount: 2}}"),
    ("createOrder", "body.amount", "{required: true, minimum: 1, example: 2}"),
    ("getOrder,cancelOrder", "path.order_id", "{required: true}"),
    ("cancelOrder", "response-404", "present"),
    ("document", "schema.Order.id", "{type: integer}"),
    ("document", "/x-errors/unknown-path", "{status: '404'}"),
    ("document", "/servers/0", "{url: 'https://shop.example.com'}"),
]


@pytest.mark.parametrize(("group", "address", "assertions"), HOLD)
def test_a_fact_that_the_contract_meets_is_no_finding(group: str, address: str, assertions: str, spec: Path) -> None:
    write(spec, group, address, assertions)
    assert lint(spec) == []


INFERRED = "but calls it inferred"

BROKEN = [
    ("listOrders", "query.page", "{maximum: 100}", "nothing of this"),
    ("listOrders", "query.page", "{minimum: 0}", "the contract says: 1"),
    ("listOrders", "query.page", "{required: true}", "nothing of this"),
    ("listOrders", "query.size", "present", "nothing at this address"),
    ("listOrders", "query.status", "{enum: [open]}", '["open", "paid"]'),
    ("listOrders", "query.status", "{enum: [open, paid, late]}", '["open", "paid"]'),
    ("listOrders", "query.status", "{says: of one shop}", "Only orders with this status."),
    ("listOrders", "response.data.*.id", "{type: string}", '"integer"'),
    ("listOrders", "response.data.*.note", "absent", "it is there"),
    ("listOrders", "response", "{status: '201'}", '"200"'),
    ("listOrders", "operation", "{security: none}", '"accessToken"'),
    ("listOrders response.data.*", ".", "{invariant: ids start at 7}", "Ids start at 1."),
    ("listOrder", "operation", "{method: GET}", "there is no such operation"),
    # what the contract has, and marks on the keyword, the node, or something around it
    ("listOrders", "response.data.*.id", "{required: true}", INFERRED),
    ("listOrders", "response.data.*.customer.address", "{type: string}", INFERRED),
    ("cancelOrder", "response", "{status: '204'}", INFERRED),
]


@pytest.mark.parametrize(("group", "address", "assertions", "says"), BROKEN)
def test_a_fact_that_the_contract_breaks_is_one_finding(
    group: str, address: str, assertions: str, says: str, spec: Path
) -> None:
    write(spec, group, address, assertions)
    (line,) = lint(spec)
    assert line.startswith(f"{spec / 'shop/facts/2025-02-01.yaml'}:9:")
    assert "  fact-holds  L1-9 of the page says " in line
    assert says in line


def test_a_finding_names_the_place_in_the_contract(spec: Path) -> None:
    write(spec, "listOrders", "query.page", "{minimum: 0}")
    (line,) = lint(spec)
    assert f"{spec / 'shop/paths/orders.yaml'}:" in line


@pytest.mark.parametrize(
    ("sound", "faulty", "says"),
    [
        ("date: undated", "date: May", ":3:3  facts-form  "),
        ("  lines: 9\n", "", ":1:1  facts-form  "),
        ("L1-9", "L9-1", ":8:5  facts-form  L9-1 is not a range of lines of a page of 9."),
        ("L1-9", "line 1", ":8:5  facts-form  line 1 does not belong here."),
        ("L1-9", "L1-8", ":4:3  facts-complete  L9: neither"),
        ("{minimum: 1}", "there", ":9:7  facts-form  "),
        ("{minimum: 1}", "{minimum: 1", "  yaml-syntax  "),
        ("page:", "pages:", "  facts-form  pages does not belong here."),
    ],
)
def test_a_file_of_another_form_is_reported_at_its_place(sound: str, faulty: str, says: str, spec: Path) -> None:
    write(spec, "listOrders", "query.page", "{minimum: 1}")
    file = spec / "shop/facts/2025-02-01.yaml"
    file.write_text(file.read_text().replace(sound, faulty))
    assert any(says in line for line in lint(spec)), lint(spec)
    assert "Traceback" not in run("facts", "--spec", spec).output


def test_a_file_for_no_snapshot_is_reported(spec: Path) -> None:
    file = spec / "shop/facts/2025-02-01.yaml"
    file.rename(file.with_name("2025-02-02.yaml"))
    (line,) = lint(spec)
    assert line.startswith(f"{file.with_name('2025-02-02.yaml')}:1:1  facts-form  ")
    assert line.endswith("Did you mean 2025-02-01?")


def test_a_snapshot_may_have_several_pages(spec: Path) -> None:
    folder = spec / "shop/facts"
    (folder / "2025-02-01.more.yaml").write_text(HEAD.format(group="document", address="/info", assertions="present"))
    assert lint(spec) == []
    assert run("facts", "--spec", spec).output.splitlines()[0].startswith("shop-2025-02-01: 3 documented facts, ")


def in_folder(spec: Path) -> Path:
    """The facts of the sound page, with the page itself in one file and its facts in another."""
    folder = spec / "shop/facts"
    head, facts = (folder / "2025-02-01.yaml").read_text().split("\nfacts:\n")
    (folder / "2025-02-01.yaml").unlink()
    (folder / "2025-02-01").mkdir()
    (folder / "2025-02-01/page.yaml").write_text(head)
    (folder / "2025-02-01/orders.yaml").write_text(f"facts:\n{facts}")
    return folder / "2025-02-01"


def test_the_facts_of_a_page_may_be_in_the_files_of_a_folder(spec: Path) -> None:
    as_file = run("facts", "--spec", spec, "--list", "--no-fact").output
    folder = in_folder(spec)
    assert run("facts", "--spec", spec, "--list", "--no-fact").output == as_file.replace(f"{folder}.yaml", str(folder))
    assert lint(spec) == []


def test_a_fact_in_a_folder_that_does_not_hold_is_found_in_its_file(spec: Path) -> None:
    orders = in_folder(spec) / "orders.yaml"
    orders.write_text(orders.read_text().replace("title: Shop", "title: Market"))
    (line,) = lint(spec)
    assert line.startswith(f"{orders}:4:")
    assert "fact-holds" in line


@pytest.mark.parametrize(
    ("name", "text", "place", "says"),
    [
        ("page.yaml", None, ":1:1", "The folder has no page.yaml."),
        ("orders.yaml", "page: {title: Shop}\nfacts: {}\n", "/orders.yaml:1:1", "page does not belong here."),
        ("orders.yaml", "no-fact: []\n", "/orders.yaml:1:1", '"facts" is a required property.'),
        ("orders.txt", "facts\n", "/orders.txt:1:1", "orders.txt is not a file of facts."),
    ],
)
def test_a_folder_of_another_form_is_reported_at_its_place(
    name: str, text: str | None, place: str, says: str, spec: Path
) -> None:
    folder = in_folder(spec)
    (folder / name).unlink(missing_ok=True)
    if text is not None:
        (folder / name).write_text(text)
    found = [line for line in lint(spec) if "facts-form" in line]
    assert any(line.startswith(f"{folder}{place}  facts-form  ") and says in line for line in found), found


def test_the_account_counts_by_document_and_operation(spec: Path) -> None:
    write(spec, "getOrder,cancelOrder", "path.order_id", "{required: true}")
    lines = run("facts", "--spec", spec).output.splitlines()
    assert lines[:6] == [
        "shop-2025-02-01: 2 documented facts, 3 inferred, 20 unstated; 0 of 9 lines have no fact",
        "   facts  inferred  operation",
        "       0         2  listOrders  GET /orders",
        "       0         2  createOrder  POST /orders",
        "       1         2  getOrder  GET /orders/{order_id}",
        "       1         1  cancelOrder  DELETE /orders/{order_id}",
    ]
    assert "shop-2025-01-01: 3 inferred; no facts are kept" in lines
    assert lines[-1] == "2 documents: 2 documented facts, 6 inferred"


def test_a_fact_that_does_not_hold_is_not_counted(spec: Path) -> None:
    write(spec, "listOrders", "query.page", "{minimum: 0}")
    lines = run("facts", "--spec", spec, "--snapshot", "2025-02-01").output.splitlines()
    assert lines[0].startswith("shop-2025-02-01: 0 documented facts")
    assert lines[1] == "  1 more fact does not hold: see adcontract lint"


def test_the_lists_have_every_fact_and_every_reason(spec: Path) -> None:
    output = run("facts", "--spec", spec, "--snapshot", "2025-02-01", "--list", "--no-fact").output
    assert '    L2          document /info title: "Shop"\n' in output
    assert "    no fact: Headings of the page.\n      L1, L4\n" in output


@pytest.mark.parametrize(
    ("group", "address", "assertions", "file", "pointer"),
    [
        ("listOrders", "query.page", "{minimum: 1}", "paths/orders.yaml:19:9", "/parameters/1/schema/minimum"),
        ("listOrders", "/x-filter/status", "present", "paths/orders.yaml:41:14", "/x-filter/status"),
        ("listOrders", "/x-pagination", "{default: 10}", "paths/orders.yaml:40:43", "/x-pagination/default"),
        ("createOrder", "body.amount", "{required: true}", "schemas/NewOrder.yaml:6:1", "/NewOrder/required"),
        ("listOrders response.data.*", ".", "{invariant: ids}", "schemas/Order.yaml:17:5", "/x-invariants/0"),
        ("cancelOrder", "/x-resource", "{gone: hidden}", "paths/orders_order_id.yaml:38:77", "/x-resource/gone"),
        ("listOrders", "response.data.*.note", "{nullable: true}", "schemas/Order.yaml:10:5", "/note/nullable"),
    ],
)
def test_a_documented_part_is_unstated_until_a_fact_states_it(
    group: str, address: str, assertions: str, file: str, pointer: str, spec: Path
) -> None:
    def unstated() -> list[str]:
        lines = run("facts", "--spec", spec, "--snapshot", "2025-02-01", "--unstated").output.splitlines()
        return [line for line in lines if f"{file}  " in line and line.endswith(pointer)]

    assert len(unstated()) == 1
    write(spec, group, address, assertions)
    assert unstated() == []


def test_what_is_inferred_needs_no_fact(spec: Path) -> None:
    output = run("facts", "--spec", spec, "--snapshot", "2025-02-01", "--unstated").output
    assert "Customer/properties/name/type" in output
    for inferred in ("address/type", "/schemas/Order/required", "responses/204"):
        assert inferred not in output


def test_json_has_everything(spec: Path) -> None:
    newest, older = json.loads(run("facts", "--spec", spec, "--format", "json").output)["documents"]
    assert (older["document"], older["pages"]) == ("shop-2025-01-01", [])
    assert {key: newest[key] for key in ("facts", "broken", "inferred")} == {"facts": 2, "broken": 0, "inferred": 3}
    assert len(newest["unstated"]) == 21
    (page,) = newest["pages"]
    assert page["no_fact"] == [{"lines": ["L1", "L4"], "reason": "Headings of the page."}]
    first: dict[str, Any] = page["facts"][0]
    assert first == {
        "lines": "L2",
        "operation": None,
        "address": "/info",
        "keyword": "title",
        "value": "Shop",
        "holds": True,
    }


def test_a_broken_file_of_facts_is_status_2(spec: Path) -> None:
    (spec / "shop/facts/2025-02-01.yaml").write_text("page: 5\n")
    result = run("facts", "--spec", spec)
    assert result.exit_code == 2
    assert "2025-02-01.yaml:1:1: facts-form: " in result.stderr


def test_every_line_of_our_own_pages_is_accounted_for() -> None:
    pages = [
        read_page(file) for name in names(spec_folder()) for file in fact_files(spec_folder() / name.api, name.snapshot)
    ]
    assert len(pages) >= 4
    assert [page.file for page in pages if page.uncovered] == []
