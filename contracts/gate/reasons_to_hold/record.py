"""The gate's demands on a machine record by itself: form, subject, age, and consistency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from contracts.document.catalogue import Catalogue
from contracts.document.requirements import Level
from contracts.gate.reasons_to_hold.held import HeldError
from contracts.gate.reasons_to_hold.waivers import check_waivers
from contracts.http.api_profile import ApiProfile
from contracts.http.endpoint import DEFAULT_PORTS
from contracts.report.advice import MAX_AGE
from contracts.report.record import SCHEMA_VERSION, RecordError, validate
from contracts.report.waived import is_excused, stated_findings, waivers_of
from contracts.run.verdict import (
    KEY_IS_GOOD,
    Circumstances,
    Outcome,
    Verdict,
    exit_status,
    requirement_verdict,
    run_verdict,
)
from contracts.run.waivers import Waiver

CLOCK_SKEW = timedelta(minutes=5)
"""How far the clock of the suite's machine may be ahead of the gate's."""

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Demand:
    """What a report must be about for the gate to release.

    Arguments:
        catalogue: the requirements of this checkout, with the document that they are based on.
        now: the gate's time, with time zone.
        api: the API's profile.
        target: sandbox, staging or a base URL.
        max_age: how long ago the run may have begun.
        sign_key: key that the page must be signed with; None demands no signature.
        waivers: the known deviations that this checkout excuses, of all targets.
        beside: whether another operation's run sent everything, so that a sample suffices.
    """

    catalogue: Catalogue
    now: datetime
    api: ApiProfile = field(kw_only=True)
    target: str = "staging"
    max_age: timedelta = MAX_AGE
    sign_key: str | None = None
    waivers: tuple[Waiver, ...] = ()
    beside: bool = False


def check_form(record: Any) -> None:
    """Require a record of a finished run that matches this version's schema.

    Arguments:
        record: the page's record.

    Raises:
        HeldError: it does not match, or the run did not finish.
    """
    version = record.get("schema_version") if isinstance(record, dict) else None
    if version != SCHEMA_VERSION:
        shown, wrote = "no schema version", ""
        if isinstance(version, int):
            age = "an older" if version < SCHEMA_VERSION else "a newer"
            shown = f"schema version {version}"
            wrote = f": {age} suite wrote it, which is the one to read it"
        raise HeldError(
            "schema-version",
            f"The record has {shown}, and this suite reads {SCHEMA_VERSION}{wrote}.",
        )
    try:
        validate(record)
    except RecordError as error:
        raise HeldError("schema", f"The record does not match its schema: {error}.") from error
    if record["finished"] is None:
        raise HeldError("unfinished", "The record is of a run that never finished.")


def check_outcome(record: Record, demand: Demand) -> None:
    """Require a pass of a complete run, or an inconclusive verdict.

    Arguments:
        record: a schema-valid record.
        demand: what the gate demands.

    Raises:
        HeldError: the run failed, or left something out.
    """
    verdict = record["verdict"]
    if verdict == Verdict.FAIL:
        broken = _named(record, Verdict.FAIL) or _named(record, Verdict.WARN)
        raise HeldError("failed", f"The run failed: {', '.join(broken) or record['reason']}.")
    if verdict == Verdict.ERROR:
        raise HeldError("error", f"The suite itself failed: {record['reason']}")
    for circumstance, words in (
        ("interrupted", "The run was interrupted."),
        ("crashed", "The run lost a worker process."),
        ("error", "The suite itself failed in this run."),
        ("deselected", "The run left out a part of the contract."),
    ):
        if record["circumstances"][circumstance]:
            raise HeldError("incomplete", words)
    if record["circumstances"]["sampled"] and not (demand.beside or demand.catalogue.effects):
        raise HeldError(
            "incomplete",
            "The run asked a sample beside an operation that was asked in full: give the report "
            "that sums up.",
        )
    if not record["complete"] and verdict == Verdict.PASS and not is_sample(record):
        raise HeldError("incomplete", "The run was not complete.")


def is_sample(record: Record) -> bool:
    """Whether a run was to send only a sample, and sent all of it.

    Arguments:
        record: a schema-valid record.
    """
    circumstances = _circumstances(record)
    return circumstances.sampled and replace(circumstances, sampled=False).complete


def check_subject(record: Record, demand: Demand) -> None:
    """Require the target, the document and the catalogue that the gate was asked about.

    Arguments:
        record: a schema-valid record.
        demand: what the gate demands.

    Raises:
        HeldError: it is about something else.
    """
    catalogue = demand.catalogue
    _check_target(record["target"], demand)
    operation = f"{catalogue.operation.method.upper()} {catalogue.operation.path}"
    if (record["name"], record["operation"]) != (catalogue.name, operation):
        asked = f"{record['name']} ({record['operation']})"
        raise HeldError(
            "operation", f"The report is about {asked}, not about {catalogue.name} ({operation})."
        )
    if record["spec_sha256"] != catalogue.operation.document.sha256:
        raise HeldError("document", "The run was judged by another document than the gate's.")
    if record["catalogue_sha256"] != catalogue.sha256:
        raise HeldError(
            "catalogue", "The run was judged by other requirements than this checkout's."
        )
    rows = [(row["id"], row["level"], row["server_dependent"]) for row in record["requirements"]]
    expected = [(r.id, str(r.level), r.server_dependent) for r in catalogue.requirements.values()]
    if rows != expected:
        raise HeldError("requirements", "The report does not list the catalogue's requirements.")
    if [row["id"] for row in record["clauses"]] != [c.id for c in catalogue.operation.clauses]:
        raise HeldError("clauses", "The report does not list the document's clauses.")


def check_age(record: Record, demand: Demand) -> None:
    """Require that the run began recently, and ended before now.

    Arguments:
        record: a schema-valid record.
        demand: what the gate demands.

    Raises:
        HeldError: it is too old, or from the future.
    """
    started, finished = times(record)
    if started > finished:
        raise HeldError("times", "The run ended before it began.")
    if finished > demand.now + CLOCK_SKEW:
        raise HeldError("future", f"The run ended at {record['finished']}, which is in the future.")
    age = demand.now - started
    if age > demand.max_age:
        raise HeldError(
            "stale", f"The run began {span(age)} ago; at most {span(demand.max_age)} are allowed."
        )


def times(record: Record) -> tuple[datetime, datetime]:
    """Return when a run began and when it ended.

    Arguments:
        record: a schema-valid record of a run that ended.

    Raises:
        HeldError: one is not a valid time.
    """
    try:
        started, finished = (datetime.fromisoformat(record[at]) for at in ("started", "finished"))
    except ValueError:
        raise HeldError("schema", "The record's times are not valid dates.") from None
    return started, finished


def span(duration: timedelta) -> str:
    """Write a duration for a person.

    Arguments:
        duration: a non-negative duration.
    """
    minutes = int(duration.total_seconds() // 60)
    for size, unit in ((2 * 24 * 60, "days"), (2 * 60, "hours"), (2, "minutes")):
        if minutes >= size:
            return f"{minutes // (size // 2)} {unit}"
    return f"{int(duration.total_seconds())} seconds"


def check_consistency(record: Record, demand: Demand) -> None:
    """Require that the record's verdicts follow from its own counts and the checkout's waivers.

    Arguments:
        record: a schema-valid record.
        demand: what the gate demands.

    Raises:
        HeldError: it contradicts itself, so something was edited.
    """
    began = times(record)[0].date()
    if record["requests"] > record["allowance"]:
        raise HeldError("counts", "The run sent more requests than it says it was allowed.")
    check_waivers(record, demand.waivers, began, demand.now.date())
    waivers = waivers_of(record, demand.waivers)
    circumstances = _circumstances(record)
    outcomes = []
    for row in record["requirements"]:
        if row["waived"] != is_excused(stated_findings(record, row["id"]), waivers, began):
            raise HeldError("waivers", f"Whether {row['id']} is waived differs from the record.")
        verdict = _expected(row, record, circumstances)
        if row["verdict"] != verdict:
            raise HeldError(
                "edited-verdict",
                f"{row['id']} is called {row['verdict']}, but its counts say {verdict}.",
            )
        outcomes.append(
            Outcome(Level(row["level"]), verdict, row["server_dependent"], row["waived"])
        )
    verdict = run_verdict(outcomes, circumstances, fail_on_warning=record["fail_on_warning"])
    if record["verdict"] != verdict:
        raise HeldError(
            "edited-verdict",
            f"The run is called {record['verdict']}, but its requirements say {verdict}.",
        )
    if record["complete"] != circumstances.complete:
        raise HeldError("edited-verdict", "The run is called complete, but was not.")
    if record["exit_status"] != exit_status(verdict):
        raise HeldError(
            "exit-status",
            f"The run is called {verdict}, but its exit status was {record['exit_status']}.",
        )
    _check_findings(record)


def _check_findings(record: Record) -> None:
    found = Counter(finding["requirement"] for finding in record["findings"])
    for row in record["requirements"]:
        excused = row["id"] == KEY_IS_GOOD and record["circumstances"]["key_refused"]
        if bool(row["violated"]) != bool(found.pop(row["id"], 0)) and not excused:
            raise HeldError(
                "findings",
                f"{row['id']} was violated {row['violated']} times, but the findings differ.",
            )
    if found:
        raise HeldError("findings", "A finding is about a requirement that the report lacks.")
    if len(record["troubles"]) != record["circumstances"]["troubled"]:
        raise HeldError("findings", "The report miscounts its troubles.")


def _check_target(target: Mapping[str, Any], demand: Demand) -> None:
    from contracts.http.target import (  # noqa: PLC0415 - pulls in sockets
        SettingsError,
        is_loopback,
        read_base_url,
    )

    url = target["url"]
    try:
        spelled = read_base_url(url, "the report", demand.api, allow_production=True)
    except SettingsError as error:
        raise HeldError("target", "The report's target is not one that a run can have.") from error
    if url != spelled:
        raise HeldError("target", "The report does not spell its target as a run does.")
    staging = demand.catalogue.operation.server.rstrip("/")
    asked = {"staging": staging}.get(demand.target, demand.target).rstrip("/")
    about = target["name"] if target["name"] == url else f"{target['name']} ({url})"
    if is_loopback(urlsplit(url).hostname or "") != target["loopback"]:
        raise HeldError("target", f"The report is wrong about whether {url} is loopback.")
    named = target["name"] == "sandbox" and target["loopback"] and asked == "sandbox"
    if not named and _normal(url) != _normal(asked):
        raise HeldError("target", f"The report is about {about}, not about {demand.target}.")
    honest = {"staging"} if _normal(url) == _normal(staging) else {url}
    if target["loopback"]:
        honest.add("sandbox")
    if target["name"] not in honest:
        raise HeldError("target", f"The report calls {url} {target['name']}.")


def _normal(url: str) -> tuple[str, str, int | None, str]:
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return url, "", None, ""
    return parts.scheme, (parts.hostname or "").rstrip("."), port, parts.path.rstrip("/")


def _circumstances(record: Record) -> Circumstances:
    given = dict(record["circumstances"])
    return Circumstances(asked=given.pop("answered"), **given)


def _expected(row: Mapping[str, Any], record: Record, circumstances: Circumstances) -> Verdict:
    refused = circumstances.key_refused and row["id"] == KEY_IS_GOOD
    observed = row["observed"]
    if row["waived"]:
        return Verdict.WARN
    return requirement_verdict(
        Level(row["level"]),
        observed=observed,
        violated=0 if refused else row["violated"],
        troubled=refused or (not observed and bool(record["troubles"])),
    )


def _named(record: Record, verdict: Verdict) -> list[str]:
    return [row["id"] for row in record["requirements"] if row["verdict"] == verdict]
