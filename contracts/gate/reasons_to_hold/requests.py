"""Whether recorded requests match their probes and went to the record's target.

The gate has no key, so keys of the same length stand in for it (see stand_ins), and a mask is
compared with what it covers by length and position only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from contracts.document.openapi.security import Scheme
from contracts.document.operation import Operation
from contracts.document.plain_request import PlainRequest
from contracts.gate.reasons_to_hold.held import HeldError
from contracts.gate.reasons_to_hold.record import Record
from contracts.http.api_profile import ApiProfile
from contracts.http.endpoint import DEFAULT_PORTS
from contracts.http.exchange import Exchange
from contracts.http.probe import Field, Probe, Recipe
from contracts.probes.credentials import RECIPES, family_of
from contracts.probes.credentials.plausible import PLAUSIBLE
from contracts.probes.credentials.stand_ins import StandIns, Unknown, prefixes
from contracts.probes.generated import GENERATED

BARE = "raw-key"
"""The recipe that sends the key as it is, without a scheme."""

_MASKS = frozenset(b"*/0123458AaXxd")
"""Masks of a secret's visible characters: letters, digits, punctuation, escaped asterisks."""


@dataclass(frozen=True)
class Requests:
    """What the requests of a record must look like.

    Arguments:
        host: the Host value.
        path: the path on it, including the base URL's.
        plain: the plain request.
        base: the base URL's path.
        method: the operation's method.
        keys: what stands in for the key.
        scheme: how the key is sent.
        accept: the media type that a plain request accepts.
    """

    host: bytes
    path: bytes
    plain: PlainRequest
    base: bytes
    method: bytes
    keys: StandIns | Unknown
    scheme: Scheme
    accept: bytes

    @classmethod
    def of(
        cls,
        record: Record,
        exchanges: Sequence[Exchange],
        operation: Operation,
        api: ApiProfile,
    ) -> Requests:
        """Derive from a record what its requests have in common.

        Arguments:
            record: a schema-valid record.
            exchanges: the recorded exchanges.
            operation: the operation under test.
            api: the API's profile.
        """
        parts = urlsplit(record["target"]["url"])
        base = parts.path.rstrip("/")
        return cls(
            host=_authority(parts).encode("ascii", "replace"),
            path=(base + operation.plain.path).encode("ascii", "replace"),
            plain=operation.plain,
            base=base.encode("ascii", "replace"),
            method=operation.method.upper().encode(),
            keys=_stand_ins(exchanges, api, operation.scheme),
            scheme=operation.scheme,
            accept=operation.accept,
        )

    def check(self, exchanges: Iterable[Exchange]) -> None:
        """Require requests that went to the record's target and match their probes.

        Arguments:
            exchanges: the recorded exchanges.

        Raises:
            HeldError: a request does not match.
        """
        keys = set()
        for exchange in exchanges:
            probe = exchange.probe
            if not _is_its_recipe(probe) or not self._is_its_probe(exchange):
                raise HeldError(
                    "evidence-requests",
                    f"Exchange {exchange.number} did not send what its probe says.",
                )
            if probe.recipe == "valid" and probe.wire is None:
                keys.add(_credentials(exchange.sent, self.scheme))
        if len(keys) > 1 or not all(len(each) == 1 for each in keys):
            raise HeldError("evidence-requests", "The valid key is not the same in all requests.")

    def _is_its_probe(self, exchange: Exchange) -> bool:
        """Whether a request is the one that the client builds for its probe, except for masks."""
        probe = exchange.probe
        if probe.wire is not None:
            return self._is_its_template(exchange.sent, probe.wire, probe.recipe)
        head, blank, content = exchange.sent.partition(b"\r\n\r\n")
        if not blank:
            return exchange.fault is not None  # it was not sent completely
        if probe.path is not None and probe.path not in self.plain.other_paths:
            return False
        request, *fields = head.split(b"\r\n")
        asked = any(_masks(request, line) for line in self._request_lines(probe))
        if not asked or not _masks(content, probe.body or b""):
            return False
        return self._has_its_fields(fields, probe)

    def _has_its_fields(self, fields: Sequence[bytes], probe: Probe) -> bool:
        """Whether fields are the client's, followed by the probe's."""
        given = {name.lower() for name, _ in probe.fields}
        first = [b"Host: " + self.host]
        if b"accept" not in given:
            first.append(b"Accept: " + self.accept)
        if fields[: len(first)] != first:
            return False
        rest = fields[len(first) :]
        if b"user-agent" not in given:
            if not rest or not rest[0].startswith(b"User-Agent: "):
                return False
            rest = rest[1:]
        own = [b"%b: %b" % field for field in self.plain.fields if field[0].lower() not in given]
        if rest[: len(own)] != own:
            return False
        rest = rest[len(own) :]
        proxied = bool(rest) and rest[0].startswith(b"Proxy-Authorization: ")
        return self._ends_as(rest, probe) or (proxied and self._ends_as(rest[1:], probe))

    def _ends_as(self, fields: Sequence[bytes], probe: Probe) -> bool:
        """Whether fields are the probe's, its credentials and its Content-Length, in this order."""
        own = [b"%b: %b" % field for field in probe.fields]
        last = [] if probe.body is None else [b"Content-Length: %d" % len(probe.body)]
        end = len(fields) - len(last)
        if len(own) > end or list(fields[end:]) != last:
            return False
        if not all(map(_masks, fields, own)):
            return False
        pairs = [line.partition(b": ") for line in fields[len(own) : end]]
        return self.keys.fits(probe.recipe, [(name, value) for name, _, value in pairs])

    def _is_its_template(self, sent: bytes, wire: bytes, recipe: str) -> bool:
        """Whether a raw request is its template with target, host and credentials filled in."""
        before, _, behind = wire.replace(b"{host}", self.host).partition(b"{authorization}")
        for target in self._targets(self.path, self.plain.query):
            start, end = (part.replace(b"{target}", target) for part in (before, behind))
            middle = sent[len(start) : len(sent) - len(end)]
            if not _masks(sent, start + middle + end):
                continue
            lines = [line.partition(b": ") for line in middle.split(b"\r\n")[:-1]]
            if self.keys.fits(recipe, [(name, value) for name, _, value in lines]):
                return True
        return False

    def _targets(self, path: bytes, query: bytes | None) -> Iterator[bytes]:
        """Yield the request target in origin form and, for a proxy, in absolute form."""
        target = path if query is None else path + b"?" + query
        yield target
        yield b"http://" + self.host + target

    def _request_lines(self, probe: Probe) -> Iterator[bytes]:
        path = self.path if probe.path is None else self.base + probe.path.encode("ascii")
        query = self.plain.query if probe.query is None else probe.query
        for target in self._targets(path, query):
            yield b"%b %b HTTP/1.1" % (self.method, target)


