"""One entry of the corpus: a few fields that belong together, under a readable name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from contracts.http.allowed import Oddity, is_attack_shaped, oddities
from contracts.http.api_profile import ApiProfile
from contracts.http.probe import Field
from contracts.probes.headers.permitted import may_be_fuzzed

SIMPLE_NAME, SIMPLE_VALUE = b"X-Probe", b"1"
"""Replacements for a culprit's name or value, to find out which of the two is to blame."""


class Group(StrEnum):
    """The topic of an entry; packs keep to one group as far as they can be filled."""

    CONDITIONAL = "conditional"
    NEGOTIATION = "negotiation"
    TRUST = "trust"
    FORWARDING = "forwarding"
    TRACING = "tracing"
    BROWSER = "browser"
    APPLICATION = "application"
    CONTENT = "content"
    SHAPE = "shape"
    NAME = "name"
    VALUE = "value"
    BYTES = "bytes"
    INJECTION = "injection"


@dataclass(frozen=True)
class Entry:
    """A few fields that are sent together.

    Arguments:
        slug: stable and readable, unique in the corpus.
        group: its topic.
        fields: what it sends; usually one field.
        nightly: whether only the nightly profile sends it.
    """

    slug: str
    group: Group
    fields: tuple[Field, ...]
    nightly: bool = False

    @cached_property
    def attack(self) -> bool:
        """Whether a firewall may refuse it, and ban its sender."""
        return is_attack_shaped(self.fields)

    @property
    def query(self) -> None:
        """None: fields come without a query."""
        return None

    @cached_property
    def oddities(self) -> frozenset[Oddity]:
        """The oddities that its fields add to a plain request."""
        return oddities(self.fields)

    @cached_property
    def names(self) -> frozenset[bytes]:
        """The names of its fields in lower case."""
        return frozenset(name.lower() for name, _ in self.fields)

    def simpler(self) -> Iterator[Entry]:
        """Yield it with a simple value, then under a simple name, if a probe may carry that.

        Several fields have no simpler form, nor has a value whose replacement adds another oddity:
        `Range: 1` is not a range.
        """
        if len(self.fields) == 1:
            [(name, value)] = self.fields
            for field in ((name, SIMPLE_VALUE), (SIMPLE_NAME, value)):
                simple = Entry(f"{self.slug} simplified", Group.VALUE, (field,))
                other = field != (name, value) and may_be_fuzzed(field)
                if other and simple.oddities <= self.oddities:
                    yield simple


def entry(group: Group, slug: str, *fields: tuple[str, str], nightly: bool = False) -> Entry:
    """Make an entry from text with one byte per character.

    Arguments:
        group: its topic.
        slug: its name.
        fields: names and values in latin-1.
        nightly: see Entry.
    """
    raw = tuple((name.encode("ascii"), value.encode("latin-1")) for name, value in fields)
    return Entry(slug, group, raw, nightly=nightly)


def entries_of(group: Group, table: str, *, nightly: bool = False) -> tuple[Entry, ...]:
    """Make one entry from each line of a table: slug, field name, colon, value.

    Arguments:
        group: their topic.
        table: the lines; blank ones are skipped.
        nightly: see Entry.
    """
    made = []
    for line in table.strip().splitlines():
        if line.strip():
            slug, rest = line.split(maxsplit=1)
            name, _, value = rest.partition(":")
            made.append(entry(group, slug, (name, value.strip()), nightly=nightly))
    return tuple(made)


def filled(table: str, api: ApiProfile) -> str:
    """Fill a provider's own names into a table.

    Arguments:
        table: lines with the placeholders `{name}`, `{slug}`, `{domain}` and `{scope}`.
        api: the API.
    """
    return (
        table.replace("{name}", api.name)
        .replace("{slug}", api.name.lower())
        .replace("{domain}", api.domain)
        .replace("{scope}", api.scope)
    )
