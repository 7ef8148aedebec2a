"""The page of a combined run, written from its record alone, so that a gate can write it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from contracts.report.advice import MAX_AGE, Advice
from contracts.report.combined.record import Row, rows_of
from contracts.report.frame.policy import policy
from contracts.report.page.html import style
from contracts.report.page.markup import Html, join, tag
from contracts.report.page.words import badge, duration, moment, section, table
from contracts.report.reason import count
from contracts.report.record import spelled
from contracts.report.sign import ELEMENT, SLOTS
from contracts.run.verdict import Verdict

_SIGNS = {Advice.RELEASE: "✓", Advice.HOLD: "✗", Advice.ASK_AGAIN: "?"}
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
{policy}
<meta charset="utf-8"/>
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<style>{style}</style>
</head>
<body>
{main}
{record}
</body>
</html>
"""


def page_of(record: Mapping[str, Any]) -> bytes:
    """Write the page, with blank slots for its seal and signature.

    Arguments:
        record: a schema-valid record of a combined run.
    """
    text = spelled({"record": record, "exchanges": ""})
    rows = rows_of(record)
    return _PAGE.format(
        policy=policy((), (style(),)),
        title=join((f"{advise(record)} ({record['verdict']}): {count(len(rows), 'operation')}",)),
        style=style(),
        main=tag("main", _header(record), _table(rows), id="contract"),
        record=f"{ELEMENT}{SLOTS}{text.removeprefix('{')}</script>",
    ).encode()


def advise(record: Mapping[str, Any]) -> Advice:
    """Return what to do, as the gate would, which by default requires a deployment.

    Arguments:
        record: a schema-valid record of a combined run.
    """
    if record["verdict"] == Verdict.FAIL:
        return Advice.HOLD
    rehearsal = any(row["rehearsal"] for row in record["operations"])
    if record["verdict"] != Verdict.PASS or not record["complete"] or rehearsal:
        return Advice.ASK_AGAIN
    attention = any(row["attention"] for row in record["operations"])
    return Advice.HOLD if attention else Advice.RELEASE


def _header(record: Mapping[str, Any]) -> Html:
    advice = advise(record)
    started, finished = (datetime.fromisoformat(record[at]) for at in ("started", "finished"))
    targets = ", ".join(dict.fromkeys(row["target"] for row in record["operations"]))
    tone = str(record["verdict"])
    if tone == Verdict.PASS and advice is not Advice.RELEASE:
        tone = "warn" if advice is Advice.HOLD else "neutral"
    about = (
        ("Valid until", moment(started + MAX_AGE)),
        ("Complete", "yes" if record["complete"] else "no: not everything was asked"),
        ("Exit status", str(record["exit_status"])),
        ("Started", moment(started)),
        ("Took", duration((finished - started).total_seconds())),
        ("Requests", f"{record['requests']:,} of at most {record['allowance']:,}"),
        ("Profile", record["profile"]),
        ("Version", record["versions"]["contracts"]),
    )
    heading = tag(
        "h1",
        tag("span", _SIGNS[advice], class_="sign", aria_hidden="true"),
        " ",
        tag("span", str(advice), class_="advice"),
        " ",
        tag("span", record["verdict"], class_="word"),
        id="verdict",
    )
    return tag(
        "header",
        tag("p", tag("strong", targets), class_="place"),
        heading,
        tag("div", tag("p", record["reason"]), class_="reason"),
        tag("dl", *(tag("div", tag("dt", n), tag("dd", v)) for n, v in about), class_="about"),
        class_=f"verdict {tone}",
    )


def _table(rows: list[Row]) -> Html:
    head = ("Verdict", "Operation", "Asked", "Requests", "Reason")
    written = table(head, [_row(row) for row in rows], class_="operations", label="Operations")
    note = "each with a report of its own"
    return section("operations", count(len(rows), "operation"), written, note=note)


def _row(row: Row) -> Html:
    name: Html | str = row.name
    if row.sha256 is not None:
        name = tag("a", row.name, href=f"{row.name}/report.html")
    return tag(
        "tr",
        tag("td", badge(row.verdict)),
        tag("td", name, " ", tag("code", row.operation)),
        tag("td", row.asked),
        tag("td", f"{row.requests:,}", class_="number"),
        tag("td", row.reason),
        id=f"operation-{row.name}",
    )
