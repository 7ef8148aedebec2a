"""Requests that clients do not send, for a raw socket; all of them are GETs.

What HTTP forbids, a server may refuse, close the connection on, fail on, or read leniently, but
that is no reason to serve a bad key. HTTP/1.0 and a request without Accept are legal; they are
here since client libraries send neither.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wire:
    """A request as a template of its bytes.

    Arguments:
        slug: stable name.
        recipe: slug of the credential recipe that it is sent with.
        template: the whole request; `{target}`, `{host}` and `{authorization}` (whole field
            lines) are filled in when it is sent.
    """

    slug: str
    recipe: str
    template: bytes


_LINE = b"GET {target} HTTP/1.1\r\nHost: {host}\r\n"
_REST = b"{authorization}Accept: application/json\r\n"

WIRES = (
    Wire("no-accept", "valid", _LINE + b"{authorization}\r\n"),
    Wire("http-1.0", "valid", b"GET {target} HTTP/1.0\r\nHost: {host}\r\n" + _REST + b"\r\n"),
    Wire("nul-in-value", "append-nul-and-word", _LINE + _REST + b"X-Probe: a\x00b\r\n\r\n"),
    Wire("control-in-value", "valid", _LINE + _REST + b"X-Probe: a\x01\x7fb\r\n\r\n"),
    Wire("folded-line", "random-key-1", _LINE + _REST + b"X-Probe: a\r\n b\r\n\r\n"),
    Wire("blank-before-colon", "valid", _LINE + _REST + b"X-Probe : a\r\n\r\n"),
)


def wires() -> tuple[Wire, ...]:
    """Return the requests that only a raw socket can send."""
    return WIRES
