"""Conforming variations in messages: labels, codings, framing and what surrounds them."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable
from dataclasses import replace

from contracts.sandbox.catalogue.build import chain, variation
from contracts.sandbox.catalogue.effects import dropping, field, media
from contracts.sandbox.catalogue.writers import script
from contracts.sandbox.fault import Effect, Fault
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer, head, render, status_line
from contracts.sandbox.wire import Script


def _brotli(body: bytes) -> bytes:
    import brotli  # noqa: PLC0415

    packed: bytes = brotli.compress(body, quality=1)
    return packed


def _zstd(body: bytes) -> bytes:
    import zstandard  # noqa: PLC0415

    return zstandard.compress(body)


def _packed(name: str, coding: str, pack: Callable[[bytes], bytes]) -> Fault:
    """Encodes for clients that accept the coding with a weight above zero (RFC 9110 §12.5.3)."""
    offer = re.compile(rb"\b" + name.encode() + rb"(?!\s*;\s*q=0(\.0*)?\s*(,|\Z))", re.IGNORECASE)

    def effect(answer: Answer, context: Context) -> Answer:
        if not answer.body or not offer.search(context.request.value("accept-encoding")):
            return answer
        coded = answer.with_body(pack(answer.body)).with_field("Content-Encoding", coding)
        return coded.with_field("Vary", "Accept-Encoding")

    slug = coding.lower()
    return variation(f"coded-{slug}", f"Answers are packed with {coding} where it fits.", effect)


def _cased(change: Callable[[bytes], bytes]) -> Effect:
    return lambda answer, _context: replace(
        answer, fields=tuple((change(name), value) for name, value in answer.fields)
    )


def _interim(raw: bytes) -> Effect:
    return lambda answer, _context: replace(answer, interim=raw)


def _more(*fields: tuple[str, str]) -> Effect:
    return chain(*(field(name, value) for name, value in fields))


def _old_version(answer: Answer) -> bytes:
    return render(answer, status_line(answer.status, b"HTTP/1.0"))


def _until_close(answer: Answer) -> bytes:
    fields = replace(answer, sized=False).framed()
    return head((*fields, (b"Connection", b"close")), status_line(answer.status)) + answer.body


def _chunks(answer: Answer) -> bytes:
    if answer.status in {204, 304}:
        return render(answer)
    fields = replace(answer, sized=False).framed()
    pieces = (answer.body[at : at + 7] for at in range(0, len(answer.body), 7))
    chunks = b"".join(b'%X;part="a"\r\n%b\r\n' % (len(piece), piece) for piece in pieces)
    start = head((*fields, (b"Transfer-Encoding", b"Chunked")), status_line(answer.status))
    return start + chunks + b"000\r\nServer-Timing: db;dur=1\r\n\r\n"


def _in_pieces(answer: Answer, _context: object) -> Script:
    whole = render(answer)
    cuts = (whole[:9], 0.001, whole[9:60], 0.001, whole[60:-5], 0.001, whole[-5:])
    return Script(cuts, status=answer.status)


_LABELS = (
    variation(
        "labelled-without-charset",
        "Bodies are labelled application/json alone.",
        media("application/json"),
    ),
    variation(
        "labelled-in-capitals",
        "Media type and charset are in capitals.",
        media("Application/JSON;Charset=UTF-8"),
    ),
    variation(
        "labelled-with-quotes",
        "The charset is in quotation marks.",
        media('application/json; charset="utf-8"'),
    ),
    variation(
        "labelled-with-parameters",
        "The media type has parameters of its own.",
        media("application/json ; profile=rye; charset=utf-8 ; v=1"),
    ),
)

_CODINGS = (
    _packed("gzip", "gzip", lambda body: gzip.compress(body, mtime=0)),
    _packed("gzip", "X-GZIP", lambda body: gzip.compress(body, mtime=0)),
    _packed("deflate", "deflate", zlib.compress),
    _packed("br", "br", _brotli),
    _packed("zstd", "zstd", _zstd),
)

_FRAMES = (
    variation("chunked", "Bodies are chunked.", lambda answer, _ctx: replace(answer, sized=False)),
    variation(
        "chunked-with-trailers",
        "Chunks are small, with extensions and a trailer.",
        wire=script(_chunks),
    ),
    variation(
        "connection-closed",
        "Every answer says that it closes its connection.",
        field("Connection", "close"),
    ),
    variation(
        "connection-closed-silently",
        "Every answer closes its connection unannounced.",
        wire=script(render),
    ),
    variation("http-1-0", "Answers are those of an HTTP/1.0 server.", wire=script(_old_version)),
    variation(
        "read-until-close", "Bodies end where the connection does.", wire=script(_until_close)
    ),
    variation("in-pieces", "Answers arrive in pieces.", wire=_in_pieces),
    variation(
        "reason-absent",
        "Status lines have no reason phrase.",
        wire=script(lambda answer: render(answer, b"HTTP/1.1 %d " % answer.status)),
    ),
    variation(
        "reason-in-other-words",
        "Status lines have a reason phrase of their own.",
        wire=script(
            lambda answer: render(answer, b'HTTP/1.1 %d \xa1Hola! (it\'s "fine")' % answer.status)
        ),
    ),
)

_SURROUNDINGS = (
    variation(
        "interim-103",
        "A 103 with links goes before every answer.",
        _interim(head(((b"Link", b"</app.css>; rel=preload"),), b"HTTP/1.1 103 Early Hints")),
    ),
    variation(
        "interim-100",
        "A 100 goes before every answer, unasked.",
        _interim(b"HTTP/1.1 100 Continue\r\n\r\n"),
    ),
    variation(
        "interim-several",
        "A 102 and two 103s go before every answer.",
        _interim(
            b"HTTP/1.1 102 Processing\r\n\r\n"
            + b"HTTP/1.1 103 Early Hints\r\nX-Step: 1\r\n\r\n" * 2
        ),
    ),
    variation("names-in-small-letters", "Field names are in small letters.", _cased(bytes.lower)),
    variation("names-in-capitals", "Field names are in capitals.", _cased(bytes.upper)),
    variation(
        "names-of-the-software",
        "Answers name their software.",
        _more(("Server", "nginx/1.27.3"), ("X-Powered-By", "Express")),
    ),
    variation(
        "varying",
        "Answers vary with the origin and the coding.",
        field("Vary", "Origin, Accept-Encoding"),
    ),
    variation(
        "cookies",
        "Every answer sets two cookies.",
        lambda answer, _ctx: answer.adding("Set-Cookie", "lb=a1; Path=/; Secure; HttpOnly").adding(
            "Set-Cookie", "__cf_bm=x; path=/; SameSite=None; Secure"
        ),
    ),
    variation(
        "field-of-4-kb",
        "Every answer has a field of 4 kB.",
        field("Content-Security-Policy", "default-src 'none'; img-src " + "x" * 4000),
    ),
    variation(
        "60-more-fields",
        "Every answer has 60 more fields.",
        _more(*((f"X-Trace-{n}", str(n)) for n in range(60))),
    ),
    variation(
        "security-fields",
        "Every answer has the fields of a security middleware.",
        _more(
            ("Strict-Transport-Security", "max-age=15552000; includeSubDomains"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "SAMEORIGIN"),
            ("Access-Control-Allow-Origin", "*"),
        ),
    ),
    variation(
        "undated", "Answers have no Date.", lambda answer, _ctx: replace(answer, dated=False)
    ),
    variation("untagged", "Answers have no ETag.", dropping("ETag")),
    variation(
        "no-word-on-caching", "Answers say nothing about caching.", dropping("Cache-Control")
    ),
    variation(
        "slow", "Every answer takes 5 ms.", lambda answer, _ctx: replace(answer, delay=0.005)
    ),
    variation(
        "roomy-limits",
        "Answers state a rate limit that nobody reaches.",
        _more(("RateLimit-Policy", '"default";q=10000;w=1'), ("RateLimit", '"default";r=9999;t=1')),
    ),
)

FAULTS = (*_LABELS, *_CODINGS, *_FRAMES, *_SURROUNDINGS)
