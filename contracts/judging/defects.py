"""Violations as defects: one per cause, under the requirement that says most about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from contracts.http.exchange import Exchange
from contracts.http.probe import Credential
from contracts.judging.causes import ANY, ANY_KEY, AUTHORIZATION, causes, is_any_key
from contracts.judging.finding import STATUS, Finding
from contracts.judging.troubles import is_plain_valid

Signature = tuple[str, str, str]

DOCUMENTED = "status-is-documented"
"""The requirement on the status of an odd request that has the key."""

REFUSED = "refusal-is-401"
"""The requirement on the status of a request without the key."""

CONDITIONAL = "preconditions-after-authentication"
"""The requirement that 304, 412, 206 and 416 break for a request without authorization."""

_GROUPS = {
    ANY: frozenset({Credential.VALID, Credential.DRESSED, Credential.DOUBLED}),
    ANY_KEY: frozenset(Credential) - {Credential.VALID},
}


@dataclass
class Defect:
    """All sightings of one violation for one cause.

    Arguments:
        finding: the sighting in the smallest request so far.
        exchanges: numbers of the exchanges that show it.
        families: the probe families that showed it.
    """

    finding: Finding
    exchanges: set[int] = field(default_factory=set)
    families: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One exchange that shows a violation."""

    finding: Finding
    exchange: Exchange
    family: str

    def size(self) -> int:
        """The complexity of the request: one that a shell can send is simpler than any other."""
        probe = self.exchange.probe
        built = 10_000 * (probe.recipe not in {"valid", "absent"})
        raw = 100_000 * (probe.wire is not None)
        return len(self.exchange.sent) + 1000 * len(probe.fields) + built + raw


Seen = dict[Signature, dict[int, Sighting]]
"""The sightings of each violation, by the number of their exchange."""


def divide(seen: Mapping[Signature, Mapping[int, Sighting]]) -> tuple[list[Defect], Counter[str]]:
    """Split violations by cause.

    If the plain request gets a wrong status, an odd request that gets it too is not another
    defect; nor is 206 or 304 if everyone is served. Such sightings count for the requirement that
    the plain request breaks, since that says most about them.

    Arguments:
        seen: the sightings of each violation.

    Returns:
        The defects in the order in which they were first seen, and how many sightings each
        requirement lost to another.
    """
    usual = _usual_statuses(seen.values())
    own: Seen = {signature: dict(those) for signature, those in seen.items()}
    lost: Counter[str] = Counter()
    for signature, those in seen.items():
        for number, sighting in those.items():
            home = _home(sighting, usual)
            if home is not None and home != signature:
                del own[signature][number]
                lost[signature[0]] += home[0] != signature[0]
                own[home].setdefault(number, sighting)
    defects = [each for signature, those in own.items() for each in _divided(signature, those)]
    return _merged(defects, lost), lost


def _merged(defects: Sequence[Defect], lost: Counter[str]) -> list[Defect]:
    """Merge defects of one oddity that occur both with the key and without.

    The one with the key is kept, unless the cause is the key itself.
    """
    kept: list[Defect] = []
    for defect in sorted(defects, key=_comes_second):
        finding = defect.finding
        same = (
            each
            for each in kept
            if (each.finding.where, each.finding.found) == (STATUS, finding.found)
            if each.finding.cause == finding.cause
            if {each.finding.requirement, finding.requirement} == {REFUSED, DOCUMENTED}
        )
        other = next(same, None)
        if other is None:
            kept.append(defect)
            continue
        lost[finding.requirement] += len(defect.exchanges)
        other.exchanges |= defect.exchanges
        other.families |= defect.families
    return [each for each in defects if each in kept]


def _comes_second(defect: Defect) -> bool:
    is_keys = defect.finding.cause.startswith(AUTHORIZATION)
    return defect.finding.requirement == (DOCUMENTED if is_keys else REFUSED)


def _usual_statuses(
    violations: Iterable[Mapping[int, Sighting]],
) -> dict[str, dict[str, Signature]]:
    """Wrong statuses of a plain request: with the key, and without a good one."""
    found: dict[str, dict[str, Signature]] = {ANY: {}, ANY_KEY: {}}
    for seen in violations:
        for sighting in seen.values():
            probe, finding = sighting.exchange.probe, sighting.finding
            telling = is_plain_valid(probe) or (probe.plain and is_any_key(probe))
            if finding.where == STATUS and telling:
                cause = ANY_KEY if is_any_key(probe) else ANY
                found[cause].setdefault(finding.found, finding.signature)
    return found


def _home(sighting: Sighting, usual: Mapping[str, Mapping[str, Signature]]) -> Signature | None:
    """The violation by the plain request that this sighting repeats; None if it is its own."""
    finding, credential = sighting.finding, sighting.exchange.probe.credential
    if finding.where != STATUS:
        return None
    for cause, statuses in usual.items():
        if credential in _GROUPS[cause]:
            if finding.found in statuses:
                return statuses[finding.found]
            served = next((home for status, home in statuses.items() if status[0] == "2"), None)
            presupposes = finding.found[0] == "2" or finding.requirement == CONDITIONAL
            if cause == ANY_KEY and served is not None and presupposes:
                return served
    return None


def _divided(signature: Signature, those: Mapping[int, Sighting]) -> Iterator[Defect]:
    """Split the sightings of one violation by cause."""
    left = dict(those)
    divided: dict[str, list[int]] = {}
    if signature[1] == STATUS:
        for cause, credentials in _GROUPS.items():
            if any(_is_plain(left[number].exchange, cause) for number in left):
                numbers = [n for n in left if left[n].exchange.probe.credential in credentials]
                divided[cause] = numbers
                left = {number: left[number] for number in left if number not in numbers}
    exchanges = [sighting.exchange for sighting in left.values()]
    divided |= causes(exchanges, in_answer=signature[1] != STATUS)
    for cause, numbers in divided.items():
        sightings = [those[number] for number in numbers]
        smallest = min(sightings, key=Sighting.size)  # the plain one, if there is one
        yield Defect(
            replace(smallest.finding, cause=cause),
            set(numbers),
            {sighting.family for sighting in sightings},
        )


def _is_plain(exchange: Exchange, cause: str) -> bool:
    probe = exchange.probe
    return is_plain_valid(probe) if cause == ANY else probe.plain and is_any_key(probe)
