"""The natural encodings of a key are masked too: lists of numbers, dumps, two layers of coding."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.redaction import Redactor
from contracts.redaction.decodings import _TEXT, _texts, decoded
from tests.redaction.natural import NATURAL, b64
from tests.support import key_of

SECRET, OTHER = "Zq7vKp+mX9r/b4WnYc6H.d_s", "Kt3xRm+zC5e/c8BwHa2P.v_g"
"""Two keys whose characters are of the same kinds, and take as many digits in every base."""

REDACTORS = {
    secret: Redactor.for_key(key_of(f"RYE/staging-{secret}")) for secret in (SECRET, OTHER)
}
LEFT = 3
"""Characters that may differ: those at the ends of base64 hold bits of what is beside it too."""


@pytest.mark.parametrize("name", NATURAL)
def test_a_natural_encoding_shows_nothing_of_the_key(name: str) -> None:
    """What is left does not depend on the key, whatever a reader makes of it."""
    shown = []
    for secret, redactor in REDACTORS.items():
        encoded = NATURAL[name](secret.encode())
        body = json.dumps({"balance": {"amountSubunits": 1500}, "trace": encoded})
        for text in (encoded, body):
            data = text.encode()
            assert redactor.leaks(data)
            masked = redactor.data(data)
            assert not redactor.leaks(masked)
            assert (len(masked), len(redactor.text(text))) == (len(data), len(text))
            shown.append(redactor.text(text))
    for one, another in zip(shown[:2], shown[2:], strict=True):
        assert sum(a != b for a, b in zip(one, another, strict=True)) <= LEFT, (one, another)
    assert shown[1].startswith('{"balance": {"amountSubunits": 1500}, "trace": "')


@given(
    before=st.text(st.sampled_from("0123456789abcdefXYZ+/_-=% ,\n"), max_size=40),
    middle=st.binary(max_size=80).map(b64) | st.binary(max_size=40).map(bytes.hex),
    after=st.text(max_size=20),
)
def test_what_is_decoded_stands_where_it_is_said_to_stand(
    before: str, middle: str, after: str
) -> None:
    text = before + middle + after
    found = decoded(text)
    if found is None:
        return
    at = [at for at, mark in enumerate(found.text) if mark != "\x01"]
    places = [place for each in at for place in found.spans(each, each + 1)]
    assert len(places) == len(at)
    assert all(0 <= start < end <= len(text) for start, end in places)
    # one number in any base, two hexadecimal digits, or the four characters of base64 at most
    assert all(
        re.fullmatch(r"[0-9]{1,8}|[0-9A-Fa-f]{2}|[\w+/-]{1,4}", text[slice(*p)]) for p in places
    )


@given(
    st.lists(st.binary(max_size=9) | st.text(" aZ~\n\x00", max_size=20).map(str.encode)).map(
        b"".join
    )
)
def test_no_text_is_missed_by_looking_at_each_second_octet(line: bytes) -> None:
    whole = [(piece.start(), piece[0]) for piece in _TEXT.finditer(line)]
    assert list(_texts(line)) == whole


def test_numbers_that_are_no_key_stay() -> None:
    """Counters, hashes, pictures and prose decode to much, and to no key."""
    redactor = REDACTORS[SECRET]
    for text in (
        json.dumps([*range(300)]),
        json.dumps([*SECRET.encode()[:7]]),
        json.dumps([*SECRET.encode()[:7], 200, *SECRET.encode()[7:14]]),
        b64(bytes(range(256)) * 3),
        "4bf92f3577b34da6a3ce929d0e0e4736" * 4,
        "in 1984 there were 12 of 30, 17 of 45 and 9 of 100; " * 9,
    ):
        assert redactor.text(text) == text
        assert redactor.leaks(text.encode()) == []
