"""Fields by which gateways tell services whom to trust; from outside they must have no effect."""

from __future__ import annotations

from contracts.http.api_profile import ApiProfile
from contracts.probes.headers.entry import Entry, Group, entries_of, filled
from contracts.probes.headers.permitted import NO_SUCH_PATH

_ADDRESSES = """
x-forwarded-for-loopback     X-Forwarded-For: 127.0.0.1
x-real-ip-loopback           X-Real-IP: 127.0.0.1
x-client-ip-loopback         X-Client-IP: 127.0.0.1
client-ip-loopback           Client-IP: 127.0.0.1
x-originating-ip-loopback    X-Originating-IP: 127.0.0.1
x-remote-ip-loopback         X-Remote-IP: 127.0.0.1
x-remote-addr-loopback       X-Remote-Addr: 127.0.0.1
x-cluster-client-ip-loopback X-Cluster-Client-IP: 127.0.0.1
x-envoy-external-address     X-Envoy-External-Address: 127.0.0.1
forwarded-loopback           Forwarded: for=127.0.0.1;host=localhost;proto=https;by=127.0.0.1
{slug}-shopper-ip-loopback      {name}-Shopper-IP: 127.0.0.1
"""

# Addresses of a proxy in a private network: two for each of the most widely read fields.
_PRIVATE = """
x-forwarded-for-private      X-Forwarded-For: 10.0.0.1
x-real-ip-private            X-Real-IP: 192.168.1.1
x-client-ip-private          X-Client-IP: 10.0.0.1
x-forwarded-for-private-too  X-Forwarded-For: 192.168.1.1
x-real-ip-private-too        X-Real-IP: 10.0.0.1
x-client-ip-private-too      X-Client-IP: 192.168.1.1
"""

# Edges overwrite these or refuse their sender: in packs of their own they are isolated quickly.
_EDGE = """
true-client-ip-loopback      True-Client-IP: 127.0.0.1
cf-connecting-ip-loopback    CF-Connecting-IP: 127.0.0.1
fastly-client-ip-loopback    Fastly-Client-IP: 127.0.0.1
x-azure-clientip-loopback    X-Azure-ClientIP: 127.0.0.1
x-appengine-user-ip-loopback X-AppEngine-User-IP: 127.0.0.1
"""

_USERS = """
x-forwarded-user             X-Forwarded-User: admin
remote-user                  Remote-User: admin
x-remote-user                X-Remote-User: admin
x-user                       X-User: admin
x-user-id                    X-User-Id: 1
x-user-role                  X-User-Role: admin
x-authenticated-user         X-Authenticated-User: admin
x-auth-user                  X-Auth-User: admin
x-webauth-user               X-WEBAUTH-USER: admin
x-forwarded-email            X-Forwarded-Email: dev@{domain}
x-consumer-id                X-Consumer-Id: 1
x-credential-identifier      X-Credential-Identifier: admin
x-anonymous-consumer         X-Anonymous-Consumer: true
x-amzn-oidc-identity         X-Amzn-Oidc-Identity: admin
x-impersonate-user           X-Impersonate-User: admin
x-role                       X-Role: admin
x-scope                      X-Scope: {scope}
x-tenant-id                  X-Tenant-Id: 1
x-account-id                 X-Account-Id: 1
x-organization-id            X-Organization-Id: 1
x-developer-id               X-Developer-Id: 1
x-{slug}-developer-id           X-{name}-Developer-Id: 1
"""

_FLAGS = """
x-internal                   X-Internal: true
x-internal-request           X-Internal-Request: 1
x-envoy-internal             X-Envoy-Internal: true
x-{slug}-internal               X-{name}-Internal: true
x-debug                      X-Debug: true
x-admin                      X-Admin: true
x-is-admin                   X-Is-Admin: true
x-test                       X-Test: true
x-bypass                     X-Bypass: true
x-skip-auth                  X-Skip-Auth: true
x-no-auth                    X-No-Auth: true
x-authenticated              X-Authenticated: true
x-health-check               X-Health-Check: 1
x-mock                       X-Mock: true
x-environment                X-Environment: development
x-{slug}-environment            X-{name}-Environment: development
"""

_KEYS = """
x-api-key                    X-Api-Key: junk
api-key                      Api-Key: junk
x-{slug}-api-key                X-{name}-Api-Key: junk
{slug}-api-key                  {name}-Api-Key: junk
x-auth-token                 X-Auth-Token: junk
x-access-token               X-Access-Token: junk
x-authorization              X-Authorization: Bearer junk
x-forwarded-authorization    X-Forwarded-Authorization: Bearer junk
proxy-authorization          Proxy-Authorization: Basic anVuazpqdW5r
x-session-id                 X-Session-Id: junk
x-goog-iap-jwt-assertion     X-Goog-IAP-JWT-Assertion: a.b.c
"""

