"""Lengths, counts and repetitions of fields, up to what servers must accept and beyond."""

from __future__ import annotations

from contracts.http.probe import Field
from contracts.probes.headers.entry import Entry, Group, entry

_REPEATED_LISTS = {
    "repeated-accept-language": ("Accept-Language", "en", "*;q=0.1"),
    "repeated-cache-control": ("Cache-Control", "no-cache", "no-store"),
    "repeated-via": ("Via", "1.1 a.example", "1.1 b.example"),
    "repeated-x-forwarded-for": ("X-Forwarded-For", "127.0.0.1", "203.0.113.7"),
    "repeated-unknown": ("X-Repeat", "a", "a"),
    "repeated-unknown-differing": ("X-Repeat-Differing", "a", "b", "", "c"),
}

_REPEATED_SINGLETONS = {
    "repeated-user-agent": ("User-Agent", "a/1", "b/2"),
    "repeated-cookie": ("Cookie", "a=1", "b=2"),
    "repeated-origin": ("Origin", "https://a.example", "https://b.example"),
    "repeated-referer": ("Referer", "https://a.example/", "https://b.example/"),
    "repeated-from": ("From", "a@example.org", "b@example.org"),
    "repeated-max-forwards": ("Max-Forwards", "1", "2"),
    "repeated-proxy-authorization": ("Proxy-Authorization", "Basic YQ==", "Basic Yg=="),
    "repeated-date": (
        "Date",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 01 Jan 2100 00:00:00 GMT",
    ),
}


def _repeated(slug: str, name: str, values: tuple[str, ...], *, nightly: bool = False) -> Entry:
    return entry(Group.SHAPE, slug, *((name, value) for value in values), nightly=nightly)


def _many(count: int) -> tuple[Field, ...]:
    return tuple((b"X-Many-%d" % number, b"%d" % number) for number in range(count))


def entries() -> tuple[Entry, ...]:
    """Return the entries about lengths, counts and repetitions.

    Servers need not accept more than 45 fields, or more than 1,000 bytes in a line.
    """
    shape = Group.SHAPE
    long_cookie = "; ".join(f"cookie{number}={'v' * 40}" for number in range(22))
    return (
        *(_repeated(slug, name, tuple(v)) for slug, (name, *v) in _REPEATED_LISTS.items()),
        entry(shape, "value-1-kb", ("X-Length-1000", "a" * 1000), nightly=True),
        entry(shape, "value-4-kb", ("X-Length-4000", "a" * 4000), nightly=True),
        entry(shape, "value-7-kb", ("X-Length-7000", "a" * 7000)),
        Entry("fields-60", shape, _many(60)),
        Entry("fields-84", shape, _many(84), nightly=True),
        *(_repeated(slug, name, tuple(v)) for slug, (name, *v) in _REPEATED_SINGLETONS.items()),
        Entry("fields-150", shape, _many(150), nightly=True),
        entry(shape, "value-9-kb", ("X-Length-9000", "a" * 9000), nightly=True),
        entry(shape, "value-16-kb", ("X-Length-16000", "a" * 16000), nightly=True),
        entry(shape, "cookie-1-kb", ("Cookie", long_cookie)),
        entry(shape, "user-agent-600", ("User-Agent", "agent/" + "9" * 600)),
        entry(shape, "x-request-id-600", ("X-Request-Id", "f" * 600)),
        entry(shape, "referer-600", ("Referer", "https://a.example/" + "r" * 600)),
        entry(shape, "user-agent-2-kb", ("User-Agent", "agent/" + "9" * 2000), nightly=True),
        entry(shape, "x-request-id-2-kb", ("X-Request-Id", "f" * 2000), nightly=True),
        entry(shape, "referer-3-kb", ("Referer", "https://a.example/" + "r" * 3000), nightly=True),
        _repeated("repeated-unknown-20-times", "X-Repeat", ("a",) * 20, nightly=True),
        _repeated(
            "repeated-if-none-match", "If-None-Match", ('"none-such"', 'W/"b"'), nightly=True
        ),
        _repeated("repeated-range", "Range", ("bytes=0-1", "bytes=2-3"), nightly=True),
        _repeated(
            "repeated-content-type",
            "Content-Type",
            ("application/json", "text/plain"),
            nightly=True,
        ),
    )
