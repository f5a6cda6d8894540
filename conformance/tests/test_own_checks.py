"""Checks that a team writes: of each response, in a file of its own, beside those of the suite."""

import json
import re
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

PRICES = """
    from adcontract_conformance import check

    @check("price", "every item has a price in cents or euros", "listItems", "getItem")
    def price(response):
        for item in response.json.get("data", [response.json]):
            if not isinstance(item["price"], int | float):
                yield f"Item {item['id']} has the price {item['price']!r}."
    """


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Write a file of checks in the current folder; give its name."""
    monkeypatch.chdir(tmp_path)

    def write(text, name="my_checks.py"):
        (tmp_path / name).write_text(dedent(text))
        return name

    return write


def free(sent, reply):
    """Give each item away."""
    if sent.method == "GET" and reply.status == 200 and b'"price": 12.5' in reply.body:
        return replace(reply, body=reply.body.replace(b'"price": 12.5', b'"price": "free"'))
    return reply


def test_a_check_of_a_team_fails_where_it_is_not_kept(check, file):
    done = check("--checks", file(PRICES), "--groups", "own", fault=free)
    assert done.code == 1
    assert done.broken == {("own.price", "listItems", "fail"), ("own.price", "getItem", "fail")}
    finding = next(each for each in done.findings if each["operation"] == "getItem")
    assert finding["sentence"] == "Item 7 has the price 'free'."
    assert finding["promise"] == "Every item has a price in cents or euros."
    assert finding["where"]["file"].endswith("paths/items_item_id.yaml")
    assert "/items/7" in finding["curl"]
    assert "(declared in my_checks.py:4)" in done.output


def test_its_findings_have_one_cause_and_fingerprints_that_no_seed_or_file_changes(check, file):
    first = check("--checks", file(PRICES), "--groups", "own", fault=free)
    moved = check("--checks", file(f"\n\n{dedent(PRICES)}", "others.py"), "--groups", "own", "--seed", "9", fault=free)
    for done in (first, moved):
        (cause,) = done.report["apis"][0]["causes"]
        assert sorted(cause["operations"]) == ["getItem", "listItems"]
    assert [each["fingerprint"] for each in first.findings] == [each["fingerprint"] for each in moved.findings]
    assert first.report["apis"][0]["causes"][0]["fingerprint"] == moved.report["apis"][0]["causes"][0]["fingerprint"]


def test_it_passes_where_it_is_kept_and_the_report_says_what_it_looked_at(check, file):
    done = check("--checks", file(PRICES), "--groups", "own")
    assert (done.code, done.findings) == (0, [])
    assert done.result("own.price", "getItem")["outcome"] == "pass"
    assert {each["operation"] for each in done.report["apis"][0]["results"] if each["check"] == "own.price"} == {
        "listItems",
        "getItem",
    }
    # nothing but what it looks at is asked for
    asked = {sent.operation.id for sent in done.server.log[1:]}
    assert asked == {"listItems", "getItem"}


@pytest.mark.slow
def test_it_looks_at_the_responses_of_all_groups(check, file):
    text = """
        from adcontract_conformance import check

        @check("house.trace", "every response has a trace", statuses=range(100, 600))
        def trace(response):
            assert response.headers.get("x-trace"), f"{response.operation.id}: {response.status} has no X-Trace."
        """
    done = check("--checks", file(text), "--groups", "security,house")
    assert {each["answer"]["status"] for each in done.findings} >= {401}

    def traced(_, reply):
        return replace(reply, headers={**reply.headers, "X-Trace": "abc"})

    done = check("--checks", "my_checks.py", "--only", "getItem", fault=traced)
    assert done.findings == []
    # documented, without credentials, of laws, generated
    assert done.result("house.trace", "getItem")["requests"] > 20


def test_a_check_that_sees_no_response_is_skipped_and_the_run_is_not_a_success(check, file, tmp_path):
    text = """
        from adcontract_conformance import check

        @check("teapot", "a teapot has a spout", "getItem", statuses=(418,))
        def spout(response):
            yield "It has none."
        """
    done = check("--checks", file(text), "--groups", "own")
    assert done.code == 2
    assert (
        "shop v1: own.teapot (my_checks.py:4) was not tried: "
        "no response has a status that it is about; the last one was 200."
    ) in done.output
    assert check("--checks", "my_checks.py", "--groups", "own", "--allow-untried").code == 0
    assert done.result("own.teapot", "getItem")["outcome"] == "skipped"
    assert done.result("own.teapot", "getItem")["reason"] == (
        "no response has a status that it is about; the last one was 200"
    )
    text = text.replace("getItem", "getStats").replace("(418,)", "(200,)").replace('yield "It has none."', "pass")
    done = check("--checks", file(text), "--groups", "own", "--only", "getItem", f"--report={tmp_path / 'all'}")
    assert done.code == 2
    assert "no check of the chosen groups is about it" in done.output
    assert "no check of the chosen groups is about it" in (tmp_path / "all" / "report.html").read_text()


def test_a_response_that_shows_nothing_can_be_left_out_with_a_reason(check, file):
    text = """
        from adcontract_conformance import NotTestable, check

        @check("stock", "nothing is sold out", "getItem")
        def stock(response):
            if "stock" not in response.json:
                raise NotTestable("no item shows its stock")
        """
    done = check("--checks", file(text), "--groups", "own")
    result = done.result("own.stock", "getItem")
    assert (result["outcome"], result["reason"]) == ("skipped", "no item shows its stock")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("response.json['nome']", "KeyError: 'nome'"),
        ("yield 3", "own.faulty reports 3, and not a sentence for each breach."),
        ("return response.ok", "own.faulty reports True, and not a sentence for each breach."),
        ("raise SystemExit(4)", "SystemExit: 4"),
        ("import statistics; statistics.mean([])", "StatisticsError: mean requires at least one data point"),
    ],
)
def test_an_exception_in_a_check_is_an_error_at_its_line_and_no_failure_of_the_target(check, file, line, message):
    text = f"""
        from adcontract_conformance import check

        @check("faulty", "this is sound", "listItems", "getItem")
        def faulty(response):
            {line}
        """
    done = check("--checks", file(text), "--groups", "own")
    assert done.code == 2
    assert done.findings == []
    (error,) = done.report["apis"][0]["errors"]
    assert re.fullmatch(rf"my_checks.py:[46]: .*{re.escape(message)}", error["message"])
    assert done.result("own.faulty", "getItem")["outcome"] == "error"
    assert "Traceback" not in done.output
    assert "please report it" not in done.output


def test_an_assertion_without_a_message_is_its_own_sentence(check, file):
    text = """
        from adcontract_conformance import check

        @check("lamp", "the lamp is cheap", "getItem")
        def lamp(response):
            assert response.json["price"] < 10
        """
    (finding,) = check("--checks", file(text), "--groups", "own").findings
    assert finding["sentence"] == 'This is not true: response.json["price"] < 10'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import nosuch", "my_checks.py:1: ModuleNotFoundError: No module named 'nosuch'"),
        ("def f(:", "my_checks.py:1:7: this is not Python: invalid syntax."),
        ("x = 1", "my_checks.py declares no check and no law. "),
        ("\n1 / 0", "my_checks.py:2: ZeroDivisionError: division by zero"),
        ("exit(3)", "my_checks.py:1: SystemExit: 3"),
        ('@check("a")\ndef f(r): ...', "my_checks.py:2: TypeError: check() missing 1 required positional argument"),
        ('@check("a", "b")\ndef f(): ...', "my_checks.py:2: what @check decorates is not a function of one argument"),
        (
            '@check("a", "b")\ndef f(r): ...\n@law("own.a", "b", "getItem")\ndef g(c): ...',
            "my_checks.py:4: there is ",
        ),
        ('@check("a b", "b")\ndef f(r): ...', "my_checks.py:2: a b is not the id of a check. Write it as name or gro"),
        ('@check("schema.b", "b")\ndef f(r): ...', "my_checks.py:2: schema is a group of the suite. Name another one"),
        ('@check("answered", "b")\ndef f(r): ...', "my_checks.py:2: each group has a check answered already. "),
        ('@check("a", "")\ndef f(r): ...', "my_checks.py:2: write it as @check("),
        ('@law("a", "b", "getItems")\ndef f(c): ...', "my_checks.py:2: there is no operation getItems. Did you mean g"),
    ],
)
def test_what_is_wrong_in_a_file_is_reported_in_one_line(command, spec, file, text, message):
    head = "from adcontract_conformance import check, law\n" if text.startswith("@") else ""
    result = command("http://127.0.0.1:1", "--spec", spec, "--checks", file(head + text))
    assert result.exit_code == 2
    (line,) = result.output.splitlines()
    assert line.startswith(f"Error: {message}")


@pytest.mark.usefixtures("file")
def test_an_interrupt_before_the_first_request_is_no_verdict(command, spec, file):
    result = command("http://127.0.0.1:9", "--spec", spec, "--checks", file("raise KeyboardInterrupt"))
    assert (result.exit_code, result.output) == (2, "Interrupted.\n")


def test_a_file_that_is_not_there_is_reported_in_one_line(command, spec):
    for name, reason in (("nix.py", "does not exist"), (".", "is a folder")):
        result = command("http://127.0.0.1:1", "--spec", spec, "--checks", name)
        assert (result.exit_code, len(result.output.splitlines())) == (2, 1)
        assert reason in result.output


def test_several_files_run_together_and_two_checks_with_one_id_are_refused(check, command, spec, file):
    other = PRICES.replace('"price"', '"cost"', 1)
    done = check("--checks", file(PRICES), "--checks", file(other, "more.py"), "--groups", "own", fault=free)
    assert {each["check"] for each in done.findings} == {"own.price", "own.cost"}
    again = command("http://127.0.0.1:1", "--spec", spec, "--checks", "my_checks.py", "--checks", file(PRICES, "b.py"))
    assert again.exit_code == 2
    assert again.output == "Error: b.py:4: there is another own.price at my_checks.py:4. Rename one of them.\n"


def test_a_file_may_import_what_is_beside_it(check, file):
    file("LOWEST = 100", "prices.py")
    text = PRICES.replace("import check", "import check\n    from prices import LOWEST").replace(
        'not isinstance(item["price"], int | float)', 'item["price"] < LOWEST'
    )
    assert check("--checks", file(text), "--groups", "own").code == 1


def test_the_rules_and_the_groups_have_them_and_the_next_run_has_not(command, spec, file):
    name = file(PRICES.replace('"price"', '"house.price"', 1))
    row = "house.price "
    for arguments in (["--rules", "--checks", name], ["--checks", name, "--rules"]):
        assert any(line.startswith(row) for line in command(*arguments).output.splitlines())
    assert row not in command("--rules").output
    unknown = command("http://127.0.0.1:1", "--spec", spec, "--groups", "houses", "--checks", name)
    assert "There is no group houses. Did you mean house?" in unknown.output
    assert "There is no group house." in command("http://127.0.0.1:1", "--spec", spec, "--groups", "house").output


def test_a_profile_has_them_and_groups_that_leave_them_out_are_refused(check, command, spec, file):
    done = check("--checks", file(PRICES), "--profile", "smoke", "--only", "getItem", fault=free)
    assert done.report["options"]["groups"] == ["examples", "security", "own"]
    assert ("own.price", "getItem", "fail") in done.broken
    result = command("http://127.0.0.1:1", "--spec", spec, "--checks", "my_checks.py", "--groups", "examples")
    assert result.output == "Error: --checks declares checks of own, which --groups does not name. Add them.\n"


def test_a_target_of_the_settings_names_its_files(command, spec, file, server_of, shop):
    (folder := Path("house")).mkdir()
    file(PRICES, "house/prices.py")
    with server_of(shop, free).up() as url:
        file(f'[targets.shop]\nurl = "{url}"\nchecks = ["prices.py"]\nonly = ["getItem"]', "house/adcontract.toml")
        done = command("shop", "--config", str(folder / "adcontract.toml"), "--profile", "smoke", "--spec", spec)
    assert "own.price: Every item has a price" in done.output
    file('[targets.shop]\nurl = "http://127.0.0.1:1"\nchecks = ["price.py"]', "house/adcontract.toml")
    done = command("shop", "--config", str(folder / "adcontract.toml"), "--spec", spec)
    assert done.exit_code == 2
    assert done.output.startswith("Error: house/adcontract.toml:3:")
    assert "there is no file price.py." in done.output


def test_every_report_has_them(check, file, tmp_path):
    outputs = [f"--output={tmp_path / f'report.{ending}'}" for ending in ("xml", "sarif", "md", "txt", "html")]
    done = check("--checks", file(PRICES), "--groups", "own", *outputs, fault=free)
    for ending in ("xml", "sarif", "md", "txt"):
        assert "Item 7 has the price " in (tmp_path / f"report.{ending}").read_text(), ending
    rules = json.loads((tmp_path / "report.sarif").read_text())["runs"][0]["tool"]["driver"]["rules"]
    assert "own.price" in {each["id"] for each in rules}
    assert "--checks my_checks.py" in done.output


def test_a_sentence_does_not_show_the_token(check, file):
    text = """
        from adcontract_conformance import check

        @check("secret", "no secret is told", "getItem")
        def secret(response):
            yield f"It tells {response.headers['x-echo']}."
        """

    def echo(sent, reply):
        return replace(reply, headers={**reply.headers, "X-Echo": sent.headers.get("authorization", "")})

    done = check("--checks", file(text), "--groups", "own", "--token", "s3cr3t-t0ken", fault=echo)
    assert done.code == 1
    assert "s3cr3t-t0ken" not in done.output + json.dumps(done.report)
