"""What stands in `adcontract.toml`: targets and profiles. Its JSON Schema is made of these types."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from adcontract_conformance.settings.minimums import MINIMUMS

GROUPS = ["examples", "security", "behavior", "state", "schema", "rejection"]
"""Those of the suite, which an editor proposes. A team's own checks may have others."""

Text = Annotated[str, Meta(min_length=1)]
Positive = Annotated[int, Meta(ge=1)]
Seconds = Annotated[float, Meta(gt=0)]
Rate = Annotated[
    str,
    Meta(
        pattern=r"^(?=.*[1-9])[0-9]+(\.[0-9]+)?/(s|min)$",
        description="Send no more requests than so many in a second or a minute.",
        examples=["10/s", "300/min"],
    ),
]


class Variable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The environment variable that has a value, such as a secret, which does not belong in a file."""

    INSTEAD_OF_TEXT = 'a secret does not belong in a file. Put it into an environment variable: { env = "NAME" }.'

    env: Annotated[
        str,
        Meta(pattern="^[A-Za-z_][A-Za-z0-9_]*$", description="The name of the variable.", examples=["STAGING_TOKEN"]),
    ]


Percent = Annotated[int, Meta(ge=0, le=100)]
MinimumsText = Annotated[str, Meta(pattern=MINIMUMS, examples=["operations=100,laws=90"])]


class Minimums(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab", omit_defaults=True):
    """How much of a contract has to be covered, in percent."""

    operations: Percent | UnsetType = UNSET
    statuses: Percent | UnsetType = UNSET
    media_types: Percent | UnsetType = UNSET
    parameters: Percent | UnsetType = UNSET
    laws: Percent | UnsetType = UNSET

    def __str__(self) -> str:
        return ",".join(f"{name}={percent}" for name, percent in msgspec.to_builtins(self).items())


class RunSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """How much a run does. Each key is an option of `adcontract check`, with the same meaning."""

    groups: (
        Annotated[
            list[Annotated[str, Meta(min_length=1, examples=GROUPS)]],
            Meta(min_length=1, description="Only these groups of checks."),
        ]
        | UnsetType
    ) = UNSET
    checks: (
        Annotated[list[Text], Meta(description="Files with checks of your own, from the folder of this file.")]
        | UnsetType
    ) = UNSET
    only: (
        Annotated[list[Text], Meta(min_length=1, description="Only the operations with these operationIds.")]
        | UnsetType
    ) = UNSET
    for_: (
        Annotated[
            Literal["vendor", "own"],
            Meta(description="Whose server it is. One written for the contract (own) also fails on inferred parts."),
        ]
        | UnsetType
    ) = msgspec.field(default=UNSET, name="for")
    seed: (
        Annotated[
            int,
            Meta(ge=0, description="The same seed sends the same requests, but for ids and keys that have to be new."),
        ]
        | UnsetType
    ) = UNSET
    workers: (
        Annotated[Positive, Meta(description="The number of processes that send generated requests.")] | UnsetType
    ) = UNSET
    generated: (
        Annotated[Positive, Meta(description="The number of requests that are generated for each operation.")]
        | UnsetType
    ) = UNSET
    max_pages: Annotated[int, Meta(ge=2, description="Read so many pages of a list at most.")] | UnsetType = UNSET
    max_time: Annotated[Seconds, Meta(description="Stop after so many seconds.")] | UnsetType = UNSET
    max_failures: Annotated[Positive, Meta(description="Stop when so many causes fail.")] | UnsetType = UNSET
    max_latency: (
        Annotated[Seconds, Meta(description="Fail on operations that take more seconds to respond.")] | UnsetType
    ) = UNSET
    max_requests: Annotated[Positive, Meta(description="Stop after so many requests.")] | UnsetType = UNSET
    max_requests_per_operation: (
        Annotated[Positive, Meta(description="Send no operation more requests.")] | UnsetType
    ) = UNSET
    rate: Rate | UnsetType = UNSET
    read_only: Annotated[bool, Meta(description="Send nothing but GET, HEAD and OPTIONS.")] | UnsetType = UNSET
    waivers: Annotated[Text, Meta(description="The file of waivers, from the folder of this file.")] | UnsetType = UNSET
    min_coverage: (
        Annotated[
            MinimumsText | Minimums, Meta(description="How much has to be covered, as in operations=100,laws=90.")
        ]
        | UnsetType
    ) = UNSET
    allow_untried: Annotated[bool, Meta(description="Exit 0 although some operations stay untested.")] | UnsetType = (
        UNSET
    )


class Profile(RunSettings, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """How much a run does, by a name, for --profile."""

    extends: (
        Annotated[Text, Meta(description="The profile whose settings hold where this one has none.")] | UnsetType
    ) = UNSET


class TargetEntry(RunSettings, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A server, by a name, for `adcontract check NAME`. Its settings take precedence over those of a profile."""

    url: Annotated[
        Text | Variable, Meta(description="Where it is. The paths of a contract are appended. May be { env = … }.")
    ]
    api: Annotated[Text, Meta(description="Only this API.")] | UnsetType = UNSET
    snapshot: Annotated[Text, Meta(description="This snapshot in place of the newest, or all.")] | UnsetType = UNSET
    spec: Annotated[Text, Meta(description="A folder of contracts, from the folder of this file.")] | UnsetType = UNSET
    checks: (
        Annotated[list[Text], Meta(description="Python files with checks of your own, from the folder of this file.")]
        | UnsetType
    ) = UNSET
    profile: Annotated[Text, Meta(description="The profile of a run that names none.")] | UnsetType = UNSET
    token: (
        Annotated[Variable, Meta(description="The credential to send, user:password for HTTP Basic.")] | UnsetType
    ) = UNSET
    credentials: Annotated[
        dict[Text, Variable],
        Meta(description="Credentials of single security schemes, by the names that the contract has, before `token`."),
    ] = {}
    headers: Annotated[
        dict[Text, str | Variable],
        Meta(description="Sent with each request: a text, or { env = … } for one that no report may show."),
    ] = {}
    known: Annotated[
        dict[Text, dict[Text, str | int | float | bool]],
        Meta(
            description="Values of parameters of path and query that exist on the target, by operationId and name. "
            "They stand in the place of the documented ones."
        ),
    ] = {}
    proxy: Annotated[Text | Variable, Meta(description="The URL of a proxy. May be { env = … }.")] | UnsetType = UNSET
    ca: (
        Annotated[Text, Meta(description="The file of the authority to trust, from the folder of this file.")]
        | UnsetType
    ) = UNSET
    insecure: Annotated[bool, Meta(description="Accept every certificate of the server.")] | UnsetType = UNSET
    allow_writes: Annotated[bool, Meta(description="Write to it although it is not this machine.")] | UnsetType = UNSET


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of `adcontract`: targets and profiles."""

    targets: Annotated[dict[Text, TargetEntry], Meta(description="The servers to check, by name.")] = {}
    profiles: Annotated[dict[Text, Profile], Meta(description="How much a run does, by name.")] = {}
