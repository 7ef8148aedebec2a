"""Content codings: every defect is told apart, and no bomb goes off."""

from __future__ import annotations

import gzip
import resource
import time
import zlib
from random import Random

import brotli
import pytest
import zstandard

from contracts.http.codings import CodingProblem, CodingProblemKind, decode, salvage

CAP = 1_000_000
NOISE = Random(1).randbytes(300)  # noqa: S311 — alike in every run
PLAIN = b'{"message": "' + NOISE.hex().encode() + b'"}'


def bare_deflate(data: bytes) -> bytes:
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflater.compress(data) + deflater.flush()


CODERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda data: brotli.compress(data, quality=5),
    "zstd": zstandard.compress,
}


def kind_of(content: bytes, *codings: str, cap: int = CAP) -> CodingProblemKind:
    with pytest.raises(CodingProblem) as caught:
        decode(content, codings, cap=cap)
    assert caught.value.words
    return caught.value.kind


@pytest.mark.parametrize("name", CODERS)
@pytest.mark.parametrize("plain", [b"", PLAIN, PLAIN * 1000], ids=["empty", "small", "large"])
def test_decodes(name: str, plain: bytes):
    assert decode(CODERS[name](plain), [f" {name.upper()} "], cap=CAP) == plain


def test_decodes_in_the_reverse_order_of_the_field():
    content = gzip.compress(CODERS["br"](CODERS["zstd"](PLAIN)))
    assert decode(content, ["zstd", "identity", "br", "gzip"], cap=CAP) == PLAIN
    assert kind_of(content, "gzip", "br", "zstd") is CodingProblemKind.CORRUPT


def test_takes_what_the_formats_allow():
    assert (
        decode(gzip.compress(PLAIN) + gzip.compress(b"more"), ["gzip"], cap=CAP) == PLAIN + b"more"
    )
    skippable = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"
    frames = skippable + zstandard.compress(PLAIN) + skippable + zstandard.compress(b"more")
    assert decode(frames, ["zstd"], cap=CAP) == PLAIN + b"more"
    assert decode(PLAIN, [], cap=CAP) == PLAIN


@pytest.mark.parametrize("name", CODERS)
def test_tells_the_defects_apart(name: str):
    content = CODERS[name](PLAIN)
    assert kind_of(content[:-1], name) is CodingProblemKind.TRUNCATED
    assert kind_of(b"", name) is CodingProblemKind.TRUNCATED
    assert kind_of(content + b"\0", name) is CodingProblemKind.TRAILING
    assert kind_of(content + PLAIN, name) is CodingProblemKind.TRAILING
    assert kind_of(PLAIN, name) is CodingProblemKind.CORRUPT


@pytest.mark.parametrize(("name", "place"), [("gzip", -5), ("gzip", -1), ("deflate", -1)])
def test_a_wrong_checksum_or_length_is_corrupt(name: str, place: int):
    content = bytearray(CODERS[name](PLAIN))
    content[place] ^= 1
    assert kind_of(bytes(content), name) is CodingProblemKind.CORRUPT


@pytest.mark.parametrize("name", ["compress", "aws-chunked", "none", "", "gzip, br"])
def test_an_unknown_coding_is_told(name: str):
    assert kind_of(PLAIN, "gzip", name) is CodingProblemKind.UNKNOWN


def test_deflate_without_its_wrapper_is_told_apart_and_no_less_wrong():
    with pytest.raises(CodingProblem, match="lacks the zlib wrapper") as caught:
        decode(bare_deflate(PLAIN), ["deflate"], cap=CAP)
    assert caught.value.kind is CodingProblemKind.CORRUPT
    assert salvage(bare_deflate(PLAIN), ["deflate"], cap=CAP) == PLAIN


def test_the_cap_is_exact():
    for name, coder in {**CODERS, "identity": bytes}.items():
        assert len(decode(coder(b"x" * 1000), [name], cap=1000)) == 1000
        assert kind_of(coder(b"x" * 1001), name, cap=1000) is CodingProblemKind.TOO_LARGE


@pytest.mark.parametrize("coder", [*CODERS.values(), bare_deflate], ids=[*CODERS, "bare deflate"])
def test_a_bomb_costs_neither_memory_nor_time(coder, request: pytest.FixtureRequest):
    name = "deflate" if "bare" in request.node.name else request.node.callspec.id
    bomb = coder(bytes(64_000_000))
    assert len(bomb) < 100_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    assert kind_of(bomb, name) is CodingProblemKind.TOO_LARGE
    assert time.perf_counter() - started < 60
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # KiB


def test_a_zstd_frame_may_not_ask_for_more_memory_than_the_coding_allows():
    parameters = zstandard.ZstdCompressionParameters(window_log=27)
    coder = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    content = coder.compress(PLAIN) + coder.flush()
    assert kind_of(content, "zstd") is CodingProblemKind.CORRUPT


def test_many_members_cost_no_more_than_one_of_their_size():
    member = gzip.compress(b"")
    began = time.process_time()  # a minute, where what follows is copied for each of them
    assert decode(gzip.compress(member * 200_000), ["gzip", "gzip"], cap=4 * 1024**2) == b""
    assert time.process_time() - began < 10


@pytest.mark.parametrize("name", ["identity", "gzip"])
def test_no_more_than_ten_codings_are_undone(name: str):
    content = b"{}"
    for _ in range(10 if name == "gzip" else 0):
        content = gzip.compress(content)
    assert decode(content, [name] * 10, cap=CAP) == b"{}"
    with pytest.raises(CodingProblem, match="11 content codings") as caught:
        decode(content, [name] * 11, cap=CAP)
    assert caught.value.kind is CodingProblemKind.TOO_LARGE
    assert salvage(content, [name] * 50_000, cap=CAP) == b"{}"


@pytest.mark.parametrize("size", [10, 4000, 4096, 9000, 300_000])
def test_what_follows_brotli_is_counted_wherever_it_begins(size: int):
    coded = brotli.compress(Random(1).randbytes(size))  # noqa: S311
    for more in (1, 5000):
        with pytest.raises(CodingProblem, match=rf"\b{more:,} bytes follow") as caught:
            decode(coded + b"x" * more, ["br"], cap=4 * 1024**2)
        assert caught.value.kind is CodingProblemKind.TRAILING
