"""What a document says about one operation, as far as the sandbox needs it."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from contracts.sandbox.document import Schema, resolved
from contracts.sandbox.generated.parameters import Parameter, read_parameters
from contracts.sandbox.generated.schemas import UnservableError

_JSON: Final = ("application/json", "+json")


@dataclass(frozen=True)
class Described:
    """A documented response.

    Arguments:
        status: the status code.
        media_type: the content's media type; None without content.
        schema: the content's schema if it is JSON.
    """

    status: int
    media_type: str | None
    schema: Any


class Operation:
    """A GET of a document.

    Arguments:
        document: the whole document.
        path: the path, as the document spells it.

    Raises:
        UnservableError: the document has no such operation.
    """

    def __init__(self, document: Schema, path: str) -> None:
        item = resolved(document, document.get("paths", {}).get(path))
        if not isinstance(item, dict) or "get" not in item:
            raise UnservableError(f"the document has no GET {path:.200}.")
        self.document = document
        self.path = path
        self._stated: Schema = item["get"]
        self.parameters: list[Parameter] = read_parameters(document, item, self._stated)
        responses = self._stated.get("responses", {})
        self._responses = {
            str(key).upper(): resolved(document, each) for key, each in responses.items()
        }

    @property
    def success(self) -> Described:
        """The answer to a request that follows the document."""
        stated = [int(key) for key in self._responses if key.isdecimal() and key.startswith("2")]
        return self.response(min(stated, default=200)) or Described(200, None, None)

    def response(self, status: int) -> Described | None:
        """Return what the document says about a status: under itself, its `4XX` or `default`.

        Arguments:
            status: a status code.
        """
        keys = (str(status), f"{status // 100}XX", "DEFAULT")
        stated = next((self._responses[key] for key in keys if key in self._responses), None)
        if stated is None:
            return None
        content = stated.get("content") or {}
        for media_type, each in content.items():
            name = media_type.partition(";")[0].strip().lower()
            if name.endswith(_JSON) or name in {"*/*", "application/*"}:
                written = "application/json" if "*" in name else name
                return Described(status, written, each.get("schema", {}))
        return Described(status, next(iter(content), None), None)

    def first_of(self, *statuses: int) -> Described | None:
        """Return the first of some statuses that the document describes.

        Arguments:
            statuses: in order of preference.
        """
        return next((found for each in statuses if (found := self.response(each))), None)

    @property
    def scheme(self) -> Schema | None:
        """The security scheme that a request must satisfy; None if there is none."""
        required = self._stated.get("security", self.document.get("security")) or []
        if not required or {} in required:
            return None
        schemes = self.document.get("components", {}).get("securitySchemes", {})
        name = next(iter(required[0]))
        scheme: Schema = resolved(self.document, schemes.get(name, {"type": "http"}))
        if scheme.get("type") == "apiKey" and scheme.get("in") != "header":
            raise UnservableError(
                f"the sandbox takes a key in a header field, and the document has {name} "
                f"in a {scheme.get('in')}."
            )
        return scheme


def phrase(status: int) -> str:
    """Return the reason phrase of a status.

    Arguments:
        status: a status code.
    """
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"
