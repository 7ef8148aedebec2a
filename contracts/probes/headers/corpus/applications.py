"""Fields to which application frameworks, SDKs and gateways give a meaning of their own.

None of them is in the document, so none may change an answer.
"""

from __future__ import annotations

from contracts.http.api_profile import ApiProfile
from contracts.probes.headers.entry import Entry, Group, entries_of, filled

_SOUND = """
x-stainless-retry-count      X-Stainless-Retry-Count: abc
x-stainless-read-timeout     X-Stainless-Read-Timeout: -1
x-stainless-raw-response     X-Stainless-Raw-Response: true
idempotency-key              Idempotency-Key: 7f9c24e8
x-idempotency-key-empty      X-Idempotency-Key:
api-version                  Api-Version: 1999-01-01
x-api-version                X-Api-Version: 2
x-{slug}-api-version            X-{name}-Api-Version: 2
x-currency                   X-Currency: EUR
x-locale                     X-Locale: de_DE
x-timezone                   X-Timezone: Mars/Olympus
x-fields                     X-Fields: balance
x-format                     X-Format: xml
x-pretty                     X-Pretty: 1
x-envelope                   X-Envelope: true
key-inflection               Key-Inflection: snake
x-feature-flags              X-Feature-Flags: all
x-experimental               X-Experimental: true
x-dry-run                    X-Dry-Run: true
x-verbose                    X-Verbose: true
x-timeout                    X-Timeout: 0
x-no-compression             X-No-Compression: 1
hx-request                   HX-Request: true
x-pjax                       X-PJAX: true
x-inertia                    X-Inertia: true
rsc                          RSC: 1
next-router-state-tree       Next-Router-State-Tree: %5B%22%22
x-nextjs-data                X-NextJS-Data: 1
grpc-timeout                 grpc-timeout: 1n
soapaction                   SOAPAction: "urn:balance"
x-amz-date                   X-Amz-Date: 19700101T000000Z
signature                    Signature: sig1=:junk=:
retry-after                  Retry-After: 1
"""

_RESPONSE_FIELDS = """
response-status              Status: 500
response-location            Location: /elsewhere
response-set-cookie          Set-Cookie: a=b; Path=/
response-etag                ETag: "abc"
response-www-authenticate    WWW-Authenticate: Bearer
response-cors                Access-Control-Allow-Origin: *
response-cache               X-Cache: HIT
"""

_NIGHTLY = """
x-no-envelope                X-No-Envelope: true
x-log-level                  X-Log-Level: trace
x-app-version                X-App-Version: NaN
x-device-id                  X-Device-Id: 0
turbo-frame                  Turbo-Frame: main
x-grpc-web                   X-Grpc-Web: 1
depth                        Depth: infinity
destination                  Destination: /elsewhere
x-amz-target                 X-Amz-Target: Billing.GetBalance
x-hub-signature              X-Hub-Signature-256: sha256=00
want-content-digest          Want-Content-Digest: sha-256=1
x-client-version             X-Client-Version: 0.0.0
x-stainless-lang             X-Stainless-Lang: python
x-cache-bypass               X-Cache-Bypass: 1
x-platform                   X-Platform: ios
response-age                 Age: 99
response-vary                Vary: *
response-warning             Warning: 199 - "odd"
response-rate-limit          RateLimit: "default";r=0;t=60
response-csp                 Content-Security-Policy: default-src 'none'
"""


def entries(api: ApiProfile) -> tuple[Entry, ...]:
    """Return the entries about applications, and response fields sent in a request.

    Arguments:
        api: the API.
    """
    group = Group.APPLICATION
    return (
        *entries_of(group, filled(_SOUND, api)),
        *entries_of(group, _RESPONSE_FIELDS),
        *entries_of(group, _NIGHTLY, nightly=True),
    )
