"""A request as Python code that sends it again with `requests`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adcontract.requests.curl import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adcontract_conformance.reports.document import SentRequest

_NAMES = {
    "token": ("os", 'token = os.environ["ADCONTRACT_TOKEN"]'),
    "quoted_token": ("urllib.parse", 'quoted_token = urllib.parse.quote(token, safe="")'),
    "basic_token": ("base64", "basic_token = base64.b64encode(token.encode()).decode()"),
}
"""The names that the token has in the code: as it is, in a query and for HTTP Basic. A module, and a line, for each."""


def python_code(sent: Iterable[SentRequest]) -> str:
    """Return a script that sends requests one after the other, with the token from the environment."""
    script = _Script()
    calls = [script.call(request) for request in sent]
    values = [_NAMES[name] for name in _NAMES if name in script.names]
    imports = [f"import {module}" for module in sorted({module for module, _ in values})]
    lines = [line for _, line in values]
    shows = "print(response.status_code, response.text)"
    return "\n\n".join("\n".join(block) for block in (imports, ["import requests"], lines, [*calls, shows]) if block)


class _Script:
    """Writes the calls, and notes by which `names` they have the token."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def call(self, request: SentRequest) -> str:
        address, mark, query = request.url.partition("?")
        url = self.text(address) if not query else self.text(f"{address}{mark}{query}", "quoted_token")
        lines = [f"    {self.text(request.method)},", f"    {url},"]
        if request.headers:
            pairs = [f"        {self.header(name, value)}," for name, value in request.headers.items()]
            lines += ["    headers={", *pairs, "    },"]
        if request.encoding == "base64":
            lines.append(f"    data={request.content!r},")
        elif request.body:
            lines.append(f"    data={self.text(request.body)}.encode(),")
        return "\n".join(["response = requests.request(", *lines, ")"])

    def header(self, name: str, value: str) -> str:
        return f"{self.text(name)}: {self.text(value, 'basic_token' if value.startswith('Basic ') else 'token')}"

    def text(self, text: str, name: str = "token") -> str:
        """Return a text as Python writes it, with the token by its name in it."""
        if TOKEN not in text:
            return _literal(text)
        self.names |= {"token", name}
        return "f" + _literal(re.sub("([{}])", r"\1\1", text)).replace(TOKEN, f"{{{name}}}")


def _literal(text: str) -> str:
    is_plain = text.isprintable() and '"' not in text and "\\" not in text
    return f'"{text}"' if is_plain else repr(text)
