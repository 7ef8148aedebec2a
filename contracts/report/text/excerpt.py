"""An answer for a person to read: its lines, with the offending place marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus

from contracts.http.codings import CodingProblem, decode
from contracts.http.exchange import Exchange
from contracts.judging.finding import Finding
from contracts.report.text.layout import Line, Mark, last_token, lay_out
from contracts.report.text.printing import inline
from contracts.run.run import Run

READ = 64 * 1024
"""Most bytes of a body that are laid out."""

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_BYTE = re.compile(r"byte (\d{1,9})\Z")
_MASK = re.compile(r"\*{8,}")
_IN_MESSAGE = frozenset({"header section", "header section or body", "body", "content"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where in an answer a finding points to.

    Arguments:
        where: see Finding.
        found: see Finding.
        keyword: the broken clause's keyword, if any.
        clause: the clause's id, if any.
        requirement: id of the broken requirement.
    """

    where: str
    found: str = ""
    keyword: str = ""
    clause: str = ""
    requirement: str = ""

    @property
    def is_pointer(self) -> bool:
        """Whether it is a JSON pointer into the body."""
        return self.where.startswith("/") or (not self.where and bool(self.keyword))

    @property
    def words(self) -> str:
        """The place in words."""
        if self.where == "status":
            return "the status code"
        if self.is_pointer or not self.where:
            missing = f", member `{last_token(self.clause)}`" if self.keyword == "required" else ""
            return f"{self.where} in the body{missing}" if self.where else f"the body{missing}"
        return f"{self.where} of the body" if _BYTE.match(self.where) else self.where


def place_of(run: Run, finding: Finding) -> Place:
    """Return where a finding points to.

    Arguments:
        run: the run that it belongs to.
        finding: one of its findings.
    """
    keyword = ""
    if finding.clause:
        clauses = run.judge.catalogue.operation.clauses
        keyword = next((c.keyword for c in clauses if c.id == finding.clause), "")
    return Place(finding.where, finding.found, keyword, finding.clause or "", finding.requirement)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer's lines: its header section and its body, and which encodings were undone."""

    head: tuple[Line, ...]
    body: tuple[Line, ...]
    undone: str = ""
    size: int = 0


def answer_of(exchange: Exchange, place: Place | None = None) -> Answer:
    """Return the lines of an exchange's answer, as it was received.

    Arguments:
        exchange: any exchange.
        place: what to mark.
    """
    response = exchange.response
    if not exchange.received:
        words = f"{exchange.fault.kind}: {exchange.fault.words}" if exchange.fault else "no answer"
        return Answer((Line(inline(words), (0, len(words)) if place else None, note=True),), ())
    skipped = len(response.interim)
    blocks = _BLANK_LINE.split(exchange.received, maxsplit=skipped + 1)
    if response.status == 0 or len(blocks) <= skipped:
        lines = _raw(exchange.received, place)
        return Answer((), lines, size=len(exchange.received))
    head = _head(blocks[skipped], place)
    rest = blocks[skipped + 1] if len(blocks) > skipped + 1 else b""
    if response.problems:
        return Answer(head, _raw(rest, place), size=len(rest))
    codings = response.listed("content-encoding")
    undone = [*codings, *response.listed("transfer-encoding")]
    try:
        body = decode(response.content, codings, cap=4 * 1024 * 1024)
    except CodingProblem:
        body, undone = response.content, response.listed("transfer-encoding")
    if not body:
        nothing = "(no content)"
        in_body = place is not None and (place.is_pointer or bool(_BYTE.match(place.where)))
        return Answer(head, (Line(nothing, (0, len(nothing)) if in_body else None, note=True),))
    return Answer(head, _body(body, place), ", ".join(map(inline, undone))[:80], len(body))


def status_words(status: int) -> str:
    """Write a status code with its phrase, for a person.

    Arguments:
        status: a status code; 0 if none could be read.
    """
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status) if status else "no answer"


