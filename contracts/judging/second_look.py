"""A second oracle checks the bodies that the first found nothing wrong with."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from contracts.document.catalogue import Catalogue
from contracts.judging.finding import Finding
from contracts.judging.reading import Reading

SecondOracle = Callable[[Reading], Iterable[str]]
"""Another judge of bodies: returns sentences about a body's violations of its schema."""


def look_twice(
    reading: Reading, catalogue: Catalogue, oracle: SecondOracle | None
) -> tuple[Finding, ...]:
    """Have the second oracle check a body that the first found nothing wrong with.

    Arguments:
        reading: of a response.
        catalogue: the operation's requirements.
        oracle: the second oracle; None finds nothing.
    """
    if oracle is None or not reading.readable or not reading.is_documented_type:
        return ()
    if reading.violations or reading.json_problems:
        return ()
    owner = catalogue.owner_of_schema(reading.status)
    if owner is None:
        return ()
    number, expected = reading.exchange.number, "a body that schemathesis accepts too"
    return tuple(Finding(owner, number, "body", expected, word) for word in oracle(reading))
