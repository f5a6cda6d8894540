"""The log of the mock when there are more requests than anyone can read."""

from __future__ import annotations

from adcontract_mock.application.runtime import Runtime
from adcontract_mock.http.exchange import Exchange
from adcontract_mock.http.response import mock_response
from adcontract_mock.serve.log import Log


def test_of_many_requests_the_last_are_reported_and_the_others_counted() -> None:
    runtime, printed = Runtime(), list[str]()
    log = Log(runtime, printed.append)
    for number in range(1234):
        exchange = Exchange(0.0, "GET", f"/{number}".encode(), b"", [])
        exchange.response = mock_response(404, "unknown path")
        runtime.journal.record(exchange)
    log.report()
    lines = "\n".join(printed).splitlines()
    assert lines[0] == "(1,134 requests are not shown)"
    assert (len(lines), "/1134 " in lines[1], "/1233 " in lines[-1]) == (101, True, True)
    log.report()
    assert "\n".join(printed).splitlines() == lines, "nothing is printed twice"
