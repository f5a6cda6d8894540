"""The registry of planted faults: each with its class, a sentence, where it applies, and the change that it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
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
Parts = Callable[["Place"], Iterable[str]]
Change = Callable[["Answer"], "HttpResponse | None"]
Ignore = Callable[["Place", "RequestError"], bool]
Find = Callable[["Credentials", "Place", "Mapping[bytes, bytes]", bytes], "bytes | None"]
Act = Callable[["Acting"], Any]


@dataclass(frozen=True)
class FaultKind:
    """A kind of fault, which can be planted at one operation, or at a part of it. Of the functions one or two are set.

    `applies` says of a place whether a client could see the fault there. `parts` names what of an operation may have
    it, each part a place of its own; None where the operation is one place. `change` turns a finished response into
    a faulty one, None where that response cannot show it. `ignore` says which errors of a request are overlooked.
    `find` takes the place of the check of credentials, `act` that of the action on the state; `stateful` is whether the
    fault needs a stateful mock. An `act` that is `repeated` has an effect also for a key that came before. A kind that
    is `of_document` is planted once: it shows at requests for no operation, or, `everywhere`, at those for all.
    """

    name: str
    group: str
    description: str
    applies: Applies
    parts: Parts | None = None
    change: Change | None = None
    ignore: Ignore | None = None
    find: Find | None = None
    act: Act | None = None
    stateful: bool = False
    repeated: bool = False
    of_document: bool = False
    everywhere: bool = False

    def places(self, operation: Place) -> list[Place]:
        """Return where a client could see the fault: the operation, or each part of it that may have it."""
        parts = [None] if self.parts is None else dict.fromkeys(self.parts(operation))
        places = (operation if part is None else replace(operation, part=part) for part in parts)
        return [each for each in places if self.applies(each)]


KINDS: dict[str, FaultKind] = {}
"""Every kind by its name."""


@dataclass(frozen=True)
class Kinds:
    """Registers the kinds of one class, each with its name and a sentence about what the server does."""

    group: str

    def answers(
        self,
        name: str,
        description: str,
        applies: Applies | None = None,
        *,
        parts: Parts | None = None,
        on: str = "success",
        everywhere: bool = False,
    ) -> Callable[[Change], Change]:
        """Register a change of the responses with the cause `on`, `any` for all, of one operation or `everywhere`.

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
                    parts,
                    change=changed,
                    stateful=on == "unknown-item",
                    of_document=everywhere or on in ("unknown-path", "unknown-method"),
                    everywhere=everywhere,
                )
            )
            return change

        return register

    def overlooks(
        self, name: str, description: str, applies: Applies, parts: Parts | None = None
    ) -> Callable[[Ignore], Ignore]:
        """Register that some errors of a request are overlooked; of a part only those about it."""

        def register(ignore: Ignore) -> Ignore:
            def ignored(place: Place, error: RequestError) -> bool:
                return place.covers(error) and ignore(place, error)

            self._add(FaultKind(name, self.group, description, applies, parts, ignore=ignored))
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

    def acts(
        self, name: str, description: str, applies: Applies, parts: Parts | None = None, *, repeated: bool = False
    ) -> Callable[[Act], Act]:
        """Register another effect of an action on the state; `applies` is asked of operations that declare one.

        Of the requests with one key it is that of the first, unless it is `repeated`.
        """

        def register(act: Act) -> Act:
            def shows(place: Place) -> bool:
                return place.operation.behavior.resource is not None and applies(place)

            kind = FaultKind(name, self.group, description, shows, parts, act=act, stateful=True, repeated=repeated)
            self._add(kind)
            return act

        return register

    def _add(self, kind: FaultKind) -> None:
        if kind.name in KINDS:
            raise ValueError(f"the fault {kind.name} is registered twice")
        KINDS[kind.name] = kind
