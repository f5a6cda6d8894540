"""The rules of the comparison: what each kind of change is called, what it means for a client, and how it is told.

Names follow oasdiff's checks where the meaning is the same, and so do the classes (its error, warning and info), but:

- A default that a client relied on is risky, not breaking: it may have been so before it was written down.
- `x-extensible-enum` refuses nothing, so a value that is no longer known is risky, not breaking.
- Credentials that are newly wanted, or no longer accepted, break; a removed operation breaks, deprecated or not.
- A discriminator that loses a kind a client sends breaks; a promise that an answer no longer makes is risky.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

REQUEST = ("request-parameter", "request-body", "request-property")
"""The subjects of a rule about schemas that a client writes."""

RESPONSE = ("response-header", "response-body", "response-property")
"""The subjects of a rule about schemas that a client reads."""


class Level(Enum):
    """What a change means for a client that keeps to the old document, the worst first."""

    BREAKING = "breaking"
    """It can stop working."""
    RISKY = "risky"
    """Whether it still works cannot be told from the documents."""
    SAFE = "safe"
    """It goes on working."""

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Level).index(self)


@dataclass(frozen=True)
class Rule:
    """One kind of change. `says` is a sentence with `{part}`, `{old}` and `{new}`."""

    id: str
    level: Level
    says: str

    @property
    def sentence(self) -> str:
        """The sentence of any such change, with OLD and NEW for the values."""
        side = "request " if "request-" in self.id else "response " if "response-" in self.id else ""
        noun = next((noun for noun in ("parameter", "property", "header", "body", "behavior") if noun in self.id), "")
        return self.says.format(part=f"The {side}{noun}".rstrip(), old="OLD", new="NEW")


RULES: dict[str, Rule] = {}
"""Every rule by its id."""

SCHEMA_RULES: dict[str, tuple[Level, Level]] = {}
"""What the rules about schemas have in common: an id without its subject, and its class in a request and a response."""

B, R, S = Level.BREAKING, Level.RISKY, Level.SAFE


def _rules(table: dict[str, tuple[Level, str]]) -> None:
    RULES.update({id_: Rule(id_, level, says) for id_, (level, says) in table.items()})


def _schema_rules(table: dict[str, tuple[Level, Level, str]]) -> None:
    for suffix, (request, response, says) in table.items():
        SCHEMA_RULES[suffix] = request, response
        for subjects, level in ((REQUEST, request), (RESPONSE, response)):
            _rules({f"{subject}-{suffix}": (level, says) for subject in subjects})


# the document and its operations
_rules(
    {
        "server-added": (S, "The server {new} is new."),
        "server-removed": (R, "The server {old} is gone."),
        "endpoint-added": (S, "The operation is new."),
        "api-removed-with-deprecation": (B, "The operation is gone; it was deprecated."),
        "api-removed-without-deprecation": (B, "The operation is gone; it was not deprecated before."),
        "endpoint-deprecated": (S, "The operation is deprecated."),
        "endpoint-reactivated": (S, "The operation is no longer deprecated."),
        "api-operation-id-changed": (S, "The operation's id is now {new}, it was {old}."),
        "api-tag-added": (S, "The operation has the tag {new}."),
        "api-tag-removed": (S, "The operation no longer has the tag {old}."),
        "api-security-became-required": (B, "The operation now wants credentials: {new}."),
        "api-security-became-optional": (S, "The operation no longer wants credentials."),
        "api-security-added": (S, "The operation also accepts {new}."),
        "api-security-removed": (B, "The operation no longer accepts {old}."),
        "api-behavior-added": (S, "{part} declares more than before."),
        "api-behavior-changed": (R, "{part} declares something else than before."),
        "api-became-documented": (S, "The operation is now documented; it was inferred."),
        "api-became-inferred": (R, "The operation is no longer documented, only inferred."),
        "api-example-count-changed": (S, "The operation has {new} documented examples, it had {old}."),
    }
)

# parameters
_rules(
    {
        "new-required-request-parameter": (B, "{part} is new and required."),
        "new-optional-request-parameter": (S, "{part} is new and optional."),
        "request-parameter-removed": (R, "{part} is gone."),
        "request-path-parameter-renamed": (S, "{part} is now called {new}."),
        "request-parameter-became-required": (B, "{part} is now required."),
        "request-parameter-became-optional": (S, "{part} is now optional."),
        "request-parameter-style-changed": (B, "{part} is now written in the style {new}, it was {old}."),
        "request-parameter-empty-value-allowed": (S, "{part} may now be empty."),
        "request-parameter-empty-value-refused": (B, "{part} may no longer be empty."),
    }
)

# request bodies
_rules(
    {
        "request-body-added-required": (B, "A request body is new and required."),
        "request-body-added-optional": (S, "A request body is new and optional."),
        "request-body-removed": (B, "The request body is gone."),
        "request-body-became-required": (B, "The request body is now required."),
        "request-body-became-optional": (S, "The request body is now optional."),
        "request-body-media-type-added": (S, "The request body may also be {new}."),
        "request-body-media-type-removed": (B, "The request body may no longer be {old}."),
        "request-body-encoding-changed": (R, "{part} has its parts encoded in another way."),
        "new-required-request-property": (B, "{part} is new and required."),
        "new-optional-request-property": (S, "{part} is new and optional."),
        "request-property-removed": (R, "{part} is gone."),
        "request-property-became-required": (B, "{part} is now required."),
        "request-property-became-optional": (S, "{part} is now optional."),
    }
)

# answers
_rules(
    {
        "response-success-status-added": (S, "The answer {new} is new."),
        "response-success-status-removed": (B, "The answer {old} is gone."),
        "response-non-success-status-added": (S, "The answer {new} is new."),
        "response-non-success-status-removed": (S, "The answer {old} is gone."),
        "response-became-documented": (S, "{part} is now documented; it was inferred."),
        "response-became-inferred": (R, "{part} is no longer documented, only inferred."),
        "response-media-type-added": (S, "{part} may also be {new}."),
        "response-media-type-removed": (B, "{part} is no longer {old}."),
        "response-header-added": (S, "{part} is new."),
        "required-response-header-removed": (B, "{part} is gone; it was always there."),
        "optional-response-header-removed": (R, "{part} is gone."),
        "response-header-became-optional": (B, "{part} may now be missing."),
        "response-header-became-required": (S, "{part} is now always there."),
        "response-required-property-added": (S, "{part} is new and always there."),
        "response-optional-property-added": (S, "{part} is new."),
        "response-required-property-removed": (B, "{part} is gone; it was always there."),
        "response-optional-property-removed": (R, "{part} is gone."),
        "response-property-became-optional": (B, "{part} may now be missing."),
        "response-property-became-required": (S, "{part} is now always there."),
    }
)

# schemas: the class in a request, the class in a response
_schema_rules(
    {
        "type-changed": (B, B, "{part} is now of type {new}, it was {old}."),
        "type-generalized": (S, B, "{part} is now of type {new}, it was {old}, which is narrower."),
        "type-specialized": (B, S, "{part} is now of type {new}, it was {old}, which is wider."),
        "format-added": (R, S, "{part} now has the format {new}."),
        "format-removed": (S, R, "{part} no longer has the format {old}."),
        "format-changed": (B, B, "{part} now has the format {new}, it was {old}."),
        "format-generalized": (S, B, "{part} now has the format {new}, it was {old}, which is narrower."),
        "format-specialized": (B, S, "{part} now has the format {new}, it was {old}, which is wider."),
        "became-enum": (B, S, "{part} is now one of {new}."),
        "enum-removed": (S, R, "{part} may now have any value, it was one of {old}."),
        "enum-value-added": (S, R, "{part} may now be {new}."),
        "enum-value-removed": (B, S, "{part} may no longer be {old}."),
        "x-extensible-enum-added": (S, S, "{part} now has known values: {new}."),
        "x-extensible-enum-removed": (S, S, "{part} no longer has known values, it had {old}."),
        "x-extensible-enum-value-added": (S, S, "{part} has {new} among its known values."),
        "x-extensible-enum-value-removed": (R, S, "{part} no longer has {old} among its known values."),
        "pattern-added": (B, S, "{part} now has to match {new}."),
        "pattern-changed": (R, R, "{part} now has to match {new}, it was {old}."),
        "pattern-removed": (S, R, "{part} no longer has to match {old}."),
        "default-value-added": (R, S, "{part} now has the default {new}."),
        "default-value-changed": (R, S, "{part} now has the default {new}, it was {old}."),
        "default-value-removed": (R, S, "{part} no longer has the default {old}."),
        "became-nullable": (S, B, "{part} may now be null."),
        "became-not-nullable": (B, S, "{part} may no longer be null."),
        "deprecated": (S, S, "{part} is deprecated."),
        "reactivated": (S, S, "{part} is no longer deprecated."),
        "unique-items-added": (B, S, "{part} may no longer hold a value twice."),
        "unique-items-removed": (S, B, "{part} may now hold a value twice."),
        "additional-properties-allowed": (S, R, "{part} may now have further fields."),
        "additional-properties-refused": (B, S, "{part} may no longer have further fields."),
        "one-of-added": (S, B, "{part} may now also be {new}."),
        "one-of-removed": (B, S, "{part} may no longer be {old}."),
        "one-of-set": (R, R, "{part} is now one of {new}."),
        "one-of-unset": (R, R, "{part} is no longer one of {old}."),
        "any-of-added": (S, B, "{part} may now also be {new}."),
        "any-of-removed": (B, S, "{part} may no longer be {old}."),
        "any-of-set": (R, R, "{part} is now any of {new}."),
        "any-of-unset": (R, R, "{part} is no longer any of {old}."),
        "discriminator-added": (S, S, "{part} now tells its kinds apart by {new}."),
        "discriminator-removed": (S, R, "{part} no longer tells its kinds apart by {old}."),
        "discriminator-property-name-changed": (B, B, "{part} now tells its kinds apart by {new}, it was {old}."),
        "discriminator-mapping-added": (S, R, "{part} has the new kind {new}."),
        "discriminator-mapping-deleted": (B, S, "{part} no longer has the kind {old}."),
        "discriminator-mapping-changed": (R, R, "{part} now means {new} by a kind that was {old}."),
        "became-documented": (S, S, "{part} is now documented; it was inferred."),
        "became-inferred": (R, R, "{part} is no longer documented, only inferred."),
        "keyword-changed": (R, R, "{part} now says {new}, it said {old}."),
    }
)

LIMITS = {
    "maximum": ("max", "at most {}"),
    "minimum": ("min", "at least {}"),
    "maxLength": ("max-length", "at most {} characters long"),
    "minLength": ("min-length", "at least {} characters long"),
    "maxItems": ("max-items", "of at most {} items"),
    "minItems": ("min-items", "of at least {} items"),
    "maxProperties": ("max-properties", "of at most {} fields"),
    "minProperties": ("min-properties", "of at least {} fields"),
}
"""The keywords that bound a value: the name of the bound in the ids of rules, and how it is told."""

for _keyword, (_name, _told) in LIMITS.items():
    _new, _old = _told.format("{new}"), _told.format("{old}")
    _upper = _keyword.startswith("max")
    _wider, _narrower = (f"{_name}-increased", f"{_name}-decreased")[:: 1 if _upper else -1]
    _schema_rules(
        {
            f"{_name}-set": (R, S, f"{{part}} is now {_new}."),
            f"{_name}-unset": (S, B, f"{{part}} is no longer {_old}."),
            _wider: (S, B, f"{{part}} is now {_new}, it was {_old}."),
            _narrower: (B, S, f"{{part}} is now {_new}, it was {_old}."),
        }
    )
