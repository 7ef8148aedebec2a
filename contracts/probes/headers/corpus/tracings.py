"""Fields that observability agents parse before the service sees the request."""

from __future__ import annotations

from contracts.probes.headers.entry import Entry, Group, entries_of, entry

_TRACE = "0af7651916cd43dd8448eb211c80319c"
_SPAN = "b7ad6b7169203331"

_SOUND = f"""
traceparent                  traceparent: 00-{_TRACE}-{_SPAN}-01
traceparent-later-version    traceparent: cc-{_TRACE}-{_SPAN}-01-what-the-future-brings
tracestate                   tracestate: rojo=00f067aa0ba902b7,congo=t61rcWkgMzE
baggage                      baggage: userId=alice,serverNode=DF%2028;prop=1
x-request-id-uuid            X-Request-Id: 7f9c24e8-3b12-4fef-91e0-7c6e8c2f5b11
x-request-id-odd             X-Request-Id: not a uuid / at all?
x-correlation-id             X-Correlation-Id: 1
b3-single-deny               b3: 0
x-b3-traceid                 X-B3-TraceId: {_TRACE}
x-b3-traceid-junk            X-B3-TraceId: zzzz
x-b3-spanid-junk             X-B3-SpanId: -1
uber-trace-id                uber-trace-id: {_TRACE}:{_SPAN}:0:1
uber-trace-id-junk           uber-trace-id: :::
x-cloud-trace-context        X-Cloud-Trace-Context: {_TRACE}/1;o=1
x-cloud-trace-context-junk   X-Cloud-Trace-Context: //;o=
x-amzn-trace-id              X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678;Sampled=1
x-amzn-trace-id-junk         X-Amzn-Trace-Id: Root=;Self=;Sampled=?
sentry-trace                 sentry-trace: {_TRACE}-{_SPAN}-1
sentry-trace-junk            sentry-trace: --
x-datadog-trace-id-junk      x-datadog-trace-id: -1e9
x-datadog-parent-id-junk     x-datadog-parent-id: abc
x-datadog-tags-junk          x-datadog-tags: =,_dd.p.=
newrelic-junk                newrelic: not-base-64!
elastic-apm-traceparent-junk elastic-apm-traceparent: 00-0-0-0
grpc-trace-bin-junk          grpc-trace-bin: AA
x-trace-id-empty             X-Trace-Id:
"""

_MALFORMED = """
traceparent-malformed        traceparent: 00-xyz-01
tracestate-malformed         tracestate: =,@,a
baggage-malformed            baggage: =;=,,"
"""

_MALFORMED_NIGHTLY = f"""
traceparent-empty            traceparent:
traceparent-version-ff       traceparent: ff-{_TRACE}-{_SPAN}-01
traceparent-upper-case       traceparent: 00-{_TRACE.upper()}-{_SPAN}-01
traceparent-too-long         traceparent: 00-{_TRACE}-{_SPAN}-01-more
tracestate-upper-case        tracestate: ROJO=1
baggage-empty                baggage:
traceparent-all-zero         traceparent: 00-{"0" * 32}-{"0" * 16}-00
"""

_SOUND_NIGHTLY = """
request-id-microsoft         Request-Id: |4bf92f3577b34da6a3ce929d0e0e4736.1.
correlation-context          Correlation-Context: a=b,c
uberctx                      uberctx-key: value
x-b3-flags                   X-B3-Flags: 1
x-instana-t-junk             X-INSTANA-T: xyz
x-ot-span-context            x-ot-span-context: junk
x-dynatrace-junk             X-dynaTrace: FW4;0;0
x-datadog-sampling           x-datadog-sampling-priority: 99
x-datadog-trace-id           x-datadog-trace-id: 18446744073709551615
b3-single-junk               b3: --
x-b3-sampled-junk            X-B3-Sampled: perhaps
"""


def entries() -> tuple[Entry, ...]:
    """Return the entries about distributed tracing and request ids."""
    group = Group.TRACING
    states = ",".join(f"k{number}=v" for number in range(33))
    return (
        *entries_of(group, _SOUND),
        *entries_of(group, _MALFORMED),
        *entries_of(group, _SOUND_NIGHTLY, nightly=True),
        *entries_of(group, _MALFORMED_NIGHTLY, nightly=True),
        entry(group, "tracestate-33-members", ("tracestate", states), nightly=True),
        entry(
            group,
            "traceparent-twice",
            ("traceparent", f"00-{_TRACE}-{_SPAN}-01"),
            ("traceparent", f"00-{_SPAN}{_SPAN}-{_SPAN}-00"),
            nightly=True,
        ),
    )
