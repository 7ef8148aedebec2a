"""All deployments."""

from __future__ import annotations

from tests.deployments.frameworks import node, python
from tests.deployments.proxies import (
    caddy,
    core_rule_set,
    haproxy,
    httpd,
    lighttpd,
    nginx,
    squid,
    varnish,
)

DEPLOYMENTS = (
    *nginx.DEPLOYMENTS,
    *haproxy.DEPLOYMENTS,
    *httpd.DEPLOYMENTS,
    *lighttpd.DEPLOYMENTS,
    *squid.DEPLOYMENTS,
    *varnish.DEPLOYMENTS,
    *caddy.DEPLOYMENTS,
    *core_rule_set.DEPLOYMENTS,
    *python.DEPLOYMENTS,
    *node.DEPLOYMENTS,
)
