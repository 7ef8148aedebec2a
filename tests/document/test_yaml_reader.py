"""Documents as people write them: what YAML and JSON read otherwise than a document means it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from contracts.document.openapi.yaml_reader import read


def test_names_that_yaml_takes_for_numbers_stay_names() -> None:
    found = read(b"required: [id, 1, 1.0, 0x1f, yes, null]\nproperties: {1: {}, 1.0: {}, true: {}}")
    assert found == {
        "required": ["id", "1", "1.0", "0x1f", "yes", "null"],
        "properties": {"1": {}, "1.0": {}, "true": {}},
    }


def test_a_property_of_that_name_is_no_list_of_names() -> None:
    found = read(b"required: {required: [1, {required: true}]}")
    assert found == {"required": {"required": ["1", {"required": True}]}}


def test_json_is_read_as_json() -> None:
    found = read(b'{"a": "\\ud83d\\ude00", "b": 1.50, "required": ["id", 1, 1.50]}')
    assert found == {"a": "\U0001f600", "b": Decimal("1.50"), "required": ["id", "1", "1.50"]}


def test_yaml_may_begin_as_json_does() -> None:
    assert read(b'{"a": 1, b: [x, 1.5]}') == {"a": 1, "b": ["x", Decimal("1.5")]}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"a": "\\ud83d"}', "half of a surrogate pair"),
        (b'{"a": 1, "a": 2}', "the key 'a' stands twice"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b"a: 1\na: 2", "the key 'a' stands twice in line 2"),
    ],
)
def test_what_can_not_be_meant_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(data)
