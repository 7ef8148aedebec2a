"""Whatever legal header a client sends, the promises hold.

Fields of known trouble travel in packs, and Hypothesis makes up more over the whole range that
RFC 9110 allows. A pack that is answered as it should be clears all its fields at once; one that
is not is split until the culprit is alone.
"""

from __future__ import annotations

import pytest
from hypothesis import given

from contracts.http.probe import Field
from contracts.probes.headers.strategies import legal_fields
from contracts.probes.wire import wires
from contracts.run.asking import Asker
from contracts.run.settings import Profile

WITH_KEY = (
    "valid-key-gets-200",
    "status-is-documented",
    "no-server-error",
    "success-body-schema",
    "content-type-is-json",
    "content-coding-is-sound",
    "partial-content-is-exact",
    "no-cross-origin-credentials",
)
WITHOUT_KEY = (
    "bad-key-is-refused",
    "refusal-is-401",
    "no-server-error",
    "authentication-error-schema",
    "preconditions-after-authentication",
)


@pytest.mark.family("headers", order=40, observes=WITH_KEY)
def test_known_fields_with_a_valid_key(ask: Asker, profile: Profile) -> None:
    """Negotiation, conditionals, ranges, cookies, forwarding, tracing, …: odd and malformed."""
    for pack in ask.packs(with_key=True, extended=profile.extended):
        if not pack.attack:
            ask.pack(pack)
    ask("valid", name="valid after odd headers")


@pytest.mark.family("headers without a key", order=20, observes=WITHOUT_KEY)
def test_known_fields_without_a_key(ask: Asker, profile: Profile) -> None:
    """No field that proxies trust replaces a key."""
    packs = ask.packs(with_key=False, extended=profile.extended)
    ask.measure([*packs, *ask.packs(with_key=True, extended=profile.extended)], "random-key-1")
    for number, pack in enumerate(packs):
        if not pack.attack:
            ask.pack(pack, "absent" if number % 2 else "random-key-1")


@pytest.mark.family("random headers", order=70, observes=WITH_KEY)
@given(fields=legal_fields())
def test_any_legal_field_with_a_valid_key(ask: Asker, fields: list[Field]) -> None:
    """Names over the whole token alphabet, values over everything that RFC 9110 allows."""
    ask.fields(fields)


@pytest.mark.family("random headers without a key", order=71, observes=WITHOUT_KEY)
@given(fields=legal_fields())
def test_any_legal_field_without_a_key(ask: Asker, fields: list[Field]) -> None:
    """The same without a key."""
    ask.fields(fields, "absent")


@pytest.mark.family("injections in headers", order=920, observes=WITH_KEY)
def test_injections_in_fields(ask: Asker, profile: Profile) -> None:
    """What breaks templates, queries, logs and parsers; last, since firewalls ban its sender."""
    for with_key, recipe in ((True, "valid"), (False, "absent")):
        for pack in ask.packs(with_key=with_key, extended=profile.extended):
            if pack.attack:
                ask.pack(pack, recipe)


@pytest.mark.family(
    "what no client sends", order=930, observes=("bad-key-is-refused", "no-server-error")
)
def test_requests_that_are_not_quite_http(ask: Asker) -> None:
    """From a raw socket: any answer will do, except success for a bad key or a crash."""
    for wire in wires():
        ask.wire(wire)
