"""SHOULD: what a careful API does beyond its document."""

from __future__ import annotations

import re
from collections.abc import Iterable

from contracts.http.codings import CodingProblem
from contracts.judging.checks.registry import check, finding
from contracts.judging.finding import Finding
from contracts.judging.reading import Reading, of_body

_LONGEST_PLACE = len(b".at ") + 200
_LINE = re.compile(rb'[^\n"<]++')
_AT = re.compile(rb"(?<!\w)at (?=.)", re.DOTALL)
# Possessive, and distinguished by their last characters: no text is scanned twice.
_PLACE = re.compile(rb":(?=(\d++:\d++\)?))")
_JAVA = re.compile(rb"\bat [\w.$]++\([\w.]++:\d++\)")


@check("no-stack-trace")
def no_stack_trace(reading: Reading) -> Iterable[Finding] | None:
    """A documented error need not show where in the code it arose."""
    if not reading.answered or isinstance(reading.decoded, CodingProblem) or reading.status < 300:
        return None
    shown = _trace(reading)
    if shown is None:
        return ()
    where, found = shown
    return (finding(reading, "no-stack-trace", where, "no stack trace", found),)


@of_body
def _trace(reading: Reading) -> tuple[str, str] | None:
    """Return where a stack trace is, and a sample of it."""
    value = reading.json[0] if reading.readable else None
    if isinstance(value, dict) and value.get("stack"):
        return "/stack", f"{len(str(value['stack']))} characters"
    decoded = reading.decoded
    shown = find_trace(decoded) if isinstance(decoded, bytes) else None
    return None if shown is None else ("body", shown[:60].decode("ascii", "replace"))


def find_trace(text: bytes) -> bytes | None:
    """Find a line of a stack trace in linear time.

    Arguments:
        text: any octets.
    """
    if b"Traceback (most recent call last)" in text:
        return b"Traceback (most recent call last)"
    if b"at " not in text:
        return None
    java = _JAVA.search(text)
    if java is not None:
        return java[0]
    for line in _LINE.finditer(text):
        for place in _PLACE.finditer(line[0]) if b"at " in line[0] else ():
            before = line[0][max(0, place.start() - _LONGEST_PLACE) : place.start()]
            at = _AT.search(before)
            if at is not None:
                return before[at.start() :] + place[0] + place[1]
    return None


@check("no-credential-in-response")
def no_credential_in_response(reading: Reading) -> Iterable[Finding] | None:
    """The key does not come back in any form; a server's own asterisks do not count."""
    if not reading.answered:
        return None
    if not reading.exchange.echoes:
        return ()
    where, found = "header section or body", "the key or a part of it"
    return (finding(reading, "no-credential-in-response", where, "no credential", found),)


@check("no-shared-caching")
def no_shared_caching(reading: Reading) -> Iterable[Finding] | None:
    """No directive lets a shared cache store what one key may read (RFC 9111 §3.5)."""
    if not reading.answered or not 200 <= reading.status < 300:
        return None
    directives = reading.response.listed("cache-control")
    closed = {"private", "no-store", "s-maxage=0"}
    opened = [d for d in directives if d == "public" or d.startswith("s-maxage=")]
    if not opened or closed.intersection(directives):
        return ()
    found = ", ".join(opened)
    expected = "private or no-store"
    return (finding(reading, "no-shared-caching", "Cache-Control", expected, found),)


@check("challenge-on-401")
def challenge_on_401(reading: Reading) -> Iterable[Finding] | None:
    """A refusal says how to authenticate (RFC 9110 §11.6.1)."""
    if not reading.answered or reading.status != 401:
        return None
    if any(value.strip() for value in reading.response.values("www-authenticate")):
        return ()
    word = (reading.operation.scheme.word or b"Bearer").decode()
    expected, found = f"a challenge, for instance {word}", "no challenge"
    return (finding(reading, "challenge-on-401", "WWW-Authenticate", expected, found),)


@check("no-cross-origin-credentials")
def no_cross_origin_credentials(reading: Reading) -> Iterable[Finding] | None:
    """No foreign page can read the response with the user's credentials (Fetch, CORS protocol)."""
    origins = [
        value.decode("latin-1") for name, value in reading.probe.fields if name.lower() == b"origin"
    ]
    if not reading.answered or not origins:
        return None
    allowed = reading.response.values("access-control-allow-origin")
    credentials = reading.response.listed("access-control-allow-credentials")
    if "true" not in credentials or not set(allowed) & {*origins, "*"}:
        return ()
    where, expected = "Access-Control-Allow-Origin", "no foreign origin with credentials"
    found = ", ".join(allowed)
    return (finding(reading, "no-cross-origin-credentials", where, expected, found),)
