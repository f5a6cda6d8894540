"""Reading a file of scenarios: YAML, strictly, and checked against the contracts that are served."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from adcontract import ContractError, UsageError
from adcontract.errors import Finding, did_you_mean
from adcontract.files.source import read_yaml
from adcontract.openapi.pointer import join
from adcontract_mock.journal.operation_names import operations_named
from adcontract_mock.preferences.preferences import Preference, combined
from adcontract_mock.preferences.registry import PREFERENCES, InvalidPreference
from adcontract_mock.preferences.scenarios import Scenario, Step
from adcontract_mock.preferences.sessions import ALL
from adcontract_mock.responses.available import available, check_available

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from adcontract import Operation
    from adcontract.files.source import Source
    from adcontract_mock.preferences.registry import Available
    from adcontract_mock.responses.served_contract import ServedContract

_SCENARIO = ("says", "seed", "operations")
_PREFERENCES = [name for name in PREFERENCES if name not in ("scenario", "snapshot")]
_STEP = (*_PREFERENCES, "times", "chance")
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?) ?%")


def read_scenarios(file: Path, documents: Sequence[ServedContract]) -> dict[str, Scenario]:
    """Return the scenarios of a file by name.

    Raises:
        ContractError: with everything that is wrong in the file: what cannot be read, what is unknown, and what the
            contracts do not have.
    """
    reader = _Reader(read_yaml(file), documents)
    scenarios = reader.scenarios()
    if reader.findings:
        raise ContractError(reader.findings)
    return scenarios


class _Reader:
    def __init__(self, source: Source, documents: Sequence[ServedContract]) -> None:
        self._source = source
        self._documents = documents
        self.findings: list[Finding] = []

    def scenarios(self) -> dict[str, Scenario]:
        example = "Write it as `my scenario: {operations: {listOffers: {code: 429}}}`."
        named = self._mapping(self._source.data, "", "A file of scenarios has their names as keys.", example)
        for name in named:
            if not name.strip() or not name.isprintable():
                self._report(join("", name), "The name of a scenario is one line of text.", "Give it another name.")
        return {name: self._scenario(name, node, join("", name)) for name, node in named.items()}

    def _scenario(self, name: str, node: Any, pointer: str) -> Scenario:
        example = "Write `operations: {listOffers: {code: 429}}` below it."
        node = self._mapping(node, pointer, f"The scenario {name} has no operations.", example)
        self._known(node, pointer, _SCENARIO, "A scenario")
        if "operations" not in node and node:
            self._report(pointer, f"The scenario {name} has no operations.", example)
        inside = join(pointer, "operations")
        steps: dict[str, tuple[Step, ...]] = {}
        operations = node.get("operations", {"": {}})
        if "operations" in node:
            operations = self._mapping(operations, inside, "`operations` has operations as keys.", example)
            for key, value in operations.items():
                keys, its_steps = self._of_operation(key, value, join(inside, key))
                twice = next((each for each in keys if each in steps), None)
                if twice:
                    message = f"{twice} has steps twice, by two of its names."
                    self._report(join(inside, key), message, "Remove one of the two.")
                steps |= dict.fromkeys(keys, its_steps)
        says, seed = node.get("says", ""), node.get("seed", 0)
        if not isinstance(says, str):
            self._report(join(pointer, "says"), "`says` is a text.", "Write a sentence.")
        if isinstance(seed, bool) or not isinstance(seed, int | str):
            self._report(join(pointer, "seed"), "`seed` is a whole number or a text.", "Write it as `seed: 7`.")
        return Scenario(name, str(seed), steps, str(says))

    def _of_operation(self, name: str, node: Any, pointer: str) -> tuple[list[str], tuple[Step, ...]]:
        """Return the keys of the operations of that name, one for each snapshot that has it, and their steps."""
        found: list[tuple[ServedContract, Operation]] = []
        if name != ALL:
            try:
                found = operations_named(name, self._documents)
            except UsageError as error:
                self._refused(pointer, error)
                return [], ()
            apis = sorted({document.name.api for document, _ in found})
            if len(apis) > 1:
                keys = " or ".join(f"`{document.key(each)}`" for document, each in found if document.name.newest)
                self._report(pointer, f"More than one API has {name}.", f"Write {keys}.")
                return [], ()
        nodes = node if isinstance(node, list) and node else [node]
        places = [join(pointer, str(index)) for index in range(len(nodes))] if isinstance(node, list) else [pointer]
        steps = [
            self._step(each, place, found, is_last=index == len(nodes) - 1)
            for index, (each, place) in enumerate(zip(nodes, places or [pointer], strict=False))
        ]
        return [document.key(each) for document, each in found] or [ALL], tuple(steps)

    def _step(self, node: Any, pointer: str, found: list[tuple[ServedContract, Operation]], *, is_last: bool) -> Step:
        example = "Write it as `{code: 429, times: 2}`; `{}` is the documented response."
        if not isinstance(node, dict):
            self._report(pointer, "A step is a mapping of preferences.", example)
            return Step({})
        self._known(node, pointer, _STEP, "A step")
        times = node.get("times", 1)
        if isinstance(times, bool) or not isinstance(times, int) or times < 1:
            self._report(join(pointer, "times"), "`times` is a whole number from 1.", "Write it as `times: 2`.")
            times = 1
        elif is_last and "times" in node:
            fix = "Leave it out, or add a step after it: `{}` is the documented response."
            self._report(join(pointer, "times"), "The last step stays, however many requests follow.", fix)
        texts = {}
        for name in (name for name in node if name in _PREFERENCES):
            value = node[name]
            if isinstance(value, dict | list) or value is None:
                self._report(join(pointer, name), f"`{name}` is a single value.", PREFERENCES[name].description)
            else:
                texts[name] = str(value).lower() if isinstance(value, bool) else str(value)
        self._check(texts, pointer, found)
        return Step(texts, times, self._chance(node.get("chance", 100), join(pointer, "chance")))

    def _chance(self, value: Any, pointer: str) -> float:
        """Return a chance between 0 and 1 of a number of percent, with or without its sign."""
        percent = _PERCENT.fullmatch(value) if isinstance(value, str) else None
        number = float(percent[1]) if percent else value
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= 100:
            self._report(pointer, "`chance` is a number of percent from 0 to 100.", "Write it as `chance: 5 %`.")
            return 1.0
        return number / 100

    def _check(self, texts: dict[str, str], pointer: str, found: list[tuple[ServedContract, Operation]]) -> None:
        """Report a preference that is invalid, or that the newest operation of that name does not have."""
        for name in texts:
            alone = combined({name: Preference(texts[name], "scenario")}, {})
            if alone.invalid:
                self._refused(join(pointer, name), alone.invalid)
                return
            if not found:
                self._check_for_all(name, texts[name], join(pointer, name))
        asked = {name: Preference(value, "scenario") for name, value in texts.items()}
        for document, operation in found[:1]:
            try:
                document.responder(operation).check(combined(asked, {}))
            except InvalidPreference as invalid:
                at = "example" if "example" in texts and "no example" in str(invalid) else "code"
                self._refused(join(pointer, at), invalid)

    def _check_for_all(self, name: str, value: str, pointer: str) -> None:
        """Report a preference for all operations that none of them can obey."""
        try:
            check_available(name, value, self._available)
        except UsageError as error:
            self._refused(pointer, error)

    @cached_property
    def _available(self) -> Available:
        return available(self._documents)

    def _mapping(self, node: Any, pointer: str, message: str, fix: str) -> dict[str, Any]:
        if isinstance(node, dict) and node:
            return node
        self._report(pointer, message, fix)
        return {}

    def _known(self, node: dict[str, Any], pointer: str, known: Sequence[str], what: str) -> None:
        for name in node:
            if name not in known:
                hint = did_you_mean(name, known).strip() or f"It may have {', '.join(known)}."
                self._report(join(pointer, name), f"{what} has no {name}.", hint)

    def _refused(self, pointer: str, error: Exception) -> None:
        """Report an error whose first sentence is the problem, and whose others say what to do."""
        message, _, fix = str(error).partition(". ")
        self._report(pointer, f"{message.removesuffix('.')}.", fix or "Correct it here.")

    def _report(self, pointer: str, message: str, fix: str) -> None:
        self.findings.append(Finding(self._source.where(pointer), "scenario", message, fix))
