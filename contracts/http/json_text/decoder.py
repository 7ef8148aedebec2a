"""Python's JSON decoder, with hooks that notice what it is too lenient about.

Numbers keep their exact value, except those too large to hold.
"""

from __future__ import annotations

import json
from decimal import MAX_EMAX, MIN_EMIN, ROUND_DOWN, Context, Decimal, InvalidOperation
from typing import Final

INTEGER_DIGITS: Final = 4_300
"""Digits up to which an integer is exact: the interpreter refuses longer ones by default."""
INTEGER_CLAMP: Final = 10**400
"""Replaces a longer integer: out of the range of every format."""

_FARTHEST_EXPONENT = 10**15
_EXACT = Context(prec=INTEGER_DIGITS, rounding=ROUND_DOWN, Emin=MIN_EMIN, Emax=MAX_EMAX)


class Repeated(dict[str, object]):
    """An object with duplicate member names; keeps all pairs for the report."""

    pairs: list[tuple[str, object]]


class Decoder:
    """Decodes one text, and records whether it has constants or duplicate names."""

    __slots__ = ("constants", "repeated")

    def __init__(self) -> None:
        self.constants = False
        self.repeated = False

    def decode(self, text: str) -> object:
        """Decode a text; a constant reads as None.

        Arguments:
            text: the characters.

        Raises:
            json.JSONDecodeError: it is not JSON text.
        """
        try:
            return _PLAIN_DECODER.decode(text)
        except (_NotPlain, InvalidOperation):  # an exponent that Decimal cannot hold
            pass
        except ValueError as error:
            if isinstance(error, json.JSONDecodeError):
                raise
            # More digits than the interpreter accepts.
        return json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_constant=self._constant,
            parse_int=_integer,
            parse_float=_decimal,
        ).decode(text)

    def _constant(self, _name: str) -> None:
        self.constants = True

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        plain = dict(pairs)
        if len(plain) == len(pairs):
            return plain
        self.repeated = True
        repeated = Repeated(plain)
        repeated.pairs = pairs
        return repeated


class _NotPlain(Exception):  # noqa: N818 — internal signal to decode again with the hooks
    """The text holds a constant or duplicate member names."""


def _plain_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    plain = dict(pairs)
    if len(plain) != len(pairs):
        raise _NotPlain
    return plain


def _plain_constant(_name: str) -> None:
    raise _NotPlain


def _plain_decimal(text: str) -> Decimal:
    if len(text) > INTEGER_DIGITS:
        raise _NotPlain
    return Decimal(text)


# Built once, without the slow hooks: building a decoder costs more than decoding a small body.
_PLAIN_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_plain_object,
    parse_constant=_plain_constant,
    parse_float=_plain_decimal,
)


def _integer(text: str) -> int:
    if len(text.lstrip("-")) <= INTEGER_DIGITS:
        return int(text)
    return -INTEGER_CLAMP if text.startswith("-") else INTEGER_CLAMP


def _decimal(text: str) -> Decimal:
    """Keep the value of a number with fraction or exponent, whatever its size.

    Digits after the 4,300th are cut, and an exponent beyond `Decimal`'s limits is clamped to one
    that is equally out of every format's range, so that neither raises nor exhausts memory.
    """
    mantissa, _, exponent = text.lower().partition("e")
    sign, digits, shift = _EXACT.create_decimal(mantissa).as_tuple()
    size = exponent.lstrip("+-").lstrip("0")
    power = min(int(size or 0), _FARTHEST_EXPONENT) if len(size) < 20 else _FARTHEST_EXPONENT
    return Decimal((sign, digits, int(shift) + (-power if exponent.startswith("-") else power)))
