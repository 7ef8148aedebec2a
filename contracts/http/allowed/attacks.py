"""What firewalls take for an attack in a request's fields and query.

The names and grammars are those that the OWASP Core Rule Set blocks at paranoia level 1, with its
rule numbers; the values are what scanners send, which every firewall recognizes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from contracts.http.allowed.field_grammars import GRAMMARS
from contracts.http.probe import Field

_RESTRICTED = frozenset(
    {
        b"accept-charset",
        b"content-encoding",
        b"content-range",
        b"if",
        b"lock-token",
        b"proxy",
    }
)
"""Fields (lower case) that are blocked whatever their value (920450)."""

_CONTENT_TYPE = re.compile(
    rb"(application/(x-www-form-urlencoded|json|xml|soap\+xml)|multipart/(form-data|related)|"
    rb"text/xml)(\s*;\s*(charset|boundary)=\"?[\w.-]+\"?)*",
    re.IGNORECASE,
)
"""Media types of content that are accepted (920420, 920470, 920480)."""

_ODD_ACCEPT = re.compile(
    rb"\A,|,\s*,|,\Z|charset=(?!\"?(utf-8|iso-8859-15?|windows-1252))", re.IGNORECASE
)
_VALUE = re.compile(
    rb"""
      ' | /\*\*/ | \$(gt|ne)\b | \*\)\(                 # SQL, NoSQL, LDAP (942*)
    | [$#]\{ | \{\{ | \{% | <[%!/a-z] | \{\d*\.\w       # templates, markup (941*, 944*)
    | \$\( | ` | \A\s*[;|]\s+\w | \(\)\s*\{             # shells (932*)
    | (\A|[\s/\\])\.\.([/\\]|\Z) | \bfile:              # paths (930*)
    | ://\d+\.\d | \bjndi: | onload=                    # addresses (931*)
    | \\r\\n | \\0 | \\[xu]00 | [\x00\r\n]              # control characters (920270, 921*)
    | \b__\w+__\b | O:\d+:" | \(\(\w+\+\)\+ | %[snd]%   # interpreters (933*, 934*)
    | \A=\d | &\#\d+;                                   # spreadsheets, entities
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BAD_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_NUL = re.compile(rb"%00|%0[ad]", re.IGNORECASE)


def is_attack_shaped(fields: Sequence[Field], query: bytes | None = None) -> bool:
    """Whether a firewall may block a request, and ban its sender.

    Arguments:
        fields: all fields as sent.
        query: the query component without its question mark; None if there was none.
    """
    if query is not None and (_BAD_PERCENT.search(query) or _is_attack(query)):
        return True
    return any(_is_refused(name.lower(), value) for name, value in fields)


def _is_refused(name: bytes, value: bytes) -> bool:
    if name in _RESTRICTED or _is_attack(value):
        return True
    text = value.strip(b" \t")
    if name == b"accept":  # 920310, 920600
        odd = not text or _ODD_ACCEPT.search(text)
        return bool(odd) or not GRAMMARS[b"accept"](text.decode("latin-1"))
    return name == b"content-type" and not _CONTENT_TYPE.fullmatch(text)


@lru_cache(maxsize=1024)  # most of a run's fields repeat from request to request
def _is_attack(value: bytes) -> bool:
    """Whether a value looks like an attack, as it is or percent-decoded once or twice."""
    if _NUL.search(value):
        return True
    decoded = value
    for _ in range(3):
        if _VALUE.search(decoded):
            return True
        decoded = unquote_to_bytes(decoded)
    return False
