"""What only the balance is judged by; `CHECKS` is added to the checks of every operation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from contracts.judging.checks.registry import Check, finding
from contracts.judging.finding import Finding
from contracts.judging.reading import Reading


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
    codes = [pair for pair in _named(reading.json[0], "currencyCode") if isinstance(pair[1], str)]
    if not codes:
        return None
    expected = "an active code of ISO 4217"
    return [
        finding(reading, "currency-is-iso-4217", where, expected, repr(code)[:40])
        for where, code in codes
        if code not in _currencies()
    ]


CHECKS: dict[str, Check] = {"currency-is-iso-4217": currency_is_iso_4217}
