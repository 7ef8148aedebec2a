"""The one reader of responses: what it names, what it waits for, and that it never trips."""

from __future__ import annotations

import h11
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.http.header_section import MAX_HEAD
from contracts.http.message import Response, parse_request, parse_response
from contracts.http.message_problem import ProblemKind

SYNTAX, FRAMING = ProblemKind.SYNTAX, ProblemKind.FRAMING

OK = b"HTTP/1.1 200 OK\r\n"
TWO = b"Content-Length: 2\r\n\r\n{}"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
LENGTH = OK + TWO


def whole(data: bytes, *, closed: bool = False) -> Response:
    response = parse_response(data, closed=closed)
    assert response.complete
    return response


# --- Irregular messages: each is named once, by kind and place ---------------------------------

IRREGULAR = {
    "garbage": (b"OK\r\n\r\n", SYNTAX, "status line"),
    "a body alone": (b'{"name":"x"}', SYNTAX, "status line"),
    "an empty line first": (b"\r\n" + LENGTH, SYNTAX, "status line"),
    "small letters": (b"http/1.1 200 OK\r\n" + TWO, SYNTAX, "status line"),
    "no version": (b"200 OK\r\n" + TWO, SYNTAX, "status line"),
    "no code": (b"HTTP/1.1 OK\r\n" + TWO, SYNTAX, "status line"),
    "letters in the code": (b"HTTP/1.1 2OO OK\r\n" + TWO, SYNTAX, "status line"),
    "four digits": (b"HTTP/1.1 2000 OK\r\n" + TWO, SYNTAX, "status line"),
    "a code below 100": (b"HTTP/1.1 099 OK\r\n" + TWO, SYNTAX, "status line"),
    "two blanks": (b"HTTP/1.1  200 OK\r\n" + TWO, SYNTAX, "status line"),
    "a tab": (b"HTTP/1.1\t200 OK\r\n" + TWO, SYNTAX, "status line"),
    "no blank after the code": (b"HTTP/1.1 200\r\n" + TWO, SYNTAX, "status line"),
    "a control character": (b"HTTP/1.1 200 O\x1bK\r\n" + TWO, SYNTAX, "status line"),
    "HTTP/2 in text": (b"HTTP/2.0 200 OK\r\n" + TWO, SYNTAX, "status line"),
    "bare line feeds": (b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", SYNTAX, "header section"),
    "one bare line feed": (OK + b"A: b\nContent-Length: 2\r\n\r\n{}", SYNTAX, "header section"),
    "a bare line feed last": (OK + b"Content-Length: 2\r\n\n{}", SYNTAX, "header section"),
    "a folded field": (OK + b"A: b\r\n c\r\n" + TWO, SYNTAX, "header section"),
    "a field without colon": (OK + b"served from cache\r\n" + TWO, SYNTAX, "header section"),
    "a field without name": (OK + b": x\r\n" + TWO, SYNTAX, "header section"),
    "a blank in a name": (OK + b"X Trace: x\r\n" + TWO, SYNTAX, "header section"),
    "a blank before the colon": (OK + b"Content-Length : 2\r\n\r\n{}", SYNTAX, "header section"),
    "a NUL in a value": (OK + b"X-A: a\x00b\r\n" + TWO, SYNTAX, "X-A"),
    "a bare CR in a value": (OK + b"X-A: a\rb\r\n" + TWO, SYNTAX, "X-A"),
    "an endless header": (OK + b"A: " + b"a" * MAX_HEAD, SYNTAX, "header section"),
    "a bare line feed in a 103": (b"HTTP/1.1 103 X\n\n" + LENGTH, SYNTAX, "header section"),
    "a length in a 100": (
        b"HTTP/1.1 100 X\r\nContent-Length: 0\r\n\r\n" + LENGTH,
        FRAMING,
        "Content-Length",
    ),
    "a coding in a 103": (
        b"HTTP/1.1 103 X\r\nTransfer-Encoding: chunked\r\n\r\n" + LENGTH,
        FRAMING,
        "Transfer-Encoding",
    ),
    "a length in a 204": (
        b"HTTP/1.1 204 X\r\nContent-Length: 2\r\n\r\n",
        FRAMING,
        "Content-Length",
    ),
    "a 204 with content": (b"HTTP/1.1 204 X\r\n\r\n{}", FRAMING, "content"),
    "a 304 with content": (b"HTTP/1.1 304 X\r\nContent-Length: 2\r\n\r\n{}", FRAMING, "content"),
    "two lengths": (OK + b"Content-Length: 2\r\n" + TWO, FRAMING, "Content-Length"),
    "two lengths that differ": (
        OK + b"Content-Length: 9\r\n" + TWO,
        FRAMING,
        "Content-Length",
    ),
    "a list of lengths": (OK + b"Content-Length: 2, 2\r\n\r\n{}", FRAMING, "Content-Length"),
    "a list with many blanks": (
        OK + b"Content-Length: 2," + b" " * 40 + b"2\r\n\r\n{}",
        FRAMING,
        "Content-Length",
    ),
    "more than its length": (LENGTH + b"\n", FRAMING, "content"),
    "two answers": (LENGTH * 2, FRAMING, "content"),
    "length and chunks": (
        OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        FRAMING,
        "Content-Length",
    ),
    "chunks in HTTP/1.0": (
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        FRAMING,
        "Transfer-Encoding",
    ),
    "chunked twice": (
        OK + b"Transfer-Encoding: chunked, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        FRAMING,
        "Transfer-Encoding",
    ),
    "an unknown transfer coding": (
        OK + b"Transfer-Encoding: rye\r\n\r\n{}",
        FRAMING,
        "Transfer-Encoding",
    ),
    "a chunk size in words": (CHUNKED + b"size\r\n{}\r\n0\r\n\r\n", FRAMING, "chunk size"),
    "a chunk size with 0x": (CHUNKED + b"0x2\r\n{}\r\n0\r\n\r\n", FRAMING, "chunk size"),
    "a negative chunk size": (CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n", FRAMING, "chunk size"),
    "no chunks and no line end": (CHUNKED + b'{"name":"x"}', FRAMING, "chunk size"),
    "a chunk size without end": (CHUNKED + b"2;" + b"a" * 5000, FRAMING, "chunk size"),
    "a bare line feed in chunks": (CHUNKED + b"2\n{}\r\n0\r\n\r\n", FRAMING, "chunk size"),
    "a chunk size too small": (CHUNKED + b'2\r\n{"a":1}\r\n0\r\n\r\n', FRAMING, "chunk"),
    "more after the last chunk": (
        CHUNKED + b"2\r\n{}\r\n0\r\n\r\n0\r\n\r\n",
        FRAMING,
        "content",
    ),
    "a bare line feed last of all": (
        CHUNKED + b"2\r\n{}\r\n0\r\n\n",
        SYNTAX,
        "trailer section",
    ),
    "bare line feeds in trailers": (
        CHUNKED + b"2\r\n{}\r\n0\r\nA: b\nC: d\n\n",
        SYNTAX,
        "trailer section",
    ),
    "a trailer without colon": (
        CHUNKED + b"2\r\n{}\r\n0\r\nnone\r\n\r\n",
        SYNTAX,
        "header section",
    ),
}


@pytest.mark.parametrize(("data", "kind", "where"), IRREGULAR.values(), ids=IRREGULAR)
def test_an_irregularity_is_named_by_kind_and_place(
    data: bytes, kind: ProblemKind, where: str
) -> None:
    response = whole(data)
    assert {(problem.kind, problem.where) for problem in response.problems} == {(kind, where)}
    assert not response.persistent
    assert all(problem.expected and problem.found for problem in response.problems)


@pytest.mark.parametrize("value", [b"-1", b"0x51", b"unknown", b"2.0", b"", b"+2", b"\xb2"])
def test_a_length_that_is_no_number_leaves_the_end_to_the_connection(value: bytes) -> None:
    data = OK + b"Content-Length: " + value + b"\r\n\r\n{}"
    response = parse_response(data, closed=False)
    assert [problem.kind for problem in response.problems] == [FRAMING]
    assert not response.complete
    assert whole(data, closed=True).content == b"{}"


def test_one_defect_does_not_hide_the_next() -> None:
    data = OK + b"no colon\nX Y: z\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}."
    problems = whole(data).problems
    assert [problem.kind for problem in problems] == [SYNTAX] * 3 + [FRAMING] * 2


def test_a_fault_in_an_interim_response_does_not_end_the_waiting() -> None:
    response = parse_response(b"HTTP/1.1 103 X\nA: b\n\n", closed=False)
    assert not response.complete
    assert response.interim == (103,)
    assert [problem.kind for problem in response.problems] == [SYNTAX]


# --- Regular messages --------------------------------------------------------------------------

REGULAR = {
    "a length": (LENGTH, 200, b"{}"),
    "no reason": (b"HTTP/1.1 200 \r\n" + TWO, 200, b"{}"),
    "a reason in Latin-1": (b"HTTP/1.1 401 \xa1Hola! 401\r\n" + TWO, 401, b"{}"),
    "a length of nought": (OK + b"Content-Length: 0\r\n\r\n", 200, b""),
    "a length with noughts first": (
        OK + b"Content-Length: " + b"0" * 30 + b"2\r\n\r\n{}",
        200,
        b"{}",
    ),
    "tabs and blanks around values": (OK + b"Content-Length:\t 2 \t\r\n\r\n{}", 200, b"{}"),
    "an empty value": (OK + b"A:\r\n" + TWO, 200, b"{}"),
    "chunks": (CHUNKED + b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", 200, b"{}"),
    "chunks with extensions": (
        CHUNKED + b'002 ; a ; b="c;d"\r\n{}\r\n000;last\r\n\r\n',
        200,
        b"{}",
    ),
    "a chunk size with noughts first": (
        CHUNKED + b"0" * 30 + b"2\r\n{}\r\n" + b"0" * 30 + b"\r\n\r\n",
        200,
        b"{}",
    ),
    "chunks with trailers": (
        CHUNKED + b"2\r\n{}\r\n0\r\nServer-Timing: db\r\nA: b\r\n\r\n",
        200,
        b"{}",
    ),
    "Chunked in capitals": (
        OK + b"TRANSFER-ENCODING: CHUNKED\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        200,
        b"{}",
    ),
    "line ends within a chunk": (CHUNKED + b"4\r\n\r\n0\r\r\n0\r\n\r\n", 200, b"\r\n0\r"),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
    "not modified": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 81\r\n\r\n", 304, b""),
    "interim responses": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 X\r\nLink: </a>\r\n\r\n" + LENGTH,
        200,
        b"{}",
    ),
}


@pytest.mark.parametrize(("data", "status", "content"), REGULAR.values(), ids=REGULAR)
def test_a_regular_message_is_read_without_a_word(data: bytes, status: int, content: bytes) -> None:
    response = whole(data)
    assert (response.status, response.content) == (status, content)
    assert response.problems == ()
    assert response.surplus == b""
    assert response.persistent


@pytest.mark.parametrize(("data", "_status", "_content"), REGULAR.values(), ids=REGULAR)
def test_byte_by_byte_a_regular_message_is_whole_at_its_end_and_not_before(
    data: bytes, _status: int, _content: bytes
) -> None:
    for size in range(len(data)):
        for closed in (False, True):
            response = parse_response(data[:size], closed=closed)
            assert not response.complete, size
            assert response.problems == (), size
            assert size < response.need <= len(data), size


def test_interim_responses_are_told_apart_from_the_final_one() -> None:
    data = b"HTTP/1.1 102 X\r\nA: 1\r\n\r\n" + b"HTTP/1.1 103 X\r\nA: 2\r\n\r\n" * 2 + LENGTH
    response = whole(data)
    assert response.interim == (102, 103, 103)
    assert response.values("a") == []


@pytest.mark.parametrize("start", [OK, b"HTTP/1.0 200 OK\r\n"])
def test_without_framing_the_connection_ends_the_message(start: bytes) -> None:
    data = start + b"A: b\r\n\r\n{}"
    assert not parse_response(data, closed=False).complete
    response = whole(data, closed=True)
    assert (response.content, response.problems, response.persistent) == (b"{}", (), False)


@pytest.mark.parametrize(
    ("data", "persistent"),
    [
        (OK + b"Connection: close\r\n" + TWO, False),
        (OK + b"Connection: Keep-Alive, Close\r\n" + TWO, False),
        (OK + b"Connection: keep-alive\r\nConnection: X-A,close\r\n" + TWO, False),
        (OK + b"Connection: closed\r\n" + TWO, True),
        (b"HTTP/1.0 200 OK\r\n" + TWO, False),
        (b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n" + TWO, True),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", False),
    ],
)
def test_whether_the_connection_may_carry_another_request(data: bytes, persistent: bool) -> None:
    assert whole(data).persistent is persistent
    assert not whole(data, closed=True).persistent


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_a_late_408_is_a_proxy_closing_an_idle_connection(version: bytes) -> None:
    late = b"HTTP/" + version + b" 408 Request Time-out\r\nContent-Length: 0\r\n\r\n"
    response = whole(LENGTH + late)
    assert response.problems == ()
    assert response.surplus == late
    assert not response.persistent


def test_a_cut_message_is_incomplete_and_no_more_than_that() -> None:
    for data in (b"", b"HTT", OK[:12], OK, OK + b"A: b\n", LENGTH[:-1], CHUNKED + b"2\r\n{"):
        response = parse_response(data, closed=True)
        assert not response.complete, data
        assert response.problems == (), data


def test_need_says_how_long_a_message_with_a_length_becomes() -> None:
    data = OK + b"Content-Length: 1000\r\n\r\n"
    assert parse_response(data, closed=False).need == len(data) + 1000


def test_values_and_members_are_found_whatever_the_case() -> None:
    response = whole(OK + b"VARY: Origin,, accept \r\nVary:\r\nvary: \xe9\r\n" + TWO)
    assert response.values("vary") == ["Origin,, accept", "", "é"]
    assert response.listed("vary") == ["origin", "accept", "é"]


def test_a_request_is_read_back() -> None:
    request = parse_request(b"GET /a?b=?c HTTP/1.1\r\nHost: h\r\nX: \t y:z \r\n\r\n")
    assert request.target == b"/a?b=?c"
    assert request.query == b"b=?c"
    assert request.fields == ((b"Host", b"h"), (b"X", b"y:z"))
    assert request.body is None
    with_content = parse_request(b"GET /a HTTP/1.1\r\nContent-Length: 2\r\n\r\n\r\n")
    assert (with_content.query, with_content.body) == (None, b"\r\n")


# --- Generated messages, and a second reader -----------------------------------------------------

_TOKEN = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TEXT = bytes([9, *range(0x20, 0x7F), *range(0x80, 0x100)])
_FRAMES = {b"content-length", b"transfer-encoding", b"connection", b"upgrade"}


def _bytes_of(alphabet: bytes, most: int) -> st.SearchStrategy[bytes]:
    return st.lists(st.sampled_from(alphabet), max_size=most).map(bytes)


_names = st.text(_TOKEN, min_size=1, max_size=8).map(str.encode)
_field_values = _bytes_of(_TEXT, 12).map(lambda value: value.strip(b" \t"))
_fields = st.lists(
    st.tuples(_names, _field_values).filter(lambda field: field[0].lower() not in _FRAMES),
    max_size=4,
)


def _section(fields: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(b"%b: %b\r\n" % field for field in fields) + b"\r\n"


@st.composite
def regular_messages(draw: st.DrawFn) -> tuple[bytes, bool]:
    """A message that a conforming server may send, and whether only its closing ends it."""
    reason = draw(_bytes_of(_TEXT, 8))
    data = b""
    for code in draw(st.lists(st.sampled_from([100, 102, 103, 199]), max_size=2)):
        data += b"HTTP/1.1 %d %b\r\n" % (code, reason) + _section(draw(_fields))
    status = draw(st.sampled_from([200, 204, 206, 301, 304, 401, 422, 500, 599]))
    fields = draw(_fields)
    content = draw(st.binary(max_size=40))
    how = draw(st.sampled_from(["length", "chunks", "closing"]))
    version, body, until_closed = b"1.1", b"", False
    if status in {204, 304}:
        pass
    elif how == "length":
        fields.insert(draw(st.integers(0, len(fields))), (b"Content-Length", b"%d" % len(content)))
        body = content
    elif how == "closing":
        version = draw(st.sampled_from([b"1.0", b"1.1"]))
        body, until_closed = content, True
    else:
        fields.append((b"Transfer-Encoding", b"chunked"))
        cuts = sorted(draw(st.lists(st.integers(1, max(1, len(content) - 1)), max_size=3)))
        for start, end in zip([0, *cuts], [*cuts, len(content)], strict=True):
            if piece := content[start:end]:
                extension = draw(st.sampled_from([b"", b";a", b';a="b"']))
                body += b"%X%b\r\n%b\r\n" % (len(piece), extension, piece)
        body += b"0\r\n" + _section(draw(_fields))
    line = b"HTTP/%b %d %b\r\n" % (version, status, reason)
    return data + line + _section(fields) + body, until_closed


def second_reading(data: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, fields and content as h11 reads them."""
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "h")]))
    connection.send(h11.EndOfMessage())
    connection.receive_data(data)
    connection.receive_data(b"")
    final, content = None, b""
    while True:
        event = connection.next_event()
        if isinstance(event, h11.Response):
            final = event
        elif isinstance(event, h11.Data):
            content += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage):
            break
        else:
            assert isinstance(event, h11.InformationalResponse), event
    assert final is not None
    return final.status_code, [(bytes(n), bytes(v)) for n, v in final.headers.raw_items()], content


def _in_h11s_words(response: Response) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """As h11 gives it: the transfer coding in small letters."""
    fields = [
        (name, value.lower() if name.lower() == b"transfer-encoding" else value)
        for name, value in response.fields
    ]
    return response.status, fields, response.content


H11_REFUSES = {
    "chunks with extensions",  # a blank before the semicolon
    "a length with noughts first",  # more than 20 digits
    "a chunk size with noughts first",
}


@pytest.mark.parametrize("name", sorted(REGULAR.keys() - H11_REFUSES))
def test_h11_reads_the_same_in_regular_messages(name: str) -> None:
    data, _, _ = REGULAR[name]
    assert _in_h11s_words(whole(data)) == second_reading(data)


@settings(max_examples=80, deadline=None)
@given(message=regular_messages())
def test_h11_reads_the_same_in_generated_messages(message: tuple[bytes, bool]) -> None:
    data, _ = message
    response = whole(data, closed=True)
    assert response.problems == ()
    assert _in_h11s_words(response) == second_reading(data)


@settings(max_examples=40, deadline=None)
@given(message=regular_messages())
def test_byte_by_byte_no_generated_message_is_whole_too_early(message: tuple[bytes, bool]) -> None:
    data, until_closed = message
    for size in range(len(data)):
        response = parse_response(data[:size], closed=False)
        assert not response.complete
        assert response.problems == ()
        assert response.need > size
        assert until_closed or response.need <= len(data)
    assert parse_response(data, closed=until_closed).complete


@settings(max_examples=50, deadline=None)
@given(message=regular_messages(), more=st.binary(min_size=1, max_size=30))
def test_what_follows_a_whole_message_changes_nothing_in_it(
    message: tuple[bytes, bool], more: bytes
) -> None:
    data, until_closed = message
    if until_closed:
        return
    before, after = whole(data), whole(data + more)
    assert _in_h11s_words(before) == _in_h11s_words(after)
    assert after.surplus == more
    assert not after.persistent


@st.composite
def mutated_messages(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(regular_messages())[0])
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        piece = draw(
            st.sampled_from([b"", b"\n", b"\r\n", b"\r", b" ", b":", b"\x00", b"0", b"9" * 30])
            | st.binary(max_size=3)
            | st.sampled_from([b"Content-Length: ", b"Transfer-Encoding: chunked\r\n", b";", b","])
        )
        data[at : at + draw(st.integers(0, 3))] = piece
    return bytes(data)


@settings(max_examples=200, deadline=None)
@given(
    data=mutated_messages()
    | st.binary(max_size=60)
    | st.binary(max_size=40).map(lambda junk: OK + junk)
    | st.binary(max_size=40).map(lambda junk: CHUNKED + junk),
    closed=st.booleans(),
)
def test_no_bytes_make_the_reader_trip(data: bytes, closed: bool) -> None:
    response = parse_response(data, closed=closed)
    assert response.complete or response.need > len(data)
    assert response.complete or not response.surplus
    assert len(response.content) <= len(data)
    for problem in response.problems:
        assert problem.where
        assert len(problem.found) < 500
    parse_request(data)


@settings(max_examples=80, deadline=None)
@given(data=mutated_messages())
def test_need_never_waits_for_more_than_completes_a_message(data: bytes) -> None:
    sizes = range(len(data) + 1)
    responses = [parse_response(data[:size], closed=False) for size in sizes]
    completed = next((size for size in sizes if responses[size].complete), None)
    if completed is not None:
        assert all(response.need <= completed for response in responses[:completed])
