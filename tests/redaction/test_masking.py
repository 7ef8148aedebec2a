"""Whole messages are masked as they are recorded, in their length, in every coding and framing."""

from __future__ import annotations

import gzip
import json
import zlib
from base64 import b64encode
from unittest.mock import patch

import brotli
import pytest
import zstandard

from contracts.http.codings import CodingProblem, decode
from contracts.http.kept.parts import pieces
from contracts.http.message import parse_request, parse_response
from contracts.redaction import Redactor
from contracts.redaction.masking import mask_request, mask_response
from tests.support import key_of

SECRET = "Kq3ZpW8rTn5XvB2yLd7MhG4sJf9c"
KEY = f"RYE/staging-{SECRET}"
REDACTOR = Redactor.for_key(key_of(KEY))
TEXT = json.dumps({"message": f"no developer has the key {KEY}"}).encode()
HIDDEN = TEXT.replace(SECRET.encode(), b"*" * len(SECRET))
CODERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


def response(
    content: bytes, *fields: bytes, line: bytes = b"HTTP/1.1 401 Unauthorized", sized: bool = True
) -> bytes:
    length = (b"Content-Length: %d" % len(content),) if sized else ()
    return b"\r\n".join([line, b"Content-Type: application/json", *fields, *length, b"", content])


def chunked(content: bytes, size: int) -> bytes:
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"


def masked(data: bytes, *, closed: bool = False) -> bytes:
    return mask_response(REDACTOR, data, closed=closed)


def test_what_holds_no_secret_is_kept_to_the_byte() -> None:
    for data in (
        b"",
        b"\x00\x01 no HTTP",
        response(b'{"name":"x"}'),
        response(gzip.compress(b"{}"), b"Content-Encoding: gzip"),
        response(chunked(b'{"a":1}', 2), b"Transfer-Encoding: chunked", sized=False),
        response(b"no gzip", b"Content-Encoding: gzip"),
        response(b"x", b"Content-Encoding: unknown"),
    ):
        assert masked(data) == data


def test_the_public_prefix_stays() -> None:
    assert b"RYE/staging-" + b"*" * len(SECRET) in masked(response(TEXT))


def test_a_mask_has_the_length_of_what_it_covers() -> None:
    data = response(TEXT, b"X-Key: " + KEY.encode())
    assert masked(data) == data.replace(SECRET.encode(), b"*" * len(SECRET))


@pytest.mark.parametrize("name", CODERS)
def test_a_coding_hides_nothing(name: str) -> None:
    coded = response(CODERS[name](TEXT), b"Content-Encoding: " + name.encode())
    answer = parse_response(masked(coded), closed=False)
    assert answer.complete
    assert not answer.problems
    assert decode(answer.content, answer.listed("content-encoding"), cap=1 << 20) == HIDDEN


@pytest.mark.parametrize("size", [1, 5, 7, 1000])
def test_chunks_hide_nothing(size: int) -> None:
    data = response(chunked(TEXT, size), b"Transfer-Encoding: chunked", sized=False)
    answer = parse_response(masked(data), closed=False)
    assert (answer.complete, answer.content) == (True, HIDDEN)
    assert not answer.problems


def test_coded_and_chunked_hides_nothing_either() -> None:
    coded = chunked(gzip.compress(TEXT), 6)
    fields = (b"Content-Encoding: gzip", b"Transfer-Encoding: chunked")
    answer = parse_response(masked(response(coded, *fields, sized=False)), closed=False)
    assert (answer.complete, answer.problems) == (True, ())
    assert decode(answer.content, ["gzip"], cap=1 << 20) == HIDDEN


def test_interim_responses_before_coded_content_do_not_take_its_place() -> None:
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    coded = response(gzip.compress(TEXT), b"Content-Encoding: gzip")
    answer = parse_response(masked(interim + coded), closed=False)
    assert (answer.status, answer.complete, answer.interim) == (401, True, (103,))
    assert decode(answer.content, ["gzip"], cap=1 << 20) == HIDDEN


@pytest.mark.parametrize("name", ["gzip", "deflate", "br"])  # zstd gives whole blocks or nothing
def test_a_coding_that_breaks_off_gives_nothing_away(name: str) -> None:
    whole = CODERS[name](TEXT * 3)
    cut = whole[:-3]
    answer = parse_response(
        masked(response(cut, b"Content-Encoding: " + name.encode())), closed=False
    )
    assert answer.complete
    assert len(answer.content) == len(cut)
    assert set(answer.content) == {ord("*")}
    with pytest.raises(CodingProblem):  # it still is what the checks found it to be
        decode(answer.content, answer.listed("content-encoding"), cap=1 << 20)


def test_a_message_that_breaks_off_gives_nothing_away() -> None:
    whole = response(gzip.compress(TEXT), b"Content-Encoding: gzip")
    found = masked(whole[:-6], closed=True)
    assert set(found.partition(b"\r\n\r\n")[2]) == {ord("*")}


def test_gzip_without_a_label_hides_nothing() -> None:
    answer = parse_response(masked(response(gzip.compress(TEXT))), closed=False)
    assert gzip.decompress(answer.content) == HIDDEN


