"""Undocumented parameters that servers may parse anyway, in forms that break parsers.

Frameworks page, filter and shape their responses by parameters of their own; a crash or a different
shape shows that one is read.
"""

from __future__ import annotations

from collections.abc import Callable

_READ_AS_NUMBERS = ("page", "offset", "limit", "per_page", "page_size", "skip", "year")
_READ_AS_DATES = ("since", "until", "from", "to", "date", "as_of", "tz")
_READ_OTHERWISE = ("cursor", "sort")
_NAMES = (*_READ_AS_NUMBERS, *_READ_AS_DATES, *_READ_OTHERWISE)

_SHAPES = (
    "envelope=true",
    "case=snake",
    "version=99",
    "unit=major",
    "lang=de",
    "locale=tlh",
    "pretty=true",
    "fields=balance",
    "expand=all",
)


def wrong_types() -> dict[str, bytes]:
    """Give each parameter a word, which is neither a number nor a date; by slug."""
    return {_slug(name, "word"): b"%b=abc" % name.encode() for name in _NAMES}


def odd_forms() -> dict[str, bytes]:
    """Give each parameter every other odd form, one form after the other; by slug."""
    forms: dict[str, Callable[[bytes], bytes]] = {
        "negative": lambda name: name + b"=-1",
        "empty": lambda name: name + b"=",
        "twice": lambda name: name + b"=1&" + name + b"=2",
        "in-brackets": lambda name: name + b"%5Ba%5D=1",
    }
    return {
        _slug(name, form): make(name.encode()) for form, make in forms.items() for name in _NAMES
    }


def shapes() -> dict[str, bytes]:
    """Return the switches that ask for another shape of the response, by slug."""
    return {f"shape-{pair.partition('=')[0]}": pair.encode() for pair in _SHAPES}


def _slug(name: str, form: str) -> str:
    return f"{name.replace('_', '-')}-{form}"
