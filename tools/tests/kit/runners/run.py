"""Builds the packages of `adcontract kit`, and tests them as a frontend uses them, in Node and in Chromium.

The examples of test runners run, too, with the package that starts the mock.

Run it as `make kit-test`. It needs Node with npm, and a browser.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adcontract import names, spec_folder
from adcontract.contract.security import write_credential
from adcontract_kit.asking import CREDENTIAL, NO_NAME, Mock
from adcontract_kit.launcher import LAUNCHER
from adcontract_mock.serve.in_thread import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract import Operation
    from adcontract.requests.documented import DocumentedRequest

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
WORK = ROOT / "build" / "kit-test"
KIT = WORK / "kit"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CONTRACTS: tuple[tuple[Path, str | None], ...] = (
    (spec_folder(), None),
    (ROOT / "mock/tests/orchard", None),
    (ROOT / "mock/tests/spec", "library"),
)
"""The folders of contracts, and an API: ours, and two that have what ours lack, such as keys in the query."""

EXAMPLES = "test-runners"
RUNNERS = (
    ("vitest", "run", "--root", f"{EXAMPLES}/vitest"),
    ("jest", "--rootDir", f"{EXAMPLES}/jest"),
    ("jest", "--config", f"{EXAMPLES}/jest-msw/jest.config.cjs"),
    ("playwright", "test", "--config", f"{EXAMPLES}/playwright"),
)
"""The runners of the examples; that of Cypress is a program that does not come from npm."""

NPM = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
AS_USERS_TYPE = {
    "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))),
    **dict.fromkeys(("npm_config_audit", "npm_config_fund", "npm_config_save"), "false"),
    "npm_config_ignore_scripts": "true",
}
"""The environment in which a command is run as it is written: with `adcontract`, and without what NPM leaves out."""


def main() -> None:
    """Build, install and test; end with the status of the first command that fails."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        sys.exit(f"There is no browser: install one of {', '.join(BROWSERS)}. .ci/browser does it where it can.")
    command = str(Path(sys.executable).with_name("adcontract"))
    documents: dict[str, dict[str, Any]] = {}
    for spec, api in CONTRACTS:
        chosen = ["--spec", str(spec), *(["--api", api] if api else [])]
        step("adcontract kit", [command, "kit", *chosen, "--out", str(KIT)], ROOT)
        for each in names(spec, api):
            documents[str(each)] = {"spec": spec, "api": each.api, "snapshot": each.snapshot}
    WORK.mkdir(parents=True, exist_ok=True)
    for file in HERE.iterdir():
        if file.suffix in (".ts", ".mjs", ".json"):
            shutil.copy(file, WORK)
    shutil.rmtree(WORK / EXAMPLES, ignore_errors=True)
    shutil.copytree(ROOT / "examples" / EXAMPLES, WORK / EXAMPLES)
    commands, code = readme()
    (WORK / "readme.test.ts").write_text(code, encoding="utf-8")
    step("npm ci", ["npm", "ci", *NPM], WORK)
    for line in filter(None, commands):
        step(line, shlex.split(line), WORK, os.environ | AS_USERS_TYPE)
    packages = [str(KIT / name) for name in (*documents, LAUNCHER)]
    step("npm install of the packages", ["npm", "install", "--no-save", *NPM, *packages], WORK)
    step("npx msw init", ["npx", "msw", "init", "public", "--no-save"], WORK)
    with contextlib.ExitStack() as open_:
        listed = []
        for name, options in documents.items():
            # each on its own, so that it is at the vendor's own paths
            served = open_.enter_context(running(**options))
            mock = open_.enter_context(contextlib.closing(Mock(served.url, served.mock.runtime.documents[0])))
            listed.append(write(mock, name, served.url))
        (WORK / "packages.ts").write_text(index(listed), encoding="utf-8")
        step("tsc --strict", ["npx", "tsc", "--project", "."], WORK)
        vitest = ["npx", "vitest", "run", "--config", "kit.config.ts", *sys.argv[1:]]
        step("vitest", vitest, WORK, os.environ | {"KIT_BROWSER": browser})
    launcher(command, browser)


