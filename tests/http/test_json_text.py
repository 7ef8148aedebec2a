"""Strict JSON: what Python's reader lets through is refused, and nothing takes long."""

from __future__ import annotations

import json
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.http.json_text import JsonProblem, JsonProblemKind, problems
from contracts.http.json_text.decoder import INTEGER_CLAMP

G, E, D = JsonProblemKind.GRAMMAR, JsonProblemKind.ENCODING, JsonProblemKind.DUPLICATE
DEPTH, SURROGATE = JsonProblemKind.DEPTH, JsonProblemKind.SURROGATE

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


def seen(data: bytes) -> list[tuple[JsonProblemKind, str]]:
    return [(problem.kind, problem.where) for problem in problems(data)[1]]


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b' {"a": [1, -2, true, false, null, "x"]}\r\n\t', {"a": [1, -2, True, False, None, "x"]}),
        (b"0", 0),
        (b'"\\ud83d\\ude00 \\u00e9 \\/"', "😀 é /"),
        ('"é\u2028\ufeff"'.encode(), "é\u2028\ufeff"),
        (b'{"__proto__": 1, "": 2}', {"__proto__": 1, "": 2}),
        (b'["[[[NaN", {"a": "\\"{"}]', ["[[[NaN", {"a": '"{'}]),
    ],
)
def test_reads_what_the_grammar_allows(data: bytes, value: object):
    assert problems(data) == (value, ())


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", [(G, "byte 0")]),
        (b" \n", [(G, "byte 2")]),
        (b'{"a": NaN}', [(G, "byte 6")]),
        (b'["Infinity", -Infinity, Infinity]', [(G, "byte 13"), (G, "byte 24")]),
        (b'{"a": 1} x', [(G, "byte 9")]),
        (b'{"a": 1', [(G, "byte 7")]),
        (b"[1,]", [(G, "byte 2")]),
        (b'{"a": 1 , }', [(G, "byte 8")]),
        (b"{'a': 1}", [(G, "byte 1")]),
        (b"01", [(G, "byte 1")]),
        (b"+1", [(G, "byte 0")]),
        (b".5", [(G, "byte 0")]),
        (b"1.", [(G, "byte 1")]),
        (b'"a\nb"', [(G, "byte 2")]),
        (b'"\\x41"', [(G, "byte 1")]),
        ('["é", x]'.encode(), [(G, "byte 7")]),
        (b"\x0b1", [(G, "byte 0")]),
        (b'\xef\xbb\xbf{"a": 1}', [(E, "byte 0")]),
        (b'\xef\xbb\xbf{"a" 1}', [(E, "byte 0"), (G, "byte 8")]),
        (b'{"a": "\xe9"}', [(E, "byte 7")]),
        (b'\xef\xbb\xbf"\xff"', [(E, "byte 0"), (E, "byte 4")]),
        (b'"\xed\xa0\x80"', [(E, "byte 1")]),
        (b'"\xc0\xaf"', [(E, "byte 1")]),
        ('{"a": "é"}'.encode("utf-16"), [(E, "byte 0")]),
        ('{"a": "é"}'.encode("utf-16-be"), [(E, "byte 0")]),
        ('{"a": "é"}'.encode("utf-32"), [(E, "byte 0")]),
        ('{"a": "é"}'.encode("utf-32-le"), [(E, "byte 0")]),
        ("[NaN]".encode("utf-16-le"), [(E, "byte 0"), (G, "byte 2")]),
        (b'{"a": 1, "a": 1}', [(D, "/a")]),
        (b'{"x": [{"a/b": 1, "~": 2, "a/b": 3, "~": 4}]}', [(D, "/x/0/a~1b"), (D, "/x/0/~0")]),
        (b'{"a": {"b": 1, "b": 2}, "a": 3}', [(D, "/a"), (D, "/a/b")]),
        (b'{"a": 1, "\\u0061": 1}', [(D, "/a")]),
        (b'{"a": ["\\ud800"]}', [(SURROGATE, "/a/0")]),
        (b'{"\\udc00\\ud800": 1}', [(SURROGATE, "")]),
        (b'\xef\xbb\xbf{"a": 1, "a": "\\ud800"}', [(E, "byte 0"), (D, "/a"), (SURROGATE, "/a")]),
    ],
)
def test_tells_every_problem_with_its_place(
    data: bytes, expected: list[tuple[JsonProblemKind, str]]
):
    assert seen(data) == expected


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"[[1, ]]", 'illegal trailing comma before end of array: ", ]]"'),
        (b'{"a":1,}', 'illegal trailing comma before end of object: ",}"'),
        (b"[1,,]", 'expecting value: ",]"'),
        (b'{"a":1,]', 'expecting property name enclosed in double quotes: "]"'),
        (b"[1,", "the text ends too early"),
    ],
)
def test_a_trailing_comma_reads_alike_on_every_python(data: bytes, words: str):
    _, found = problems(data)
    assert [each.words for each in found] == [words]