def test_gzip_within_gzip_hides_nothing() -> None:
    coded = response(gzip.compress(gzip.compress(TEXT)), b"Content-Encoding: gzip")
    answer = parse_response(masked(coded), closed=False)
    assert gzip.decompress(gzip.decompress(answer.content)) == HIDDEN


@pytest.mark.parametrize("line", [b"HTTP/1.1 304 Not Modified", b"HTTP/1.1 204 No Content"])
@pytest.mark.parametrize("name", [None, *CODERS])
def test_what_follows_an_answer_without_content_hides_nothing(
    line: bytes, name: str | None
) -> None:
    content = CODERS[name](TEXT) if name else TEXT
    fields = [b"Content-Encoding: " + name.encode()] if name else []
    fields.append(b"Transfer-Encoding: chunked")
    data = masked(response(chunked(content, 5), *fields, line=line, sized=False))
    rest = data.partition(b"\r\n\r\n")[2]
    assert set(rest) == {ord("*")}


def test_a_chunk_size_is_no_part_of_the_key() -> None:
    """7 is the size, and what a wrong key ends with that drops all behind it."""
    text = b'{"a":"' + SECRET[:8].encode() + b'"}'
    pieces = b"%x\r\n%b\r\n7\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n"
    body = pieces % (6, text[:6], text[6:13], len(text) - 13, text[13:])
    data = masked(response(body, b"Transfer-Encoding: chunked", sized=False))
    assert parse_response(data, closed=False).content == text.replace(text[6:14], b"*" * 8)


def test_trailers_are_masked_in_their_place() -> None:
    body = chunked(b'{"a":1}', 3).removesuffix(b"\r\n") + b"X-Key: " + KEY.encode() + b"\r\n\r\n"
    data = masked(response(body, b"Transfer-Encoding: chunked", sized=False))
    assert data.endswith(b"\r\n0\r\nX-Key: RYE/staging-" + b"*" * len(SECRET) + b"\r\n\r\n")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (f"Bearer {KEY}", "Bearer " + "*" * len(KEY)),
        (f"bearer  {KEY}", "bearer  " + "*" * len(KEY)),
        (f"Basic {KEY}", "Basic " + "*" * len(KEY)),
        (KEY, "*" * len(KEY)),
        ("Bearer", "Bearer"),
        ("", ""),
        ("Bearer somebody else's", "Bearer ******** ******"),
    ],
)
def test_all_credentials_of_a_request_are_masked_but_for_their_scheme(
    value: str, shown: str
) -> None:
    request = (
        f"GET /b HTTP/1.1\r\nHost: x\r\nAuthorization: {value}\r\nAccept: */*\r\n\r\n".encode()
    )
    found = mask_request(REDACTOR, request)
    assert len(found) == len(request)
    fields = dict(parse_request(found).fields)
    assert fields[b"Authorization"].decode() == shown.strip()
    assert fields[b"Accept"] == b"*/*"


def test_the_key_is_masked_wherever_a_request_carries_it() -> None:
    request = (
        f"GET /b?key={KEY} HTTP/1.1\r\nHost: x\r\nX-Api-Key: {SECRET[2:12]}\r\n"
        f"proxy-authorization: Basic abc\r\nContent-Length: {len(KEY)}\r\n\r\n{KEY}"
    ).encode()
    found = mask_request(REDACTOR, request)
    assert len(found) == len(request)
    assert not REDACTOR.leaks(found)
    assert b"proxy-authorization: Basic ***" in found


SPELLINGS = {
    "as it is": KEY + " ",
    "in numbers": ",".join(str(ord(character)) for character in KEY) + ",",
    "in hexadecimal digits": KEY.encode().hex() + " ",
    "escaped": "".join(f"%{ord(character):02x}" for character in KEY) + " ",
    "in base64 twice": b64encode(b64encode(KEY.encode())).decode() + " ",
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_a_body_of_nothing_but_secrets_costs_what_one_of_some_costs(spelling: str) -> None:
    data = response((spelling * (600_000 // len(spelling))).encode())
    places = REDACTOR._spans  # each is found for itself: a second and 30 MB for 64 KiB of them
    with patch.object(Redactor, "_spans", side_effect=places) as looked:
        shown = masked(data)
    assert looked.call_count <= 2
    assert len(shown) == len(data)
    assert shown.partition(b"\r\n\r\n")[0] == data.partition(b"\r\n\r\n")[0]
    assert not REDACTOR.leaks(shown)


def test_a_secret_far_behind_others_is_masked_where_it_begins_and_ends() -> None:
    filling = "a b c d " * 20_000
    data = response(f"{KEY}{filling}{KEY}{filling}{KEY}".encode())
    assert masked(data) == data.replace(SECRET.encode(), b"*" * len(SECRET))


def test_the_last_look_at_what_is_kept_looks_at_nothing_twice() -> None:
    redactor = Redactor.for_key(key_of(KEY))
    content = "".join(f"%{ord(each):02x}" for each in "at the gate " * 20_000).encode()
    for data in (response(content), response(content.replace(b"%67", KEY.encode(), 1))):
        shown = mask_response(redactor, data, closed=False)
        parts = [*pieces(parse_response(shown, closed=False).content)]
        with patch.object(redactor, "_search") as search:
            search.names.return_value = ()
            assert redactor.leaks_in(parts, joined=True) == []
        assert search.names.call_count == 0
