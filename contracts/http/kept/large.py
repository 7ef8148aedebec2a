"""Large messages: they read as they were received, but memory holds only an outline.

A server may send megabytes with each of thousands of responses. The run judges each one as it
arrives; what stays is the outline, and compressed octets that are unpacked again on demand.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from itertools import groupby

from contracts.http.kept.parts import SMALL, Kept, divide, halves, joined
from contracts.http.message import Response, parse_response
from contracts.http.probe import Field

CUT = 2 * 1024
"""Octets of a header section and of a content that remain when a message is cut."""

_MOST_LINES = 100
_FEW_FIELDS = 64
_MOST_INTERIM = 20
_LONGEST_VALUES = 1024


class Message:
    """A large message: its header section and its content.

    Arguments:
        head: the octets before the content.
        content: the rest.
    """

    __slots__ = ("_content", "_head", "_outlines", "is_cut")

    def __init__(self, head: Kept, content: Kept) -> None:
        self._head = head
        self._content = content
        self._outlines: dict[bool, Outline] = {}
        self.is_cut = False

    @classmethod
    def of(cls, octets: bytes) -> Message:
        """Store a message.

        Arguments:
            octets: the whole message.
        """
        for known, message in _STORED:
            if known == octets:
                return message
        message = cls(*map(divide, halves(octets)))
        _STORED[:] = [(octets, message), *_STORED[:1]]
        return message

    @property
    def halves(self) -> tuple[Kept, Kept]:
        """Header section and content; if cut, what is left of them."""
        return self._head, self._content

    @property
    def octets(self) -> bytes:
        """The whole message; if cut, what is left of it."""
        return joined(self._head) + joined(self._content)

    def response(self, *, closed: bool) -> Response:
        """Parse it as a response.

        Arguments:
            closed: whether the server closed the connection after it.
        """
        outline = self._outlines.get(closed)
        if outline is None:
            whole = self.whole(closed=closed)
            outline = self._outlines[closed] = Outline(whole, lambda: self.whole(closed=closed))
        return outline

    def whole(self, *, closed: bool) -> Response:
        """Parse the complete response; the last two are cached.

        Arguments:
            closed: whether the server closed the connection after it.
        """
        key = id(self), closed
        known = _WHOLE.get(key)
        if known is None:
            known = _WHOLE[key] = self, parse_response(self.octets, closed=closed)
            while len(_WHOLE) > 2:
                _WHOLE.popitem(last=False)
        return known[1]

    def cut(self) -> Message:
        """Return only its beginning, with the outlines made so far."""
        if self.is_cut:
            return self
        left = Message(joined(self._head)[:CUT], joined(self._content)[:CUT])
        left.is_cut = True
        for closed, outline in self._outlines.items():
            left._outlines[closed] = outline.cut(self.whole(closed=closed))
        return left


_STORED: list[tuple[bytes, Message]] = []
"""The last two messages: an exchange that is recorded again, or published unmasked, shares its."""
_WHOLE: OrderedDict[tuple[int, bool], tuple[Message, Response]] = OrderedDict()


class Outline(Response):
    """A response of which only small parts stay in memory: others are parsed again on each access.

    Arguments:
        whole: the response.
        again: parses it again.
    """

    __slots__ = ("_again", "_content", "_fields", "_interim", "_surplus", "_values")

    def __init__(self, whole: Response, again: Callable[[], Response]) -> None:
        size = sum(len(name) + len(value) for name, value in whole.fields)
        few = size <= CUT and len(whole.fields) <= _FEW_FIELDS
        runs = [(status, sum(1 for _ in run)) for status, run in groupby(whole.interim)]
        kept: dict[str, object] = {
            name: getattr(whole, name)
            for name in ("status", "version", "complete", "persistent", "need", "problems")
        }
        kept |= {
            "_again": again,
            "_content": whole.content if len(whole.content) <= CUT else None,
            "_fields": whole.fields if few else None,
            "_interim": runs if len(runs) <= _MOST_INTERIM else None,
            "_surplus": whole.surplus if len(whole.surplus) <= CUT else None,
            "_values": {},
        }
        for name, value in kept.items():
            object.__setattr__(self, name, value)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The final response's header fields, in their order."""
        kept: tuple[Field, ...] | None = self._fields  # type: ignore[attr-defined]
        return self._whole().fields if kept is None else kept

    @property
    def interim(self) -> tuple[int, ...]:
        """The status codes of the preceding 1xx responses."""
        runs: list[tuple[int, int]] | None = self._interim  # type: ignore[attr-defined]
        if runs is None:
            return self._whole().interim
        return tuple(status for status, length in runs for _ in range(length))

    @property
    def content(self) -> bytes:
        """The content: transfer coding decoded, content codings not."""
        kept: bytes | None = self._content  # type: ignore[attr-defined]
        return self._whole().content if kept is None else kept

    @property
    def surplus(self) -> bytes:
        """Bytes after the message's end."""
        kept: bytes | None = self._surplus  # type: ignore[attr-defined]
        return self._whole().surplus if kept is None else kept

    def values(self, name: str) -> list[str]:
        """The values of every field of that name, decoded as ISO 8859-1.

        Arguments:
            name: field name in lower case.
        """
        remembered: dict[str, list[str]] = self._values  # type: ignore[attr-defined]
        if name not in remembered:
            values = super().values(name)
            if sum(map(len, values)) + len(values) > _LONGEST_VALUES:
                return values
            remembered[name] = values
        return remembered[name]

    def cut(self, whole: Response) -> Outline:
        """Return it with only the first fields and the beginning of the content.

        Arguments:
            whole: the response.
        """
        first = whole.fields[:_FEW_FIELDS]
        few = first if sum(len(name) + len(value) for name, value in first) <= CUT else ()
        interim = whole.interim[:_MOST_INTERIM]
        left = Response(whole.status, fields=few, content=whole.content[:CUT], interim=interim)
        cut = Outline(whole, lambda: left)
        object.__setattr__(cut, "_values", self._values)  # type: ignore[attr-defined]
        return cut

    def _whole(self) -> Response:
        again: Callable[[], Response] = self._again  # type: ignore[attr-defined]
        return again()


class Octets:
    """Descriptor for a message's octets: small ones are stored as they are, large ones shared.

    Arguments:
        name: the attribute of the instance that stores them.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, holder: object, _owner: type) -> bytes:
        held: bytes | Message = holder.__dict__[self._name]
        return held if isinstance(held, bytes) else held.octets

    def __set__(self, holder: object, value: bytes | Message) -> None:
        if isinstance(value, bytes) and (len(value) > SMALL or value.count(b"\n") > _MOST_LINES):
            value = Message.of(value)
        holder.__dict__[self._name] = value
