"""How a probe family is called: by pytest when it runs, by the plan when it counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from hypothesis import is_hypothesis_test, seed

from contracts.document.plain_request import Variation
from contracts.http.exchange import Exchange
from contracts.http.probe import Credential
from contracts.probes.coverage import SAMPLED_RECIPES
from contracts.probes.credentials import RECIPES
from contracts.probes.headers.entry import Entry
from contracts.probes.pack import Pack
from contracts.probes.queries import Query
from contracts.probes.wire import Wire
from contracts.run.asking import Asker, NothingMoreError
from contracts.run.run import Run, Skipped
from contracts.run.settings import Sample

_REFUSED = frozenset({Credential.ABSENT, Credential.WRONG})
_ALWAYS = frozenset(SAMPLED_RECIPES)


def call(function: Callable[..., object], name: str, run_seed: int, **arguments: object) -> None:
    """Have a probe family ask all that it asks.

    Families that draw from one strategy draw different examples of it: each has a seed of its
    own, which the run's and its name decide.

    Arguments:
        function: the family's function, maybe a Hypothesis test.
        name: the family's name.
        run_seed: what `--hypothesis-seed` gave, or what was drawn in its place.
        arguments: the function's own.
    """
    if is_hypothesis_test(function):
        seed(f"{run_seed} {name}")(getattr(function, "__func__", function))
    with suppress(NothingMoreError):
        function(**arguments)


def asker_for(run: Run, family: str, sample: Sample | None) -> Asker:
    """Make what asks in the name of a probe family.

    Arguments:
        run: the run that sends and judges.
        family: the family's name.
        sample: what is asked of that which does not depend on the operation; None for all.
    """
    return Asker(run, family) if sample is None else SamplingAsker(run, family, sample)


class SamplingAsker(Asker):
    """Asks the plain and the documented requests in full, and a sample of everything odd.

    Arguments:
        run: the run that sends and judges.
        family: the family's name.
        sample: what is asked of the rest.
    """

    def __init__(self, run: Run, family: str, sample: Sample) -> None:
        super().__init__(run, family)
        self._sample = sample
        self._offered = 0
        self._inside = False

    def __call__(self, recipe: str = "valid", **how: Any) -> Exchange | Skipped:
        """Send one probe; see Asker. Content is odd on a GET."""
        if how.get("body") is not None and not self._takes():
            return _left_out()
        return super().__call__(recipe, **how)

    def variations(self, variations: Mapping[str, Variation], recipe: str = "valid") -> None:
        """Send variations; see Asker. A broken one is odd where a request has effects."""
        if self._sample.share == 0 and RECIPES[recipe].credential not in _REFUSED:
            documented = self.operation.plain.documented
            variations = {slug: each for slug, each in variations.items() if slug in documented}
        super().variations(variations, recipe)

    def measure(self, packs: Sequence[Pack], recipe: str = "valid") -> None:
        """Find out how much the target takes, where packs are asked at all; see Asker."""
        if self._sample.share:
            super().measure(packs, recipe)

    def pack(self, pack: Pack, recipe: str = "valid") -> None:
        """Send a pack; see Asker. Odd ones are sampled, with all their parts."""
        odd = any(isinstance(each, Entry | Query) for each in pack.members)
        if odd and not self._inside and not self._takes():
            return
        inside, self._inside = self._inside, True
        try:
            super().pack(pack, recipe)
        finally:
            self._inside = inside

    def wire(self, wire: Wire) -> None:
        """Send what only a raw socket can; see Asker."""
        if self._takes():
            super().wire(wire)

    def case(self, case: Any) -> Exchange | Skipped:
        """Send a case that schemathesis made; see Asker. Where a request has effects, none is.

        Raises:
            NothingMoreError: no case is to be sent.
        """
        if not self._sample.share:
            raise NothingMoreError("a request of this operation has effects")
        return super().case(case)

    def recipes(self, family: str, *, extended: bool) -> list[str]:
        """List the recipes of a family that are in the sample; see Asker.

        Where a request has effects, refusals are asked in full: they have none.
        """
        slugs = super().recipes(family, extended=extended)
        if not self._sample.share:
            return [slug for slug in slugs if RECIPES[slug].credential in _REFUSED]
        taken = (self._sample.has(number) for number in range(len(slugs)))
        return [s for s, is_taken in zip(slugs, taken, strict=True) if is_taken or s in _ALWAYS]

    def _takes(self) -> bool:
        self._offered += 1
        return self._sample.has(self._offered - 1)


def _left_out() -> Skipped:
    return Skipped("it is not in the sample")
