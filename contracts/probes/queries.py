"""Queries and contents that the operation does not document, to provoke its 422s and to probe.

The operation takes no parameters, so whatever the query, a valid key gets 200, or a valid 422 from
a server that refuses unknown parameters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import count
from urllib.parse import unquote_to_bytes

from contracts.http.allowed import Oddity, is_attack_shaped, oddities
from contracts.http.probe import Field
from contracts.probes.headers.permitted import may_be_queried
from contracts.probes.pack import Pack, fill
from contracts.probes.parameters import odd_forms, shapes, wrong_types

PACK_BYTES = 700
"""Size limit of a pack's query: strict proxies accept a request line of a kilobyte."""

MOST_TOGETHER = 32
"""Queries per pack: five halvings isolate one."""

SIMPLE_NAME, SIMPLE_VALUE = b"probe", b"1"
"""Replacements for a culprit's name or value, to find out which of the two is to blame."""


class Use(StrEnum):
    """Which lists of the default profile a query or a content is in; nightly has all of them."""

    BOTH = "with the key and without"
    KEY = "with the key"
    NIGHTLY = "nightly alone"


@dataclass(frozen=True)
class Query:
    """A query component.

    Arguments:
        slug: stable and readable, unique.
        query: the component without its question mark.
        use: which lists it is in.
    """

    slug: str
    query: bytes
    use: Use = Use.KEY

    @cached_property
    def attack(self) -> bool:
        """Whether a firewall may refuse it, and ban its sender."""
        return is_attack_shaped((), self.query)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Empty: a query comes without fields."""
        return ()

    @cached_property
    def oddities(self) -> frozenset[Oddity]:
        """The oddities that it adds to a plain request."""
        return oddities((), self.query)

    @cached_property
    def names(self) -> frozenset[bytes]:
        """The names of its parameters up to a bracket, each with a leading question mark."""
        names = [pair.partition(b"=")[0] for pair in self.query.split(b"&") if pair]
        return frozenset(b"?" + unquote_to_bytes(name).partition(b"[")[0] for name in names)

    def simpler(self) -> Iterator[Query]:
        """Yield it with a simple value, then under a simple name, if a probe may carry that.

        Several parameters have no simpler form.
        """
        name, _, value = self.query.partition(b"=")
        if name and b"&" not in value:
            for query in (name + b"=" + SIMPLE_VALUE, SIMPLE_NAME + b"=" + value):
                if query != self.query and may_be_queried(query):
                    yield Query(f"{self.slug} simplified", query)


@dataclass(frozen=True)
class Content:
    """Content on a GET, with the fields that describe it.

    Arguments:
        slug: stable and readable, unique.
        body: the content.
        fields: its Content-Type; the length is the client's to state.
        use: which lists it is in.
    """

    slug: str
    body: bytes
    fields: tuple[Field, ...]
    use: Use = Use.KEY

    @cached_property
    def oddities(self) -> frozenset[Oddity]:
        """The oddities that it adds to a plain request."""
        return oddities(self.fields, None, self.body)


MOST_TELLING = 3
"""Packs at the head of the list that reveal most of what queries reveal; sent early."""

_QUERIES = (
    # The most revealing ones, in the first packs.
    Query("repeated-name", b"a=1&a=2&a=3"),
    Query("utf-8", b"text=%E2%82%AC&mark=%F0%9F%98%80&%F0%9F%98%80=1"),
    Query("value-3-kb", b"a=" + b"a" * 3000),
    Query("percent-not-utf-8", b"a=%FF%FE"),
    Query("unknown-parameter", b"unknown=1"),
    # Parameters that a list, a filter or a framework might have.
    *(Query(slug, query) for slug, query in wrong_types().items()),
    Query("currency-unknown", b"currency=XXX&currencyCode=xxx"),
    Query("id-empty", b"id="),
    Query("developer-of-others", b"developerId=1&accountId=1&userId=1"),
    Query("response-members", b"drawdownEnabled=true&amountSubunits=1e999"),
    Query("fields-chosen", b"include=all&select=balance"),
    *(Query(slug, query) for slug, query in shapes().items()),
    Query("format-xml", b"format=xml", use=Use.BOTH),
    Query("callback", b"callback=x&jsonp=x"),
    Query("debug", b"debug=true&trace=1&verbose=1", use=Use.BOTH),
    Query("credentials", b"api_key=junk&access_token=junk&key=junk&token=junk", use=Use.BOTH),
    Query("method-head", b"_method=HEAD", use=Use.BOTH),
    # Allowed by the grammar, but tricky to parse.
    Query("empty", b""),
    Query("name-alone", b"flag"),
    Query("brackets", b"a%5B%5D=1&b%5Bc%5D=1&b%5Bc%5D%5Bd%5D=2&e%5B99999999%5D=1"),
    Query(
        "prototype",
        b"__proto__%5Bx%5D=1&constructor%5By%5D=1&toString=1&hasOwnProperty=1",
        use=Use.BOTH,
    ),
    Query("semicolons", b"a=1;b=2;;", use=Use.NIGHTLY),
    Query("json-value", b"filter=%7B%22a%22%3A%5Bnull%2C1e999%5D%7D"),
    *(Query(slug, query) for slug, query in odd_forms().items()),
    # Forbidden by the grammar, or not decodable to text.
    Query("percent-malformed", b"a=%zz&b=%&c=%4", use=Use.BOTH),
    # Nightly.
    Query("cache-buster", b"_=1", use=Use.NIGHTLY),
    Query("separators-alone", b"&&=&=&&", use=Use.NIGHTLY),
    Query("question-marks", b"?a=1?b=2", use=Use.NIGHTLY),
    Query("path-in-query", b"/../../health", use=Use.NIGHTLY),
    Query("plus-signs", b"a+b=c+d", use=Use.NIGHTLY),
    Query("double-encoding", b"a=%252e%252e&b=%2500", use=Use.NIGHTLY),
    Query("numbers", b"a=NaN&b=Infinity&c=-0&d=0x1F&e=9007199254740993", use=Use.NIGHTLY),
    Query("dates", b"from=2025-02-31&to=yesterday&at=1e99", use=Use.NIGHTLY),
    Query("sort", b"sort=-balance&order=sideways&cursor=junk", use=Use.NIGHTLY),
    Query("version", b"v=2&api-version=1999-01-01", use=Use.NIGHTLY),
    Query("time-zone", b"tz=Mars/Olympus", use=Use.NIGHTLY),
    Query("inherited-names", b"toString=1&hasOwnProperty=1&length=-1", use=Use.NIGHTLY),
    Query("parameters-300", b"&".join(b"p%d=%d" % (n, n) for n in range(300)), use=Use.NIGHTLY),
    Query("deep-brackets", b"a" + b"%5Bb%5D" * 100 + b"=1", use=Use.NIGHTLY),
    Query("brackets-raw", b"a[]=1&a[b]=1", use=Use.NIGHTLY),
    Query("braces-raw", b'a={"b":1}', use=Use.NIGHTLY),
    Query("pipe-and-caret-raw", b"a=|^`\\", use=Use.NIGHTLY),
    Query("utf-8-raw", b"a=\xe2\x82\xac", use=Use.NIGHTLY),
    Query("byte-ff-raw", b"a=\xff", use=Use.NIGHTLY),
    Query("percent-truncated", b"a=%E0%A4%A", use=Use.NIGHTLY),
    Query("target-9-kb", b"a=" + b"a" * 9000, use=Use.NIGHTLY),
    # Those that look like attacks come last.
    Query("injections", b"id=%27%20OR%20%271%27=%271&q=%7B%7B7*7%7D%7D&x=$(id)"),
    Query("percent-nul", b"a=%00"),
    Query("script", b"a=%3Cscript%3Ealert(1)%3C/script%3E", use=Use.NIGHTLY),
    Query("path-traversal", b"file=../../../../etc/passwd", use=Use.NIGHTLY),
    Query("crlf", b"a=%0d%0aX-Injected:%201"),
    Query("nosql", b"id%5B$gt%5D=&id%5B$ne%5D=1", use=Use.NIGHTLY),
)

_JSON = ((b"Content-Type", b"application/json"),)
_CONTENTS = (
    Content("json-object", b'{"currencyCode": "XXX"}', _JSON, Use.BOTH),
    Content("json-broken", b'{"currencyCode":', _JSON),
    Content("form", b"a=1&b=2", ((b"Content-Type", b"application/x-www-form-urlencoded"),)),
    Content("text", b"no form, no JSON", ((b"Content-Type", b"text/plain"),)),
    Content("json-20-kb", b'{"a": "' + b"a" * 20_000 + b'"}', _JSON),
    Content("json-null", b"null", _JSON, Use.NIGHTLY),
    Content("json-deep", b"[" * 500 + b"]" * 500, _JSON, Use.NIGHTLY),
    Content("json-prototype", b'{"__proto__": {"a": 1}}', _JSON, Use.NIGHTLY),
    Content(
        "multipart-broken",
        b"--a\r\nContent-Disposition: form-data\r\n",
        ((b"Content-Type", b"multipart/form-data; boundary=b"),),
        Use.NIGHTLY,
    ),
    Content(
        "gzip-broken",
        b"\x1f\x8b\x08junk",
        (*_JSON, (b"Content-Encoding", b"gzip")),
        Use.NIGHTLY,
    ),
    Content("no-type", b"a", (), Use.NIGHTLY),
)


def queries(*, with_key: bool, extended: bool = False) -> tuple[Query, ...]:
    """Return the queries of a profile, those that look like attacks last.

    Arguments:
        with_key: whether they are sent with the valid key.
        extended: whether the profile is nightly, which has all of them.
    """
    used = (query for query in _QUERIES if _used(query.use, with_key, extended))
    return tuple(sorted(used, key=lambda query: query.attack))


def query_packs(*, with_key: bool, extended: bool = False) -> tuple[Pack, ...]:
    """Return the queries of a profile in packs: those that mask no others share requests.

    Arguments:
        with_key: whether they are sent with the valid key.
        extended: whether the profile is nightly, in which each is sent alone.
    """
    together = fill(queries(with_key=with_key, extended=extended), _alone if extended else _fits)
    packs = []
    numbers = count(1)
    for members in together:
        kind = "attack-like parameters" if members[0].attack else "parameters"
        name = members[0].slug if len(members) == 1 else f"{kind} {next(numbers)}"
        packs.append(Pack(name, tuple(members)))
    return tuple(packs)


def contents(*, with_key: bool, extended: bool = False) -> tuple[Content, ...]:
    """Return the contents of a profile.

    Arguments:
        with_key: whether they are sent with the valid key.
        extended: whether the profile is nightly, which has all of them.
    """
    return tuple(content for content in _CONTENTS if _used(content.use, with_key, extended))


def _used(use: Use, with_key: bool, extended: bool) -> bool:
    return extended or use is Use.BOTH or (with_key and use is Use.KEY)


def _alone(_members: Sequence[Query], _query: Query) -> bool:
    return False


def _fits(members: Sequence[Query], query: Query) -> bool:
    """Whether a query may join others: only if it has no oddity, so that the document decides.

    One without a name changes its neighbours, and one that a firewall may refuse is kept apart.
    """
    if any(each.oddities or not each.names for each in (*members, query)):
        return False
    if any(each.attack is not query.attack for each in members):
        return False
    size = sum(len(each.query) + 1 for each in (*members, query))
    apart = all(each.names.isdisjoint(query.names) for each in members)
    return apart and size <= PACK_BYTES and len(members) < MOST_TOGETHER