def _is_its_recipe(probe: Probe) -> bool:
    """Whether a probe's credentials are of the kind that its recipe makes."""
    recipe: Recipe | None = (
        GENERATED if probe.recipe == GENERATED.slug else RECIPES.get(probe.recipe)
    )
    if recipe is None:
        return False
    given = (probe.credential, probe.attack, probe.near)
    return given == (recipe.credential, recipe.attack, recipe.near)


def _stand_ins(
    exchanges: Sequence[Exchange], api: ApiProfile, scheme: Scheme
) -> StandIns | Unknown:
    """Find what may stand in for the key: of its length, with a prefix as long as the key's.

    If no prefix fits all plausible wrong keys, one of them does not match its recipe.
    """
    start = b"%b: %b" % (scheme.field, scheme.word and scheme.word + b" ")
    sent = {
        line.removeprefix(start)
        for exchange in exchanges
        if exchange.probe.recipe == "valid" and exchange.probe.wire is None
        for line in exchange.sent.partition(b"\r\n\r\n")[0].split(b"\r\n")
        if line.startswith(start)
    }
    plausible = [e for e in exchanges if e.probe.plain and _family(e.probe) == PLAUSIBLE]
    if len(sent) != 1 or not plausible:
        return Unknown()
    lengths = scheme.lengths(len(*sent))
    if len(lengths) > 1:  # every key helps to decide, unencoded ones most
        alone = (e for e in exchanges if e.probe.plain and e.probe.recipe in RECIPES)
        telling = (e for e in alone if _credentials(e.sent, scheme))
        plausible = sorted(telling, key=lambda e: e.probe.recipe != BARE)
    found = [
        StandIns(prefix, length, api, scheme, pair=pair)
        for length, pair in lengths
        for prefix in prefixes(length, api)
    ]
    for keys in found:
        if all(keys.fits(e.probe.recipe, _behind_the_plain(e.sent, scheme)) for e in plausible):
            return keys
    return found[0]


def _family(probe: Probe) -> str | None:
    return family_of(probe.recipe) if probe.recipe in RECIPES else None


def _behind_the_plain(sent: bytes, scheme: Scheme) -> list[Field]:
    """Return the credentials of a request that has no fields of its own."""
    pairs = [line.partition(b": ") for line in _credentials(sent, scheme)]
    return [(name, value) for name, _, value in pairs]


def _masks(shown: bytes, value: bytes) -> bool:
    """Whether octets equal a line, apart from masks (see redaction) that cover parts of it."""
    if shown == value:
        return True
    pairs = zip(shown, value, strict=False)
    return len(shown) == len(value) and all(
        a == b or a in _MASKS or (a > 0x7F and b > 0x7F) for a, b in pairs
    )


def _credentials(sent: bytes, scheme: Scheme) -> tuple[bytes, ...]:
    lines = sent.partition(b"\r\n\r\n")[0].split(b"\r\n")
    return tuple(line for line in lines if line.partition(b":")[0].lower() == scheme.name)


def _authority(parts: SplitResult) -> str:
    """Write host and port as in Host, without the scheme's default port."""
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
    default = DEFAULT_PORTS.get(parts.scheme)
    return host if parts.port in {None, default} else f"{host}:{parts.port}"
