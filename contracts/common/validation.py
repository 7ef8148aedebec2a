"""`422`: what a server may find invalid, provoked in every way that a GET allows."""

from __future__ import annotations

import pytest

from contracts.probes.queries import MOST_TELLING, Content, contents, query_packs
from contracts.run.asking import Asker
from contracts.run.settings import Profile

VALIDATED = ("validate-error-schema", "status-is-documented", "no-server-error")


def ask_body(ask: Asker, content: Content, recipe: str = "valid") -> None:
    """Send one content with a GET."""
    ask(recipe, name=f"content {content.slug}", fields=content.fields, body=content.body)


@pytest.mark.family(
    "queries", order=18, observes=(*VALIDATED, "valid-key-gets-200", "bad-key-is-refused")
)
def test_an_undocumented_query_is_ignored_or_rejected(ask: Asker, profile: Profile) -> None:
    """With a valid key: 200, or a 422 that says which field is wrong."""
    telling = query_packs(with_key=True, extended=profile.extended)[:MOST_TELLING]
    for pack in telling:
        ask.pack(pack)
    # What is served to a key is not everybody's, though a cache has it by its URL.
    ask("absent", name="absent with the same query", query=telling[0].query)


@pytest.mark.family("further queries", order=58, observes=(*VALIDATED, "valid-key-gets-200"))
def test_any_other_query_is_ignored_or_rejected(ask: Asker, profile: Profile) -> None:
    """What lists, filters, frameworks and parsers know, and what they trip over."""
    for pack in query_packs(with_key=True, extended=profile.extended)[MOST_TELLING:]:
        if not pack.attack:
            ask.pack(pack)
    ask("valid", name="valid after queries")


@pytest.mark.family("content on a GET", order=25, observes=VALIDATED)
def test_content_on_a_get_is_ignored_or_rejected(ask: Asker, profile: Profile) -> None:
    """JSON, broken JSON, a form, text: HTTP gives it no meaning (RFC 9110 §9.3.1)."""
    for content in contents(with_key=True, extended=profile.extended):
        ask_body(ask, content)
    ask("valid", name="valid after content")


@pytest.mark.family(
    "queries without a key", order=32, observes=("bad-key-is-refused", "refusal-is-401")
)
def test_a_query_is_no_credential(ask: Asker, profile: Profile) -> None:
    """Without a key: 401, or a 422 where validation comes first."""
    for pack in query_packs(with_key=False, extended=profile.extended):
        if not pack.attack:
            ask.pack(pack, "absent")
    for content in contents(with_key=False, extended=profile.extended):
        ask_body(ask, content, "random-key-1")


@pytest.mark.family("injections in queries", order=910, observes=VALIDATED)
def test_an_injection_in_a_query_is_ignored_or_rejected(ask: Asker, profile: Profile) -> None:
    """What breaks out of queries, templates and shells; last, since firewalls ban its sender."""
    for with_key, recipe in ((True, "valid"), (False, "absent")):
        for pack in query_packs(with_key=with_key, extended=profile.extended):
            if pack.attack:
                ask.pack(pack, recipe)
