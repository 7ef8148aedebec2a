"""The lattice of credentials: what is built is what its label says, for keys of every kind."""

from __future__ import annotations

import base64
import re
import string

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from contracts.http.allowed import is_attack_shaped
from contracts.http.probe import Credential
from contracts.probes.credentials import (
    DEFAULT,
    EXTENDED,
    FAMILIES,
    RECIPES,
    RIGHT,
    Inapplicable,
    applicable,
    build,
    family_of,
    transformed_secrets,
)
from tests.support import key_of

CANARY = "RYE/staging-Qz7vKp2LmX9rTb4WnYc6HdJs"
AWKWARD = {
    "hexadecimal": "RYE/staging-3f9a1c0b7d2e4f56a8b9c0d1e2f30415",
    "mixed letters": CANARY,
    "digits only": "RYE/staging-4815162342481516",
    "one repeated letter": "RYE/staging-aaaaaaaaaaaa",
    "one repeated capital": "AAAAAAAA",
    "one repeated digit": "RYE/staging-00000000",
    "symbols only": "RYE/staging-!$&+._~-=/^|",
    "eight characters": "RYE/staging-k3yk3yk3",
    "a palindrome": "RYE/staging-abcdefghhgfedcba",
    "a sorted secret": "RYE/staging-0123456789abcdef",
    "a secret sorted backwards": "fedcba9876543210",
    "without a prefix": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    "a careless default": "changeme",
    "what the long token is made of": "xxxxxxxx",
    "what the recipes append": "RYE/staging-junk,junk;junk",
    "quotation marks": '"secretsecret"',
    "braces": "RYE/staging-{0}{key}{{x}}",
    "percent signs": "RYE/staging-%41%42%43%44",
    "a base64 text": base64.b64encode(b"somebody:something").decode(),
    "production": "RYE/production-9c1e5a7b3d2f4e60",
    "a word of the recipes": "undefined",
}
keys = st.builds(
    str.__add__,
    st.sampled_from(["", "RYE/staging-", "RYE/production-"]),
    st.one_of(
        st.text(alphabet, min_size=8, max_size=40)
        for alphabet in (
            string.digits,
            string.hexdigits.lower(),
            string.ascii_letters + string.digits,
            "ab",
            "".join(map(chr, range(0x21, 0x7F))),
        )
    ),
)


def readings(value: bytes) -> set[bytes]:
    """What a lenient server may take for the key, written apart from what is tested."""
    text = value.strip()
    found = {text}
    while match := re.match(rb"(?i)(?:bearer|basic|token|apikey)\s+(.*)", text, re.DOTALL):
        text = match[1]
        found.add(text)
    found |= {item.strip(b'"') for item in found}
    for item in tuple(found):
        if re.fullmatch(rb"[A-Za-z0-9+/]{4,}={0,2}", item) and len(item) % 4 == 0:
            found.add(base64.b64decode(item).strip(b":"))
    return found


def check(key: str) -> None:
    for slug, recipe in RECIPES.items():
        try:
            fields = build(slug, key_of(key))
        except Inapplicable:
            assert recipe.credential is Credential.WRONG, slug
            continue
        assert fields == build(slug, key_of(key)), f"{slug} must send the same on a retry"
        values = [value for _, value in fields]
        if recipe.credential is Credential.WRONG:
            assert fields
            # A server that undoes quotation marks takes a wrong key, as one that cuts a word off.
            assert slug == "quoted-key" or key.encode() not in set().union(*map(readings, values))
        elif recipe.credential is Credential.ABSENT:
            assert fields == ()
        elif recipe.credential is Credential.VALID:
            assert [(name.lower(), value.strip()) for name, value in fields] == [
                (b"authorization", b"Bearer " + key.encode())
            ]
        elif recipe.credential is Credential.DOUBLED:
            right = b"Bearer " + key.encode()
            assert [name for name, _ in fields] == [b"Authorization"] * 2
            assert values.count(right) == 1
        for name, value in fields:
            assert re.fullmatch(rb"[A-Za-z0-9-]+", name)
            # RFC 9110 §5.5: visible characters, blanks, tabs and obs-text.
            legal = re.fullmatch(rb"[\t\x20-\x7e\x80-\xff]*", value) is not None
            assert legal is not (family_of(slug) == "in what is not quite HTTP"), slug


@pytest.mark.parametrize("key", AWKWARD.values(), ids=AWKWARD)
def test_labels_hold_for_awkward_keys(key: str) -> None:
    check(key)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(keys)
