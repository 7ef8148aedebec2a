"""Bad keys and their masks, wherever a document lets the key stand."""

from __future__ import annotations

import base64
import re

import pytest

from contracts.document.openapi.security import BASIC, BEARER, Scheme
from contracts.http.api_key import Key
from contracts.http.probe import Credential
from contracts.probes.credentials import DEFAULT, RECIPES, applicable, build
from contracts.probes.credentials.entry import Inapplicable
from contracts.probes.credentials.stand_ins import StandIns
from contracts.redaction.masking import without_credentials
from contracts.report.text.curl import curl_words
from contracts.rye import RYE
from tests.judging.exchanges import answer, exchange

FIELD = Scheme(b"X-Key", b"")
KEYS = ("sk_test_h3VnQ9kXz5TgW2bJr8LyD6sP", "RYE/staging-3fa9c07be41d58260a", "user:pa55word9Xq")
SCHEMES = pytest.mark.parametrize(
    "scheme", [BEARER, BASIC, FIELD], ids=["bearer", "basic", "field"]
)
EACH = pytest.mark.parametrize("text", KEYS)


@SCHEMES
@EACH
def test_a_wrong_key_is_never_the_right_one(scheme: Scheme, text: str) -> None:
    key = Key.of(text, RYE, scheme)
    [(name, right)] = build("valid", key)
    assert name == scheme.field
    for slug, recipe in RECIPES.items():
        try:
            fields = build(slug, key)
        except Inapplicable:
            continue
        held = [value.strip(b" \t") for name, value in fields if name.lower() == scheme.name]
        if recipe.credential is Credential.WRONG:
            assert right not in held, slug
            assert not any(_user(value) == text for value in held), slug
    assert len(applicable(key, DEFAULT)) > 60


def _user(value: bytes) -> str | None:
    """What a server that looks at the user name alone takes for the key."""
    try:
        pair = base64.b64decode(value.partition(b" ")[2], validate=True)
    except ValueError:
        return None
    return pair.partition(b":")[0].decode("latin-1")


@SCHEMES
@EACH
def test_keys_of_the_same_length_stand_in(scheme: Scheme, text: str) -> None:
    key = Key.of(text, RYE, scheme)
    keys = StandIns(key.prefix, len(text), RYE, scheme, pair=scheme == BASIC and ":" in text)
    for slug in RECIPES:
        try:
            fields = build(slug, key)
        except Inapplicable:
            continue
        assert keys.fits(slug, fields), slug


@EACH
def test_the_length_of_a_key_is_among_those_that_basic_allows(text: str) -> None:
    shown = len(BASIC.encode(text.encode()))
    assert (len(text), ":" in text) in BASIC.lengths(shown)
    assert BEARER.lengths(7) == ((7, False),)


def test_a_key_is_masked_where_it_stands() -> None:
    request = b"GET / HTTP/1.1\r\nX-Key: secret\r\nAuthorization: Basic c2Vj\r\n\r\nX-Key: body"
    masked = b"GET / HTTP/1.1\r\nX-Key: ******\r\nAuthorization: Basic ****\r\n\r\nX-Key: body"
    assert without_credentials(request, FIELD) == masked
    assert b"X-Key: secret" in without_credentials(request)


@pytest.mark.parametrize(
    ("scheme", "words"),
    [
        (BEARER, '-H "Authorization: Bearer $KEY"'),
        (FIELD, '-H "X-Key: $KEY"'),
        (BASIC, '-u "$KEY$(case "$KEY" in (*:*) ;; (*) echo : ;; esac)"'),
    ],
)
def test_a_shell_presents_it_too(scheme: Scheme, words: str) -> None:
    found = curl_words(exchange(answer(200)), "http://localhost", "KEY", scheme)
    assert found is not None
    assert words in found
    assert re.search(r"-H 'X-Key", " ".join(found)) is None
