"""No item that a law creates is left behind, whatever happens."""

import gc
import inspect
import json
import os
import signal
import sys
import threading

import pytest
from adcontract_library import Library, RefusedError

WRITES = ("createBook", "updateBook", "lendBook", "deleteBook", "addReaders", "removeReaders", "listBooks", "getBook")


class Interrupts(Library):
    """Interrupts the run when it has got some requests, once each: as Ctrl-C does, or a CI that ends a job."""

    def __init__(self, *numbers, by=signal.SIGINT):
        super().__init__()
        self.numbers, self.by = numbers, by

    def respond(self, method, *rest):
        answer = super().respond(method, *rest)
        if len(self.log) in self.numbers:
            os.kill(os.getpid(), self.by)
        return answer


def test_nothing_that_was_created_is_left_behind(held):
    server = Library()
    before = json.dumps(server.books)
    held(server)
    assert json.dumps(server.books) == before


@pytest.mark.parametrize("operation", WRITES)
def test_nothing_is_left_behind_when_a_law_is_interrupted(held, operation):
    counted = Library()
    held(counted, "--only", operation)
    creates = [
        index
        for index, (method, path, _) in enumerate(counted.log, 1)
        if (method, path) == ("POST", "/shelves/1/books")
    ]
    for number in {*creates[:3], len(counted.log) // 2, len(counted.log) - 3}:
        server = Interrupts(number)
        before = json.dumps(server.books)
        _, report, result = held(server, "--only", operation)
        assert (result.exit_code, json.dumps(server.books)) == (2, before), number
        assert "interrupted" in report["stopped"]


def test_nothing_is_left_behind_when_the_clearing_is_interrupted(held):
    counted = Library()
    held(counted, "--only", "lendBook")
    deletes = [index for index, (method, _, _) in enumerate(counted.log, 1) if method == "DELETE"]
    for number in deletes[:2]:
        server = Interrupts(number)
        before = json.dumps(server.books)
        _, report, _ = held(server, "--only", "lendBook")
        assert json.dumps(server.books) == before
        assert "interrupted" in report["stopped"]


def test_a_run_that_a_ci_ends_leaves_nothing_behind(held):
    server = Interrupts(12, by=signal.SIGTERM)
    before = json.dumps(server.books)
    _, report, _ = held(server, "--only", "createBook")
    assert json.dumps(server.books) == before
    assert "interrupted" in report["stopped"]


def test_items_that_are_left_behind_at_a_second_interrupt_are_reported(held):
    class Impatient(Interrupts):
        def respond(self, method, *rest):
            if method == "DELETE" and (len(self.books) > 24 or self.numbers):
                self.numbers = (len(self.log) + 1,)
            return super().respond(method, *rest)

    server = Impatient()
    _, _, result = held(server, "--only", "lendBook")
    assert len(server.books) == 24
    assert "was created and could not be removed" in result.output


class InterruptsTheCollector(Library):
    """Interrupts the run in a callback of the garbage collector, where Python drops what a handler raises."""

    def __init__(self):
        super().__init__()
        self.armed = False

    def add_book(self, shelf, body):
        self.armed = True
        return super().add_book(shelf, body)

    def collected(self, phase, _):
        # what holds an interrupt back for a while collects it in a function, and nothing is dropped
        at_once = inspect.ismethod(signal.getsignal(signal.SIGINT))
        if self.armed and phase == "start" and at_once and threading.current_thread() is threading.main_thread():
            gc.callbacks.remove(self.collected)
            os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("group", ["examples", "behavior", "state", "schema"])
def test_an_interrupt_that_python_drops_ends_the_run_all_the_same(held, group, monkeypatch):
    dropped, server = [], InterruptsTheCollector()
    before, often = json.dumps(server.books), gc.get_threshold()
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: dropped.append(unraisable.exc_type))
    gc.callbacks.append(server.collected)
    gc.set_threshold(50)
    try:
        _, report, _ = held(server, "--groups", group)
    finally:
        gc.set_threshold(*often)
    assert dropped == [KeyboardInterrupt]
    assert "interrupted" in report["stopped"]
    assert json.dumps(server.books) == before


class Keeps(Library):
    """Lets nobody remove anything."""

    def remove(self, book):  # noqa: ARG002
        raise RefusedError(403)


def test_an_item_that_cannot_be_removed_is_reported(held):
    _, _, result = held(Keeps(), "--only", "createBook")
    assert result.exit_code == 2
    assert "and could not be removed" in result.output


def test_a_run_that_ends_at_its_first_failure_leaves_nothing_behind(held):
    class Forgetful(Library):
        def respond(self, method, path, *rest):
            status, *others = super().respond(method, path, *rest)
            return (500 if method == "PATCH" else status, *others)

    server = Forgetful()
    before = json.dumps(server.books)
    _, report, result = held(server, "--max-failures", "1")
    assert (result.exit_code, json.dumps(server.books)) == (1, before)
    assert report["apis"][0]["unreached"] == ["behavior"]
