"""Finding the parts of an operation, whatever names a document gives its components."""

from __future__ import annotations

import re
from collections.abc import Mapping

from contracts.document.document import Document, DocumentError
from contracts.document.json_pointer import escape
from contracts.document.operation import Operation
from contracts.document.responses import plain_media_type
from contracts.drift.compare.facts import spell
from contracts.drift.compare.shape import Shape

Object = Mapping[str, object]

_TEMPLATED = re.compile(r"\{[^{}]*\}")


def mapping(value: object) -> Object:
    """Return a value if it is a mapping, else an empty mapping.

    Arguments:
        value: any value of a document.
    """
    return value if isinstance(value, Mapping) else {}


def text_of(value: object) -> str:
    """Write a value of a document as text.

    Arguments:
        value: any value of a document.
    """
    return value if isinstance(value, str) else spell(value)


def anonymous(path: str) -> str:
    """Remove the parameters' names from a path, since clients never see them.

    Arguments:
        path: as a document spells it, for example `/orders/{id}`.
    """
    return _TEMPLATED.sub("{}", path)


def located(operation: Operation) -> Object:
    """Return the operation's own description.

    Arguments:
        operation: any.
    """
    return mapping(operation.document.resolve(operation.pointer))


def located_operation(document: Document, path: str, method: str) -> Operation | None:
    """Find an operation in a document that may name its path parameters differently.

    Arguments:
        document: where to look.
        path: as another document spells it.
        method: in lower case.

    Returns:
        The operation; None if the document doesn't have it.

    Raises:
        DocumentError: the operation can't be read.
    """
    paths = mapping(document.content.get("paths"))
    same = [each for each in paths if anonymous(each) == anonymous(path)]
    for candidate in sorted(same, key=lambda each: each != path):
        _, item = document.deref(f"/paths/{escape(candidate)}", paths[candidate])
        if method in mapping(item):
            return document.operation(candidate, method)
    return None


def schema_of(document: Document, pointer: str, owner: Object) -> Shape | None:
    """Read the schema of a parameter, header field or media type.

    Arguments:
        document: the document that has it.
        pointer: JSON pointer to its owner.
        owner: what has the schema.

    Returns:
        The schema; None if there is none.

    Raises:
        DocumentError: it is not a schema.
    """
    if "schema" not in owner:
        return None
    return Shape.read(document, f"{pointer}/schema", owner["schema"])


def content_of(document: Document, pointer: str, owner: Object) -> dict[str, Shape | None]:
    """Read the schemas of a request's or response's content, by media type.

    Arguments:
        document: the document that has it.
        pointer: JSON pointer to its owner.
        owner: what has the content.

    Raises:
        DocumentError: something in it is not a schema.
    """
    return {
        plain_media_type(name): schema_of(
            document, f"{pointer}/content/{escape(name)}", mapping(each)
        )
        for name, each in mapping(owner.get("content")).items()
    }


def object_at(document: Document, pointer: str, value: object) -> tuple[str, Object]:
    """Follow references to an OpenAPI object.

    Arguments:
        document: the document that has it.
        pointer: JSON pointer to the value.
        value: the object, or a reference to it.

    Raises:
        DocumentError: there is no such object.
    """
    place, found = document.deref(pointer, value)
    if not isinstance(found, Mapping):
        raise DocumentError(f"{place}: expected an object, found {spell(found):.60}.")
    return place, found
