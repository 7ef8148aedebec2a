"""Hypothesis draws according to the run's profile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from contracts.http.target import SettingsError
from contracts.run import profiles
from contracts.run.settings import PROFILES


@pytest.fixture(autouse=True)
def _profile_as_before() -> Iterator[None]:
    before = settings.get_current_profile_name()
    yield
    settings.load_profile(before)


@pytest.mark.parametrize(
    ("name", "profile"), [("default", "default"), ("ci", "default"), ("nightly", "nightly")]
)
def test_a_profile_draws_as_many_examples_as_the_run_has_of_it(name: str, profile: str) -> None:
    known = profiles.load(name)
    assert settings.get_current_profile_name() == known
    assert settings().max_examples == PROFILES[profile].examples
    assert (settings().database, settings().derandomize) == (None, False)


def test_a_profile_of_the_project_counts_too() -> None:
    settings.register_profile("of the project", max_examples=17)
    assert profiles.load("of the project") == "of the project"
    assert settings().max_examples == 17


def test_an_unknown_profile_is_refused_and_changes_nothing() -> None:
    profiles.load("nightly")
    with pytest.raises(SettingsError, match="'nighty': expected default or nightly"):
        profiles.load("nighty")
    assert settings.get_current_profile_name() == "nightly"
