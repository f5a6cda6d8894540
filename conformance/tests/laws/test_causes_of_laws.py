"""A server that keeps nothing breaks most of what a contract says, and a person reads few causes of that."""

import json
from dataclasses import replace

import pytest
from adcontract_library import FAULTS, Library
from conftest import HERE
from proxy import Proxy

from adcontract import load


class Careless(Proxy):
    """Refuses in a form of its own; the mock behind it keeps no state, and takes any token."""

    def changed(self, sent, reply):  # noqa: ARG002
        return replace(reply, headers={**reply.headers, "Content-Type": "text/plain"}) if reply.status > 399 else reply


@pytest.mark.slow
def test_a_server_that_keeps_nothing_has_at_most_ten_causes(command, mock, server_of, tmp_path):
    spec, report = HERE / "spec", tmp_path / "report.json"
    server = server_of(load("library", spec=spec))
    with mock(tmp_path, "--spec", str(spec)) as url:
        Careless(server, url)
        with server.up() as target:
            options = ("--spec", str(spec), "--json", str(report), "--token", "any", "--for", "own")
            command(target, *options, "--groups", "examples,security,behavior,state")
    (api,) = json.loads(report.read_text())["apis"]
    causes = {each["sentence"]: each for each in api["causes"] if each["outcome"] == "fail"}
    assert len({each["check"] for each in api["findings"] if each["outcome"] == "fail"}) > 10
    assert 5 <= len(causes) <= 10
    assert {"createBook", "getBook", "deleteBook"} < {each for cause in causes.values() for each in cause["operations"]}
    # faults of other kinds keep a cause each
    assert {"Requests without good credentials are accepted.", "A page of 1 has 2 of the 2 items."} < causes.keys()


class Short(Library):
    """Lists a few books, two on a page unless more are asked for."""

    def __init__(self):
        super().__init__(books=6)

    def default_size(self):
        return 2


@pytest.mark.parametrize(
    ("server", "sentence"),
    [
        (
            FAULTS["the default size is different"].server,
            "A page has 7 items where no size is asked for; the default is 5.",
        ),
        (
            Short,
            "A page has 2 items where no size is asked for; the default is 5, and the pages of the list have 3.",
        ),
    ],
)
def test_a_page_of_another_size_is_told_with_the_size_that_the_contract_names(held, server, sentence):
    _, report, _ = held(server(), "--only", "listBooks")
    assert sentence in {each["sentence"] for each in report["apis"][0]["findings"]}
