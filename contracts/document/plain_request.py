"""The plain request: an operation asked as its document says, and the queries beside that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from urllib.parse import quote

from contracts.document.clauses import DocumentError
from contracts.document.parameters import Parameter, encode

_IN_PATH: Final = "/%:@!$&'()*+,;=~-._"
"""Characters that stand in a path as they are (RFC 3986 §3.3), and those that encode others."""
_IN_BRACES: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class PlainRequest:
    """What a request to an operation has beside its method and its header fields.

    Arguments:
        template: the path as the document spells it, parameters in braces.
        parameters: the documented ones.
        values: what is given for parameters, by name; where nothing is, the document's own
            examples stand for those that are required.
    """

    template: str
    parameters: tuple[Parameter, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict, hash=False)

    def check(self) -> None:
        """Refuse what can't be asked.

        Raises:
            DocumentError: a required parameter has no value, or is one of a header or a cookie;
                or a value is given for a parameter that there is not.
        """
        for sign in "?#":
            if sign in self.template:
                raise DocumentError(
                    f"the path {self.template:.100} holds a `{sign}`, which no path has: give what "
                    "follows it as parameters of the query."
                )
        _ = self.path, self.query
        for each in self.parameters:
            if each.required and each.place not in {"path", "query"}:
                raise DocumentError(
                    f"the {each.place} parameter {each.name} is required, and this suite can give "
                    "values for those of the path and the query alone."
                )
        known = {each.name for each in self._in_path.values()} | {p.name for p in self._in_query}
        for name in self.values:
            if name not in known:
                raise DocumentError(f"there is no parameter {name:.60} in the path or the query.")

    @cached_property
    def path(self) -> str:
        """The path, with a value for every parameter in it.

        Raises:
            DocumentError: a value is neither given nor named by the document.
        """
        parts = re.split(r"(\{[^{}]*\})", self.template)  # every other one is in braces
        for at, part in enumerate(parts):
            inside = at % 2 == 1
            value = self._value(self._in_path[part[1:-1]]) if inside else part
            parts[at] = quote(value, safe="" if inside else _IN_PATH)
        return "".join(parts)

    @cached_property
    def stated(self) -> Mapping[str, str]:
        """The values that it has for parameters, by name: of the path and of the query.

        Raises:
            DocumentError: a value is neither given nor named by the document.
        """
        in_path = {name: self._value(each) for name, each in self._in_path.items()}
        return {**in_path, **self._pairs}

    @cached_property
    def query(self) -> bytes | None:
        """The query component: what is required, and what a value is given for; None without any.

        Raises:
            DocumentError: a value is neither given nor named by the document.
        """
        return encode(self._pairs) if self._pairs else None

    @cached_property
    def documented(self) -> Mapping[str, bytes]:
        """Queries that keep the document as the plain one does, by what they vary."""
        return {
            f"{each.name} {words}": query
            for each in self._in_query
            for words, value in each.kept.items()
            if (query := encode({**self._pairs, each.name: value})) != self.query
        }

    @cached_property
    def broken(self) -> Mapping[str, bytes]:
        """Queries that break the document in one parameter, by what is wrong with it."""
        found = {}
        for each in self._in_query:
            others = {name: value for name, value in self._pairs.items() if name != each.name}
            if each.required:
                found[f"{each.name} left out"] = encode(others)
            for words, value in each.broken.items():
                found[f"{each.name} {words}"] = encode({**others, each.name: value})
        return found

    def beside(self, query: bytes) -> bytes:
        """Put a query beside the plain one.

        Arguments:
            query: a query component, without its question mark.
        """
        return query if self.query is None else self.query + b"&" + query

    @property
    def _in_query(self) -> tuple[Parameter, ...]:
        return tuple(each for each in self.parameters if each.place == "query")

    @cached_property
    def _in_path(self) -> Mapping[str, Parameter]:
        """Every name in the path's braces, described or not."""
        described = {each.name: each for each in self.parameters if each.place == "path"}
        names = _IN_BRACES.findall(self.template)
        return {name: described.get(name) or Parameter(name, "path", True, "") for name in names}

    @cached_property
    def _pairs(self) -> Mapping[str, str]:
        return {
            each.name: self._value(each)
            for each in self._in_query
            if each.required or each.name in self.values
        }

    def _value(self, parameter: Parameter) -> str:
        value = self.values.get(parameter.name, parameter.example)
        if value is None:
            raise DocumentError(
                f"the {parameter.place} parameter {parameter.name} needs a value, and the document "
                f"names none: give one under [operation.parameters]."
            )
        return value
