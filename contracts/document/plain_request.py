"""The plain request: an operation asked as its document says, and what varies it."""

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
"""Characters that stand in a path as they are (RFC 3986 §3.3), and those that encode others."""
_IN_BRACES: Final = re.compile(r"\{([^{}]*)\}")

MOST_ALONE: Final = 20
"""Requests with one parameter varied: beyond that, values of several travel together."""

_Given = tuple[Parameter, str, Sequence[str]]
"""A parameter, words for what is given, and one value or two."""

_ASKED_IN: Final = ("path", "query", "header")
"""Where a request may have parameters."""


@dataclass(frozen=True, slots=True)
class Variation:
    """What a request has in the place of the plain one's; nothing in it is the plain request.

    Arguments:
        query: query component without its question mark; None for the plain one's own.
        path: path as it is sent; None for the plain one's own.
        fields: header fields.
    """

    query: bytes | None = None
    path: str | None = None
    fields: tuple[tuple[bytes, bytes], ...] = ()

    def named(self, slug: str) -> str:
        """Name the probe that sends it.

        Arguments:
            slug: what it varies.
        """
        if self.path is not None:
            return slug
        return f"query {slug}" if self.query is not None else f"header {slug}"


@dataclass(frozen=True)
class PlainRequest:
    """What a request to an operation has beside its method and the fields of any request.

    Arguments:
        template: the path as the document spells it, parameters in braces.
        parameters: the documented ones.
        values: what is given for parameters, by name; where nothing is, the document's own
            examples stand for those that are required.
        examples: further values that the server knows, by the parameters' names.
        others: what is given for parameters to ask other resources, instead of `values`.
        unknown: what is given for parameters to ask what does not exist; None to ask nothing such.
    """

    template: str
    parameters: tuple[Parameter, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    others: tuple[Mapping[str, str], ...] = field(default=(), hash=False)
    unknown: Mapping[str, str] | None = field(default=None, hash=False)

    def check(self) -> None:
        """Refuse what can't be asked.

        Raises:
            DocumentError: a required parameter has no value, or is one of a cookie; or a value is
                given for a parameter that there is not, or for a resource that was given before.
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
    def known(self) -> Mapping[str, tuple[str, ...]]:
        """Every value that is known to exist, by the parameters' names: the plain one's first."""
        in_path = ((name, self._value(each)) for name, each in self._in_path.items())
        found: dict[str, tuple[str, ...]] = {
            n: (value,) for n, value in (*in_path, *self._pairs.items())
        }
        for name, value in (pair for each in self.others for pair in each.items()):
            found[name] = (*found.get(name, ()), value)
        return {n: found.get(n, ()) + self.examples.get(n, ()) for n in {**found, **self.examples}}

    @cached_property
    def query(self) -> bytes | None:
        """The query component: what is required, and what a value is given for; None without any.

        Raises:
            DocumentError: a value is neither given nor named by the document.
        """
        return encode(self._pairs) if self._pairs else None

    @cached_property
    def fields(self) -> tuple[tuple[bytes, bytes], ...]:
        """The header fields that are parameters: what is required, and what a value is given for.

        Raises:
            DocumentError: a value is neither given nor named by the document.
        """
        return tuple(field_of(name, value) for name, value in self._given("header").items())

    @cached_property
    def documented(self) -> Mapping[str, Variation]:
        """Values that keep the document as the plain ones do, by what they are."""
        return self._together("values", self._kept) if self._crowd > 2 else self._alone(self._kept)

    @cached_property
    def broken(self) -> Mapping[str, Variation]:
        """Values that break the document in one parameter, or mean nothing, by what they are.

        A required field is never left out: what a probe has takes the place of what is there.
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
        """Each parameter given twice, by its name."""
        twice = [(each, "twice", self.twice(each)) for each in self.varied]
        return self._together("parameters twice", twice) if self._crowd else self._alone(twice)

    @cached_property
    def resources(self) -> Mapping[str, Variation]:
        """The plain requests for the other resources, by what tells them from this one."""
        return {f"resource {_words(given)}": self._elsewhere(given) for given in self.others}

    @cached_property
    def nowhere(self) -> Variation | None:
        """The plain request for what does not exist; None where nothing such is known."""
        return None if self.unknown is None else self._elsewhere(self.unknown)

    @cached_property
    def astray(self) -> Mapping[str, Variation]:
        """A value for each parameter of the path that breaks the document or means nothing."""
        found = {}
        for name, each in self._in_path.items():
            for words, value in list(each.broken.items())[:1]:
                found[f"{name} {words}"] = self._elsewhere({name: value})
        return found

    @property
    def absent(self) -> Mapping[str, Variation]:
        """The plain request for what does not exist, by its name; none where it is not known."""
        return {} if self.nowhere is None else {"unknown resource": self.nowhere}

    @cached_property
    def other_paths(self) -> frozenset[str]:
        """The paths that are asked beside the plain one."""
        asked = (*self.resources.values(), *self.absent.values(), *self.astray.values())
        return frozenset(each.path for each in asked if each.path is not None)

    @cached_property
    def as_documented(self) -> frozenset[Variation]:
        """Every variation that the document describes as it does the plain request."""
        return frozenset({Variation(), *self.documented.values(), *self.resources.values()})

    @property
    def varied(self) -> tuple[Parameter, ...]:
        """The parameters of the query and the header, which a request may have or not."""
        return (*self._placed("query"), *self._placed("header"))

    @cached_property
    def field_names(self) -> frozenset[bytes]:
        """The names of the parameters in the header, in lower case."""
        names = (each.name.lower() for each in self._placed("header"))
        return frozenset(name.encode("latin-1", "replace") for name in names)

    def kept(self, parameter: Parameter) -> Mapping[str, str]:
        """Values of a parameter that the server knows, by what they are; the examples last.

        Arguments:
            parameter: one of this operation's.
        """
        examples = self.examples.get(parameter.name, ())
        numbered = {f"example {number}": text for number, text in enumerate(examples, start=1)}
        return {**parameter.kept, **numbered}

    def twice(self, parameter: Parameter) -> tuple[str, str]:
        """Two values of a parameter, different ones where there are two.

        Arguments:
            parameter: one of this operation's.
        """
        known = [*self.kept(parameter).values()] or [*parameter.broken.values()] or ["1"]
        return known[0], known[-1]

    def beside(self, query: bytes) -> bytes:
        """Put a query beside the plain one, in which it replaces what it names itself.

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
        """Every name in the path's braces, described or not."""
        described = {each.name: each for each in self._placed("path")}
        names = _IN_BRACES.findall(self.template)
        return {name: described.get(name) or Parameter(name, "path", True, "") for name in names}

    @cached_property
    def _pairs(self) -> Mapping[str, str]:
        return self._given("query")

    def _given(self, place: str) -> dict[str, str]:
        """What the plain request has in a place: what is required, or a value is given for."""
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
        """How much does not travel alone: 1, what is given twice; 2, what is broken; 3, all."""
        kept, wrong, twice = len(self._kept), len(self._wrong), len(self.varied)
        rounds = max((len(each.broken) for each in self.varied), default=0)
        needed = (kept + wrong + twice, kept + wrong + 1, kept + rounds + 1)
        return next((n for n, requests in enumerate(needed) if requests <= MOST_ALONE), 3)

    def _alone(self, given: Iterable[_Given]) -> dict[str, Variation]:
        return {f"{each[0].name} {each[1]}": self._with(each) for each in given}

    def _together(self, what: str, given: Iterable[_Given]) -> dict[str, Variation]:
        """Put each value into the first request that has none of its parameter yet."""
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
    """Write a parameter in the header as the field that is sent.

    Arguments:
        name: its name.
        value: its value.
    """
    return name.encode("latin-1", "replace"), value.strip(" \t").encode("latin-1", "replace")


def _words(given: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value:.60}" for name, value in given.items())
