"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much the benchmarks measure.

    Arguments:
        rounds: how often each process is measured.
        faults: so many of the catalogue's faults meet the suite; None for all.
        schemathesis: so many of them meet `schemathesis run`; None for all.
        exchanges: how many a run records, from the smallest to the largest.
        bodies: how many bodies are judged in a round.
        seed: of the samples.
        servers: names of hostile servers; empty for all.
        profile: by which they are met: default or nightly.
        warm_up: whether each process is run once before it is measured.
    """

    rounds: int = 5
    faults: int | None = 120
    schemathesis: int | None = 40
    exchanges: tuple[int, ...] = (300, 1000, 3000)
    bodies: int = 1000
    seed: int = 1
    servers: tuple[str, ...] = ()
    profile: str = "default"
    warm_up: bool = True


FULL = Sizes(faults=None, schemathesis=None)
QUICK = Sizes(
    rounds=3,
    faults=16,
    schemathesis=6,
    exchanges=(300, 600),
    bodies=300,
    servers=("conforming", "large"),
)
