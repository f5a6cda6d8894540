"""A shop behind a wire, and bounds that are soon reached."""

import json

import pytest
from wire import Wire

from adcontract_conformance.client import bounds


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(bounds, "SILENCE", 0.5)
    monkeypatch.setattr(bounds, "WHOLE", 1)


@pytest.fixture
def checked(command, spec, shop, server_of, sent_of, tmp_path):
    """Hold a shop behind a wire to its contract; give the exit status, the output and the report."""

    def run(send, *options, fault=None):
        server, report = server_of(shop, fault), tmp_path / "report.json"
        server.sent = sent_of
        with Wire(server, send).up() as url:
            result = command(url, "--spec", spec, "--json", str(report), *options)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result, json.loads(report.read_text()) if report.exists() else None

    return run
