"""The catalogue: every promise of one operation that a deployment is held to."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar

from contracts.document.derivation import PATHS, UNKNOWN, Entry, applies, derived, fit
from contracts.document.document import Document, DocumentError
from contracts.document.operation import Operation
from contracts.document.parameters import text
from contracts.document.pinned import pinned_file
from contracts.document.relations.stated import read_relations
from contracts.document.requirements import Chance, Level, Requirement

_ABOVE: Final = ("extends", "operation", "requirement")
_OF_AN_OPERATION: Final = (
    "document",
    "path",
    "method",
    "parameters",
    "examples",
    PATHS,
    UNKNOWN,
    "effects",
    "relations",
)
_PLACE: Final = "[operation] "
_KEYS: Final[dict[str, type]] = {
    "level": str,
    "sentence": str,
    "pointer": str,
    "rfc": str,
    "quote": str,
    "schema_of": str,
    "server_dependent": bool,
    "replaces": str,
    "needs": str,
    "relation": str,
}
_KINDS: Final[dict[type, str]] = {
    str: "a string",
    bool: "true or false",
    dict: "a table",
    list: "a list",
}

T = TypeVar("T")

CHECKS_FILE: Final = "checks.py"
"""File beside a catalogue with the checks that apply to this operation only."""


class CatalogueError(ValueError):
    """A catalogue that cannot be used; the message names the file, the key and the reason."""


@dataclass(frozen=True)
class Catalogue:
    """The requirements of one operation.

    Arguments:
        path: the file.
        operation: the operation.
        requirements: by id, in the order of the file; inherited ones first.
        sha256: of the file's bytes; if it extends another catalogue or the operation has its own
            checks, of all their hashes.
        effects: whether requests have side effects: if so, the operation runs only when it is
            named, and nothing odd is sent.
    """

    path: Path
    operation: Operation
    requirements: Mapping[str, Requirement]
    sha256: str
    effects: bool = False

    @classmethod
    def load(cls, path: Path | str) -> Catalogue:
        """Read a catalogue together with the document that it is about.

        A catalogue that `extends` another inherits its requirements, so that a new operation
        states only what differs. An inherited pointer that the new document lacks is replaced by
        its nearest existing ancestor below the operation; an inherited quote that is not found
        there is dropped. A requirement about an undocumented status, or one that no documented
        response can show, is left out. One that the server need not show is server-dependent,
        unless the file says otherwise.
        A response whose schema no requirement covers gets one, for instance `status-404-schema`.

        Arguments:
            path: a `requirements.toml`; the paths in it are relative to it.

        Raises:
            CatalogueError: a file is missing, is not TOML, or has a key that is unknown, missing
                or of the wrong type; or the document cannot be used.
        """
        path = Path(path)
        file, digest = _read(path)
        operation = _operation(path, file)
        own = _entries(path, file)
        inherited: dict[str, Entry] = {}
        if "extends" in file:
            inherited, parents = _inherited(path, file, (path.resolve(),))
            digest = sha256(f"{digest}{parents}".encode()).hexdigest()
        checks = path.parent / CHECKS_FILE
        if checks.is_file():
            digest = sha256(digest.encode() + checks.read_bytes()).hexdigest()
        inherited |= derived(operation, [*inherited.values(), *own.values()])
        requirements = {}
        for name, entry in _overlaid(path, inherited, own).items():
            if own.get(name, {}).get("replaces", name) in inherited:
                fit(entry, own.get(name, {}), operation)
            chance = operation.chance(name, entry.get("schema_of"))
            if chance is not Chance.CERTAIN:
                entry.setdefault("server_dependent", True)
            if name in own or (chance is not Chance.NONE and applies(entry, operation)):
                requirements[name] = _requirement(path, name, entry, operation)
        effects = _take(
            path, "effects", {"effects": False} | file["operation"], bool, "[operation] "
        )
        return cls(path, operation, requirements, digest, effects)

    def owner_of_schema(self, status: int) -> str | None:
        """Id of the requirement about the schema of a status; None if there is none.

        Arguments:
            status: a status code.
        """
        described, owners = self.operation.response(status), self._owners_of_schemas
        return owners.get(str(status)) or (owners.get(described.key) if described else None)

    @cached_property
    def _owners_of_schemas(self) -> Mapping[str, str]:
        return {r.schema_of: r.id for r in self.requirements.values() if r.schema_of}

    @property
    def name(self) -> str:
        """Name of the operation: that of its folder, which is also the pytest mark selecting it."""
        return self.path.resolve().parent.name

    def named(self, names: Iterable[str]) -> tuple[str, ...]:
        """Map ids used by a suite to this catalogue's: follow replacements, drop unknown ids.

        Arguments:
            names: ids of this catalogue or of one that it extends.
        """
        new = {r.replaces: r.id for r in self.requirements.values() if r.replaces}
        current = (new.get(name, name) for name in names)
        return tuple(dict.fromkeys(name for name in current if name in self.requirements))


def _read(path: Path) -> tuple[Entry, str]:
    try:
        data = path.read_bytes()
        file = tomllib.loads(data.decode())
    except OSError as error:
        raise CatalogueError(f"{path}: cannot be read ({error.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path}: expected TOML: {error}.") from None
    for key in file:
        if key not in _ABOVE:
            raise CatalogueError(f"{path}: {key}: expected one of {', '.join(_ABOVE)}.")
    return file, sha256(data).hexdigest()


def _inherited(path: Path, file: Entry, seen: tuple[Path, ...]) -> tuple[dict[str, Entry], str]:
    """The entries that a file inherits from those that it extends, and their hash."""
    parent = path.parent / _take(path, "extends", file, str)
    if parent.resolve() in seen:
        raise CatalogueError(f"{path}: extends: expected another catalogue, found a circle.")
    above, digest = _read(parent)
    entries = _entries(parent, above)
    if "extends" in above:
        inherited, parents = _inherited(parent, above, (*seen, parent.resolve()))
        merged = _overlaid(parent, inherited, entries)
        return merged, sha256(f"{digest}{parents}".encode()).hexdigest()
    return entries, digest


def _operation(path: Path, file: Entry) -> Operation:
    table = _take(path, "operation", file, dict)
    for key in table:
        if key not in _OF_AN_OPERATION:
            expected = ", ".join(_OF_AN_OPERATION)
            raise CatalogueError(f"{path}: [operation] {key}: expected one of {expected}.")
    name = _PLACE
    document = pinned_file(path, _take(path, "document", table, str, name))
    try:
        operation = Document.load(document).operation(
            _take(path, "path", table, str, name),
            _take(path, "method", table, str, name),
            _values(path, "parameters", table.get("parameters", {})),
        )
        stated = read_relations(table.get("relations"), operation.parameters)
        operation = replace(operation, relations=stated, **_beside(path, table))
        operation.scheme  # noqa: B018 — raises for a scheme that is not supported
        operation.plain.check()
        operation.check_unknown()
        operation.clauses  # noqa: B018 — refuses an unusable document before anything is sent
    except DocumentError as error:
        raise CatalogueError(f"{path}: {name}{error}") from None
    return operation


def _beside(path: Path, table: Entry) -> dict[str, Any]:
    """What is requested besides the plain request: examples, other resources, an unknown one."""
    examples = {}
    for name, given in _take(path, "examples", {"examples": {}} | table, dict, _PLACE).items():
        if not isinstance(given, list):
            raise CatalogueError(f"{path}: [operation.examples] {name}: expected a list of values.")
        each = _values(path, "examples", {f"{name}[{n}]": value for n, value in enumerate(given)})
        examples[name] = tuple(each.values())
    others = _take(path, PATHS, {PATHS: []} | table, list, _PLACE)
    unknown = table.get(UNKNOWN)
    return {
        "examples": examples,
        "others": tuple(_values(path, PATHS, given) for given in others),
        "unknown": None if unknown is None else _values(path, UNKNOWN, unknown),
    }


def _values(path: Path, key: str, given: object) -> dict[str, str]:
    """Values given for parameters, as they appear in a URL."""
    if not isinstance(given, dict) or (key in (PATHS, UNKNOWN) and not given):
        found = json.dumps(given, default=str)[:60]
        raise CatalogueError(f"{path}: {_PLACE}{key}: expected a table, found {found}.")
    for name, value in given.items():
        if not isinstance(value, str | int | float):
            raise CatalogueError(
                f"{path}: [operation.{key}] {name}: expected a string, a number or a boolean."
            )
    return {name: text(value) for name, value in given.items()}


def _entries(path: Path, file: Entry) -> dict[str, Entry]:
    found = {}
    for name, stated in _take(path, "requirement", {"requirement": {}} | file, dict).items():
        if not isinstance(stated, dict):
            raise CatalogueError(f"{path}: requirement.{name}: expected a table.")
        if {"by_luck", "server_dependent"} <= stated.keys():
            raise CatalogueError(
                f"{path}: [requirement.{name}] by_luck: the older name of server_dependent, "
                "expected one of the two, found both."
            )
        entry = {"server_dependent" if k == "by_luck" else k: each for k, each in stated.items()}
        for key in entry:
            if key not in _KEYS:
                expected = ", ".join(_KEYS)
                raise CatalogueError(
                    f"{path}: [requirement.{name}] {key}: expected one of {expected}."
                )
            _take(path, key, entry, _KEYS[key], f"[requirement.{name}] ")
        found[name] = entry
    return found


def _take(path: Path, key: str, table: Entry, kind: type[T], place: str = "") -> T:
    value = table.get(key)
    if not isinstance(value, kind):
        found = "nothing" if key not in table else json.dumps(value, default=str)[:60]
        raise CatalogueError(f"{path}: {place}{key}: expected {_KINDS[kind]}, found {found}.")
    return value


def _overlaid(path: Path, inherited: dict[str, Entry], own: dict[str, Entry]) -> dict[str, Entry]:
    """Lay a file's own entries over the inherited ones, some of which get a new id."""
    replaced = {}
    for name, entry in own.items():
        old = entry.get("replaces")
        if old is None:
            continue
        if "schema_of" not in inherited.get(old, {}) or name in inherited or old in own:
            raise CatalogueError(
                f"{path}: [requirement.{name}] replaces: expected an inherited requirement with "
                f"schema_of, found {old!r:.60}."
            )
        replaced[old] = name
    names = dict.fromkeys(replaced.get(name, name) for name in (*inherited, *own))
    olds = {new: old for old, new in replaced.items()}
    return {n: _merged(inherited.get(olds.get(n, n), {}), own.get(n, {})) for n in names}


