"""The envelope: what may leave this machine, enforced where the bytes are written."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import unquote_to_bytes

from contracts.http.message import parse_request

FRAMING_FIELDS = frozenset(
    {
        b"host",
        b"content-length",
        b"transfer-encoding",
        b"connection",
        b"keep-alive",
        b"proxy-connection",
        b"upgrade",
        b"te",
        b"trailer",
        b"http2-settings",
    }
)
"""Fields (lower case) that only the client itself sets; no probe may."""

OVERRIDE_FIELDS = frozenset(
    {
        b"x-forwarded-method",
        b"x-http-method",
        b"x-http-method-override",
        b"x-method-override",
        b"x-original-method",
    }
)
"""Fields (lower case) by which frameworks and gateways override the method."""

SAFE_METHODS = frozenset({b"GET", b"HEAD", b"OPTIONS"})

_NOT_IN_TOKEN = re.compile(rb"[^!#$%&'*+\-.^`|~0-9a-z]+")
_BARE_LINE_END = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_METHOD_PARAMETER = re.compile(rb"(?:^|[&;])_method=([^&;]*)", re.IGNORECASE)


class EnvelopeError(Exception):
    """A request outside the envelope was about to be sent: a fault of the suite itself."""


def check_envelope(
    request: bytes,
    *,
    authority: bytes,
    path: bytes,
    others: Collection[bytes] = (),
    proxied: bool = False,
) -> None:
    """Refuse every request except a GET to the operation's paths on the target's host.

    Arguments:
        request: the whole request as it would be written.
        authority: the target's host and port as in Host.
        path: the operation's path on that host.
        others: paths of its other resources.
        proxied: whether the request line holds the absolute form (RFC 9112 §3.2.2).

    Raises:
        EnvelopeError: if anything else was about to be sent.
    """
    head, end, _ = request.partition(b"\r\n\r\n")
    if not end or _BARE_LINE_END.search(head):
        raise EnvelopeError("a request's lines end in CRLF, and an empty one ends its header")
    _check_line(head.partition(b"\r\n")[0])
    parsed = parse_request(request)
    origin = b"http://" + authority if proxied else b""
    if parsed.target.partition(b"?")[0] not in {origin + each for each in (path, *others)}:
        raise EnvelopeError(f"only {path.decode()} is ever asked, not {parsed.target[:80]!r}")
    fields = [(_spelled(name), value) for name, value in parsed.fields]
    if [value for name, value in fields if name == b"host"] != [authority]:
        raise EnvelopeError("the target's own host is named in Host, once, and no other")
    lengths = [name for name, _ in fields].count(b"content-length")
    if lengths > 1 or (parsed.content and not lengths):
        raise EnvelopeError("content is announced by one Content-Length")
    for name, value in fields:
        _check_field(name, value, parsed.content)
    check_query(parsed.query or b"")


def check_query(query: bytes) -> None:
    """Refuse a query by which a framework would override the method with an unsafe one.

    Arguments:
        query: the query component without its question mark.

    Raises:
        EnvelopeError: if it names one.
    """
    for method in _METHOD_PARAMETER.findall(unquote_to_bytes(query)):
        _check_override(method)


def _check_line(line: bytes) -> None:
    parts = line.split(b" ")
    if len(parts) != 3 or parts[0] != b"GET" or parts[2] not in {b"HTTP/1.1", b"HTTP/1.0"}:
        raise EnvelopeError(f"only GET is ever sent, not {line[:40]!r}")


def _spelled(name: bytes) -> bytes:
    """The name as the most lenient server might read it.

    Blanks before the colon used to be legal (RFC 9112 §5.1), and CGI and WSGI map `_` to `-`.
    """
    return _NOT_IN_TOKEN.sub(b"", name.lower().replace(b"_", b"-"))


def _check_field(name: bytes, value: bytes, content: bytes) -> None:
    if name == b"content-length" and value != b"%d" % len(content):
        raise EnvelopeError("a request's Content-Length is the length of its content")
    if name == b"connection" and value.lower() not in {b"close", b"keep-alive"}:
        raise EnvelopeError("Connection says close or keep-alive and nothing else")
    if name in FRAMING_FIELDS.difference({b"host", b"content-length", b"connection"}):
        raise EnvelopeError(f"{name.decode()} belongs to the connection, not to a probe")
    if name == b"expect" and b"100-continue" in value.lower():
        raise EnvelopeError("Expect: 100-continue is never sent")
    if name in OVERRIDE_FIELDS:
        _check_override(value)


def _check_override(method: bytes) -> None:
    if method.strip().upper() not in SAFE_METHODS:
        raise EnvelopeError("a method override may only name GET, HEAD or OPTIONS")
