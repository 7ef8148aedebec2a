"""The right key, as documented and in other presentations; and wrong keys in other fields."""

from __future__ import annotations

import base64
from collections.abc import Callable

from contracts.http.api_key import Key
from contracts.http.probe import Credential, Field, Recipe
from contracts.probes.credentials.entry import Entry, authorization, octets, wrong
from contracts.probes.credentials.plausible import made_up
from contracts.probes.credentials.shapes import changed, similar

RIGHT = "the right key"
OTHER = "otherwise presented"
DOUBLED = "two fields"
GATEWAY = "gateway forms"

_OTHER: tuple[tuple[str, str, bool, Callable[[str], str]], ...] = (
    ("raw-key", "sends the key without a scheme", True, lambda key: key),
    ("basic-key", "sends the key under the scheme Basic", False, lambda key: f"Basic {key}"),
    ("lower-case-scheme", "writes the scheme in lower case", True, lambda key: f"bearer {key}"),
    ("two-blanks", "puts two blanks after the scheme", True, lambda key: f"Bearer  {key}"),
    ("tab-after-scheme", "puts a tab after the scheme", True, lambda key: f"Bearer\t{key}"),
    ("basic-name", "sends the key as Basic's user name, encoded", True,
     lambda key: f"Basic {_base64(key + ':')}"),
    ("upper-case-scheme", "writes the scheme in upper case", False, lambda key: f"BEARER {key}"),
    ("basic-password", "sends the key as Basic's password, encoded", False,
     lambda key: f"Basic {_base64(':' + key)}"),
    ("token-key", "sends the key under the scheme Token", False, lambda key: f"Token {key}"),
    ("api-key-key", "sends the key under the scheme ApiKey", False, lambda key: f"ApiKey {key}"),
    ("base64-key", "encodes the key in base64", False, lambda key: f"Bearer {_base64(key)}"),
    ("double-scheme", "writes the scheme twice", False, lambda key: f"Bearer Bearer {key}"),
)  # fmt: skip

_KEY_FIELDS = (
    ("X-Api-Key", True),
    ("Api-Key", False),
    ("X-Auth-Token", False),
)

_JUNK_FIELDS = (
    "X-Api-Key",
    "Api-Key",
    "X-Auth-Token",
    "X-Access-Token",
    "X-Authorization",
    "X-Forwarded-Authorization",
    "X-Amz-Security-Token",
)

_IDENTITY: tuple[Field, ...] = (
    (b"Remote-User", b"admin"),
    (b"X-Remote-User", b"admin"),
    (b"X-Forwarded-User", b"admin"),
    (b"X-Authenticated-User", b"admin"),
    (b"X-Authenticated-Userid", b"admin"),
    (b"X-User-Id", b"1"),
    (b"X-Consumer-Username", b"admin"),
    (b"X-Consumer-Custom-Id", b"1"),
    (b"X-Anonymous-Consumer", b"false"),
    (b"X-Goog-Authenticated-User-Id", b"accounts.google.com:1"),
    (b"X-Ssl-Client-Verify", b"SUCCESS"),
)


def _base64(words: str) -> str:
    return base64.b64encode(octets(words)).decode()


def _bearer(key: str) -> Field:
    return (b"Authorization", octets(f"Bearer {key}"))


def _right(slug: str, sentence: str, template: str) -> Entry:
    recipe = Recipe(slug, sentence, Credential.VALID)
    return Entry(recipe, RIGHT, lambda key: authorization(template.format(key.whole)), False)


def _presented(slug: str, sentence: str, default: bool, value: Callable[[str], str]) -> Entry:
    recipe = Recipe(slug, sentence, Credential.DRESSED)
    return Entry(recipe, OTHER, lambda key: authorization(value(key.whole)), default)


def _key_in(name: str, default: bool) -> Entry:
    recipe = Recipe(f"key-in-{name.lower()}", f"sends the key in {name} alone", Credential.DRESSED)
    return Entry(recipe, OTHER, lambda key: ((name.encode(), octets(key.whole)),), default)


def _doubled(slug: str, sentence: str, *, right_first: bool) -> Entry:
    def make(key: Key) -> tuple[Field, ...]:
        both = (_bearer(key.whole), _bearer(made_up(key, "doubled")))
        return both if right_first else both[::-1]

    return Entry(Recipe(slug, sentence, Credential.DOUBLED), DOUBLED, make)


