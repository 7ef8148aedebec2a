"""An authorization service that a proxy asks: 204 for the one key, 401 for all else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.deployments.deployment import KEY, KEY_VARIABLE
from tests.deployments.processes import free_port, server
from tests.support import ROOT

REFUSAL = {"name": "AuthenticationError", "message": "Invalid or missing API key"}


async def answer(request: Request) -> Response:
    """Answer a proxy that asks about a request."""
    if request.headers.getlist("authorization") == [f"Bearer {os.environ[KEY_VARIABLE]}"]:
        return Response(status_code=204)
    return JSONResponse(REFUSAL, 401, {"WWW-Authenticate": "Bearer"})


app = Starlette(routes=[Route("/{path:path}", answer)])


@contextmanager
def key_check(folder: Path) -> Iterator[str]:
    """Start the service; gives its base URL.

    Arguments:
        folder: where its output goes.
    """
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--port", str(port), f"{__name__}:app"]
    with server(
        command, port=port, folder=folder, env={"PYTHONPATH": str(ROOT), KEY_VARIABLE: KEY}
    ) as url:
        yield url
