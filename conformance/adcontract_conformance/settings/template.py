"""The text of a new `adcontract.toml`: one target, and comments on what is known of it and what else could be there."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from adcontract.wording import printable
from adcontract_conformance.settings.schema import NAME as SCHEMA

_SAYS_NOTHING = ("api", "www", "localhost")
_WHOSE = {
    "own": "it is written for the contract: a breach of what is only inferred fails, too",
    "vendor": "it is not written for the contract: a breach of what is only inferred is a warning",
}


@dataclass(frozen=True)
class NewTarget:
    """A target to write down.

    `said` are sentences on what it has said, and `about_token` is the one on its token: that of the variable
    `ADCONTRACT_TOKEN`, which stands in the file if it `needs_token`. Of its `apis`, it has a `snapshot` if there is
    only one. `example` is an operation and a parameter of which a value could be known.
    """

    url: str
    name: str
    is_own: bool
    said: tuple[str, ...]
    apis: tuple[str, ...] = ()
    snapshot: str | None = None
    spec: str | None = None
    ca: str | None = None
    insecure: bool = False
    needs_token: bool = False
    about_token: str = ""
    example: tuple[str, str] | None = None


def name_of(url: str) -> str:
    """Return a name for the target at a URL: `local`, or the first label of its host that says something."""
    host = urlsplit(url).hostname or ""
    labels = [each for each in host.split(".") if each not in _SAYS_NOTHING]
    if re.fullmatch(r"[0-9.]*|.*:.*", host) or not labels:
        return "local"
    return re.sub(r"[^A-Za-z0-9_-]", "-", labels[0])


def settings_text(target: NewTarget) -> str:
    """Return the text of a settings file with one target."""
    whose = "own" if target.is_own else "vendor"
    lines = [
        f"#:schema ./{SCHEMA}",
        "# Targets and profiles of `adcontract check`. The keys are options of the command.",
        "",
        *(f"# {printable(sentence)}" for sentence in target.said),
        f"[targets.{_key(target.name)}]",
        f"url = {_url(target.url)}",
    ]
    if target.apis:
        comment = "# " if len(target.apis) > 1 else ""
        lines.append(f"{comment}api = {json.dumps(target.apis[0])}  # only this one")
    if target.snapshot:
        lines.append(f"snapshot = {json.dumps(target.snapshot)}  # without this line the newest is meant")
    lines += [
        *([f"spec = {json.dumps(target.spec)}"] if target.spec else []),
        f'for = "{whose}"  # {_WHOSE[whose]}',
        *([f"# {target.about_token}"] if target.about_token else []),
        f'{"" if target.needs_token else "# "}token = {{ env = "ADCONTRACT_TOKEN" }}',
        *([f"ca = {json.dumps(target.ca)}"] if target.ca else []),
        *(["insecure = true"] if target.insecure else []),
    ]
    if not target.is_own:
        lines.append("# allow-writes = true  # it is not this machine, so nothing is written to it without this")
    if target.example:
        operation, parameter = target.example
        lines += [
            "",
            "# A value that exists there, in place of the documented one:",
            f"# [targets.{_key(target.name)}.known.{operation}]",
            f"# {parameter} = …",
        ]
    lines += [
        "",
        "# How much is done, with --profile nightly. The profiles smoke, core and extended are built in.",
        "# [profiles.nightly]",
        '# extends = "extended"',
        "# max-time = 1800",
    ]
    return "\n".join([*lines, ""])


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name)


def _url(url: str) -> str:
    """Return a URL as a value of TOML. One with a password does not belong in the file."""
    return '{ env = "ADCONTRACT_URL" }' if "@" in urlsplit(url).netloc else json.dumps(url)
