"""Checks of documented bodies: media type, JSON text, schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from contracts.document.operation import Operation
from contracts.document.requirements import NUMBER_FORMATS
from contracts.document.schema import Violation
from contracts.http.codings import CodingProblem
from contracts.http.json_text import JsonProblemKind
from contracts.judging.checks.registry import CHECKS, Check, check, finding
from contracts.judging.finding import Finding
from contracts.judging.reading import Reading

OF_BODIES = frozenset(
    {
        "body-is-json",
        "json-is-utf-8",
        "member-names-are-unique",
        "number-formats-hold",
        "integers-have-no-fraction",
    }
)
"""Requirements on any documented body, besides its schema."""


@check("content-type-is-json")
def content_type_is_json(reading: Reading) -> Iterable[Finding] | None:
    """The media type is the documented one; its parameters and case do not matter."""
    if not reading.documented:
        return None
    if reading.is_documented_type:
        return ()
    expected = " or ".join(reading.operation.media_types(reading.status))
    found = ", ".join(reading.response.values("content-type")) or "no Content-Type"
    clause = media_type_clause(reading)
    return (finding(reading, "content-type-is-json", "Content-Type", expected, found, clause),)


def media_type_clause(reading: Reading) -> str | None:
    """Return the id of the clause about the media type of the response's status.

    Arguments:
        reading: one with a documented status.
    """
    described = reading.operation.response(reading.status)
    clause = described.media_type_clause if described else None
    return clause.id if clause else None


def _json_check(requirement: str, expected: str, *kinds: JsonProblemKind) -> Check:
    def judge(reading: Reading) -> Iterable[Finding] | None:
        if not reading.documented or not reading.is_json:
            return None
        if isinstance(reading.decoded, CodingProblem):
            return None
        found = [problem for problem in reading.json_problems if problem.kind in kinds]
        if not reading.is_documented_type and any(p.fatal for p in reading.json_problems):
            return None  # content-type-is-json reports it already
        return [finding(reading, requirement, p.where, expected, p.words) for p in found]

    judge.__doc__ = f"Requires {expected}."
    return judge


CHECKS["body-is-json"] = _json_check(
    "body-is-json", "one JSON text", JsonProblemKind.GRAMMAR, JsonProblemKind.DEPTH
)
CHECKS["json-is-utf-8"] = _json_check(
    "json-is-utf-8", "UTF-8 without a byte order mark", JsonProblemKind.ENCODING
)
CHECKS["member-names-are-unique"] = _json_check(
    "member-names-are-unique", "each name once", JsonProblemKind.DUPLICATE
)
CHECKS["strings-are-unicode"] = _json_check(
    "strings-are-unicode", "no half of a surrogate pair", JsonProblemKind.SURROGATE
)


def _is_number_format(violation: Violation) -> bool:
    return violation.keyword == "format" and violation.expected_format in NUMBER_FORMATS


def _is_spelling(violation: Violation) -> bool:
    return violation.keyword == "integer-spelling"


def _clauses_about(requirement: str) -> Callable[[Reading], bool]:
    """Return a predicate: whether a body tested a clause that a requirement is about."""

    @cache
    def ids(operation: Operation) -> frozenset[str]:
        return operation.clauses_about(requirement)

    return lambda reading: not ids(reading.operation).isdisjoint(reading.clauses)


def _schema_check(
    requirement: str, belongs: Callable[[Violation], bool], applies: Callable[[Reading], bool]
) -> Check:
    def judge(reading: Reading) -> Iterable[Finding] | None:
        if not reading.readable or not applies(reading):
            return None
        return [
            finding(reading, requirement, v.where, v.expected, v.found, v.clause.id)
            for v in reading.violations
            if belongs(v)
        ]

    judge.__doc__ = f"Holds bodies against the document for {requirement}."
    return judge


def schema_check(requirement: str, is_about: Callable[[int], bool]) -> Check:
    """Make the check that validates the bodies of some statuses against their schema.

    Arguments:
        requirement: id of the requirement that owns the schema.
        is_about: whether it owns the schema of a status.
    """

    def belongs(violation: Violation) -> bool:
        return not _is_number_format(violation) and not _is_spelling(violation)

    return _schema_check(requirement, belongs, lambda reading: is_about(reading.status))


CHECKS["number-formats-hold"] = _schema_check(
    "number-formats-hold", _is_number_format, _clauses_about("number-formats-hold")
)
CHECKS["integers-have-no-fraction"] = _schema_check(
    "integers-have-no-fraction",
    _is_spelling,
    _clauses_about("integers-have-no-fraction"),
)
