"""Fields by which proxies say for whom, from where and over what they forward a request."""

from __future__ import annotations

from contracts.probes.headers.entry import Entry, Group, entries_of, entry

_ELSEWHERE = """
x-forwarded-proto-https      X-Forwarded-Proto: https
x-forwarded-host-localhost   X-Forwarded-Host: localhost
x-forwarded-port             X-Forwarded-Port: 443
x-forwarded-scheme           X-Forwarded-Scheme: https
x-forwarded-ssl              X-Forwarded-Ssl: on
x-forwarded-protocol         X-Forwarded-Protocol: https
x-url-scheme                 X-Url-Scheme: https
x-original-host              X-Original-Host: localhost
front-end-https              Front-End-Https: on
cloudfront-forwarded-proto   CloudFront-Forwarded-Proto: https
cf-visitor                   CF-Visitor: {"scheme":"https"}
"""

_ELSEWHERE_NIGHTLY = """
x-forwarded-proto-list       X-Forwarded-Proto: https,http
x-forwarded-proto-unknown    X-Forwarded-Proto: gopher
x-forwarded-host-ipv6        X-Forwarded-Host: [::1]:8080
x-forwarded-port-high        X-Forwarded-Port: 99999
forwarded-quoted             Forwarded: for="[2001:db8::1]:4711";proto="https"
x-forwarded-proto-http       X-Forwarded-Proto: http
x-forwarded-host-list        X-Forwarded-Host: a.example, b.example:8443
forwarded-whole              Forwarded: for=192.0.2.1;proto=https;host=localhost;by=203.0.113.1
forwarded-ipv6               Forwarded: for="[2001:db8::1]", for=unknown, for=_hidden
"""

_SOUND = """
x-forwarded-for-chain        X-Forwarded-For: 203.0.113.7, 10.0.0.1, 10.0.0.2
x-forwarded-for-ipv6         X-Forwarded-For: 2001:db8::1
x-forwarded-for-port         X-Forwarded-For: 203.0.113.7:4711, [2001:db8::1]:4711
x-forwarded-for-unknown      X-Forwarded-For: unknown
x-real-ip-junk               X-Real-IP: junk
via-one-hop                  Via: 1.1 proxy.example
via-two-hops                 Via: 1.0 fred, HTTP/1.1 p.example:8080 (a (nested) comment)
max-forwards-one             Max-Forwards: 1
x-forwarded-server           X-Forwarded-Server: proxy.example
x-amz-cf-id                  X-Amz-Cf-Id: junk==
x-request-start              X-Request-Start: t=1700000000.000
x-request-start-junk         X-Request-Start: yesterday
surrogate-capability         Surrogate-Capability: abc="Surrogate/1.0 ESI/1.0"
from-address                 From: robot@example.org
"""

_LAST_HOP_NIGHTLY = """
max-forwards-zero            Max-Forwards: 0
"""

_LARGE_NUMBER_NIGHTLY = """
max-forwards-huge            Max-Forwards: 99999999999999999999
"""

_MALFORMED = """
x-forwarded-for-junk         X-Forwarded-For: not-an-address
forwarded-junk               Forwarded: junk;;
via-junk                     Via: (
max-forwards-negative        Max-Forwards: -1
from-junk                    From: @@@
"""

_MALFORMED_NIGHTLY = """
x-forwarded-for-port-high    X-Forwarded-For: 203.0.113.7:999999
x-forwarded-for-zone         X-Forwarded-For: [fe80::1
via-empty                    Via:
max-forwards-huge-sign       Max-Forwards: +99999999999999999999
x-forwarded-for-empty        X-Forwarded-For:
max-forwards-word            Max-Forwards: many
x-forwarded-for-high-octet   X-Forwarded-For: 999.999.999.999
forwarded-no-pairs           Forwarded: ;;;, = ,"
"""

_MALFORMED_ELSEWHERE = """
x-forwarded-proto-junk       X-Forwarded-Proto: ://
x-forwarded-host-junk        X-Forwarded-Host: a b/c@d?e#f
x-forwarded-port-word        X-Forwarded-Port: https
x-forwarded-ssl-junk         X-Forwarded-Ssl: perhaps
"""

_MALFORMED_ELSEWHERE_NIGHTLY = """
x-forwarded-proto-empty      X-Forwarded-Proto:
x-forwarded-host-empty       X-Forwarded-Host:
x-forwarded-port-negative    X-Forwarded-Port: -1
forwarded-junk-proto         Forwarded: proto="https
"""


def entries() -> tuple[Entry, ...]:
    """Return the entries about forwarding, sound and malformed."""
    group = Group.FORWARDING
    hops = ", ".join(f"10.0.{hop // 200}.{hop % 200}" for hop in range(300))
    return (
        *entries_of(group, _SOUND),
        *entries_of(group, _ELSEWHERE),
        *entries_of(group, _ELSEWHERE_NIGHTLY, nightly=True),
        *entries_of(group, _LAST_HOP_NIGHTLY, nightly=True),
        *entries_of(group, _LARGE_NUMBER_NIGHTLY, nightly=True),
        *entries_of(group, _MALFORMED),
        *entries_of(group, _MALFORMED_ELSEWHERE),
        *entries_of(group, _MALFORMED_NIGHTLY, nightly=True),
        *entries_of(group, _MALFORMED_ELSEWHERE_NIGHTLY, nightly=True),
        entry(group, "x-forwarded-for-300-hops", ("X-Forwarded-For", hops), nightly=True),
    )