def launcher(command: str, browser: str) -> None:
    """Test the package that starts the mock, and run the examples of test runners, which need it."""
    variables = os.environ | {"ADCONTRACT_COMMAND": command, "CHROMIUM": browser}
    step("node --test", ["node", "--test", "--test-reporter", "spec", "launcher.mjs"], WORK, variables)
    for line in RUNNERS:
        step(" ".join(line), ["npx", *line], WORK, variables)


def readme() -> tuple[list[str], str]:
    """Return the commands by which README.md installs a package, and the test that it shows."""
    section = (ROOT / "README.md").read_text("utf-8").partition("## For frontends\n")[2].partition("\n## ")[0]
    blocks = [textwrap.dedent(each) for each in re.findall(r"(?:^ {4}.*\n|^\n)+", section, re.MULTILINE)]
    (code,) = (each for each in blocks if "import " in each)
    (commands,) = (each for each in blocks if "npm install" in each)
    return commands.split("\n"), code


def step(name: str, line: list[str], folder: Path, variables: dict[str, str] | None = None) -> None:
    """Run a command, and say how long it took."""
    began = time.monotonic()
    done = subprocess.run(line, cwd=folder, env=variables, check=False)
    print(f"== {name}: {time.monotonic() - began:.1f} s", flush=True)  # noqa: T201
    if done.returncode:
        sys.exit(done.returncode)


def write(mock: Mock, name: str, url: str) -> dict[str, Any]:
    """Write the requests to send to a document, and return what the tests need of it."""
    contract = mock.document.contract
    asked = [each for kind in (documented, preferred, refused) for each in kind(mock)]
    (WORK / f"{name}.requests.json").write_text(json.dumps(asked, indent=1), encoding="utf-8")
    (WORK / f"{name}.changes.json").write_text(json.dumps(list(changed(mock)), indent=1), encoding="utf-8")
    return {"name": name, "mockUrl": url, "server": contract.document["servers"][0]["url"]}


def index(packages: list[dict[str, Any]]) -> str:
    """Return the module that lists the packages for the tests."""
    lines = ['import type { Asked, Changed, Validating } from "./asked";']
    rows = []
    for i, each in enumerate(packages):
        name = each["name"]
        lines += [
            f'import {{ fixtures as fixtures{i} }} from "@adcontract/{name}/fixtures";',
            f'import {{ mock as mock{i} }} from "@adcontract/{name}/msw";',
            f'import {{ responseSchema as schema{i} }} from "@adcontract/{name}/zod";',
            # as text, since the compiler would derive a type of all of it
            f'import requests{i} from "./{name}.requests.json?raw";',
            f'import changes{i} from "./{name}.changes.json?raw";',
        ]
        rows += [
            f"  {{ ...{json.dumps(each)}, mock: mock{i}, fixtures: fixtures{i} as object,",
            f"    responseSchema: schema{i} as Validating, requests: JSON.parse(requests{i}) as Asked[],",
            f"    changes: JSON.parse(changes{i}) as Changed[] }},",
        ]
    return "\n".join((*lines, "export const packages = [", *rows, "];", ""))


def documented(mock: Mock) -> Iterator[dict[str, Any]]:
    """Yield the documented requests."""
    for operation in mock.document.contract.operations:
        for request in mock.documented(operation):
            yield asked("documented", mock, request)


def preferred(mock: Mock) -> Iterator[dict[str, Any]]:
    """Yield a request for each payload of each response, for each media type, and for what there is not."""
    for operation in mock.document.contract.operations:
        request = mock.request(operation)
        for status, response in operation.responses.items():
            listed = mock.ask(request, code=status, example=NO_NAME).listed if response.media else []
            # a name alone is that of the payload without a name
            for name in listed if len(listed) > 1 else ():
                yield asked("preferred", mock, request, Prefer=f'code={status}, example="{name}"')
                if name == "many" and response is operation.success:
                    for page in pages(mock, operation):
                        yield asked("preferred", mock, page, Prefer=f"example={name}")
            for accept in [each.type for each in response.media] if len(response.media) > 1 else ["*/*"]:
                yield asked("preferred", mock, request, Prefer=f"code={status}", Accept=accept)
        yield asked("preferred", mock, request, Prefer="example=no-such-example")
        yield asked("preferred", mock, request, Prefer="code=599")
        for fault in ("500", "503", "html-error", "malformed-json", "no-such-fault"):
            yield asked("preferred", mock, request, Prefer=f"fault={fault}")
        for status in mock.document.contract.shared_responses(operation):
            yield asked("preferred", mock, request, Prefer=f"code={status}")


