"""How much the state holds. What is beyond a bound is refused, and changes nothing."""

from __future__ import annotations

SESSIONS = 200
"""The number of sessions; with one more the longest unused is forgotten."""

ITEMS = 50_000
"""The number of items that a session has of a resource, those included that it had and deleted."""

KEYS = 1000
"""The number of keys of requests that a session remembers of a document; with one more the oldest is forgotten."""

ENTRIES = 10_000
"""The number of entries of a batch."""

BYTES = 512 * 2**20
"""The bytes of everything, the snapshots included."""

SNAPSHOTS = 50
"""The number of snapshots of a session."""

SNAPSHOT_BYTES = 64 * 2**20
"""The bytes of all snapshots of a session."""

LOG = 1000
"""The number of entries of the log that is shared."""

LOG_BYTES = 100 * 2**20
"""Their bytes."""

LOG_EXCESS = 100
"""The number of entries that a process adds before it looks whether there are too many."""
