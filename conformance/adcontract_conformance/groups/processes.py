"""Several processes that send what Schemathesis generates, each for some of the operations.

Neither Schemathesis nor Hypothesis is reliable in several threads of one process. A process keeps nothing that a run
needs: whatever it sends comes back at once, so that what was created is in the book of the run, and it stops when the
run is gone.
"""

from __future__ import annotations

import io
import multiprocessing
import pickle
import queue
import threading
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any

from adcontract import AdcontractError, Operation
from adcontract_conformance.client.interrupts import ignored, unhurried
from adcontract_conformance.groups.generated import Generated
from adcontract_conformance.groups.shares import shares
from adcontract_conformance.model.checked_contract import CheckedContract
from adcontract_conformance.model.promises import SuiteError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping
    from multiprocessing.context import SpawnProcess

    from adcontract import Contract
    from adcontract_conformance.client.target import Target
    from adcontract_conformance.model.exchange import Exchange
    from adcontract_conformance.model.promises import Skip

_ANSWERED, _EVENT, _FAILED, _DONE = "answered", "event", "failed", "done"
_STOP = "stop"
_LONGEST = 15.0
"""How many seconds a process may take to end after its last request."""


class Processes:
    """Sends to one target what Schemathesis generates from one contract, from several processes.

    The requests of each operation are those that `Generated` sends, in the same order.
    """

    def __init__(self, checked: CheckedContract, target: Target, seed: int, processes: int, count: int) -> None:
        self._checked = checked
        self._timing = target.timing
        self._context = multiprocessing.get_context("spawn")
        self._shares = shares(checked, processes)
        self._processes: dict[Connection, SpawnProcess] = {}
        self._busy: list[Connection] = []
        # a process that the run starts ignores interrupts from its beginning on
        with ignored():
            for _ in self._shares:
                ours, theirs = self._context.Pipe()
                process = self._context.Process(
                    target=_work, args=(theirs, checked.contract, target, seed, count), daemon=True
                )
                process.start()
                theirs.close()
                self._processes[ours] = process

    def close(self) -> None:
        """End the processes. What one still sends, after a second interrupt, ends first."""
        for pipe, process in self._processes.items():
            pipe.close()
            if pipe in self._busy:
                process.join(_LONGEST)
            process.kill()
            process.join()
        self._processes.clear()

    def exchanges(
        self,
        *,
        valid: bool,
        paths: Mapping[str, Mapping[str, Any]],
        answered: Callable[[Exchange], None],
        seconds: float | None,
    ) -> Generator[Exchange | Skip | SuiteError, None, None]:
        """Send valid requests, or faulty ones, several operations at a time. See `Generated.exchanges`."""
        busy = self._busy
        try:
            for pipe, operations in zip(self._processes, self._shares, strict=True):
                pipe.send_bytes(_dumped(([each.id for each in operations], valid, dict(paths), seconds)))
                busy.append(pipe)
            while busy:
                for kind, value in self._received(busy, answered):
                    if kind == _FAILED:
                        raise AdcontractError(value)
                    yield value
        finally:
            for pipe in busy:
                with suppress(OSError):
                    pipe.send_bytes(_dumped(_STOP))
            while busy:
                for _ in self._received(busy, answered):
                    pass

    def _received(self, busy: list[Connection], answered: Callable[[Exchange], None]) -> Iterator[tuple[str, Any]]:
        """Yield what has come from the processes that are `busy`, and strike those that are done."""
        for pipe in wait(busy):
            # no interrupt comes between a request that created something and the note of it
            with unhurried():
                kind, value = self._read(pipe)  # type: ignore[arg-type]
                if kind == _ANSWERED:
                    answered(value)
            if kind == _DONE:
                self._timing.add(value)
            if kind in (_DONE, _FAILED):
                busy.remove(pipe)  # type: ignore[arg-type]
            if kind in (_EVENT, _FAILED):
                yield kind, value

    def _read(self, pipe: Connection) -> tuple[str, Any]:
        try:
            message: tuple[str, Any] = _loaded(pipe.recv_bytes(), self._checked.contract)
        except (EOFError, OSError):
            return _FAILED, "A process of the suite has ended. Start the check again with --workers 1."
        return message


def _work(pipe: Connection, contract: Contract, target: Target, seed: int, count: int) -> None:
    """Do what a run asks for until it is gone. The run obeys interrupts, and says when to stop."""
    _Worker(pipe, contract, target, seed, count).run()


class _Worker:
    """One of the processes."""

    def __init__(self, pipe: Connection, contract: Contract, target: Target, seed: int, count: int) -> None:
        self._pipe = pipe
        self._contract = contract
        self._timing = target.timing
        self._generated = Generated(CheckedContract(contract), target, seed, count)
        self._jobs = queue.SimpleQueue[Any]()
        self._sending = threading.Lock()

    def run(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()
        while job := self._jobs.get():
            self._carry_out(*job)

    def _carry_out(
        self, ids: tuple[str, ...], valid: bool, paths: dict[str, dict[str, Any]], left: float | None
    ) -> None:
        operations = tuple(each for each in self._contract.operations if each.id in ids)
        self._timing.end_after(left)
        try:
            for event in self._generated.exchanges(
                valid=valid, paths=paths, answered=self._answered, seconds=left, operations=operations
            ):
                self._send(_EVENT, event)
        except AdcontractError as error:
            self._send(_FAILED, str(error))
            return
        except Exception as error:
            self._send(_EVENT, SuiteError(None, f"{type(error).__name__}: {error}"))
        self._send(_DONE, self._timing.taken())

    def _listen(self) -> None:
        with suppress(EOFError, OSError):
            while True:
                message = _loaded(self._pipe.recv_bytes(), self._contract)
                if message == _STOP:
                    self._generated.stop()
                else:
                    self._jobs.put(message)
        self._generated.stop()
        self._jobs.put(None)

    def _answered(self, exchange: Exchange) -> None:
        if exchange.request.method != "GET":
            self._send(_ANSWERED, exchange)

    def _send(self, kind: str, value: Any = None) -> None:
        # nobody listens when the run is gone
        with self._sending, suppress(OSError):
            self._pipe.send_bytes(_dumped((kind, value)))


class _Pickler(pickle.Pickler):
    def persistent_id(self, value: Any) -> str | None:
        # both sides have the contract, and know its operations by identity
        return value.id if isinstance(value, Operation) else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: bytes, contract: Contract) -> None:
        super().__init__(io.BytesIO(data))
        self._operations = {each.id: each for each in contract.operations}

    def persistent_load(self, name: Any) -> Operation:
        return self._operations[name]


def _dumped(value: Any) -> bytes:
    written = io.BytesIO()
    _Pickler(written).dump(value)
    return written.getvalue()


def _loaded(data: bytes, contract: Contract) -> Any:
    return _Unpickler(data, contract).load()
