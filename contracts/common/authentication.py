"""`401`: a missing or wrong key is refused, however near to the right one it is.

Every key that is sent here is made from the configured one by a recipe at the moment of sending.
"""

from __future__ import annotations

import pytest

from contracts.run.asking import Asker
from contracts.run.settings import Profile

REFUSED = (
    "bad-key-is-refused",
    "refusal-is-401",
    "content-type-is-json",
    "authentication-error-schema",
)


def ask_each(ask: Asker, family: str, profile: Profile) -> None:
    """Ask each recipe of a family."""
    for recipe in ask.recipes(family, extended=profile.extended):
        ask(recipe)


@pytest.mark.family("before any key", order=5, observes=REFUSED)
def test_nothing_is_open_before_any_key_was_sent(ask: Asker) -> None:
    """The first request of all has no credentials, so that no earlier one can have let it in."""
    ask("absent", fresh=True)


@pytest.mark.family(
    "no usable credentials", order=50, observes=(*REFUSED, "no-stack-trace", "challenge-on-401")
)
def test_a_request_without_usable_credentials_is_refused(ask: Asker, profile: Profile) -> None:
    """No field, an empty one, a scheme alone, other schemes, malformed ones."""
    ask("absent", name="absent on a new connection", fresh=True)
    ask_each(ask, "absent and malformed", profile)
    ask("valid", name="valid after wrong keys")
    ask("absent", name="absent after a valid key")
    cookies = ask.cookies()
    if cookies is not None:
        ask("absent", name="absent with the server's cookies", fields=[(b"Cookie", cookies)])


@pytest.mark.family("plausible wrong keys", order=15, observes=REFUSED)
def test_a_key_that_was_never_issued_is_refused(ask: Asker, profile: Profile) -> None:
    """Of the right shape and length, but random."""
    ask_each(ask, "plausible wrong keys", profile)


@pytest.mark.family("near keys", order=34, observes=REFUSED)
def test_a_nearly_right_key_is_refused(ask: Asker, profile: Profile) -> None:
    """Mistakes that a sloppy comparison overlooks: the most revealing ones."""
    ask_each(ask, "near keys", profile)


@pytest.mark.family("further near keys", order=60, observes=REFUSED)
def test_a_key_that_is_nearly_right_otherwise_is_refused(ask: Asker, profile: Profile) -> None:
    """Every further way: halves, single characters, prefixes."""
    ask_each(ask, "further near keys", profile)
    ask("valid", name="valid after wrong keys")


@pytest.mark.family("careless defaults", order=45, observes=REFUSED)
def test_a_careless_default_is_refused(ask: Asker, profile: Profile) -> None:
    """What clients send by mistake, and what servers forget to take out."""
    ask_each(ask, "careless defaults", profile)
    ask("valid", name="valid after wrong keys")


@pytest.mark.family("long and non-ASCII keys", order=30, observes=REFUSED)
def test_a_long_or_foreign_key_is_refused(ask: Asker, profile: Profile) -> None:
    """Kilobytes long, or with bytes beyond ASCII."""
    ask_each(ask, "long and non-ASCII", profile)


@pytest.mark.family("gateway forms", order=62, observes=REFUSED)
def test_a_key_in_another_field_is_no_key(ask: Asker, profile: Profile) -> None:
    """Credentials as gateways forward them, but wrong."""
    ask_each(ask, "gateway forms", profile)


@pytest.mark.family(
    "the right key presented another way", order=55, observes=("status-is-documented",)
)
def test_the_right_key_presented_another_way_is_taken_or_refused(
    ask: Asker, profile: Profile
) -> None:
    """Raw, under another scheme, with other whitespace: 200 and 401 are both fine."""
    ask_each(ask, "otherwise presented", profile)
    ask_each(ask, "two fields", profile)


@pytest.mark.family("injections", order=900, observes=REFUSED)
def test_an_injection_is_refused(ask: Asker, profile: Profile) -> None:
    """What breaks out of queries, templates and shells; last, since firewalls ban its sender."""
    ask_each(ask, "injections", profile)
