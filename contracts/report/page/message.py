"""Messages on the page: the request as sent, and the answer with the offending place marked."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.document.openapi.security import Scheme
from contracts.http.exchange import Exchange
from contracts.report.page.markup import Html, join, tag
from contracts.report.page.words import duration
from contracts.report.text.curl import curl_words
from contracts.report.text.excerpt import Place, answer_of, status_words
from contracts.report.text.explain import probe_words
from contracts.report.text.layout import Line, narrowed, windows
from contracts.report.text.printing import inline

WIDTH = 600
"""Most characters of one line of a message."""
MOST_FIELDS, MOST_LINES = 60, 60
"""Most lines of a header section and of a body."""
BRIEF_FIELDS, BRIEF_LINES = 30, 24
"""The same for a message that is only an example."""


def line_html(line: Line) -> Html:
    """Write one line of a message.

    Arguments:
        line: see layout.
    """
    if line.mark is None:
        return tag("span", line.text, class_="note") if line.note else join([line.text])
    first, last = line.mark
    parts = (line.text[:first], tag("mark", line.text[first:last]), line.text[last:])
    return join(part for part in parts if part)


def answer_html(exchange: Exchange, place: Place | None = None, *, brief: bool = False) -> Html:
    """Write an exchange's answer.

    Arguments:
        exchange: any exchange.
        place: what to mark.
        brief: whether it is only an example.
    """
    answer = answer_of(exchange, place)
    fields = BRIEF_FIELDS if brief else MOST_FIELDS
    most = BRIEF_LINES if brief else MOST_LINES
    lines = list(windows(list(answer.head), most=fields, width=WIDTH))
    if answer.head and answer.body:
        lines.append(Line(""))
    lines += windows(list(answer.body), most=most, width=WIDTH)
    notes = [f"{answer.undone} undone"] if answer.undone else []
    if answer.size > 2000:
        notes.append(f"{answer.size:,} bytes")
    return _pre(lines, "answer", " · ".join(notes))


def request_html(exchange: Exchange) -> Html:
    """Write an exchange's request as it was sent, its credentials masked.

    Arguments:
        exchange: any exchange.
    """
    head, _, content = exchange.sent.partition(b"\r\n\r\n")
    shown = [Line(inline(line)) for line in head.split(b"\r\n")]
    if content:
        shown += [Line(""), Line(inline(content[:2000]))]
    lines = list(windows(shown, most=BRIEF_FIELDS, width=WIDTH))
    return _pre(lines, "request", "")


def command_html(words: list[str] | str, label: str) -> Html:
    """Write a command to copy.

    Arguments:
        words: the command, or its words, already quoted for a shell.
        label: the button's label.
    """
    if isinstance(words, str):
        command = words
    else:
        command = " ".join(words)
        if len(command) > 88:
            command = f" {_CONTINUED}  ".join([" ".join(words[:2]), *words[2:]])
    button = tag("button", "Copy", type="button", class_="copy", hidden=True, aria_label=label)
    return tag("div", tag("pre", tag("code", command)), button, class_="command")


def curl_html(exchange: Exchange, url: str, variable: str, scheme: Scheme) -> Html | None:
    """Write a request as a curl line; None if a shell can't express it.

    Arguments:
        exchange: what was sent.
        url: the operation's URL.
        variable: environment variable that holds the key.
        scheme: how the key is sent.
    """
    words = curl_words(exchange, url, variable, scheme)
    return command_html(words, "Copy the curl line") if words else None


def exchange_words(exchange: Exchange) -> str:
    """Describe an exchange in one line.

    Arguments:
        exchange: any exchange.
    """
    status = status_words(exchange.response.status)
    attempt = f", attempt {exchange.attempt}" if exchange.attempt > 1 else ""
    took = duration(exchange.seconds)
    return f"{status} in {took}{attempt} · {exchange.probe.family}: {probe_words(exchange.probe)}"


def _pre(lines: Iterable[Line], kind: str, note: str) -> Html:
    written = [line_html(narrowed(line, WIDTH)) for line in lines]
    code = tag("pre", tag("code", join(written, "\n")), class_=kind, tabindex="0")
    return join((code, tag("p", note, class_="undone") if note else None))


_CONTINUED = "\\\n"
