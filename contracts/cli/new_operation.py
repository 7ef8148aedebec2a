"""`python -m contracts new-operation`: write the folder for testing one more operation."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Final

from contracts.cli.operations import folders
from contracts.cli.parser import PACKAGE, Parser, refuse

if TYPE_CHECKING:
    from contracts.document.document import Document
    from contracts.document.operation import Operation
    from contracts.document.relations.derived import Table

_COMMAND: Final = "new-operation"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_VERSION: Final = re.compile(r"api|v\d+(?:\.\d+)*")
_WRITES: Final = re.compile(r"(?:\A|[:._-])write\Z")
_MOST_NEAR: Final = 3

_SUITE: Final = '''\
"""All that every operation is asked."""
# ruff: noqa: F403

import pytest

{imports}

pytestmark = pytest.mark.{name}
'''


def main(argv: Sequence[str]) -> int:
    """Write the folder and list what has to be added by hand.

    Arguments:
        argv: the arguments after `python -m contracts new-operation`.

    Returns:
        0; 4 if the operation can't be tested or is tested already.
    """
    options = _parser().parse_args(argv)
    method, _, path = options.operation.strip().partition(" ")
    if method.upper() != "GET" or not path.startswith("/"):
        refuse(_COMMAND, "this suite sends GET alone: name an operation such as 'GET /orders/{id}'")
    operation = _operation(options.document, path, dict(options.parameter))
    name = options.name or _name(path)
    try:
        _refuse_taken(name, operation, named=options.name is not None)
    except ValueError as error:
        refuse(_COMMAND, str(error))
    effects = options.effects or _may_write(operation)
    relations = _relations(operation)
    files = {
        "__init__.py": f'"""The contract of `GET {path}`."""\n',
        "requirements.toml": _catalogue(operation, options.document, relations, effects=effects),
        f"test_{name}.py": _suite(name, relations),
    }
    folder = PACKAGE / name
    folder.mkdir()
    for file, text in files.items():
        (folder / file).write_text(text, "utf-8")
    print("\n".join(_told(operation, folder, files, relations)))
    return 0


def _parser() -> Parser:
    parser = Parser(
        prog=f"python -m contracts {_COMMAND}",
        description="Write the folder that asks one more GET operation of a document.",
    )
    add = parser.add_argument
    add("operation", metavar="'GET /path'", help="method and path, as the document spells them")
    add("--document", type=Path, required=True, metavar="FILE", help="an OpenAPI document in spec/")
    add("--name", type=_name_of, help="the folder's name, and its mark (default: from the path)")
    add(
        "--parameter",
        type=_pair,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="what the plain request has, for instance the id of something that exists",
    )
    add("--effects", action="store_true", help="to ask it has effects: it is asked by name alone")
    return parser


def _name_of(text: str) -> str:
    if not _NAME.fullmatch(text) or iskeyword(text):
        raise argparse.ArgumentTypeError(f"{text!r:.60} is no name such as order_lines")
    return text


def _pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not name or not separator:
        raise argparse.ArgumentTypeError(f"{text!r:.60} is no parameter such as id=ord_1")
    return name, value


def _operation(file: Path, path: str, values: Mapping[str, str]) -> Operation:
    from contracts.document.document import Document, DocumentError  # noqa: PLC0415 - not for --help

    if not file.resolve().is_relative_to(PACKAGE.parent):
        refuse(_COMMAND, f"{file} lies outside of this checkout: put it into spec/")
    try:
        document = Document.load(file)
        if path not in _paths(document):
            near = get_close_matches(path, _paths(document), _MOST_NEAR, 0.4)
            listed = ", ".join(f"GET {each}" for each in near) or "no other"
            refuse(_COMMAND, f"{file} has no GET {path:.100}; it has {listed}")
        operation = document.operation(path, "get", values)
        if not _unknown(operation):
            operation.plain.check()
        operation.clauses  # noqa: B018 - refuse a document that can't be judged by
    except DocumentError as error:
        refuse(_COMMAND, str(error).rstrip("."))
    return operation


def _paths(document: Document) -> list[str]:
    paths = document.content.get("paths")
    items = paths.items() if isinstance(paths, Mapping) else ()
    return [str(path) for path, item in items if isinstance(item, Mapping) and "get" in item]


def _unknown(operation: Operation) -> list[str]:
    """The parameters that the plain request needs and the document gives no value for."""
    asked = (each for each in operation.parameters if each.place in {"path", "query"})
    return [
        each.name
        for each in asked
        if each.required and each.example is None and each.name not in operation.values
    ]


def _name(path: str) -> str:
    """Name a folder after a path; the word before a path parameter becomes singular."""
    parts = [part for part in path.split("/") if part and not _VERSION.fullmatch(part)]
    words = [
        part.removesuffix("s") if following.startswith("{") else part
        for part, following in zip(parts, [*parts, ""][1:], strict=True)
        if not part.startswith("{")
    ]
    name = re.sub(r"\W+", "_", "_".join(words).lower(), flags=re.ASCII).strip("_")
    if not _NAME.fullmatch(name):
        refuse(_COMMAND, f"{path} gives no name for a folder: give one with --name")
    return f"{name}_" if iskeyword(name) else name


def _refuse_taken(name: str, operation: Operation, *, named: bool) -> None:
    if (PACKAGE / name).exists():
        refuse(_COMMAND, f"contracts/{name} exists already: give another name with --name")
    asked = f"GET {operation.path}"
    others = [each.name for each in folders() if each.operation == asked]
    if others and not named:
        refuse(
            _COMMAND,
            f"contracts/{others[0]} asks {asked} already: to ask it otherwise, for another id for "
            "instance, give the folder a name with --name",
        )


def _may_write(operation: Operation) -> bool:
    """Whether the document demands a scope that allows writing."""
    stated = operation.resolve(operation.pointer)
    required = stated.get("security") if isinstance(stated, Mapping) else None
    return any(
        _WRITES.search(str(scope))
        for each in (required if isinstance(required, list) else ())
        for scopes in each.values()
        for scope in scopes
    )


def _relations(operation: Operation) -> Table:
    from contracts.document.relations.derived import derive  # noqa: PLC0415 - not for --help

    return derive(operation)


def _catalogue(operation: Operation, file: Path, relations: Table, *, effects: bool) -> str:
    document = f"../../{file.resolve().relative_to(PACKAGE.parent).as_posix()}"
    lines = [
        f"# What `GET {operation.path}` promises.",
        'extends = "../common/base.toml"',
        "",
        "[operation]",
        f"document = {_toml(document)}",
        f"path = {_toml(operation.path)}",
        'method = "get"',
    ]
    if operation.values:
        lines.append(f"parameters = {_inline(operation.values)}")
    if effects:
        lines.append("effects = true")
    if relations:
        lines += ["", "[operation.relations]"]
        lines += [
            f"{name} = {_inline(value) if isinstance(value, dict) else _toml(value)}"
            for name, value in relations.items()
        ]
    return "\n".join(lines) + "\n"


def _suite(name: str, relations: Table) -> str:
    left_out = {"__init__"} if "items" in relations else {"__init__", "relations"}
    modules = sorted(
        file.stem for file in (PACKAGE / "common").glob("*.py") if file.stem not in left_out
    )
    imports = [f"from contracts.common.{module} import *" for module in modules]
    return _SUITE.format(imports="\n".join(imports), name=name)


def _told(
    operation: Operation, folder: Path, files: Mapping[str, str], relations: Table
) -> Iterator[str]:
    place = f"contracts/{folder.name}"
    yield f"{place} asks GET {operation.path}: {', '.join(files)}."
    unknown = _unknown(operation)
    if unknown:
        pairs = ", ".join(f'{_key(name)} = "…"' for name in unknown)
        yield f"The document names no value for {', '.join(unknown)}: write into "
        yield f"{place}/requirements.toml, under [operation], one that exists:"
        yield f"    parameters = {{ {pairs} }}"
    if relations:
        yield f"Its names suggest these relations, for you to read over: {', '.join(relations)}."
    if "items" in relations and "order" not in relations:
        yield "If the list has an order, state it under [operation.relations], for instance:"
        yield '    order = "/createdAt descending"'
    yield f"Try it: python -m pytest -m {folder.name} --target sandbox"


def _toml(text: str) -> str:
    """A TOML basic string, which uses the same escapes as JSON."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _inline(table: Mapping[str, str]) -> str:
    pairs = ", ".join(f"{_key(name)} = {_toml(value)}" for name, value in table.items())
    return f"{{ {pairs} }}"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[\w-]+", name, re.ASCII) else _toml(name)