_CERTIFICATES = """
x-forwarded-client-cert      X-Forwarded-Client-Cert: By=spiffe://a/b;Hash=00;URI=spiffe://a/c
x-ssl-client-verify          X-SSL-Client-Verify: SUCCESS
x-ssl-client-s-dn            X-SSL-Client-S-DN: CN=admin
"""

# A pack has room for one Cookie and one User-Agent, so these spread over many packs.
_SINGLE = """
cookie-session               Cookie: session=admin
cookie-token                 Cookie: token=admin
user-agent-kube-probe        User-Agent: kube-probe/1.29 GoogleHC/1.0
user-agent-elb               User-Agent: ELB-HealthChecker/2.0
"""

_OVERRIDES = """
method-override-options      X-HTTP-Method-Override: OPTIONS
method-override-head         X-HTTP-Method-Override: HEAD
x-http-method-options        X-HTTP-Method: OPTIONS
x-method-override-head       X-Method-Override: HEAD
x-original-method-options    X-Original-Method: OPTIONS
x-forwarded-method-options   X-Forwarded-Method: OPTIONS
middleware-subrequest        X-Middleware-Subrequest: middleware:middleware:middleware
"""

# The middleware of Next.js gives up after five of these (CVE-2025-29927).
_FIVE_TIMES = ":".join(["middleware"] * 5)

_OVERRIDES_NIGHTLY = f"""
method-override-get          X-HTTP-Method-Override: GET
method-override-lower-case   X-HTTP-Method-Override: head
middleware-subrequest-five   X-Middleware-Subrequest: {_FIVE_TIMES}
middleware-subrequest-src    X-Middleware-Subrequest: src/middleware:src/middleware:src/middleware
"""

_NIGHTLY = """
x-custom-ip-authorization    X-Custom-IP-Authorization: 127.0.0.1
x-proxyuser-ip-loopback      X-ProxyUser-IP: 127.0.0.1
cookie-both                  Cookie: session=admin; token=admin; access_token=junk; auth=1
x-goog-authenticated-user    X-Goog-Authenticated-User-Email: accounts.google.com:dev@{domain}
x-ms-client-principal-name   X-MS-Client-Principal-Name: admin
x-amzn-oidc-data             X-Amzn-Oidc-Data: a.b.c
x-ms-client-principal        X-MS-Client-Principal: e30=
x-csrf-token                 X-CSRF-Token: junk
ssl-client-verify            SSL-Client-Verify: SUCCESS
x-client-cert                X-Client-Cert: junk
x-consumer-username          X-Consumer-Username: admin
x-auth-request-user          X-Auth-Request-User: admin
x-original-authorization     X-Original-Authorization: Bearer junk
token                        Token: junk
x-authenticated-userid       X-Authenticated-UserId: 1
user-agent-google-hc         User-Agent: GoogleHC/1.0
"""


def entries(api: ApiProfile, host: str, path: str) -> tuple[Entry, ...]:
    """Return the entries that a careless service trusts as coming from another service.

    Arguments:
        api: the API.
        host: the target's own host and port.
        path: the operation's path.
    """
    own = f"""
        origin-own-host      Origin: https://{host}
        referer-own-host     Referer: https://{host}{path}
    """
    # Two fields that the previous pack already has.
    sibling = f"""
        origin-sibling       Origin: https://localhost.{api.domain}
        referer-sibling      Referer: https://localhost.{api.domain}/
    """
    rewrites = f"""
        x-original-url       X-Original-URL: {path}
        x-rewrite-url        X-Rewrite-URL: {path}
        x-original-uri       X-Original-URI: {path}
        x-forwarded-uri      X-Forwarded-Uri: {path}
        x-forwarded-prefix   X-Forwarded-Prefix: /
        x-original-url-elsewhere  X-Original-URL: {NO_SUCH_PATH}
        x-rewrite-url-elsewhere   X-Rewrite-URL: {NO_SUCH_PATH}
    """
    trust = Group.TRUST
    return (
        *entries_of(trust, filled(_ADDRESSES, api)),
        *entries_of(trust, _PRIVATE),
        *entries_of(trust, _SINGLE),
        *entries_of(trust, filled(_FLAGS, api)),
        *entries_of(trust, filled(_USERS, api)),
        *entries_of(trust, filled(_KEYS, api)),
        *entries_of(trust, _CERTIFICATES),
        *entries_of(trust, own),
        *entries_of(trust, sibling),
        *entries_of(trust, filled(_NIGHTLY, api), nightly=True),
        *entries_of(Group.FORWARDING, _OVERRIDES),
        *entries_of(Group.FORWARDING, rewrites),
        *entries_of(Group.FORWARDING, _EDGE),
        *entries_of(Group.FORWARDING, _OVERRIDES_NIGHTLY, nightly=True),
    )
