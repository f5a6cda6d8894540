"""What a run has left is in a file, and --clear removes it."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from adcontract_library import Library, RefusedError

from adcontract import load
from adcontract.requests.curl import TOKEN
from adcontract_conformance.client.book_file import BookFile, saved
from adcontract_conformance.client.entry import Entry
from adcontract_conformance.client.redaction import Redaction
from adcontract_conformance.model.checked_contract import CheckedContract
from adcontract_conformance.settings.access import Secret

pytestmark = pytest.mark.slow

SPEC = str(Path(__file__).parent / "spec")
PROGRAM = (sys.executable, "-c", "from adcontract.cli import main; main()", "check")


class Keeps(Library):
    """Lets nobody remove anything until it is `mended`."""

    mended = False

    def remove(self, book):
        if not self.mended:
            raise RefusedError(403)
        super().remove(book)


@pytest.fixture
def kept(held, left):
    """A library that has kept what a run created, and the file that names it."""
    server = Keeps()
    held(server, "--only", "createBook")
    (file,) = left.iterdir()
    return server, file


def cleared(command, server, file, *options):
    """Clear a file away on a server at the port that the file names."""
    port = int(re.search(r"127\.0\.0\.1:(\d+)", file.read_text())[1])
    with server.up(port) as url:
        return command(url, "--spec", SPEC, "--clear", str(file), *options)


@pytest.mark.slow
def test_a_run_that_is_killed_leaves_a_file_and_clear_removes_what_it_names(command, tmp_path):
    class Kills(Library):
        victim = None

        def respond(self, method, *rest):
            if self.victim and method == "GET" and len(self.books) > 25:
                self.victim.kill()
                self.victim = None
            return super().respond(method, *rest)

    server = Kills()
    before = json.dumps(server.books)
    with server.up() as url:
        line = (*PROGRAM, url, "--spec", SPEC, "--groups", "behavior", "--only", "createBook")
        with subprocess.Popen(line, cwd=tmp_path, stdout=subprocess.DEVNULL) as server.victim:
            pass
        assert len(server.books) > 25
        (file,) = (tmp_path / ".adcontract").iterdir()
        assert re.fullmatch(r"left-127\.0\.0\.1-\d+\.jsonl", file.name)
        result = command(url, "--spec", SPEC, "--clear", str(file))
    assert re.fullmatch(r"library v1: \d books were removed: [\d, ]+\.\n", result.output), result.output
    assert (result.exit_code, json.dumps(server.books)) == (0, before)
    assert not file.exists()


def test_a_run_whose_target_dies_leaves_a_file(held, command, left):
    class Dies(Library):
        dead = False

        def respond(self, *rest):
            if not self.dead and len(self.books) > 25:
                self.dead = True
                return -1, None, None
            return super().respond(*rest)

    server = Dies()
    before = json.dumps(server.books)
    _, report, result = held(server, "--only", "createBook")
    assert result.exit_code != 0
    assert "(the target does not answer): 24, 25" in result.output
    (file,) = left.iterdir()
    assert report["created"]["file"] == str(file)
    assert cleared(command, server, file).exit_code == 0
    assert json.dumps(server.books) == before


def test_the_report_names_the_command_that_removes_what_is_left(held, command):
    server = Keeps()
    before = json.dumps(server.books)
    _, report, result = held(server, "--only", "createBook")
    line = shlex.split(re.search("Remove what is left: (.*)", result.output)[1])
    file = Path(line[-1])
    assert len(report["created"]["left"]) == len(server.books) - 23
    still = cleared(command, server, file)
    assert still.exit_code == 1
    assert "could not be removed (deleteBook is answered with 403): 24, 25" in still.output
    assert still.output.endswith(f"{file} names what is left.\n")
    server.mended = True
    port = int(re.search(r":(\d+)", line[2])[1])
    with server.up(port):
        assert command(*line[2:]).exit_code == 0
    assert json.dumps(server.books) == before


def test_a_later_run_names_what_an_earlier_one_has_left(kept, command):
    server, file = kept
    port = int(re.search(r"127\.0\.0\.1:(\d+)", file.read_text())[1])
    with server.up(port) as url:
        result = command(url, "--spec", SPEC, "--groups", "examples", "--only", "listBooks")
    assert "An earlier run has left items. Remove them: " in result.output
    assert f"--clear {file}\n" in result.output


def test_what_is_gone_already_is_said(kept, command):
    server, file = kept
    server.books = {number: book for number, book in server.books.items() if number < 25}
    server.mended = True
    result = cleared(command, server, file)
    assert "library v1: 1 book was removed: 24.\n" in result.output
    assert re.search(r"library v1: \d+ books were gone already: ", result.output)
    assert result.exit_code == 0


def test_clearing_goes_on_after_the_first_interrupt(kept, command):
    server, file = kept
    server.mended = True

    def remove(book):
        Library.remove(server, book)
        if len(server.books) == 26:
            os.kill(os.getpid(), signal.SIGINT)

    server.remove = remove
    assert cleared(command, server, file).exit_code == 0
    assert len(server.books) == 23


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda _: "", "this is not a file of what `adcontract check` has created"),
        (lambda _: "hello", "this is not a file of what `adcontract check` has created"),
        (lambda _: '{"openapi": "3.0.3"}\n', "this is not a file of what `adcontract check` has created"),
        (lambda text: text.replace('{"created": 2', "{created: 2"), ":3: this line is damaged"),
        (lambda text: text.replace('{"created": 2', '{"made": 2'), ":3: this line is damaged"),
        (lambda text: text.replace('"library"', '"farm"'), ":2: There is no API farm"),
        (lambda text: text.replace('"book"', '"shelf"'), ":2: library v1 has no operation that deletes the resource"),
        (lambda text: text.replace("127.0.0.1", "example.com"), "Give the URL of that target."),
    ],
)
def test_a_file_that_cannot_be_used_is_reported_in_one_line(kept, command, change, message):
    server, file = kept
    file.write_text(change(file.read_text()))
    server.mended = True
    with server.up() as url:
        result = command(url, "--spec", SPEC, "--clear", str(file))
    assert (result.exit_code, result.output.count("\n")) == (2, 1), result.output
    assert message in result.output
    assert str(file) in result.output
    assert len(server.books) > 23


def test_a_missing_file_is_reported_in_one_line(command):
    result = command("http://127.0.0.1:1", "--spec", SPEC, "--clear", "none.jsonl")
    assert (result.exit_code, result.output) == (
        2,
        "Error: none.jsonl: this file cannot be read: No such file or directory.\n",
    )


def test_a_last_line_that_was_not_finished_is_left_out(kept, command):
    server, file = kept
    server.mended = True
    with file.open("a") as lines:
        lines.write('{"removed": ')
    assert cleared(command, server, file).exit_code == 0
    assert len(server.books) == 23


@pytest.mark.parametrize("option", ["--api", "--snapshot", "--groups", "--only"])
def test_clear_takes_no_choice_of_checks(command, option):
    result = command("http://127.0.0.1:1", "--spec", SPEC, "--clear", "none.jsonl", option, "any")
    assert (result.exit_code, result.output) == (
        2,
        f"Error: --clear checks nothing, and removes all that FILE names. Leave {option} out.\n",
    )


def test_the_file_holds_no_token(left):
    checked = CheckedContract(load("library", spec=Path(SPEC)))
    file = BookFile("http://127.0.0.1:1", Redaction([Secret("ADCONTRACT_TOKEN", "s3cr3t")]).text)
    shelf = {("shelf", ""): "s3cr3t"}
    file.note(Entry(checked, "book", "7-s3cr3t", shelf, {"id": "7-s3cr3t", "title": "s3cr3t"}, None), created=True)
    file.close()
    (path,) = left.iterdir()
    assert "s3cr3t" not in path.read_text()
    (entry,) = saved(path)[1]
    assert (entry.id, entry.shown["id"], entry.parent_ids) == (f"7-{TOKEN}", f"7-{TOKEN}", {("shelf", ""): TOKEN})


def test_a_folder_that_cannot_be_written_does_not_end_a_run(held, left):
    left.write_text("a file where the folder would be")
    _, report, result = held(Keeps(), "--only", "createBook")
    assert report["created"]["file"] is None
    assert "Remove what is left" not in result.output
    assert "could not be removed (deleteBook is answered with 403): 24, 25" in result.output
