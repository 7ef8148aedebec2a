r"""Patterns of ECMA-262, matched in bounded time by jsonschema-rs.

It understands `\p{L}`; `\d`, `\w` and `\b` are ASCII only; `$` matches only at the very end.
"""

from __future__ import annotations

import contextlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import jsonschema_rs

MOST_STEPS: Final = 100_000
"""Backtracking limit for a pattern with look-around or back-references: some 50 ms."""

_BESIDE_A_CLASS = re.compile(r"\\[dDwWsS]-(?!\])|\\.|-(?=\\[dDwWsS])", re.DOTALL)


class Pattern:
    """A compiled pattern.

    Arguments:
        source: the value of the keyword `pattern`.

    Raises:
        ValueError: it is not a pattern of ECMA-262, or is not supported; the message says why.
    """

    __slots__ = ("_validator", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self._validator = _compiled(source)

    def refutes(self, text: str) -> bool:
        """Whether a text has no match; running out of steps does not count as refuted.

        Arguments:
            text: any text; a lone surrogate counts as U+FFFD.
        """
        import jsonschema_rs  # noqa: PLC0415 — see _engines

        whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if self._validator.is_valid(whole):
            return False
        [error] = self._validator.iter_errors(whole)
        return isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Pattern)


def _compiled(source: str) -> jsonschema_rs.Draft7Validator:
    import jsonschema_rs  # noqa: PLC0415 — see _engines

    # The engine rejects a dash next to `\w` in a class; Annex B of ECMA-262 takes it literally.
    for spelled in dict.fromkeys((source, _BESIDE_A_CLASS.sub(_escaped, source))):
        for options in _engines():
            with contextlib.suppress(ValueError):
                return jsonschema_rs.Draft7Validator({"pattern": spelled}, pattern_options=options)
    raise ValueError("it is no pattern of ECMA-262 that can be read")


def _engines() -> tuple[jsonschema_rs.RegexOptions | jsonschema_rs.FancyRegexOptions, ...]:
    """The linear-time engine first, then the one that also supports look-around."""
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
    """Compile a pattern, with a cache.

    Arguments:
        source: the value of the keyword `pattern`.

    Raises:
        ValueError: see Pattern.
    """
    return Pattern(source)
