"""Bytes 0x80-0xFF in field values: valid UTF-8, latin-1, and neither."""

from __future__ import annotations

from contracts.probes.headers.entry import Entry, Group, entry

_TEXTS = {
    "utf-8-e-acute": "é",
    "utf-8-emoji": "😀👩‍👩‍👧",
    "utf-8-chinese": "余额",
    "utf-8-right-to-left": "\u202eabc\u05d0",
    "utf-8-zero-width": "a\u200bb\u2060c",
    "utf-8-bom": "\ufeffabc",
    "utf-8-line-separator": "a\u2028b\u2029c",
    "utf-8-combining": "Z̸̡̛͉̓a̶l̷g̸o̴",
    "utf-8-non-character": "\uffff\ufdd0",
    "utf-8-full-width": "ＦＵＬＬ＜＞＇",
}

_BYTES = {
    "latin-1-e-acute": b"caf\xe9",
    "byte-80-alone": b"\x80",
    "byte-ff-alone": b"\xff",
    "byte-85-next-line": b"a\x85b",
    "byte-a0-no-break-space": b"\xa0a\xa0",
    "utf-8-truncated": b"a\xe2\x82",
    "utf-8-overlong": b"\xc0\x80\xc0\xaf",
    "utf-8-surrogate": b"\xed\xa0\x80",
    "utf-8-beyond-unicode": b"\xf5\x80\x80\x80",
    "bytes-80-to-9f": bytes(range(0x80, 0xA0)),
    "bytes-a0-to-ff": bytes(range(0xA0, 0x100)),
    "utf-16-bom": b"\xff\xfea",
}

_KNOWN = {
    "user-agent-utf-8": (b"User-Agent", "agent/1 (é 😀)".encode()),
    "x-forwarded-user-latin-1": (b"X-Forwarded-User", b"andr\xe9"),
    "x-request-id-utf-8": (b"X-Request-Id", "余额".encode()),
    "x-request-id-not-utf-8": (b"X-Correlation-Id", b"\xff\xfe\xfd"),
}

_KNOWN_MALFORMED = {
    "cookie-utf-8": (b"Cookie", "a=é".encode()),
    "referer-latin-1": (b"Referer", b"https://a.example/\xe9"),
    "origin-utf-8": (b"Origin", "https://müller.example".encode()),
    "traceparent-not-utf-8": (b"traceparent", b"\xff\xfe"),
    "x-forwarded-for-utf-8": (b"X-Forwarded-For", "１２７.0.0.1".encode()),
    "cache-control-latin-1": (b"Cache-Control", b"\xe9"),
}


def entries() -> tuple[Entry, ...]:
    """Return the entries about bytes beyond ASCII."""
    group = Group.BYTES
    # Few servers treat these differently from similar values above.
    rare = {
        "utf-8-full-width",
        "utf-8-combining",
        "utf-8-non-character",
        "utf-8-bom",
        "utf-8-beyond-unicode",
        "utf-16-bom",
    }
    texts = {slug: text.encode() for slug, text in _TEXTS.items()}
    return (
        *(
            Entry(
                f"value-{slug}",
                group,
                ((f"X-{slug.title()}".encode(), value),),
                nightly=slug in rare,
            )
            for slug, value in {**texts, **_BYTES}.items()
        ),
        *(Entry(slug, group, (field,)) for slug, field in _KNOWN.items()),
        *(Entry(slug, group, (field,)) for slug, field in _KNOWN_MALFORMED.items()),
        entry(
            group,
            "accept-language-latin-1",
            ("Accept-Language", "fran\xe7ais"),
            nightly=True,
        ),
        entry(group, "if-none-match-latin-1", ("If-None-Match", '"\xe9"'), nightly=True),
    )
