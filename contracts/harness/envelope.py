"""The envelope: what may leave this machine, enforced where the bytes are written."""

from __future__ import annotations

from contracts.harness.message import parse_request

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
"""Fields that belong to the client alone (lower case); no probe may set them."""

OVERRIDE_FIELDS = frozenset(
    {b"x-http-method-override", b"x-http-method", b"x-method-override", b"x-original-method"}
)
SAFE_METHODS = frozenset({b"GET", b"HEAD", b"OPTIONS"})


class EnvelopeError(Exception):
    """A request outside the envelope was about to be sent: the suite's own fault."""


def check_envelope(request: bytes, *, authority: bytes, path: bytes, proxied: bool = False) -> None:
    """Refuse every request but a GET to the operation's path on the target's host.

    Arguments:
        request: the whole request as it would be written.
        authority: the target's host and port as in Host.
        path: the operation's path on that host.
        proxied: whether the request line holds the absolute form (RFC 9112 §3.2.2).

    Raises:
        EnvelopeError: if anything else was about to be sent.
    """
    line, _, _ = request.partition(b"\r\n")
    parts = line.split(b" ")
    if len(parts) != 3 or parts[0] != b"GET" or parts[2] not in {b"HTTP/1.1", b"HTTP/1.0"}:
        raise EnvelopeError(f"only GET is ever sent, not {line[:40]!r}")
    parsed = parse_request(request)
    expected = b"http://" + authority + path if proxied else path
    if parsed.target.partition(b"?")[0] != expected:
        raise EnvelopeError(f"only {path.decode()} is ever asked, not {parsed.target[:80]!r}")
    names = [name.strip().lower() for name, _ in parsed.fields]
    hosts = [value for name, value in parsed.fields if name.lower() == b"host"]
    if any(host != authority for host in hosts) or len(hosts) > 1:
        raise EnvelopeError("only the target's own host is ever named in Host")
    refused = FRAMING_FIELDS.difference({b"host", b"content-length", b"connection"})
    for name in names:
        if name in refused:
            raise EnvelopeError(f"{name.decode()} belongs to the connection, not to a probe")
    if names.count(b"content-length") > 1:
        raise EnvelopeError("one request is framed once")
    for name, value in parsed.fields:
        if name.lower() == b"content-length" and value != b"%d" % len(parsed.content):
            raise EnvelopeError("a request's Content-Length is the length of its content")
        if name.lower() == b"expect" and value.strip().lower() == b"100-continue":
            raise EnvelopeError("Expect: 100-continue is never sent")
        if name.lower() in OVERRIDE_FIELDS and value.strip().upper() not in SAFE_METHODS:
            raise EnvelopeError("a method override may only name GET, HEAD or OPTIONS")
    if parsed.content and b"content-length" not in names:
        raise EnvelopeError("content is announced by its Content-Length")
