"""The machine record of a run, in `verdict.json` and in the page, for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

from contracts.report.exchanges import probe_to_json
from contracts.report.packing import Packed, pack
from contracts.report.reader import compact
from contracts.report.sign import ELEMENT, SLOTS
from contracts.report.waived import to_json

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

    from contracts.document.requirements import Requirement
    from contracts.judging.defects import Defect
    from contracts.report.facts import RunFacts
    from contracts.run.run import Run

SCHEMA_VERSION = 5
SCHEMA_FILE = Path(__file__).with_name("verdict.schema.json")


class RecordError(ValueError):
    """A record does not match its JSON Schema; the message says where, and why."""


@dataclass(frozen=True)
class _Built:
    facts: RunFacts
    tests: tuple[tuple[str, str], ...]
    record: dict[str, Any]
    packed: Packed


_BUILT: WeakKeyDictionary[Run, _Built] = WeakKeyDictionary()


def build(
    run: Run,
    facts: RunFacts,
    tests: Iterable[tuple[str, str]] | None = None,
    packed: Packed | None = None,
) -> dict[str, Any]:
    """Build the record of a run, which the JSON Schema beside this file describes.

    It is built once per finished run, so that `verdict.json` and the page hold the same.

    Arguments:
        run: the finished run.
        facts: the run's facts.
        tests: node id and outcome of each test as pytest-html shows them; None for those that the
            record was first built with.
        packed: the run's exchanges, if they are packed already.
    """
    return _built(run, facts, tests, packed).record


def embed(run: Run, facts: RunFacts) -> str:
    """Write the page's element for programs: the record and the exchanges.

    Its slots for seal and signature stay blank until the whole page is written (see `sign`).

    Arguments:
        run: the finished run.
        facts: the run's facts.

    Raises:
        ValueError: the record holds a value that JSON can't express (NaN).
    """
    built = _built(run, facts, None)
    text = spelled({"record": built.record, "exchanges": built.packed.text})
    return f"{ELEMENT}{SLOTS}{text.removeprefix('{')}</script>"


def spelled(value: Any) -> str:
    """Write JSON for an element of the page.

    Arguments:
        value: a JSON value.

    Raises:
        ValueError: it holds NaN or Infinity.
    """
    return inert(compact(value))


def packed_evidence(run: Run, facts: RunFacts) -> str:
    """Return the exchanges as packed in the page.

    Arguments:
        run: the finished run.
        facts: the run's facts.
    """
    return _built(run, facts, None).packed.text


def write(record: Mapping[str, Any]) -> str:
    """Write a record as the text of `verdict.json`.

    Arguments:
        record: the result of `build`.

    Raises:
        RecordError: it does not match its JSON Schema.
        ValueError: it holds a value that JSON can't express (NaN).
    """
    validate(record)
    return json.dumps(record, indent=1, allow_nan=False, ensure_ascii=True) + "\n"


def validate(record: Any) -> None:
    """Validate a record against its JSON Schema.

    Arguments:
        record: any JSON value.

    Raises:
        RecordError: it does not match the schema.
    """
    hold(_validator(), record)


def hold(validator: Validator, record: Any) -> None:
    """Validate a record against a schema, and report the most relevant violation.

    Arguments:
        validator: the schema's.
        record: any JSON value.

    Raises:
        RecordError: it does not match the schema.
    """
    from jsonschema.exceptions import best_match  # noqa: PLC0415 - costs 0.1 s

    error = best_match(validator.iter_errors(record))
    if error is not None:
        where = "".join(f"/{step}" for step in error.absolute_path) or "the whole"
        raise RecordError(f"{where}: {error.message[:120]}")


@cache
def _validator() -> Validator:
    return validator_of(SCHEMA_FILE)


def validator_of(schema: Path) -> Validator:
    """Return a validator for a JSON Schema.

    Arguments:
        schema: the schema's file.
    """
    from jsonschema import Draft202012Validator, validators  # noqa: PLC0415 - costs 0.1 s

    # To JSON Schema 252.0 is an integer; to other readers of the record it is not.
    types = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, each: type(each) is int)
    exact = validators.extend(Draft202012Validator, type_checker=types)  # type: ignore[no-untyped-call]
    return cast("Validator", exact(json.loads(schema.read_bytes())))


def inert(text: str) -> str:
    """Escape what could end an element or be markup; ASCII JSON already escapes U+2028.

    Arguments:
        text: JSON in ASCII.
    """
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _built(
    run: Run,
    facts: RunFacts,
    tests: Iterable[tuple[str, str]] | None,
    packed: Packed | None = None,
) -> _Built:
    known = _BUILT.get(run)
    outcomes = tuple(sorted(tests)) if tests is not None else known.tests if known else ()
    if known is None or known.facts != facts or known.tests != outcomes:
        if packed is None:
            packed = pack(run.exchanges[number] for number in sorted(run.exchanges))
        record = _record(run, facts, outcomes, packed)
        known = _BUILT[run] = _Built(facts, outcomes, record, packed)
    return known


def _record(
    run: Run, facts: RunFacts, tests: Iterable[tuple[str, str]], packed: Packed
) -> dict[str, Any]:
    catalogue = facts.catalogue
    document = catalogue.operation.document
    return {
        "schema_version": SCHEMA_VERSION,
        "verdict": str(facts.verdict),
        "reason": facts.reason,
        "complete": facts.complete,
        "exit_status": facts.exit_status,
        "fail_on_warning": run.fail_on_warning,
        "target": {
            "name": facts.target.name,
            "url": facts.target.base_url,
            "loopback": facts.target.loopback,
            "why": facts.target.why,
        },
        "name": catalogue.name,
        "operation": f"{catalogue.operation.method.upper()} {catalogue.operation.path}",
        "spec_version": document.version,
        "spec_sha256": document.sha256,
        "catalogue_sha256": catalogue.sha256,
        "started": _moment(facts.started),
        "finished": _moment(facts.finished) if facts.finished else None,
        "requests": run.client.sent,
        "evidence": {
            "exchanges": packed.count,
            "sha256": packed.sha256,
            "cut": packed.cut,
            "marked": packed.marked,
        },
        "profile": facts.profile,
        "allowance": facts.allowance,
        "seed": facts.seed,
        "versions": facts.versions,
        "circumstances": _circumstances(run),
        "requirements": [_requirement(run, each) for each in catalogue.requirements.values()],
        "clauses": list(_clauses(run, facts)),
        "findings": [_finding(run, defect) for defect in run.defects()],
        "troubles": [
            {"family": family, "exchange": number, "words": words}
            for family, troubles in run.ledger.troubles.items()
            for number, words in troubles
        ],
        "waivers": [
            to_json(waiver, state, (defect.finding for defect in run.defects()))
            for waiver, state in run.waiver_states()
        ],
        "unspecified": sorted(map(_unicode, run.unspecified)),
        "since": facts.since and facts.since.to_json(),
        "tests": [{"id": name, "outcome": outcome} for name, outcome in tests],
    }


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _circumstances(run: Run) -> dict[str, Any]:
    _, circumstances = run.conclude()
    return {
        "answered": circumstances.asked,
        "troubled": circumstances.troubled,
        "stopped": circumstances.stopped,
        "key_refused": circumstances.key_refused,
        "deselected": circumstances.deselected,
        "sampled": circumstances.sampled,
        "interrupted": circumstances.interrupted,
        "crashed": circumstances.crashed,
        "error": circumstances.error,
    }


def _requirement(run: Run, requirement: Requirement) -> dict[str, Any]:
    return {
        "id": requirement.id,
        "level": str(requirement.level),
        "verdict": str(run.requirement_verdict(requirement)),
        "observed": run.ledger.observed[requirement.id],
        "violated": run.ledger.violated[requirement.id],
        "server_dependent": requirement.server_dependent,
        "waived": run.is_waived(requirement.id),
        "sentence": requirement.sentence,
        "source": requirement.source,
        "quote": requirement.quote,
        "sample": run.ledger.sample(requirement.id),
    }


def _clauses(run: Run, facts: RunFacts) -> Iterable[dict[str, Any]]:
    for clause in facts.catalogue.operation.clauses:
        yield {
            "id": clause.id,
            "status": clause.status,
            "pointer": clause.pointer,
            "sentence": clause.sentence,
            "observed": run.ledger.clauses_observed[clause.id],
            "violated": run.ledger.clauses_violated[clause.id],
        }


def _finding(run: Run, defect: Defect) -> dict[str, Any]:
    from contracts.report.text.curl import asked_of, curl  # noqa: PLC0415 - the gate writes no findings
    from contracts.report.text.explain import sightings  # noqa: PLC0415

    finding = defect.finding
    exchange = run.exchanges[finding.exchange]
    asked, shown = run.ledger.sightings(defect)
    return {
        "id": finding.slug,
        "requirement": finding.requirement,
        "level": str(run.level(finding.requirement)),
        "where": _unicode(finding.where),
        "expected": _unicode(finding.expected),
        "found": _unicode(finding.found),
        "cause": _unicode(finding.cause),
        "clause": finding.clause,
        "exchange": finding.exchange,
        "exchanges": sorted(defect.exchanges),
        "families": sorted(defect.families),
        "intermittent": shown < asked,
        "sightings": sightings(run, defect),
        "curl": curl(exchange, *asked_of(run)),
        "again": run.again(finding.slug),
        "probe": probe_to_json(exchange.probe),
    }


def _unicode(text: str) -> str:
    """Escape lone surrogates, whose handling by readers is unpredictable (RFC 8259 §8.2)."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
