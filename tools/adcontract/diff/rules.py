"""The rules of the comparison: for each type of change its id, its impact on a client, and its sentence.

Names follow oasdiff's checks where the meaning is the same, and so do the classes (its error, warning and info), but:

- A new or changed default is risky, not breaking: servers may have used it before it was documented.
- `x-extensible-enum` rejects nothing, so a value that is no longer known is risky, not breaking.
- New required credentials, and credentials that are no longer accepted, break clients. So does a removed operation,
  deprecated or not.
- A discriminator that loses a value that clients send breaks them; a guarantee that a response loses is risky.

spec/DIFF.md has every difference that was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

REQUEST = ("request-parameter", "request-body", "request-property")
"""The subjects of a rule about schemas that a client writes."""

RESPONSE = ("response-header", "response-body", "response-property")
"""The subjects of a rule about schemas that a client reads."""


class Impact(Enum):
    """The impact of a change on a client that follows the old document, the worst first."""

    BREAKING = "breaking"
    """It can stop working."""
    RISKY = "risky"
    """The documents do not show whether it still works."""
    SAFE = "safe"
    """It keeps working."""

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Impact).index(self)


@dataclass(frozen=True)
class Rule:
    """A type of change. `template` is its sentence, with `{part}`, `{old}` and `{new}`."""

    id: str
    impact: Impact
    template: str

    @cached_property
    def cause(self) -> str:
        """The id without its subject: one change of a schema that a body and a property share has one cause."""
        for subjects in (REQUEST, RESPONSE):
            for subject in subjects:
                if self.id.removeprefix(f"{subject}-") in SCHEMA_RULES:
                    return f"{subject.partition('-')[0]}-{self.id.removeprefix(f'{subject}-')}"
        return self.id

    @property
    def sentence(self) -> str:
        """The sentence of any change of this type, with OLD and NEW in place of the values."""
        side = "request " if "request-" in self.id else "response " if "response-" in self.id else ""
        noun = next(
            (noun for noun in ("parameter", "property", "header", "body", "behavior", "security") if noun in self.id),
            "",
        )
        return self.template.format(part=f"The {side}{noun}".rstrip(), old="OLD", new="NEW")


RULES: dict[str, Rule] = {}
"""Every rule by its id."""

SCHEMA_RULES: dict[str, tuple[Impact, Impact]] = {}
"""The rules about schemas without their subjects: the rest of the id, and the impact in a request and a response."""

B, R, S = Impact.BREAKING, Impact.RISKY, Impact.SAFE


def _rules(table: dict[str, tuple[Impact, str]]) -> None:
    RULES.update({id_: Rule(id_, impact, template) for id_, (impact, template) in table.items()})


def _schema_rules(table: dict[str, tuple[Impact, Impact, str]]) -> None:
    for suffix, (request, response, template) in table.items():
        SCHEMA_RULES[suffix] = request, response
        for subjects, impact in ((REQUEST, request), (RESPONSE, response)):
            _rules({f"{subject}-{suffix}": (impact, template) for subject in subjects})


# the document and its operations
_rules(
    {
        "server-added": (S, "The server {new} is new."),
        "server-removed": (R, "The server {old} was removed."),
        "security-flow-added": (S, "{part} now has the flow {new}."),
        "security-flow-removed": (B, "{part} no longer has the flow {old}."),
        "security-url-changed": (B, "{part} now has the URL {new}; it was {old}."),
        "endpoint-added": (S, "The operation is new."),
        "api-removed-with-deprecation": (B, "The operation was removed; it was deprecated."),
        "api-removed-without-deprecation": (B, "The operation was removed without being deprecated first."),
        "endpoint-deprecated": (S, "The operation is deprecated."),
        "endpoint-reactivated": (S, "The operation is no longer deprecated."),
        "sunset-added": (S, "The operation now ends on {new}."),
        "sunset-removed": (R, "The operation no longer has a date on which it ends; it was {old}."),
        "sunset-earlier": (R, "The operation now ends on {new}; it was {old}."),
        "sunset-later": (S, "The operation now ends on {new}; it was {old}."),
        "api-operation-id-changed": (S, "The operationId is now {new}; it was {old}."),
        "api-tag-added": (S, "The operation now has the tag {new}."),
        "api-tag-removed": (S, "The operation no longer has the tag {old}."),
        "api-security-became-required": (B, "The operation now requires credentials: {new}."),
        "api-security-became-optional": (S, "The operation no longer requires credentials."),
        "api-security-added": (S, "The operation also accepts {new}."),
        "api-security-removed": (B, "The operation no longer accepts {old}."),
        "api-security-reduced": (S, "The operation requires {new} alone; it required {old}."),
        "api-security-scope-added": (R, "The operation now requires the scope {new}."),
        "api-security-scope-removed": (S, "The operation no longer requires the scope {old}."),
        "api-behavior-added": (S, "{part} now declares more."),
        "api-behavior-changed": (R, "{part} now declares something different."),
        "api-became-documented": (S, "The operation is now documented; it was inferred."),
        "api-became-inferred": (R, "The operation is now only inferred; it was documented."),
        "api-example-count-changed": (S, "The number of documented examples is now {new}; it was {old}."),
    }
)

# parameters
_rules(
    {
        "new-required-request-parameter": (B, "{part} is new and required."),
        "new-optional-request-parameter": (S, "{part} is new and optional."),
        "request-parameter-removed": (R, "{part} was removed."),
        "request-path-parameter-renamed": (S, "{part} is now named {new}."),
        "request-parameter-became-required": (B, "{part} is now required."),
        "request-parameter-became-optional": (S, "{part} is now optional."),
        "request-parameter-style-changed": (B, "{part} now has the style {new}; it was {old}."),
        "request-parameter-empty-value-allowed": (S, "{part} can now be empty."),
        "request-parameter-empty-value-refused": (B, "{part} can no longer be empty."),
    }
)

# request bodies
_rules(
    {
        "request-body-added-required": (B, "The request body is new and required."),
        "request-body-added-optional": (S, "The request body is new and optional."),
        "request-body-removed": (B, "The request body was removed."),
        "request-body-became-required": (B, "The request body is now required."),
        "request-body-became-optional": (S, "The request body is now optional."),
        "request-body-media-type-added": (S, "The request body can now also be {new}."),
        "request-body-media-type-removed": (B, "The request body can no longer be {old}."),
        "request-body-encoding-changed": (R, "{part} now encodes its parts differently."),
        "new-required-request-property": (B, "{part} is new and required."),
        "new-optional-request-property": (S, "{part} is new and optional."),
        "request-property-removed": (R, "{part} was removed."),
        "request-property-refused": (B, "{part} was removed, and fields that are not declared are refused."),
        "request-optional-property-became-read-only": (R, "{part} is now read-only."),
        "request-required-property-became-read-only": (R, "{part} is now read-only; it was required."),
        "request-optional-property-became-not-read-only": (S, "{part} is no longer read-only."),
        "request-required-property-became-not-read-only": (B, "{part} is no longer read-only, and required."),
        "request-property-became-required": (B, "{part} is now required."),
        "request-property-became-optional": (S, "{part} is now optional."),
    }
)

# responses
_rules(
    {
        "response-success-status-added": (S, "The response {new} is new."),
        "response-success-status-removed": (B, "The response {old} was removed."),
        "response-non-success-status-added": (S, "The response {new} is new."),
        "response-non-success-status-removed": (S, "The response {old} was removed."),
        "response-became-documented": (S, "{part} is now documented; it was inferred."),
        "response-became-inferred": (R, "{part} is now only inferred; it was documented."),
        "response-media-type-added": (S, "{part} can now also be {new}."),
        "response-media-type-removed": (B, "{part} can no longer be {old}."),
        "response-header-added": (S, "{part} is new."),
        "required-response-header-removed": (B, "{part} was removed; it was always present."),
        "optional-response-header-removed": (R, "{part} was removed."),
        "response-header-became-optional": (B, "{part} can now be absent."),
        "response-header-became-required": (S, "{part} is now always present."),
        "response-required-property-added": (S, "{part} is new and always present."),
        "response-optional-property-added": (S, "{part} is new."),
        "response-required-property-removed": (B, "{part} was removed; it was always present."),
        "response-optional-property-removed": (R, "{part} was removed."),
        "response-optional-property-became-write-only": (R, "{part} is now write-only."),
        "response-required-property-became-write-only": (B, "{part} is now write-only; it was always present."),
        "response-optional-property-became-not-write-only": (S, "{part} is no longer write-only."),
        "response-required-property-became-not-write-only": (S, "{part} is no longer write-only."),
        "response-property-became-optional": (B, "{part} can now be absent."),
        "response-property-became-required": (S, "{part} is now always present."),
    }
)

# schemas: the impact in a request, the impact in a response
_schema_rules(
    {
        "type-changed": (B, B, "{part} is now of type {new}; it was {old}."),
        "type-generalized": (S, B, "{part} is now of type {new}; it was {old}, which is narrower."),
        "type-specialized": (B, S, "{part} is now of type {new}; it was {old}, which is wider."),
        "format-added": (R, S, "{part} now has the format {new}."),
        "format-removed": (S, R, "{part} no longer has the format {old}."),
        "format-changed": (B, B, "{part} now has the format {new}; it was {old}."),
        "format-generalized": (S, B, "{part} now has the format {new}; it was {old}, which is narrower."),
        "format-specialized": (B, S, "{part} now has the format {new}; it was {old}, which is wider."),
        "became-enum": (B, S, "{part} is now one of {new}."),
        "enum-removed": (S, R, "{part} can now have any value; it was one of {old}."),
        "enum-value-added": (S, R, "{part} can now be {new}."),
        "enum-value-removed": (B, S, "{part} can no longer be {old}."),
        "x-extensible-enum-added": (S, S, "{part} now has known values: {new}."),
        "x-extensible-enum-removed": (S, S, "{part} no longer has known values; they were {old}."),
        "x-extensible-enum-value-added": (S, S, "{part} now has the known value {new}."),
        "x-extensible-enum-value-removed": (R, S, "{part} no longer has the known value {old}."),
        "pattern-added": (B, S, "{part} must now match {new}."),
        "pattern-changed": (R, R, "{part} must now match {new}; it was {old}."),
        "pattern-removed": (S, R, "{part} need no longer match {old}."),
        "default-value-added": (R, S, "{part} now has the default {new}."),
        "default-value-changed": (R, S, "{part} now has the default {new}; it was {old}."),
        "default-value-removed": (R, S, "{part} no longer has the default {old}."),
        "became-nullable": (S, B, "{part} can now be null."),
        "became-not-nullable": (B, S, "{part} can no longer be null."),
        "deprecated": (S, S, "{part} is deprecated."),
        "reactivated": (S, S, "{part} is no longer deprecated."),
        "unique-items-added": (B, S, "{part} must now have unique items."),
        "unique-items-removed": (S, B, "{part} can now have equal items."),
        "additional-properties-allowed": (S, R, "{part} can now have additional fields."),
        "additional-properties-refused": (B, S, "{part} no longer has additional fields."),
        "one-of-added": (S, B, "{part} can now also be {new}."),
        "one-of-removed": (B, S, "{part} can no longer be {old}."),
        "one-of-set": (R, R, "{part} is now one of {new}."),
        "one-of-unset": (R, R, "{part} is no longer one of {old}."),
        "any-of-added": (S, B, "{part} can now also be {new}."),
        "any-of-removed": (B, S, "{part} can no longer be {old}."),
        "any-of-set": (R, R, "{part} is now any of {new}."),
        "any-of-unset": (R, R, "{part} is no longer any of {old}."),
        "discriminator-added": (S, S, "{part} now has the discriminator {new}."),
        "discriminator-removed": (S, R, "{part} no longer has the discriminator {old}."),
        "discriminator-property-name-changed": (B, B, "{part} now has the discriminator {new}; it was {old}."),
        "discriminator-mapping-added": (S, R, "{part} now has the discriminator value {new}."),
        "discriminator-mapping-deleted": (B, S, "{part} no longer has the discriminator value {old}."),
        "discriminator-mapping-changed": (R, R, "{part} now maps a discriminator value to {new}; it was {old}."),
        "became-documented": (S, S, "{part} is now documented; it was inferred."),
        "became-inferred": (R, R, "{part} is now only inferred; it was documented."),
        "keyword-changed": (R, R, "{part} now has {new}; it had {old}."),
    }
)

LIMITS = {
    "maximum": ("max", "at most {}"),
    "minimum": ("min", "at least {}"),
    "maxLength": ("max-length", "at most {} characters long"),
    "minLength": ("min-length", "at least {} characters long"),
    "maxItems": ("max-items", "an array of at most {} items"),
    "minItems": ("min-items", "an array of at least {} items"),
    "maxProperties": ("max-properties", "an object of at most {} fields"),
    "minProperties": ("min-properties", "an object of at least {} fields"),
}
"""The keywords that limit a value: the name of the limit in the ids of rules, and its words."""

for _keyword, (_name, _words) in LIMITS.items():
    _new, _old = _words.format("{new}"), _words.format("{old}")
    _upper = _keyword.startswith("max")
    _wider, _narrower = (f"{_name}-increased", f"{_name}-decreased")[:: 1 if _upper else -1]
    _schema_rules(
        {
            f"{_name}-set": (R, S, f"{{part}} is now {_new}."),
            f"{_name}-unset": (S, B, f"{{part}} is no longer {_old}."),
            _wider: (S, B, f"{{part}} is now {_new}; it was {_old}."),
            _narrower: (B, S, f"{{part}} is now {_new}; it was {_old}."),
        }
    )
