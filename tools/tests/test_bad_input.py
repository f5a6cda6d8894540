"""Whatever is wrong with what a user gives, a command says where, why and what to do, once, and ends with 2."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from adcontract.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOWHERE = "http://127.0.0.1:1"


@dataclass(frozen=True)
class Try:
    """A command, what is done before in the folder where it runs, and the texts that its one line has."""

    command: str
    reports: tuple[str, ...]
    prepare: Callable[[Path], object] = lambda _: None

    def __str__(self) -> str:
        return f"{self.command} {self.reports[0]}"


def write(name: str, content: str | bytes) -> Callable[[Path], object]:
    """Return what writes a file."""

    def prepare(folder: Path) -> None:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    return prepare


def edit(name: str, old: str, new: str) -> Callable[[Path], object]:
    """Return what writes `new` in place of `old` in a file."""

    def prepare(folder: Path) -> None:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))

    return prepare


def folder(name: str) -> Callable[[Path], object]:
    """Return what makes a folder in the place of a file."""

    def prepare(root: Path) -> None:
        (root / name).unlink(missing_ok=True)
        (root / name).mkdir(parents=True)

    return prepare


def link(name: str, target: str) -> Callable[[Path], object]:
    """Return what makes a link in the place of a file."""

    def prepare(root: Path) -> None:
        (root / name).unlink()
        (root / name).symlink_to(target)

    return prepare


def pipe(name: str) -> Callable[[Path], object]:
    """Return what makes a named pipe, from which nothing ever comes, in the place of a file."""

    def prepare(root: Path) -> None:
        (root / name).unlink()
        os.mkfifo(root / name)

    return prepare


ROOT, PATHS, ORDER = "spec/shop/openapi.yaml", "spec/shop/paths/orders.yaml", "spec/shop/components/schemas/Order.yaml"
PAYLOAD = "spec/shop/examples/2025-02-01/getOrder.200.json"
OVERLAY = "spec/shop/changes/2025-02-01.overlay.yaml"
BUNDLE = "bundle --spec spec --out out"
MOCK = "mock --spec spec --port 0"
CHECK = f"check {NOWHERE} --spec spec"

OPTIONS = [
    Try("nothing", ("No such command 'nothing'",)),
    Try("mock --nothing", ("No such option", "--nothing")),
    Try(f"{MOCK} --api unknown", ("unknown", "shop")),
    Try(f"{MOCK} --snapshot 1999-01-01", ("1999-01-01", "2025-02-01")),
    Try("mock --spec nowhere", ("nowhere", "does not exist")),
    Try("mock --spec empty", ("empty",), folder("empty")),
    Try(f"{MOCK} --host 203.0.113.1", ("cannot listen on 203.0.113.1", "--host")),
    Try(f"{MOCK} --host nowhere.invalid", ("cannot listen on nowhere.invalid", "--host")),
    Try("mock --port 65536", ("65536", "0<=x<=65535")),
    Try("mock --port http", ("http", "not a valid integer")),
    Try(f"{MOCK} --rate-limit often", ("often", "300/min")),
    Try(f"{MOCK} --rate-limit 0/min", ("0/min",)),
    Try(f"{MOCK} --seed-items -1", ("-1",)),
    Try(f"{MOCK} --workers 0", ("0",)),
    Try(f"{MOCK} --workers 2 --watch", ("--watch", "--workers")),
    Try(f"{MOCK} --stateful --workers 2", ("--stateful", "--state")),
    Try(f"{MOCK} --state spec", ("spec", "is a directory")),
    Try(f"{MOCK} --state nowhere/state.db --stateful", ("nowhere/state.db", "--state")),
    Try(f"{MOCK} --state {ROOT} --stateful", (ROOT, "--state")),
    Try(f"{MOCK} --state mysql://me:secret@db/state", ("postgresql://", "not mysql://")),
    Try(f"{MOCK} --state postgresql://me:sec%zzret@db/state", ("the URL of --state is not valid",)),
    Try(f"{MOCK} --state postgresql://me:sec/ret@db/state", ("the URL of --state is not valid",)),
    Try(f"{MOCK} --state postgresql://me:sec@ret@db/state", ("the URL of --state is not valid",)),
    Try(f"{MOCK} --state postgresql://me:secret/state", ("the URL of --state is not valid",)),
    Try(f"{MOCK} --state postgresql://me:secret@127.0.0.1:1/db", ("//me@127.0.0.1:1/db", "Connection refused")),
    Try(f"{MOCK} --state postgresql://nowhere.invalid/db", ("//nowhere.invalid/db", "resolve host")),
    Try(f"{MOCK} --record nowhere/mock.har", ("nowhere/mock.har", "--record")),
    Try(f"{MOCK} --record {PAYLOAD}", (PAYLOAD, "left unchanged")),
    Try(f"{MOCK} --plant nothing", ("nothing", "--plant list")),
    Try(f"{MOCK} --plant missing-field@nothing", ("nothing",)),
    Try(f"{MOCK} --format json", ("--format", "--plant list")),
    Try(f"{MOCK} --save out", ("--save", "--upstream")),
    Try(f"{MOCK} --upstream nowhere", ("nowhere", "--upstream")),
    Try(f"{MOCK} --upstream ftp://127.0.0.1", ("ftp://127.0.0.1",)),
    Try(f"{MOCK} --upstream {NOWHERE} --stateful", ("--stateful", "--upstream")),
    Try(f"{MOCK} --allowed-host http://mock", ("--allowed-host", "http://mock")),
    Try(f"{MOCK} --cors-origin mock", ("--cors-origin", "mock")),
    Try(f"{MOCK} --max-body 0", ("--max-body", "0")),
    Try(f"{MOCK} --scenarios nowhere.yaml", ("nowhere.yaml",)),
    Try(f"{MOCK} --scenarios s.yaml", ("s.yaml:1:1",), write("s.yaml", "- a")),
    Try(f"{MOCK} --scenarios s.yaml", ("s.yaml", "nothing"), write("s.yaml", "a: {operations: {nothing: {}}}")),
    Try("check --spec spec", ("No target", "adcontract.toml")),
    Try("check nowhere --spec spec", ("nowhere",)),
    Try("check ftp://127.0.0.1 --spec spec", ("ftp",)),
    Try("check http:// --spec spec", ("http://",)),
    Try(f"{CHECK} --groups nothing", ("nothing", "examples")),
    Try(f"{CHECK} --only nothing", ("nothing",)),
    Try(f"{CHECK} --shard 3/2", ("3/2",)),
    Try(f"{CHECK} --shard half", ("half",)),
    Try(f"{CHECK} --rate fast", ("fast",)),
    Try(f"{CHECK} --max-time 0", ("0",)),
    Try(f"{CHECK} --min-coverage most", ("most",)),
    Try(f"{CHECK} --profile nothing", ("nothing", "core")),
    Try(f"{CHECK} --ca nowhere.pem", ("nowhere.pem",)),
    Try(f"{CHECK} --checks nowhere.py", ("nowhere.py",)),
    Try(f"{CHECK} --checks own.py", ("own.py:1",), write("own.py", "def (")),
    Try(f"{CHECK} --checks own.py", ("own.py:1", "boom"), write("own.py", "raise ValueError('boom')")),
    Try(f"{CHECK} --config nowhere.toml", ("nowhere.toml",)),
    Try(f"{CHECK}", ("adcontract.toml:1:",), write("adcontract.toml", "a = [")),
    Try(f"{CHECK}", ("adcontract.toml:1:1", "nothing"), write("adcontract.toml", "nothing = 1\n")),
    Try(f"{CHECK}", ("adcontract.toml:2:", "seed"), write("adcontract.toml", "[profiles.mine]\nseed = 'one'\n")),
    Try(f"{CHECK} --waivers nowhere.toml", ("nowhere.toml",)),
    Try(f"{CHECK} --waivers w.toml", ("w.toml:1:",), write("w.toml", "[[waiver]\n")),
    Try(f"{CHECK} --clear nowhere.json", ("nowhere.json",)),
    Try(f"{CHECK} --clear b.json", ("b.json",), write("b.json", "{")),
    Try(f"{CHECK} --output nothing:out.x", ("nothing",)),
    Try(f"{CHECK} --output json:spec", ("spec",)),
    Try(f"{CHECK}", ("127.0.0.1:1",)),
    Try("merge", ("REPORT",)),
    Try("merge a.json", ("a.json",), write("a.json", "[]")),
    Try("merge a.json", ("a.json",), write("a.json", b"\xff")),
    Try("trend a.json", ("a.json",), write("a.json", "{}")),
    Try("replay a.json 1", ("a.json",), write("a.json", "{}")),
    Try("waive a.json --all --until 2027-01-01", ("a.json",), write("a.json", "null")),
    Try("waive a.json --all --until soon", ("soon",), write("a.json", "{}")),
    Try("diff old.yaml new.yaml", ("old.yaml",)),
    Try("diff shop@2025-01-01 shop@1999-01-01 --spec spec", ("1999-01-01",)),
    Try("diff a.yaml a.yaml", ("a.yaml:2:1",), write("a.yaml", "a: [")),
    Try("lint --spec spec --output nothing:x", ("nothing",)),
    Try(f"{BUNDLE}", ("out", "is a file"), write("out", "mine")),
    Try("kit --spec spec --out file/kit", ("file",), write("file", "mine")),
    Try("prove --spec spec --fault nothing", ("nothing",)),
    Try("prove --spec spec --goal most", ("most",)),
    Try("prove --spec spec --class nothing", ("nothing",)),
    Try("init nowhere", ("nowhere",)),
    Try(f"watch {NOWHERE} --spec spec", ("127.0.0.1:1",)),
]

FILES = [
    (PATHS, write(PATHS, ""), "is empty"),
    (PATHS, write(PATHS, "get: ["), ":1:"),
    (PATHS, write(PATHS, "\tget: {}"), "ndent with spaces"),
    (PATHS, write(PATHS, b"\xff\xfeg\x00"), "not UTF-8"),
    (PATHS, write(PATHS, b"a: 1\nget: \x00"), ":2:6: yaml-syntax: The character U+0000"),
    (PATHS, write(PATHS, "get: \ud800".encode("utf-8", "surrogatepass")), "not UTF-8"),
    (PATHS, write(PATHS, "get: {}\nget: {}"), ":2:1"),
    (PATHS, write(PATHS, "a: &a {}\nb: *a"), "nchor"),
    (PATHS, write(PATHS, "get: !!python/object:os.system {}"), "tag"),
    (PATHS, write(PATHS, "get: 2025-01-01"), "Quote it"),
    (PATHS, write(PATHS, "1: a"), "Quote it"),
    (PATHS, write(PATHS, "[a]"), PATHS),
    (PATHS, write(PATHS, "text"), PATHS),
    (PATHS, write(PATHS, "get: " + "[" * 20_000 + "]" * 20_000), "depth"),
    (PATHS, write(PATHS, "\n".join(" " * depth + "a:" for depth in range(1_500))), "depth"),
    (PATHS, write(PATHS, "get: " + "x" * 51_000_000), "larger than"),
    (PATHS, folder(PATHS), "does not exist"),
    (PATHS, pipe(PATHS), "does not exist"),
    (PATHS, link(PATHS, "nowhere.yaml"), "does not exist"),
    (ROOT, edit(ROOT, "paths/orders.yaml", "../../../../etc/hostname"), "ref"),
    (ROOT, edit(ROOT, "paths/orders.yaml", "/etc/hostname"), "ref"),
    (ROOT, edit(ROOT, "paths/orders.yaml", "https://example.com/orders.yaml"), "ref"),
    (ROOT, edit(ROOT, "paths/orders.yaml", "paths/nowhere.yaml"), "nowhere.yaml"),
    (ROOT, write(ROOT, "[]"), "openapi.yaml:1:1"),
    (ROOT, edit(ROOT, "openapi: 3.0.3", "openapi: 4.0.0"), "openapi.yaml:1:"),
    (ORDER, write(ORDER, "$ref: Order.yaml"), "Order"),
    (ORDER, write(ORDER, "{type: 7}"), "type"),
    (PAYLOAD, write(PAYLOAD, "{"), "getOrder.200.json:1:"),
    (PAYLOAD, write(PAYLOAD, '{"a": 1, "a": 2}'), "twice"),
    (PAYLOAD, write(PAYLOAD, b"\xff"), "UTF-8"),
    (PAYLOAD, write(PAYLOAD, "[" * 30_000 + "]" * 30_000), "deep"),
    (OVERLAY, write(OVERLAY, "overlay: 1.0.0\nactions: 7"), "actions"),
]


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    """What waits for ever, such as a mock that starts, is a failure."""
    previous = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, previous)


@pytest.fixture
def here(spec: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where the command runs, with a sound contract below `spec`."""
    monkeypatch.chdir(spec.parent)
    return spec.parent


