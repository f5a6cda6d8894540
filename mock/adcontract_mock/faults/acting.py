"""One request that acts on the state of a session where a fault is planted."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from adcontract.openapi.pointer import get, put
from adcontract_mock.state.action_context import ActionContext
from adcontract_mock.state.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from adcontract import Behavior
    from adcontract_mock.faults.place import Place
    from adcontract_mock.state.actions import Effect
    from adcontract_mock.state.rows import Row

    ChangeRows = Callable[[list[Row]], list[Row]]


@dataclass
class Acting:
    """A request that acts at a place: a body to fill in, the correct effect of the action, the memory of the fault."""

    place: Place
    context: ActionContext
    template: Any
    effect: Effect
    memory: dict[str, Any]

    @property
    def behavior(self) -> Behavior:
        """The declared behavior of the operation."""
        return self.context.operation.operation.behavior

    @property
    def query(self) -> dict[str, Any]:
        """The values of the query."""
        return self.context.values.query

    def remembered(self) -> dict[str, Any]:
        """Return what the fault remembers of the session."""
        found: dict[str, Any] = self.memory.setdefault(self.context.collections.session_state.session, {})
        return found

    def run(
        self,
        *,
        query: Mapping[str, Any] | None = None,
        header: Mapping[str, Any] | None = None,
        behavior: Behavior | None = None,
        rows: ChangeRows | None = None,
        parent_id: str | None = None,
        body: Any = None,
        session: str | None = None,
    ) -> Any:
        """Return the body of the correct response.

        Args:
            query: the values of the query in place of those of the request.
            header: the values of the headers in place of those of the request.
            behavior: the behavior in place of the declared one.
            rows: changes the rows of the collection that the action looks at.
            parent_id: the id of the parent in place of the one that the request names.
            body: the body of the request in place of the one that was sent.
            session: the session whose state is used in place of that of the request.
        """
        context = self.context
        operation, values = context.operation, context.values
        if behavior is not None:
            other = replace(operation.operation)
            # a value in the dictionary takes the place of the property that would derive it
            other.__dict__["behavior"] = behavior
            operation = replace(operation, operation=other)
        if query is not None:
            values = replace(values, query=dict(query))
        if header is not None:
            values = replace(values, header=dict(header))
        if body is not None:
            values = replace(values, body=body)
        collections = context.collections if session is None else context.collections.of_session(session)
        changed = _Context(operation, collections, values, context.path, context.query, context.headers)
        changed.change_rows = rows
        if parent_id is not None:
            changed.__dict__["parent_id"] = parent_id
        body = self.effect(changed, copy.deepcopy(self.template))
        context.status = changed.status
        return body

    def run_without_storing(self) -> Any:
        """Return the body of the correct response to a change, and leave the item as it was."""
        before = copy.deepcopy(self.context.row().item)
        body = self.run()
        row = self.context.row()
        row.item.clear()
        row.item.update(before)
        self.store(row)
        return body

    def whole(self) -> list[Any]:
        """Return the items of all pages of the list."""
        body = self.run(behavior=replace(self.behavior, pagination=None))
        return list(get(body, self.pointer) or [])

    @property
    def pointer(self) -> str:
        """The pointer of the items in the response of a list."""
        return self.context.declared.items or ""

    def items(self, body: Any) -> list[Any]:
        """Return the items in the body of a list."""
        return list(get(body, self.pointer) or [])

    def with_items(self, body: Any, items: list[Any]) -> Any:
        """Return the body of a list with other items."""
        return put(body, self.pointer, items)

    def stored(self) -> list[Row]:
        """Return the items of the resource as they are stored, in the order of their creation."""
        state = self.context.collections.session_state
        return [row.copy() for row in state.rows(self.context.resource.name)]

    def store(self, row: Row) -> None:
        """Store a changed item."""
        self.context.collections.session_state.change(self.context.resource.name, row)


class _Context(ActionContext):
    change_rows: ChangeRows | None = None

    def rows(self) -> Rows:
        # a fault may change the items in a response, which others must not see
        found = [row.copy() for row in super().rows()]
        return Rows(self.change_rows(found) if self.change_rows else found)
