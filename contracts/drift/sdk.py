"""What the official SDK says: the typed models that it parses the operation's answers into."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from contracts.document.json_pointer import escape
from contracts.drift.compare.parts import anonymous

_SENDERS: Final = {
    **{f"_{method}": method for method in ("get", "post", "put", "patch", "delete")},
    "_get_api_list": "get",
}
"""The methods that resources of a Stainless SDK call to send a request."""
_JSON: Final[dict[object, frozenset[str]]] = {
    str: frozenset({"string"}),
    bool: frozenset({"boolean"}),
    int: frozenset({"integer"}),
    float: frozenset({"number", "integer"}),
    list: frozenset({"array"}),
    dict: frozenset({"object"}),
    NoneType: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Member:
    """What the SDK says about the values in one place of an answer.

    Arguments:
        words: its type in Python's notation, and whether it is required.
        types: the JSON types that it accepts; empty for any.
        required: whether the model requires it; None if irrelevant.
        enum: the strings that it accepts; None for any.
    """

    words: str
    types: frozenset[str] = frozenset()
    required: bool | None = None
    enum: frozenset[str] | None = None


@dataclass(frozen=True)
class Sdk:
    """What the installed SDK says about one operation.

    Arguments:
        about: one line for people: version and model, or why there is none.
        installed: whether there is an SDK.
        members: by JSON pointer into a successful body, `*` for any index and `{any}` for any name.
        errors: names of the exceptions it raises, by status.
    """

    about: str
    installed: bool = False
    members: Mapping[str, Member] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def read_sdk(path: str, method: str, distribution: str) -> Sdk:
    """Find the types into which the installed SDK parses an operation's answers.

    Its resources are searched for the call that contains the path; nothing is sent.

    Arguments:
        path: the operation's path as the document spells it.
        method: in lower case.
        distribution: the SDK's name on the package index.
    """
    package_name = distribution.replace("-", "_")
    try:
        found = version(distribution)
        spec = find_spec(package_name)
    except (PackageNotFoundError, ImportError, ValueError):
        return Sdk("not installed")
    name = f"{distribution} {found}"
    if spec is None or spec.origin is None:
        return Sdk("not installed")
    try:
        call = next(_calls(Path(spec.origin).parent, anonymous(path), method), None)
        package = importlib.import_module(package_name)
        errors = _errors(package)
        if call is None:
            return Sdk(f"{name}: has no method for the operation", True, errors=errors)
        module, function, expression = call
        model = _evaluated(importlib.import_module(module), expression)
    except Exception as error:  # any error is the SDK's own
        return Sdk(f"{name}: can't be read ({type(error).__name__}: {error!s:.60})")
    members = dict(_members(model, "", required=None, seen=()))
    resource = module.partition(".resources.")[2]
    about = f"{name}: {resource}.{function} → {_spell(model)}"
    return Sdk(about, True, members, errors)


def _calls(package: Path, path: str, method: str) -> Iterator[tuple[str, str, ast.expr]]:
    """The module, function and type expression of each call that sends the request."""
    for file in sorted((package / "resources").rglob("*.py")):
        source = file.read_text("utf-8")
        if path.partition("{")[0] not in source:
            continue
        parts = file.relative_to(package.parent).with_suffix("").parts
        for function in ast.walk(ast.parse(source)):
            if not isinstance(function, ast.FunctionDef):
                continue
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and _sends(call, path, method):
                    named = {each.arg: each.value for each in call.keywords}
                    expression = named.get("page", named.get("cast_to"))
                    if expression is not None:
                        yield ".".join(parts), function.name, expression


def _sends(call: ast.Call, path: str, method: str) -> bool:
    if not isinstance(call.func, ast.Attribute) or _SENDERS.get(call.func.attr) != method:
        return False
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Call) and first.args:  # path_template("/orders/{id}", id=id)
        first = first.args[0]
    return (
        isinstance(first, ast.Constant)
        and isinstance(first.value, str)
        and anonymous(first.value) == path
    )


def _evaluated(module: ModuleType, expression: ast.expr) -> Any:
    if isinstance(expression, ast.Name):
        return getattr(module, expression.id)
    if isinstance(expression, ast.Subscript):
        return _evaluated(module, expression.value)[_evaluated(module, expression.slice)]
    if isinstance(expression, ast.Call) and len(expression.args) == 2:  # cast(Any, Order)
        return _evaluated(module, expression.args[1])
    raise LookupError("it casts to what is no name")


def _errors(package: ModuleType) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, each in list(vars(package).items()):
        status = getattr(each, "status_code", None) if isinstance(each, type) else None
        if isinstance(status, int):
            found[str(status)] = name
    return found


def _members(
    annotation: Any,
    place: str,
    *,
    required: bool | None,
    seen: tuple[object, ...],
) -> Iterator[tuple[str, Member]]:
    options = _options(annotation)
    types = [_types(each) for each in options]
    literals = [
        value for each in options if get_origin(each) is Literal for value in get_args(each)
    ]
    words = _spell(annotation)
    if required is not None:
        words += ", required" if required else ", optional"
    yield (
        place,
        Member(
            words,
            frozenset().union(*types) if all(types) else frozenset(),
            required,
            frozenset(map(str, literals)) if literals and len(options) == 1 else None,
        ),
    )
    for each in options:
        fields = getattr(each, "model_fields", None)
        if isinstance(fields, Mapping) and each not in seen:
            for name, one in fields.items():
                at = f"{place}/{escape(one.alias or name)}"
                needed = one.is_required()
                yield from _members(one.annotation, at, required=needed, seen=(*seen, each))
        elif get_origin(each) is list:
            yield from _members(get_args(each)[0], f"{place}/*", required=None, seen=seen)
        elif get_origin(each) is dict:
            yield from _members(get_args(each)[1], f"{place}/{{any}}", required=None, seen=seen)


def _options(annotation: Any) -> list[Any]:
    """The members of a union, without None."""
    if get_origin(annotation) is Annotated:
        return _options(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        parts = [part for each in get_args(annotation) for part in _options(each)]
        return [part for part in parts if part is not NoneType]
    return [annotation]


def _types(annotation: Any) -> frozenset[str]:
    origin = get_origin(annotation) or annotation
    if origin is Literal:
        return frozenset().union(*(_types(type(value)) for value in get_args(annotation)))
    if hasattr(origin, "model_fields"):
        return frozenset({"object"})
    if getattr(origin, "__module__", "") == "datetime":
        return frozenset({"string"})
    return _JSON.get(origin, frozenset())


def _spell(annotation: Any) -> str:
    options = _options(annotation)
    if len(options) > 1:
        return " | ".join(map(_spell, options))
    (only,) = options or [object]
    origin, arguments = get_origin(only), get_args(only)
    if origin is Literal:
        return "one of " + ", ".join(map(repr, arguments))
    if origin is not None:
        return f"{origin.__name__}[{', '.join(map(_spell, arguments))}]"
    return str(getattr(only, "__name__", only))
