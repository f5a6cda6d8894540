"""Many faults tried by several processes, each fault by one of them."""

from __future__ import annotations

import logging
import os
import signal
import tempfile
import threading
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from typing import TYPE_CHECKING, Any

from adcontract_proof.trial import Clean, Outcome, Trials

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

    from adcontract import DocumentName
    from adcontract_proof.fault import Fault


def outcomes(
    trials: Trials, clean: Sequence[DocumentName], faults: Sequence[Fault], whole: set[Fault], processes: int
) -> Iterator[Outcome | Clean]:
    """Yield what came of runs without a fault, and of each fault, in the order in which they end.

    Those that are `whole` get one run of all groups. A fault at which a process breaks has an `error`.

    Raises:
        AdcontractError: if a run without a fault does not come to its end.
    """
    others, is_done = set(active_children()), False
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        pool = ProcessPoolExecutor(
            processes,
            mp_context=get_context("spawn"),
            initializer=_begin,
            initargs=(folder,),
        )
        try:
            running: dict[Future[Any], Fault | None] = {
                pool.submit(trials.clean, each.api, each.snapshot): None for each in clean
            }
            running |= {pool.submit(_try, trials, fault, fault in whole): fault for fault in faults}
            for ended in as_completed(running):
                fault, error = running[ended], ended.exception()
                yield (
                    Outcome(fault=fault, error=f"{type(error).__name__}: {error}")
                    if fault and error
                    else ended.result()
                )
            is_done = True
        finally:
            for each in set() if is_done else set(active_children()) - others:
                each.kill()
            pool.shutdown(cancel_futures=True)


@contextmanager
def terminated_as_interrupted() -> Iterator[None]:
    """Take SIGTERM, by which a CI ends a job, for an interrupt, so that no process or file of a pool is left."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _begin(folder: str) -> None:
    # a process of a pool waits for ever for the next fault if the one that began it is killed
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # a run keeps a file of what it has created in the current folder
    os.chdir(folder)
    # servers complain about faulty requests, which are sent on purpose
    logging.disable(logging.WARNING)


def _end_with_parent() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _try(trials: Trials, fault: Fault, whole: bool) -> Outcome:
    return trials.of(fault, whole=whole)
