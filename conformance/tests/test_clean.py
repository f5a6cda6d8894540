"""A server that keeps every promise is not accused of anything."""


def test_a_conforming_server_passes_every_check(check):
    done = check()
    assert done.findings == []
    assert done.code == 0
    assert "shop v1: conforms (6 operations, " in done.output
    outcomes = {result["outcome"] for result in done.report["apis"][0]["results"]}
    assert outcomes == {"pass", "skipped"}
