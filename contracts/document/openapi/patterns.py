r"""Patterns of ECMA-262, matched in bounded time by jsonschema-rs.

It reads `\p{L}`, keeps `\d`, `\w` and `\b` to ASCII, and `$` to the very end.
"""

from __future__ import annotations

import contextlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import jsonschema_rs

MOST_STEPS: Final = 100_000
"""Steps back after which a pattern with look-around or back-references is given up: some 50 ms."""

_BESIDE_A_CLASS = re.compile(r"\\[dDwWsS]-(?!\])|\\.|-(?=\\[dDwWsS])", re.DOTALL)


class Pattern:
    """A pattern, read.

    Arguments:
        source: the value of the keyword `pattern`.

    Raises:
        ValueError: it is no pattern of ECMA-262, or one that can't be read; says why.
    """

    __slots__ = ("_validator", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self._validator = _compiled(source)

    def refutes(self, text: str) -> bool:
        """Whether nothing in a text matches; a match that can't be found in time is none.

        Arguments:
            text: any text; a half of a surrogate pair counts as U+FFFD.
        """
        import jsonschema_rs  # noqa: PLC0415 — see _engines

        whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if self._validator.is_valid(whole):
            return False
        [error] = self._validator.iter_errors(whole)
        return isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Pattern)


def _compiled(source: str) -> jsonschema_rs.Draft7Validator:
    import jsonschema_rs  # noqa: PLC0415 — see _engines

    # The engine has no place for a dash beside `\w`, which Annex B of ECMA-262 takes as it is.
    for spelled in dict.fromkeys((source, _BESIDE_A_CLASS.sub(_escaped, source))):
        for options in _engines():
            with contextlib.suppress(ValueError):
                return jsonschema_rs.Draft7Validator({"pattern": spelled}, pattern_options=options)
    raise ValueError("it is no pattern of ECMA-262 that can be read")


def _engines() -> tuple[jsonschema_rs.RegexOptions | jsonschema_rs.FancyRegexOptions, ...]:
    """The one whose time grows with the text alone, and the one that knows look-around too."""
    import jsonschema_rs  # noqa: PLC0415 — 0.05 s, and few documents have patterns

    return (
        jsonschema_rs.RegexOptions(),
        jsonschema_rs.FancyRegexOptions(backtrack_limit=MOST_STEPS),
    )


def _escaped(match: re.Match[str]) -> str:
    sign = match.group()
    if sign == "-":
        return r"\-"
    return rf"{sign[:2]}\-" if len(sign) == 3 else sign


@lru_cache(maxsize=256)
def read_pattern(source: str) -> Pattern:
    """Read a pattern, once however often it is asked for.

    Arguments:
        source: the value of the keyword `pattern`.

    Raises:
        ValueError: see Pattern.
    """
    return Pattern(source)
