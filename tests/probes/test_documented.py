"""What parameters are given without a key: every value of each, in as few requests as will do."""

from __future__ import annotations

from contracts.document.parameters import Parameter
from contracts.document.plain_request import PlainRequest
from contracts.probes.documented import BAD_KEYS, NEAR_KEY, astray_keys, keyless

STATE = Parameter("state", "query", True, "", {}, {"enum": ["open", "paid", "lost"]})
AFTER = Parameter("after", "query", False, "", {}, {"type": "string"})
IDS = Parameter("ids", "query", False, "", {}, {"enum": ["a", "b"]}, several=True)
SHOP = Parameter("X-Shop", "header", False, "", {}, {"type": "string"})
PLAIN = PlainRequest("/orders", (STATE, AFTER, IDS, SHOP), examples={"after": ("evt_1",)})


def test_one_request_has_a_value_of_each_parameter() -> None:
    sent = [(pack.name, recipe, pack.query, pack.fields) for pack, recipe in keyless(PLAIN)]
    junk = (b"X-Shop", b"no-such-value")
    first = (b"state=paid&after=evt_1&ids=a&ids=b", (junk,))
    broken = (b"state=no-such-value&after=no-such-value&ids=no-such-value", (junk,))
    twice = (b"state=open&state=lost&after=evt_1&after=evt_1&ids=a&ids=b", (junk, junk))
    keys = (*BAD_KEYS, NEAR_KEY)
    assert sent == [
        *(("parameters together 1", recipe, *first) for recipe in keys),
        ("state lost", "random-key-1", b"state=lost", ()),
        *(("broken parameters together 1", recipe, *broken) for recipe in keys),
        *(("parameters twice together 1", recipe, *twice) for recipe in keys),
    ]


def test_long_values_travel_alone() -> None:
    long = Parameter("note", "query", False, "", {}, {"type": "string", "maxLength": 900})
    packs = {pack.name for pack, _ in keyless(PlainRequest("/orders", (long, AFTER)))}
    assert "note too long" in packs


def test_there_is_nothing_to_give_where_there_are_no_parameters() -> None:
    assert list(keyless(PlainRequest("/orders"))) == []


def test_what_is_known_not_to_exist_is_what_is_asked_without_a_key() -> None:
    path = PlainRequest("/orders/{id}", values={"id": "1"})
    assert astray_keys(path) == ("valid", *BAD_KEYS)
    known = PlainRequest("/orders/{id}", values={"id": "1"}, unknown={"id": "0"})
    assert astray_keys(known) == ("valid",)
