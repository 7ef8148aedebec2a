"""Whether a request's preferences accept any representation that this API could send."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from contracts.http.allowed.grammar import OWS, TOKEN, WEIGHT, WORD, elements, weighted

LANGUAGE_RANGE = r"(?:[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)"

_ACCEPT = re.compile(
    rf"(?P<type>{TOKEN})/(?P<subtype>{TOKEN})"
    rf"(?P<parameters>(?:{OWS};{OWS}(?!{OWS}[qQ]=)(?:{TOKEN}={WORD})?)*+)"
    rf"(?:{OWS};{OWS}[qQ]=(?P<weight>{WEIGHT})(?:{OWS};{OWS}(?:{TOKEN}(?:={WORD})?)?)*+)?"
)


def media_ranges(value: str) -> list[tuple[str, bool, float]] | None:
    """Read Accept (RFC 9110 §12.5.1).

    Arguments:
        value: a field value, or several joined by commas.

    Returns:
        Each range in lower case, whether it has parameters, and its weight; None if the value
        breaks the grammar.
    """
    items = elements(value)
    if items is None:
        return None
    found: list[tuple[str, bool, float]] = []
    for item in items:
        match = _ACCEPT.fullmatch(item)
        if match is None or (match["type"] == "*" and match["subtype"] != "*"):
            return None
        name = f"{match['type']}/{match['subtype']}".lower()
        found.append((name, "=" in match["parameters"], float(match["weight"] or "1")))
    return found


def _admits_json(value: str) -> bool:
    """Whether plain JSON is acceptable: the most specific matching range decides.

    A range with parameters (`application/json;version=2`) matches only a representation that has
    them, and this API's has none.
    """
    ranges = media_ranges(value)
    if ranges is None:
        return False
    for name in ("application/json", "application/*", "*/*"):
        weights = [weight for found, odd, weight in ranges if found == name and not odd]
        if weights:
            return max(weights) > 0
    return False


def _admits_a_coding(value: str) -> bool:
    """Whether uncoded content is acceptable: servers may support no codings (RFC 9110 §12.5.3)."""
    codings = weighted(TOKEN, value)
    if codings is None:
        return False
    named = dict(codings)
    return named.get("identity", named.get("*", 1.0)) > 0


def _admits_utf8(value: str) -> bool:
    charsets = weighted(TOKEN, value)
    if charsets is None:
        return False
    named = dict(charsets)
    return named.get("utf-8", named.get("*", 0.0)) > 0


def _admits_english(value: str) -> bool:
    """Whether English, the language of the document's own messages, is acceptable."""
    languages = weighted(LANGUAGE_RANGE, value)
    if languages is None:
        return False
    english = [weight for name, weight in languages if name.partition("-")[0] == "en"]
    others = [weight for name, weight in languages if name == "*"]
    return max(english or others or [0.0]) > 0


NEGOTIATED: Mapping[bytes, Callable[[str], bool]] = MappingProxyType(
    {
        b"accept": _admits_json,
        b"accept-encoding": _admits_a_coding,
        b"accept-charset": _admits_utf8,
        b"accept-language": _admits_english,
    }
)
"""Fields (lower case) that can rule out every representation, each with a predicate: whether one
value, or the values of all such fields joined by commas, accepts one."""
