"""The page's own part, above pytest-html's table."""

from __future__ import annotations

import json
from html import escape

from contracts.harness.run import Run
from contracts.report.explain import explain
from contracts.report.facts import RunFacts
from contracts.report.record import build, pack_exchanges


def summary_html(run: Run, facts: RunFacts) -> str:
    """Write the verdict, the evidence and the machine record as HTML.

    Arguments:
        run: the run at its end.
        facts: what stands beside its findings.
    """
    record = build(run, facts)
    parts = [
        f'<section id="contract"><h1>verdict: {escape(str(facts.verdict))}</h1>',
        f"<p>{escape(facts.reason)}</p>",
        f"<p>target: {escape(facts.target.name)} ({escape(facts.target.base_url)}), "
        f"{escape(facts.target.why)}</p>",
    ]
    parts += [f"<pre>{escape(explain(run, [defect]))}</pre>" for defect in run.defects()]
    parts.append("<table><tr><th>requirement<th>level<th>verdict<th>observed<th>violated</tr>")
    parts += [
        f"<tr><td>{escape(row['id'])}: {escape(row['sentence'])}<td>{row['level']}"
        f"<td>{row['verdict']}<td>{row['observed']}<td>{row['violated']}</tr>"
        for row in record["requirements"]
    ]
    parts.append("</table></section>")
    data = {"record": record, "exchanges": pack_exchanges(run.exchanges)}
    text = json.dumps(data, allow_nan=False, ensure_ascii=True).replace("<", "\\u003c")
    parts.append(f'<script type="application/json" id="contract-record">{text}</script>')
    return "\n".join(parts)
