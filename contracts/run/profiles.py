"""The suite's profiles as Hypothesis settings: examples per family, and no example database."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import InvalidArgument

from contracts.http.target import SettingsError
from contracts.run.settings import PROFILES

DEFAULT = "contracts-default"
"""The default profile's name in Hypothesis, which has its own `default` and `ci`."""


def load(name: str) -> str:
    """Register the profiles and load one, which must happen before the suites are imported.

    Arguments:
        name: as in `--hypothesis-profile`; a project may have registered others.

    Returns:
        The profile's name in Hypothesis.

    Raises:
        SettingsError: the profile is not known.
    """
    for each, profile in PROFILES.items():
        settings.register_profile(
            DEFAULT if each == "default" else each,
            max_examples=profile.examples,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            derandomize=False,
            suppress_health_check=list(HealthCheck),
        )
    known = DEFAULT if name in {"default", "ci"} else name
    try:
        settings.get_profile(known)  # load_profile remembers a name before it looks it up
    except InvalidArgument as error:
        expected = " or ".join(PROFILES)
        raise SettingsError(f"--hypothesis-profile is {name!r:.60}: expected {expected}") from error
    settings.load_profile(known)
    return known
