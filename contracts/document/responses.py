"""What a document says about the responses of one operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from contracts.document.clauses import Clause, DocumentError
from contracts.document.json_pointer import escape


@dataclass(frozen=True, slots=True)
class Described:
    """One response as a document describes it.

    Arguments:
        key: its key in the document: `200`, `4XX`, `default`.
        pointer: JSON pointer to its content.
        schemas: JSON pointer to each schema, None for no schema, by media type in lower case
            and without parameters.
    """

    key: str
    pointer: str
    schemas: Mapping[str, str | None]

    @property
    def statuses(self) -> range:
        """The statuses that the key stands for; `default` stands for all."""
        if self.key == "default":
            return range(100, 600)
        if self.key.endswith("XX") and self.key[0].isdigit():
            return range(int(self.key[0]) * 100, int(self.key[0]) * 100 + 100)
        return range(int(self.key), int(self.key) + 1) if self.key.isdigit() else range(0)

    def describes(self, media_type: str) -> bool:
        """Whether the response names a media type, itself or by a range.

        Arguments:
            media_type: as in a Content-Type field; its case and parameters do not matter.
        """
        return self._entry(media_type) is not None

    @property
    def media_type_clause(self) -> Clause | None:
        """The statement that the response has one of its media types; None without content."""
        if not self.schemas:
            return None
        sentence = f"The {self.key} answer has the media type {' or '.join(self.schemas)}"
        return Clause(f"{self.key} media type", self.key, self.pointer, "content", sentence)

    @property
    def json_schema(self) -> str | None:
        """JSON pointer to the schema of its JSON bodies, the first if there are several."""
        for media_type, pointer in self.schemas.items():
            if pointer is not None and may_be_json(media_type):
                return pointer
        return None

    @property
    def json_schemas(self) -> tuple[str, ...]:
        """JSON pointers to the schemas of its JSON bodies, each once, in the document's order."""
        found = (pointer for name, pointer in self.schemas.items() if may_be_json(name))
        return tuple(dict.fromkeys(pointer for pointer in found if pointer is not None))

    def schema_of(self, media_type: str | None) -> str | None:
        """JSON pointer to the schema for a body read as JSON.

        Arguments:
            media_type: of the body; if the response does not name it, the first schema applies.
        """
        entry = self._entry(media_type or "")
        return self.json_schema if entry is None else self.schemas[entry]

    def schema_pointer(self, media_type: str) -> str | None:
        """JSON pointer to the schema of one media type, ranges such as `*/*` included.

        Arguments:
            media_type: as in a Content-Type field; its case and parameters do not matter.
        """
        entry = self._entry(media_type)
        return None if entry is None else self.schemas[entry]

    def _entry(self, media_type: str) -> str | None:
        """The most specific entry that a media type matches."""
        wanted = plain_media_type(media_type)
        kind, _, subtype = wanted.partition("/")
        # HTTP has no ranges with a suffix, but documents do.
        candidates = (wanted, f"{kind}/*+{subtype.rpartition('+')[2]}", f"{kind}/*", "*/*")
        return next((each for each in candidates if each in self.schemas), None)


@dataclass(frozen=True, slots=True)
class SchemaPromise:
    """What a document promises about the JSON bodies of one response.

    Arguments:
        id: a slug that depends on the response's key alone.
        name: of the schema, if it is a reference to one; None for any other.
        sentence: the promise in words.
        pointer: JSON pointer to its place in the document.
        quote: the reference; None if the schema has no name.
    """

    id: str
    name: str | None
    sentence: str
    pointer: str
    quote: str | None


def schema_promise(
    described: Described, resolve: Callable[[str], object], status: str
) -> SchemaPromise | None:
    """Return what a response promises about its JSON bodies; None if it describes none.

    Arguments:
        described: the response.
        resolve: returns the value at a JSON pointer.
        status: the status or key to name in the promise.
    """
    pointer = described.json_schema
    if pointer is None:
        return None
    schema = resolve(pointer)
    reference = schema.get("$ref") if isinstance(schema, Mapping) else None
    name = reference.rpartition("/")[2] if isinstance(reference, str) else None
    bodies = "The body of any other status" if status == "default" else f"A {status} body"
    return SchemaPromise(
        id=f"status-{status.lower()}-schema",
        name=name,
        sentence=f"{bodies} is {f'a valid {name}' if name else 'valid by its schema'}.",
        pointer=f"{pointer}/$ref" if name else pointer,
        quote=reference if name else None,
    )


def read_responses(
    place: str, responses: object, deref: Callable[[str, object], tuple[str, object]]
) -> dict[str, Described]:
    """Read the responses of an operation, by key.

    Arguments:
        place: JSON pointer to them.
        responses: the value there.
        deref: follows the references at a place.

    Raises:
        DocumentError: one of them is not a response.
    """
    found = {}
    for key, value in _items(responses):
        if key.startswith("x-"):
            continue
        pointer, response = deref(f"{place}/{escape(key)}", value)
        if not isinstance(response, Mapping):
            raise DocumentError(f"{pointer}: expected a response.")
        schemas = {
            plain_media_type(media_type): f"{pointer}/content/{escape(media_type)}/schema"
            if isinstance(description, Mapping) and "schema" in description
            else None
            for media_type, description in _items(response.get("content"))
        }
        key = key.upper() if key[1:] == "xx" else key  # noqa: PLW2901 — the same key, respelled
        found[key] = Described(key, f"{pointer}/content", schemas)
    return found


def may_be_json(media_type: str) -> bool:
    """Whether a media type, or one in a range, is JSON (RFC 6838 §4.2.8).

    Arguments:
        media_type: in lower case and without parameters.
    """
    return media_type in ("*/*", "application/*") or media_type.endswith(("/json", "+json"))


def plain_media_type(value: str) -> str:
    """Write a media type in lower case and without parameters (RFC 9110 §8.3.1).

    Arguments:
        value: as in a Content-Type field.
    """
    return value.partition(";")[0].strip().lower()


def _items(value: object) -> Iterable[tuple[str, object]]:
    return value.items() if isinstance(value, Mapping) else ()
