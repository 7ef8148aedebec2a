"""Redaction, proven by canaries: whatever form the key takes, it is not seen."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.probes.credentials import EXTENDED, Inapplicable, build, transformed_secrets
from contracts.redaction import Redactor
from contracts.redaction.views import readings, views
from tests.support import key_of

SECRET = "Qz7vKp/mX9r+b4WnYc6H.d_s"
KEY = f"RYE/staging-{SECRET}"
REDACTOR = Redactor.for_key(key_of(KEY))
BARE = Redactor(key_of(KEY))
BODY = json.dumps(
    {
        "name": "AuthenticationError",
        "message": 'No "such" key é ☃ 😀 \\ /',
        "stack": "Error\n\tat /srv/node_modules/tsoa/dist/routes.js:12:3",
        "balance": {"currencyCode": "USD", "amountSubunits": 1500},
        "trace": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    }
)


def percent(text: str, *, every: int = 1, upper: bool = True) -> str:
    form = "%{:02X}" if upper else "%{:02x}"
    return "".join(
        form.format(ord(mark)) if not at % every else mark for at, mark in enumerate(text)
    )


def unicode_escapes(text: str, every: int = 1) -> str:
    return "".join(f"\\u{ord(m):04x}" if not at % every else m for at, m in enumerate(text))


def wrapped(text: str) -> str:
    return "\n".join(re.findall(".{1,5}", text))


ENCODINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda s: s,
    "upper case": str.upper,
    "lower case": str.lower,
    "swapped case": str.swapcase,
    "backwards": lambda s: s[::-1],
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64 for URLs": lambda s: base64.urlsafe_b64encode(s.encode()).decode().rstrip("="),
    "base64 of a Basic pair": lambda s: base64.b64encode(f"{s}:".encode()).decode(),
    "base64 one octet on": lambda s: base64.b64encode(f"x{s}:y".encode()).decode(),
    "base64 two octets on": lambda s: base64.b64encode(f"xx{s}".encode()).decode(),
    "base64 in lines": lambda s: wrapped(base64.b64encode(s.encode()).decode()),
    "base64 in a JSON string": lambda s: json.dumps(wrapped(base64.b64encode(s.encode()).decode())),
    "base64 percent-encoded": lambda s: quote(base64.b64encode(s.encode()).decode(), safe=""),
    "hexadecimal": lambda s: s.encode().hex(),
    "upper-case hexadecimal": lambda s: s.encode().hex().upper(),
    "percent-encoded": lambda s: quote(s, safe=""),
    "percent-encoded in lower case": lambda s: percent(s, upper=False),
    "percent-encoded wholly": percent,
    "percent-encoded in part": lambda s: percent(s, every=3),
    "percent-encoded twice": lambda s: quote(percent(s), safe=""),
    "JSON": json.dumps,
    "JSON with escaped slashes": lambda s: s.replace("/", "\\/"),
    "JSON in Unicode escapes": unicode_escapes,
    "JSON in some Unicode escapes": lambda s: unicode_escapes(s, 4),
    "JSON in JSON": lambda s: json.dumps(json.dumps(unicode_escapes(s, 2))),
    "JavaScript": lambda s: "".join(f"\\u{{{ord(mark):x}}}" for mark in s),
    "octal escapes": lambda s: "".join(f"\\{ord(mark):03o}" for mark in s),
    "hexadecimal escapes": lambda s: "".join(f"\\x{ord(mark):02x}" for mark in s),
    "HTML decimal": lambda s: "".join(f"&#{ord(mark)};" for mark in s),
    "HTML hexadecimal": lambda s: "".join(f"&#x{ord(mark):X};" for mark in s),
    "HTML named": lambda s: s.replace("/", "&sol;").replace("+", "&plus;").replace("_", "&lowbar;"),
    "HTML of JSON": lambda s: html.escape(json.dumps({"k": unicode_escapes(s, 3)})),
    "folded lines": lambda s: f"{s[:9]}\r\n {s[9:]}",
    "literals in lines": lambda s: f"b'{s[:5]}'\n      b'{s[5:]}'",
    "a terminal's colours": lambda s: f"{s[:5]}\x1b[31m{s[5:]}\x1b[0m",
    "zero-width spaces": "\u200b".join,
    "UTF-16": lambda s: s.encode("utf-16-le").decode("latin-1"),
}


def plain(text: str) -> str:
    """What an attentive reader gets out of a text, written apart from what is tested."""
    for _ in range(4):
        text = re.sub(r"\x1b\[\d*m|\x00|\u200b|\xe2\x80\x8b|'\n\s*b'|\r?\n\s*", "", text)
        text = html.unescape(text)
        text = re.sub(r"%([0-9a-fA-F]{2})", lambda m: chr(int(m[1], 16)), text)
        text = re.sub(
            r"\\x(..)|\\u([^{]...)|\\u\{(..)\}", lambda m: chr(int(m[m.lastindex], 16)), text
        )
        text = re.sub(r"\\([0-3][0-7]{2})", lambda m: chr(int(m[1], 8)), text)
        text = text.replace("\\n", "").replace("\\", "")
    return text


def seen(text: str, secret: str = SECRET) -> list[str]:
    """Windows of the secret that can still be read off a text."""
    text = plain(text)
    decoded = [text.lower(), text[::-1].lower()]
    for run in re.findall(r"[A-Za-z0-9+/_-]{10,}", text):
        for shift in range(4):
            piece = "A" * shift + run.replace("-", "+").replace("_", "/")
            octets = base64.b64decode((piece + "AAA")[: (len(piece) + 3) // 4 * 4])
            decoded.append(octets.decode("latin-1").lower())
    for run in re.findall(r"[0-9a-fA-F]{16,}", text):
        decoded += [
            bytes.fromhex(part[: len(part) // 2 * 2]).decode("latin-1").lower()
            for part in (run, run[1:])
        ]
    windows = {secret[at : at + 8].lower() for at in range(len(secret) - 7)}
    return [window for window in windows if any(window in item for item in decoded)]


@pytest.mark.parametrize("redactor", [BARE, REDACTOR], ids=["bare", "with recipes"])
@pytest.mark.parametrize("name", ENCODINGS)
def test_every_encoding_is_masked_in_text_and_octets(name: str, redactor: Redactor) -> None:
    for secret in (KEY, SECRET, SECRET[3:14]):
        text = f"<< {ENCODINGS[name](secret)} >> {BODY}"
        assert len(seen(text)) >= len(SECRET[3:14]) - 7, "the canary itself must be seen before"
        masked = redactor.text(text)
        assert not seen(masked), masked
        assert len(masked) == len(text)
        assert masked.endswith(f" >> {BODY}")
        data = text.encode("utf-8")
        concealed = redactor.data(data)
        assert not seen(concealed.decode("latin-1"))
        assert len(concealed) == len(data)
        assert concealed.endswith(f" >> {BODY}".encode())
        assert redactor.leaks(data)
        assert not redactor.leaks(concealed)
        assert redactor.text(masked) == masked


@settings(max_examples=150, deadline=None)
@given(
    st.text(st.characters(exclude_categories=()), max_size=40),
    st.text(st.characters(exclude_categories=()), max_size=40),
    st.sampled_from(sorted(ENCODINGS)),
    st.integers(0, len(SECRET) - 8),
    st.integers(8, len(SECRET)),
)
def test_any_part_is_masked_amid_anything(
    before: str, after: str, name: str, start: int, length: int
) -> None:
    part = SECRET[start : start + length]
    if len(part) < 8:
        part = SECRET[-8:]
    text = before + ENCODINGS[name](part) + after
    masked = BARE.text(text)
    assert len(masked) == len(text)
    # What stands right before may take the first character into an escape of its own.
    for window in (part[at : at + 8] for at in range(1, len(part) - 7)):
        assert ENCODINGS[name](window) not in masked
    if name in {"as it is", "hexadecimal", "percent-encoded wholly", "JSON in Unicode escapes"}:
        assert ENCODINGS[name](part) not in masked


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.text(max_size=12) | st.sampled_from([KEY, SECRET[2:12], "\n" + SECRET]), max_size=6
    ),
    st.booleans(),
)
def test_json_stays_json(items: list[str], ascii_only: bool) -> None:
    body = json.dumps({str(at): item for at, item in enumerate(items)}, ensure_ascii=ascii_only)
    data = body.encode("utf-8", "surrogatepass")
    masked = REDACTOR.data(data)
    assert len(masked) == len(data)
    decoded = json.loads(masked.decode("utf-8", "surrogatepass"))
    assert list(decoded) == [str(at) for at in range(len(items))]
    assert not seen(masked.decode("latin-1"))


def test_an_escape_is_masked_wholly_or_not_at_all() -> None:
    redactor = Redactor(key_of("nothing-to-see"))
    assert redactor.text(r'{"a": "x\nothing-to-se"}') == '{"a": "x**************"}'
    assert json.loads(redactor.data(rb'"\u00e9\nothing-to-see\""')) == 'é/*************"'


def test_base64_for_urls_is_masked_where_it_differs() -> None:
    secret = "~~~???>>>~~~???>>>"
    for before in ("", "x", "xx"):
        text = base64.urlsafe_b64encode(f"{before}{secret}".encode()).decode()
        assert not seen(Redactor(key_of(secret)).text(text), secret)


def test_utf_8_is_masked_wholly_or_not_at_all() -> None:
    fullwidth = dict(transformed_secrets(key_of(KEY)))["full-width-letters"]
    data = f"é{fullwidth}é {fullwidth[4:]}☃".encode()
    masked = REDACTOR.data(data)
    text = masked.decode("utf-8")
    assert text.startswith("é█")
    assert text.endswith("█☃")
    assert not set(text) - set("é█*☃ ")
    # A letter that shares its first octets with the one in the secret.
    shared = REDACTOR.data(f"{fullwidth[:9]}\uff38".encode()).decode("utf-8")
    assert set(shared) == {"█", "*"}


@pytest.mark.parametrize("slug", EXTENDED)
def test_what_recipes_make_of_the_key_is_masked(slug: str) -> None:
    try:
        fields = build(slug, key_of(KEY))
    except Inapplicable:
        return
    transformed = dict(transformed_secrets(key_of(KEY))).get(slug, SECRET)
    for _, value in fields:
        body = json.dumps({"message": f"bad credentials: {value.decode('latin-1')}"}).encode()
        masked = REDACTOR.data(body)
        assert len(masked) == len(body)
        assert not seen(masked.decode("latin-1"))
        assert not seen(masked.decode("latin-1"), transformed)
        assert not seen(REDACTOR.text(value.decode("utf-8", "surrogateescape")), transformed)


def test_what_holds_no_secret_stays_as_it_is() -> None:
    for text in (
        BODY,
        "RYE/staging-",
        "Authorization: Bearer RYE/staging-",
        "%41%42",
        "\\",
        "&amp",
    ):
        assert REDACTOR.text(text) == text
        assert REDACTOR.data(text.encode()) == text.encode()
        assert REDACTOR.leaks(text.encode()) == []
    everything = bytes(range(256)) * 4
    assert REDACTOR.data(everything) == everything
    assert BARE.text(f"x{SECRET[:7]}x") == f"x{SECRET[:7]}x"


def test_a_few_digits_that_are_a_keys_by_chance_are_no_secret() -> None:
    """Hashes, times and counts fill a report: 8 of their digits can't be what withholds it."""
    digits = SECRET.encode().hex()
    for at in range(len(digits) - 11):
        assert BARE.leaks(f"0.{digits[at : at + 11]}".encode()) == []
        assert BARE.leaks(f"0.{digits[at : at + 12]}".encode()) == ["the key in hexadecimal"]
    hexadecimal = "0f3a9c71b25e48d6a07c"
    for redactor in (
        Redactor(key_of(f"RYE/staging-{hexadecimal}")),
        Redactor.for_key(key_of(f"RYE/staging-{hexadecimal}")),
    ):
        assert redactor.leaks(hexadecimal[3:14].encode()) == []
        assert "the key as it is" in redactor.leaks(hexadecimal[3:15].encode())
        assert redactor.text(f"<{hexadecimal}>") == f"<{'*' * 20}>"
        assert redactor.text(f"<{hexadecimal.encode().hex()}>") == f"<{'*' * 40}>"


