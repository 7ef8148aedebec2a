"""Markup built from elements: anything that is not markup is escaped, always and in one place."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from contracts.report.text.printing import printable, shortened

LONGEST = 20_000
"""Most characters of one piece of text on the page."""


_VOID = frozenset({"br", "hr", "input", "rect", "path", "line", "circle", "col"})


class Html(str):
    """Markup that is safe as it is."""

    __slots__ = ()


def text(value: object) -> Html:
    """Write anything as text, in which no markup, control or bidi character has any effect.

    Arguments:
        value: what to show.
    """
    return Html(escape(printable(shortened(str(value), LONGEST))))


def join(parts: Iterable[Html | str | int | None], between: str = "") -> Html:
    """Concatenate parts; those that are not markup are escaped.

    Arguments:
        parts: markup, text, numbers; None writes nothing.
        between: markup that separates them.
    """
    pieces = [part if isinstance(part, Html) else text(part) for part in parts if part is not None]
    return Html(between.join(pieces))


def tag(
    name: str,
    *content: Html | str | int | None,
    **attributes: str | float | bool | None,
) -> Html:
    """Write one element.

    Arguments:
        name: the element's name.
        content: its children; those that are not markup are escaped.
        attributes: its attributes: `class_` is `class`, `data_id` is `data-id`; True writes the
            name alone; None and False write nothing.
    """
    written = "".join(
        f" {_name(key)}" if value is True else f' {_name(key)}="{text(value)}"'
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID and not content:
        return Html(f"<{name}{written}/>")
    return Html(f"<{name}{written}>{join(content)}</{name}>")


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
