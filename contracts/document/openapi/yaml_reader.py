"""YAML read with JSON's types, by YAML 1.2's core schema, as OpenAPI requires.

PyYAML reads YAML 1.1, in which `no` is false, `2026-11-22` a date and `12:30` a number; and it
keeps keys such as `200` as integers, which a document means as strings. JSON is read as JSON:
PyYAML takes the two halves of an escaped surrogate pair for two characters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any

_CORE = (
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("merge", r"<<", "<"),
)


NAMES = "required"
"""A key whose list holds member names: `1` in it is a name, kept as spelled."""

_ESCAPED_SURROGATE = re.compile(rb"(?i)\\u[d][89a-f]")


def read(data: bytes) -> object:
    """Read one YAML document, or one JSON text.

    Numbers with a fraction or an exponent become `Decimal`; the keys of mappings and the names
    under `required` become strings.

    Arguments:
        data: the bytes of the file.

    Raises:
        ValueError: it is not YAML, a mapping repeats a key, or a string holds a lone surrogate; the
            message says where in one line.
    """
    if data.lstrip()[:1] == b"{":
        try:
            return _read_json(data)
        except json.JSONDecodeError:
            pass  # YAML may begin like this too
    return _read_yaml(data)


def _read_json(data: bytes) -> object:
    content: object = json.loads(
        data, parse_float=Decimal, object_pairs_hook=_object, parse_constant=_refuse_constant
    )
    if _ESCAPED_SURROGATE.search(data):
        try:
            json.dumps(content, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError:
            raise ValueError("a string holds half of a surrogate pair") from None
    return content


def _object(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r:.60} stands twice")
        if key == NAMES and isinstance(value, list):
            value = [str(each) if _is_number(each) else each for each in value]  # noqa: PLW2901
        found[key] = value
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _read_yaml(data: bytes) -> object:
    import yaml  # noqa: PLC0415 — takes 20 ms, and not every importer of this module reads YAML

    try:
        return yaml.load(data, Loader=_loader())  # noqa: S506 — subclass of a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f" in line {mark.line + 1}" if mark else ""
        raise ValueError(f"{error.problem}{place}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(" ".join(str(error).split())) from None


@cache
def _loader() -> Any:
    import yaml  # noqa: PLC0415 — see _read_yaml

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc, valid-type]
        """A safe loader with the core schema's resolvers and constructors only."""

        yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012 — PyYAML's protocol

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, object]:
            self._refuse_repeated(node)
            self.flatten_mapping(node)
            return {self._key(key): self._value(key, value, deep) for key, value in node.value}

        def _value(self, key: Any, node: Any, deep: bool) -> object:
            if key.value == NAMES and isinstance(node, yaml.SequenceNode):
                for each in node.value:
                    if isinstance(each, yaml.ScalarNode):
                        each.tag = self.DEFAULT_SCALAR_TAG
            return self.construct_object(node, deep=deep)

        def _refuse_repeated(self, node: Any) -> None:
            seen = set()
            for key, _ in node.value:
                name = self._key(key)
                if name in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {name!r:.60} stands twice", key.start_mark
                    )
                seen.add(name)

        def _key(self, node: Any) -> str:
            if not isinstance(node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    None, None, "expected a plain key", node.start_mark
                )
            return str(node.value)

    for name, pattern, first in _CORE:
        compiled = re.compile(rf"(?:{pattern})\Z", re.ASCII)
        characters = ["" if c == "\0" else c for c in first]
        Loader.add_implicit_resolver(f"tag:yaml.org,2002:{name}", compiled, characters)
    Loader.add_constructor("tag:yaml.org,2002:int", _construct_int)
    Loader.add_constructor("tag:yaml.org,2002:float", _construct_decimal)
    return Loader


def _construct_int(_loader: object, node: Any) -> int:
    text = str(node.value)
    return int(text, 0) if text[:2] in ("0o", "0x") else int(text)


def _construct_decimal(_loader: object, node: Any) -> Decimal:
    return Decimal(str(node.value))
