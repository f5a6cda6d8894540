"""Nothing is written to a host that is not this machine, unless the user says so."""

import socket

import pytest

from adcontract_conformance.client.limits import is_this_machine

HOST = "http://shop.example"
SAID = (
    f"{HOST} is not this machine, so nothing is written to it: only GET, HEAD, OPTIONS are sent. "
    "Let it be written to with --allow-writes, or say with --read-only that reading is what you want."
)


@pytest.fixture
def elsewhere(command, shop, server_of, spec):
    """Hold a shop at another host, behind a proxy, to its contract; give the methods and the command's result."""

    def run(*options, host=HOST):
        server = server_of(shop)
        with server.up() as proxy:
            none = {"ADCONTRACT_TOKEN": None, "no_proxy": None, "NO_PROXY": None}
            result = command(host, "--spec", spec, *options, env={"http_proxy": proxy, **none})
        return {each.method for each in server.log}, result

    return run


def test_another_host_is_only_read_and_the_run_says_so_first(elsewhere):
    methods, result = elsewhere("--groups", "examples,security,schema")
    assert methods == {"GET", "HEAD"}
    assert result.output.splitlines()[0] == SAID
    # it was not meant, so a gate that passed so far does not go on passing
    assert result.exit_code == 2
    assert "2 of 6 operations never succeeded" in result.output
    assert "createItem (no request was possible; it would write (no --allow-writes))" in result.output


@pytest.mark.slow
def test_another_host_is_only_read_by_several_processes_too(elsewhere):
    methods, _ = elsewhere("--groups", "schema,rejection", "--workers", "2")
    assert methods == {"GET"}


def test_another_host_is_written_to_where_that_is_allowed(elsewhere):
    methods, result = elsewhere("--groups", "examples,schema", "--allow-writes")
    assert (result.exit_code, "POST" in methods) == (0, True), result.output
    assert "is not this machine" not in result.output
    assert f"check {HOST} --allow-writes" in result.output


def test_who_wants_to_read_only_is_not_told_to_write(elsewhere):
    methods, result = elsewhere("--groups", "examples", "--read-only", "--allow-writes")
    assert (methods, result.exit_code) == ({"GET", "HEAD"}, 0), result.output
    assert "is not this machine" not in result.output


def test_this_machine_behind_a_proxy_of_it_is_this_machine(elsewhere):
    methods, result = elsewhere("--groups", "examples", host="http://127.0.0.1:9")
    assert (result.exit_code, "POST" in methods) == (0, True), result.output


def test_what_is_left_on_another_host_is_removed_only_where_writing_is_allowed(elsewhere, tmp_path):
    file = tmp_path / "left.jsonl"
    file.write_text('{"adcontract": "created items 1", "target": "http://shop.example"}\n')
    methods, result = elsewhere("--clear", str(file))
    assert (methods, result.exit_code) == (set(), 2)
    assert result.output == (
        "Error: Nothing is removed from http://shop.example, because it would write (no --allow-writes). "
        "Let it be written to with --allow-writes.\n"
    )
    _, result = elsewhere("--clear", str(file), "--allow-writes")
    assert (result.exit_code, result.output) == (0, "Nothing was left.\n")


NAMES = {
    "here.example": ["127.0.0.1", "::1"],
    "mixed.example": ["127.0.0.1", "192.0.2.7"],
    "there.example": ["192.0.2.7"],
}


@pytest.mark.parametrize(
    ("url", "proxy", "here"),
    [
        ("http://127.0.0.1:4010/base", None, True),
        ("https://127.1.2.3", None, True),
        ("http://[::1]:80", None, True),
        ("http://[::ffff:127.0.0.1]", None, True),
        ("http://localhost", None, True),
        ("http://here.example", None, True),
        ("http://mixed.example", None, False),
        ("http://there.example", None, False),
        ("http://unknown.example", None, False),
        ("http://192.0.2.7", None, False),
        ("http://0.0.0.0", None, False),
        ("http://[2001:db8::1]", None, False),
        ("http://localhost.there.example", None, False),
        ("http://127.0.0.1@192.0.2.7", None, False),
        ("http://127.0.0.1", "http://127.0.0.1:3128", True),
        ("http://127.0.0.1", "http://192.0.2.7:3128", False),
        ("http://127.0.0.1", "there.example:3128", False),
        ("http://there.example", "http://127.0.0.1:3128", False),
    ],
)
def test_this_machine_is_a_loopback_address_or_a_name_of_nothing_else(monkeypatch, url, proxy, here):
    resolve = socket.getaddrinfo

    def known(host, *rest, **options):
        if host.endswith(".example"):
            if host not in NAMES:
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return [(0, 0, 0, "", (address, 0)) for address in NAMES[host]]
        return resolve(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", known)
    assert is_this_machine(url, proxy) is here


@pytest.mark.parametrize(("allowed", "expected"), [("true", {"GET", "POST"}), ("false", {"GET"})])
def test_the_entry_of_a_target_may_allow_writing(elsewhere, tmp_path, allowed, expected):
    file = tmp_path / "adcontract.toml"
    file.write_text(f'[targets.shop]\nurl = "{HOST}"\nallow-writes = {allowed}\nrate = "500/s"\n')
    methods, result = elsewhere("--config", str(file), "--groups", "examples", "--only", "createItem", host="shop")
    assert methods == expected, result.output
    # the same entry is no permission for another host
    methods, _ = elsewhere("--config", str(file), "--groups", "examples", host="http://other.example")
    assert methods == {"GET", "HEAD"}
