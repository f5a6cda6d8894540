"""The comparison of the credentials that an operation accepts, and of the flows by which a client gets a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcontract.diff.change import Change, change
from adcontract.openapi.pointer import join
from adcontract.openapi.references import follow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adcontract.contract.operations import Operation
    from adcontract.diff.pairs import Pairs

    Alternative = dict[str, tuple[str, frozenset[str]]]
    """Credentials that are sent together: the name and the scopes of each scheme, by its content."""

_SCHEMES = "/components/securitySchemes"
_PART = "the operation"


def security(pairs: Pairs, old: Operation, new: Operation) -> Iterator[Change]:
    """Yield the changes of the credentials. A scheme that only has another name is the same."""
    if not old.secured and not new.secured:
        return
    where = _security_of(old), _security_of(new)
    before, after = _accepted(pairs, 0, old), _accepted(pairs, 1, new)
    if old.secured != new.secured:
        fate = "required" if new.secured else "optional"
        yield change(f"api-security-became-{fate}", _PART, *where, None, list(map(_name, after)))
        return
    for alternative in before:
        same = [other for other in after if other.keys() == alternative.keys()]
        less = [other for other in after if other.keys() < alternative.keys()]
        if same:
            yield from _scopes(where, alternative, same)
        elif less:
            yield change("api-security-reduced", _PART, *where, _name(alternative), _name(less[0]))
        else:
            yield change("api-security-removed", _PART, *where, _name(alternative))
    for alternative in after:
        if not any(alternative.keys() <= other.keys() for other in before):
            yield change("api-security-added", _PART, *where, None, _name(alternative))


def _scopes(where: tuple[str, str], alternative: Alternative, others: list[Alternative]) -> Iterator[Change]:
    """Yield the scopes that credentials need in addition, or no longer, in the closest of the new alternatives."""
    scopes = {(name, scope) for name, own in alternative.values() for scope in own}
    names = {key: name for key, (name, _) in alternative.items()}
    every = [{(names[key], scope) for key, (_, own) in other.items() for scope in own} for other in others]
    closest = min(every, key=lambda other: (len(other - scopes), len(scopes - other)))
    for _, scope in sorted(closest - scopes):
        yield change("api-security-scope-added", _PART, *where, None, scope)
    for _, scope in sorted(scopes - closest):
        yield change("api-security-scope-removed", _PART, *where, scope)


def flows(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    """Yield the changes of the flows of OAuth 2 by which a client of either document gets a token."""
    before, after = _schemes(old), _schemes(new)
    for name in before.keys() & after.keys():
        part = f"the security scheme `{name}`"
        was, now = (each[name].get("flows", {}) for each in (before, after))
        for flow in sorted({*was, *now}):
            pointer = join(_SCHEMES, name, "flows", flow)
            if flow not in was:
                yield change("security-flow-added", part, None, pointer, None, flow)
            elif flow not in now:
                yield change("security-flow-removed", part, pointer, None, flow)
            else:
                yield from _urls(part, pointer, was[flow], now[flow])


def _urls(part: str, pointer: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for key in ("authorizationUrl", "tokenUrl", "refreshUrl"):
        if key in old and old[key] != new.get(key):
            where = join(pointer, key), join(pointer, key) if key in new else pointer
            yield change("security-url-changed", part, *where, old[key], new.get(key, "none"))


def _security_of(operation: Operation) -> str:
    """Return the pointer of the security requirements: those of the operation, else those of the document."""
    return f"{operation.pointer if 'security' in operation.data else ''}/security"


def _accepted(pairs: Pairs, side: int, operation: Operation) -> list[Alternative]:
    own, others = _schemes(pairs.documents[side]), _schemes(pairs.documents[1 - side])
    return [
        {_content(name, own.get(name, {}), others): (name, frozenset(scopes)) for name, scopes in each.items()}
        for each in operation.security
    ]


def _schemes(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    schemes = document.get("components", {}).get("securitySchemes", {})
    return {name: follow(document, scheme) for name, scheme in schemes.items()}


def _content(name: str, scheme: dict[str, Any], others: dict[str, dict[str, Any]]) -> str:
    """Return how a client sends the credentials of a scheme; where it gets a token is compared by `flows`."""
    type_ = scheme.get("type", "")
    if type_ == "apiKey":
        is_header = scheme.get("in") == "header"
        return f"{type_} {scheme.get('in')} {scheme['name'].lower() if is_header else scheme['name']}"
    if type_ == "http":
        return f"{type_} {scheme['scheme'].lower()}"
    if type_ == "oauth2" and others.get(name, {}).get("type") == type_:
        return f"{type_} {name}"
    urls = {flow: [own.get("authorizationUrl"), own.get("tokenUrl")] for flow, own in scheme.get("flows", {}).items()}
    return f"{type_} {sorted(urls.items()) or scheme.get('openIdConnectUrl', name)}"


def _name(alternative: Alternative) -> str:
    """Return the name of an alternative: its schemes with their scopes."""
    names = (f"{name} ({', '.join(sorted(scopes))})" if scopes else name for name, scopes in alternative.values())
    return " and ".join(names)
