"""The options of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adcontract_conformance.client.bounds import PAGES
from adcontract_conformance.groups.generated import EXAMPLES
from adcontract_conformance.model.promises import GROUPS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from adcontract_conformance.checks.waiving import Waiving
    from adcontract_conformance.run.shard import Shard


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of a run. `seconds` bounds it all; `spec` is a folder of contracts in place of ours.

    `every_snapshot` says that the run is about all snapshots of an API, of which the target needs to serve one.
    `own` says that the server was written for the contract, which is then held to what the contract infers, too.
    `workers` is the number of processes that send what is generated.
    `allow_untried` lets a target conform although some operations carried out no request.
    `checks` are the files of a team's own checks. `generated` is how many requests are generated for each operation,
    and `pages` how many of a list are read at most. `name`, `config` and `profile` are those of the settings file.
    `max_failures` ends it when so many causes fail. `max_latency` is how long a response may take, in seconds.
    `waiving` has the waivers of findings. `min_coverage` is how much of a contract has to be covered, by dimension and
    in percent. `shard` is the part of the run that it is.
    """

    groups: tuple[str, ...] = GROUPS
    seed: int = 1
    seconds: float | None = None
    own: bool = False
    spec: Path | None = None
    every_snapshot: bool = False
    allow_untried: bool = False
    max_failures: int | None = None
    max_latency: float | None = None
    workers: int = 1
    checks: tuple[Path, ...] = ()
    generated: int = EXAMPLES
    pages: int = PAGES
    name: str | None = None
    config: Path | None = None
    profile: str | None = None
    waiving: Waiving | None = None
    min_coverage: Mapping[str, int] = field(default_factory=dict)
    shard: Shard | None = None
