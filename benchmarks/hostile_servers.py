"""Servers that try to exhaust their client, each as a fault of the sandbox, by name."""

from __future__ import annotations

import gzip
import itertools
import json
import random
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, cast

from contracts.http.endpoint import Limits
from contracts.sandbox.fault import Effect, Fault, Rendering
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer, dump, head, render, status_line
from contracts.sandbox.wire import End, Script

MEGABYTE = 1_000_000
LARGEST = Limits().received - 64 * 1024
"""Size of the largest body that the suite accepts whole, in bytes."""
UNKNOWN = 100_000
ERRORS = 50_000
DEEP = 500_000
BOMB = 300 * MEGABYTE
PIECE = b"0" * 60_000

_RANDOM = random.Random(1)  # noqa: S311 - need not be secret


def _padded(size: int, content: Callable[[int], str]) -> Effect:
    """Fill a conforming body up to a size: with an extra member if allowed, else in a message."""

    def answer(plain: Answer, _: object) -> Answer:
        value = json.loads(plain.body) if plain.body else None
        if not isinstance(value, dict):
            return plain
        name = "message" if "message" in value else "padding"
        return plain.with_body(dump({**value, name: content(size - len(plain.body))}))

    return answer


@cache
def _noise(size: int) -> str:
    return _RANDOM.randbytes(size // 2).hex()


def _fresh_noise(size: int) -> str:
    return _RANDOM.randbytes(size // 2).hex()


def _fresh_but_alike(size: int) -> str:
    return _RANDOM.randbytes(8).hex() + "a" * (size - 16)


@cache
def _ledger_of(size: int) -> list[dict[str, Any]]:
    """Transactions as an API lists them, of about this many bytes in all."""
    entries = (
        {"id": f"txn_{n:08d}", "amountSubunits": n * 37 % 100_000, "note": f"order {n}"}
        for n in itertools.count()
    )
    return list(itertools.islice(entries, size // 67))


def _statement(plain: Answer, _: Context) -> Answer:
    """A conforming body with every transaction of the changing balance."""
    if plain.status != 200:
        return plain
    value = json.loads(plain.body)
    return plain.with_body(dump({**value, "transactions": _ledger_of(1_400_000)}))


def _moving(plain: Answer, context: Context) -> Answer:
    return _statement(plain, context).editing(
        lambda value: {**value, "asOf": context.nth} if plain.status == 200 else value
    )


def _on(*statuses: int) -> Callable[[Callable[[Answer, Context], Answer]], Effect]:
    def limited(effect: Callable[[Answer, Context], Answer]) -> Effect:
        return lambda plain, context: effect(plain, context) if plain.status in statuses else plain

    return limited


def _merged(make: Callable[[], dict[str, Any]]) -> Effect:
    return lambda plain, _: plain.editing(
        lambda value: {**value, **make()} if isinstance(value, dict) else value
    )


@cache
def _many_names() -> dict[str, Any]:
    return {f"x{n:05d}": n for n in range(UNKNOWN)}


def _fresh_names() -> dict[str, Any]:
    salt = _RANDOM.randbytes(4).hex()
    return {f"{salt}{_letters(n)}": n for n in range(UNKNOWN // 2)}


def _letters(number: int) -> str:
    return "".join(chr(97 + number // 26**place % 26) for place in range(4))


@cache
def _long_names() -> dict[str, Any]:
    return {letter * 150_000: 1 for letter in "abcdefghijkl"}


def _raw(body: Callable[[], bytes]) -> Effect:
    return lambda plain, _: plain.with_body(body()) if plain.body else plain


@cache
def _wrong_members() -> bytes:
    fields = ",".join(f'"f{n:05d}":{{"message":{n}}}' for n in range(ERRORS))
    return b'{"status":"x","message":1,"fields":{%s}}' % fields.encode()


def _as_422(plain: Answer, context: Context) -> Answer:
    """Answer every odd request with a validation error of many entries, all of them wrong."""
    odd = bool(context.request.query) or len(context.request.fields) > 5
    if plain.status != 200 or not odd:
        return plain
    return Answer(422, plain.fields, _wrong_members())


def _wrong_list(plain: Answer, _: Context) -> Answer:
    items = b",".join(b'{"currencyCode":%d,"amountSubunits":"%d"}' % (n, n) for n in range(30_000))
    return plain.with_body(
        b'{"drawdownEnabled":[%b],"balance":[%b]}'
        % (items, b",".join(items.split(b"},", 9000)[:9000]) + b"}")
    )


def _coded(
    coding: str,
    compress: Callable[[bytes], bytes],
    content: Callable[[], bytes] = lambda: b" " * BOMB,
) -> Effect:
    made: list[bytes] = []

    def answer(plain: Answer, _: object) -> Answer:
        if not plain.body:
            return plain
        if not made:
            made.append(compress(content()))
        return plain.with_field("Content-Encoding", coding).with_body(made[0])

    return answer


def _brotli(content: bytes) -> bytes:
    import brotli  # noqa: PLC0415 - only one server needs it

    return cast(bytes, brotli.compress(content, quality=5))


def _zstd(content: bytes) -> bytes:
    import zstandard  # noqa: PLC0415 - only one server needs it

    return zstandard.ZstdCompressor().compress(content)


def _fields(lines: Callable[[], list[tuple[bytes, bytes]]]) -> Rendering:
    def write(plain: Answer, _: Context) -> Script:
        return Script((head((*plain.framed(), *lines()), status_line(plain.status)), plain.body))

    return write


def _many_fields() -> list[tuple[bytes, bytes]]:
    salt = _RANDOM.randbytes(2).hex().encode()
    return [(b"x%b%d" % (salt, n), b"") for n in range(18_000)]


def _wrong_fields() -> list[tuple[bytes, bytes]]:
    return [(b"x y%d" % n, b"\x01") for n in range(20_000)]


def _pieces(*parts: Iterable[bytes | float]) -> tuple[bytes | float, ...]:
    return cast("tuple[bytes | float, ...]", itertools.chain(*parts))


def _endless(start: bytes, piece: bytes, pause: float) -> Rendering:
    """An endless answer: the script continues for as long as the client reads."""

    def write(plain: Answer, _: Context) -> Script:
        begin = start.replace(b"STATUS", b"%d" % plain.status)
        forever: Iterator[bytes | float] = itertools.cycle((piece, pause))
        return Script(_pieces(iter((begin,)), forever), End.CLOSE, plain.status)

    return write


def _tiny_chunks(plain: Answer, _: Context) -> Script:
    fields = (*plain.fields, (b"Transfer-Encoding", b"chunked"))
    padded = plain.body + b" " * 300_000
    chunks = b"".join(b"1\r\n%c\r\n" % octet for octet in padded)
    return Script((head(fields, status_line(plain.status)), chunks, b"0\r\n\r\n"))


def _interim(plain: Answer, _: Context) -> Script:
    return Script((b"HTTP/1.1 103 A\n\n" * 120_000, render(plain)))


def _reason(plain: Answer, _: Context) -> Script:
    return Script((render(plain, b"HTTP/1.1 %d %b" % (plain.status, b"a" * 200_000)),))


def _failing(plain: Answer, context: Context) -> Answer:
    """Answer every odd request with 500, each time with another page."""
    odd = bool(context.request.query) or len(context.request.fields) > 5
    page = _fresh_noise(MEGABYTE) if odd else ""
    return Answer(500, ((b"Content-Type", b"text/html"),), page.encode()) if odd else plain


_HEX = "hexadecimal digits"
_PERCENT = "percent escapes"
_SPELLED: dict[str, Callable[[str], str]] = {
    _HEX: lambda text: text.encode().hex() + " ",
    _PERCENT: lambda text: "".join(f"%{ord(each):02x}" for each in text),
}


def _echoing(spelling: str) -> Effect:
    """A conforming body that repeats the key in this spelling."""

    def answer(plain: Answer, context: Context) -> Answer:
        word = _SPELLED[spelling](context.key.decode())
        return _padded(1_900_000, lambda size: word * (size // len(word)))(plain, context)

    return answer


def _fresh_escapes(size: int) -> str:
    """Percent-escaped text, its lines in a different order each time."""
    lines = [f"{n:03d} at the gate of a hundred words, of which some are long. " for n in range(40)]
    escaped = [_SPELLED[_PERCENT](line) for line in lines]
    return "".join(_RANDOM.choices(escaped, k=size // len(escaped[0])))


def _server(name: str, sentence: str, answer: Any = None, wire: Rendering | None = None) -> Fault:
    return Fault(name, sentence, "variation", None, None, answer, wire)


_CHUNKED = (
    b"HTTP/1.1 STATUS OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
)

SERVERS: dict[str, Fault] = {
    each.name: each
    for each in (
        _server("conforming", "Answers as promised."),
        _server("large", "Conforms, with the same 1.4 MB in each 200.", _statement),
        _server("large-moving", "Conforms, with 1.4 MB that differ a little each time.", _moving),
        _server("largest", "Conforms, with the largest body each time.", _padded(LARGEST, _noise)),
        _server("largest-fresh", "Conforms, with 2 MB of noise.", _padded(LARGEST, _fresh_noise)),
        _server(
            "largest-alike",
            "Conforms, with 2 MB that differ in 16 octets.",
            _padded(LARGEST, _fresh_but_alike),
        ),
        _server("unknown-names", "100,000 names nobody documented.", _merged(_many_names)),
        _server("fresh-names", "50,000 other names each time.", _merged(_fresh_names)),
        _server("long-names", "Twelve names of 150 kB.", _merged(_long_names)),
        _server("wrong-list", "Arrays of wrong items.", _on(200, 401)(_wrong_list)),
        _server("wrong-422", "50,000 wrong FieldErrors.", _as_422),
        _server("deep", "Nests 500,000 levels.", _raw(lambda: b"[" * DEEP + b"]" * DEEP)),
        _server("many-arrays", "A million arrays.", _raw(lambda: b"[" + b"[]," * 600_000 + b"0]")),
        _server("decimals", "Half a million.", _raw(lambda: b"[" + b"1.5," * 480_000 + b"0]")),
        _server("huge-number", "A number of 1.9 MB.", _raw(lambda: b"[" + b"9" * 1_900_000 + b"]")),
        _server(
            "duplicates",
            "One name 100,000 times.",
            _raw(lambda: b"{" + b'"a":1,' * 250_000 + b'"b":2}'),
        ),
        _server(
            "escapes",
            "Escapes within escapes.",
            _padded(900_000, lambda size: "\\u0025" * (size // 7)),
        ),
        _server(
            "at-at-at", "What a trace begins with.", _padded(1_900_000, lambda s: "at " * (s // 3))
        ),
        _server("colons", "What a trace ends with.", _padded(1_900_000, lambda s: ":1" * (s // 2))),
        _server("digits", "Nothing but ones.", _padded(1_900_000, lambda s: "1" * s)),
        _server(
            "surrogates", "Halves of pairs.", _raw(lambda: b"[" + b'"\\ud800",' * 200_000 + b"0]")
        ),
        _server("gzip-bomb", "300 MB in gzip.", _coded("gzip", gzip.compress)),
        _server("br-bomb", "300 MB in brotli.", _coded("br", _brotli)),
        _server("zstd-bomb", "300 MB in zstd.", _coded("zstd", _zstd)),
        _server(
            "gzip-bomb-twice",
            "300 MB in gzip, twice.",
            _coded("gzip, gzip", lambda c: gzip.compress(gzip.compress(c))),
        ),
        _server(
            "gzip-4-mb",
            "The largest content that is decoded.",
            _coded("gzip", gzip.compress, lambda: b"[" + b"[]," * 1_350_000 + b"0]"),
        ),
        _server("many-fields", "18,000 other fields each time.", None, _fields(_many_fields)),
        _server("wrong-fields", "20,000 fields that are none.", None, _fields(_wrong_fields)),
        _server("long-reason", "A reason phrase of 200 kB.", None, _reason),
        _server("tiny-chunks", "300,000 chunks of one octet.", None, _tiny_chunks),
        _server(
            "endless-chunks",
            "Never ends.",
            None,
            _endless(_CHUNKED, b"ea60\r\n" + PIECE + b"\r\n", 0.001),
        ),
        _server(
            "endless-interim",
            "1xx for ever.",
            None,
            _endless(b"", b"HTTP/1.1 103 A\r\n\r\n" * 3000, 0.001),
        ),
        _server("drip", "An octet at a time.", None, _endless(_CHUNKED + b"1000\r\n", b" ", 0.01)),
        _server("key-in-hex", "The key in hexadecimal digits, 1.9 MB.", _echoing(_HEX)),
        _server("key-in-escapes", "The key in percent escapes, 1.9 MB.", _echoing(_PERCENT)),
        _server("fresh-escapes", "1.9 MB of escapes.", _padded(1_900_000, _fresh_escapes)),
        _server(
            "gzip-members",
            "200,000 empty members in gzip, in gzip.",
            _coded("gzip, gzip", lambda c: gzip.compress(c * 200_000), lambda: gzip.compress(b"")),
        ),
        _server("interim-lf", "120,000 interim responses with bare LFs.", None, _interim),
        _server("failing", "Another 500 of 1 MB each time to what is odd.", _failing),
    )
}
"""Every hostile server by name, plus the conforming one for comparison."""
