"""The suite is right about software that none of us wrote.

A few deployments run always, all of them with CONTRACTS_DEPLOYMENTS=all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.http.target import KEY_VARIABLE
from tests.deployments.deployment import Deployment
from tests.deployments.registry import DEPLOYMENTS
from tests.support import Result, end_of, environment, start_suite


def cases() -> Iterator[pytest.param]:
    """Each deployment with each profile that it is to be run with."""
    everything = os.environ.get("CONTRACTS_DEPLOYMENTS") == "all"
    for deployment in DEPLOYMENTS:
        for profile in deployment.profiles:
            if everything or (deployment.quick and profile == "default"):
                yield pytest.param(deployment, profile, id=f"{deployment.name}-{profile}")


def run(deployment: Deployment, profile: str, folder: Path) -> Result:
    """Run the suite against a deployment, as people do."""
    reports, workplace = folder / "reports", folder / "server"
    workplace.mkdir()
    options = () if profile == "default" else (f"--hypothesis-profile={profile}",)
    with deployment.start(workplace) as served:
        env = environment(**{KEY_VARIABLE: served.key})
        return end_of(start_suite(reports, "--target", served.url, *options, env=env), reports)


@pytest.mark.parametrize(("deployment", "profile"), list(cases()))
def test_the_verdict_is_right(deployment: Deployment, profile: str, tmp_path: Path) -> None:
    missing = deployment.missing()
    if missing:
        pytest.skip("; ".join(f"{what} is missing ({cure})" for what, cure in missing))
    result = run(deployment, profile, tmp_path)
    assert result.status == deployment.status, result.output
    assert deployment.reason in result.record["reason"]
    broken = {r["id"] for r in result.record["requirements"] if r["verdict"] == "fail"}
    assert deployment.broken is None or deployment.broken in broken, result.output
