"""A request as Python code that sends it again with `requests`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from adcontract.requests.curl import TOKEN
from adcontract_conformance.settings.near_secrets import made_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adcontract_conformance.reports.document import SentRequest


def python_code(sent: Iterable[SentRequest]) -> str:
    """Return a script that sends requests one after the other, with each secret from its variable."""
    script = _Script()
    calls = [script.call(request) for request in sent]
    imports = [f"import {module}" for module in sorted(script.modules)]
    shows = "print(response.status_code, response.text)"
    blocks = (imports, ["import requests"], list(script.lines), [*calls, shows])
    return "\n\n".join("\n".join(block) for block in blocks if block)


class _Script:
    """Writes the calls, and notes the `lines` that get their secrets, and the `modules` that these need."""

    def __init__(self) -> None:
        self.modules: set[str] = set()
        self.lines: dict[str, None] = {}

    def call(self, request: SentRequest) -> str:
        address, mark, query = request.url.partition("?")
        url = self.text(request, f"{address}{mark}{query}", "quoted" if query else "")
        lines = [f"    {_literal(request.method)},", f"    {url},"]
        if request.headers:
            pairs = [f"        {self.header(request, name, value)}," for name, value in request.headers.items()]
            lines += ["    headers={", *pairs, "    },"]
        if request.encoding == "base64":
            lines.append(f"    data={request.content!r},")
        elif request.body:
            lines.append(f"    data={self.text(request, request.body)}.encode(),")
        return "\n".join(["response = requests.request(", *lines, ")"])

    def header(self, request: SentRequest, name: str, value: str) -> str:
        return f"{_literal(name)}: {self.text(request, value, 'basic' if value.startswith('Basic ') else '')}"

    def text(self, request: SentRequest, text: str, form: str = "") -> str:
        """Return a text as Python writes it, with each secret by its name in it, in a form if one is needed."""
        marks = sorted((mark for mark in request.marks if mark in text), key=len, reverse=True)
        if not marks:
            return _literal(text)
        found = "f" + _literal(re.sub("([{}])", r"\1\1", text))
        pattern = "|".join(map(re.escape, marks))
        return re.sub(pattern, lambda match: f"{{{self.name(match[0], form)}}}", found)

    def name(self, mark: str, form: str) -> str:
        """Return the name of a secret in a form, and note the lines that it needs."""
        variable = mark.removeprefix("$")
        name = "token" if mark == TOKEN else f"secret_{variable.lower()}"
        if made := made_of(variable):
            source = self.name(f"${made[0]}", "")
            self.note("re" if "re." in made[1].python else "os", f"{name} = {made[1].python.format(source)}")
        else:
            self.note("os", f'{name} = os.environ["{variable}"]')
        if form == "quoted":
            self.note("urllib.parse", f'quoted_{name} = urllib.parse.quote({name}, safe="")')
        if form == "basic":
            self.note("base64", f"basic_{name} = base64.b64encode({name}.encode()).decode()")
        return f"{form}_{name}" if form else name

    def note(self, module: str, line: str) -> None:
        self.modules.add(module)
        self.lines[line] = None


def _literal(text: str) -> str:
    is_plain = text.isprintable() and '"' not in text and "\\" not in text
    return f'"{text}"' if is_plain else repr(text)
