"""The line that sends a request again contains everything needed to reach the target."""

from __future__ import annotations

import argparse
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.run.again import again
from contracts.run.settings import Settings, add_options, read_settings
from contracts.rye import RYE

STAGING = "https://staging.api.rye.com"
KEY = "RYE/staging-Kq7Zp2Lm9XvB4tRw8YdN3sHc6JfG1uEa"


def settings_of(*arguments: str, key: str = KEY) -> Settings:
    parser = argparse.ArgumentParser()
    add_options(parser)
    return read_settings(parser.parse_args(arguments), {RYE.key_variable: key}, STAGING, RYE)


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (("--target", "sandbox"), "--target sandbox"),
        ((), "--target staging"),
        (("--target", f"{STAGING}/"), "--target staging"),
        (("--target", "http://127.0.0.1:80/a%20b"), "--target http://127.0.0.1/a%20b"),
        (
            ("--proxy", "http://me:secret@10.0.0.1:3128"),
            "--target staging --proxy http://10.0.0.1:3128",
        ),
    ],
)
def test_it_names_the_target_and_what_is_needed_to_reach_it(
    arguments: tuple[str, ...], options: str
) -> None:
    words = f"python -m contracts probe a-finding-1 {options}"
    assert again("a-finding-1", settings_of(*arguments)) == words


def test_it_names_the_folder_unless_it_is_the_usual_one() -> None:
    settings = settings_of()
    assert "--report-dir" not in again("x", replace(settings, report_dir=Path("./reports/")))
    line = again("x", replace(settings, report_dir=Path("my reports")))
    assert shlex.split(line)[-2:] == ["--report-dir", "my reports"]


def test_what_is_meant_for_production_says_so() -> None:
    flag = "--allow-production"
    assert again("x", settings_of("--target", "https://api.rye.com", flag)).endswith(f" {flag}")
    key = KEY.replace("staging", "production")
    assert again("x", settings_of(flag, key=key)).endswith(f" {flag}")
    assert flag not in again("x", settings_of(flag))
