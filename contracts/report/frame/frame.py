"""pytest-html's frame, rewritten from the parts that are safe in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser

from contracts.report.frame.outcomes import inert_outcomes

_VOID = frozenset({"br", "img", "input", "source"})
_ELEMENTS = _VOID | {
    *("body", "footer", "h2", "p", "div", "span", "a", "b", "i", "em", "strong", "code", "pre"),
    *("table", "thead", "tbody", "tfoot", "tr", "th", "td", "ul", "ol", "li"),
    *("button", "video", "template"),
}
_ATTRIBUTE = re.compile(r"class|colspan|name|type|checked|disabled|controls|data-[a-z-]+")
"""Attributes that neither act nor load anything."""

_LINK = re.compile(r"#[!-~]*|https://[!-~]+")
_OUTCOMES = "data-jsonblob"
_ID = re.compile(r'\sid="([^"]*)"')
_RAW = frozenset({"script", "style"})
_ENDS_ELSEWHERE = re.compile(r"<!--|</?(?:script|style)", re.IGNORECASE)
"""Text that could make a browser end a script or style at another place."""

Attributes = list[tuple[str, str | None]]


class Frame:
    """What is kept of pytest-html's page around our part.

    Its style is in the head, and its script follows the outcomes that it renders. What plugins
    add is in between, and may contain neither.

    Arguments:
        before: the page before our part.
        after: the page after our part.
        own: our part, whose ids are taken.
    """

    def __init__(self, before: str, after: str, own: str) -> None:
        ids = set(_ID.findall(own))
        first, second = _Rewriter(before, ids, "style"), _Rewriter(after, ids, None)
        self.before, self.after = first.text(), second.text()
        self.scripts = [*first.texts_of("script"), *second.texts_of("script")]
        self.styles = [*first.texts_of("style"), *second.texts_of("style")]


class _Rewriter(HTMLParser):
    """Writes known elements with harmless attributes, and everything else as text.

    Arguments:
        markup: part of a page.
        ids: ids already taken; its own are added.
        may_have: which of script and style is allowed next, `style` in the head.
    """

    def __init__(self, markup: str, ids: set[str], may_have: str | None) -> None:
        super().__init__()
        self._ids = ids
        self._written: list[str] = []
        self._kept: dict[str, dict[int, str]] = {"script": {}, "style": {}}
        self._raw: list[str] | None = None
        self._may_have = may_have
        self.feed(markup)
        self.close()

    def text(self) -> str:
        return "".join(self._written)

    def texts_of(self, name: str) -> list[str]:
        """Return the text of each script or style that was kept."""
        return list(self._kept[name].values())

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if tag in _RAW:
            self._raw = []
        elif self._is_known(tag):
            self._written += [f"<{tag}", *self._attributes(attrs), ">"]

    def handle_endtag(self, tag: str) -> None:
        if tag in _RAW:
            self._end(tag, "".join(self._raw or ()))
            self._raw = None
        elif tag not in _VOID and self._is_known(tag):
            self._written.append(f"</{tag}>")
        elif tag == "head" and self._may_have == "style":
            self._written.append("</head>")
            self._may_have = None

    def handle_data(self, data: str) -> None:
        if self._raw is None:
            self._written.append(escape(data, quote=False))
        else:
            self._raw.append(data)

    def _is_known(self, tag: str) -> bool:
        return tag in _ELEMENTS or (tag == "title" and self._may_have == "style")

    def _end(self, tag: str, text: str) -> None:
        if tag == self._may_have and not _ENDS_ELSEWHERE.search(text):
            self._kept[tag][len(self._written)] = text
            self._written.append(f"<{tag}>{text}</{tag}>")

    def _attributes(self, attrs: Attributes) -> Iterator[str]:
        for name, value in attrs:
            if name == _OUTCOMES:
                self._expect_the_script()
                yield f' {name}="{inert_outcomes(value or "")}"'
            elif self._is_harmless(name, value or ""):
                yield f" {name}" if value is None else f' {name}="{escape(value)}"'

    def _is_harmless(self, name: str, value: str) -> bool:
        if name == "id":
            is_free = value not in self._ids
            self._ids.add(value)
            return is_free
        return bool(_LINK.fullmatch(value) if name == "href" else _ATTRIBUTE.fullmatch(name))

    def _expect_the_script(self) -> None:
        """Drop earlier scripts: the one that renders the outcomes follows them."""
        for place in self._kept["script"]:
            self._written[place] = ""
        self._kept["script"].clear()
        self._may_have = "script"
