"""The actions of x-resource: the one table of what there is, and of what each declaration has to say.

To add one: a row here, what it does to the state in the mock's `state/actions.py`, and a law in the suite's `laws/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adcontract.contract.behavior import Resource


@dataclass(frozen=True)
class ActionType:
    """An action, and what holds for every operation that declares it.

    `needs` are the keywords of x-resource that it has to say; of the groups in `needs_one_of` one has to be complete.
    `on_item` is whether it is about one item, which exists before, unless it `may_create` it. `shows_items` is whether
    its response shows items, and `introduces` whether a client can learn from it that an item exists. `returns_item` is
    whether the body of the response is the item where nothing else is declared. `keeps_body` is whether items keep what
    the body says. `linked_from` are the actions whose responses lead to it by a link. `each` is the action that a batch
    carries out for each of its entries; empty for an action that is no batch.
    """

    needs: tuple[str, ...] = ()
    needs_one_of: tuple[tuple[str, ...], ...] = ()
    on_item: bool = True
    may_create: bool = False
    shows_items: bool = False
    introduces: bool = False
    returns_item: bool = True
    keeps_body: bool = False
    linked_from: tuple[str, ...] = ("create",)
    each: str = ""

    def missing(self, resource: Resource, *, single: bool) -> list[str]:
        """Return the keywords that a declaration lacks.

        An item that each parent has once needs no key, nor does a `single` one of the whole API.
        """
        needs = list(self.needs)
        single = resource.key is None and (single or resource.parent is not None)
        if "key" in needs and (single or resource.makes):
            needs.remove("key")
        if resource.key:
            needs.append("id")
        if resource.gone == "status":
            needs.append("set")
        lacking = [[name for name in group if _lacks(resource, name)] for group in self.needs_one_of]
        if all(lacking):
            # the group that is begun, else the last one
            begun = (left for left, group in zip(lacking, self.needs_one_of, strict=True) if len(left) < len(group))
            needs += next(begun, lacking[-1] if lacking else [])
        return [name for name in needs if _lacks(resource, name)]


ACTIONS: dict[str, ActionType] = {
    "list": ActionType(
        ("items",), on_item=False, shows_items=True, introduces=True, returns_item=False, linked_from=()
    ),
    "read": ActionType(("key",), shows_items=True, introduces=True, linked_from=("create", "list")),
    "update": ActionType(("key",), shows_items=True, keeps_body=True),
    "set": ActionType(("key", "set"), shows_items=True),
    "upsert": ActionType(("key",), may_create=True, shows_items=True, introduces=True, keeps_body=True, linked_from=()),
    "create": ActionType(on_item=False, shows_items=True, introduces=True, keeps_body=True, linked_from=()),
    "delete": ActionType(("key", "gone")),
    "add": ActionType(("key",), needs_one_of=(("members", "named"), ("echo",), ("makes",)), returns_item=False),
    "remove": ActionType(("key", "members", "named"), returns_item=False),
    "create-batch": ActionType(
        on_item=False, introduces=True, returns_item=False, keeps_body=True, linked_from=(), each="create"
    ),
    "update-batch": ActionType(on_item=False, returns_item=False, keeps_body=True, linked_from=(), each="update"),
    "delete-batch": ActionType(("gone",), on_item=False, returns_item=False, linked_from=(), each="delete"),
}
"""Every action by its name; those that show items in the order in which the examples of a resource are looked up."""


BATCHES = tuple(name for name, action in ACTIONS.items() if action.each)
"""The actions that are carried out for many items, which a contract writes as the single action with a `batch`."""


def batched(action: str) -> str:
    """Return the action that carries another one out for many items; that one itself where there is no such batch."""
    return next((name for name in BATCHES if ACTIONS[name].each == action), action)


def _lacks(resource: Resource, name: str) -> bool:
    return getattr(resource, name) in (None, {})
