"""Preconditions, ranges and expectations, to which HTTP allows responses of their own."""

from __future__ import annotations

from contracts.probes.headers.entry import Entry, Group, entries_of, entry

_SOUND = """
if-none-match-star           If-None-Match: *
if-none-match-other          If-None-Match: "no-such-tag", W/"nor-this"
if-match-other               If-Match: "no-such-tag"
if-match-star                If-Match: *
if-modified-since-future     If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT
if-modified-since-past       If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT
if-unmodified-since-past     If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT
if-unmodified-since-future   If-Unmodified-Since: Fri, 01 Jan 2100 00:00:00 GMT
range-first-bytes            Range: bytes=0-4
range-beyond-the-end         Range: bytes=99999999-
expect-unknown               Expect: something-else
cache-control-only-if-cached Cache-Control: only-if-cached
prefer-respond-async         Prefer: return=minimal, respond-async, wait=10
"""

_NIGHTLY = """
if-none-match-weak           If-None-Match: W/"weak"
if-none-match-backslash      If-None-Match: "a\\"
if-none-match-many           If-None-Match: "a", "b", "c", "d", "e", "f", "g", "h"
if-modified-since-rfc-850    If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT
if-modified-since-asctime    If-Modified-Since: Sun Nov  6 08:49:37 1994
if-unmodified-since-asctime  If-Unmodified-Since: Sun Nov  6 08:49:37 1994
range-suffix                 Range: bytes=-5
range-whole                  Range: bytes=0-
range-two                    Range: bytes=0-1, 3-4
range-overlapping            Range: bytes=0-,0-,0-,0-,0-,0-
range-unknown-unit           Range: items=0-9
range-huge                   Range: bytes=0-99999999999999999999999999
expect-two                   Expect: a, b
prefer-return-minimal        Prefer: return=minimal
prefer-wait-zero             Prefer: wait=0
early-data                   Early-Data: 1
webdav-if                    If: (<urn:uuid:1> ["tag"])
"""

_MALFORMED = """
if-none-match-unquoted       If-None-Match: no-quotes
if-match-unbalanced          If-Match: "abc
if-modified-since-junk       If-Modified-Since: yesterday
if-unmodified-since-junk     If-Unmodified-Since: tomorrow
range-junk                   Range: bytes=a-b
"""

_MALFORMED_NIGHTLY = """
if-none-match-empty          If-None-Match:
if-none-match-commas         If-None-Match: ,,,
if-modified-since-empty      If-Modified-Since:
if-modified-since-number     If-Modified-Since: 0
if-modified-since-no-day     If-Modified-Since: Fri, 31 Feb 2025 00:00:00 GMT
if-unmodified-since-no-month If-Unmodified-Since: Thu, 99 Foo 9999 99:99:99 GMT
range-reversed               Range: bytes=9-0
range-no-unit                Range: 0-9
range-empty                  Range:
expect-junk                  Expect: =
prefer-junk                  Prefer: ="
early-data-junk              Early-Data: maybe
cache-control-cached-junk    Cache-Control: only-if-cached, "
"""


def entries() -> tuple[Entry, ...]:
    """Return the entries about conditional requests, ranges, expectations and preferences."""
    group = Group.CONDITIONAL
    old = "Thu, 01 Jan 1970 00:00:00 GMT"
    return (
        *entries_of(group, _SOUND),
        entry(group, "if-range-date", ("If-Range", old), ("Range", "bytes=0-4"), nightly=True),
        *entries_of(group, _MALFORMED),
        *entries_of(group, _NIGHTLY, nightly=True),
        *entries_of(group, _MALFORMED_NIGHTLY, nightly=True),
        entry(
            group,
            "if-range-tag",
            ("If-Range", '"no-such-tag"'),
            ("Range", "bytes=0-4"),
            nightly=True,
        ),
        entry(group, "if-range-junk", ("If-Range", "junk"), ("Range", "bytes=0-4"), nightly=True),
        entry(
            group,
            "every-precondition",
            ("If-Match", "*"),
            ("If-None-Match", '"no-such-tag"'),
            ("If-Modified-Since", old),
            ("If-Unmodified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"),
            nightly=True,
        ),
    )
