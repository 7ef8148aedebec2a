"""Masks whole messages as they are recorded, so that no exchange ever holds a secret.

A mask has the length of what it covers: what was recorded can still be judged.
"""

from __future__ import annotations

import re

from contracts.harness.codings import CodingProblem, decode
from contracts.harness.message import parse_response
from contracts.harness.redaction import Redactor

_CREDENTIALS = re.compile(rb"(?im)^((?:proxy-)?authorization:[ \t]*)([^\r\n]*)")
_SCHEME = re.compile(rb"(?i)(?:bearer|basic|digest|token|apikey|negotiate)(?=[ \t]|$)")
_VISIBLE = re.compile(rb"[\x21-\x7e]")
_CODED = re.compile(rb"(?im)^(?:content-encoding|transfer-encoding)[ \t]*:")
_REWRITTEN = frozenset({b"content-encoding", b"transfer-encoding", b"content-length"})
_MOST = 4 * 1024 * 1024


def mask_request(redactor: Redactor, data: bytes) -> bytes:
    """Mask a request: all credentials but for their scheme and length, and the key anywhere.

    Arguments:
        redactor: knows the key.
        data: the request as it was written.
    """
    head, blank, content = data.partition(b"\r\n\r\n")
    return redactor.data(_CREDENTIALS.sub(_credentials, head) + blank + content)


def mask_response(redactor: Redactor, data: bytes, *, closed: bool) -> bytes:
    """Mask a response, also where a coding hides the key from a plain search.

    Arguments:
        redactor: knows the key.
        data: the response as it was read.
        closed: whether the server closed the connection behind it.
    """
    masked = redactor.data(data)
    if not _CODED.search(masked):
        return masked
    response = parse_response(masked, closed=closed)
    try:
        content = decode(response.content, response.listed("content-encoding"), cap=_MOST)
    except CodingProblem:
        return masked
    clean = redactor.data(content)
    if clean == content:
        return masked
    # The coded evidence can't be kept: the same message without its codings stands for it.
    status_line = masked.partition(b"\r\n")[0]
    lines = [b"%b: %b" % field for field in response.fields if field[0].lower() not in _REWRITTEN]
    lines.append(b"Content-Length: %d" % len(clean))
    return b"\r\n".join([status_line, *lines, b"", clean])


def _credentials(match: re.Match[bytes]) -> bytes:
    value = match[2]
    scheme = _SCHEME.match(value)
    shown = scheme.end() if scheme else 0
    return match[1] + value[:shown] + _VISIBLE.sub(b"*", value[shown:])
