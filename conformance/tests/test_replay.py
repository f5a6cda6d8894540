"""One finding tried again: whether it still stands, and that nothing else is tried."""

import json

import pytest
from click.testing import CliRunner

from adcontract.cli import main


def wrong_price(sent, reply):
    if sent.path.startswith("/items/") and sent.method == "GET" and reply.status == 200:
        return reply.with_json({**reply.json(), "price": "free"})
    return reply


@pytest.fixture
def shop_with(command, spec, shop, server_of, tmp_path):
    """Check a shop with a fault, then try the first finding again with another; give the result and the server."""

    def run(fault, then, *options, before=()):
        server, file = server_of(shop, fault), tmp_path / "report.json"
        with server.up() as url:
            command(url, "--spec", spec, "--json", str(file), "--groups", "examples,security,schema", *before)
            (api,) = json.loads(file.read_text())["apis"]
            finding = next(each for each in api["findings"] if each["outcome"] == "fail")
            server.fault, server.log = then, []
            arguments = [url if each == "URL" else each for each in options]
            return CliRunner().invoke(main, ["replay", str(file), finding["fingerprint"], *arguments]), server, finding

    return run


def test_a_finding_that_still_stands_is_shown_with_its_request(shop_with):
    result, _, finding = shop_with(wrong_price, wrong_price)
    assert result.exit_code == 1, result.output
    first, second, *rest = result.output.splitlines()
    assert first == f"getItem, {finding['check']}: {finding['sentence']}"
    assert second.startswith("It still stands, as fail: The field price does not fit")
    assert rest[0].startswith("  curl -i -X GET ")
    assert rest[-1].startswith('  response: 200 {"id": ')


def test_a_finding_that_was_mended_is_gone_and_only_its_operation_was_asked(shop_with):
    result, server, _ = shop_with(wrong_price, None)
    assert result.exit_code == 0, result.output
    assert "\nIt is gone: the check has looked at " in result.output
    assert len(server.log) < 40
    assert all(sent.method == "GET" for sent in server.log)


def test_it_may_be_tried_on_another_server(shop_with):
    assert shop_with(wrong_price, wrong_price, "URL")[0].exit_code == 1
    result, *_ = shop_with(wrong_price, wrong_price, "http://127.0.0.1:9")
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1


def test_what_cannot_be_tried_is_not_gone(shop_with):
    def refused(sent, reply):
        return reply.with_json({}) if reply.status < 300 and sent.path.startswith("/items/") else reply

    def only_others(sent, reply):
        return reply if sent.path == "/health" else type(reply)(503, {}, b"")

    result, *_ = shop_with(refused, only_others)
    assert result.exit_code == 2, result.output


def test_an_unknown_fingerprint_is_named(shop_with, tmp_path):
    shop_with(wrong_price, None)
    result = CliRunner().invoke(main, ["replay", str(tmp_path / "report.json"), "0123456789ab"])
    assert result.exit_code == 2
    assert "report.json has no finding 0123456789ab." in result.output
