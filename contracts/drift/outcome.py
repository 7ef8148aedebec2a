"""The result of a comparison, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contracts.document.document import Document
from contracts.drift.compare.operation import Comparison
from contracts.drift.compare.rules import Effect
from contracts.drift.document import count_operations
from contracts.drift.observed import Observed
from contracts.drift.sdk import Sdk
from contracts.drift.table import Line
from contracts.drift.text import differences, table
from contracts.report.text.printing import inline


@dataclass(frozen=True)
class Outcome:
    """The sources of the four columns and their combined result.

    Arguments:
        comparison: the comparison of the pinned with the published document.
        sdk: what the SDK says.
        observed: what the run observed.
        lines: the table.
    """

    comparison: Comparison
    sdk: Sdk
    observed: Observed
    lines: tuple[Line, ...]

    @property
    def word(self) -> str:
        """`same`, `compatible` or `breaking`, from the two documents alone."""
        return str(self.comparison.effect or "same")

    @property
    def sentence(self) -> str:
        """The result in one sentence."""
        changes = self.comparison.changes
        breaking = sum(change.effect is Effect.BREAKING for change in changes)
        others = len(changes) - breaking
        if breaking:
            words = f"{_counted(breaking, 'difference breaks', 'differences break')} clients"
            words += f", {others} more {'does' if others == 1 else 'do'} not" if others else ""
        elif others:
            words = f"{_counted(others, 'difference', 'differences')}, none of which breaks clients"
        else:
            words = "the published document says what the pinned one says"
        unread = self.comparison.unreadable
        return f"{self.word}: {words}" + (
            f"; the rest can't be compared: {unread}" if unread else ""
        )

    def to_text(self) -> str:
        """The complete text for a terminal of 100 columns."""
        return "\n".join(self._text())

    def to_json(self) -> Mapping[str, object]:
        """The complete result as JSON."""
        comparison = self.comparison
        return {
            "schema_version": 1,
            "outcome": self.word,
            "reason": self.sentence,
            "operation": comparison.name,
            "pinned": _about(comparison.operation.document),
            "published": _about(comparison.published),
            "sdk": self.sdk.about,
            "observed": self.observed.about,
            "rows": [line.to_json() for line in self.lines],
            "changes": [change.to_json() for change in comparison.changes],
        }

    def _text(self) -> Iterator[str]:
        comparison = self.comparison
        yield comparison.name
        pinned, published = comparison.operation.document, comparison.published
        for name, words in (
            ("pinned", _told(pinned)),
            ("published", _told(published)),
            ("SDK", self.sdk.about),
            ("observed", self.observed.about),
        ):
            yield f"  {name:<10}{inline(words)}"
        yield ""
        yield from table(list(self.lines))
        yield ""
        yield from differences(comparison.changes)
        yield from self._asides()
        yield inline(self.sentence)

    def _asides(self) -> Iterator[str]:
        """Differences that the published document is not responsible for."""
        typed = sum(line.sdk_differs for line in self.lines)
        if typed:
            yield f"the SDK differs from the pinned document in {_counted(typed, 'row', 'rows')}"
        seen = sum(line.observed_differs for line in self.lines)
        if seen:
            yield f"the run saw what is not pinned in {_counted(seen, 'row', 'rows')}"


def unreachable_json(operation: str, reason: str) -> Mapping[str, object]:
    """Describe as JSON that the published document could not be fetched.

    Arguments:
        operation: method and path.
        reason: why, as one sentence.
    """
    return {
        "schema_version": 1,
        "outcome": "unreachable",
        "reason": reason,
        "operation": operation,
    }


def _about(document: Document) -> Mapping[str, object]:
    return {
        "name": str(document.path),
        "version": document.version,
        "openapi": str(document.content.get("openapi")),
        "sha256": document.sha256,
        "operations": count_operations(document),
    }


def _told(document: Document) -> str:
    operations = _counted(count_operations(document), "operation", "operations")
    version = f"{document.title} {document.version}".strip()
    return f"{document.path} ({version}, {operations}, SHA-256 {document.sha256[:12]}…)"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
