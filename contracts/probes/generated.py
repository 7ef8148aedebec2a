"""A schemathesis case split into parts that the suite's own client can send."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from contracts.document.operation import Operation
from contracts.http.probe import Credential, Field, Recipe
from contracts.probes.headers.permitted import may_be_fuzzed, may_be_queried

GENERATED = Recipe("in-fields", "sends credentials that schemathesis made up", Credential.WRONG)
"""Recipe for credentials among a case's fields: made without knowing the key."""

GENERATED_CASE = "generated case"
"""The name of the probes that schemathesis made."""

FEW_CASES = 3
"""Number of cases worth sending if the operation has no parameters to vary."""


def parts_of(case: Any, operation: Operation) -> tuple[bool, tuple[Field, ...], bytes | None]:
    """Split a case: whether it has credentials, its fields, its query component.

    Left out are framing and other fields that belong to the client, a query that overrides the
    method, and values for the path, since a run requests one resource.

    Arguments:
        case: a schemathesis case of a GET operation.
        operation: the operation, for its path and for the field that carries the key.
    """
    fields: list[Field] = []
    has_credentials = False
    for name, value in (case.headers or {}).items():
        field = (name.encode("latin-1"), str(value).strip(" \t").encode("latin-1", "replace"))
        if field[0].lower() in {b"authorization", operation.scheme.name}:
            has_credentials = True
            fields.append(field)
        elif may_be_fuzzed(field, operation.plain.path):
            fields.append(field)
    text = urlencode(case.query or {}, doseq=True, quote_via=quote, errors="replace")
    query = text.encode("ascii")
    return has_credentials, tuple(fields), query if query and may_be_queried(query) else None
