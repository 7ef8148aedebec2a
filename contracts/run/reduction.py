"""Reducing failures: the requests left for it, and what each defect was reduced to."""

from __future__ import annotations

from contracts.judging.defects import Signature
from contracts.probes.pack import Pack

MOST_DOUBTS = 3
"""Most refused plain requests to check for a ban: an API may refuse now and then without one."""

FEWEST_ABOUT_FIREWALLS = 10
"""Fewest requests available for detecting a firewall, even if none may be spent on reducing."""


class Reduction:
    """The budget for a run's unplanned requests.

    Arguments:
        requests: how many may be spent in all.
    """

    def __init__(self, requests: int) -> None:
        self.clearing = requests // 4
        self.confirming = requests // 8
        self.minimising = requests - self.clearing - self.confirming
        self.doubting = MOST_DOUBTS
        # At least one for each key that looks like an attack, since each needs a request.
        self.about_firewalls = max(FEWEST_ABOUT_FIREWALLS, requests // 4)
        self._blamed: dict[Signature, list[frozenset[bytes] | None]] = {}

    def blame(self, signature: Signature, pack: Pack | None) -> None:
        """Remember what a defect was reduced to, so that no request is spent on it again.

        Arguments:
            signature: the defect's.
            pack: its smallest request; None if it could not be reproduced.
        """
        names = None if pack is None else pack.names
        self._blamed.setdefault(signature, []).append(names)

    def explains(self, signature: Signature, pack: Pack) -> bool:
        """Whether an earlier reduction explains a defect that a pack shows.

        Arguments:
            signature: the defect's.
            pack: the pack that shows it.
        """
        return any(
            culprit is None or culprit & pack.names for culprit in self._blamed.get(signature, ())
        )
