"""Compares a request's parameters and content from its sender's point of view."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contracts.document.json_pointer import escape
from contracts.document.operation import Operation
from contracts.drift.compare.change import Change, Flow, Row
from contracts.drift.compare.parts import Object, content_of, located, mapping, object_at, schema_of
from contracts.drift.compare.places import Side, Where, deprecation, documentation
from contracts.drift.compare.schemas import SchemaComparer
from contracts.drift.compare.shape import Shape

_IGNORED: Final = {("header", "accept"), ("header", "content-type"), ("header", "authorization")}
"""Parameters that OpenAPI ignores (OpenAPI 3.0 §4.7.12.2.1)."""
_NONE: Final = "not described"

Key = tuple[str, str]


def compare_parameters(pinned: Operation, published: Operation) -> Iterator[Row]:
    """Compare the parameters of an operation, those of its path included.

    Arguments:
        pinned: the operation in one document.
        published: the same in the other.

    Raises:
        DocumentError: something is not a parameter, or not a schema.
    """
    before, after = _parameters(pinned), _parameters(published)
    if not before and not after:
        yield Row("parameters", "none", "none")
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key), after.get(key)
        named = (one or other or ("", {}))[1]
        where = Where(f"{key[0]} {named.get('name', key[1])}")
        changes = tuple(_changes(where.place, one and one[1], other and other[1]))
        comparer = SchemaComparer(Flow.REQUEST)
        comparer.compare(where, _side(pinned, one), _side(published, other), changes)
        yield from comparer.rows


def compare_request_body(pinned: Operation, published: Operation) -> Iterator[Row]:
    """Compare the content that a request may or must have.

    Arguments:
        pinned: the operation in one document.
        published: the same in the other.

    Raises:
        DocumentError: something is not a request body, or not a schema.
    """
    before, after = _content(pinned), _content(published)
    if before is None and after is None:
        return
    row = Row("content", _say_content(before), _say_content(after))
    yield row
    if before is None or after is None:
        if after is not None:
            rule = f"{'required' if after[0] else 'optional'}-content-added"
        else:
            rule = "content-removed"
        said = (row.pinned or _NONE, row.published or _NONE)
        row.changes.append(Change(rule, "content", "requestBody", *said))
        return
    if before[0] != after[0]:
        words = ["required" if each[0] else "optional" for each in (before, after)]
        rule = f"content-became-{words[1]}"
        row.changes.append(Change(rule, "content", "required", *words))
    for name in dict.fromkeys([*before[1], *after[1]]):
        if name not in after[1]:
            change = Change("request-media-type-removed", "content", "content", name, _NONE)
            row.changes.append(change)
        elif name not in before[1]:
            change = Change("request-media-type-added", "content", "content", _NONE, name)
            row.changes.append(change)
        else:
            comparer = SchemaComparer(Flow.REQUEST)
            where = Where(f"content {name}")
            one, other = before[1][name], after[1][name]
            comparer.compare(where, _anything(pinned, one), _anything(published, other))
            yield from comparer.rows


def _anything(operation: Operation, shape: Shape | None) -> Side:
    """What a document says by a schema that may be missing: without one, any value is allowed."""
    return Side(shape or Shape(operation.document, ((f"{operation.pointer}#none", {}),)))


def _parameters(operation: Operation) -> dict[Key, tuple[str, Object]]:
    """The parameters by place and name; path parameters by position, as clients never see names."""
    document = operation.document
    names = [part.partition("}")[0] for part in operation.path.split("{")[1:]]
    found: dict[Key, tuple[str, Object]] = {}
    for owner in (operation.pointer.rpartition("/")[0], operation.pointer):
        listed = mapping(document.resolve(owner)).get("parameters")
        for index, value in enumerate(listed if isinstance(listed, list) else []):
            pointer, each = object_at(document, f"{owner}/parameters/{index}", value)
            place, name = str(each.get("in", "")), str(each.get("name", ""))
            if place == "header":
                name = name.lower()
            elif place == "path" and name in names:
                name = str(names.index(name))
            if (place, name) not in _IGNORED:
                found[place, name] = pointer, each
    return found


def _changes(place: str, one: Object | None, other: Object | None) -> Iterator[Change]:
    if one is None and other is not None:
        presence = "required" if _is_required(other) else "optional"
        yield Change(f"{presence}-parameter-added", place, "parameters", _NONE, presence)
    elif one is not None and other is None:
        presence = "required" if _is_required(one) else "optional"
        yield Change("parameter-removed", place, "parameters", presence, _NONE)
    elif one is not None and other is not None:
        words = ["required" if _is_required(each) else "optional" for each in (one, other)]
        if words[0] != words[1]:
            yield Change(f"parameter-became-{words[1]}", place, "required", *words)
        spelled = [_serialization(each) for each in (one, other)]
        if spelled[0] != spelled[1]:
            yield Change("parameter-serialization-changed", place, "style", *spelled)
        told = [
            {key: str(each[key]) for key in ("description",) if key in each}
            for each in (one, other)
        ]
        yield from documentation(place, *told)
        flags = [each.get("deprecated") is True for each in (one, other)]
        if flags[0] != flags[1]:
            yield deprecation(place, now=flags[1])


def _is_required(parameter: Object) -> bool:
    return parameter.get("required") is True


def _serialization(parameter: Object) -> str:
    """How its values are serialized in a request (OpenAPI 3.0 §4.7.12.3)."""
    media_types = list(mapping(parameter.get("content")))
    if media_types:
        return str(media_types[0])
    form = parameter.get("in") in ("query", "cookie")
    style = str(parameter.get("style") or ("form" if form else "simple"))
    explode = parameter.get("explode", style == "form") is True
    reserved = " allowReserved" if parameter.get("allowReserved") is True else ""
    return f"{style}{' exploded' if explode else ''}{reserved}"


def _side(operation: Operation, found: tuple[str, Object] | None) -> Side:
    if found is None:
        return Side(None)
    pointer, parameter = found
    document = operation.document
    shape = schema_of(document, pointer, parameter)
    if shape is None:
        shape = next(iter(content_of(document, pointer, parameter).values()), None)
    if shape is None:
        shape = Shape(document, ((f"{pointer}/{escape('schema')}", {}),))
    return Side(shape, _is_required(parameter))


def _content(operation: Operation) -> tuple[bool, dict[str, Shape | None]] | None:
    described = located(operation).get("requestBody")
    if described is None:
        return None
    place = f"{operation.pointer}/requestBody"
    pointer, body = object_at(operation.document, place, described)
    return _is_required(body), content_of(operation.document, pointer, body)


def _say_content(content: tuple[bool, dict[str, Shape | None]] | None) -> str | None:
    if content is None:
        return None
    required, media_types = content
    return f"{' or '.join(media_types) or 'any'}, {'required' if required else 'optional'}"
