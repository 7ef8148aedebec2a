"""Content codings: decoded in reverse order, with bounded output (RFC 9110 §8.4).

A few hundred bytes can inflate to gigabytes, so every decoder yields its output in pieces and is
stopped once they exceed the cap.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from enum import StrEnum
from typing import Any, Final

_PIECE: Final = 64 * 1024
"""Bytes of output requested from a decoder at a time."""
_SIP: Final = 4 * 1024
"""Bytes of input given at a time to a decoder that copies its unconsumed input."""
_MOST_CODINGS: Final = 10
"""Most nested codings that are decoded: each may cost megabytes, and a field can name 500,000."""
_ZSTD_SIP: Final = 32
"""Bytes of input given to zstd at a time: its output is not bounded, and 4 bytes make 128 KiB."""
_ZSTD_WINDOW: Final = 8 * 1024 * 1024
"""Bytes of memory that a zstd frame may require of a decoder (RFC 9659 §3)."""
_ZSTD_MAGIC: Final = 0xFD2FB528
_ZSTD_SKIPPABLE: Final = range(0x184D2A50, 0x184D2A60)


class CodingProblemKind(StrEnum):
    """The kind of problem with coded content."""

    CORRUPT = "corrupt"
    TRUNCATED = "truncated"
    TRAILING = "trailing bytes"
    UNKNOWN = "unknown coding"
    TOO_LARGE = "too large"


class CodingProblem(ValueError):  # noqa: N818 — a problem of the content, not of the suite
    """Content that cannot be decoded, or exceeds the suite's limits.

    Arguments:
        words: one sentence without its full stop, for a person.
        kind: what sort of problem it is; only TOO_LARGE is not the content's fault.
    """

    def __init__(self, words: str, kind: CodingProblemKind) -> None:
        super().__init__(words)
        self.words = words
        self.kind = kind


def decode(content: bytes, codings: Sequence[str], *, cap: int) -> bytes:
    """Decode content codings.

    Arguments:
        content: the bytes as transferred.
        codings: names in the order of the Content-Encoding field, that is, as they were applied.
        cap: bytes of output at which decoding stops, for each coding.

    Raises:
        CodingProblem: the content is corrupt, truncated, followed by other bytes, in an
            unsupported coding, or larger than the cap (RFC 9110 §8.4.1).
    """
    if len(codings) > _MOST_CODINGS:
        words = f"{len(codings):,} content codings, of which this suite undoes {_MOST_CODINGS}"
        raise CodingProblem(words, CodingProblemKind.TOO_LARGE)
    for coding in reversed(codings):
        name = coding.strip().lower()
        decoder = _DECODERS.get(name)
        if decoder is None:
            words = f"the content coding {coding.strip()[:40]!r} is not one that this suite knows"
            raise CodingProblem(words, CodingProblemKind.UNKNOWN)
        content = _collect(decoder(content), name, cap)
    if len(content) > cap:
        raise _too_large("identity", cap)
    return content


def salvage(content: bytes, codings: Sequence[str], *, cap: int) -> bytes:
    """Decode broken content as far as possible.

    Arguments:
        content: the bytes as transferred.
        codings: names in the order of the Content-Encoding field.
        cap: bytes of output at which decoding stops, for each coding.
    """
    for coding in codings[: -_MOST_CODINGS - 1 : -1]:
        decoder = _DECODERS.get(coding.strip().lower())
        if decoder is None:
            break
        output = bytearray()
        with suppress(CodingProblem):
            for piece in decoder(content):
                output += piece
                if len(output) > cap:
                    break
        content = bytes(output)
    return content


def _collect(pieces: Iterable[bytes], name: str, cap: int) -> bytes:
    output = bytearray()
    for piece in pieces:
        output += piece
        if len(output) > cap:
            raise _too_large(name, cap)
    return bytes(output)


def _too_large(name: str, cap: int) -> CodingProblem:
    return CodingProblem(
        f"the {name} content holds more than {cap:,} bytes", CodingProblemKind.TOO_LARGE
    )


def _corrupt(name: str, error: Exception) -> CodingProblem:
    return CodingProblem(f"the {name} content is corrupt: {error}", CodingProblemKind.CORRUPT)


def _truncated(name: str) -> CodingProblem:
    return CodingProblem(f"the {name} content ends before its own end", CodingProblemKind.TRUNCATED)


def _trailing(name: str, count: int) -> CodingProblem:
    words = f"{count:,} bytes follow the end of the {name} content"
    return CodingProblem(words, CodingProblemKind.TRAILING)


def _inflate(content: bytes, at: int, name: str, window: int) -> Generator[bytes, None, int]:
    """Inflate the zlib stream at an offset; the generator returns the offset of its end."""
    inflater = zlib.decompressobj(window)
    rest = b""
    while not inflater.eof:
        if not rest:
            rest = content[at : at + _SIP]
            at += len(rest)
        try:
            piece = inflater.decompress(rest, _PIECE)
        except zlib.error as error:
            raise _corrupt(name, error) from None
        rest = inflater.unconsumed_tail
        if not piece and not rest and at == len(content) and not inflater.eof:
            raise _truncated(name)
        yield piece
    return at - len(inflater.unused_data)


def _gzip(content: bytes) -> Iterator[bytes]:
    at = yield from _inflate(content, 0, "gzip", 16 + zlib.MAX_WBITS)
    while content.startswith(b"\x1f\x8b", at):  # gzip may have several members (RFC 1952 §2.2)
        at = yield from _inflate(content, at, "gzip", 16 + zlib.MAX_WBITS)
    if at < len(content):
        raise _trailing("gzip", len(content) - at)


def _deflate(content: bytes) -> Iterator[bytes]:
    """Inflate the zlib format; a raw stream is decoded, but reported (RFC 9110 §8.4.1.2).

    No encoder writes a raw stream that looks like a zlib header: it would begin with a stored
    block whose padding is not zero.
    """
    framed = content[:1] and content[0] & 0x0F == 8 and int.from_bytes(content[:2], "big") % 31 == 0
    if content and not framed:
        yield from _inflate(content, 0, "deflate", -zlib.MAX_WBITS)
        words = "the deflate content lacks the zlib wrapper (RFC 1950) that the coding consists of"
        raise CodingProblem(words, CodingProblemKind.CORRUPT)
    at = yield from _inflate(content, 0, "deflate", zlib.MAX_WBITS)
    if at < len(content):
        raise _trailing("deflate", len(content) - at)


def _brotli(content: bytes) -> Iterator[bytes]:
    """Decode one brotli stream.

    The library has one error for trailing and corrupt bytes alike. Fed byte by byte, it reveals
    where its stream ends; that is slow, so only the piece that failed is decoded that way.
    """
    import brotli  # noqa: PLC0415 — rarely needed

    decompressor = brotli.Decompressor()
    rest = content
    try:
        while not decompressor.is_finished():
            piece = decompressor.process(rest, output_buffer_limit=_PIECE)
            rest = b""
            if not piece and decompressor.can_accept_more_data() and not decompressor.is_finished():
                raise _truncated("br")
            yield piece
    except brotli.error as error:
        begun = 0
        for size in (_SIP, 1):
            single = brotli.Decompressor()
            _drain(single, content[:begun])
            for index in range(begun, len(content), size):
                begun = index
                try:
                    _drain(single, content[index : index + size])
                except brotli.error:
                    break
                if single.is_finished():
                    raise _trailing("br", len(content) - index - size) from None
        raise _corrupt("br", error) from None


def _drain(decompressor: Any, octets: bytes) -> None:
    decompressor.process(octets, output_buffer_limit=_PIECE)
    while not decompressor.can_accept_more_data() and not decompressor.is_finished():
        decompressor.process(b"", output_buffer_limit=_PIECE)


def _zstd(content: bytes) -> Iterator[bytes]:
    """Decode a series of zstd frames; skippable ones have no content (RFC 8878 §3.1)."""
    import zstandard  # noqa: PLC0415 — rarely needed

    decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    start = 0
    while start < len(content) or start == 0:
        if start and not _begins_zstd_frame(content[start : start + 4]):
            raise _trailing("zstd", len(content) - start)
        frame = decompressor.decompressobj()
        while not frame.eof:
            sip = content[start : start + _ZSTD_SIP]
            if not sip:
                raise _truncated("zstd")
            try:
                yield frame.decompress(sip)
            except zstandard.ZstdError as error:
                raise _corrupt("zstd", error) from None
            start += len(sip)
        start -= len(frame.unused_data)


def _begins_zstd_frame(magic: bytes) -> bool:
    number = int.from_bytes(magic, "little")
    return number == _ZSTD_MAGIC or number in _ZSTD_SKIPPABLE


_DECODERS: Final[dict[str, Callable[[bytes], Iterable[bytes]]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,  # equivalent to gzip (RFC 9110 §8.4.1.3)
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
    "identity": lambda content: (content,),
}
