"""How much the benchmarks measure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much the benchmarks measure.

    Arguments:
        rounds: how often each process is measured.
        faults: number of catalogue faults to run the suite against; None for all.
        schemathesis: number of them to run `schemathesis run` against; None for all.
        exchanges: numbers of exchanges per run, in ascending order.
        bodies: number of bodies judged per round.
        seed: seed of the samples.
        servers: names of hostile servers; empty for all.
        profile: the profile for hostile servers: default or nightly.
        warm_up: whether to run each process once before measuring it.
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
