"""The suite is right about software that none of us wrote.

A few deployments run always, all of them with CONTRACTS_DEPLOYMENTS=all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.rye import RYE
from tests.deployments.deployment import Deployment
from tests.deployments.registry import DEPLOYMENTS
from tests.support import Result, environment, start_suite

EVERYTHING = os.environ.get("CONTRACTS_DEPLOYMENTS") == "all"

PATIENCE = 600
"""Seconds after which a run counts as hung: a server may ask to be left alone for a while."""

SEED = ("--hypothesis-seed=1",)
"""A test that fails fails again; what other seeds would find is for test_fields.py to say."""

MOST_WARNINGS = 3
"""That a deployment may earn which conforms: more are noise, however true."""


def cases() -> Iterator[pytest.param]:
    """Each deployment with each profile that it is to be run with."""
    for deployment in DEPLOYMENTS:
        for profile in deployment.profiles:
            if EVERYTHING or (deployment.quick and profile == "default"):
                yield pytest.param(deployment, profile, id=f"{deployment.name}-{profile}")


def skip_without_software(deployment: Deployment) -> None:
    """Skip a test, and say how what is missing is had."""
    missing = deployment.missing()
    if missing:
        pytest.skip("; ".join(f"{what} is missing ({cure})" for what, cure in missing))


def run(deployment: Deployment, profile: str, folder: Path) -> Result:
    """Run the suite against a deployment, as people do."""
    reports, workplace = folder / "reports", folder / "server"
    workplace.mkdir()
    options = () if profile == "default" else (f"--hypothesis-profile={profile}",)
    with deployment.start(workplace) as served:
        env = environment(**{RYE.key_variable: served.key})
        process = start_suite(reports, "--target", served.url, *SEED, *options, env=env)
        try:
            output, _ = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    return Result(process.returncode, output, reports)


@pytest.mark.parametrize(("deployment", "profile"), list(cases()))
def test_the_verdict_is_right(deployment: Deployment, profile: str, tmp_path: Path) -> None:
    skip_without_software(deployment)
    result = run(deployment, profile, tmp_path)
    assert result.status == deployment.status, result.output
    assert deployment.reason in result.record["reason"]
    if deployment.broken:
        assert deployment.broken in requirements(result, "fail"), result.output
    else:
        assert len(requirements(result, "warn")) <= MOST_WARNINGS, result.output


def requirements(result: Result, verdict: str) -> set[str]:
    """The requirements that a run judged so."""
    return {r["id"] for r in result.record["requirements"] if r["verdict"] == verdict}
