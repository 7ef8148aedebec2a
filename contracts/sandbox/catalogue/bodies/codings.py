"""Faults in the content coding."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from functools import cache

from contracts.sandbox.catalogue.build import chain, fault, on, value_of, when
from contracts.sandbox.catalogue.effects import field, text
from contracts.sandbox.fault import Effect
from contracts.sandbox.message import Answer

_SOUND = "content-coding-is-sound"
_BOMB_MEGABYTES = 64


def _coded(coding: str, change: Callable[[bytes], bytes] | None = None) -> Effect:
    label = field("Content-Encoding", coding)
    return label if change is None else chain(text(change), label)


def _zip(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def _bare(body: bytes) -> bytes:
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflater.compress(body) + deflater.flush()


def _corrupt(body: bytes) -> bytes:
    packed = bytearray(_zip(body))
    packed[len(packed) // 2] ^= 0xFF
    return bytes(packed)


def _wrong_sum(body: bytes) -> bytes:
    packed = bytearray(_zip(body))
    packed[-6] ^= 0xFF
    return bytes(packed)


@cache
def _packed_bomb() -> bytes:
    """Valid JSON followed by megabytes of spaces, in one small gzip member."""
    money = b'{"currencyCode":"USD","amountSubunits":1500}'
    squeeze = zlib.compressobj(wbits=31)
    packed = [squeeze.compress(b'{"drawdownEnabled":true,"balance":' + money + b"}")]
    packed += [squeeze.compress(b" " * (1 << 20)) for _ in range(_BOMB_MEGABYTES)]
    return b"".join(packed) + squeeze.flush()


def _bomb(answer: Answer, _context: object) -> Answer:
    return answer.with_body(_packed_bomb()).with_field("Content-Encoding", "gzip")


FAULTS = (
    fault(
        "200-says-gzip-and-is-not",
        "The 200 says gzip over a plain body.",
        _SOUND,
        on(200, _coded("gzip")),
    ),
    fault(
        "401-says-gzip-and-is-not",
        "The 401 says gzip over a plain body.",
        _SOUND,
        on(401, _coded("gzip")),
    ),
    fault(
        "422-says-gzip-and-is-not",
        "The 422 says gzip over a plain body.",
        _SOUND,
        on(422, _coded("gzip")),
    ),
    fault(
        "200-says-deflate-and-is-not",
        "The 200 says deflate over a plain body.",
        _SOUND,
        on(200, _coded("deflate")),
    ),
    fault(
        "200-deflate-without-wrapper",
        "The 200's deflate lacks the zlib wrapper.",
        _SOUND,
        on(200, _coded("deflate", _bare)),
    ),
    fault(
        "200-says-br-and-is-not",
        "The 200 says br over a plain body.",
        _SOUND,
        on(200, _coded("br")),
    ),
    fault(
        "200-says-zstd-and-is-not",
        "The 200 says zstd over a plain body.",
        _SOUND,
        on(200, _coded("zstd")),
    ),
    fault(
        "200-says-br-and-is-gzip",
        "The 200 says br over a gzip body.",
        _SOUND,
        on(200, _coded("br", _zip)),
    ),
    fault(
        "200-gzip-corrupt",
        "The 200's gzip has a flipped byte.",
        _SOUND,
        on(200, _coded("gzip", _corrupt)),
    ),
    fault(
        "200-gzip-wrong-checksum",
        "The 200's gzip has a wrong checksum.",
        _SOUND,
        on(200, _coded("gzip", _wrong_sum)),
    ),
    fault(
        "200-gzip-truncated",
        "The 200's gzip stops early, and its length says so.",
        _SOUND,
        on(200, _coded("gzip", lambda body: _zip(body)[:-12])),
    ),
    fault(
        "401-gzip-truncated",
        "The 401's gzip lacks its checksum.",
        _SOUND,
        on(401, _coded("gzip", lambda body: _zip(body)[:-8])),
    ),
    fault(
        "200-gzip-empty",
        "The 200 says gzip over no bytes at all.",
        _SOUND,
        on(200, _coded("gzip", lambda _body: b"")),
    ),
    fault(
        "200-gzip-with-trailing-bytes",
        "The 200's gzip is followed by other bytes.",
        _SOUND,
        on(200, _coded("gzip", lambda body: _zip(body) + b"trailing")),
    ),
    fault(
        "200-coding-unknown",
        "The 200 has a coding that nobody registered.",
        _SOUND,
        on(200, _coded("x-rye")),
    ),
    fault(
        "401-coding-unknown",
        "The 401 has a coding that the client did not offer.",
        _SOUND,
        on(401, _coded("compress")),
    ),
    fault(
        "200-coding-utf-8",
        "The 200 gives the charset for a coding.",
        _SOUND,
        on(200, _coded("UTF-8")),
    ),
    fault(
        "200-gzip-declared-twice",
        "The 200 says gzip twice and is packed once.",
        _SOUND,
        on(200, _coded("gzip, gzip", _zip)),
    ),
    fault("200-gzip-bomb", "The 200's gzip swells to 64 MB of blanks.", _SOUND, on(200, _bomb)),
    fault(
        "200-gzip-packed-twice",
        "The 200 is packed twice and says gzip once.",
        "json-is-utf-8",
        on(200, _coded("gzip", lambda body: _zip(_zip(body)))),
    ),
    fault(
        "200-gzip-undeclared",
        "The 200 is packed and does not say so.",
        "json-is-utf-8",
        on(200, text(_zip)),
    ),
    fault(
        "200-deflate-undeclared",
        "The 200 is deflated and does not say so.",
        "json-is-utf-8",
        on(200, text(zlib.compress)),
    ),
    fault(
        "br-offered-gets-garbage",
        "Where br is offered, the 200 says br over garbage.",
        _SOUND,
        on(200, when(value_of("accept-encoding", rb"\bbr\b"), _coded("br"))),
    ),
    fault(
        "gzip-offered-gets-garbage",
        "Where gzip is offered, the 401 is half of one.",
        _SOUND,
        on(
            401,
            when(
                value_of("accept-encoding", rb"gzip"), _coded("gzip", lambda body: _zip(body)[:20])
            ),
        ),
    ),
)
