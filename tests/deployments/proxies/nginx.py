"""nginx as its documentation shows: a plain proxy, with limits, with an authorization service."""

from __future__ import annotations

import getpass
import grp
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from contracts.run.verdict import ExitStatus
from contracts.sandbox.server import Sandbox
from tests.deployments.deployment import KEY, Deployment, Served, mistake, program
from tests.deployments.processes import Configuration, free_port, server
from tests.deployments.proxies import httpd
from tests.deployments.proxies.authorization import key_check
from tests.deployments.proxies.before import SILENT, before_app, before_sandbox, port_of

CONFIGURATION = Configuration("""
@main
daemon off;
user @user @group;
worker_processes 1;
pid nginx.pid;
error_log stderr;
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    @http
    server {
        listen 127.0.0.1:@port;
        location / {
            proxy_pass http://127.0.0.1:@upstream;
            @location
        }
        @server
    }
}
""")

CHECK = Configuration("""
location = /auth {
    internal;
    proxy_pass @check;
    proxy_pass_request_body off;
    proxy_set_header Content-Length "";
    proxy_set_header X-Original-URI $request_uri;
}
""")

LOGIN = """
error_page 401 = @login;
location @login {
    return 302 /login?next=$request_uri;
}
"""

JSON_401 = """
error_page 401 @unauthorized;
location @unauthorized {
    internal;
    default_type application/json;
    return 401 '{"name": "AuthenticationError", "message": "Invalid or missing API key"}';
}
"""


@contextmanager
def nginx(
    upstream: int,
    folder: Path,
    *,
    main: str = "",
    http: str = "",
    location: str = "",
    rules: str = "",
) -> Iterator[str]:
    """Start nginx before an API.

    Arguments:
        upstream: the API's port.
        folder: where it works.
        main: directives beside `http`.
        http: directives beside the server's.
        location: directives beside `proxy_pass`.
        rules: directives of the server.
    """
    port = free_port()
    file = folder / "nginx.conf"
    text = CONFIGURATION.substitute(
        user=getpass.getuser(),
        group=grp.getgrgid(os.getgid()).gr_name,
        port=port,
        upstream=upstream,
        main=main,
        http=http,
        location=location,
        server=rules,
    )
    file.write_text(text, "utf-8")
    command = ["nginx", "-p", str(folder), "-c", str(file), "-e", "stderr"]
    with server(command, port=port, folder=folder) as url:
        yield url


@contextmanager
def authorized(folder: Path, *, rules: str) -> Iterator[Served]:
    """Start nginx with an authorization service before an API.

    Arguments:
        folder: where both work.
        rules: what nginx makes of a refusal.
    """
    with Sandbox(key=KEY) as sandbox, key_check(folder) as check:
        rules = CHECK.substitute(check=check) + rules
        location = "auth_request /auth;"
        with nginx(port_of(sandbox), folder, location=location, rules=rules) as url:
            yield Served(url, KEY)


@contextmanager
def alone(folder: Path) -> Iterator[Served]:
    """Start nginx before nothing."""
    with nginx(free_port(), folder) as url:
        yield Served(url, KEY)


NEEDS = (program("nginx", "nginx-light"),)
limited = partial(
    nginx,
    http="limit_req_zone $binary_remote_addr zone=one:1m rate=10r/s;",
    location="limit_req zone=one burst=5 nodelay;",
)
narrow = partial(nginx, http="large_client_header_buffers 2 1k;")
caching = partial(
    nginx,
    http="proxy_cache_path cache keys_zone=one:1m;",
    location="proxy_cache one; proxy_cache_valid 200 1m;",
)

caching_anything = partial(
    nginx,
    http="proxy_cache_path cache keys_zone=one:1m;",
    location="""
        proxy_cache one;
        proxy_cache_valid any 5m;
        proxy_cache_key $uri$is_args$args;
        proxy_set_header Host $host;
    """,
)

redirecting = partial(nginx, rules="return 301 https://$host$request_uri;")

caching_refusals = partial(
    nginx,
    http="proxy_cache_path cache keys_zone=one:1m;",
    location="proxy_cache one; proxy_cache_valid 401 1s;",
)

DEPLOYMENTS = (
    Deployment("nginx", before_sandbox(nginx), NEEDS),
    Deployment("nginx-limit-req", before_sandbox(limited), NEEDS, profiles=("default",)),
    Deployment("nginx-auth-request", partial(authorized, rules=JSON_401), NEEDS),
    Deployment("nginx-small-header-buffers", before_sandbox(narrow), NEEDS),
    Deployment(
        "nginx-without-api",
        alone,
        NEEDS,
        ExitStatus.INCONCLUSIVE,
        reason="502",
        profiles=("default",),
    ),
    Deployment(
        "nginx-redirects-to-https",
        before_sandbox(redirecting),
        NEEDS,
        ExitStatus.INCONCLUSIVE,
        reason="redirects to https://",
        profiles=("default",),
    ),
    mistake(
        "nginx-before-a-broken-api",
        before_sandbox(nginx, fault="200-balance-currency-code-missing"),
        NEEDS,
        "balance-response-schema",
        quick=True,
    ),
    mistake(
        "nginx-caches-with-credentials",
        before_sandbox(caching, SILENT),
        NEEDS,
        "bad-key-is-refused",
    ),
    mistake(
        "nginx-caches-refusals",
        before_sandbox(caching_refusals, SILENT),
        NEEDS,
        "valid-key-gets-200",
    ),
    mistake(
        "nginx-caches-anything",
        before_sandbox(caching_anything, SILENT),
        NEEDS,
        "valid-key-gets-200",
    ),
    mistake(
        "nginx-caches-refusals-of-httpd",
        before_app(caching_anything, before_sandbox(httpd.httpd)),
        (*NEEDS, *httpd.NEEDS),
        "valid-key-gets-200",
    ),
    mistake("nginx-html-401", partial(authorized, rules=""), NEEDS, "content-type-is-json"),
    mistake("nginx-login", partial(authorized, rules=LOGIN), NEEDS, "refusal-is-401"),
)
