"""The gate's decision on a combined run: it decides on each operation's report and the summary.

The summary page proves nothing by itself. It names the operations' reports by their hashes; the
gate decides on each of them as on any other report, and what the summary says must follow from
them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from contracts.gate.decide import Choice, Decision, decide, inert
from contracts.gate.page_reader import LARGEST, Page, read_page
from contracts.gate.reasons_to_hold.coverage import check_version
from contracts.gate.reasons_to_hold.held import HeldError
from contracts.gate.reasons_to_hold.newer_run import check_newer_run
from contracts.gate.reasons_to_hold.record import Demand, check_age, span, times
from contracts.report.combined.page import page_of
from contracts.report.combined.record import Row, build, is_combined, row_of, rows_of, validate
from contracts.report.reader import read_file
from contracts.report.record import SCHEMA_VERSION, RecordError
from contracts.run.verdict import Verdict, exit_status

PAGE = "report.html"
_NO_EXCHANGES = b'"exchanges":""}'


def read_combined(path: Path) -> Page | None:
    """Read the report of a combined run; None for any other report or file.

    Arguments:
        path: the HTML report.
    """
    try:
        if _NO_EXCHANGES not in read_file(path, LARGEST):  # cheap test: others may be megabytes
            return None
        page = read_page(path)
    except (HeldError, OSError):
        return None
    return page if is_combined(page.record) else None


def reports_of(path: Path, name: str | None = None) -> list[Path]:
    """List a report itself, or the operations' reports if it is that of a combined run.

    Arguments:
        path: the HTML report.
        name: the only operation to list; None for all.

    Raises:
        ValueError: it is a combined run's, and is not whole or lacks the operation.
    """
    page = read_combined(path)
    if page is None:
        return [path]
    try:
        validate(page.record)
    except RecordError as error:
        raise ValueError(f"the record is not as its schema says: {error}") from error
    rows = [row for row in rows_of(page.record) if row.sha256 is not None]
    found = [path.parent / row.name / PAGE for row in rows if name in {None, row.name}]
    if not found:
        raise ValueError(f"no report of {name or 'any operation'} stands beside it")
    return found


def decide_combined(
    path: Path,
    page: Page,
    names: Collection[str],
    demand_for: Callable[[str], Demand],
) -> Decision:
    """Decide on the report of a combined run.

    Arguments:
        path: the HTML report.
        page: its contents.
        names: the operations that it must be about; it may have others too.
        demand_for: returns the demand on an operation's report, given the operation's name.

    Raises:
        ValueError: the demand on a report can't be determined.
    """
    told: dict[str, Any] = {"report": str(path)}
    try:
        demand = demand_for(next(iter(names)))
        _check_form(page.record)
        told |= {each: page.record[each] for each in ("verdict", "started", "finished", "requests")}
        told["target"] = ", ".join(sorted({row["target"] for row in page.record["operations"]}))
        check_newer_run(path, page.record)
        _check_outcome(page.record)
        check_version(page.record)
        check_age(page.record, demand)
        _check_account(page.record)
        _check_written(page, demand)
        _check_names(page.record, names)
        own = {
            row["name"]: _decide_own(path, page.record, row, demand_for)
            for row in page.record["operations"]
        }
    except HeldError as held:
        about = "" if "target" in told else f"{path}: "
        return Decision(Choice.HOLD, held.code, inert(f"{about}{held.reason}"), **told)
    told["signed"] = demand.sign_key is not None
    for member in ("warnings", "waivers"):
        told[member] = tuple(f"{n}: {each}" for n, d in own.items() for each in getattr(d, member))
    if page.record["verdict"] == Verdict.INCONCLUSIVE:
        reason = inert(f"The run proves nothing: {page.record['reason']}")
        return Decision(Choice.INCONCLUSIVE, "inconclusive", reason, **told)
    ago = span(max(demand.now - times(page.record)[0], demand.now - demand.now))
    reason = inert(f"{told['target']}: {page.record['reason'].removesuffix('.')}, {ago} ago.")
    return Decision(Choice.RELEASE, "pass", reason, **told)


def _check_form(record: Any) -> None:
    version = record.get("schema_version")
    if version != SCHEMA_VERSION:
        raise HeldError(
            "schema-version",
            f"The record has schema version {version!s:.20}, and this suite reads "
            f"{SCHEMA_VERSION}.",
        )
    try:
        validate(record)
    except RecordError as error:
        raise HeldError("schema", f"The record is not as its schema says: {error}.") from error


def _check_outcome(record: Mapping[str, Any]) -> None:
    """Require a pass of a complete run, or an inconclusive verdict."""
    if record["verdict"] in {Verdict.FAIL, Verdict.ERROR}:
        code = "failed" if record["verdict"] == Verdict.FAIL else "error"
        raise HeldError(code, record["reason"])
    if not record["complete"] and record["verdict"] == Verdict.PASS:
        raise HeldError("incomplete", "The run left out a part of the contract.")


def _check_account(record: Mapping[str, Any]) -> None:
    """Require that the summary follows from its rows."""
    about = ("exit_status", "started", "finished", "allowance", "profile", "versions")
    again = build(rows_of(record), **{name: record[name] for name in about})
    for name, value in again.items():
        if record[name] != value:
            raise HeldError("record", f"What the record says of its {name} contradicts its rows.")
    if record["exit_status"] != exit_status(Verdict(record["verdict"])):
        raise HeldError(
            "exit-status",
            f"The run is called {record['verdict']}, but its process said {record['exit_status']}.",
        )
    if record["requests"] > record["allowance"]:
        raise HeldError("counts", "The run sent more requests than it says it was allowed.")


def _check_written(page: Page, demand: Demand) -> None:
    """Require the page that the suite writes from this record, signed if there is a key."""
    seal = page.seal
    if demand.sign_key is not None:
        if seal.signature is None:
            raise HeldError("unsigned", "The report is not signed, and a signature is demanded.")
        if not seal.signed_with(demand.sign_key):
            raise HeldError(
                "signature", "The report was signed with another key, or touched since."
            )
    if not seal.unbroken:
        raise HeldError("seal", "The page was changed after the run had written it.")
    if seal.octets != page_of(page.record):
        raise HeldError("page", "The page reads otherwise than the suite writes it.")


def _check_names(record: Mapping[str, Any], names: Collection[str]) -> None:
    missing = [name for name in names if name not in {r["name"] for r in record["operations"]}]
    if missing:
        raise HeldError("operation", f"The run did not ask {', '.join(missing)}.")


def _decide_own(
    path: Path,
    record: Mapping[str, Any],
    row: Mapping[str, Any],
    demand_for: Callable[[str], Demand],
) -> Decision:
    """Decide on an operation's own report, which must be the one that the row names."""
    name, file = row["name"], path.parent / row["name"] / PAGE
    if row["sha256"] is None:
        if row["verdict"] in {Verdict.INCONCLUSIVE, Verdict.NOT_OBSERVED}:
            return Decision(Choice.INCONCLUSIVE, "inconclusive", row["reason"], str(file))
        raise HeldError("missing", f"{name}: it left no report.")
    try:
        found = sha256(read_file(file, LARGEST)).hexdigest()
    except OSError:
        found = ""  # reported below
    if found and found != row["sha256"]:
        raise HeldError("another-report", f"{name}: {file} is not the report of this run.")
    try:
        demand = demand_for(name)
    except ValueError as error:
        words = f"The run asked {name}, which can't be judged here: {error}"
        raise HeldError("operation", words) from error
    decision = decide(file, replace(demand, beside=True))
    if decision.decision is Choice.HOLD:
        raise HeldError(decision.code, f"{name}: {decision.reason}")
    own = read_page(file).record
    if row_of(own, row["sha256"]) != Row(**row):
        raise HeldError("record", f"{name}: its own report says otherwise than the sum.")
    (began, ended), (first, last) = times(own), times(record)
    if not first <= began <= ended <= last:
        raise HeldError("times", f"{name}: its own report is not of the time of this run.")
    return decision
