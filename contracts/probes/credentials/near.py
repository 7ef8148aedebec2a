"""Keys so near the right one that a careless comparison might accept them."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from contracts.http.api_key import Key
from contracts.probes.credentials.entry import Entry, Inapplicable, near, octets, wrong
from contracts.probes.credentials.guesses import INJECTION
from contracts.probes.credentials.shapes import changed, next_to

NEAR, FURTHER = "near keys", "further near keys"
NOT_HTTP = "in what is not quite HTTP"
"""Keys with octets that no field value may hold, for a raw socket only."""
_TELLING = frozenset(
    {
        "append-character",
        "append-comma-and-word",
        "append-equals-sign",
        "append-spelled-line-feed",
        "blank-inside",
        "change-first-prefix-character",
        "change-middle-character",
        "drop-last-character",
        "drop-prefix",
        "key-and-word",
        "prepend-character",
        "scheme-letters-and-key",
        "swap-case",
        "swap-neighbours",
        "word-and-key",
    }
)
"""Slugs of near keys that together reveal every careless comparison in the fault catalogue.

They are sent early, the others late: a run finds most of what it finds with its first requests.
"""

LAST_POSITION = 128
"""Last position of the recipes that change a single one; longer keys are sampled by fractions."""


def _swap_neighbours(secret: str) -> str:
    """Swap the two neighbours nearest the middle that differ."""
    middle = len(secret) // 2
    for at in sorted(range(len(secret) - 1), key=lambda at: abs(at - middle)):
        if secret[at] != secret[at + 1]:
            return secret[:at] + secret[at + 1] + secret[at] + secret[at + 2 :]
    return secret


def _same_sum(secret: str) -> str:
    """Increment the first character possible and decrement the last other one possible."""
    up = next((at for at, mark in enumerate(secret) if next_to(mark, 1)), None)
    down = next(
        (at for at in reversed(range(len(secret))) if at != up and next_to(secret[at], -1)), None
    )
    if up is None or down is None:
        return secret
    characters = list(secret)
    characters[up] = next_to(secret[up], 1) or ""
    characters[down] = next_to(secret[down], -1) or ""
    return "".join(characters)


def _sorted(secret: str) -> str:
    """Sort the characters; if they are sorted already, reverse them."""
    result = "".join(sorted(secret))
    return result if result != secret else result[::-1]


def _at(numerator: int, denominator: int) -> Callable[[str], str]:
    return lambda secret: changed(secret, [len(secret) * numerator // denominator])


_TRANSFORMS: tuple[tuple[str, str, bool, Callable[[str], str]], ...] = (
    ("drop-last-character", "drops the last character of the key", True, lambda s: s[:-1]),
    ("drop-first-character", "drops the first secret character", True, lambda s: s[1:]),
    ("change-last-character", "changes the last character", True,
     lambda s: changed(s, [len(s) - 1])),
    ("change-first-character", "changes the first secret character", True,
     lambda s: changed(s, [0])),
    ("change-middle-character", "changes the character in the middle", True, _at(1, 2)),
    ("swap-case", "swaps upper and lower case of the secret", True, str.swapcase),
    ("upper-case", "writes the secret in upper case", False, str.upper),
    ("lower-case", "writes the secret in lower case", False, str.lower),
    ("keep-first-half", "keeps the first half of the secret", True, lambda s: s[: len(s) // 2]),
    ("keep-second-half", "keeps the second half of the secret", True, lambda s: s[len(s) // 2 :]),
    ("keep-first-8", "keeps the first 8 secret characters", False, lambda s: s[:8]),
    ("keep-last-8", "keeps the last 8 secret characters", False, lambda s: s[-8:]),
    ("keep-middle", "keeps the middle half of the secret", False,
     lambda s: s[len(s) // 4 : len(s) - len(s) // 4]),
    ("change-first-half", "changes the whole first half of the secret", True,
     lambda s: changed(s, range(len(s) // 2))),
    ("change-second-half", "changes the whole second half of the secret", True,
     lambda s: changed(s, range(len(s) // 2, len(s)))),
    ("change-even-positions", "changes every other character, from the second on", False,
     lambda s: changed(s, range(1, len(s), 2))),
    ("change-odd-positions", "changes every other character, from the first on", False,
     lambda s: changed(s, range(0, len(s), 2))),
    ("change-all-but-first-4", "changes all but the first 4 secret characters", False,
     lambda s: changed(s, range(4, len(s)))),
    ("change-all-but-last-4", "changes all but the last 4 characters", False,
     lambda s: changed(s, range(len(s) - 4))),
    ("reverse", "reverses the secret", True, lambda s: s[::-1]),
    ("sort", "sorts the characters of the secret (backwards where they are sorted already)", False,
     _sorted),
    ("swap-neighbours", "exchanges two neighbouring characters", True, _swap_neighbours),
    ("swap-halves", "exchanges the halves of the secret", False,
     lambda s: s[len(s) // 2 :] + s[: len(s) // 2]),
    ("rotate-by-one", "moves the first secret character to the end", False,
     lambda s: s[1:] + s[:1]),
    ("same-sum", "raises one character and lowers another, so that their sum stays", False,
     _same_sum),
    ("blank-inside", "puts a blank into the middle of the secret", True,
     lambda s: f"{s[: len(s) // 2]} {s[len(s) // 2 :]}"),
    ("change-at-one-quarter", "changes the character a quarter in", False, _at(1, 4)),
    ("change-at-three-quarters", "changes the character three quarters in", False, _at(3, 4)),
    ("change-at-one-eighth", "changes the character an eighth in", False, _at(1, 8)),
    ("change-at-three-eighths", "changes the character three eighths in", False, _at(3, 8)),
    ("change-at-five-eighths", "changes the character five eighths in", False, _at(5, 8)),
    ("change-at-seven-eighths", "changes the character seven eighths in", False, _at(7, 8)),
    ("drop-middle-character", "drops the character in the middle", False,
     lambda s: s[: len(s) // 2] + s[len(s) // 2 + 1 :]),
    ("repeat-middle-character", "writes the character in the middle twice", False,
     lambda s: s[: len(s) // 2 + 1] + s[len(s) // 2 :]),
    ("drop-symbols", "leaves out all that is neither letter nor digit", False,
     lambda s: "".join(mark for mark in s if mark.isalnum())),
)  # fmt: skip


_AROUND = (
    ("append-character", "appends a letter to the key", True, "{0}x"),
    ("prepend-character", "puts a letter before the key", True, "x{0}"),
    ("surround", "puts a letter before and after the key", False, "x{0}x"),
    ("double", "writes the key twice without a gap", False, "{0}{0}"),
    ("append-comma-and-word", "appends a comma and a word", True, "{0},junk"),
    ("append-dot-and-word", "appends a dot and a word", False, "{0}.junk"),
    ("append-slash", "appends a slash", False, "{0}/"),
    ("append-equals-sign", "appends an equals sign", True, "{0}="),
    ("append-semicolon", "appends a semicolon", True, "{0};"),
    ("append-semicolon-and-word", "appends a semicolon and a word", False, "{0};junk"),
    ("append-colon-and-word", "appends a colon and a word", False, "{0}:junk"),
    ("append-hash", "appends a hash sign", False, "{0}#"),
    ("append-spelled-line-feed", "appends a backslash and the letter n", True, "{0}\\n"),
    ("append-question-mark", "appends a question mark", False, "{0}?"),
    ("append-kilobyte", "appends 1,024 letters", False, "{0}" + "x" * 1024),
    ("key-and-word", "sends a word after the key", True, "{0} junk"),
    ("word-and-key", "sends a word before the key", True, "junk {0}"),
    ("quoted-key", "puts the key in quotation marks", True, '"{0}"'),
    ("scheme-letters-and-key", "puts letters of the word Bearer before the key", True, "Bear{0}"),
)


def _percent_encoded(key: Key) -> str:
    """Percent-encode reserved characters; if there are none, the first character."""
    whole = octets(key.whole)
    encoded = quote(whole, safe="")
    return f"Bearer {encoded if octets(encoded) != whole else f'%{whole[0]:02X}{encoded[1:]}'}"


def _family(slug: str) -> str:
    return NEAR if slug in _TELLING else FURTHER


def _around(slug: str, sentence: str, default: bool, template: str) -> Entry:
    def value(key: Key) -> str:
        return f"Bearer {template.format(key.whole)}"

    return wrong(_family(slug), slug, sentence, value, default=default, near=True)


def _prefixed(slug: str, make: Callable[[str], str]) -> Callable[[Key], str]:
    def value(key: Key) -> str:
        if not key.prefix:
            raise Inapplicable(slug, "the key has no public prefix")
        return f"Bearer {make(key.prefix)}{key.secret}"

    return value


_PREFIXES: tuple[tuple[str, str, bool, Callable[[str], str]], ...] = (
    ("drop-prefix", "sends the secret without the public prefix", True, lambda _: ""),
    ("change-first-prefix-character", "replaces the first character of the public prefix", True,
     lambda prefix: f"X{prefix[1:]}"),
    ("drop-first-prefix-character", "drops the first character of the public prefix", False,
     lambda prefix: prefix[1:]),
    ("lower-prefix", "writes the public prefix in lower case", True, str.lower),
    ("upper-prefix", "writes the public prefix in upper case", False, str.upper),
    ("change-prefix-dash", "replaces the dash of the public prefix by an underscore", False,
     lambda prefix: prefix.replace("-", "_")),
    ("change-prefix-slash", "replaces the slash of the public prefix by a colon", False,
     lambda prefix: prefix.replace("/", ":")),
)  # fmt: skip


def _position(number: int) -> Entry:
    return near(
        FURTHER,
        f"change-position-{number}",
        f"changes character {number} of the secret",
        lambda secret: changed(secret, [number - 1]),
        default=False,
    )


ENTRIES: tuple[Entry, ...] = (
    *(
        near(_family(slug), slug, sentence, transform, default=default)
        for slug, sentence, default, transform in _TRANSFORMS
    ),
    *(_around(*row) for row in _AROUND),
    wrong(
        FURTHER,
        "percent-encoded-key",
        "percent-encodes the key",
        _percent_encoded,
        default=True,
        near=True,
    ),
    wrong(
        INJECTION,
        "append-percent-nul",
        "appends a percent-encoded NUL",
        lambda key: f"Bearer {key.whole}%00",
        near=True,
        attack=True,
    ),
    wrong(
        NOT_HTTP,
        "append-nul-and-word",
        "appends a NUL and a word",
        lambda key: f"Bearer {key.whole}\0junk",
        default=False,
        near=True,
    ),
    *(
        wrong(_family(slug), slug, sentence, _prefixed(slug, make), default=default, near=True)
        for slug, sentence, default, make in _PREFIXES
    ),
    *(_position(number) for number in range(1, LAST_POSITION + 1)),
)
