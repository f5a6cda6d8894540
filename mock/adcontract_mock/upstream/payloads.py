"""Keeping what a real server answers as payload files, named as `spec/README.md` says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import click

from adcontract import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from adcontract import Operation, Values
    from adcontract_mock.journal.redaction import Redaction
    from adcontract_mock.responses.served_contract import ServedContract
    from adcontract_mock.upstream.server import Answer

_MOST = 20
"""How many payloads of one response are kept."""

_LONGEST = 2**20
"""How long the body of a response may be that is kept, in bytes."""

_NAME = "seen-"
_NUMBERED = re.compile(rf".*\.{_NAME}([0-9]+)\.json")


class PayloadFiles:
    """Writes payloads below a folder, as `<api>/examples/<snapshot>/<operationId>.<status>.seen-1.json`.

    Beside the response stands the request that got it, under the same name: its parameters and its body. Of equal
    requests the first is kept; a request that the contract does not allow is not kept, only the response to it.
    """

    def __init__(self, folder: Path, redaction: Callable[[], Redaction]) -> None:
        """Create the folder; `redaction` returns what removes the secrets that are known at the moment.

        Raises:
            UsageError: if nothing can be written there.
        """
        self._folder, self._redaction = folder, redaction
        self._known: dict[Path, dict[str, set[bytes]]] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / ".adcontract").touch()
            (folder / ".adcontract").unlink()
        except OSError as error:
            raise UsageError(f"{folder}: cannot be written: {error.strerror}. Name another with --save.") from None

    def save(
        self, served: ServedContract, operation: Operation, values: Values, content_type: str, answer: Answer
    ) -> tuple[str, ...]:
        """Write the JSON payload of an answer, and the request that got it; return the names of the files, if any.

        If a file cannot be written, that is said on standard error.
        """
        is_json = answer.is_plain and _is_json(answer.named().get("content-type", ""))
        if not is_json or len(answer.body) > _LONGEST:
            return ()
        folder = self._folder / served.name.api / "examples" / served.name.snapshot
        try:
            return tuple(
                self._written(folder, served, operation, self._texts(served, operation, values, content_type, answer))
            )
        except (ValueError, TypeError, RecursionError):
            # it is no JSON, or nothing that a file could show: parts of a form, infinity, a thousand levels
            return ()
        except OSError as error:
            click.echo(f"{folder}: cannot be written: {error.strerror}. The payload is not saved.", err=True)
            return ()

    def _texts(
        self, served: ServedContract, operation: Operation, values: Values, content_type: str, answer: Answer
    ) -> dict[str, bytes]:
        """Return the texts of the files by the beginnings of their names, the response first."""
        shown = json.loads(answer.body)
        owner, sent = _owner(served, operation, answer.status), _request(operation, values, content_type)
        if operation.id != owner.partition(".")[0]:
            sent = {}
        response, *rest = self._redaction().payloads(shown, *sent.values())
        files = {owner: response, **{f"{operation.id}.{part}": each for part, each in zip(sent, rest, strict=True)}}
        return {name: _text(value) for name, value in files.items()}

    def _written(
        self, folder: Path, served: ServedContract, operation: Operation, texts: dict[str, bytes]
    ) -> Iterator[str]:
        owner, *requests = texts
        known = self._known_of(folder, owner)
        # a server writes times and new ids into each answer to one request
        key = b"".join(texts[name] for name in requests) or texts[owner]
        if key in known or len(known) >= _MOST:
            return
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{_NAME}{self._next(folder, served, operation, owner)}"
        for each, text in texts.items():
            file = folder / f"{each}.{name}.json"
            with file.open("xb") as opened:
                opened.write(text)
            yield file.relative_to(self._folder).as_posix()
        known.add(key)

    def _known_of(self, folder: Path, owner: str) -> set[bytes]:
        """Return the keys of the payloads of one response that are kept, those of earlier runs too."""
        known = self._known.setdefault(folder, {})
        if owner not in known:
            known[owner] = set()
            operation = owner.partition(".")[0]
            for file in folder.glob(f"{owner}.{_NAME}*.json"):
                name = file.name.removeprefix(f"{owner}.")
                requests = [folder / f"{operation}.{part}.{name}" for part in ("parameters", "request")]
                known[owner].add(b"".join(each.read_bytes() for each in requests if each.exists()) or file.read_bytes())
        return known[owner]

    def _next(self, folder: Path, served: ServedContract, operation: Operation, owner: str) -> int:
        """Return the first number that names no payload of the operation, in the folder or in the contract."""
        is_shared = "." not in owner
        responses = served.errors.values() if is_shared else operation.responses.values()
        files = (file.name for file in folder.glob(f"{owner if is_shared else operation.id}.*.json"))
        examples = (example.name for each in responses for media in each.media for example in media.examples)
        names = [*files, *(f".{name}.json" for name in examples)]
        numbers = (int(match[1]) for name in names if (match := _NUMBERED.fullmatch(name)))
        return max(numbers, default=0) + 1


def _owner(served: ServedContract, operation: Operation, status: int) -> str:
    """Return what a payload file of a response is named after: the operation, or a shared response of `x-errors`."""
    declared = served.contract.declared_response(operation, status)
    is_shared = declared is not None and str(status) not in operation.responses
    if is_shared and declared and declared.pointer.startswith("/components/responses/"):
        return declared.pointer.rpartition("/")[2]
    return f"{operation.id}.{status}"


def _request(operation: Operation, values: Values, content_type: str) -> dict[str, Any]:
    """Return the parameters and the JSON body of a request, each if there is one; nothing if it is not valid."""
    if values.faults:
        return {}
    parameters = {"path": values.path, "query": values.query, "header": values.header}
    parts: dict[str, Any] = {"parameters": {place: each for place, each in parameters.items() if each}}
    if values.body is not None and (_is_json(content_type) or not content_type) and operation.body[0].is_json:
        parts["request"] = values.body
    return {part: value for part, value in parts.items() if value or part == "request"}


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower().endswith(("/json", "+json"))


def _text(value: Any) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)}\n".encode()
