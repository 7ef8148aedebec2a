"""The machine record of a run: what `verdict.json` and the page carry for programs."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

from contracts.harness.exchange import Exchange, FaultKind, TransportFault
from contracts.harness.ledger import Defect
from contracts.harness.probe import Credential, Probe
from contracts.harness.run import Run
from contracts.report.explain import curl, sightings
from contracts.report.facts import RunFacts

SCHEMA_VERSION = 1


def build(run: Run, facts: RunFacts) -> dict[str, Any]:
    """Build the record of a run, as its JSON Schema beside this file describes it.

    Arguments:
        run: the run at its end.
        facts: what stands beside its findings.
    """
    catalogue = facts.catalogue
    _, circumstances = run.conclude()
    return {
        "schema_version": SCHEMA_VERSION,
        "verdict": str(facts.verdict),
        "reason": facts.reason,
        "complete": facts.complete,
        "exit_status": facts.exit_status,
        "target": {
            "name": facts.target.name,
            "url": facts.target.base_url,
            "loopback": facts.target.loopback,
            "why": facts.target.why,
        },
        "operation": f"{catalogue.operation.method.upper()} {catalogue.operation.path}",
        "spec_version": catalogue.operation.document.version,
        "spec_sha256": catalogue.operation.document.sha256,
        "catalogue_sha256": catalogue.sha256,
        "started": facts.started.isoformat(timespec="milliseconds"),
        "finished": facts.finished.isoformat(timespec="milliseconds") if facts.finished else None,
        "requests": run.client.sent,
        "profile": facts.profile,
        "seed": facts.seed,
        "versions": facts.versions,
        "circumstances": {
            "answered": circumstances.asked,
            "troubled": circumstances.troubled,
            "stopped": circumstances.stopped,
            "key_refused": circumstances.key_refused,
            "deselected": circumstances.deselected,
            "interrupted": circumstances.interrupted,
            "crashed": circumstances.crashed,
            "error": circumstances.error,
        },
        "requirements": [_requirement(run, r) for r in catalogue.requirements.values()],
        "clauses": [
            {
                "id": clause.id,
                "status": clause.status,
                "pointer": clause.pointer,
                "sentence": clause.sentence,
                "observed": run.ledger.clauses_observed[clause.id],
                "violated": run.ledger.clauses_violated[clause.id],
            }
            for clause in catalogue.operation.clauses
        ],
        "findings": [_finding(run, defect) for defect in run.defects()],
        "troubles": [
            {"family": family, "exchange": number, "words": words}
            for family, troubles in run.ledger.troubles.items()
            for number, words in troubles
        ],
        "unspecified": sorted(run.unspecified),
    }


def _requirement(run: Run, requirement: Any) -> dict[str, Any]:
    return {
        "id": requirement.id,
        "level": str(requirement.level),
        "verdict": str(run.requirement_verdict(requirement)),
        "observed": run.ledger.observed[requirement.id],
        "violated": run.ledger.violated[requirement.id],
        "by_luck": requirement.by_luck,
        "sentence": requirement.sentence,
        "source": requirement.source,
        "quote": requirement.quote,
        "sample": run.ledger.sample(requirement.id),
    }


def _finding(run: Run, defect: Defect) -> dict[str, Any]:
    finding = defect.finding
    exchange = run.exchanges[finding.exchange]
    asked, shown = run.ledger.sightings(defect)
    return {
        "id": finding.slug,
        "requirement": finding.requirement,
        "level": str(run.level(finding.requirement)),
        "where": finding.where,
        "expected": finding.expected,
        "found": finding.found,
        "clause": finding.clause,
        "exchange": finding.exchange,
        "exchanges": sorted(defect.exchanges),
        "families": sorted(defect.families),
        "intermittent": shown < asked,
        "sightings": sightings(run, defect),
        "curl": curl(exchange, run.client.url),
        "probe": probe_to_json(exchange.probe),
    }


def probe_to_json(probe: Probe) -> dict[str, Any]:
    """Write a probe as JSON; bytes as ISO 8859-1 text.

    Arguments:
        probe: any probe.
    """
    return {
        "name": probe.name,
        "family": probe.family,
        "recipe": probe.recipe,
        "credential": str(probe.credential),
        "fields": [[n.decode("latin-1"), v.decode("latin-1")] for n, v in probe.fields],
        "query": None if probe.query is None else probe.query.decode("latin-1"),
        "body": None if probe.body is None else probe.body.decode("latin-1"),
        "fresh": probe.fresh,
        "wire": None if probe.wire is None else probe.wire.decode("latin-1"),
        "attack": probe.attack,
        "near": probe.near,
    }


def probe_from_json(data: Mapping[str, Any]) -> Probe:
    """Read a probe back.

    Arguments:
        data: what `probe_to_json` wrote.
    """

    def raw(text: str | None) -> bytes | None:
        return None if text is None else text.encode("latin-1")

    return Probe(
        name=data["name"],
        family=data["family"],
        recipe=data["recipe"],
        credential=Credential(data["credential"]),
        fields=tuple((n.encode("latin-1"), v.encode("latin-1")) for n, v in data["fields"]),
        query=raw(data["query"]),
        body=raw(data["body"]),
        fresh=data["fresh"],
        wire=raw(data["wire"]),
        attack=data["attack"],
        near=data["near"],
    )


def pack_exchanges(exchanges: Mapping[int, Exchange]) -> str:
    """Pack exchanges for the page: probes and messages once each, compressed, as base64.

    Arguments:
        exchanges: what was recorded, by number.
    """
    probes: dict[str, int] = {}
    messages: dict[bytes, int] = {}
    rows = []
    for number in sorted(exchanges):
        exchange = exchanges[number]
        probe = json.dumps(probe_to_json(exchange.probe))
        fault = exchange.fault
        rows.append(
            [
                number,
                probes.setdefault(probe, len(probes)),
                messages.setdefault(exchange.sent, len(messages)),
                messages.setdefault(exchange.received, len(messages)),
                exchange.closed,
                exchange.started,
                exchange.seconds,
                exchange.connection,
                exchange.attempt,
                None if fault is None else [str(fault.kind), fault.words],
            ]
        )
    packed = {
        "probes": [json.loads(probe) for probe in probes],
        "messages": [message.decode("latin-1") for message in messages],
        "exchanges": rows,
    }
    text = json.dumps(packed, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(zlib.compress(text.encode("ascii"), 6)).decode("ascii")


def unpack_exchanges(packed: str) -> dict[int, Exchange]:
    """Unpack exchanges again.

    Arguments:
        packed: what `pack_exchanges` wrote.

    Raises:
        ValueError: if it is not that.
    """
    try:
        data = json.loads(zlib.decompress(base64.b64decode(packed, validate=True)))
        probes = [probe_from_json(probe) for probe in data["probes"]]
        messages = [message.encode("latin-1") for message in data["messages"]]
        return {
            row[0]: Exchange(
                number=row[0],
                probe=probes[row[1]],
                sent=messages[row[2]],
                received=messages[row[3]],
                closed=row[4],
                started=row[5],
                seconds=row[6],
                connection=row[7],
                attempt=row[8],
                fault=None if row[9] is None else TransportFault(FaultKind(row[9][0]), row[9][1]),
            )
            for row in data["exchanges"]
        }
    except (zlib.error, KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise ValueError("the recorded exchanges can't be read") from error
