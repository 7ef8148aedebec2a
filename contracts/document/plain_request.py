"""The plain request: an operation requested as documented, and its variations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from contracts.document.clauses import DocumentError
from contracts.document.parameters import Parameter, encode

_IN_PATH: Final = "/%:@!$&'()*+,;=~-._"
"""Characters left as they are in a path (RFC 3986 §3.3), and `%`, which encodes others."""
_IN_BRACES: Final = re.compile(r"\{([^{}]*)\}")

MOST_ALONE: Final = 20
"""Most requests that vary one parameter each; beyond that, several are varied per request."""

_Given = tuple[Parameter, str, Sequence[str]]
"""A parameter, a label for what is given, and one value or two."""

_ASKED_IN: Final = ("path", "query", "header")
"""Where a request may have parameters."""


@dataclass(frozen=True, slots=True)
class Variation:
    """What differs from the plain request; with nothing set it is the plain request.

    Arguments:
        query: query component without its question mark; None for the plain request's.
        path: path as it is sent; None for the plain request's.
        fields: header fields.
    """

    query: bytes | None = None
    path: str | None = None
    fields: tuple[tuple[bytes, bytes], ...] = ()

    def named(self, slug: str) -> str:
        """Name the probe that sends it.

        Arguments:
            slug: label of the variation.
        """
        if self.path is not None:
            return slug
        return f"query {slug}" if self.query is not None else f"header {slug}"


@dataclass(frozen=True)
class PlainRequest:
    """What a request to an operation has besides its method and the fields of any request.

    Arguments:
        template: the path as spelled in the document, parameters in braces.
        parameters: the documented ones.
        values: values for parameters, by name; required parameters that are not in it take the
            document's own examples.
        examples: further values that exist on the server, by the parameters' names.
        others: parameter values that request other resources, instead of `values`.
        unknown: parameter values that request an unknown resource; None to request none.
    """

    template: str
    parameters: tuple[Parameter, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    others: tuple[Mapping[str, str], ...] = field(default=(), hash=False)
    unknown: Mapping[str, str] | None = field(default=None, hash=False)

    def check(self) -> None:
        """Refuse what cannot be requested.

        Raises:
            DocumentError: a required parameter has no value or is a cookie; or a value is given
                for an unknown parameter; or two requests are for the same resource.
        """
        for sign in "?#":
            if sign in self.template:
                raise DocumentError(
                    f"the path {self.template:.100} holds a `{sign}`, which no path has: give what "
                    "follows it as parameters of the query."
                )
        _ = self.path, self.query, self.fields
        for each in self.parameters:
            if each.required and each.place not in _ASKED_IN:
                raise DocumentError(
                    f"the {each.place} parameter {each.name} is required, and this suite gives no "
                    "values for such."
                )
        known = {each.name for each in (*self._in_path.values(), *self.varied)}
        for name in (n for g in (self.values, self.examples, *self._elsewheres) for n in g):
            if name not in known:
                raise DocumentError(
                    f"there is no parameter {name:.60} in the path, the query or the header."
                )
        asked = {Variation(), *map(self._elsewhere, self._elsewheres)}
        if len(asked) <= len(self._elsewheres):
            raise DocumentError("paths and unknown name a resource twice, or the plain one again.")

    @property
    def _elsewheres(self) -> tuple[Mapping[str, str], ...]:
        return (*self.others, *(() if self.unknown is None else (self.unknown,)))

    @cached_property
    def path(self) -> str:
        """The path, with its parameters filled in.

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
    def known(self) -> Mapping[str, tuple[str, ...]]:
        """Every value that is known to exist, by parameter name: the plain request's first."""
        in_path = ((name, self._value(each)) for name, each in self._in_path.items())
        found: dict[str, tuple[str, ...]] = {
            n: (value,) for n, value in (*in_path, *self._pairs.items())
        }
        for name, value in (pair for each in self.others for pair in each.items()):
            found[name] = (*found.get(name, ()), value)
        return {n: found.get(n, ()) + self.examples.get(n, ()) for n in {**found, **self.examples}}

    @cached_property
    def query(self) -> bytes | None:
        """The query component: parameters that are required or have a value; None without any.

        Raises:
            DocumentError: a value is neither given nor named by the document.
        """
        return encode(self._pairs) if self._pairs else None

    @cached_property
    def fields(self) -> tuple[tuple[bytes, bytes], ...]:
        """The header fields for parameters that are required or have a value.

        Raises:
            DocumentError: a value is neither given nor named by the document.
        """
        return tuple(field_of(name, value) for name, value in self._given("header").items())

    @cached_property
    def documented(self) -> Mapping[str, Variation]:
        """Variations that are valid like the plain request, by label."""
        return self._together("values", self._kept) if self._crowd > 2 else self._alone(self._kept)

    @cached_property
    def broken(self) -> Mapping[str, Variation]:
        """Variations with an invalid or meaningless value, by label.

        A required header field is never left out: a probe's own field takes its place.
        """
        found = {}
        for each in self._placed("query"):
            if each.required:
                others = {name: value for name, value in self._pairs.items() if name != each.name}
                found[f"{each.name} left out"] = Variation(encode(others))
        crowded = self._crowd > 1
        more = self._together("broken values", self._wrong) if crowded else self._alone(self._wrong)
        return found | more

    @cached_property
    def repeated(self) -> Mapping[str, Variation]:
        """Variations with each parameter given twice, by label."""
        twice = [(each, "twice", self.twice(each)) for each in self.varied]
        return self._together("parameters twice", twice) if self._crowd else self._alone(twice)

    @cached_property
    def resources(self) -> Mapping[str, Variation]:
        """The plain requests for the other resources, by the values that differ."""
        return {f"resource {_words(given)}": self._elsewhere(given) for given in self.others}

    @cached_property
    def nowhere(self) -> Variation | None:
        """The plain request for an unknown resource; None if none is given."""
        return None if self.unknown is None else self._elsewhere(self.unknown)

    @cached_property
    def astray(self) -> Mapping[str, Variation]:
        """Requests with an invalid or meaningless value for one path parameter each, by label."""
        found = {}
        for name, each in self._in_path.items():
            for words, value in list(each.broken.items())[:1]:
                found[f"{name} {words}"] = self._elsewhere({name: value})
        return found

    @property
    def absent(self) -> Mapping[str, Variation]:
        """The plain request for an unknown resource, by its label; empty if none is given."""
        return {} if self.nowhere is None else {"unknown resource": self.nowhere}

    @cached_property
    def other_paths(self) -> frozenset[str]:
        """The paths that are requested besides the plain one."""
        asked = (*self.resources.values(), *self.absent.values(), *self.astray.values())
        return frozenset(each.path for each in asked if each.path is not None)

    @cached_property
    def as_documented(self) -> frozenset[Variation]:
        """Every variation for which the document promises what it does for the plain request."""
        return frozenset({Variation(), *self.documented.values(), *self.resources.values()})

    @property
    def varied(self) -> tuple[Parameter, ...]:
        """The parameters that can be varied without changing the path: query and header."""
        return (*self._placed("query"), *self._placed("header"))

    @cached_property
    def field_names(self) -> frozenset[bytes]:
        """The names of the header parameters, in lower case."""
        names = (each.name.lower() for each in self._placed("header"))
        return frozenset(name.encode("latin-1", "replace") for name in names)

    def kept(self, parameter: Parameter) -> Mapping[str, str]:
        """Valid values of a parameter that the server knows, by label; the examples last.

        Arguments:
            parameter: one of this operation's.
        """
        examples = self.examples.get(parameter.name, ())
        numbered = {f"example {number}": text for number, text in enumerate(examples, start=1)}
        return {**parameter.kept, **numbered}

    def twice(self, parameter: Parameter) -> tuple[str, str]:
        """Two values of a parameter, different ones if two are known.

        Arguments:
            parameter: one of this operation's.
        """
        known = [*self.kept(parameter).values()] or [*parameter.broken.values()] or ["1"]
        return known[0], known[-1]

    def beside(self, query: bytes) -> bytes:
        """Add a query to the plain one; it overrides the parameters that it names.

        Arguments:
            query: a query component, without its question mark.
        """
        names = {unquote_to_bytes(pair.partition(b"=")[0]) for pair in query.split(b"&")}
        kept = {name: text for name, text in self._pairs.items() if name.encode() not in names}
        return encode(kept) + b"&" + query if kept else query

    def _placed(self, place: str) -> Iterator[Parameter]:
        return (each for each in self.parameters if each.place == place)

    @cached_property
    def _in_path(self) -> Mapping[str, Parameter]:
        """Every name in the path's braces, documented or not."""
        described = {each.name: each for each in self._placed("path")}
        names = _IN_BRACES.findall(self.template)
        return {name: described.get(name) or Parameter(name, "path", True, "") for name in names}

    @cached_property
    def _pairs(self) -> Mapping[str, str]:
        return self._given("query")

    def _given(self, place: str) -> dict[str, str]:
        """The plain request's parameters in a place: those that are required or have a value."""
        asked = (p for p in self._placed(place) if p.required or p.name in self.values)
        return {each.name: self._value(each) for each in asked}

    @cached_property
    def _kept(self) -> list[_Given]:
        given = [(each, w, (text,)) for each in self.varied for w, text in self.kept(each).items()]
        return [each for each in given if not self._is_own(self._with(each))]

    @cached_property
    def _wrong(self) -> list[_Given]:
        return [(each, w, (text,)) for each in self.varied for w, text in each.broken.items()]

    @cached_property
    def _crowd(self) -> int:
        """How far to combine: 1, doubled parameters; 2, invalid values too; 3, valid ones too."""
        kept, wrong, twice = len(self._kept), len(self._wrong), len(self.varied)
        rounds = max((len(each.broken) for each in self.varied), default=0)
        needed = (kept + wrong + twice, kept + wrong + 1, kept + rounds + 1)
        return next((n for n, requests in enumerate(needed) if requests <= MOST_ALONE), 3)

    def _alone(self, given: Iterable[_Given]) -> dict[str, Variation]:
        return {f"{each[0].name} {each[1]}": self._with(each) for each in given}

    def _together(self, what: str, given: Iterable[_Given]) -> dict[str, Variation]:
        """Put each value into the first request that does not set its parameter yet."""
        rounds: list[dict[tuple[str, str], _Given]] = []
        for each in given:
            key = each[0].place, each[0].name
            free = next((round_ for round_ in rounds if key not in round_), None)
            if free is None:
                rounds.append({key: each})
            else:
                free[key] = each
        numbered = enumerate(rounds, start=1)
        return {f"{what} together {n}": self._with(*round_.values()) for n, round_ in numbered}

    def _with(self, *given: _Given) -> Variation:
        """The plain request with other values of some parameters."""
        pairs: dict[str, Sequence[str]] = {name: [value] for name, value in self._pairs.items()}
        fields = [(p.name, text) for p, _, texts in given if p.place == "header" for text in texts]
        asked = {p.name: texts for p, _, texts in given if p.place == "query"}
        query = encode({**pairs, **asked}) if asked else None
        return Variation(query, fields=tuple(field_of(*each) for each in fields))

    def _is_own(self, variation: Variation) -> bool:
        """Whether a variation of one parameter is the plain request itself."""
        if variation.query is not None:
            return variation.query == self.query
        return set(variation.fields) <= set(self.fields)

    def _elsewhere(self, given: Mapping[str, str]) -> Variation:
        other = replace(self, values={**self.values, **given}, others=(), unknown=None)
        return Variation(
            query=None if other.query == self.query else other.query or b"",
            path=None if other.path == self.path else other.path,
            fields=tuple(each for each in other.fields if each not in self.fields),
        )

    def _value(self, parameter: Parameter) -> str:
        value = self.values.get(parameter.name, parameter.example)
        if value is None:
            raise DocumentError(
                f"the {parameter.place} parameter {parameter.name} needs a value, and the document "
                f"names none: give one under [operation.parameters]."
            )
        return value


def field_of(name: str, value: str) -> tuple[bytes, bytes]:
    """Write a header parameter as the field that is sent.

    Arguments:
        name: its name.
        value: its value.
    """
    return name.encode("latin-1", "replace"), value.strip(" \t").encode("latin-1", "replace")


def _words(given: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value:.60}" for name, value in given.items())
