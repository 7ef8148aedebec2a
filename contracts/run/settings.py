"""A run's settings, read from options, environment and profile, and validated."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contracts.http.api_profile import ApiProfile
from contracts.http.endpoint import Limits
from contracts.http.target import SettingsError, Target, select_target
from contracts.run.sign_key import read_sign_key


@dataclass(frozen=True, slots=True)
class Allowance:
    """The limits of a run.

    Arguments:
        requests: the most requests, counting every attempt.
        seconds: the longest duration, not counting time spent pacing.
        attempts: the most attempts of one probe.
        slow_attempts: the most attempts of one probe if each times out.
        backoff: seconds before the second attempt; doubled before each further one.
    """

    requests: int
    seconds: float = 100.0
    attempts: int = 4
    slow_attempts: int = 2
    backoff: float = 0.3


@dataclass(frozen=True, slots=True)
class Profile:
    """How much a run sends.

    Arguments:
        name: as in `--hypothesis-profile`.
        requests: the cap on requests, counting every attempt.
        seconds: the longest duration of a run, not counting time spent pacing.
        examples: how many random header packs Hypothesis draws for each kind of credential.
        minimising: how many requests may be spent on reducing failures.
        extended: whether every recipe, entry and query is sent alone.
        combined: the cap on requests of a combined run of several operations.
    """

    name: str
    requests: int
    seconds: float
    examples: int
    minimising: int
    extended: bool
    combined: int


SHARE = 8
"""A sample has one in so many of the probes that don't depend on the operation."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Which of the operation-independent probes are sent: odd keys, fields, queries.

    Arguments:
        share: one in so many; 0 for none.
        place: an offset, so that the samples of several operations differ.
    """

    share: int
    place: int = 0

    def has(self, number: int) -> bool:
        """Whether a probe is in the sample.

        Arguments:
            number: the probe's, counted from 0.
        """
        return self.share > 0 and (number + self.place) % self.share == 0


NOTHING_ODD = Sample(0)
"""For an operation with effects: only documented requests and refusals."""


def in_turn(names: Iterable[str], first: str) -> list[str]:
    """Return operations in the order in which a combined run tests them.

    Arguments:
        names: names of their folders.
        first: the one that comes first, if present.
    """
    return sorted(names, key=lambda name: (name != first, name))


REPORT_DIR = Path("reports")
"""The default report directory."""

BACKOFF, LOOPBACK_BACKOFF = 0.3, 0.05
"""Seconds before a second attempt; shorter on loopback, where no network has to recover."""

# Judging what spans exchanges and writing the reports take up to 20 s more, 40 s in nightly.
PROFILES = {
    "default": Profile("default", 300, 95.0, 4, 40, extended=False, combined=2000),
    "nightly": Profile("nightly", 3000, 560.0, 250, 200, extended=True, combined=20000),
}


@dataclass(frozen=True)
class Settings:
    """A run's settings."""

    target: Target
    profile: Profile
    allowance: Allowance
    limits: Limits
    report_dir: Path
    ca_file: str | None
    proxy: str | None
    fail_on_warning: bool
    sign_key: str | None = field(default=None, repr=False)


def add_options(parser: Any) -> None:
    """Add a run's options to a command's parser.

    Arguments:
        parser: an argparse parser.
    """
    add = parser.add_argument
    add("--target", metavar="TARGET", help="sandbox, staging or a base URL")
    add("--max-requests", type=int, metavar="N", help="hard cap on requests in a run")
    add("--timeout", type=float, metavar="SECONDS", help="deadline of one exchange (15)")
    add("--ca-file", metavar="PEM", help="certificates to trust instead of the default ones")
    add("--proxy", metavar="URL", help="HTTP proxy to use; proxy variables are ignored")
    add("--allow-production", action="store_true", help="permit a production host or key")


def read_settings(
    options: Any,
    environ: Mapping[str, str],
    staging_url: str,
    api: ApiProfile,
    *,
    profile: str = "default",
) -> Settings:
    """Read the settings of a run.

    Arguments:
        options: namespace with the options of `add_options`, `report_dir`, `fail_on_warning`.
        environ: the environment variables.
        staging_url: the document's server URL.
        api: the API's profile.
        profile: name of the Hypothesis profile; unknown ones are Hypothesis's own and count as
            the default.

    Raises:
        SettingsError: a setting is unusable; one sentence says what to do.
    """
    chosen = PROFILES.get(profile, PROFILES["default"])
    target = select_target(
        options.target, environ, staging_url, api, allow_production=options.allow_production
    )
    requests = chosen.requests if options.max_requests is None else options.max_requests
    if requests < 1:
        raise SettingsError(f"--max-requests is {requests}: give a number of at least 1")
    if options.timeout is not None and not 0 < options.timeout <= 300:
        seconds = f"{options.timeout:g}"
        raise SettingsError(f"--timeout is {seconds}: give seconds, more than 0 and at most 300")
    limits = Limits() if options.timeout is None else Limits.within(options.timeout)
    return Settings(
        target=target,
        profile=chosen,
        allowance=Allowance(
            requests=requests,
            seconds=chosen.seconds,
            backoff=LOOPBACK_BACKOFF if target.name == "sandbox" or target.loopback else BACKOFF,
        ),
        limits=limits,
        report_dir=Path(getattr(options, "report_dir", None) or REPORT_DIR),
        ca_file=_ca_file(options.ca_file),
        proxy=_proxy(options.proxy),
        fail_on_warning=bool(getattr(options, "fail_on_warning", False)),
        sign_key=read_sign_key(environ, getattr(options, "sign_key_env", None)),
    )


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """Return a TLS context that ignores environment variables (SSL_CERT_FILE, SSLKEYLOGFILE).

    Arguments:
        ca_file: PEM file of the certificates to trust; None for certifi's.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if ca_file is None:
        import certifi  # noqa: PLC0415 - only https needs it

        ca_file = certifi.where()
    context.load_verify_locations(cafile=ca_file)
    return context


def _ca_file(path: str | None) -> str | None:
    if path is None:
        return None
    try:
        tls_context(path)
    except (OSError, ssl.SSLError) as error:
        words = "no PEM certificates in it" if isinstance(error, ssl.SSLError) else error.strerror
        raise SettingsError(
            f"--ca-file {path} can't be used ({words}): give a PEM file with CA certificates"
        ) from error
    return path


def _proxy(url: str | None) -> str | None:
    if url is None:
        return None
    expected = "give one such as http://proxy.example:3128"
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna")
        usable = parts.scheme == "http" and bool(host) and (parts.port or 80) > 0
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(f"--proxy is not the URL of an HTTP proxy: {expected}")
    return url
