"""The published version of an exchange: complete, with masks in place of secrets.

A run judges what was sent and received; the record and the page get this version. A mask has the
length of what it covers and is judged alike as far as possible (see `masks`).
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace

from contracts.document.openapi.security import BEARER, Scheme
from contracts.http.chunked import read_chunks
from contracts.http.codings import CodingProblem, decode, salvage
from contracts.http.exchange import Exchange
from contracts.http.header_section import find_end
from contracts.http.message import Response, parse_response
from contracts.redaction import Redactor

_CREDENTIALS = rb"(?im)^((?:(?:proxy-)?authorization|%b):[ \t]*)([^\r\n]*)"
_SCHEME = re.compile(rb"(?i)(?:bearer|basic|digest|token|apikey|negotiate)(?=[ \t]|$)")
_VISIBLE = re.compile(rb"[\x21-\x7e]")
_CODED = re.compile(rb"(?im)^(?:content-encoding|transfer-encoding)[ \t]*:")
_CHUNKED = re.compile(rb"(?im)^transfer-encoding[ \t]*:[ \t]*chunked[ \t]*\r?$")
_LENGTH = re.compile(rb"(?im)^(content-length[ \t]*:[ \t]*)[0-9]+")
_GZIP = b"\x1f\x8b"
_MOST = 4 * 1024 * 1024
_MASKED = re.compile(
    rb"(?:(?:[*/xXaA10]|\xc2\xbf|\xe2\x96\x88|\xf0\x9f\x94\x92|\xff)[^A-Za-z0-9*]{0,4}){8}"
)
"""Eight characters of masks after escapes are undone."""


def published(redactor: Redactor, exchange: Exchange) -> Iterator[Exchange]:
    """Yield publishable versions of an exchange: readable masks first, then exact ones.

    The second is left out if nothing but credentials is masked.

    Arguments:
        redactor: knows the secrets.
        exchange: as it was sent and received.
    """
    own = mask_request(redactor, exchange.sent)
    fault = exchange.fault
    if fault is not None:
        fault = replace(fault, words=redactor.text(fault.words))
    for exact in (False, True):
        received = mask_response(redactor, exchange.received, closed=exchange.closed, exact=exact)
        echoes = exchange.echoes or received != exchange.received
        yield replace(exchange, sent=own, received=received, fault=fault, echoes=echoes)
        if received == exchange.received:
            return


def mask_request(redactor: Redactor, data: bytes) -> bytes:
    """Mask a request: all credentials except their scheme and length, and the key anywhere.

    Arguments:
        redactor: knows the key.
        data: the request as it was written.
    """
    return redactor.data(without_credentials(data))


def mask_response(redactor: Redactor, data: bytes, *, closed: bool, exact: bool = False) -> bytes:
    """Mask a response, even if a content coding hides the key from a plain search.

    Arguments:
        redactor: knows the key.
        data: the response as it was read.
        closed: whether the server closed the connection after it.
        exact: see `Redactor.data`.
    """
    if not _CODED.search(data) and _GZIP not in data:
        return redactor.data(data, exact=exact)
    response = parse_response(data, closed=closed)
    end = _end_of_head(data, len(response.interim))
    head, message = redactor.data(data[:end], exact=exact), data[end:]
    surplus = response.surplus
    message = message[: len(message) - len(surplus)]
    content = _masked_content(redactor, response, exact=exact)
    if content is None:
        content, message = response.content, redactor.data(message, exact=exact)
    if parse_response(head + message, closed=closed).content != content:
        head, message = _framed(head, response, content)
    return head + message + _masked_surplus(redactor, response, exact=exact)


def holds_mask(data: bytes) -> bool:
    """Whether a message may contain a mask in any of its forms.

    Arguments:
        data: the message as it was published.
    """
    from contracts.redaction.views import readings  # noqa: PLC0415 - for few messages

    def told() -> Iterator[bytes]:
        yield data
        response = parse_response(data, closed=True)
        yield salvage(response.content, _codings(response), cap=_MOST)

    return any(
        _MASKED.search(reading.encode("latin-1", "replace"))
        for octets in told()
        for reading in readings(octets.decode("latin-1"))
    )


def without_credentials(request: bytes, scheme: Scheme = BEARER) -> bytes:
    """Mask a request's credentials, which no check reads, keeping their scheme and length.

    Arguments:
        request: as it was written.
        scheme: how the key is presented in it.
    """
    head, blank, content = request.partition(b"\r\n\r\n")
    return re.sub(_CREDENTIALS % re.escape(scheme.name), _credentials, head) + blank + content


def _masked_content(redactor: Redactor, response: Response, *, exact: bool) -> bytes | None:
    """Mask content and encode it again; None if it holds no secret."""
    content, codings = response.content, _codings(response)
    try:
        plain = decode(content, codings, cap=_MOST)
    except CodingProblem:
        hidden = salvage(content, codings, cap=_MOST)
        # Undecodable content stays undecodable.
        return b"*" * len(content) if redactor.leaks_in([hidden, content]) else None
    clean = redactor.data(plain, exact=exact)
    if clean == plain:
        return None
    for coding in codings:
        clean = _CODERS[coding](clean)
    return clean


def _codings(response: Response) -> list[str]:
    """Return a content's codings, including a gzip that is unlabelled or nested in another."""
    codings = response.listed("content-encoding")
    content = salvage(response.content, codings, cap=_MOST)
    return ["gzip", *codings] if content.startswith(_GZIP) else codings


def _masked_surplus(redactor: Redactor, response: Response, *, exact: bool) -> bytes:
    """Mask what follows a message, which may be content with its own framing and codings."""
    surplus = redactor.data(response.surplus, exact=exact)
    codings = response.listed("content-encoding") or ["gzip"]
    bare, *_ = read_chunks(surplus, [])
    hidden = [salvage(octets, codings, cap=_MOST) for octets in (surplus, bare)]
    return b"*" * len(surplus) if redactor.leaks_in([bare, *hidden]) else surplus


def _framed(head: bytes, response: Response, content: bytes) -> tuple[bytes, bytes]:
    """Frame new content like the message's own, which may be incomplete."""
    last = max(head.rfind(b"\nHTTP/"), 0)
    if _CHUNKED.search(head, last):
        end = b"\r\n0\r\n\r\n" if response.complete else b""
        return head, b"%x\r\n%b%b" % (len(content), content, end)
    if response.complete:
        length = rb"\g<1>%d" % len(content)
        head = head[:last] + _LENGTH.sub(length, head[last:])
    return head, content


def _end_of_head(message: bytes, interim: int) -> int:
    """Return where the header section of the final response ends."""
    end = 0
    for _ in range(interim + 1):
        at, size = find_end(message, end)
        if at < 0:
            return len(message)
        end = at + size
    return end


def _brotli(content: bytes) -> bytes:
    import brotli  # noqa: PLC0415 - few runs receive this coding

    return bytes(brotli.compress(content, quality=5))  # the best quality takes 30 times as long


def _zstd(content: bytes) -> bytes:
    import zstandard  # noqa: PLC0415 - few runs receive this coding

    return zstandard.ZstdCompressor().compress(content)


def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


_CODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": zlib.compress,
    "br": _brotli,
    "zstd": _zstd,
    "identity": bytes,
}


def _credentials(match: re.Match[bytes]) -> bytes:
    value = match[2]
    scheme = _SCHEME.match(value)
    shown = scheme.end() if scheme else 0
    return match[1] + value[:shown] + _VISIBLE.sub(b"*", value[shown:])