@pytest.mark.parametrize(
    "listing",
    [
        f"<Buffer {SECRET.encode().hex(' ')}>",
        SECRET.encode().hex(":"),
        json.dumps({"type": "Buffer", "data": list(SECRET.encode())}),
        json.dumps(list(SECRET.encode()), separators=(",", ":")),
        f"<Buffer {SECRET[5:13].encode().hex(' ')} ...>",
    ],
)
def test_octets_that_are_listed_are_masked(listing: str) -> None:
    for redactor in (REDACTOR, BARE):
        masked = redactor.text(f"x {listing} y")
        assert len(masked) == len(listing) + 4
        left = re.sub(r"[^0-9a-f]", "", masked.replace("Buffer", "").replace("data", ""))
        assert len(left) <= 4
        assert redactor.leaks(listing.encode())


def test_the_public_prefix_is_shown() -> None:
    assert REDACTOR.text(f"Bearer {KEY}.") == f"Bearer RYE/staging-{'*' * len(SECRET)}."


def test_lone_surrogates_and_odd_letters_keep_their_places() -> None:
    text = f"\ud800İ\udfffİİ{KEY}\udc80"
    masked = REDACTOR.text(text)
    assert masked == f"\ud800İ\udfffİİRYE/staging-{'*' * len(SECRET)}\udc80"