def _head(data: bytes, place: Place | None) -> tuple[Line, ...]:
    status_line, *lines = re.split(rb"\r?\n", data)
    where = place.where.lower() if place else ""
    text = inline(status_line)
    if where == "status":
        code = re.match(r"HTTP/\S+ (\S+)", text)
        shown = [Line(text, code.span(1) if code else (0, len(text)))]
    else:
        shown = [Line(text, (0, max(1, len(text))) if where == "status line" else None)]
    named = False
    for line in lines:
        text = inline(line)
        mark = None
        name, colon, _ = line.partition(b":")
        if place and colon and name.strip().lower().decode("latin-1") == where:
            value = len(inline(name)) + 1
            mark, named = (min(value + 1, max(len(text) - 1, 0)), len(text)), True
        elif place and where == "header section" and _quoted(line, place.found):
            mark = (0, max(1, len(text)))
        elif place and where in _IN_MESSAGE:
            mark = _needle(text, place)
        shown.append(Line(text, mark))
    if place and not named and _is_field_name(place):
        text = f"{place.where}: is missing"
        shown.append(Line(text, (0, len(text)), note=True))
    return tuple(shown)


def _is_field_name(place: Place) -> bool:
    return bool(re.fullmatch(r"[A-Z][A-Za-z]*(?:-[A-Za-z]+)+", place.where))


def _quoted(line: bytes, found: str) -> bool:
    return bool(line) and found.startswith(repr(line[:80])[1:-1][:60])


def _raw(data: bytes, place: Place | None) -> tuple[Line, ...]:
    """Lay out bytes as they are, spelling out line ends other than a bare LF."""
    shown = data[:READ].split(b"\n")
    whole = place is not None and place.where in {"chunk", "chunk size", "content", "body"}
    lines = [Line(inline(line)) for line in shown]
    marks = {
        n: (0, max(1, len(line.text)))
        for n, line in enumerate(lines)
        if place
        if (n == 0 and place.where == "status line")
        or (whole and _quoted(shown[n], place.found))
        or (place.where == "header section" and _quoted(shown[n].rstrip(b"\r"), place.found))
    }
    return tuple(Line(line.text, marks.get(n)) for n, line in enumerate(lines))


def _body(body: bytes, place: Place | None) -> tuple[Line, ...]:
    text = body[:READ].decode("utf-8", "backslashreplace")
    if len(body) > READ:
        ending: tuple[Line, ...] = (Line(f"… {len(body):,} bytes in all", note=True),)
    else:
        ending = ()
    if text.lstrip()[:1] not in {"{", "[", '"'} and not (place and place.is_pointer):
        return (*_plain(text, place, _offset(body, place)), *ending)
    lines = lay_out(text, _mark(body, place))
    if place and place.where in _IN_MESSAGE:
        lines = [Line(line.text, line.mark or _needle(line.text, place)) for line in lines]
    return (*lines, *ending)


def _plain(text: str, place: Place | None, offset: int | None) -> list[Line]:
    """Lay out a body that is not JSON, marking what was found or the character at an offset."""
    searched = place is not None and place.where in _IN_MESSAGE
    lines = []
    begin = 0
    for line in text.split("\n"):
        shown = inline(line.removesuffix("\r"))
        mark = _needle(shown, place) if place and searched else None
        if offset is not None and begin <= offset <= begin + len(line):
            column = len(inline(line[: offset - begin]))
            mark = (column, max(column + 1, len(shown)))
        lines.append(Line(shown, mark))
        begin += len(line) + 1
    return lines


def _mark(body: bytes, place: Place | None) -> Mark | None:
    if place is None:
        return None
    offset = _offset(body, place)
    if offset is not None:
        return Mark(offset=offset)
    if not place.is_pointer:
        return None
    if place.keyword == "required":
        return Mark(place.where, missing=last_token(place.clause))
    with_name = place.keyword == "additionalProperties" or place.requirement in {
        "member-names-are-unique"
    }
    return Mark(place.where, with_name=with_name)


def _offset(body: bytes, place: Place | None) -> int | None:
    """Return the index of the character at the byte that a place names."""
    match = _BYTE.match(place.where) if place else None
    if match is None:
        return None
    return len(body[: min(int(match[1]), READ)].decode("utf-8", "backslashreplace"))


def _needle(text: str, place: Place) -> tuple[int, int] | None:
    """Return the columns of what was found, if the finding names no more precise place."""
    if place.requirement == "no-credential-in-response":
        match = _MASK.search(text)
        return match.span() if match else None
    wanted = inline(place.found)
    at = text.find(wanted) if len(wanted) > 3 else -1
    return (at, at + len(wanted)) if at >= 0 else None
