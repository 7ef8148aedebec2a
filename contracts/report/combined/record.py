"""The machine record of a combined run, in its `verdict.json` and in its page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts import __version__
from contracts.report.advice import is_rehearsal, needs_attention
from contracts.report.reason import count
from contracts.report.record import SCHEMA_VERSION, RecordError, hold, validator_of
from contracts.run.verdict import Circumstances, Verdict

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

SCHEMA_FILE = Path(__file__).with_name("combined.schema.json")

IN_FULL, SAMPLE, IN_PART, NOTHING = "in full", "a sample", "in part", "nothing"
"""How much of an operation was tested."""

VERSIONS = {"contracts": __version__}
"""The versions that a record states of the suite that wrote it."""

_WORST = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE)
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Row:
    """The result of one operation.

    Arguments:
        name: its folder's name.
        operation: method and path.
        target: sandbox, staging or a base URL.
        rehearsal: whether the target is no deployment.
        attention: whether a waiver has expired or excuses nothing.
        verdict: its verdict.
        reason: the verdict in one sentence.
        asked: how much of it was tested.
        exit_status: its session's exit status.
        requests: how many were sent.
        sha256: hash of its own `report.html`; None if there is none.
    """

    name: str
    operation: str
    target: str
    rehearsal: bool
    attention: bool
    verdict: str
    reason: str
    asked: str
    exit_status: int
    requests: int
    sha256: str | None


def row_of(record: Mapping[str, Any], sha256: str | None) -> Row:
    """Summarise an operation's own record.

    Arguments:
        record: a schema-valid record.
        sha256: hash of the page that holds it; None if there is none.
    """
    return Row(
        name=record["name"],
        operation=record["operation"],
        target=record["target"]["name"],
        rehearsal=is_rehearsal(record),
        attention=needs_attention(record),
        verdict=record["verdict"],
        reason=record["reason"],
        asked=_how_much(record),
        exit_status=record["exit_status"],
        requests=record["requests"],
        sha256=sha256,
    )


def _how_much(record: Mapping[str, Any]) -> str:
    if record["complete"]:
        return IN_FULL
    given = dict(record["circumstances"])
    is_sample = given.pop("sampled")
    rest = Circumstances(asked=given.pop("answered"), **given)
    return SAMPLE if is_sample and rest.complete else IN_PART


def build(rows: Sequence[Row], **about: Any) -> dict[str, Any]:
    """Build the record of a combined run.

    Arguments:
        rows: the operations, in the order in which they were tested.
        about: the members that don't follow from them: `exit_status`, `started`, `finished`,
            `allowance`, `profile` and `versions`.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "verdict": str(worst(row.verdict for row in rows)),
        "reason": reason_for(rows),
        "complete": is_complete([row.asked for row in rows]),
        **about,
        "requests": sum(row.requests for row in rows),
        "operations": [asdict(row) for row in rows],
    }


def worst(verdicts: Iterable[str]) -> Verdict:
    """Combine verdicts: failures take precedence, then errors of the suite, then doubts.

    Arguments:
        verdicts: one per run; `not observed` for an operation that was not selected.
    """
    given = {*verdicts} - {Verdict.NOT_OBSERVED}
    if not given:
        return Verdict.INCONCLUSIVE
    return next((each for each in _WORST if each in given), Verdict.PASS)


def is_complete(asked: Sequence[str]) -> bool:
    """Whether each operation was tested as far as required, and one of them in full.

    Arguments:
        asked: how much of each was tested.
    """
    return IN_FULL in asked and set(asked) <= {IN_FULL, SAMPLE}


def reason_for(rows: Sequence[Row]) -> str:
    """Return the verdict's reason, in one sentence.

    Arguments:
        rows: the operations.
    """
    verdict = worst(row.verdict for row in rows)
    names = [row.name for row in rows if row.verdict == verdict]
    more = len(names) - _MOST_NAMED
    named = ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    of_all = f"{len(names)} of {count(len(rows), 'operation')}"
    if verdict is Verdict.PASS:
        sent = count(sum(row.requests for row in rows), "request")
        return f"{count(len(rows), 'operation')} kept the contract, in {sent}."
    words = {
        Verdict.FAIL: f"{of_all} broke the contract: {named}.",
        Verdict.ERROR: f"The suite itself failed for {of_all}: {named}.",
    }
    return words.get(verdict, f"{of_all} stayed inconclusive: {named}.")


def is_combined(record: Any) -> bool:
    """Whether a machine record is that of a combined run.

    Arguments:
        record: any JSON value.
    """
    return isinstance(record, dict) and "operations" in record


def validate(record: Any) -> None:
    """Validate a record against its JSON Schema.

    Arguments:
        record: any JSON value.

    Raises:
        RecordError: it does not match the schema.
    """
    hold(_validator(), record)
    names = [row["name"] for row in record["operations"]]
    if len(set(names)) < len(names):
        raise RecordError("/operations: two of them have one name")


def rows_of(record: Mapping[str, Any]) -> list[Row]:
    """Read the operations of a record.

    Arguments:
        record: a schema-valid record.
    """
    return [Row(**row) for row in record["operations"]]


def write(record: Mapping[str, Any]) -> str:
    """Write a record as the text of `verdict.json`.

    Arguments:
        record: the result of `build`.

    Raises:
        RecordError: it does not match its JSON Schema.
    """
    validate(record)
    return json.dumps(record, indent=1, allow_nan=False, ensure_ascii=True) + "\n"


@cache
def _validator() -> Validator:
    return validator_of(SCHEMA_FILE)
