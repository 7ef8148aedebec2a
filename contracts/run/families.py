"""How a probe family is called: by pytest to send its probes, by the plan to list them."""

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
    """Have a probe family send all its probes.

    Each family's seed derives from the run's seed and the family's name, so that families which
    share a strategy draw different examples.

    Arguments:
        function: the family's function, maybe a Hypothesis test.
        name: the family's name.
        run_seed: the value of `--hypothesis-seed`, or a random one.
        arguments: the function's arguments.
    """
    if is_hypothesis_test(function):
        seed(f"{run_seed} {name}")(getattr(function, "__func__", function))
    with suppress(NothingMoreError):
        function(**arguments)


def asker_for(run: Run, family: str, sample: Sample | None) -> Asker:
    """Return the asker for a probe family.

    Arguments:
        run: the run that sends and judges.
        family: the family's name.
        sample: the sample of operation-independent probes to send; None for all.
    """
    return Asker(run, family) if sample is None else SamplingAsker(run, family, sample)


class SamplingAsker(Asker):
    """Sends all plain and documented requests, and a sample of the odd ones.

    Arguments:
        run: the run that sends and judges.
        family: the family's name.
        sample: which of the odd ones are sent.
    """

    def __init__(self, run: Run, family: str, sample: Sample) -> None:
        super().__init__(run, family)
        self._sample = sample
        self._offered = 0
        self._inside = False

    def __call__(self, recipe: str = "valid", **how: Any) -> Exchange | Skipped:
        """Send one probe; see Asker. Content in a GET counts as odd."""
        if how.get("body") is not None and not self._takes():
            return _left_out()
        return super().__call__(recipe, **how)

    def variations(self, variations: Mapping[str, Variation], recipe: str = "valid") -> None:
        """Send variations; see Asker. If requests have effects, undocumented ones are left out."""
        if self._sample.share == 0 and RECIPES[recipe].credential not in _REFUSED:
            documented = self.operation.plain.documented
            variations = {slug: each for slug, each in variations.items() if slug in documented}
        super().variations(variations, recipe)

    def measure(self, packs: Sequence[Pack], recipe: str = "valid") -> None:
        """Find out how much the target accepts, if packs are sent at all; see Asker."""
        if self._sample.share:
            super().measure(packs, recipe)

    def pack(self, pack: Pack, recipe: str = "valid") -> None:
        """Send a pack; see Asker. Odd packs are sampled; the parts of one in the sample are not."""
        odd = any(isinstance(each, Entry | Query) for each in pack.members)
        if odd and not self._inside and not self._takes():
            return
        inside, self._inside = self._inside, True
        try:
            super().pack(pack, recipe)
        finally:
            self._inside = inside

    def wire(self, wire: Wire) -> None:
        """Send a raw-socket request if it is in the sample; see Asker."""
        if self._takes():
            super().wire(wire)

    def case(self, case: Any) -> Exchange | Skipped:
        """Send a case that schemathesis made, unless requests have effects; see Asker.

        Raises:
            NothingMoreError: no case is to be sent.
        """
        if not self._sample.share:
            raise NothingMoreError("a request of this operation has effects")
        return super().case(case)

    def recipes(self, family: str, *, extended: bool) -> list[str]:
        """List the recipes of a family that are in the sample; see Asker.

        If requests have effects, all recipes that are refused are listed: a refusal has none.
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
