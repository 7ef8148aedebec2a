"""What a run observed in live bodies, as recorded in `verdict.json`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from contracts.document.json_pointer import unescape
from contracts.drift.compare.change import Anchor
from contracts.report.reader import parse, read_file

_MOST_BYTES: Final = 16 * 1024 * 1024
_MOST_VALUES: Final = 100_000
_VALUE: Final = ("type", "enum", "anyOf", "oneOf", "not")
"""Keywords whose clauses are checked against every value in their place."""


class RunError(ValueError):
    """A record that can't be read; the message is half a sentence."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a run saw in one place.

    Arguments:
        words: a description for people.
        differs: whether it contradicts the pinned document, or goes beyond it.
    """

    words: str
    differs: bool = False


@dataclass(frozen=True)
class Observed:
    """What a run saw of one operation.

    Arguments:
        about: one line for people: which run it was, or why there is none.
        recorded: whether there is a run.
        clauses: how often each clause was observed and violated, by its id.
        unspecified: JSON pointers of members in bodies that the document does not name.
        found: what was there instead, by the ids of violated clauses.
    """

    about: str
    recorded: bool = False
    clauses: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    unspecified: tuple[str, ...] = ()
    found: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def at(self, anchor: Anchor, words: str) -> Sighting | None:
        """Describe what was seen in a place; None if no clause is about it.

        Arguments:
            anchor: the place.
            words: the pinned document's type for the place.
        """
        if not self.recorded:
            return None
        if anchor.body is None:
            counts = self.clauses.get(f"{anchor.status} media type")
            return _sighting("answers", *counts, ()) if counts else None
        prefixes = [f"{anchor.status} {pointer}/" for pointer in anchor.pointers]
        own = [
            (name, counts)
            for name, counts in self.clauses.items()
            for prefix in prefixes
            if name.startswith(prefix) and "/" not in name[len(prefix) :]
        ]
        valued = [c for name, c in own if name.rpartition("/")[2] in _VALUE]
        missing = sum(
            self.clauses.get(f"{anchor.status} {owner}/required/{anchor.name}", (0, 0))[1]
            for owner in anchor.owners
        )
        if not valued and not missing:
            return None
        seen = max((count for count, _ in valued), default=0)
        broken = [(name, counts[1]) for name, counts in own if counts[1]]
        found = [each for name, _ in broken for each in self.found.get(name, ())]
        number = max((count for _, count in broken), default=0)
        sighting = _sighting(words, seen, number, tuple(found))
        if not missing:
            return sighting
        return Sighting(f"{sighting.words}, missing {missing}×", differs=True)

    def beyond(self, anchor: Anchor) -> list[str]:
        """List the undocumented members seen directly below a place.

        Arguments:
            anchor: the place.
        """
        if anchor.body is None:
            return []
        depth = anchor.body.count("/") + 1
        under = (each for each in self.unspecified if each.count("/") == depth)
        return [
            unescape(each.rpartition("/")[2])
            for each in under
            if _matches(each.rpartition("/")[0], anchor.body)
        ]


def read_observed(path: Path, name: str, operation: str, spec_sha256: str) -> Observed:
    """Read what a run recorded.

    Arguments:
        path: its `verdict.json`.
        name: the operation's folder that it must be about.
        operation: its method and path.
        spec_sha256: hash of the pinned document.

    Raises:
        RunError: the file can't be read, or is not such a record.
    """
    record = _record(path)
    if (record.get("name"), record.get("operation")) != (name, operation):
        asked = f"{record.get('name')!s:.80} ({record.get('operation')!s:.80})"
        return Observed(f"{path} is about {asked}")
    target = record.get("target")
    where = target.get("name") if isinstance(target, dict) else "?"
    about = (
        f"{path}: {record.get('verdict')!s:.20} against {where!s:.80}, "
        f"{record.get('requests')!s:.10} requests, {str(record.get('finished'))[:10]}"
    )
    if record.get("spec_sha256") != spec_sha256:
        about += ", by another document than the pinned one"
    clauses, found = {}, defaultdict(list)
    for each in _objects(record, "clauses"):
        observed, violated = each.get("observed"), each.get("violated")
        if isinstance(observed, int) and isinstance(violated, int):
            clauses[str(each.get("id"))] = observed, violated
    for each in _objects(record, "findings"):
        if isinstance(each.get("clause"), str) and str(each.get("found")):
            found[each["clause"]].append(str(each["found"]))
    unspecified = record.get("unspecified")
    return Observed(
        about,
        True,
        clauses,
        tuple(map(str, unspecified)) if isinstance(unspecified, list) else (),
        {name: tuple(dict.fromkeys(values)) for name, values in found.items()},
    )


def name_in(path: Path) -> str | None:
    """Return the folder of the operation that a run recorded; None if that can't be read.

    Arguments:
        path: its `verdict.json`.
    """
    try:
        return str(_record(path).get("name"))
    except RunError:
        return None


def is_of_several(path: Path) -> bool:
    """Whether a record is of a combined run, which has no clauses of its own.

    Arguments:
        path: a `verdict.json`.
    """
    try:
        record = parse(read_file(path, _MOST_BYTES).decode(), _MOST_VALUES)
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(record, dict) and "operations" in record


def _record(path: Path) -> dict[str, Any]:
    try:
        record = parse(read_file(path, _MOST_BYTES).decode(), _MOST_VALUES)
    except OSError as error:
        raise RunError(f"it can't be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise RunError("it is not JSON") from error
    if not isinstance(record, dict) or not isinstance(record.get("clauses"), list):
        raise RunError("it is not the verdict.json of a run")
    return record


def _objects(record: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    value = record.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _sighting(words: str, seen: int, broken: int, found: tuple[str, ...]) -> Sighting:
    if not broken:
        return Sighting(f"{seen}× {words}" if seen else "never")
    values = f": {', '.join(found)[:60]}" if found else ""
    return Sighting(f"{seen}×, {broken} otherwise{values}", differs=True)


def _matches(pointer: str, pattern: str) -> bool:
    steps, wanted = pointer.split("/"), pattern.split("/")
    return len(steps) == len(wanted) and all(
        want in ("{any}", step) for step, want in zip(steps, wanted, strict=True)
    )
