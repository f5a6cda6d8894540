"""`adcontract watch`: the date that a server serves, what no date documents, and an entry for `spec/` of it.

The server obeys a small contract of two dates and changes something. Each entry is applied to a copy of the contract,
which then has to pass `adcontract lint` and be quiet about the same server.
"""

import json
import time
from dataclasses import replace

import pytest

from adcontract import load


def changing(change):
    """Return a fault that changes every order in a response."""

    def fault(sent, reply):  # noqa: ARG001
        value = reply.json()
        for order in value.get("data", [value]) if isinstance(value, dict) and reply.status == 200 else ():
            change(order)
        return reply if value is None else reply.with_json(value)

    return fault


def answering(**changes):
    """Return a fault that changes responses that show an order: their status, or their headers."""

    def fault(sent, reply):
        if reply.status != 200 or "orders/" not in sent.path:
            return reply
        return replace(reply, **changes | {"headers": {**reply.headers, **changes.get("headers", {})}})

    return fault


def renaming(sent, reply):  # noqa: ARG001
    if "X-Request-Id" in reply.headers:
        reply.headers["Request-ID"] = reply.headers.pop("X-Request-Id")
    return reply


CHANGES = {
    "a field": (
        changing(lambda order: order.update(gift=True)),
        ["field: Order.gift is not documented: boolean, in all 2"],
    ),
    "a field of an inner object": (
        changing(lambda order: order.get("customer", {}).update(tier={"name": "gold", "since": None, "at": [1, 2.5]})),
        ["field: Customer.tier is not documented: object, in all 1"],
    ),
    "a field that is always null": (
        changing(lambda order: order.update(coupon=None)),
        ["field: Order.coupon is not documented: always null, in all 2"],
    ),
    "a field that is null now and then": (
        changing(lambda order: order.update(coupon=None if "customer" in order else "SPRING")),
        ["field: Order.coupon is not documented: string or null, in all 2"],
    ),
    "a field of several types": (
        changing(lambda order: order.update(rank=1 if "customer" in order else "first")),
        ["field: Order.rank is not documented: integer or string, in all 2"],
    ),
    "a value of a known set": (
        changing(lambda order: order.update(status="lost")),
        ['value: Order.status has the value "lost", which is not documented, in all 2'],
    ),
    "two values of a known set": (
        changing(lambda order: order.update(status="lost" if "customer" in order else "sent")),
        [
            'value: Order.status has the value "lost", which is not documented, in 1 of 2',
            'value: Order.status has the value "sent", which is not documented, in 1 of 2',
        ],
    ),
    "null": (
        changing(lambda order: order.update(id=order["id"], status=None)),
        ["null: Order.status is null, which is not documented, in all 2"],
    ),
    "null in place of a shared object": (
        changing(lambda order: order.update(customer=None)),
        ["null: Order.customer is null, which is not documented, in all 2"],
    ),
    "another type": (
        changing(lambda order: order.update(note=["ring", "twice"])),
        ["type: Order.note has another type: array, in all 2"],
    ),
    "another type in place of a shared object": (
        changing(lambda order: order.update(customer=7)),
        ["type: Order.customer has another type: integer, in all 2"],
    ),
    "a required field that is gone": (
        changing(lambda order: order.pop("status")),
        ["absent: Order.status is required and absent, in all 2"],
    ),
    "a required field that is gone now and then": (
        changing(lambda order: "customer" in order and order.pop("status")),
        ["absent: Order.status is required and absent, in 1 of 2"],
    ),
    "another status": (
        answering(status=203),
        ["status: getOrder answers 203, which is not documented"],
    ),
    "another media type": (
        answering(headers={"Content-Type": "application/vnd.shop+json; charset=utf-8"}),
        ["media type: getOrder answers with application/vnd.shop+json, which is not documented"],
    ),
    "a header under another name": (
        renaming,
        ["header: listOrders sends request-id in place of X-Request-Id"],
    ),
    "several things at once": (
        changing(lambda order: order.update(gift=1, status="lost", note=4, customer=None)),
        [
            "field: Order.gift is not documented: integer, in all 2",
            "type: Order.note has another type: integer, in all 2",
            "null: Order.customer is null, which is not documented, in all 2",
            'value: Order.status has the value "lost", which is not documented, in all 2',
        ],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_no_date_documents_is_found_and_its_entry_makes_the_contract_know_it(
    server_of, watch, run, spec, change, methods
):
    fault, expected = CHANGES[change]
    server = server_of(load("shop", spec=spec), fault)
    with server.up() as url:
        first = watch(url, "--spec", spec, "--write", spec)
        assert (first.new, first.code) == (expected, 1), first.output
        assert "no snapshot" in first.output
        checked = run("lint", "--spec", spec)
        assert checked.exit_code == 0, checked.output
        second = watch(url, "--spec", spec)
    assert (second.new, second.code) == ([], 0), second.output
    assert second.output.startswith("shop: nothing is new. The target serves 2025-02-01.")
    assert methods(server) == {"GET"}


@pytest.mark.parametrize("snapshot", ["2025-01-01", "2025-02-01"])
def test_a_server_that_is_as_documented_has_nothing_new(server_of, watch, spec, snapshot):
    with server_of(load("shop", snapshot, spec=spec)).up() as url:
        found = watch(url, "--spec", spec)
    assert (found.new, found.code) == ([], 0), found.output
    assert found.output.startswith(f"shop: nothing is new. The target serves {snapshot}.")
    assert "compared: 2 of 2 operations that read" in found.output


def test_a_field_of_another_date_is_not_new(server_of, watch, spec):
    # the server also lacks what the later date requires
    later = spec / "shop/components/schemas/Order.yaml"
    later.write_text(later.read_text().replace("required: [id, status]", "required: [id, status, note, customer]"))

    def only_notes(order):
        order.pop("customer", None)
        order["note"] = "Ring twice."

    with server_of(load("shop", spec=spec), changing(only_notes)).up() as url:
        found = watch(url, "--spec", spec)
    shown = found.report["apis"][0]
    assert found.new == ["absent: Order.customer is required and absent, in all 2"]
    assert shown["snapshot"] == "2025-02-01"


def test_the_entry_is_an_overlay_that_says_when_each_part_was_seen(server_of, watch, spec, tmp_path):
    fault = changing(lambda order: order.update(gift=True, status="lost"))
    with server_of(load("shop", spec=spec), fault).up() as url:
        found = watch(url, "--spec", spec, "--write", tmp_path / "entries", "--format", "markdown")
    (file,) = (tmp_path / "entries/shop/seen").iterdir()
    today = found.report["date"]
    assert file.name == f"2025-02-01.{today}.overlay.yaml"
    assert file.read_text().replace(today, "TODAY") == ENTRY
    assert ENTRY in found.output.replace(today, "TODAY")


ENTRY = """overlay: 1.0.0

info:
  title: shop 2025-02-01, with what a server showed
  version: 'TODAY'

extends: ../openapi.yaml

actions:
  - target: $.components.schemas.Order.properties
    description: TODAY a server showed `gift` in 2 of 2 objects.
    update:
      gift:
        type: boolean
        example: true
        x-inferred: The type is that of 2 values of TODAY; no page documents the field.
        x-source: seen on TODAY

  - target: $.components.schemas.Order.properties.status
    description: TODAY a server showed "lost" in 2 of 2 places.
    update:
      x-extensible-enum: [lost]
      x-inferred:
        x-extensible-enum: A server showed "lost" on TODAY; no page documents the value.
      x-source: seen on TODAY
"""


def test_a_second_entry_of_a_day_is_added_to_the_first(server_of, watch, run, spec):
    for change in ({"gift": True}, {"gift": True, "wrapped": 1}):
        with server_of(load("shop", spec=spec), changing(lambda order, new=change: order.update(new))).up() as url:
            watch(url, "--spec", spec, "--write", spec)
    (file,) = (spec / "shop/seen").iterdir()
    assert file.read_text().count("target:") == 2
    assert run("lint", "--spec", spec).exit_code == 0


def test_an_entry_shows_no_secrets_and_nobodys_address(server_of, watch, spec, tmp_path):
    token = "t0ken-of-the-shop-9"
    private = {
        "contact": "ada.lovelace@shop.example.org",
        "note_to_us": "Ada likes it",
        "link": "https://ada:pw-77@shop.example.com/o?sig=S1gnature77",
        "session": "abc",
        "seen": token,
        "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "display_name": "Ada Lovelace",
    }
    note = tmp_path / "note.md"
    options = ("--token", token, "--spec", spec, "--write", spec, "--output", note)
    with server_of(load("shop", spec=spec), changing(lambda order: order.update(private))).up() as url:
        found = watch(url, *options)
    entry = next((spec / "shop/seen").iterdir()).read_text()
    assert len(found.new) == len(private)
    everything = entry + note.read_text() + found.output + json.dumps(found.report)
    for secret in ("lovelace", "Lovelace", "pw-77", "S1gnature77", token, "eyJ", "abc\n", "Ada likes"):
        assert secret not in everything, secret
    assert "creator@example.com" in entry


def test_fields_of_users_are_not_new(server_of, watch):
    """What users name themselves, such as keys of metadata, may have any name."""

    def fault(sent, reply):  # noqa: ARG001
        text = reply.body.replace(b'"metadata": {', b'"metadata": {"my own key": "x", ')
        assert reply.status != 200 or text != reply.body
        return type(reply)(reply.status, reply.headers, text)

    with server_of(load("affiliate-com"), fault).up() as url:
        found = watch(url, "--api", "affiliate-com")
    assert (found.new, found.code) == ([], 0), found.output


def failing(status):
    def fault(sent, reply):
        return type(reply)(status) if "orders/" in sent.path else reply

    return fault


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_that_fails_leaves_it_undetermined(server_of, watch, spec, status):
    with server_of(load("shop", spec=spec), failing(status)).up() as url:
        found = watch(url, "--spec", spec)
    assert found.code == 2, found.output
    assert f"not seen: getOrder answers {status}" in found.output


@pytest.mark.parametrize("status", [403, 404])
def test_what_the_server_does_not_show_is_named(server_of, watch, spec, status):
    with server_of(load("shop", spec=spec), failing(status)).up() as url:
        found = watch(url, "--spec", spec)
    assert found.code == 0, found.output
    assert f"not seen: getOrder answers {status}" in found.output
    assert "compared: 1 of 2 operations that read" in found.output


def empty(sent, reply):
    return type(reply)(404) if "orders/" in sent.path else reply.with_json({"data": []})


def test_an_empty_list_shows_nothing_and_says_so(server_of, watch, spec):
    with server_of(load("shop", spec=spec), empty).up() as url:
        found = watch(url, "--spec", spec)
    assert "not seen: listOrders shows an empty list" in found.output
    assert found.code == 2, found.output


def test_a_server_that_refuses_the_token_is_not_determined(server_of, watch, spec):
    def refuse(sent, reply):  # noqa: ARG001
        return type(reply)(401)

    with server_of(load("shop", spec=spec), refuse).up() as url:
        found = watch(url, "--spec", spec)
    assert found.code == 2
    assert found.output.count("\n") == 1


def test_a_file_that_is_no_entry_is_kept(server_of, run, spec):
    fault = changing(lambda order: order.update(gift=True))
    with server_of(load("shop", spec=spec), fault).up() as url:
        run("watch", url, "--spec", spec, "--write", spec)
        (file,) = (spec / "shop/seen").iterdir()
        file.rename(spec / file.name)
        (spec / "entries/shop/seen").mkdir(parents=True)
        (spec / "entries/shop/seen" / file.name).write_text("notes: mine\n")
        result = run("watch", url, "--spec", spec, "--write", spec / "entries")
    assert result.exit_code == 2
    assert (spec / "entries/shop/seen" / file.name).read_text() == "notes: mine\n"
    assert "is no entry of a watch" in result.output


@pytest.mark.parametrize(
    ("before", "after", "change", "expected"),
    [
        (
            "  id:\n    type: integer\n",
            "  id:\n    type: integer\n    maximum: 9\n    x-inferred: {maximum: No payload has a larger one.}\n",
            {"id": 77},
            "limit: Order.id does not keep its maximum: 77, in all 2",
        ),
        ("x-extensible-enum", "enum", {"status": "lost"}, 'value: Order.status has the value "lost", which is not'),
        (
            "    $ref: Customer.yaml\n",
            "    oneOf:\n      - $ref: Customer.yaml\n      - type: string\n    nullable: true\n",
            {"customer": {"name": "Ada", "tier": 1}},
            "field: Customer.tier is not documented: integer, in all 2",
        ),
        (
            "    $ref: Customer.yaml\n",
            "    oneOf:\n      - $ref: Customer.yaml\n      - type: string\n",
            {"customer": {"name": None}},
            "null: Customer.name is null, which is not documented, in all 2",
        ),
    ],
)
def test_limits_closed_sets_and_alternatives_are_compared_too(
    server_of, watch, run, spec, before, after, change, expected
):
    order = spec / "shop/components/schemas/Order.yaml"
    order.write_text(order.read_text().replace(before, after))
    server = server_of(load("shop", spec=spec), changing(lambda order: order.update(change)))
    with server.up() as url:
        first = watch(url, "--spec", spec, "--write", spec)
        assert len(first.new) == 1, first.output
        assert first.new[0].startswith(expected)
        checked = run("lint", "--spec", spec)
        second = watch(url, "--spec", spec)
    assert "/seen/" not in checked.output
    assert (second.new, second.code) == ([], 0), second.output


def test_a_field_that_an_older_date_leaves_open_is_new(server_of, watch, spec):
    (overlay,) = (spec / "shop/changes").glob("*.overlay.yaml")
    overlay.write_text(
        overlay.read_text()
        + "  - target: $.components.schemas.Customer.properties\n"
        + "    description: 2025-02-01 says what a customer is.\n    remove: true\n"
    )
    fault = changing(lambda order: order.get("customer", {}).update(tier="gold"))
    with server_of(load("shop", spec=spec), fault).up() as url:
        found = watch(url, "--spec", spec)
    assert found.new == ["field: Customer.tier is not documented: string, in all 1"]


def paged(sent, reply):
    if "orders/" not in sent.path:
        return reply
    return type(reply)(200, {"Content-Type": "text/html"}, b"<!doctype html><title>Shop</title>")


def moved(sent, reply):
    return type(reply)(302, {"Location": "https://sso.example.com/"}) if "orders/" in sent.path else reply


@pytest.mark.parametrize(("fault", "reason"), [(paged, "answers with an HTML page"), (moved, "answers 302")])
def test_a_page_or_a_redirect_in_front_of_the_server_is_no_news(server_of, watch, spec, fault, reason):
    with server_of(load("shop", spec=spec), fault).up() as url:
        found = watch(url, "--spec", spec)
    assert (found.new, found.code) == ([], 0), found.output
    assert f"not seen: getOrder {reason}" in found.output


def test_a_value_that_may_be_somebodys_is_left_to_be_written_by_hand(server_of, watch, spec):
    fault = changing(lambda order: order.update(status="ada@shop.example.org"))
    with server_of(load("shop", spec=spec), fault).up() as url:
        found = watch(url, "--spec", spec, "--write", spec)
    assert found.code == 1
    assert "to be written by hand: Order.status" in found.output
    assert "ada@" not in found.output + json.dumps(found.report)
    assert not (spec / "shop/seen").exists()


@pytest.mark.parametrize("number", [1, 4])
def test_a_rate_is_kept(server_of, watch, spec, number):
    server = server_of(load("shop", spec=spec))
    with server.up() as url:
        started = time.monotonic()
        found = watch(url, "--spec", spec, "--rate", f"{number * 10}/s")
        seconds = time.monotonic() - started
    assert found.code == 0
    assert seconds >= (len(server.log) - 1) / (number * 10)


def test_the_facts_of_a_page_are_held_to_the_page_alone(server_of, watch, run, spec):
    """A server that contradicts its page does not make the page's facts wrong."""
    facts = spec / "shop/facts/2025-02-01.yaml"
    more = "  getOrder response:\n    L5:\n      id: {type: integer}\n\nno-fact:"
    facts.write_text(facts.read_text().replace("lines: 4", "lines: 5").replace("no-fact:", more))
    assert run("lint", "--spec", spec).exit_code == 0
    stated = run("facts", "--spec", spec, "--snapshot", "2025-02-01").output
    fault = changing(lambda order: order.update(id=str(order["id"]), status=None))
    with server_of(load("shop", spec=spec), fault).up() as url:
        found = watch(url, "--spec", spec, "--write", spec)
    assert len(found.new) == 2
    assert run("lint", "--spec", spec).exit_code == 0
    assert run("facts", "--spec", spec, "--snapshot", "2025-02-01").output == stated


def test_a_report_is_printed_although_its_entry_cannot_be_written(server_of, watch, spec):
    fault = changing(lambda order: order.update(gift=True))
    with server_of(load("shop", spec=spec), fault).up() as url:
        found = watch(url, "--spec", spec, "--write", spec / "shop/openapi.yaml/entries")
    assert found.code == 2
    assert "field       Order.gift is not documented" in found.output
    *_, last = found.output.splitlines()
    assert "cannot be written" in last
    assert found.new == ["field: Order.gift is not documented: boolean, in all 2"]


def test_a_target_is_named_as_for_check(server_of, watch, monkeypatch, spec, tmp_path):
    server = server_of(load("shop", spec=spec))
    monkeypatch.setenv("VENDOR_TOKEN", "s3cret-of-the-vendor")
    with server.up() as url:
        settings = tmp_path / "adcontract.toml"
        settings.write_text(f'[targets.vendor]\nurl = "{url}"\nspec = "spec"\ntoken = {{ env = "VENDOR_TOKEN" }}\n')
        found = watch("vendor", "--config", settings)
        other = watch("vendro", "--config", settings)
    assert found.code == 0, found.output
    assert "s3cret-of-the-vendor" in str(server.log[0].headers)
    assert (other.code, other.output.count("\n")) == (2, 1)
    assert "Did you mean vendor?" in other.output


def test_what_is_rare_in_a_long_list_is_in_the_entry(server_of, watch, spec):
    """A field is null in one of a thousand rows."""

    def many(sent, reply):  # noqa: ARG001
        value = reply.json()
        if isinstance(value, dict) and value.get("data"):
            rows = [{**value["data"][0], "id": number, "gift": number} for number in range(1, 1000)]
            value["data"] = [*rows, {**rows[0], "id": 1000, "gift": None}]
        return reply if value is None else reply.with_json(value)

    with server_of(load("shop", spec=spec), many).up() as url:
        first = watch(url, "--spec", spec, "--write", spec)
        second = watch(url, "--spec", spec)
    assert first.new == ["field: Order.gift is not documented: integer or null, in 1,000 of 1,001"]
    assert (second.new, second.code) == ([], 0), second.output