def _lines(command: str, status: tuple[int, ...] = (2,)) -> list[str]:
    """Return what a command that is refused reports, without the usage that goes before."""
    done = CliRunner().invoke(main, command.split())
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    assert "Traceback" not in done.output
    assert done.exit_code in status, done.output
    return [line for line in done.stderr.splitlines() if line and not re.match(r"Usage: |Try '", line)]


@pytest.mark.parametrize("each", OPTIONS, ids=str)
def test_what_cannot_be_used_is_one_line_and_ends_with_2(here: Path, each: Try) -> None:
    each.prepare(here)
    (line,) = _lines(each.command)
    assert line.startswith("Error: ")
    assert [text for text in each.reports if text not in line] == []
    assert "secret" not in line  # the password in the URLs of databases
    assert "ret@" not in line
    assert line.endswith((".", ")", "boom"))


@pytest.mark.parametrize(("file", "prepare", "reports"), FILES)
def test_a_broken_file_is_reported_once_by_every_command(
    here: Path, file: str, prepare: Callable[[Path], object], reports: str
) -> None:
    prepare(here)
    # the newest snapshot needs no overlay
    for command in (BUNDLE, MOCK) if file == OVERLAY else (BUNDLE, MOCK, CHECK):
        lines = _lines(command)
        assert lines
        assert len(set(lines)) == len(lines)
        assert all(line.startswith("Error: ") for line in lines)
        assert any(file.rpartition("/")[2] in line and reports in line for line in lines), lines
        assert len(lines) <= 3


@pytest.mark.parametrize(("file", "prepare", "reports"), [FILES[0], FILES[6], FILES[9], FILES[-2]])
def test_lint_reports_it_once_too(here: Path, file: str, prepare: Callable[[Path], object], reports: str) -> None:
    prepare(here)
    done = CliRunner().invoke(main, ["lint", "--spec", "spec"])
    about = [line for line in done.stdout.splitlines() if line.startswith(file)]
    assert done.exit_code == 1
    assert len([line for line in about if reports in line]) == 1
    assert len(set(about)) == len(about)
