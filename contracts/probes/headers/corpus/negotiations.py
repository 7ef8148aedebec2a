"""Accept and related fields, and content fields, which a GET has no use for."""

from __future__ import annotations

from contracts.http.api_profile import ApiProfile
from contracts.probes.headers.entry import Entry, Group, entries_of, entry, filled

# Codings that the suite can't decode are never offered, nor is `*`: a server may use any coding
# that is offered.
_JSON = """
accept-anything              Accept: */*
accept-browser               Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
accept-application           Accept: application/*
accept-encoding-all          Accept-Encoding: gzip, deflate, br, zstd
accept-encoding-gzip         Accept-Encoding: gzip
accept-encoding-deflate      Accept-Encoding: deflate
accept-encoding-br           Accept-Encoding: br
accept-encoding-zstd         Accept-Encoding: zstd
accept-encoding-identity     Accept-Encoding: identity
accept-language-star         Accept-Language: *
accept-encoding-odd          Accept-Encoding: no-such-coding;q=1.0, gzip;q=0, identity;q=0.5
"""

_JSON_NIGHTLY = """
accept-json-upper-case       Accept: APPLICATION/JSON
accept-json-extension        Accept: application/json;q=0.5;ext=1
accept-problem-json          Accept: application/problem+json, application/json
accept-many                  Accept: a/a,b/b,c/c,d/d,e/e,f/f,g/g,h/h,i/i,j/j,k/k,l/l,*/*;q=0.001
accept-empty-elements        Accept: ,, application/json ,,
accept-encoding-empty        Accept-Encoding:
accept-encoding-unknown      Accept-Encoding: no-such-coding
accept-encoding-x-gzip       Accept-Encoding: x-gzip
accept-encoding-gzip-refused Accept-Encoding: gzip;q=0
"""

_NOTHING = """
accept-encoding-no-identity  Accept-Encoding: identity;q=0
accept-language-foreign      Accept-Language: fr-FR, fr;q=0.9, de;q=0.5
accept-charset-utf-16        Accept-Charset: utf-16
accept-encoding-nothing      Accept-Encoding: *;q=0
accept-empty                 Accept:
accept-xml                   Accept: application/xml
accept-html                  Accept: text/html
"""

# A server that can render any of these reveals which.
_OTHER_TYPES = (
    "text/html",
    "text/csv",
    "text/plain",
    "application/xml",
    "application/yaml",
    "application/x-msgpack",
    "application/x-protobuf",
    "application/hal+json",
    "application/vnd.api+json",
    "application/problem+json",
    "text/json",
)

_NOTHING_NIGHTLY = """
accept-vendor                Accept: application/vnd.{slug}.v2+json
accept-json-parameter        Accept: application/json;version=2
accept-json-charset          Accept: application/json; charset=utf-16
accept-nothing               Accept: */*;q=0
accept-event-stream          Accept: text/event-stream
accept-image                 Accept: image/avif,image/webp
accept-encoding-gzip-only    Accept-Encoding: gzip;q=1.0, *;q=0
accept-language-unknown      Accept-Language: tlh-Latn-x-private
accept-language-chinese      Accept-Language: zh-Hans-CN, zh;q=0.5
accept-charset-latin         Accept-Charset: iso-8859-1, *;q=0
accept-json-refused          Accept: application/json;q=0, text/plain
"""

_MALFORMED = """
accept-junk                  Accept: json;q=high
accept-encoding-junk         Accept-Encoding: gzip;q=2;;
accept-language-junk         Accept-Language: !!
accept-charset-junk          Accept-Charset: ;q
"""

_MALFORMED_NIGHTLY = """
accept-weight-too-long       Accept: application/json;q=0.12345
accept-weight-word           Accept: application/json;q=high
accept-slashes               Accept: ///
accept-unbalanced-quote      Accept: application/json;a="
accept-star-json             Accept: */json
accept-semicolons            Accept: ;;;
accept-language-empty        Accept-Language:
accept-language-long         Accept-Language: abcdefghijklmnopqrstuvwxyz
accept-language-underscore   Accept-Language: en_US
"""

_LANGUAGES = """
accept-language-english-last Accept-Language: es-ES, es;q=0.9, de;q=0.8, zh;q=0.7, en;q=0.1
accept-charset-utf-8-last    Accept-Charset: iso-8859-1, utf-16;q=0.9, utf-8;q=0.1
accept-version               Accept-Version: 99
accept-patch                 Accept-Patch: application/json
accept-ranges                Accept-Ranges: bytes
accept-ch                    Accept-CH: DPR
"""

_CONTENT = """
content-type-json            Content-Type: application/json
content-encoding-gzip        Content-Encoding: gzip
content-language             Content-Language: en
content-location             Content-Location: /elsewhere
content-range                Content-Range: bytes 0-4/10
content-disposition          Content-Disposition: attachment; filename="a.json"
content-digest               Content-Digest: sha-256=:junk=:
"""

_CONTENT_NIGHTLY = """
content-type-form            Content-Type: application/x-www-form-urlencoded
content-type-multipart       Content-Type: multipart/form-data
content-type-text            Content-Type: text/plain; charset=utf-16
content-type-xml             Content-Type: application/xml
content-type-unknown         Content-Type: no-such/type
content-encoding-unknown     Content-Encoding: no-such-coding
content-md5                  Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==
"""

_CONTENT_MALFORMED = """
content-type-junk            Content-Type: junk
content-encoding-junk        Content-Encoding: =
content-range-junk           Content-Range: bytes
content-disposition-junk     Content-Disposition: ;
content-md5-junk             Content-MD5: junk
"""

_CONTENT_MALFORMED_NIGHTLY = """
content-type-empty           Content-Type:
content-type-quote           Content-Type: application/json; charset="
"""


def entries(api: ApiProfile) -> tuple[Entry, ...]:
    """Return the entries about negotiation and about content.

    Arguments:
        api: the API.
    """
    group = Group.NEGOTIATION
    others = ", ".join(_OTHER_TYPES)
    return (
        entry(group, "accept-json-last", ("Accept", f"{others}, application/json;q=0.1")),
        *entries_of(group, _JSON),
        *entries_of(group, _NOTHING),
        *entries_of(group, _MALFORMED),
        *entries_of(Group.BROWSER, _LANGUAGES),
        *entries_of(Group.CONTENT, _CONTENT),
        *entries_of(Group.CONTENT, _CONTENT_MALFORMED),
        *entries_of(group, _JSON_NIGHTLY, nightly=True),
        *entries_of(group, filled(_NOTHING_NIGHTLY, api), nightly=True),
        *entries_of(group, _MALFORMED_NIGHTLY, nightly=True),
        *entries_of(Group.CONTENT, _CONTENT_NIGHTLY, nightly=True),
        *entries_of(Group.CONTENT, _CONTENT_MALFORMED_NIGHTLY, nightly=True),
        entry(group, "accept-all-but-json", ("Accept", others)),
        entry(
            group,
            "accept-twice",
            ("Accept", "text/html"),
            ("Accept", "application/json"),
            nightly=True,
        ),
    )
