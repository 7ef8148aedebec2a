"""Wrong keys of the real shape, long ones, and non-ASCII ones."""

from __future__ import annotations

from collections.abc import Callable

from contracts.http.api_key import Key
from contracts.probes.credentials.entry import Entry, Inapplicable, near, octets, wrong
from contracts.probes.credentials.shapes import similar

PLAUSIBLE = "plausible wrong keys"
UNUSUAL = "long and non-ASCII"


def made_up(key: Key, seed: str) -> str:
    """Make a pseudo-random key with the right one's shape and public prefix.

    Arguments:
        key: the right key.
        seed: determines the choice.
    """
    return key.prefix + similar(key.secret, seed)


def _random(number: int) -> Entry:
    slug = f"random-key-{number}"
    sentence = f"sends pseudo-random key {number} of the right key's shape"
    return wrong(PLAUSIBLE, slug, sentence, lambda key: f"Bearer {made_up(key, slug)}")


def _random_of(slug: str, sentence: str, length: Callable[[int], int], *, default: bool) -> Entry:
    def value(key: Key) -> str:
        return f"Bearer {key.prefix}{similar(key.secret, slug, length(len(key.secret)))}"

    return wrong(PLAUSIBLE, slug, sentence, value, default=default)


def _other_environment(key: Key) -> str:
    api = key.api
    production = key.prefix == api.production_prefix
    prefix = api.staging_prefix if production else api.production_prefix
    return f"Bearer {prefix}{similar(key.secret, 'other-environment')}"


def _same_secret_elsewhere(key: Key) -> str:
    if not key.prefix:
        raise Inapplicable("same-secret-elsewhere", "the key has no public prefix")
    staging = key.prefix == key.api.staging_prefix
    other = key.api.production_prefix if staging else key.api.staging_prefix
    return f"Bearer {other}{key.secret}"


def _prefix_alone(key: Key) -> str:
    if not key.prefix:
        raise Inapplicable("prefix-alone", "the key has no public prefix")
    return f"Bearer {key.prefix}"


def _one_character(key: Key) -> str:
    mark = "b" if set(key.secret.lower()) == {"a"} else "a"
    return f"Bearer {key.prefix}{mark * len(key.secret)}"


def _full_width(secret: str) -> str:
    """Replace letters and digits with full-width ones (U+FF01 to U+FF5E), which NFKC maps back."""
    return "".join(
        chr(ord(mark) + 0xFEE0) if mark.isascii() and mark.isalnum() else mark for mark in secret
    )


def _split_by_zero_width(secret: str) -> str:
    return f"{secret[: len(secret) // 2]}\u200b{secret[len(secret) // 2 :]}"


ENTRIES: tuple[Entry, ...] = (
    *(_random(number) for number in (1, 2, 3)),
    _random_of(
        "random-longer-key",
        "sends a pseudo-random key, eight characters longer than the right one",
        lambda length: length + 8,
        default=True,
    ),
    _random_of(
        "random-shorter-key",
        "sends a pseudo-random key of half the right one's length",
        lambda length: max(length // 2, 1),
        default=False,
    ),
    wrong(
        PLAUSIBLE,
        "other-environment",
        "sends a pseudo-random key under another environment's public prefix",
        _other_environment,
    ),
    wrong(
        PLAUSIBLE,
        "same-secret-elsewhere",
        "puts another environment's public prefix before the right secret",
        _same_secret_elsewhere,
        near=True,
    ),
    wrong(PLAUSIBLE, "prefix-alone", "sends the public prefix alone", _prefix_alone),
    wrong(
        PLAUSIBLE,
        "one-repeated-character",
        "sends one letter as often as the secret is long, after the public prefix",
        _one_character,
    ),
    wrong(UNUSUAL, "long-1-kilobyte", "sends a token of 1,024 letters", "Bearer " + "x" * 1024),
    wrong(
        UNUSUAL,
        "long-4-kilobytes",
        "sends a token of 4,096 letters",
        "Bearer " + "x" * 4096,
        default=False,
    ),
    wrong(
        UNUSUAL,
        "long-9-kilobytes",
        "sends a token of 9,216 letters",
        "Bearer " + "x" * 9216,
        default=False,
    ),
    wrong(
        UNUSUAL,
        "high-octets",
        "sends octets from 0x80 to 0xFF that are not UTF-8",
        b"Bearer \xe9\xff\x80\xfe\xa0\xc3",
    ),
    wrong(
        UNUSUAL,
        "append-accented-letter",
        "appends an accented letter in UTF-8",
        lambda key: f"Bearer {key.whole}\u00e9",
        default=False,
        near=True,
    ),
    wrong(
        UNUSUAL,
        "append-latin-1-letter",
        "appends an accented letter in ISO 8859-1",
        lambda key: octets(f"Bearer {key.whole}") + b"\xe9",
        default=False,
        near=True,
    ),
    wrong(
        UNUSUAL,
        "emoji",
        "sends an emoji in UTF-8",
        "Bearer \U0001f511",
        default=False,
    ),
    near(
        UNUSUAL,
        "zero-width-space-inside",
        "puts a zero-width space into the middle of the secret",
        _split_by_zero_width,
    ),
    near(
        UNUSUAL,
        "full-width-letters",
        "writes letters and digits of the secret in full width",
        _full_width,
    ),
    near(
        UNUSUAL,
        "accent-inside",
        "puts a combining accent after the character in the middle of the secret",
        lambda secret: f"{secret[: len(secret) // 2]}\u0301{secret[len(secret) // 2 :]}",
    ),
    wrong(
        UNUSUAL,
        "last-octet-beyond-ascii",
        "sets the eighth bit of the last character",
        lambda key: octets(f"Bearer {key.whole[:-1]}") + bytes([ord(key.whole[-1]) | 0x80]),
        near=True,
    ),
)
