"""Reading the published document in any form: YAML, JSON or a Markdown page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final

from contracts.document.document import METHODS, Document
from contracts.document.openapi import yaml_reader
from contracts.drift.compare.parts import anonymous, mapping
from contracts.drift.yaml_guard import check_yaml

_FENCE: Final = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,})[ \t]*(?:ya?ml|json|openapi)\b[^\n`]*\n"
    r"(?P<block>.*?)(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
"""A fenced code block with an info string (CommonMark 0.31 §4.5)."""


class PublishedError(ValueError):
    """A published text that is not a readable OpenAPI document; the message is half a sentence."""


def read_published(name: str, data: bytes, path: str) -> Document:
    """Read an OpenAPI 3 document, or the page that contains one.

    Arguments:
        name: its name in messages.
        data: the bytes.
        path: the wanted operation's path, to choose among the blocks of a page.

    Raises:
        PublishedError: there is no such document in it.
    """
    content = _read(data)
    if content is None:
        read = [(block, _read(block)) for block in _blocks(data)]
        found = [(block, each) for block, each in read if each is not None]
        if not found:
            raise PublishedError(_why_not(data))
        data, content = next((pair for pair in found if _describes(pair[1], path)), found[0])
    version = str(content.get("openapi"))
    if not re.match(r"3\.\d", version):
        raise PublishedError(f"it is of OpenAPI {version:.20}, and only 3.x can be compared")
    return Document(Path(name), data, content)


def count_operations(document: Document) -> int:
    """Count the operations of a document.

    Arguments:
        document: any document.
    """
    paths = mapping(document.content.get("paths"))
    return sum(len(METHODS & mapping(item).keys()) for item in paths.values())


def _read(data: bytes) -> Mapping[str, object] | None:
    """Read an OpenAPI document; None if the bytes are not one."""
    value: object = None
    try:
        if data.lstrip()[:1] == b"{":
            # JSON is also YAML, but a JSON parser reads it a hundred times as fast.
            value = json.loads(data.decode("utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError):
        value = None
    try:
        value = value if value is not None else _read_yaml(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, Mapping) and "openapi" in value else None


def _read_yaml(data: bytes) -> object:
    check_yaml(data)
    return yaml_reader.read(data)


def _blocks(data: bytes) -> Iterator[bytes]:
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    for match in _FENCE.finditer(text):
        yield match["block"].encode()


def _describes(content: Mapping[str, object], path: str) -> bool:
    return any(anonymous(each) == anonymous(path) for each in mapping(content.get("paths")))


def _why_not(data: bytes) -> str:
    start = data.lstrip()[:200].lower()
    if not start:
        return "it is empty"
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "it is a page in HTML (a proxy's or a login's?), not an OpenAPI document"
    try:
        value = _read_yaml(data)
    except (ValueError, RecursionError) as error:
        return f"it is neither YAML nor JSON nor a page with such a block: {error}"
    if isinstance(value, Mapping) and "swagger" in value:
        return "it is of Swagger 2, and only OpenAPI 3.x can be compared"
    return "it has no key `openapi`, so it is not an OpenAPI document"