def _elsewhere(
    slug: str, sentence: str, make: Callable[[Key], tuple[Field, ...]], *, default: bool = False
) -> Entry:
    return Entry(Recipe(slug, sentence, Credential.WRONG), GATEWAY, make, default)


def _junk_in(name: str) -> Entry:
    def make(key: Key) -> tuple[Field, ...]:
        scheme = "Bearer " if name.endswith("Authorization") else ""
        return ((name.encode(), octets(scheme + made_up(key, "gateway"))),)

    return _elsewhere(f"junk-in-{name.lower()}", f"sends a wrong key in {name} alone", make)


def _cookie(key: Key) -> tuple[Field, ...]:
    junk = similar(key.secret, "cookie")
    return ((b"Cookie", octets(f"token={junk}; access_token={junk}; session={junk}")),)


_JUNK = tuple(_junk_in(name) for name in _JUNK_FIELDS)


def _all_junk(key: Key) -> tuple[Field, ...]:
    return tuple(field for entry in _JUNK for field in entry.make(key)) + _cookie(key)


def _last_changed(key: Key) -> str:
    return key.prefix + changed(key.secret, [len(key.secret) - 1])


ENTRIES: tuple[Entry, ...] = (
    _right("valid", "sends the key as the document shows it", "Bearer {0}"),
    _right("valid-trailing-blank", "puts a blank after the key, which HTTP trims", "Bearer {0} "),
    Entry(
        Recipe("valid-lower-case-name", "writes the field's name in lower case", Credential.VALID),
        RIGHT,
        lambda key: ((b"authorization", octets(f"Bearer {key.whole}")),),
        False,
    ),
    _right("valid-leading-blanks", "puts blanks before the scheme, which HTTP trims",
           "  Bearer {0}"),
    *(_presented(*row) for row in _OTHER),
    *(_key_in(*row) for row in _KEY_FIELDS),
    _doubled("right-then-wrong", "sends the right key, then a wrong one in a second field",
             right_first=True),
    _doubled("wrong-then-right", "sends a wrong key, then the right one in a second field",
             right_first=False),
    Entry(
        Recipe("two-wrong-keys", "sends two wrong keys in two fields", Credential.WRONG),
        DOUBLED,
        lambda key: (_bearer(made_up(key, "two-wrong-keys")), _bearer(made_up(key, "doubled"))),
    ),
    wrong(OTHER, "basic-random-key", "sends a pseudo-random key under the scheme Basic",
          lambda key: f"Basic {made_up(key, 'basic-random-key')}"),
    wrong(OTHER, "raw-random-key", "sends a pseudo-random key without a scheme",
          lambda key: made_up(key, "raw-random-key")),
    wrong(OTHER, "lower-case-scheme-random-key",
          "sends a pseudo-random key under a lower-case scheme",
          lambda key: f"bearer {made_up(key, 'lower-case-scheme-random-key')}"),
    wrong(OTHER, "basic-name-random-key", "sends a pseudo-random key as Basic's user name, encoded",
          lambda key: f"Basic {_base64(made_up(key, 'basic-name-random-key') + ':')}"),
    wrong(OTHER, "basic-change-last-character",
          "changes the last character, under the scheme Basic",
          lambda key: f"Basic {_last_changed(key)}", default=False, near=True),
    wrong(OTHER, "raw-change-last-character", "changes the last character, without a scheme",
          _last_changed, default=False, near=True),
    wrong(OTHER, "token-random-key", "sends a pseudo-random key under the scheme Token",
          lambda key: f"Token {made_up(key, 'token-random-key')}", default=False),
    _elsewhere("junk-in-gateway-fields", "sends wrong keys in the fields that gateways forward",
               _all_junk, default=True),
    _elsewhere("identity-in-gateway-fields", "sends the fields in which gateways vouch for a user",
               lambda _: _IDENTITY, default=True),
    *_JUNK,
    _elsewhere("junk-in-proxy-authorization", "sends a wrong key in Proxy-Authorization alone",
               lambda key: ((b"Proxy-Authorization", octets(f"Bearer {made_up(key, 'proxy')}")),),
               default=True),
    _elsewhere("junk-in-cookies", "sends wrong keys in cookies alone", _cookie),
)  # fmt: skip
