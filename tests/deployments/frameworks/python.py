"""FastAPI on three ASGI servers, and Django on gunicorn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from contracts.run.verdict import ExitStatus
from tests.deployments.deployment import KEY, KEY_VARIABLE, Deployment, Missing, Served, mistake
from tests.deployments.processes import free_port, server
from tests.support import ROOT

APPS = ROOT / "tests" / "deployments" / "python"
PYTHON = ROOT / ".venv-deployments" / "bin" / "python"
"""Frameworks have dependencies of their own, which are not to meet the suite's."""

INSTALL = (
    f"python3 -m venv {PYTHON.parents[1].name} && "
    f"{PYTHON.parent.relative_to(ROOT)}/pip install -r tests/deployments/requirements.txt"
)


def installed() -> Missing | None:
    """Need the virtual environment with the frameworks."""
    return None if PYTHON.exists() else Missing("the environment of the frameworks", INSTALL)


def python_server(
    command: Callable[[int], list[str]], **variables: str
) -> Callable[[Path], AbstractContextManager[Served]]:
    """Serve an application of the folder of apps.

    Arguments:
        command: modules and options that serve it on a port.
        variables: of the environment.
    """

    @contextmanager
    def start(folder: Path) -> Iterator[Served]:
        port = free_port()
        env = {**variables, KEY_VARIABLE: KEY, "PYTHONPATH": str(APPS)}
        with server([str(PYTHON), "-m", *command(port)], port=port, folder=folder, env=env) as url:
            yield Served(url, KEY)

    return start


def uvicorn(app: str):
    return python_server(lambda port: ["uvicorn", "--port", str(port), f"fastapi_app:{app}"])


def hypercorn(app: str):
    bind = "127.0.0.1:{}"
    return python_server(lambda port: ["hypercorn", "-b", bind.format(port), f"fastapi_app:{app}"])


def daphne(app: str):
    return python_server(lambda port: ["daphne", "-p", str(port), f"fastapi_app:{app}"])


def gunicorn(view: str):
    return python_server(
        lambda port: ["gunicorn", "-b", f"127.0.0.1:{port}", "django_app"], DJANGO_VIEW=view
    )


NEEDS = (installed,)

DEPLOYMENTS = (
    Deployment("fastapi-uvicorn", uvicorn("conforming"), NEEDS),
    Deployment("fastapi-untrimmed", uvicorn("untrimmed"), NEEDS),
    Deployment("fastapi-hypercorn", hypercorn("conforming"), NEEDS),
    Deployment("fastapi-daphne", daphne("conforming"), NEEDS),
    Deployment(
        "fastapi-revoked",
        uvicorn("revoked"),
        NEEDS,
        ExitStatus.INCONCLUSIVE,
        reason="stopped working",
        profiles=("default",),
    ),
    mistake("fastapi-detail", uvicorn("detail"), NEEDS, "authentication-error-schema"),
    mistake("fastapi-required-header", uvicorn("required_header"), NEEDS, "refusal-is-401"),
    mistake("fastapi-text-comparison", uvicorn("text_comparison"), NEEDS, "no-server-error"),
    Deployment("django-gunicorn", gunicorn("conforming"), NEEDS),
    mistake("django-permission-denied", gunicorn("permission_denied"), NEEDS, "refusal-is-401"),
    mistake("django-login", gunicorn("login"), NEEDS, "refusal-is-401"),
    mistake("django-lstrip", gunicorn("lstrip"), NEEDS, "bad-key-is-refused"),
    mistake("django-words", gunicorn("words"), NEEDS, "bad-key-is-refused"),
    mistake("django-sql", gunicorn("sql"), NEEDS, "bad-key-is-refused"),
    mistake("django-split", gunicorn("split"), NEEDS, "no-server-error"),
    mistake("django-cached", gunicorn("cached_balance"), NEEDS, "bad-key-is-refused"),
)
