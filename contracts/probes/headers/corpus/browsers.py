"""Fields of browsers and other clients: origins, cookies, caches, hints, user agents."""

from __future__ import annotations

from contracts.probes.headers.entry import Entry, Group, entries_of

_SOUND = """
origin-foreign               Origin: https://attacker.example
origin-null                  Origin: null
preflight-method             Access-Control-Request-Method: GET
preflight-headers            Access-Control-Request-Headers: authorization, x-custom
preflight-private-network    Access-Control-Request-Private-Network: true
cookie-pairs                 Cookie: a=1; b=2; c="3"
cookie-empty-value           Cookie: a=
referer-foreign              Referer: https://attacker.example/page?a=b
user-agent-browser           User-Agent: Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko)
user-agent-curl              User-Agent: curl/8.5.0
user-agent-googlebot         User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1)
cache-control-no-cache       Cache-Control: no-cache
cache-control-no-store       Cache-Control: no-store, max-age=0
cache-control-max-stale      Cache-Control: max-stale, min-fresh=60, no-transform, ext="a, b"
pragma-no-cache              Pragma: no-cache
sec-fetch-site               Sec-Fetch-Site: same-origin
sec-fetch-site-cross         Sec-Fetch-Site: cross-site
sec-fetch-mode               Sec-Fetch-Mode: navigate
sec-fetch-dest               Sec-Fetch-Dest: document
sec-fetch-dest-script        Sec-Fetch-Dest: script
sec-ch-ua                    Sec-CH-UA: "Chromium";v="126", "Not/A)Brand";v="8"
sec-ch-ua-mobile             Sec-CH-UA-Mobile: ?0
sec-ch-ua-platform           Sec-CH-UA-Platform: "Linux"
sec-gpc                      Sec-GPC: 1
sec-purpose                  Sec-Purpose: prefetch;prerender
sec-websocket-version        Sec-WebSocket-Version: 13
dnt                          DNT: 1
save-data                    Save-Data: on
priority                     Priority: u=1, i
x-requested-with             X-Requested-With: XMLHttpRequest
last-event-id                Last-Event-ID: 42
if-range-alone               If-Range: "no-such-tag"
date-now                     Date: Thu, 01 Jan 1970 00:00:00 GMT
cookie-percent               Cookie: %zz=%; a=%E0%A4%A
"""

_ELSEWHERE = """
upgrade-insecure-requests    Upgrade-Insecure-Requests: 1
"""

_NIGHTLY = """
origin-list                  Origin: https://a.example https://b.example
origin-extension             Origin: chrome-extension://abcdefghijklmnop
preflight-method-delete      Access-Control-Request-Method: DELETE
cookie-many                  Cookie: a0=0; a1=1; a2=2; a3=3; a4=4; a5=5; a6=6; a7=7; a8=8; a9=9
cookie-same-name             Cookie: a=1; a=2; a=3
cookie-prototype             Cookie: __proto__=1; constructor=2
referer-empty                Referer:
referer-about-blank          Referer: about:blank
user-agent-python            User-Agent: python-requests/2.32.3
user-agent-sdk               User-Agent: CheckoutIntents/Python 0.28.0
cache-control-max-age        Cache-Control: max-age=99999999999999999999
cache-control-unknown        Cache-Control: no-such-directive=1
priority-out-of-range        Priority: u=99
pragma-unknown               Pragma: no-such-pragma
sec-websocket-key            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
device-memory                Device-Memory: 0.5
x-purpose                    X-Purpose: preview
service-worker               Service-Worker: script
referer-path                 Referer: /relative/path
sec-fetch-user               Sec-Fetch-User: ?1
"""

_MALFORMED = """
origin-junk                  Origin: not an origin
preflight-method-junk        Access-Control-Request-Method: ,
preflight-headers-junk       Access-Control-Request-Headers: a b, @
cookie-junk                  Cookie: ;;junk;
referer-junk                 Referer: http://[::1/%zz
user-agent-junk              User-Agent: ((unbalanced
cache-control-junk           Cache-Control: max-age=abc, ="
pragma-junk                  Pragma: =
dnt-junk                     DNT: maybe
sec-fetch-site-junk          Sec-Fetch-Site: ?
sec-fetch-user-junk          Sec-Fetch-User: yes
sec-ch-ua-junk               Sec-CH-UA: "unbalanced
sec-gpc-junk                 Sec-GPC: yes
priority-junk                Priority: U=;;
date-junk                    Date: tomorrow
accept-datetime-junk         Accept-Datetime: 1970-01-01
user-agent-empty             User-Agent:
"""

_MALFORMED_NIGHTLY = """
origin-empty                 Origin:
origin-path                  Origin: https://a.example/path
cookie-empty                 Cookie:
cookie-no-equals             Cookie: session
cookie-json                  Cookie: a={"b":"c, d"}
user-agent-slash             User-Agent: /
cache-control-equals         Cache-Control: =
cache-control-empty          Cache-Control:
referer-blanks               Referer: a b c
dnt-empty                    DNT:
"""


def entries() -> tuple[Entry, ...]:
    """Return the entries about browsers, sound and malformed."""
    group = Group.BROWSER
    return (
        *entries_of(group, _SOUND),
        *entries_of(group, _ELSEWHERE),
        *entries_of(group, _MALFORMED),
        *entries_of(group, _NIGHTLY, nightly=True),
        *entries_of(group, _MALFORMED_NIGHTLY, nightly=True),
    )
