"""Removes what the suite has created on a target, also when the run is interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcontract import AdcontractError
from adcontract_conformance.client.replies import NotTestable

if TYPE_CHECKING:
    from collections.abc import Callable


class Cleanup:
    """The items to remove, and how. `left` names those that could not be removed."""

    def __init__(self) -> None:
        self.left: list[str] = []
        self._undo: list[tuple[str, Callable[[], bool]]] = []

    def later(self, name: str, undo: Callable[[], bool]) -> None:
        """Note an item to remove: `undo` removes it and returns whether it is gone; `name` is for the user."""
        self._undo.append((name, undo))

    def clear(self) -> KeyboardInterrupt | None:
        """Remove the items, the latest first; `left` has those that could not be removed.

        Return an interrupt that came meanwhile, None for none: everything is removed before it is obeyed. At a second
        one, what is not removed yet is left behind.
        """
        stop: KeyboardInterrupt | None = None
        while self._undo:
            name, undo = self._undo[-1]
            try:
                done = undo()
            except KeyboardInterrupt as error:
                if stop is None:
                    stop = error
                    continue
                self.left += [each for each, _ in self._undo]
                self._undo.clear()
                break
            except (NotTestable, AdcontractError):
                done = False
            self._undo.pop()
            if not done:
                self.left.append(name)
        return stop