def test_without_a_key_nothing_changes() -> None:
    for redactor in (
        Redactor(None),
        Redactor.for_key(None),
        Redactor(key_of("")),
        Redactor(key_of("RYE/staging-")),
    ):
        assert redactor.text(KEY) == KEY
        assert redactor.data(KEY.encode()) == KEY.encode()
        assert redactor.leaks(KEY.encode()) == []


def test_other_secrets_are_masked_too() -> None:
    redactor = Redactor.for_key(None, ["signing-key-of-the-gate"])
    assert "of-the-gate" not in redactor.text("HMAC with signing-key-of-the-gate")
    assert redactor.leaks(b"signing-key") == ["another secret as it is"]


@pytest.mark.parametrize(
    "key", ["k", "k3y", "RYE/staging-k3y", "k3yk3yk", "481516234", "48151623423"]
)
def test_keys_that_are_too_short_are_masked_whole(key: str) -> None:
    secret = key_of(key).secret
    for redactor in (Redactor(key_of(key)), Redactor.for_key(key_of(key))):
        assert secret not in redactor.text(f"<{key}>")
        assert redactor.text(quote(f"<{key}>", safe="<>")).count("*") >= len(secret)


def test_keys_made_of_common_words_are_masked() -> None:
    redactor = Redactor.for_key(key_of("RYE/staging-balance-drawdown"))
    masked = redactor.text('{"drawdownEnabled": true, "balance": {}}')
    assert masked == '{"********Enabled": true, "balance": {}}'


