"""The pinned releases, newest and oldest: each promise about a direct dependency is tested."""

from __future__ import annotations

import configparser
import tomllib
from collections.abc import Iterator

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

from tests.support import ROOT

EXTRAS = {"test", "lint"}
"""What is installed with the suite to test it."""
OLDEST = "constraints-lowest.txt"
VERSIONS = "testenv:versions-{lowest,py312,py313,py314}"
"""Where the oldest releases are tried, and the newer Pythons."""


def pins(name: str = "constraints.txt") -> dict[str, Version]:
    found = {}
    for line in (ROOT / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, version = line.split("==")
            assert canonical(name) not in found, name
            found[canonical(name)] = Version(version)
    return found


def direct(wanted: set[str] = EXTRAS) -> Iterator[Requirement]:
    file = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = file["project"]
    extras = map(project["optional-dependencies"].get, sorted(wanted))
    for group in (file["build-system"]["requires"], project["dependencies"], *extras):
        yield from map(Requirement, group)


def canonical(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


@pytest.mark.parametrize("requirement", list(direct()), ids=str)
def test_a_dependency_is_pinned_within_its_range(requirement: Requirement) -> None:
    assert pins()[canonical(requirement.name)] in requirement.specifier


def bound(requirement: Requirement) -> Version:
    """The oldest release that a requirement promises to work with; it has to promise one."""
    [specifier] = requirement.specifier
    assert specifier.operator == ">=", requirement
    return Version(specifier.version)


@pytest.mark.parametrize("requirement", list(direct({"test"})), ids=str)
def test_the_oldest_that_is_promised_is_tried(requirement: Requirement) -> None:
    assert pins(OLDEST)[canonical(requirement.name)] == bound(requirement)


def test_every_dependency_has_a_bound() -> None:
    assert all(bound(requirement) for requirement in direct())


@pytest.mark.parametrize("name", ["nightly", "pull-request", "release-gate"])
def test_workflows_install_what_is_pinned(name: str) -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows" / f"{name}.yml").read_text("utf-8"))
    installs = [
        step["run"]
        for job in workflow["jobs"].values()
        for step in job["steps"]
        if "pip install" in step.get("run", "")
    ]
    assert installs
    assert all("--constraint constraints.txt" in each for each in installs)


def test_continuous_integration_installs_what_is_pinned() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert script.index("export PIP_CONSTRAINT=") < script.index("pip install")


def test_tox_installs_what_is_pinned() -> None:
    """An environment with a `set_env` of its own must take the common one over."""
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini", "utf-8")
    pinned = "PIP_CONSTRAINT = constraints.txt"
    assert all(pinned in tox[name]["set_env"] for name in ("testenv", "pkgenv"))
    assert f"lowest: PIP_CONSTRAINT = {OLDEST}" in tox[VERSIONS]["set_env"]
    own = {name: tox[name]["set_env"] for name in tox.sections() if "set_env" in tox[name]}
    anew = {name for name, value in own.items() if "{[testenv]set_env}" not in value}
    assert anew == {"testenv", "pkgenv"}
