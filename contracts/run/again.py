"""The command that repeats a finding's request, the same wherever the finding is shown."""

from __future__ import annotations

import shlex
from urllib.parse import urlsplit

from contracts.http.target import PRODUCTION_FLAG
from contracts.run.settings import REPORT_DIR, Settings


def again(name: str, settings: Settings) -> str:
    """Return the command that repeats a request, to be pasted into a shell in the checkout.

    It names the target and the options needed to reach it, without a proxy's credentials.

    Arguments:
        name: id of a finding, or name of a probe.
        settings: the run's settings.
    """
    target = settings.target
    words = ["python", "-m", "contracts", "probe", name, "--target", target.name]
    if settings.report_dir != REPORT_DIR:
        words += ["--report-dir", str(settings.report_dir)]
    if settings.ca_file is not None:
        words += ["--ca-file", settings.ca_file]
    if settings.proxy is not None:
        parts = urlsplit(settings.proxy)
        words += ["--proxy", parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()]
    if target.is_production:
        words.append(PRODUCTION_FLAG)
    return shlex.join(words)
