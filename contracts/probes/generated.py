"""A schemathesis case taken apart, so that the suite's own client can send it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from contracts.document.operation import Operation
from contracts.http.probe import Credential, Field, Recipe
from contracts.probes.headers.permitted import may_be_fuzzed, may_be_queried

GENERATED = Recipe("in-fields", "sends credentials that schemathesis made up", Credential.WRONG)
"""Stands for credentials that are among a case's fields: made without knowing the key."""

GENERATED_CASE = "generated case"
"""How the probes are called that schemathesis made."""

FEW_CASES = 3
"""Cases that are worth a request each where the operation has no parameters to vary."""


def parts_of(case: Any, operation: Operation) -> tuple[bool, tuple[Field, ...], bytes | None]:
    """Take a case apart: whether it has credentials, its fields, its query component.

    Framing and what else belongs to the client is left out, a query that overrides the method too,
    and so are values for the path: a run asks one resource.

    Arguments:
        case: a schemathesis case of a GET operation.
        operation: whose path is asked, and whose scheme says where the key stands.
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
