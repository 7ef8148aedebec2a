"""Waivers: known deviations, each with a reason, a ticket and an expiry date."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from contracts.judging.finding import Finding

_FINDING = re.compile(r"(?P<requirement>[a-z0-9-]+)-[0-9a-f]{8}")
_WORDS = ("target", "reason", "ticket")
_KEYS = frozenset({"requirement", "finding", *_WORDS, "expires", "intermittent"})


class WaiverError(ValueError):
    """A waiver file can't be used; one sentence says which entry is wrong, and what to do."""


class WaiverState(StrEnum):
    """The state of a waiver after a run."""

    USED = "used"
    """It excused a finding."""
    EXPIRED = "expired"
    """Its last day has passed, so it excuses nothing."""
    RENAMED = "names a finding by its former id"
    """Ids changed when findings were split by cause, so it excuses nothing."""
    UNKNOWN = "matches nothing"
    """There is no such requirement."""
    UNNEEDED = "no longer needed"
    """Its requirement was tested, and its finding did not occur."""
    WAITING = "not observed"
    """Its requirement was not tested, or its finding occurs only sometimes."""


TROUBLESOME = frozenset(
    {WaiverState.EXPIRED, WaiverState.RENAMED, WaiverState.UNKNOWN, WaiverState.UNNEEDED}
)
"""States that need action; a gate holds on them."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """One known deviation.

    Arguments:
        requirement: id of the requirement that it covers.
        finding: id of the one finding that it covers; None for all of the requirement's.
        target: name or base URL of the deployment.
        reason: why it is tolerated.
        ticket: where it is being fixed.
        expires: the last day on which it holds.
        intermittent: whether not seeing it in a run means nothing.
    """

    requirement: str
    finding: str | None
    target: str
    reason: str
    ticket: str
    expires: date
    intermittent: bool = False

    @property
    def about(self) -> str:
        """What it names: the finding, or the requirement."""
        return self.finding or self.requirement

    def concerns(self, finding: Finding) -> bool:
        """Whether it covers a finding, regardless of its expiry date.

        Arguments:
            finding: something found on its target.
        """
        return self.about in {finding.requirement, finding.slug}

    def excuses(self, finding: Finding, today: date) -> bool:
        """Whether it excuses a finding.

        Arguments:
            finding: something found on its target.
            today: the day of the run.
        """
        return today <= self.expires and self.concerns(finding)

    def renamed(self, findings: Iterable[Finding]) -> list[str]:
        """Return the current ids of the finding, if it names it by the former one.

        Arguments:
            findings: all findings on its target.
        """
        named = [each for each in findings if each.requirement == self.requirement]
        if any(self.concerns(each) for each in named):
            return []
        return [each.slug for each in named if each.former_slug == self.finding]

    def state(
        self, *, known: bool, observed: int, findings: Sequence[Finding], today: date
    ) -> WaiverState:
        """Return its state after a run against its target.

        Arguments:
            known: whether the catalogue has its requirement.
            observed: how often the requirement was tested.
            findings: all findings.
            today: the day of the run.
        """
        if not known:
            return WaiverState.UNKNOWN
        if today > self.expires:
            return WaiverState.EXPIRED
        if any(self.concerns(finding) for finding in findings):
            return WaiverState.USED
        if self.renamed(findings):
            return WaiverState.RENAMED
        return WaiverState.WAITING if self.intermittent or not observed else WaiverState.UNNEEDED


def load_waivers(path: Path) -> tuple[Waiver, ...]:
    """Read a waiver file; a missing one counts as empty.

    Arguments:
        path: a TOML file with `[[waiver]]` tables.

    Raises:
        WaiverError: the file can't be used.
    """
    if not path.is_file():
        return ()
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WaiverError(f"{path} can't be read ({error}): fix or empty it") from error
    entries = content.get("waiver", [])
    if set(content) - {"waiver"} or not isinstance(entries, list):
        raise WaiverError(f"{path} holds more than [[waiver]] tables: remove the rest")
    return tuple(_waiver(entry, f"{path}, waiver {n}") for n, entry in enumerate(entries, 1))


def for_target(waivers: Iterable[Waiver], name: str, url: str) -> tuple[Waiver, ...]:
    """Keep the waivers for one deployment.

    Arguments:
        waivers: all waivers of a file.
        name: the target's name.
        url: its base URL.
    """
    return tuple(w for w in waivers if w.target.rstrip("/") in {name, url.rstrip("/")})


def states(
    waivers: Iterable[Waiver],
    known: Container[str],
    observed: Mapping[str, int],
    findings: Sequence[Finding],
    today: date,
) -> list[tuple[Waiver, WaiverState]]:
    """Return each waiver's state after a run against its target.

    Arguments:
        waivers: those of this target.
        known: the ids of the catalogue's requirements.
        observed: how often each requirement was tested, 0 included.
        findings: all findings.
        today: the day of the run.
    """

    def state(waiver: Waiver) -> WaiverState:
        id_ = waiver.requirement
        return waiver.state(
            known=id_ in known, observed=observed[id_], findings=findings, today=today
        )

    return [(waiver, state(waiver)) for waiver in waivers]


def _waiver(entry: Any, where: str) -> Waiver:
    if not isinstance(entry, dict) or set(entry) - _KEYS:
        unknown = ", ".join(sorted(set(entry) - _KEYS)) if isinstance(entry, dict) else "no table"
        raise WaiverError(f"{where}: {unknown} is not known here; see docs/waivers.md")
    for name in _WORDS:
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            raise WaiverError(f"{where}: {name} is missing: give it a few words")
    if ("requirement" in entry) == ("finding" in entry):
        raise WaiverError(f"{where}: name either a requirement or a finding")
    expires = entry.get("expires")
    if type(expires) is not date:
        raise WaiverError(f"{where}: expires is missing or not a date: write it like 2027-01-31")
    if not isinstance(entry.get("intermittent", False), bool):
        raise WaiverError(f"{where}: intermittent is either true or false")
    about = entry.get("finding") or entry.get("requirement")
    if not isinstance(about, str):
        raise WaiverError(f"{where}: a requirement or a finding is named by its id")
    match = _FINDING.fullmatch(about)
    if "finding" in entry and match is None:
        raise WaiverError(f"{where}: {about} is not the id of a finding; a report shows them")
    requirement = match["requirement"] if match and "finding" in entry else about
    return Waiver(
        requirement,
        entry.get("finding"),
        entry["target"].strip(),
        entry["reason"].strip(),
        entry["ticket"].strip(),
        expires,
        bool(entry.get("intermittent", False)),
    )