@pytest.mark.parametrize("dress", [str, percent, lambda text: percent(percent(percent(text)))])
def test_a_leak_is_seen_wherever_an_artefact_is_parted(dress) -> None:
    leak = dress(SECRET[:8]).encode()
    text = b"." * 50 + leak + b"." * 50
    for at in range(len(text)):
        assert REDACTOR.leaks_in([text[:at], text[at:]])
    assert REDACTOR.leaks_in(bytes([octet]) for octet in text)
    for end in range(64 * 1024 - 5, 64 * 1024 + len(leak) + 5):
        assert REDACTOR.leaks(b"." * (end - len(leak)) + leak + b"." * 70_000)
    assert not REDACTOR.leaks_in([b"." * 70_000, leak[:-1]])


@given(text=st.text(st.sampled_from("%25u00\\xAb&#;amp\r\n \t'\"{}\x00\x1b[m"), max_size=60))
def test_a_reading_is_the_text_of_a_view(text: str) -> None:
    assert list(readings(text)) == [view.text for view in views(text)]


def test_leaks_names_forms_and_spells_nothing() -> None:
    data = f"{KEY} {SECRET.encode().hex()} {base64.b64encode(SECRET.encode()).decode()}".encode()
    leaks = REDACTOR.leaks(data)
    assert leaks == [
        "the key as it is",
        "the key in base64",
        "the key in hexadecimal",
    ]
    assert REDACTOR.leaks(percent(SECRET).encode()) == ["the key as it is, escaped"]
    assert REDACTOR.leaks(SECRET[::-1].encode()) == ["the key as it is, backwards"]
    changed = build("change-odd-positions", key_of(KEY))[0][1]
    assert REDACTOR.leaks(changed) == ["the key in the form of a wrong key as it is"]
    assert not seen(repr(REDACTOR) + repr(vars(REDACTOR)))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (f"Bearer {KEY}", "Bearer ***"),
        (f"bearer  {KEY}", "bearer ***"),
        (f"Basic {KEY}", "Basic ***"),
        (f"  Bearer {KEY} ", "Bearer ***"),
        ("Bearer", "Bearer"),
        ("Bearer ", "Bearer "),
        ("", ""),
        (KEY, "***"),
        (f"{KEY} junk", "***"),
        (f"Bearer\t{KEY}", "***"),
        (f"Bearer:{KEY}", "***"),
    ],
)
def test_authorization_shows_the_scheme_alone(value: str, shown: str) -> None:
    assert REDACTOR.authorization(value.encode()) == shown.encode()
