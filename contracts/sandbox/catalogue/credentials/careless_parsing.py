"""Faults of servers that extract the token from Authorization carelessly."""

from __future__ import annotations

import re

from contracts.sandbox.catalogue.build import Trigger, also, fault, when
from contracts.sandbox.catalogue.effects import crash
from contracts.sandbox.fault import Fault
from contracts.sandbox.history import Context

_TRUE_STATEMENT = re.compile(rb"'\)?or\(?'?1'?='?1", re.IGNORECASE)


def _cut(name: str, sentence: str, trigger: Trigger) -> Fault:
    return fault(name, sentence, "bad-key-is-refused", admits=also(trigger))


def _dies(name: str, words: str, trigger: Trigger) -> Fault:
    sentence = f"The server fails with 500 on {words}."
    return fault(f"500-on-{name}", sentence, "no-server-error", when(trigger, crash()))


def _words(context: Context) -> list[bytes]:
    return context.request.value("authorization").split()


def _second_word(context: Context) -> bool:
    return _words(context)[1:2] == [context.key]


def _last_word(context: Context) -> bool:
    return len(_words(context)) > 1 and _words(context)[-1] == context.key


def _letters_stripped(context: Context) -> bool:
    return context.request.value("authorization").lstrip(b"Bearer ") == context.key


def _seven_bits(context: Context) -> bool:
    return bytes(octet & 0x7F for octet in context.request.token) == context.key


def _true_up_to_a_blank(context: Context) -> bool:
    token = b"".join(_words(context)[1:2])
    return _TRUE_STATEMENT.search(token) is not None


def _three_parts(context: Context) -> bool:
    parts = context.request.token.split(b".")
    return len(parts) == 3 and not parts[0].startswith(b"ey")


FAULTS: tuple[Fault, ...] = (
    _cut("second-word-read", "The second word is the key, whatever follows.", _second_word),
    _cut("last-word-read", "The last word is the key, whatever goes before.", _last_word),
    _cut(
        "letters-of-the-scheme-stripped",
        "Every letter of the scheme's name is taken off the key's left.",
        _letters_stripped,
    ),
    _cut(
        "cut-at-a-semicolon",
        "A semicolon after the key starts parameters.",
        lambda context: context.request.token.partition(b";")[0] == context.key,
    ),
    _cut(
        "quotation-marks-undone",
        "Quotation marks around the key are taken off.",
        lambda context: context.request.token.strip(b'"') == context.key,
    ),
    _cut("seven-bits-compared", "The eighth bit of an octet does not count.", _seven_bits),
    _cut(
        "statement-true-up-to-a-blank",
        "The second word is written into a statement.",
        _true_up_to_a_blank,
    ),
    _dies("token-of-three-parts", "three parts that are not a JSON Web Token", _three_parts),
    _dies(
        "one-letter",
        "an Authorization field of one letter",
        lambda context: re.fullmatch(rb"\w", context.request.value("authorization")) is not None,
    ),
)
