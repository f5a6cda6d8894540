"""The checks of the suite as tests of pytest: `pytest --adcontract-target URL`. Nothing is imported before that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from typing import Literal

PREFIX = "--adcontract-"

OPTIONS: dict[str, tuple[Literal["value", "flag", "each"], str]] = {
    "target": ("value", "Check this server as `adcontract check` does: a URL, or a target of adcontract.toml."),
    "config": ("value", "The settings in place of adcontract.toml."),
    "profile": ("value", "How much is done: smoke, core, extended, or one of adcontract.toml."),
    "api": ("value", "Only this API."),
    "snapshot": ("value", "This snapshot in place of the newest."),
    "spec": ("value", "A folder of contracts to use in place of the built-in ones."),
    "groups": ("value", "Only these groups of checks, separated by commas. -k and -m choose among what these leave."),
    "only": ("each", "Only the operation with this operationId; repeatable."),
    "checks": ("each", "Also the checks of this Python file, besides those of a conftest.py; repeatable."),
    "waivers": ("value", "The findings that are waived, in place of waivers.toml; they are expected failures."),
    "for": ("value", "Whose server it is: vendor, or own for one that was written for the contract."),
    "token": ("value", "The credential to send; better in ADCONTRACT_TOKEN."),
    "ca": ("value", "Trust the certificates of the authority in this file."),
    "insecure": ("flag", "Accept every certificate of the server."),
    "generated": ("value", "How many requests are generated for each operation."),
    "max-pages": ("value", "How many pages of a list are read at most."),
    "seed": ("value", "The same seed sends the same requests, but for ids and keys that have to be new."),
    "workers": ("value", "Send generated requests from so many processes."),
    "read-only": ("flag", "Send nothing but GET, HEAD and OPTIONS."),
    "allow-writes": ("flag", "Also write to a host that is not this machine."),
    "rate": ("value", "Send no more requests than so many in a second or a minute, such as 10/s."),
    "max-requests": ("value", "Stop after so many requests."),
    "max-requests-per-operation": ("value", "Send no operation more requests than so many."),
    "max-time": ("value", "Stop after so many seconds."),
    "max-failures": ("value", "Stop when so many causes fail."),
    "max-latency": ("value", "Fail on operations that take more seconds to respond."),
    "allow-untried": ("flag", "Pass although some operations carried out no request."),
    "min-coverage": ("value", "Fail if less is covered, in percent, as in operations=100,laws=90."),
    "report": ("value", "Also write the report of the run to files in this folder."),
}
"""The options of `adcontract check` that pytest takes, with this prefix."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("adcontract", "adcontract: the conformance of a server")
    actions = {"value": "store", "flag": "store_true", "each": "append"}
    for name, (kind, sentence) in OPTIONS.items():
        group.addoption(f"{PREFIX}{name}", action=actions[kind], help=sentence)


def pytest_configure(config: pytest.Config) -> None:
    """Add the checks to the session, if a target is named."""
    given = {name: config.getoption(f"{PREFIX}{name}") for name in OPTIONS}
    target = given.pop("target")
    arguments = [part for name, value in given.items() for part in _arguments(name, value)]
    if target is None:
        if arguments:
            option = arguments[0].replace("--", PREFIX, 1)
            raise pytest.UsageError(f"{option} is about the server that {PREFIX}target names. Name one.")
        return
    from adcontract.errors import UsageError
    from adcontract.extras import extra

    try:
        with extra("check", f"pytest {PREFIX}target"):
            from adcontract_conformance.as_tests.session import ChecksSession
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
    config.pluginmanager.register(ChecksSession(config, [target, *arguments]), "adcontract-checks")


def _arguments(name: str, value: str | bool | list[str] | None) -> list[str]:
    """Return an option as the command takes it."""
    if isinstance(value, list):
        return [part for each in value for part in (f"--{name}", each)]
    if isinstance(value, str):
        return [f"--{name}", value]
    return [f"--{name}"] if value else []
