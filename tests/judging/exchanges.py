"""Exchanges made of bytes, for tests of single checks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from contracts.document.catalogue import Catalogue
from contracts.http.exchange import Exchange
from contracts.http.probe import Credential, Field, Probe
from contracts.judging.judge import Judge

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = Catalogue.load(ROOT / "contracts/billing/requirements.toml")
JUDGE = Judge(CATALOGUE)

JSON = "Content-Type: application/json"
CHALLENGE = "WWW-Authenticate: Bearer"
GOOD: dict[str, Any] = {
    "drawdownEnabled": True,
    "balance": {"currencyCode": "USD", "amountSubunits": 1500},
}
REFUSED = {"name": "AuthenticationError", "message": "no such key"}
INVALID = {
    "name": "ValidateError",
    "message": "no",
    "status": 422,
    "fields": {"a": {"message": ""}},
}


def answer(status: int, body: object = None, *fields: str, content: bytes | None = None) -> bytes:
    """An answer in JSON, unless the fields or the content say otherwise."""
    labelled = content is not None or body is not None
    if content is None:
        content = b"" if body is None else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Reason", *fields]
    if labelled and not any(field.lower().startswith("content-type") for field in fields):
        lines.append(JSON)
    if not any(field.lower().startswith(("content-length", "transfer")) for field in fields):
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content


def exchange(
    received: bytes,
    recipe: str = "valid",
    credential: Credential | None = None,
    *,
    fields: Sequence[Field] = (),
    query: bytes | None = None,
    number: int = 1,
    near: bool = False,
    wire: bytes | None = None,
    closed: bool = False,
    echoes: bool = False,
) -> Exchange:
    """One exchange as the client would have recorded it."""
    kinds = {"valid": Credential.VALID, "absent": Credential.ABSENT}
    credential = credential or kinds.get(recipe, Credential.WRONG)
    probe = Probe(
        "a probe", "a family", recipe, credential, tuple(fields), query, near=near, wire=wire
    )
    target = b"/api/v1/billing/balance" + (b"?" + query if query is not None else b"")
    lines = [b"GET %b HTTP/1.1" % target, b"Host: x", *(b"%b: %b" % field for field in fields)]
    sent = b"\r\n".join(lines) + b"\r\n\r\n"
    return Exchange(number, probe, sent, received, closed, 0.0, 0.001, 1, echoes=echoes)
