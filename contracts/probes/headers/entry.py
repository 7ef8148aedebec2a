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
"""What a culprit's name or value is replaced by, to tell which of the two it is."""


class Group(StrEnum):
    """What an entry is about; packs keep to one group as far as they can be filled."""

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
        group: what it is about.
        fields: what it sends; usually one field.
        nightly: whether only the nightly profile has requests for it.
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
        """Fields come with no query."""
        return None

    @cached_property
    def oddities(self) -> frozenset[Oddity]:
        """The oddities that its fields give a plain request."""
        return oddities(self.fields)

    @cached_property
    def names(self) -> frozenset[bytes]:
        """The names of its fields in lower case."""
        return frozenset(name.lower() for name, _ in self.fields)

    def simpler(self) -> Iterator[Entry]:
        """Give it with a simple value, then under a simple name, where a probe may carry that.

        Several fields have no simpler form, and a value that gives the request another oddity is
        none: `Range: 1` is no range.
        """
        if len(self.fields) == 1:
            [(name, value)] = self.fields
            for field in ((name, SIMPLE_VALUE), (SIMPLE_NAME, value)):
                simple = Entry(f"{self.slug} simplified", Group.VALUE, (field,))
                other = field != (name, value) and may_be_fuzzed(field)
                if other and simple.oddities <= self.oddities:
                    yield simple


def entry(group: Group, slug: str, *fields: tuple[str, str], nightly: bool = False) -> Entry:
    """Make an entry from text, each character of which is one byte.

    Arguments:
        group: what it is about.
        slug: its name.
        fields: names and values in latin-1.
        nightly: see Entry.
    """
    raw = tuple((name.encode("ascii"), value.encode("latin-1")) for name, value in fields)
    return Entry(slug, group, raw, nightly=nightly)


def entries_of(group: Group, table: str, *, nightly: bool = False) -> tuple[Entry, ...]:
    """Make one entry from each line of a table: slug, field name, colon, value.

    Arguments:
        group: what they are about.
        table: the lines; blank ones are passed over.
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
    """Write a provider's own names into a table.

    Arguments:
        table: lines in which `{name}`, `{slug}`, `{domain}` and `{scope}` stand for them.
        api: whose API is asked.
    """
    return (
        table.replace("{name}", api.name)
        .replace("{slug}", api.name.lower())
        .replace("{domain}", api.domain)
        .replace("{scope}", api.scope)
    )
