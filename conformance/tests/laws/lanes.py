"""Which of the servers that break a law are tried in the fast lane."""

import pytest


def lanes(faults):
    """Return the names of faults; of those that break one law only the first is in the fast lane."""
    known, parameters = set(), []
    for name, fault in faults.items():
        parameters.append(pytest.param(name, marks=[pytest.mark.slow] if fault.laws <= known else []))
        known |= fault.laws
    return parameters
