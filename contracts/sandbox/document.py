"""The OpenAPI document, read by code of the sandbox's own."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

Schema = dict[str, Any]

_BOOLEAN: Final = "tag:yaml.org,2002:bool"
_TIMESTAMP: Final = "tag:yaml.org,2002:timestamp"


def load(path: Path) -> Schema:
    """Read an OpenAPI document.

    Arguments:
        path: a YAML or JSON file.
    """
    import yaml  # noqa: PLC0415

    document: Schema = yaml.load(path.read_bytes(), Loader=_loader())  # noqa: S506 - a safe one
    return document


def resolved(document: Schema, schema: Any) -> Any:
    """Follow the references in a place of the document.

    Arguments:
        document: the whole document.
        schema: the value there; anything but a reference is returned unchanged.
    """
    while isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        target: Any = document
        for step in unquote(schema["$ref"]).removeprefix("#/").split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            target = target[int(name)] if isinstance(target, list) else target[name]
        schema = target
    return schema


@cache
def _loader() -> Any:
    """PyYAML's safe loader without types that YAML 1.2 reads as text: timestamps, `no`, `on`."""
    import yaml  # noqa: PLC0415

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]
        """A safe loader with fewer resolvers."""

        yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's protocol
            first: [
                (tag, pattern)
                for tag, pattern in resolvers
                if tag != _TIMESTAMP and (tag != _BOOLEAN or first in "tTfF")
            ]
            for first, resolvers in base.yaml_implicit_resolvers.items()
        }

    return Loader
