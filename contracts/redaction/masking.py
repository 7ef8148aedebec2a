"""Masks whole messages as they are recorded, so that no exchange ever holds a secret.

A mask has the length of what it covers: what was recorded can still be judged.
"""

from __future__ import annotations

import re

from contracts.http.codings import CodingProblem, decode, salvage
from contracts.http.message import Response, parse_response
from contracts.redaction import Redactor

_CREDENTIALS = re.compile(rb"(?im)^((?:proxy-)?authorization:[ \t]*)([^\r\n]*)")
_SCHEME = re.compile(rb"(?i)(?:bearer|basic|digest|token|apikey|negotiate)(?=[ \t]|$)")
_VISIBLE = re.compile(rb"[\x21-\x7e]")
_CODED = re.compile(rb"(?im)^(?:content-encoding|transfer-encoding)[ \t]*:")
_GZIP = b"\x1f\x8b"
_FRAMING = frozenset({b"transfer-encoding", b"content-length"})
_REWRITTEN = _FRAMING | {b"content-encoding"}
_MOST = 4 * 1024 * 1024
_MASK_BEYOND = 0xAA


def mask_request(redactor: Redactor, data: bytes) -> bytes:
    """Mask a request: all credentials but for their scheme and length, and the key anywhere.

    What lies beyond ASCII stays beyond it: servers may refuse such octets, and the request is
    judged by what was recorded.

    Arguments:
        redactor: knows the key.
        data: the request as it was written.
    """
    head, blank, content = data.partition(b"\r\n\r\n")
    masked = redactor.data(_CREDENTIALS.sub(_credentials, head) + blank + content)
    if data.isascii():
        return masked
    pairs = zip(data, masked, strict=True)
    return bytes(_MASK_BEYOND if sent > 0x7F and shown < 0x80 else shown for sent, shown in pairs)


def mask_response(redactor: Redactor, data: bytes, *, closed: bool) -> bytes:
    """Mask a response, also where a coding hides the key from a plain search.

    Arguments:
        redactor: knows the key.
        data: the response as it was read.
        closed: whether the server closed the connection behind it.
    """
    masked = redactor.data(data)
    if not _CODED.search(masked) and _GZIP not in masked:
        return masked
    response = parse_response(masked, closed=closed)
    codings = response.listed("content-encoding")
    try:
        content = decode(response.content, codings, cap=_MOST)
    except CodingProblem:
        if not redactor.leaks(salvage(response.content, codings, cap=_MOST)):
            return masked
        # It stays what it was, content that does not decode.
        return _rebuilt(masked, response, b"*" * len(response.content), _FRAMING)
    if content.startswith(_GZIP) and redactor.leaks(salvage(content, ["gzip"], cap=_MOST)):
        return _rebuilt(masked, response, b"*" * len(content), _REWRITTEN)
    clean = redactor.data(content)
    if clean == content:
        return masked
    # The coded evidence can't be kept: the same message without its codings stands for it.
    return _rebuilt(masked, response, clean, _REWRITTEN)


def _rebuilt(
    message: bytes, response: Response, content: bytes, without: frozenset[bytes]
) -> bytes:
    """Write the final response again, framed by its length."""
    for _ in response.interim:
        message = message.partition(b"\r\n\r\n")[2]
    status_line = message.partition(b"\r\n")[0]
    lines = [b"%b: %b" % field for field in response.fields if field[0].lower() not in without]
    lines.append(b"Content-Length: %d" % len(content))
    return b"\r\n".join([status_line, *lines, b"", content])


def _credentials(match: re.Match[bytes]) -> bytes:
    value = match[2]
    scheme = _SCHEME.match(value)
    shown = scheme.end() if scheme else 0
    return match[1] + value[:shown] + _VISIBLE.sub(b"*", value[shown:])
