"""A violation is divided by what causes it: a field, a parameter, a recipe, or nothing at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.http.exchange import Exchange
from contracts.http.probe import RANDOM, Credential, Field
from contracts.judging.causes import ANY, ANY_FIELD, ANY_KEY, MADE_UP, carriers, causes
from tests.judging.exchanges import GOOD, REFUSED, answer, exchange

FAILED = answer(500, REFUSED)
TRACE: Field = (b"traceparent", b"junk")
STATE: Field = (b"X-State", b"a")
EMOJI = b"text=%F0%9F%98%80"


def seen(*fields: Field, query: bytes | None = None, name: str = "probe") -> Exchange:
    one = exchange(FAILED, credential=Credential.VALID, fields=fields, query=query)
    return replace(one, probe=replace(one.probe, name=name))


def by_key(recipe: str, *fields: Field, near: bool = False) -> Exchange:
    credential = Credential.ABSENT if recipe == "absent" else Credential.WRONG
    return exchange(FAILED, recipe, credential, fields=fields, near=near)


def divided(*exchanges: Exchange, in_answer: bool = False) -> dict[str, list[int]]:
    numbered = [replace(one, number=number) for number, one in enumerate(exchanges, start=1)]
    return causes(numbered, in_answer=in_answer)


def test_two_crashes_are_two_causes() -> None:
    found = divided(seen(TRACE), seen(query=EMOJI), seen(TRACE, STATE))
    assert found == {"field traceparent (malformed field)": [1, 3], "parameter text": [2]}


def test_what_the_plain_request_shows_has_one_cause() -> None:
    assert divided(seen(TRACE), exchange(FAILED), by_key("drop-last-character")) == {ANY: [1, 2, 3]}


def test_values_are_no_part_of_it() -> None:
    first, second = divided(seen(query=b"limit=abc")), divided(seen(query=b"limit=-1&a=1"))
    assert list(first) == ["parameter limit"]
    assert list(divided(seen(query=b"limit=abc"), seen(query=b"limit=-1"))) == list(first)
    assert list(second) == ["parameter a, parameter limit"]


def test_an_answers_content_is_wrong_for_one_reason() -> None:
    assert divided(seen(TRACE), seen(query=EMOJI), in_answer=True) == {ANY: [1, 2]}
    assert list(divided(seen(query=EMOJI), in_answer=True)) == ["parameter text"]


def test_a_value_that_does_the_same_anywhere_is_the_cause() -> None:
    simplified = seen((b"X-Probe", b"a"), name="x-state simplified")
    assert divided(seen(STATE), simplified) == {ANY_FIELD: [1, 2]}
    assert "field x-state" in divided(seen(STATE), seen((b"X-Probe", b"b")))


def test_many_carriers_of_one_oddity_are_one_cause() -> None:
    odd = [seen((b"X-%d" % n, b"\xe9")) for n in range(4)]
    assert divided(*odd) == {f"{ANY_FIELD} (non-ASCII field)": [1, 2, 3, 4]}
    assert len(divided(*odd[:3])) == 3


def test_drawn_fields_keep_the_name_that_the_corpus_gives() -> None:
    known, drawn = seen((b"X-1", b"\xe9")), seen((b"q!x", b"\xff"), name=f"{RANDOM}, field 2")
    assert list(divided(known)) == list(divided(known, drawn)) == ["field x-1 (non-ASCII field)"]
    other = seen((b"ab~", b"\xfe"), name=f"{RANDOM} #7")
    assert list(divided(drawn)) == list(divided(other)) == [f"{MADE_UP} (non-ASCII field)"]


@pytest.mark.parametrize(
    ("exchanges", "expected"),
    [
        ([by_key("absent"), by_key("drop-last-character", near=True)], [ANY_KEY]),
        ([by_key("random-key-1", TRACE), by_key("random-key-1")], [ANY_KEY]),
        ([by_key("swap-case", near=True)], ["a nearly right key: swap-case"]),
        (
            [by_key("swap-case", near=True), by_key("reverse", near=True)],
            ["a nearly right key: swap-case"],
        ),
        ([by_key("absent", TRACE)], ["field traceparent (malformed field)"]),
        (
            [by_key("asterisk"), by_key("swap-case", near=True), by_key("asterisk", STATE)],
            ["a wrong key: asterisk"],
        ),
    ],
    ids=["all", "random", "one", "kind", "field", "two kinds"],
)
def test_keys_are_causes(exchanges: list[Exchange], expected: list[str]) -> None:
    assert list(divided(*exchanges)) == expected


def test_how_near_a_key_is_matters_only_where_it_is_served() -> None:
    keys = [by_key("asterisk"), by_key("swap-case", near=True)]
    assert list(divided(*keys)) == ["a wrong key: asterisk"]
    served = [replace(each, received=answer(200, GOOD)) for each in keys]
    assert list(divided(*served)) == ["a wrong key: asterisk", "a nearly right key: swap-case"]


def test_keys_that_are_odd_in_another_way_are_another_cause() -> None:
    plain, foreign = by_key("asterisk"), by_key("high-octets")
    sent = foreign.sent.replace(b"\r\n\r\n", b"\r\nAuthorization: Bearer \xe9\r\n\r\n")
    expected = ["a wrong key: asterisk", "field authorization (non-ASCII field)"]
    assert list(divided(plain, replace(foreign, sent=sent))) == expected


def test_what_is_wrong_with_every_refusal_has_one_cause() -> None:
    doubled = replace(by_key("right-then-wrong"), number=2)
    doubled = replace(doubled, probe=replace(doubled.probe, credential=Credential.DOUBLED))
    assert list(divided(by_key("absent"), doubled, in_answer=True)) == [ANY_KEY]
    assert len(divided(by_key("absent"), doubled)) == 2


def test_a_key_in_another_field_is_that_field() -> None:
    elsewhere = by_key("junk-in-gateway-fields")
    sent = elsewhere.sent.replace(b"\r\n\r\n", b"\r\nX-Forwarded-User: a\r\nCookie: a\r\n\r\n")
    elsewhere = replace(elsewhere, sent=sent)
    assert carriers(elsewhere) == {"field cookie", "field x-forwarded-user"}
    by_field = by_key("absent", (b"X-Forwarded-User", b"admin"))
    assert list(divided(elsewhere, by_field)) == ["field x-forwarded-user"]


def test_credentials_of_a_generated_case_are_a_key() -> None:
    generated = by_key("generated", (b"Authorization", b"Basic YQ=="))
    assert list(divided(by_key("asterisk"), generated)) == ["a wrong key: asterisk"]


def test_a_parameter_that_means_nothing_is_any_parameter() -> None:
    long = seen(query=b"a=" + b"x" * 9000)
    simple = seen(query=b"probe=" + b"x" * 9000, name="a simplified")
    assert list(divided(long, simple)) == ["any parameter (long target and oversized)"]


def test_content_and_raw_requests_carry_themselves() -> None:
    content = exchange(FAILED)
    content = replace(content, probe=replace(content.probe, body=b"{}"))
    assert carriers(content) == {"content"}
    raw = exchange(FAILED, wire=b"GET {target} HTTP/1.1\r\nX: a\x01\r\n\r\n")
    raw = replace(raw, probe=replace(raw.probe, name="control-in-value, round 2"))
    assert list(divided(raw)) == ["raw request control-in-value (no HTTP)"]


def test_a_known_field_explains_a_drawn_one_that_came_before() -> None:
    drawn = seen(TRACE, name=f"{RANDOM}, field 2")
    assert divided(drawn, seen(TRACE)) == {"field traceparent (malformed field)": [1, 2]}
