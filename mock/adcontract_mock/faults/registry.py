"""The registry of planted faults: each with its class, a sentence, where it applies, and the change that it makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcontract_mock.faults.answer import arises, documented

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcontract import RequestError
    from adcontract_mock.faults.acting import Acting
    from adcontract_mock.faults.answer import Answer
    from adcontract_mock.faults.place import Place
    from adcontract_mock.http.credentials import Credentials
    from adcontract_mock.http.response import HttpResponse

CLASSES = ("schema", "protocol", "security", "input", "lists", "state", "rules", "time")
"""The classes of faults, in the order in which they are listed."""

Applies = Callable[["Place"], bool]
Change = Callable[["Answer"], "HttpResponse | None"]
Ignore = Callable[["Place", "RequestError"], bool]
Find = Callable[["Credentials", "Place", "Mapping[bytes, bytes]", bytes], "bytes | None"]
Act = Callable[["Acting"], Any]


@dataclass(frozen=True)
class FaultKind:
    """A kind of fault, which can be planted at one operation. Of the functions one or two are not None.

    `applies` says of an operation whether a client could see the fault there. `change` turns a finished response into
    a faulty one, None where that response cannot show it. `ignore` says which errors of a request are overlooked.
    `find` takes the place of the check of credentials, `act` that of the action on the state; `stateful` is whether the
    fault needs a stateful mock. A kind that is `of_document` shows at requests for no operation, and is planted at all.
    """

    name: str
    group: str
    description: str
    applies: Applies
    change: Change | None = None
    ignore: Ignore | None = None
    find: Find | None = None
    act: Act | None = None
    stateful: bool = False
    of_document: bool = False


KINDS: dict[str, FaultKind] = {}
"""Every kind by its name."""


@dataclass(frozen=True)
class Kinds:
    """Registers the kinds of one class, each with its name and a sentence about what the server does."""

    group: str

    def answers(
        self, name: str, description: str, applies: Applies | None = None, *, on: str = "success"
    ) -> Callable[[Change], Change]:
        """Register a change of the responses with the cause `on`, `any` for all.

        It applies to an operation if it changes the documented response, and `applies`, if given, is true.
        """

        def register(change: Change) -> Change:
            def shows(place: Place) -> bool:
                cause = "success" if on == "any" else on
                if not arises(place, cause) or not (applies is None or applies(place)):
                    return False
                return change(documented(place, cause)) is not None

            def changed(answer: Answer) -> HttpResponse | None:
                return change(answer) if on in (answer.cause, "any") else None

            self._add(
                FaultKind(
                    name,
                    self.group,
                    description,
                    shows,
                    change=changed,
                    stateful=on == "unknown-item",
                    of_document=on in ("unknown-path", "unknown-method"),
                )
            )
            return change

        return register

    def overlooks(self, name: str, description: str, applies: Applies) -> Callable[[Ignore], Ignore]:
        """Register that some errors of a request are overlooked."""

        def register(ignore: Ignore) -> Ignore:
            self._add(FaultKind(name, self.group, description, applies, ignore=ignore))
            return ignore

        return register

    def checks(self, name: str, description: str, applies: Applies) -> Callable[[Find], Find]:
        """Register another check of credentials; `applies` is asked of operations that need some."""

        def register(find: Find) -> Find:
            def shows(place: Place) -> bool:
                return place.operation.secured and applies(place)

            self._add(FaultKind(name, self.group, description, shows, find=find))
            return find

        return register

    def acts(self, name: str, description: str, applies: Applies) -> Callable[[Act], Act]:
        """Register another effect of an action on the state; `applies` is asked of operations that declare one."""

        def register(act: Act) -> Act:
            def shows(place: Place) -> bool:
                return place.operation.behavior.resource is not None and applies(place)

            self._add(FaultKind(name, self.group, description, shows, act=act, stateful=True))
            return act

        return register

    def _add(self, kind: FaultKind) -> None:
        KINDS[kind.name] = kind
