"""Which request fields have a grammar of their own, and which may be sent only once.

Left out on purpose: fields without a published grammar (`X-Request-Id`, `X-B3-TraceId`), whose
values no server has a reason to refuse, and Authorization, which the document covers: a malformed
one is refused with 401.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from contracts.http.allowed import tracing
from contracts.http.allowed.dates import is_http_date
from contracts.http.allowed.grammar import (
    AUTHORITY,
    ENTITY_TAG,
    HOST,
    OWS,
    PARAMETERS,
    PORT,
    QUOTED,
    TOKEN,
    WORD,
    each,
    elements,
    fits,
    weighted,
    without_comments,
)
from contracts.http.allowed.negotiation import LANGUAGE_RANGE, media_ranges

Grammar = Callable[[str], bool]

_PCHAR = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})"
_AUTHORITY = rf"(?:{_PCHAR}*+|(?:[^@/?#]*+@)?\[[0-9A-Fa-f:.]++\](?::[0-9]*+)?)"
_URI_REFERENCE = (
    rf"(?:[A-Za-z][A-Za-z0-9+.\-]*+:)?(?://{_AUTHORITY})?"
    rf"(?:{_PCHAR}|/)*+(?:\?(?:{_PCHAR}|[/?])*+)?"
)
_ORIGIN = rf"[A-Za-z][A-Za-z0-9+.\-]*+://{AUTHORITY}"
_COOKIE_VALUE = r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*+"
_COOKIE_PAIR = rf'{TOKEN}=(?:"{_COOKIE_VALUE}"|{_COOKIE_VALUE})'
_BARE_ITEM = (
    r"(?:-?[0-9]{1,15}(?:\.[0-9]{1,3})?|\"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\[\"\\])*+\""
    r"|[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*+|:[A-Za-z0-9+/=]*+:|\?[01])"
)
_SF_PARAMETERS = rf"(?:; *+[a-z*][a-z0-9_\-.*]*+(?:={_BARE_ITEM})?)*+"
_SF_ITEM = rf"{_BARE_ITEM}{_SF_PARAMETERS}"
_SF_MEMBER = rf"[a-z*][a-z0-9_\-.*]*+(?:={_SF_ITEM}|{_SF_PARAMETERS})"
_DIRECTIVE = rf"(?!(?i:max-age|max-stale|min-fresh)=(?![0-9]++$)){TOKEN}(?:={WORD})?"
_PREFERENCE = rf"{TOKEN}(?:{OWS}={OWS}{WORD}?)?(?:{OWS};{OWS}(?:{TOKEN}(?:{OWS}={OWS}{WORD}?)?)?)*+"
_FORWARDED_PAIR = rf"(?:{TOKEN}={WORD})?"
_FORWARDED = rf"{_FORWARDED_PAIR}(?:{OWS};{OWS}{_FORWARDED_PAIR})*+"
_SWITCH = r"(?i:on|off|true|false|1|0)"


def _matching(pattern: str) -> Grammar:
    return lambda value: fits(pattern, value)


def _list_of(pattern: str) -> Grammar:
    return lambda value: each(pattern, value)


def _entity_tags(value: str) -> bool:
    # A backslash is an ordinary character in an entity tag: it is not a quoted string.
    return fits(rf"\*|(?:[ \t,]*+{ENTITY_TAG}(?=[ \t]*+(?:,|$)))++[ \t,]*+", value)


def _range(value: str) -> bool:
    unit, equals, ranges = value.partition("=")
    if not equals or not fits(TOKEN, unit):
        return False
    if unit.lower() != "bytes":
        return fits(r"[\x21-\x7e]++(?:[ \t]++[\x21-\x7e]++)*+", ranges)
    if not each(r"[0-9]++-[0-9]*+|-[0-9]++", ranges):
        return False
    pairs = [item.partition("-")[::2] for item in elements(ranges) or ()]
    # Compared as text, since Python refuses to parse integers of more than 4300 digits.
    return all(
        not first or not last or _magnitude(first) <= _magnitude(last) for first, last in pairs
    )


def _content_range(value: str) -> bool:
    match = re.fullmatch(rf"{TOKEN} (?:([0-9]++)-([0-9]++)|\*)/([0-9]++|\*)", value)
    if match is None:
        return False
    first, last, length = match.groups()
    if first is None:
        return length != "*"
    within = length == "*" or _magnitude(last) < _magnitude(length)
    return within and _magnitude(first) <= _magnitude(last)


def _magnitude(digits: str) -> tuple[int, str]:
    significant = digits.lstrip("0")
    return len(significant), significant


def _encodings(value: str) -> bool:
    return weighted(TOKEN, value) is not None


def _some_weighted(pattern: str) -> Grammar:
    return lambda value: bool(weighted(pattern, value))


def _origin(value: str) -> bool:
    return value == "null" or fits(rf"{_ORIGIN}(?: {_ORIGIN})*+", value)


def _uri_reference(value: str) -> bool:
    authority = re.match(r"(?:[^:/?#]*+:)?//([^/?#]*+)", value)
    port = authority[1].rpartition(":")[2] if authority else ""
    return fits(_URI_REFERENCE, value) and (not fits(r"[0-9]++", port) or fits(PORT, port))


def _from(value: str) -> bool:
    address = r"[^\s@<>,;:\"()\[\]]++@[^\s@<>,;:\"()]++"
    return value.isascii() and fits(rf"{address}|[^<>@]*+<{address}>", value)


def _user_agent(value: str) -> bool:
    products = without_comments(value)
    product = rf"{TOKEN}(?:/{TOKEN})?"
    return (
        products is not None
        and not value.startswith("(")
        and fits(rf"{product}(?:[ \t]++{product})*+[ \t]*+", products)
    )


def _via(value: str) -> bool:
    hops = without_comments(value)
    received_by = rf"(?:{AUTHORITY}|{TOKEN})"
    return hops is not None and each(rf"(?:{TOKEN}/)?{TOKEN}[ \t]++{received_by}[ \t]*+", hops)


def _addresses(value: str) -> bool:
    items = elements(value)
    return bool(items) and all(map(_is_node, items or ()))


def _is_node(item: str) -> bool:
    """Whether an item is a node: an address with or without a port, or an obfuscated name."""
    import ipaddress  # noqa: PLC0415 - few requests need it

    if fits(r"unknown|_[A-Za-z0-9._\-]++", item):
        return True
    if bracketed := item.startswith("["):
        item, _, port = item[1:].partition("]")
        port = port.removeprefix(":")
    elif item.count(":") == 1:
        item, _, port = item.partition(":")
    else:
        port = ""
    try:
        address = ipaddress.ip_address(item)
    except ValueError:
        return False
    return fits(rf"(?:{PORT})?", port) and (address.version == 6 or not bracketed)


_FLAG = _matching(r"1")
_SF_TOKEN = _matching(rf"[A-Za-z*]{TOKEN}{_SF_PARAMETERS}")
_SF_BOOLEAN = _matching(rf"\?[01]{_SF_PARAMETERS}")
_HOSTS = _list_of(AUTHORITY)
_SCHEMES = _list_of(r"[A-Za-z][A-Za-z0-9+.\-]*+")

GRAMMARS: Mapping[bytes, Grammar] = MappingProxyType(
    {
        b"accept": lambda value: media_ranges(value) is not None,
        b"accept-charset": _some_weighted(TOKEN),
        b"accept-datetime": is_http_date,
        b"accept-encoding": _encodings,
        b"accept-language": _some_weighted(LANGUAGE_RANGE),
        b"access-control-request-headers": _list_of(TOKEN),
        b"access-control-request-method": _matching(TOKEN),
        b"baggage": tracing.is_baggage,
        b"cache-control": _list_of(_DIRECTIVE),
        b"content-disposition": _matching(rf"{TOKEN}{PARAMETERS}"),
        b"content-encoding": _list_of(TOKEN),
        b"content-language": _list_of(LANGUAGE_RANGE),
        b"content-location": _uri_reference,
        b"content-md5": _matching(r"[A-Za-z0-9+/]{22}=="),
        b"content-range": _content_range,
        b"content-type": _matching(rf"{TOKEN}/{TOKEN}{PARAMETERS}"),
        b"cookie": _matching(rf"{_COOKIE_PAIR}(?:; {_COOKIE_PAIR})*+"),
        b"date": is_http_date,
        b"dnt": _matching(r"[01][\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]*+"),
        b"early-data": _FLAG,
        b"expect": _list_of(rf"{TOKEN}(?:={WORD}{PARAMETERS})?"),
        b"forwarded": _list_of(_FORWARDED),
        b"from": _from,
        b"front-end-https": _matching(_SWITCH),
        b"grpc-timeout": _matching(r"[0-9]{1,8}[HMSmun]"),
        b"host": _matching(rf"(?:{AUTHORITY}|{HOST}:)?"),
        b"if-match": _entity_tags,
        b"if-modified-since": is_http_date,
        b"if-none-match": _entity_tags,
        b"if-range": lambda value: fits(ENTITY_TAG, value) or is_http_date(value),
        b"if-unmodified-since": is_http_date,
        b"max-forwards": _matching(r"[0-9]++"),
        b"origin": _origin,
        b"pragma": _list_of(_DIRECTIVE),
        b"prefer": _list_of(_PREFERENCE),
        b"priority": _list_of(_SF_MEMBER),
        b"range": _range,
        b"referer": _uri_reference,
        b"save-data": _list_of(TOKEN),
        b"sec-ch-ua": _list_of(_SF_ITEM),
        b"sec-ch-ua-mobile": _SF_BOOLEAN,
        b"sec-ch-ua-platform": _matching(rf"{QUOTED}{_SF_PARAMETERS}"),
        b"sec-fetch-dest": _SF_TOKEN,
        b"sec-fetch-mode": _SF_TOKEN,
        b"sec-fetch-site": _SF_TOKEN,
        b"sec-fetch-user": _SF_BOOLEAN,
        b"sec-gpc": _FLAG,
        b"traceparent": tracing.is_traceparent,
        b"tracestate": tracing.is_tracestate,
        b"upgrade-insecure-requests": _FLAG,
        b"user-agent": _user_agent,
        b"via": _via,
        b"x-forwarded-for": _addresses,
        b"x-forwarded-host": _HOSTS,
        b"x-forwarded-port": _list_of(PORT),
        b"x-forwarded-proto": _SCHEMES,
        b"x-forwarded-protocol": _SCHEMES,
        b"x-forwarded-scheme": _SCHEMES,
        b"x-forwarded-ssl": _matching(_SWITCH),
        b"x-http-method": _matching(TOKEN),
        b"x-http-method-override": _matching(TOKEN),
        b"x-method-override": _matching(TOKEN),
        b"x-original-host": _HOSTS,
        b"x-url-scheme": _SCHEMES,
    }
)
"""Predicates by field name (lower case): whether one field line's value matches the grammar."""

SINGLETONS = frozenset(
    {
        b"access-control-request-method",
        b"authorization",
        b"content-disposition",
        b"content-length",
        b"content-location",
        b"content-md5",
        b"content-range",
        b"content-type",
        b"cookie",
        b"date",
        b"dnt",
        b"early-data",
        b"from",
        b"host",
        b"if-modified-since",
        b"if-range",
        b"if-unmodified-since",
        b"max-forwards",
        b"origin",
        b"proxy-authorization",
        b"range",
        b"referer",
        b"sec-fetch-dest",
        b"sec-fetch-mode",
        b"sec-fetch-site",
        b"sec-fetch-user",
        b"sec-gpc",
        b"traceparent",
        b"upgrade-insecure-requests",
        b"user-agent",
    }
)
"""Fields (lower case) that are not defined as lists, so that sending two is an error."""
