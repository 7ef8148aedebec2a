"""YAML read as what an OpenAPI document may hold: JSON's types, by YAML 1.2's core schema.

PyYAML reads YAML 1.1, in which `no` is false, `2026-11-22` a date and `12:30` a number; and it
keeps the keys `200` as integers, which a document means as strings.
"""

from __future__ import annotations

import re
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


def read(data: bytes) -> object:
    """Read one YAML document.

    Numbers with a fraction or an exponent come as `Decimal`, the keys of mappings as strings.

    Arguments:
        data: the bytes of the file.

    Raises:
        ValueError: it is not YAML, or a mapping has a key twice; says where in one line.
    """
    import yaml  # noqa: PLC0415 — 20 ms, and not every import of this module reads

    try:
        return yaml.load(data, Loader=_loader())  # noqa: S506 — a safe loader's child
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f" in line {mark.line + 1}" if mark else ""
        raise ValueError(f"{error.problem}{place}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(" ".join(str(error).split())) from None


@cache
def _loader() -> Any:
    import yaml  # noqa: PLC0415 — see read

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc, valid-type]
        """The core schema's own resolvers and constructors."""

        yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012 — PyYAML's protocol

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, object]:
            self._refuse_repeated(node)
            self.flatten_mapping(node)
            return {
                self._key(key): self.construct_object(value, deep=deep) for key, value in node.value
            }

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
