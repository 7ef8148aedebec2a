"""Compares the credentials that an operation accepts, by what they are rather than by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contracts.document.document import DocumentError
from contracts.document.json_pointer import escape
from contracts.document.operation import Operation
from contracts.drift.compare.change import Change, Row
from contracts.drift.compare.facts import DOCUMENTATION, canonical, spell
from contracts.drift.compare.parts import located, mapping, object_at

_WORDS: Final = {*DOCUMENTATION, "deprecated", "bearerFormat"}
"""Documentation-only fields of a security scheme (OpenAPI 3.0 §4.7.30)."""

Alternative = Mapping[object, frozenset[str]]
"""Schemes that are required together, each with its scopes."""


def compare_security(pinned: Operation, published: Operation) -> Iterator[Row]:
    """Compare which credentials suffice.

    Arguments:
        pinned: the operation in one document.
        published: the same in the other.

    Raises:
        DocumentError: a requirement names an undescribed scheme.
    """
    before, after = _alternatives(pinned), _alternatives(published)
    changes: list[Change] = []
    matched: list[Alternative] = []
    for words, needed in before:
        kept = next((found for _, found in after if found == needed), None)
        fewer = kept or next((found for _, found in after if _asks_less(found, needed)), None)
        if fewer is not None:
            matched.append(fewer)
        if fewer is None:
            changes.append(_change("security-removed", words, "not among them"))
        elif kept is None:
            told = next(said for said, found in after if found is fewer)
            changes.append(_change("security-scope-dropped", words, told))
    for words, needed in after:
        if all(needed is not each and needed != each for each in matched):
            rule = "security-added" if needed else "security-made-optional"
            changes.append(_change(rule, "not among them", words))
    said = [" or ".join(words for words, _ in each) for each in (before, after)]
    yield Row("security", said[0], said[1], changes)


def _change(rule: str, pinned: str, published: str) -> Change:
    return Change(rule, "security", "security", pinned, published)


def _asks_less(found: Alternative, needed: Alternative) -> bool:
    """Whether an alternative needs the same schemes with the same scopes or fewer."""
    return (
        bool(found)
        and all(found[key] <= needed.get(key, frozenset()) for key in found)
        and (found.keys() == needed.keys())
    )


def _alternatives(operation: Operation) -> list[tuple[str, Alternative]]:
    """The alternative requirements (OpenAPI 3.0 §4.7.31); an empty list requires nothing."""
    described = located(operation).get("security", operation.document.content.get("security"))
    listed = described if isinstance(described, list) else []
    found: list[tuple[str, Alternative]] = []
    for each in listed or [{}]:
        schemes = [_scheme(operation, name, scopes) for name, scopes in mapping(each).items()]
        words = " and ".join(said for said, _, _ in schemes) or "no credentials"
        found.append((words, {key: scopes for _, key, scopes in schemes}))
    return found


def _scheme(operation: Operation, name: str, scopes: object) -> tuple[str, object, frozenset[str]]:
    document = operation.document
    described = mapping(mapping(document.content.get("components")).get("securitySchemes"))
    if name not in described:
        raise DocumentError(f"the security scheme {name:.60} is not described.")
    place = f"/components/securitySchemes/{escape(name)}"
    _, scheme = object_at(document, place, described[name])
    binding = {
        key: value
        for key, value in scheme.items()
        if key not in _WORDS and not key.startswith("x-")
    }
    for key in ("scheme", "name"):  # HTTP schemes and field names are case-insensitive
        folds = key == "scheme" or scheme.get("in") == "header"
        if folds and isinstance(binding.get(key), str):
            binding[key] = str(binding[key]).lower()
    asked = frozenset(map(str, scopes)) if isinstance(scopes, list) else frozenset()
    kind = str(scheme.get("type", ""))
    details = [str(scheme[key]) for key in ("scheme", "in", "name") if key in scheme]
    words = " ".join([kind, *details]) or spell(scheme)
    return words + (f" ({', '.join(sorted(asked))})" if asked else ""), canonical(binding), asked