@example("RYE/staging-{0!r}{1}%s%(x)")
@example("RYE/staging-:::::::::")
def test_labels_hold_for_any_key(key: str) -> None:
    check(key)


@pytest.mark.parametrize("key", AWKWARD.values(), ids=AWKWARD)
def test_applicable_recipes_are_cooked_and_differ(key: str) -> None:
    recipes = applicable(key_of(key), EXTENDED)
    built = [build(recipe.slug, key_of(key)) for recipe in recipes]
    assert len(set(built)) == len(built) > 80
    assert {family_of(recipe.slug) for recipe in recipes} == set(FAMILIES) - {"the right key"}


def test_a_key_that_equals_a_careless_default_is_not_sent_as_a_wrong_one() -> None:
    with pytest.raises(Inapplicable, match="right key"):
        build("word-changeme", key_of("changeme"))
    with pytest.raises(Inapplicable, match="right key"):
        build("long-1-kilobyte", key_of("xxxxxxxx"))


@pytest.mark.parametrize(
    ("slug", "key"),
    [
        ("swap-case", "RYE/staging-4815162342"),
        ("upper-case", "RYE/staging-4815162342"),
        ("reverse", "RYE/staging-abcdeedcba"),
        ("sort", "RYE/staging-aaaaaaaa"),
        ("rotate-by-one", "RYE/staging-aaaaaaaa"),
        ("keep-first-8", "RYE/staging-k3yk3yk3"),
        ("prefix-alone", "k3yk3yk3k3y"),
        ("drop-prefix", "k3yk3yk3k3y"),
        ("change-position-9", "RYE/staging-k3yk3yk3"),
    ],
)
def test_what_changes_nothing_is_inapplicable(slug: str, key: str) -> None:
    with pytest.raises(Inapplicable, match=r"changes nothing|no public prefix"):
        build(slug, key_of(key))


def value(slug: str, key: str = CANARY) -> str:
    return build(slug, key_of(key))[0][1].decode().removeprefix("Bearer ")


def test_near_keys_are_what_their_sentences_say() -> None:
    prefix, secret = "RYE/staging-", key_of(CANARY).secret
    assert value("drop-last-character") == CANARY[:-1]
    assert value("drop-first-character") == prefix + secret[1:]
    assert value("keep-last-8") == prefix + secret[-8:]
    assert value("keep-middle") == prefix + secret[6:-6]
    assert value("swap-case") == prefix + secret.swapcase()
    assert value("double") == CANARY + CANARY
    assert value("append-spelled-line-feed").endswith("\\n")
    assert value("drop-prefix") == secret
    assert value("key-and-word") == f"{CANARY} junk"
    assert value("word-and-key") == f"junk {CANARY}"
    assert value("quoted-key") == f'"{CANARY}"'
    header = f"Bearer {value('scheme-letters-and-key')}"
    assert header.lstrip("Bearer ") == CANARY  # noqa: B005, PLE1310 - as servers do
    assert value("lower-prefix") == prefix.lower() + secret
    assert sorted(value("swap-neighbours")) == sorted(value("rotate-by-one")) == sorted(CANARY)
    assert value("sort", prefix + "abcdefgh") == prefix + "hgfedcba"
    assert sum(map(ord, value("same-sum"))) == sum(map(ord, CANARY))
    assert value("same-sum") != CANARY


@pytest.mark.parametrize("key", AWKWARD.values(), ids=AWKWARD)
def test_changed_positions_change_those_and_no_others(key: str) -> None:
    for number in range(1, len(key_of(key).secret) + 1):
        result = value(f"change-position-{number}", key)
        at = len(key) - len(key_of(key).secret) + number - 1
        assert len(result) == len(key)
        assert [i for i in range(len(key)) if result[i].lower() != key[i].lower()] == [at]


def test_half_changes_keep_the_other_half() -> None:
    first, second = value("change-first-half"), value("change-second-half")
    middle = len(CANARY) - len(key_of(CANARY).secret) // 2
    assert first[middle:] == CANARY[middle:]
    assert second[:middle] == CANARY[:middle]
    assert all(a != b for a, b in zip(second[middle:], CANARY[middle:], strict=True))
    kept = value("change-all-but-first-4")
    assert kept.startswith(CANARY[: len("RYE/staging-") + 4])
    assert all(a != b for a, b in zip(kept[16:], CANARY[16:], strict=True))


