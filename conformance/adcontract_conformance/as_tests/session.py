"""A session of pytest that has the checks of the suite as items."""

from __future__ import annotations

import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest

from adcontract.errors import AdcontractError, UsageError
from adcontract_conformance.as_tests.items import (
    ROOT,
    WARNING,
    WHOLE,
    CheckItem,
    ContractItem,
    Results,
    Tree,
    WholeItem,
)
from adcontract_conformance.as_tests.shared_run import shared_report
from adcontract_conformance.commands.check import check
from adcontract_conformance.commands.selected import selected
from adcontract_conformance.groups.mistakes import UNKNOWN
from adcontract_conformance.model.promises import GROUPS
from adcontract_conformance.own.files import own_checks
from adcontract_conformance.run.promised import promised
from adcontract_conformance.run.selection import ALL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adcontract_conformance.model.checked_contract import CheckedContract

_FOLDER = "adcontract_folder"
_NODES = "adcontract_nodes"


class ChecksSession:
    """The hooks of a session. `arguments` are those of `adcontract check`.

    The run is done when the first item needs it, once for all processes of pytest-xdist, and for what is selected.

    Raises:
        pytest.UsageError: if `adcontract check` refuses the arguments.
    """

    def __init__(self, config: pytest.Config, arguments: list[str]) -> None:
        self._arguments = arguments
        with _refusing():
            self._context = check.make_context("adcontract check", [*arguments])
        if self._context.params["snapshot"] == ALL:
            raise pytest.UsageError("`adcontract check` says which snapshot a server serves. Name one for pytest.")
        self._is_worker = hasattr(config, "workerinput")
        if not self._is_worker:
            with _refusing(), own_checks(self._context.params["checks"]):
                self._selected()
        self._folder = Path(config.workerinput[_FOLDER] if hasattr(config, "workerinput") else tempfile.mkdtemp())
        self._results: Results | None = None
        self._items: list[ContractItem] = []
        # what pytest would look for as files
        nodes = {each: node for each in config.args if (node := _node(each))}
        config.args[:] = [each for each in config.args if each not in nodes]
        config.option.__dict__.setdefault(_NODES, [*nodes.values()])
        for mark in (ROOT, *GROUPS):
            _register(config, mark)

    def pytest_report_header(self) -> str:
        """Say when the server is asked."""
        target = re.sub("//[^/@]*@", "//", self._arguments[0])
        return f"adcontract: {target} is checked when the first test about it runs"

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Give a worker of pytest-xdist the folder that all share."""
        node.workerinput[_FOLDER] = str(self._folder)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
    ) -> Iterator[None]:
        """Add the items, before any are deselected. Where one is left, so is that of its contract as a whole."""
        try:
            self._items = self._collect(session, config)
            chosen = _chosen(self._items, getattr(config.option, _NODES))
            report = pytest.CollectReport(ROOT, "passed", None, [*chosen])
        except AdcontractError as error:
            chosen, report = [], pytest.CollectReport(ROOT, "failed", "\n".join(error.lines()), [])
        items += chosen
        # the items are counted, or the session ends with the error
        config.hook.pytest_collectreport(report=report)
        yield
        selected = {each.title for each in items if isinstance(each, CheckItem)}
        wholes = (each for each in self._items if isinstance(each, WholeItem) and each.title in selected)
        items += [each for each in wholes if each not in items]

    def _selected(self) -> tuple[tuple[str, ...], list[CheckedContract]]:
        """Return the groups and the contracts; a team's own checks have to be known."""
        names = ("groups", "api", "snapshot", "only", "focus", "spec")
        return selected(self._context, **{name: self._context.params[name] for name in names})

    def _collect(self, session: pytest.Session, config: pytest.Config) -> list[ContractItem]:
        params, items, tree = self._context.params, list[ContractItem](), Tree(session, lambda: self._run(session))
        with own_checks(params["checks"]):
            groups, contracts = self._selected()
            for group in groups:
                _register(config, group)
            for checked in contracts:
                known = set[tuple[str, str]]()
                for name, each, operation in promised(checked, groups, latency=params["max_latency"] is not None):
                    known.add((name, each.id))
                    where = None if operation is None else checked.contract.where(operation.pointer)
                    items.append(tree.item(CheckItem, (checked.title, name), each.id, where, (each.group,)))
                items.append(tree.item(WholeItem, (checked.title, WHOLE), "complete", None, groups, known=known))
        return items

    def _run(self, session: pytest.Session) -> Results:
        if self._results is None:
            self._results = Results(*shared_report(self._folder, self._narrowed(session.items)))
        return self._results

    def _narrowed(self, items: Iterable[pytest.Item]) -> list[str]:
        """Return the arguments for what is selected: its groups and its operations, unless they are all."""
        arguments = [*self._arguments]
        selected = [each for each in items if isinstance(each, CheckItem)]
        every = [each for each in self._items if isinstance(each, CheckItem)]
        if not selected or len(selected) == len(every):
            return arguments
        groups = {each.name.partition(".")[0] for each in selected}
        arguments += ["--groups", ",".join(sorted(groups))]
        names = {each.operation: each.title for each in selected if each.operation != UNKNOWN}
        # an unknown path is tried beside an operation
        for title in {each.title for each in selected} - set(names.values()):
            names[next(each.operation for each in every if each.title == title)] = title
        return arguments + [part for name in names for part in ("--focus", name)]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """List the warnings, each once."""
        reports = terminalreporter.getreports("passed")
        texts = (text for each in reports for name, text in each.sections if WARNING in name)
        if found := list(dict.fromkeys(texts)):
            terminalreporter.section("adcontract: warnings")
            for text in found:
                terminalreporter.line(text)

    def pytest_unconfigure(self) -> None:
        """Remove the folder that all processes share."""
        self._context.close()
        if not self._is_worker:
            shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def _refusing() -> Iterator[None]:
    """Have pytest say what is wrong with its arguments."""
    try:
        yield
    except click.ClickException as error:
        raise pytest.UsageError(error.format_message()) from None
    except AdcontractError as error:
        raise pytest.UsageError(*error.lines()) from None


def _register(config: pytest.Config, mark: str) -> None:
    config.addinivalue_line("markers", f"{mark}: checks of adcontract, with --adcontract-target")


def _chosen(items: list[ContractItem], nodes: list[str]) -> list[ContractItem]:
    """Return the items that node ids name, all for none.

    Raises:
        UsageError: if one names no item.
    """
    for node in nodes:
        if not any(_is_below(each.nodeid, node) for each in items):
            raise UsageError(f"There is no test {node}. --collect-only lists them.")
    return [each for each in items if not nodes or any(_is_below(each.nodeid, node) for node in nodes)]


def _node(argument: str) -> str:
    """Return the node id of an argument, as pytest shows it from any folder; empty if it is not about our items."""
    folder, _, below = argument.partition("::")
    return f"{ROOT}::{below}" if below and Path(folder).name == ROOT and not Path(folder).exists() else ""


def _is_below(nodeid: str, node: str) -> bool:
    return nodeid == node or nodeid.startswith(f"{node}::")
