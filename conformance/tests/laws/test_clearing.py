"""No item that a law creates is left behind, whatever happens."""

import gc
import inspect
import json
import os
import re
import signal
import sys
import threading
import time

import pytest
from adcontract_library import Library, RefusedError

from adcontract_conformance.client.leftovers import INTERRUPTED

pytestmark = pytest.mark.slow

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
            if method == "DELETE":
                self.numbers = (len(self.log) + 1,)
            return super().respond(method, *rest)

    server = Impatient()
    _, _, result = held(server, "--only", "createBook")
    left = [number for number in server.books if number > 23]
    assert left
    assert f"created and could not be removed ({INTERRUPTED}): {', '.join(map(str, left))}." in result.output


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
    _, report, result = held(Keeps(), "--only", "createBook")
    assert result.exit_code == 2
    (error,) = report["apis"][0]["errors"]
    message = error["message"]
    assert re.fullmatch(
        r"\d+ books were created and could not be removed \(deleteBook is answered with 403\): 24, 25, .*", message
    ), message
    assert message in result.output


def test_what_cannot_be_removed_is_reported_beside_a_failure(held):
    _, _, result = held(Keeps(), "--only", "createBook", "--only", "deleteBook")
    assert "Deleting an item that was just created is answered with 403." in result.output
    assert result.output.count("and could not be removed") == 1
    assert result.exit_code == 1


class Troubled(Library):
    """Carries out a delete only at the second request, or after some of them; answers `status` before."""

    def __init__(self, status, times=1):
        super().__init__()
        self.status, self.times, self.refused = status, times, {}

    def respond(self, method, path, *rest):
        if method == "DELETE" and path.count("/") == 4:
            self.refused[path] = self.refused.get(path, 0) + 1
            if self.refused[path] <= self.times:
                self.log.append((method, path, b""))
                return self.status, {"code": "no", "message": "no"}, None
        return super().respond(method, path, *rest)


@pytest.mark.parametrize(("status", "times"), [(0, 1), (0, 3), (429, 1), (500, 1), (503, 3)])
def test_a_delete_that_fails_is_tried_again(held, status, times):
    server = Troubled(status, times)
    server.retry_after = "0"
    before = json.dumps(server.books)
    found, _, result = held(server, "--only", "createBook")
    assert server.refused
    assert (found, result.exit_code, json.dumps(server.books)) == (set(), 0, before), result.output


def test_a_target_that_carries_out_a_delete_and_breaks_the_connection_has_nothing_left(held):
    class Breaks(Library):
        def respond(self, method, path, *rest):
            answer = super().respond(method, path, *rest)
            return (0, None, None) if method == "DELETE" else answer

    server = Breaks()
    before = json.dumps(server.books)
    _, _, result = held(server, "--only", "createBook")
    assert (result.exit_code, json.dumps(server.books)) == (0, before), result.output


@pytest.mark.slow
def test_the_time_to_wait_that_a_target_asks_for_is_waited(held):
    class AsksToWait(Library):
        refused = 0

        def respond(self, method, *rest):
            if method == "DELETE" and self.refused < 2:
                self.refused += 1
                return 429, {"code": "no", "message": "no"}, None
            return super().respond(method, *rest)

    server = AsksToWait()
    server.retry_after = "1"
    start = time.monotonic()
    held(server, "--only", "createBook")
    assert len(server.books) == 23
    assert 1 <= time.monotonic() - start < 30


@pytest.mark.slow
def test_a_delete_that_always_fails_is_not_tried_for_ever(held):
    server = Troubled(500, times=1000)
    _, report, result = held(server, "--only", "createBook")
    assert max(server.refused.values()) <= 8
    assert result.exit_code == 2
    assert "(deleteBook is answered with 500)" in report["apis"][0]["errors"][0]["message"]


def test_clearing_goes_on_when_the_time_is_up(held):
    class Slow(Library):
        def respond(self, *rest):
            time.sleep(0.02)
            return super().respond(*rest)

    server = Slow()
    before = json.dumps(server.books)
    _, report, result = held(server, "--max-time", "0.5")
    assert report["apis"][0]["unreached"] == ["behavior"]
    assert any(method == "POST" for method, _, _ in server.log)
    assert (result.exit_code, json.dumps(server.books)) == (2, before)


@pytest.mark.parametrize("status", [401, 500])
def test_a_read_that_fails_does_not_show_that_an_item_is_gone(held, status):
    class Closed(Keeps):
        """Shows nothing more of what somebody tried to remove."""

        def __init__(self):
            super().__init__()
            self.hidden = set()

        def respond(self, method, path, *rest):
            if method == "DELETE":
                self.hidden.add(path)
            if method == "GET" and path in self.hidden:
                return status, {"code": "no", "message": "no"}, None
            return super().respond(method, path, *rest)

    _, _, result = held(Closed(), "--only", "createBook")
    assert "and could not be removed (deleteBook is answered with 403)" in result.output


@pytest.mark.parametrize("status", [404, 204])
def test_an_item_that_is_there_after_its_delete_is_reported(held, status):
    class Lies(Library):
        """Says that a book is gone, and has it still."""

        def remove(self, book):  # noqa: ARG002
            if status == 404:
                raise RefusedError(404)

    _, report, result = held(Lies(), "--only", "createBook")
    assert re.search(r"is still there\): \d", report["apis"][0]["errors"][0]["message"]), result.output


def test_the_deletes_of_a_target_that_shows_them_late_are_believed(held):
    class Late(Library):
        """Shows a deleted book a little longer."""

        def __init__(self):
            super().__init__()
            self.shadows = {}

        def remove(self, book):
            super().remove(book)
            self.shadows[book["id"]] = (time.monotonic(), book)

        def book(self, shelf, number):
            when, book = self.shadows.get(number, (0.0, None))
            return book if time.monotonic() - when < 0.05 else super().book(shelf, number)

    _, report, result = held(Late(), "--only", "createBook")
    assert (report["apis"][0]["errors"], result.exit_code) == ([], 0), result.output


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


def test_a_folder_in_which_nothing_can_be_noted_is_told(held, left):
    left.parent.mkdir(exist_ok=True)
    left.write_text("not a folder")
    _, _, result = held(Library(), "--groups", "behavior", "--only", "createBook")
    assert result.exit_code == 0, result.output
    assert f"No file names what was created while the run lasted ({left}: " in result.output


class BringsBack(Library):
    """Has the book that was deleted first again, once three were."""

    def remove(self, book):
        super().remove(book)
        gone = self.__dict__.setdefault("gone", [])
        gone.append(book)
        if len(gone) == 3:
            self.books[gone[0]["id"]] = gone[0]


def test_an_item_that_comes_back_after_it_was_removed_is_named_at_the_end(held):
    _, _, result = held(BringsBack(), "--only", "deleteBook", "--only", "createBook")
    assert "deleteBook succeeds, and it is still there" in result.output
    assert result.exit_code != 0
