"""SHOULD: what a careful API does beyond its document."""

from __future__ import annotations

import re
from collections.abc import Iterable

from contracts.http.codings import CodingProblem
from contracts.judging.checks.registry import check, finding
from contracts.judging.finding import Finding
from contracts.judging.reading import Reading

_TRACE = re.compile(
    rb"Traceback \(most recent call last\)"
    rb"|\bat [^\n\"<]{1,200}:\d+:\d+\)?"
    rb"|\bat [\w.$]+\([\w.]+:\d+\)"
)


@check("no-stack-trace")
def no_stack_trace(reading: Reading) -> Iterable[Finding] | None:
    """No documented error needs to show where in the code it arose."""
    if not reading.answered or isinstance(reading.decoded, CodingProblem) or reading.status < 300:
        return None
    value = reading.json[0] if reading.readable else None
    if isinstance(value, dict) and value.get("stack"):
        found = f"{len(str(value['stack']))} characters"
        return (finding(reading, "no-stack-trace", "/stack", "no stack trace", found),)
    match = _TRACE.search(reading.decoded)
    if match is None:
        return ()
    found = match[0][:60].decode("ascii", "replace")
    return (finding(reading, "no-stack-trace", "body", "no stack trace", found),)


@check("no-credential-in-response")
def no_credential_in_response(reading: Reading) -> Iterable[Finding] | None:
    """The key does not come back, in whatever form; who sends asterisks shows none."""
    if not reading.answered:
        return None
    if not reading.exchange.echoes:
        return ()
    where, found = "header section or body", "the key or a part of it"
    return (finding(reading, "no-credential-in-response", where, "no credential", found),)


@check("no-shared-caching")
def no_shared_caching(reading: Reading) -> Iterable[Finding] | None:
    """No directive lets a shared cache keep what one key may read (RFC 9111 §3.5)."""
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
    expected, found = "a challenge, for instance Bearer", "no challenge"
    return (finding(reading, "challenge-on-401", "WWW-Authenticate", expected, found),)


@check("no-cross-origin-credentials")
def no_cross_origin_credentials(reading: Reading) -> Iterable[Finding] | None:
    """No foreign page reads the answer with the user's credentials (Fetch, CORS protocol)."""
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