def test_the_eighth_bit_is_all_that_is_changed() -> None:
    [(_, sent)] = build("last-octet-beyond-ascii", key_of(CANARY))
    assert not sent.isascii()
    assert bytes(octet & 0x7F for octet in sent) == b"Bearer " + CANARY.encode()


def test_injections_into_statements_have_no_blank() -> None:
    for slug in ("sql-or", "sql-comment"):
        assert " " not in value(slug)
        assert slug in DEFAULT


def test_a_key_with_junk_beside_it_is_a_wrong_one() -> None:
    for slug in ("key-and-word", "word-and-key", "quoted-key", "append-semicolon"):
        assert RECIPES[slug].credential is Credential.WRONG
        assert RECIPES[slug].near
        assert slug in DEFAULT


def test_random_keys_have_the_real_shape() -> None:
    key = "RYE/staging-3f9a1c0b-7D2E-4815"
    shape = re.compile(r"RYE/staging-[0-9a-zA-Z]{8}-[0-9A-Z]{4}-[0-9]{4}")
    values = {value(f"random-key-{number}", key) for number in (1, 2, 3)}
    assert len(values) == 3
    assert all(shape.fullmatch(item) for item in values)
    assert re.fullmatch(r"RYE/staging-[0-9a-f]{32}", value("random-key-1", AWKWARD["hexadecimal"]))
    assert len(value("random-longer-key")) == len(CANARY) + 8
    assert value("other-environment").startswith("RYE/production-")
    assert value("other-environment", AWKWARD["production"]).startswith("RYE/staging-")


def test_a_random_key_is_another_where_the_first_choice_is_the_key() -> None:
    lucky = value("random-key-1")
    assert value("random-key-1", lucky) != lucky


def test_gateway_forms_leave_authorization_out() -> None:
    for slug in EXTENDED:
        if family_of(slug) == "gateway forms":
            names = [name.lower() for name, _ in build(slug, key_of(CANARY))]
            assert b"authorization" not in names


def test_lists_hold_together() -> None:
    assert set(DEFAULT) < set(EXTENDED)
    assert set(EXTENDED) | set(RIGHT) == set(RECIPES)
    assert not set(EXTENDED) & set(RIGHT)
    assert 80 <= len(DEFAULT) <= 95
    assert {family_of(slug) for slug in DEFAULT} == set(FAMILIES) - {
        "the right key",
        "in what is not quite HTTP",
    }
    for slugs in (DEFAULT, EXTENDED):
        attacks = [RECIPES[slug].attack for slug in slugs]
        assert attacks == sorted(attacks), "attack-shaped probes travel last"
    # Beyond 8 kB, common servers answer 431 before they look at the key.
    assert all(len(field) < 8000 for slug in DEFAULT for _, field in build_or_none(slug))


def test_what_firewalls_take_for_an_attack_is_marked() -> None:
    for slug in EXTENDED:
        if family_of(slug) != "in what is not quite HTTP" and is_attack_shaped(build_or_none(slug)):
            assert RECIPES[slug].attack, slug


def build_or_none(slug: str) -> tuple[tuple[bytes, bytes], ...]:
    try:
        return build(slug, key_of(CANARY))
    except Inapplicable:
        return ()


def test_recipes_spell_nothing() -> None:
    secret = key_of(CANARY).secret
    windows = {secret[at : at + 8].lower() for at in range(len(secret) - 7)}
    for slug, recipe in RECIPES.items():
        shown = f"{slug} {recipe!r} {family_of(slug)}".lower()
        assert not any(window in shown for window in windows)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
        assert slug == recipe.slug
    with pytest.raises(Inapplicable) as caught:
        build("change-position-100", key_of(CANARY))
    assert not any(window in str(caught.value).lower() for window in windows)


def test_sentences_tell_the_recipes_apart() -> None:
    sentences = [recipe.sentence for recipe in RECIPES.values()]
    assert len(set(sentences)) == len(sentences)


def test_transformed_secrets_are_what_near_recipes_send() -> None:
    for slug, secret in transformed_secrets(key_of(CANARY)):
        try:
            assert value(slug) == "RYE/staging-" + secret
        except Inapplicable:
            assert secret in {"", key_of(CANARY).secret}


def test_an_unknown_recipe_is_an_error() -> None:
    with pytest.raises(KeyError):
        build("no-such-recipe", key_of(CANARY))