def pages(mock: Mock, operation: Operation) -> list[DocumentedRequest]:
    """Return requests for the second, third and fourth page of a list that has numbered pages."""
    pagination, request = operation.behavior.pagination, mock.request(operation)
    if not pagination or pagination.style != "page":
        return []
    return [replace(request, query={**request.query, pagination.start: number}) for number in (2, 3, 4)]


def refused(mock: Mock) -> Iterator[dict[str, Any]]:
    """Yield requests without a credential, for no media type that there is, with other methods, and for no path."""
    operations = mock.document.contract.operations
    for operation in operations:
        request = mock.request(operation)
        yield asked("refused", mock, request, credential="")
        yield asked("refused", mock, request, Accept="application/x-none")
        plain = asked("refused", mock, request)
        methods = {each.method for each in operations if each.path == operation.path}
        for method in sorted({"OPTIONS", "PUT", "DELETE", *(() if operation.body else ("HEAD",))} - methods):
            without_body = {key: value for key, value in plain.items() if key != "body"}
            yield {**without_body, "name": f"{method} {operation.path}", "method": method}
    unknown = f"{mock.request(operations[0]).url('').partition('?')[0]}/no/such/path"
    yield {"kind": "refused", "name": "unknown path", "method": "GET", "path": unknown, "headers": {}}


VALUES: tuple[Any, ...] = ("text", "", 5, -1, 1.5, True, None, [], {}, "2025-01-31T10:00:00Z", "https://example.com")


def changed(mock: Mock) -> Iterator[dict[str, Any]]:
    """Yield the documented payloads with one value changed or removed, and whether they are valid then."""
    schemas = mock.document.composer.schemas
    for operation in mock.document.contract.operations:
        for status, response in operation.responses.items():
            media = response.json
            if media and media.examples and "schema" in media.data:
                name, whole = media.examples[0].name, media.examples[0].value
                for path in places(whole, ()):
                    change = {"operation": operation.id, "status": status, "name": name, "path": path}
                    for value in VALUES:
                        valid = schemas.valid(f"{media.pointer}/schema", with_change(whole, path, value))
                        yield {**change, "value": value, "valid": valid}
                    if path and isinstance(path[-1], str):
                        valid = schemas.valid(f"{media.pointer}/schema", with_change(whole, path, REMOVED))
                        yield {**change, "valid": valid}


REMOVED = object()


def places(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Yield the paths of all values in a value, of lists those in the first item."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for key, each in inside:
        yield from places(each, (*path, key))


def with_change(whole: Any, path: tuple[str | int, ...], value: object) -> Any:
    """Return a copy of a value with another one at a path, or without one there."""
    if not path:
        return value
    copy = dict(whole) if isinstance(whole, dict) else list(whole)
    if len(path) == 1 and value is REMOVED:
        del copy[path[0]]
    else:
        copy[path[0]] = with_change(whole[path[0]], path[1:], value)
    return copy


def asked(
    kind: str, mock: Mock, request: DocumentedRequest, credential: str = CREDENTIAL, **headers: str
) -> dict[str, Any]:
    """Return a request as the tests read it."""
    contract, operation = mock.document.contract, request.operation
    schemes = next(iter(contract.credentials(operation)), ()) if credential else ()
    sent = {name: str(value) for name, value in request.header.items()}
    path, sent = write_credential(schemes, credential, request.url(""), sent)
    media, body = mock.body(request)
    sent |= {"Accept": "*/*", **headers, **({"Content-Type": media} if media else {})}
    shown = ", ".join(f"{name}: {value}" for name, value in headers.items())
    name = f"{operation.id} {request.name} {shown}".strip()
    content = {"body": base64.b64encode(body).decode()} if body else {}
    return {"kind": kind, "name": name, "method": operation.method, "path": path, "headers": sent, **content}


if __name__ == "__main__":
    main()
