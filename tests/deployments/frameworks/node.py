"""express with tsoa, and fastify with its compression."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.deployments.deployment import (
    KEY,
    KEY_VARIABLE,
    Deployment,
    Missing,
    Served,
    mistake,
    program,
)
from tests.deployments.processes import free_port, server
from tests.support import ROOT

APPS = ROOT / "tests" / "deployments" / "node"
TSOA = APPS / "tsoa" / "build" / "app.js"
FASTIFY = APPS / "fastify.js"
INSTALL = f"npm install --no-package-lock --prefix {APPS.relative_to(ROOT)}"


def installed() -> Missing | None:
    """Need the frameworks, and the application that tsoa and TypeScript have built."""
    there = TSOA.exists() and (APPS / "node_modules" / "fastify").exists()
    return None if there else Missing("what npm installs for the deployments", INSTALL)


def node(app: Path, wrong: str = "") -> Callable[[Path], AbstractContextManager[Served]]:
    """Serve an application.

    Arguments:
        app: the script.
        wrong: the mistake that it is to make.
    """

    @contextmanager
    def start(folder: Path) -> Iterator[Served]:
        port = free_port()
        env = {KEY_VARIABLE: KEY, "PORT": str(port), "MISTAKE": wrong}
        env["NODE_ENV"] = "development" if wrong else "production"
        with server(["node", str(app)], port=port, folder=folder, env=env) as url:
            yield Served(url, KEY)

    return start


NEEDS = (program("node", "nodejs"), installed)

DEPLOYMENTS = (
    Deployment("tsoa", node(TSOA), NEEDS, quick=True),
    mistake("tsoa-spread-error", node(TSOA, "spread"), NEEDS, "authentication-error-schema"),
    mistake(
        "tsoa-stringified-error", node(TSOA, "stringify"), NEEDS, "authentication-error-schema"
    ),
    mistake("tsoa-no-handler", node(TSOA, "no-handler"), NEEDS, "content-type-is-json"),
    mistake("tsoa-reads-claims", node(TSOA, "jwt"), NEEDS, "content-type-is-json"),
    mistake("tsoa-reads-a-limit", node(TSOA, "bigint"), NEEDS, "no-server-error"),
    mistake("tsoa-trusts-addresses", node(TSOA, "addresses"), NEEDS, "bad-key-is-refused"),
    mistake("tsoa-dies-and-is-restarted", node(TSOA, "crash"), NEEDS, "no-server-error"),
    Deployment("fastify", node(FASTIFY), NEEDS),
    mistake("fastify-thrown", node(FASTIFY, "thrown"), NEEDS, "authentication-error-schema"),
    mistake(
        "fastify-bearer-auth", node(FASTIFY, "bearer-auth"), NEEDS, "authentication-error-schema"
    ),
    mistake("fastify-split", node(FASTIFY, "split"), NEEDS, "no-server-error"),
)
