"""The examples of a document as payload files, each with the name that says where it belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.files.payload_files import DEFAULT
from adcontract.layout.names import example_names
from adcontract.openapi.grammar import operation_objects
from adcontract.openapi.references import follow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PARAMETERS, REQUEST = "parameters", "request"


def take_payloads(document: dict[str, Any], names: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """Take the values of examples out of a document, and return them by the names of their files.

    `names` has the file name of each component. Other media types than the first in JSON stay as they are.
    """
    taker = _Taker(document)
    for name, response in document["components"].get("responses", {}).items():
        taker.take(response, names["responses", name], "")
    operations = [operation for _, _, operation in operation_objects(document)]
    for operation in sorted(operations, key=lambda each: "x-payloads" in each):
        taker.take_from(operation)
    for parameter in document["components"].get("parameters", {}).values():
        parameter.pop("examples", None)
    return taker.files


class _Taker:
    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.files: dict[str, Any] = {}
        self.shared: set[int] = set()

    def take_from(self, operation: dict[str, Any]) -> None:
        id_ = operation["operationId"]
        requests = self.take_parameters(operation, id_)
        body = follow(self.document, operation.get("requestBody"))
        for name, value in self.take(body, id_, REQUEST).items():
            requests.setdefault(name, {})["body"] = value
        for status, response in operation.get("responses", {}).items():
            if "$ref" not in response:
                self.take(response, id_, status, requests)
        lender = operation.get("x-payloads")
        for file, value in [each for each in self.files.items() if each[0].startswith(f"{id_}.")]:
            # what is lent needs no file of its own
            lent = f"{lender}.{file.partition('.')[2]}"
            if lender and self.files.get(lent, value) is not value and self.files[lent] == value:
                del self.files[file]

    def take_parameters(self, operation: dict[str, Any], id_: str) -> dict[str, dict[str, Any]]:
        """Take the documented values of the parameters, and return the requests that they belong to, by name."""
        requests: dict[str, dict[str, Any]] = {}
        every = [follow(self.document, node) for node in operation.get("parameters", [])]
        new = example_names(dict.fromkeys(name for each in every for name in each.get("examples", {})))
        for node, parameter in zip(operation.get("parameters", []), every, strict=True):
            for name, example in parameter.get("examples", {}).items():
                values = requests.setdefault(new[name], {}).setdefault(parameter["in"], {})
                values[parameter["name"]] = example["value"]
            if node is parameter:
                parameter.pop("examples", None)
        for name, values in requests.items():
            self.files[_file(id_, PARAMETERS, name)] = {location: dict(each) for location, each in values.items()}
        return requests

    def take(
        self, holder: Any, owner: str, part: str, requests: Mapping[str, dict[str, Any]] | None = None
    ) -> dict[str, Any]:
        """Take the payloads of a response or a request body, and return them by name.

        `requests` are the documented requests of the operation, which the payloads of the same name answer.
        """
        media = next((each for name, each in _media(holder) if "json" in name), None)
        if media is None or id(media) in self.shared:
            return {}
        self.shared.add(id(media))
        taken: dict[str, Any] = {}
        left: dict[str, Any] = {}
        new = example_names(media.get("examples", {}))
        for name, example in media.pop("examples", {}).items():
            value = taken[new[name]] = example["value"]
            self.files[_file(owner, part, new[name])] = value
            others = {key: each for key, each in example.items() if key != "value"}
            if name != DEFAULT and others.get("x-request") == (requests or {}).get(new[name], {}):
                del others["x-request"]
            if others:
                left[new[name]] = others
        if left:
            media["examples"] = left
        return taken


def _media(holder: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    content = holder.get("content") if isinstance(holder, dict) else None
    yield from content.items() if isinstance(content, dict) else ()


def _file(owner: str, part: str, name: str) -> str:
    return ".".join(each for each in (owner, part, "" if name == DEFAULT else name) if each) + ".json"
