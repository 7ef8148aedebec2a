"""Waivers: parsed strictly, excusing exactly what they name, until they expire."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from contracts.judging.finding import Finding
from contracts.report.waived import account
from contracts.run.waivers import (
    TROUBLESOME,
    Waiver,
    WaiverError,
    WaiverState,
    for_target,
    load_waivers,
)

TODAY = date(2026, 11, 22)
FINDING = Finding("challenge-on-401", 7, "WWW-Authenticate", "a challenge", "no challenge")
ENTRY = """
[[waiver]]
requirement = "challenge-on-401"
target = "staging"
reason = "The gateway strips it."
ticket = "API-123"
expires = 2027-01-31
"""


def waiver(**changes: object) -> Waiver:
    values = {
        "requirement": "challenge-on-401",
        "finding": None,
        "target": "staging",
        "reason": "known",
        "ticket": "API-1",
        "expires": TODAY,
    }
    return Waiver(**(values | changes))


def load(tmp_path: Path, text: str) -> tuple[Waiver, ...]:
    path = tmp_path / "waivers.toml"
    path.write_text(text)
    return load_waivers(path)


def test_a_missing_file_and_an_empty_one_waive_nothing(tmp_path):
    assert load_waivers(tmp_path / "waivers.toml") == ()
    assert load(tmp_path, "# nothing\n") == ()


def test_an_entry_is_read(tmp_path):
    [found] = load(tmp_path, ENTRY)
    assert (found.about, found.expires) == ("challenge-on-401", date(2027, 1, 31))
    assert not found.intermittent


def test_a_finding_names_its_requirement(tmp_path):
    text = ENTRY.replace('requirement = "', 'finding = "').replace("401", "401-0123abcd")
    [found] = load(tmp_path, text)
    assert (found.requirement, found.finding) == ("challenge-on-401", "challenge-on-401-0123abcd")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[[waiver]]", "[waiver]", "remove the rest"),
        ("[[waiver]]", "surplus = 1\n[[waiver]]", "remove the rest"),
        ('ticket = "API-123"', "", "ticket is missing"),
        ('reason = "The gateway strips it."', 'reason = " "', "reason is missing"),
        ("expires = 2027-01-31", 'expires = "soon"', "expires is missing or not a date"),
        (
            "expires = 2027-01-31",
            "expires = 2027-01-31T00:00:00",
            "expires is missing or not a date",
        ),
        ('target = "staging"', "", "target is missing"),
        ('requirement = "challenge-on-401"', "", "either a requirement or a finding"),
        ('requirement = "challenge-on-401"', 'finding = "challenge"', "not the id of a finding"),
        ("[[waiver]]", "[[waiver]]\nsurprise = 1", "surprise is not known"),
        ("[[waiver]]", "[[waiver]]\nintermittent = 1", "either true or false"),
        ("[[waiver]]", "[[waiver", "can't be read"),
    ],
)
def test_an_unusable_file_says_so_in_one_sentence(tmp_path, old, new, words):
    with pytest.raises(WaiverError, match=words) as error:
        load(tmp_path, ENTRY.replace(old, new, 1))
    assert str(error.value).startswith(str(tmp_path / "waivers.toml"))


def test_a_waiver_excuses_its_requirement_or_its_finding_until_its_day():
    assert waiver().excuses(FINDING, TODAY)
    assert waiver(finding=FINDING.slug).excuses(FINDING, TODAY)
    assert not waiver(finding="challenge-on-401-00000000").excuses(FINDING, TODAY)
    assert not waiver(requirement="no-stack-trace").excuses(FINDING, TODAY)
    assert not waiver().excuses(FINDING, date(2026, 11, 23))


@pytest.mark.parametrize(
    ("changes", "known", "observed", "excused", "state"),
    [
        ({}, True, 3, 1, WaiverState.USED),
        ({}, False, 0, 0, WaiverState.UNKNOWN),
        ({"expires": date(2026, 11, 21)}, True, 3, 1, WaiverState.EXPIRED),
        ({"expires": date(2026, 11, 21)}, True, 3, 0, WaiverState.EXPIRED),
        ({}, True, 3, 0, WaiverState.UNNEEDED),
        ({}, True, 0, 0, WaiverState.WAITING),
        ({"intermittent": True}, True, 3, 0, WaiverState.WAITING),
    ],
)
def test_each_waiver_has_a_state(changes, known, observed, excused, state):
    found = waiver(**changes).state(
        known=known, observed=observed, findings=[FINDING] * excused, today=TODAY
    )
    assert found is state


def test_a_finding_named_by_its_former_id_gets_the_new_one() -> None:
    there = replace(FINDING, cause="field traceparent")
    given = waiver(finding=FINDING.slug)
    assert there.former_slug == replace(FINDING, cause="").former_slug
    old = waiver(finding=there.former_slug)
    state = old.state(known=True, observed=1, findings=[there], today=TODAY)
    assert state is WaiverState.RENAMED
    assert not old.excuses(there, TODAY)
    assert account(old, state, [there]).endswith(f"; name it {there.slug}")
    assert given.renamed([FINDING]) == []
    assert account(given, WaiverState.USED, [FINDING]).endswith("used, excuses 1 cause")


def test_somebody_has_to_do_something_about_some_states():
    expected = {WaiverState.EXPIRED, WaiverState.UNKNOWN, WaiverState.UNNEEDED}
    assert {*expected, WaiverState.RENAMED} == TROUBLESOME


def test_waivers_are_about_one_deployment():
    here, there = waiver(), waiver(target="https://other.example/")
    assert for_target([here, there], "staging", "https://staging.api.rye.com") == (here,)
    assert for_target([here, there], "x", "https://other.example") == (there,)
