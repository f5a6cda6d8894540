"""Serving the contracts as they are in their files, while they are edited."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from adcontract import ContractError, UsageError
from adcontract.files.stamps import stamp, stamps

if TYPE_CHECKING:
    from collections.abc import Callable

    from adcontract_mock.application.application import Application
    from adcontract_mock.serve.settings import Settings


class Watch:
    """Looks at the files of the contracts and scenarios of `settings`; `mock` serves them anew when they change."""

    def __init__(self, mock: Application, settings: Settings, echo: Callable[[str], object]) -> None:
        self._mock = mock
        self._settings = settings
        self._echo = echo
        self._seen = self._served = self._files()

    def look(self, *, settled: bool = False) -> None:
        """Serve the contracts anew if a file has changed; if they are broken report it, and serve the previous ones.

        With `settled` a change counts only when the files are as they were at the last look, so written completely.
        """
        before, self._seen = self._seen, self._files()
        if self._seen == self._served or (settled and self._seen != before):
            return
        self.reload()

    def reload(self) -> None:
        """Serve the contracts and scenarios as their files are now; if they are broken, the previous ones."""
        self._served = self._seen = self._files()
        what = "contracts"
        try:
            self._mock.serve(self._settings.contracts())
            what = "scenarios"
            self._settings.take_scenarios(self._mock)
        except (ContractError, UsageError) as error:
            known, self._mock.runtime.contract_errors = self._mock.runtime.contract_errors, tuple(error.lines())
            if self._mock.runtime.contract_errors != known:
                self._echo(f"The {what} are broken; the previous ones are still served:")
                for line in self._mock.runtime.contract_errors:
                    self._echo(f"  {line}")
        else:
            self._mock.runtime.contract_errors = ()
            self._echo("The contracts are served anew, as their files are now.")

    def _files(self) -> dict[str, tuple[int, int]]:
        """Return every file with its time and size."""
        plain = [file for each in self._mock.runtime.documents for file in each.contract.files]
        files = {} if plain else dict(stamps(self._settings.folder))
        scenarios = self._settings.scenarios
        for file in (*plain, *([scenarios] if scenarios else [])):
            with suppress(OSError):
                files[str(file)] = stamp(file.stat())
        return files
