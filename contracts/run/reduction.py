"""Reducing failures: what may still be spent on it, and what each defect was reduced to."""

from __future__ import annotations

from contracts.judging.defects import Signature
from contracts.probes.pack import Pack

MOST_DOUBTS = 3
"""Refused plain requests that are asked about: an API that refuses now and then is no ban."""

FEWEST_ABOUT_FIREWALLS = 10
"""Requests that ask whether a firewall refuses, where none are spent on reducing failures."""


class Reduction:
    """The account of a run's further requests.

    Arguments:
        requests: how many may be spent in all.
    """

    def __init__(self, requests: int) -> None:
        self.clearing = requests // 4
        self.confirming = requests // 8
        self.minimising = requests - self.clearing - self.confirming
        self.doubting = MOST_DOUBTS
        # At least one for each key that looks like an attack, each of which is asked about.
        self.about_firewalls = max(FEWEST_ABOUT_FIREWALLS, requests // 4)
        self._blamed: dict[Signature, list[frozenset[bytes] | None]] = {}

    def blame(self, signature: Signature, pack: Pack | None) -> None:
        """Remember what a defect was reduced to, so that no request is spent on it again.

        Arguments:
            signature: the defect's.
            pack: its smallest request; None where it did not come back.
        """
        names = None if pack is None else pack.names
        self._blamed.setdefault(signature, []).append(names)

    def explains(self, signature: Signature, pack: Pack) -> bool:
        """Tell whether a defect that a pack shows was reduced already.

        Arguments:
            signature: the defect's.
            pack: the one that shows it.
        """
        return any(
            culprit is None or culprit & pack.names for culprit in self._blamed.get(signature, ())
        )
