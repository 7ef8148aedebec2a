"""A bounded download: one GET over the suite's own socket layer, with at most three redirects.

The environment has no influence: no proxy or certificate variable, .netrc, cookies or cache.
"""

from __future__ import annotations

import ssl
import time
from http import HTTPStatus
from typing import Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from contracts import __version__
from contracts.http.codings import CodingProblem, decode
from contracts.http.endpoint import DEFAULT_PORTS, Endpoint, Limits
from contracts.http.message import Response, parse_response
from contracts.http.target import is_loopback
from contracts.http.transport import Transport

MOST_BYTES: Final = 16 * 1024 * 1024
"""Most bytes of a document, before and after decoding."""
MOST_REDIRECTS: Final = 3
_REDIRECTS: Final = {301, 302, 303, 307, 308}
_ACCEPT: Final = "application/yaml, application/json;q=0.9, text/markdown;q=0.8, */*;q=0.5"


class AddressError(ValueError):
    """A URL that must not be fetched; the message is half a sentence without the URL."""


class UnreachableError(Exception):
    """A document that could not be fetched; the message is half a sentence."""


def is_url(published: str) -> bool:
    """Whether a string is a URL rather than a file name.

    Arguments:
        published: the string.
    """
    return "://" in published


def shown(url: str) -> str:
    """Return a URL without its query and fragment, which may contain secrets.

    Arguments:
        url: one that `fetch` accepts.
    """
    parts = urlsplit(url)
    return parts._replace(query="", fragment="").geturl() + ("?…" if parts.query else "")


def fetch(
    url: str, *, seconds: float, tls: ssl.SSLContext | None = None, proxy: str | None = None
) -> bytes:
    """Download a URL.

    Arguments:
        url: https, or http to a loopback address.
        seconds: time limit for everything, redirects included.
        tls: the context for https.
        proxy: URL of an HTTP proxy to use.

    Raises:
        AddressError: the URL is neither.
        UnreachableError: there was no answer, or it is not the document.
    """
    parts = _checked(url)
    until = time.monotonic() + seconds
    for _ in range(MOST_REDIRECTS + 1):
        left = until - time.monotonic()
        if left <= 0:
            break
        answer = _ask(parts, left, tls, proxy)
        if answer.status in _REDIRECTS:
            parts = _next(parts, answer)
            continue
        if answer.status != HTTPStatus.OK:
            raise UnreachableError(f"the answer was {_named(answer.status)}")
        return _content(answer)
    if time.monotonic() >= until:
        raise UnreachableError(f"it took longer than {seconds:g} s")
    raise UnreachableError(f"it was redirected more than {MOST_REDIRECTS} times")


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port
    except ValueError as error:
        raise AddressError("it is not a URL") from error
    if parts.scheme not in DEFAULT_PORTS or not host or port == 0:
        raise AddressError("it is not an https URL with a host")
    if "@" in parts.netloc:
        raise AddressError("it carries a user name or password, and credentials are never sent")
    if parts.scheme == "http" and not is_loopback(host):
        raise AddressError("plain http to another machine can be changed on its way: use https")
    safe = "/%:@!$&'()*+,;=~-._"
    return parts._replace(
        netloc=Endpoint(parts.scheme, host, port or DEFAULT_PORTS[parts.scheme], "").authority,
        path=quote(parts.path or "/", safe=safe),
        query=quote(parts.query, safe=safe + "?"),
        fragment="",
    )


def _ask(
    parts: SplitResult, seconds: float, tls: ssl.SSLContext | None, proxy: str | None
) -> Response:
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    endpoint = Endpoint(parts.scheme, parts.hostname or "", port, parts.path)
    limits = Limits(
        connect=min(10.0, seconds),
        write=min(10.0, seconds),
        read=min(20.0, seconds),
        deadline=seconds,
        received=MOST_BYTES,
    )
    transport = Transport(endpoint, limits, tls if parts.scheme == "https" else None, proxy)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if transport.absolute_form:
        target = f"http://{endpoint.authority}{target}"
    request = (
        f"GET {target} HTTP/1.1\r\nHost: {endpoint.authority}\r\nAccept: {_ACCEPT}\r\n"
        f"User-Agent: contracts/{__version__} (drift)\r\nConnection: close\r\n"
    ).encode("ascii")
    try:
        recording = transport.exchange(request + transport.proxy_fields() + b"\r\n")
    finally:
        transport.close()
    if recording.fault is not None:
        raise UnreachableError(recording.fault.words)
    answer = parse_response(recording.received, closed=recording.closed)
    if not answer.status:
        raise UnreachableError("what came back is not an HTTP message")
    return answer


def _next(parts: SplitResult, answer: Response) -> SplitResult:
    location = "".join(answer.values("location")[:1])
    if not location:
        raise UnreachableError(f"the answer was {_named(answer.status)} and does not say where to")
    try:
        target = _checked(urljoin(parts.geturl(), location))
    except AddressError as error:
        raise UnreachableError(f"it was redirected to what can't be asked: {error}") from error
    if parts.scheme != "https" or target.scheme != "https":
        raise UnreachableError("it was redirected, which is followed from https to https alone")
    return target


def _content(answer: Response) -> bytes:
    if answer.ambiguous or not answer.complete:
        raise UnreachableError("what came back is not a complete HTTP message")
    try:
        return decode(answer.content, answer.listed("content-encoding"), cap=MOST_BYTES)
    except CodingProblem as error:
        raise UnreachableError(error.words) from error


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
