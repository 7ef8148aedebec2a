"""A request as a curl line, if a shell can express it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from contracts.document.openapi.security import BEARER, Scheme
from contracts.http.exchange import Exchange

if TYPE_CHECKING:
    from contracts.run.run import Run

_OWN_FIELDS = frozenset({b"host", b"content-length"})
_LONGEST_BODY = 500


def curl_words(
    exchange: Exchange, url: str, variable: str, scheme: Scheme = BEARER
) -> list[str] | None:
    """Write a request as the quoted words of a curl line; None if a shell can't express it.

    A shell has the key but none of the recipes, and handles bytes beyond ASCII unreliably.

    Arguments:
        exchange: what was sent.
        url: the operation's URL.
        variable: environment variable that holds the key.
        scheme: how it is presented.
    """
    probe = exchange.probe
    if probe.wire is not None or probe.recipe not in {"valid", "absent"}:
        return None
    own = _OWN_FIELDS | {scheme.name}
    fields = [f for f in exchange.request.fields if f[0].lower() not in own]
    parts = [part for field in fields for part in field]
    query = exchange.request.query if probe.query is None else probe.query
    parts += [part for part in (query, probe.body) if part is not None]
    if not all(_is_plain(part) for part in parts) or set(b"# \t") & set(query or b""):
        return None
    words = ["curl", "-i"]
    if url.startswith("https:"):
        words.append("--http1.1")
    for name, value in fields:
        text = f"{name.decode()}: {value.decode()}" if value else f"{name.decode()};"
        words.append(f"-H {shlex.quote(text)}")
    if probe.recipe == "valid":
        words.append(scheme.curl(variable))
    if probe.body is not None:
        if len(probe.body) > _LONGEST_BODY:
            return None
        if not any(name.lower() == b"content-type" for name, _ in fields):
            words.append("-H 'Content-Type:'")  # or curl adds a form's
        words.append(f"-X GET --data-raw {shlex.quote(probe.body.decode())}")
    if probe.path is not None:
        path = exchange.request.target.partition(b"?")[0].decode("ascii", "replace")
        url = urlsplit(url)._replace(path=urlsplit(path).path).geturl()
    if query is not None:
        if set(b"[]{}") & set(query):
            words.append("-g")  # or curl expands brackets as patterns
        url = f"{url}?{query.decode()}"
    return [*words, shlex.quote(url)]


def curl(exchange: Exchange, url: str, variable: str, scheme: Scheme = BEARER) -> str | None:
    """Write a request as a curl line, or None if a shell can't express it.

    Arguments:
        exchange: what was sent.
        url: the operation's URL.
        variable: environment variable that holds the key.
        scheme: how it is presented.
    """
    words = curl_words(exchange, url, variable, scheme)
    return " ".join(words) if words else None


def asked_of(run: Run) -> tuple[str, str, Scheme]:
    """Return a curl line's other arguments: the URL, the key's variable and its scheme.

    Arguments:
        run: the run that sent it.
    """
    scheme = run.judge.catalogue.operation.scheme
    return run.client.url, run.client.api.key_variable, scheme


def _is_plain(data: bytes) -> bool:
    return all(0x20 <= octet < 0x7F or octet == 0x09 for octet in data)