def test_the_value_stands_where_the_text_can_be_read_at_all():
    assert problems(b'\xef\xbb\xbf{"a": 1, "a": 2}')[0] == {"a": 2}
    assert problems('{"a": "é"}'.encode("utf-16"))[0] == {"a": "é"}
    assert problems(b'{"a": NaN}')[0] is None
    assert [p.fatal for p in problems(b'\xef\xbb\xbf[NaN, {"a":1,"a":2}]')[1]] == [
        False,
        True,
        False,
    ]


def test_a_lone_surrogate_and_a_name_that_is_repeated_are_told_in_words():
    assert problems(b'["\\ud800"]')[0] == ["\ud800"]
    [problem] = problems(b'{"a": 1, "a": 1, "a": 1}')[1]
    assert problem == JsonProblem(D, "/a", 'the name "a" stands 3 times in one object')


def test_words_stay_ascii_and_short_whatever_the_body_holds():
    for _, found in map(problems, (b'["\x1b[31m', b"\xff" * 10_000, b'{"' + b"n" * 9000 + b'"!')):
        assert all(problem.words.isascii() and len(problem.words) < 200 for problem in found)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1500.0", Decimal("1500.0")),
        ("1.5e3", Decimal("1.5e3")),
        ("-0.0", Decimal("-0.0")),
        ("1e400", Decimal("1e400")),
        ("1E1000000000", Decimal("1E+1000000000")),
        ("9" * 4300, int("9" * 4300)),
        ("-" + "9" * 4300, -int("9" * 4300)),
        ("9" * 4301, INTEGER_CLAMP),
        ("-" + "9" * 100_000, -INTEGER_CLAMP),
    ],
)
def test_numbers_keep_their_value_and_their_spelling(text: str, value: object):
    read = problems(f"[{text}]".encode())[0]
    assert read == [value]
    assert isinstance(read, list)
    assert type(read[0]) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "1e" + "9" * 50,
        "-1e-" + "9" * 50,
        "0e" + "9" * 50,
        "1." + "1" * 2_000_000,
        "1" * 2_000_000 + ".5e7",
        "1e" + "0" * 2_000_000 + "1",
    ],
)
def test_absurd_numbers_cost_nothing(text: str):
    started = time.perf_counter()
    value = problems(text.encode())[0]
    assert isinstance(value, Decimal)
    assert value.is_finite()
    assert len(str(value)) < 5_000
    assert time.perf_counter() - started < 60


@pytest.mark.parametrize(
    "data",
    [b"[" * 200_000 + b"]" * 200_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000, b"[{" * 100_000],
)
def test_endless_nesting_is_told_without_being_followed(data: bytes):
    started = time.perf_counter()
    value, (problem,) = problems(data)
    assert (value, problem.kind) == (None, DEPTH)
    assert time.perf_counter() - started < 60


def test_depth_counts_levels_and_not_brackets():
    assert problems(b"[" * 100 + b"]" * 100)[1] == ()
    assert seen(b"[" * 101 + b"]" * 101) == [(DEPTH, "byte 100")]
    assert problems(b"[" + b"[]," * 500 + b'"' + b"[" * 500 + b'"]')[1] == ()
    assert seen(b'["\\"", [[1]]]') == []
    assert seen(b'["\\"", ' + b"[" * 100 + b"]" * 101) == [(DEPTH, "byte 106")]


def test_a_million_problems_are_told_in_part_and_in_time():
    started = time.perf_counter()
    names = b",".join(b'"%d":0,"%d":0' % (n, n) for n in range(50_000))
    assert len(problems(b"{" + names + b"}")[1]) == 20
    assert len(problems(b"[" + b",".join([b'"\\ud800"'] * 50_000) + b"]")[1]) == 20
    assert time.perf_counter() - started < 60


@given(JSON_VALUES, st.sampled_from(["utf-8", "utf-16", "utf-32-be"]))
@settings(max_examples=60, database=None)
def test_reads_back_what_was_written(value: object, codec: str):
    # A text of one character is too short to tell its encoding from.
    text = json.dumps([value], ensure_ascii=False)
    read, found = problems(text.encode(codec))
    assert read == [value]
    assert [problem.kind for problem in found] == ([] if codec == "utf-8" else [E])


@given(st.binary(max_size=40))
@settings(max_examples=100, database=None)
def test_any_bytes_are_read_or_told(data: bytes):
    value, found = problems(data)
    try:
        expected = json.loads(data.decode(), parse_float=Decimal)
    except ValueError:
        assert found
    else:
        assert found or value == expected
