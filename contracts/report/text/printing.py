"""Escapes what a server sent, so that it has no effect on a terminal or a page."""

from __future__ import annotations


def printable(data: bytes | str) -> str:
    """Escape control, bidi and other invisible characters and lone surrogates; keep line ends.

    Arguments:
        data: anything that a server sent.
    """
    text = data.decode("utf-8", "backslashreplace") if isinstance(data, bytes) else data
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\n\t" else _escaped(c) for c in text)


def inline(data: bytes | str) -> str:
    """Escape like `printable`, and line ends and tabs too, so that the result is one line.

    Arguments:
        data: anything that a server sent.
    """
    text = data.decode("utf-8", "backslashreplace") if isinstance(data, bytes) else data
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def shortened(text: str, size: int) -> str:
    """Cut text to a size, stating how long it was.

    Arguments:
        text: any text.
        size: the most characters to keep.
    """
    return text if len(text) <= size else f"{text[:size]}… ({len(text):,} characters)"


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
