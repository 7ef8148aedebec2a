"""ModSecurity with the OWASP Core Rule Set, in Apache httpd and in nginx, as Debian packages them.

Paranoia level 1 and the threshold of 5, which is what the package starts with.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.deployments.deployment import Deployment, Missing, Need, Served, mistake
from tests.deployments.frameworks import python
from tests.deployments.processes import HOST, Configuration
from tests.deployments.proxies import httpd, nginx
from tests.deployments.proxies.before import Start, before_app, before_sandbox

HTTPD_MODULE = Path("/usr/lib/apache2/modules/mod_security2.so")
NGINX_MODULE = Path("/usr/lib/nginx/modules/ngx_http_modsecurity_module.so")
RULES = Path("/usr/share/modsecurity-crs/owasp-crs.load")

HTTPD = Configuration("""
LoadModule unique_id_module /usr/lib/apache2/modules/mod_unique_id.so
LoadModule security2_module @module
Include /etc/modsecurity/modsecurity.conf-recommended
SecRuleEngine On
SecAuditLog @folder/modsec_audit.log
@more
Include @rules
""")

NGINX = Configuration("""
Include /etc/nginx/modsecurity.conf
SecRuleEngine On
SecAuditLog @folder/modsec_audit.log
@rules
""")


@contextmanager
def in_httpd(upstream: int, folder: Path, more: str = "") -> Iterator[str]:
    """Start Apache httpd with the rules, and maybe with more directives, before an API."""
    rules = HTTPD.substitute(module=HTTPD_MODULE, folder=folder, rules=RULES, more=more)
    with httpd.httpd(upstream, folder, rules=rules) as url:
        yield url


@contextmanager
def in_nginx(upstream: int, folder: Path) -> Iterator[str]:
    """Start nginx with the rules before an API; README.Debian has IncludeOptional replaced."""
    file = folder / "modsecurity_includes.conf"
    rules = RULES.read_text("utf-8").replace("IncludeOptional", "Include")
    file.write_text(NGINX.substitute(folder=folder, rules=rules), "utf-8")
    main = f"load_module {NGINX_MODULE};"
    http = f"modsecurity on; modsecurity_rules_file {file};"
    with nginx.nginx(upstream, folder, main=main, http=http) as url:
        yield url


def by_name(start: Start) -> Start:
    """Ask a deployment by its name, since the rules count a numeric host against a request."""

    @contextmanager
    def named(folder: Path) -> Iterator[Served]:
        with start(folder) as served:
            yield served._replace(url=served.url.replace(HOST, "localhost"))

    return named


def file_of(path: Path, package: str) -> Need:
    """Need a file from one of Debian's packages."""

    def need() -> Missing | None:
        return None if path.exists() else Missing(str(path), f"apt-get install {package}")

    return need


HTTPD_NEEDS = (
    *httpd.NEEDS,
    file_of(HTTPD_MODULE, "libapache2-mod-security2"),
    file_of(RULES, "modsecurity-crs"),
)
NGINX_NEEDS = (
    *nginx.NEEDS,
    file_of(NGINX_MODULE, "libnginx-mod-http-modsecurity"),
    file_of(RULES, "modsecurity-crs"),
)

DEPLOYMENTS = (
    Deployment(
        "httpd-core-rule-set",
        by_name(before_sandbox(partial(in_httpd, more="SecRequestBodyAccess Off"))),
        HTTPD_NEEDS,
    ),
    # ModSecurity 2 makes a 500 of content that it can't parse (its issue 2807).
    mistake(
        "httpd-core-rule-set-reads-content",
        by_name(before_sandbox(in_httpd)),
        HTTPD_NEEDS,
        "no-server-error",
    ),
    Deployment("nginx-core-rule-set", by_name(before_sandbox(in_nginx)), NGINX_NEEDS),
    mistake(
        "httpd-core-rule-set-before-a-broken-api",
        by_name(before_app(in_httpd, python.gunicorn("unparseable"))),
        (*HTTPD_NEEDS, *python.NEEDS),
        "refusal-is-401",
    ),
    mistake(
        "nginx-caches-refusals-of-core-rule-set",
        by_name(before_app(nginx.caching_anything, before_sandbox(in_httpd))),
        HTTPD_NEEDS + nginx.NEEDS,
        "valid-key-gets-200",
    ),
)
