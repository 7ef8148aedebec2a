"""A pack: members that share one request, so that one good response clears all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from contracts.http.allowed import Oddity, oddities
from contracts.http.probe import Field


class Member(Protocol):
    """Something that can share a request with others: an entry of fields, or a query component."""

    @property
    def slug(self) -> str:
        """Stable and readable, unique among its kind."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The header fields that it sends."""

    @property
    def query(self) -> bytes | None:
        """The query component that it sends, without a question mark; None if it sends none."""

    @property
    def attack(self) -> bool:
        """Whether a firewall may ban its sender."""

    @property
    def oddities(self) -> frozenset[Oddity]:
        """The oddities that it adds to a plain request."""

    @property
    def names(self) -> frozenset[bytes]:
        """The names that it occupies: no other member of its pack may have them."""

    def simpler(self) -> Iterator[Member]:
        """Yield it with another name or another value, to find out which of the two is to blame."""


AnyMember = TypeVar("AnyMember", bound=Member)


@dataclass(frozen=True)
class Pack:
    """Some members in one request.

    Arguments:
        name: unique in its list; with a single member, its slug.
        members: no two have the same field or parameter name.
        served: whether a server may serve each of them with the key.
    """

    name: str
    members: tuple[Member, ...]
    served: bool = False

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The fields that the pack sends, in the members' order."""
        return tuple(field for member in self.members for field in member.fields)

    @cached_property
    def query(self) -> bytes | None:
        """The query component that the pack sends, in the members' order; None if it sends none."""
        given = [member.query for member in self.members if member.query is not None]
        return b"&".join(given) if given else None

    @cached_property
    def names(self) -> frozenset[bytes]:
        """The names that its members occupy."""
        return frozenset[bytes]().union(*(member.names for member in self.members))

    @cached_property
    def oddities(self) -> frozenset[Oddity]:
        """The oddities of the pack as a whole, which each member has as well."""
        return oddities(self.fields, self.query)

    @property
    def size(self) -> int:
        """Bytes of its field lines."""
        return sum(len(name) + len(value) + 4 for name, value in self.fields)

    @property
    def attack(self) -> bool:
        """Whether a firewall may ban its sender."""
        return any(member.attack for member in self.members)


def split(pack: Pack) -> list[Pack]:
    """Halve a pack, to find the member that is to blame; empty if only one is left.

    Arguments:
        pack: one that was not answered as expected.
    """
    middle = (len(pack.members) + 1) // 2
    halves = (pack.members[:middle], pack.members[middle:])
    if not halves[1]:
        return []
    return [
        Pack(half[0].slug if len(half) == 1 else f"{pack.name}/{number}", half, pack.served)
        for number, half in enumerate(halves, start=1)
    ]


def fill(
    members: Iterable[AnyMember], has_room: Callable[[Sequence[AnyMember], AnyMember], bool]
) -> list[list[AnyMember]]:
    """Put each member into the first pack that has room for it.

    Arguments:
        members: in the order of sending.
        has_room: whether a pack with these members may take one more.
    """
    filled: list[list[AnyMember]] = []
    for member in members:
        for those in filled:
            if has_room(those, member):
                those.append(member)
                break
        else:
            filled.append([member])
    return filled