def _merged(inherited: Entry, own: Entry) -> Entry:
    """Override key by key; a new source discards all of the inherited one."""
    kept = dict(inherited)
    if "pointer" in own or "rfc" in own:
        for key in ("pointer", "rfc", "quote"):
            kept.pop(key, None)
    return kept | own


def _requirement(path: Path, name: str, entry: Entry, operation: Operation) -> Requirement:
    place = f"[requirement.{name}] "
    level = _take(path, "level", entry, str, place)
    if level not in list(Level):
        raise CatalogueError(f"{path}: {place}level: expected MUST or SHOULD, found {level!r:.60}.")
    if ("pointer" in entry) == ("rfc" in entry):
        raise CatalogueError(f"{path}: {place}expected exactly one of pointer and rfc.")
    if entry.get("needs") not in (None, PATHS, UNKNOWN):
        raise CatalogueError(f"{path}: {place}needs: expected {PATHS} or {UNKNOWN}.")
    sentence = _take(path, "sentence", entry, str, place)
    source = operation.absolute(entry["pointer"]) if "pointer" in entry else entry["rfc"]
    return Requirement(
        id=name,
        level=Level(level),
        sentence=sentence,
        source=source,
        quote=entry.get("quote"),
        server_dependent=entry.get("server_dependent") is True,
        schema_of=entry.get("schema_of"),
        replaces=entry.get("replaces"),
    )
