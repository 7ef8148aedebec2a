"""What only the balance is judged by; `CHECKS` is added to the checks of every operation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

from contracts.judging.checks.registry import Check, finding
from contracts.judging.finding import Finding
from contracts.judging.reading import Reading, of_body

MOST_REPORTED = 20
"""Codes of one body that are reported one by one: it can hold a hundred thousand."""
LONGEST = 400
"""Characters of a JSON pointer that are shown."""


@cache
def _currencies() -> frozenset[str]:
    from iso4217 import Currency  # noqa: PLC0415 - a table of all currencies, only for 200s

    return frozenset(currency.code for currency in Currency)


def _named(value: object, name: str, where: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, member in value.items():
            if key == name:
                yield f"{where}/{key}", member
            yield from _named(member, name, f"{where}/{key}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _named(member, name, f"{where}/{index}")


def currency_is_iso_4217(reading: Reading) -> Iterable[Finding] | None:
    """The document's example is a currency code of ISO 4217."""
    if not reading.readable or reading.status != 200 or reading.violations:
        return None
    unknown = _unknown(reading)
    if unknown is None:
        return None
    expected = "an active code of ISO 4217"
    return [
        finding(reading, "currency-is-iso-4217", where, expected, found) for where, found in unknown
    ]


@of_body
def _unknown(reading: Reading) -> tuple[tuple[str, str], ...] | None:
    """The first codes that ISO 4217 does not have, and where; None if there are no codes."""
    named = _named(reading.json[0], "currencyCode")
    codes = [(where[:LONGEST], code) for where, code in named if isinstance(code, str)]
    if not codes:
        return None
    wrong = ((where, repr(code)[:40]) for where, code in codes if code not in _currencies())
    return tuple(islice(wrong, MOST_REPORTED))


CHECKS: dict[str, Check] = {"currency-is-iso-4217": currency_is_iso_4217}
