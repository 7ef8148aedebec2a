"""Partial content: a 206 states its range, carries exactly that range, and was requested."""

from __future__ import annotations

import re
from collections.abc import Iterable

from contracts.judging.checks.registry import check, finding
from contracts.judging.finding import Finding
from contracts.judging.reading import Reading

_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(?:(\d{1,18})|\*)")
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE)
_ID = "partial-content-is-exact"


@check(_ID)
def partial_content_is_exact(reading: Reading) -> Iterable[Finding] | None:
    """A 206 states its range, which is within the content and the request (RFC 9110 §15.3.7.1)."""
    if not reading.answered or reading.status != 206:
        return None
    if (reading.media_type or "") == "multipart/byteranges":
        return ()
    problem = _problem(reading)
    return () if problem is None else (finding(reading, _ID, *problem),)


def _problem(reading: Reading) -> tuple[str, str, str] | None:
    """Return where something is wrong, what was expected and what was found."""
    values = reading.response.values("content-range")
    match = _CONTENT_RANGE.fullmatch(values[0].strip()) if len(values) == 1 else None
    if match is None:
        found = ", ".join(values) or "no Content-Range"
        return "Content-Range", "bytes FIRST-LAST/LENGTH", found
    first, last = int(match[1]), int(match[2])
    length = int(match[3]) if match[3] else None
    if not first <= last < (last + 1 if length is None else length):
        return "Content-Range", "FIRST up to LAST, and LAST below LENGTH", values[0]
    size, carried = last - first + 1, len(reading.response.content)
    if size != carried:
        return "content", f"{size} bytes", f"{carried} bytes"
    asked = _asked(reading, length)
    if asked is not None and not asked[0] <= first <= last <= asked[1]:
        return "Content-Range", f"a range within the requested {asked[2]}", values[0]
    return None


def _asked(reading: Reading, length: int | None) -> tuple[int, int, str] | None:
    """First and last byte of a request for a single range; None for any other request.

    A server may combine several ranges into one, or leave out some of them; a single range
    gives no reason for bytes outside it.
    """
    fields = reading.exchange.request.fields
    values = [v.decode("latin-1") for name, v in fields if name.lower() == b"range"]
    match = _RANGE.fullmatch(values[0].strip()) if len(values) == 1 else None
    if match is None:
        return None
    first, last = match[1], match[2]
    if first:
        return int(first), int(last) if last else 1 << 62, values[0]
    if not last or length is None:
        return None
    return max(0, length - int(last)), length - 1, values[0]
