"""What is demanded of the suite for a server that breaks a law, or keeps it."""


def assert_reported(held, fault, causes=2):
    """Check that the broken laws of a fault are reported and no other, as so many causes at most."""
    operation, laws, server = fault
    found, report, result = held(server(), "--only", operation, "--for", "own")
    assert {law for law, _ in found} == laws, result.output
    assert result.exit_code >= 1
    failing = [each["sentence"] for each in report["apis"][0]["causes"] if each["outcome"] == "fail"]
    assert len(failing) <= causes, failing


def assert_kept(held, server, laws, *options):
    """Check that nothing is reported of a server, and that the laws which it keeps are tried."""
    found, report, result = held(server(), *options)
    assert found == set(), result.output
    assert "adcontract failed here" not in result.output
    passed = (each["check"] for each in report["apis"][0]["results"] if each["outcome"] == "pass")
    kept = {check.removeprefix("behavior.") for check in passed}
    assert {*laws} <= kept, result.output


def assert_conforms(held, server):
    """Check that a server conforms, and that each law is tried."""
    found, report, result = held(server)
    assert (found, result.exit_code) == (set(), 0), result.output
    outcomes = {}
    for each in report["apis"][0]["results"]:
        outcomes.setdefault(each["check"], set()).add(each["outcome"])
    assert all("pass" in each for each in outcomes.values()), outcomes
