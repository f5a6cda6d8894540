"""A finding has what a person needs to see it again, and a report has every finding and every case."""

import re
import shlex
from pathlib import Path
from xml.etree import ElementTree


def wrong_price(sent, reply):
    return (
        reply.with_json({**reply.json(), "price": "\x00 <&\ud83d\ude00"})
        if sent.path == "/items/7" and reply.status == 200
        else reply
    )


def test_a_finding_has_the_operation_the_place_in_the_contract_and_a_request_that_shows_it(check, spec):
    done = check("--groups", "examples", fault=wrong_price)
    finding = done.findings[0]
    assert finding["sentence"].startswith("The field price does not fit: ")
    assert (finding["operation"], finding["method"], finding["path"]) == ("getItem", "GET", "/items/{item_id}")
    where = finding["where"]
    assert where["file"].endswith("shop/components/schemas/Item.yaml")
    lines = (Path(spec) / "shop/components/schemas/Item.yaml").read_text().splitlines()
    assert lines[where["line"] - 1][where["column"] - 1 :].startswith("type: number")
    assert finding["inferred"] is None
    assert finding["answer"]["status"] == 200
    command = shlex.split(finding["curl"])
    assert command[:4] == ["curl", "-i", "-X", "GET"]
    assert command[4].endswith("/items/7")
    for part in (finding["sentence"], ":".join(map(str, where.values())), finding["curl"], "documented", "getItem"):
        assert part in done.output


def test_a_finding_has_the_same_fingerprint_in_every_run(check):
    first = check("--groups", "examples,schema", "--only", "getItem", "--seed", "1", fault=wrong_price)
    second = check("--groups", "examples,schema", "--only", "getItem", "--seed", "2", fault=wrong_price)
    assert {each["fingerprint"] for each in first.findings} == {each["fingerprint"] for each in second.findings}


def test_one_fault_that_many_requests_show_is_one_finding(check):
    def fault(sent, reply):
        return reply.with_json({"data": []}) if sent.path == "/items" and reply.status == 200 else reply

    done = check("--groups", "schema", "--only", "listItems", fault=fault)
    assert [each["check"] for each in done.findings] == ["schema.body"]
    assert done.findings[0]["count"] > 5
    assert done.findings[0]["curl"].count("page") <= 1


def test_the_json_report_says_how_to_run_it_again(check, spec):
    done = check("--groups", "examples", "--only", "getItem", "--seed", "3", "--for", "own")
    report = done.report
    assert report["suite"]["version"]
    assert report["seed"] == 3
    assert report["options"] == {
        "groups": ["examples"],
        "max_time": None,
        "workers": 1,
        "max_failures": None,
        "max_latency": None,
        "for": "own",
        "token": "default",
        "spec": spec,
    }
    assert report["again"] == (
        f"adcontract check {report['target']} --api shop --snapshot v1 --only getItem --groups examples --seed 3 "
        f"--spec {spec} --for own"
    )
    assert f"Again: {report['again']}" in done.output
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", report["date"])
    assert [(api["api"], api["snapshot"], api["outcome"]) for api in report["apis"]] == [("shop", "v1", "pass")]


def test_the_junit_report_has_a_case_for_each_operation_and_check(check, tmp_path):
    file = tmp_path / "reports" / "junit.xml"
    done = check("--groups", "examples,security", "--junit", str(file), fault=wrong_price)
    root = ElementTree.fromstring(file.read_text())
    suites = {suite.get("name"): suite for suite in root.iter("testsuite")}
    assert set(suites) == {"shop v1 examples", "shop v1 security"}
    cases = list(suites["shop v1 examples"].iter("testcase"))
    results = [each for each in done.report["apis"][0]["results"] if each["group"] == "examples"]
    assert len(cases) == len(results) == int(suites["shop v1 examples"].get("tests"))
    failed = [case for case in cases if case.find("failure") is not None]
    assert [case.get("name") for case in failed] == [
        "getItem: the body has the fields of the documented payload and fits its schema"
    ]
    assert suites["shop v1 examples"].get("failures") == "1"
    assert "curl -i -X GET" in failed[0].find("failure").text
    assert suites["shop v1 security"].find(".//property[@name='seed']").get("value") == "1"
