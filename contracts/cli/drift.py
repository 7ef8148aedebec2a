"""`python -m contracts drift PUBLISHED`: find where the API has moved from the pinned document."""

from __future__ import annotations

import argparse
import json
import ssl
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn
from urllib.parse import urlsplit

from contracts.cli.operations import Folder, choose, folders
from contracts.cli.parser import VERSION, VERSION_HELP
from contracts.document.pinned import pinned_file
from contracts.rye import RYE

if TYPE_CHECKING:
    from contracts.document.document import Document
    from contracts.drift.observed import Observed
    from contracts.drift.outcome import Outcome

SAME, BREAKING, COMPATIBLE, UNUSABLE, UNREACHABLE = 0, 1, 3, 4, 75
"""Exit statuses; the last is sysexits' EX_TEMPFAIL: try again later."""

_STATUS: Final = {"same": SAME, "breaking": BREAKING, "compatible": COMPATIBLE}
_REPORT: Final = Path("reports/verdict.json")
_MOST_SECONDS: Final = 300.0


class _UnusableError(Exception):
    """Arguments that can't be used; the message is one sentence."""


class _UnreachableError(Exception):
    """A published document that can't be fetched; the message is one sentence."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _UnusableError(f"{message}; see {self.prog} --help")


def main(argv: Sequence[str]) -> int:
    """Compare the published document with the pinned one and print the result.

    Arguments:
        argv: the arguments after `drift`.

    Returns:
        0 same, 1 a difference breaks clients, 3 no difference breaks clients, 75 the published
        document can't be fetched, 4 unusable arguments.
    """
    as_json = "--json" in argv
    operation = ""
    try:
        options = _parser().parse_args(argv)
        folder = _folder(options)
        operation = folder.operation
        outcome = _compare(options, folder)
    except _UnusableError as error:
        print(f"contracts drift: {error}", file=sys.stderr, flush=True)
        return UNUSABLE
    except _UnreachableError as error:
        if as_json:
            from contracts.drift.outcome import unreachable_json  # noqa: PLC0415 — not for --help

            print(json.dumps(unreachable_json(operation, str(error)), indent=1))
        else:
            print(f"unreachable: {error}", file=sys.stderr, flush=True)
        return UNREACHABLE
    print(json.dumps(outcome.to_json(), indent=1) if as_json else outcome.to_text())
    return _STATUS[outcome.word]


def _compare(options: argparse.Namespace, folder: Folder) -> Outcome:
    from contracts.document.document import Document, DocumentError  # noqa: PLC0415
    from contracts.drift.compare.operation import compare_operation  # noqa: PLC0415
    from contracts.drift.fetch import is_url  # noqa: PLC0415 — not for --help
    from contracts.drift.outcome import Outcome  # noqa: PLC0415
    from contracts.drift.sdk import Sdk, read_sdk  # noqa: PLC0415
    from contracts.drift.table import make_table  # noqa: PLC0415

    name, _, path = folder.operation.partition(" ")
    method = name.lower()
    document = pinned_file(folder.file, folder.document)
    file = Path(options.against) if options.against else _relative(document)
    try:
        pinned = Document.load(file).operation(path, method)
    except DocumentError as error:
        raise _UnusableError(f"the pinned document can't be used: {error}") from error
    observed = _observed(options.report, folder, pinned.document.sha256)
    published = _published(options, path)
    try:
        comparison = compare_operation(pinned, published)
    except (DocumentError, RecursionError) as error:
        raise _UnusableError(f"the pinned document can't be compared: {error}") from error
    if comparison.unreadable is not None and comparison.effect != "breaking":
        words = f"{published.path} can't be compared: {comparison.unreadable}"
        raise (_UnreachableError if is_url(options.published) else _UnusableError)(words)
    sdk = read_sdk(path, method, RYE.sdk) if options.sdk else Sdk("not asked")
    lines = make_table(comparison, sdk, observed)
    return Outcome(comparison, sdk, observed, tuple(lines))


def _observed(report: str | None, folder: Folder, spec_sha256: str) -> Observed:
    from contracts.drift.observed import Observed, RunError, read_observed  # noqa: PLC0415

    file = Path(report) if report is not None else _usual_report(folder)
    if report is None and not file.exists():
        return Observed(f"no run: there is no {file}")
    try:
        return read_observed(file, folder.name, folder.operation, spec_sha256)
    except RunError as error:
        if report is None:
            return Observed(f"no run: {file} can't be used, {error}")
        raise _UnusableError(f"--report {file} can't be used: {error}") from error


def _usual_report(folder: Folder) -> Path:
    """The last run's record; for a combined run, this operation's own record if there is one."""
    from contracts.drift.observed import is_of_several  # noqa: PLC0415 — not for --help

    own = _REPORT.parent / folder.name / _REPORT.name
    return own if is_of_several(_REPORT) and own.exists() else _REPORT


def _published(options: argparse.Namespace, path: str) -> Document:
    from contracts.drift.document import PublishedError, read_published  # noqa: PLC0415
    from contracts.drift.fetch import (  # noqa: PLC0415
        MOST_BYTES,
        AddressError,
        UnreachableError,
        fetch,
        is_url,
        shown,
    )

    published: str = options.published
    if not is_url(published):
        file = Path(published)
        try:
            if file.stat().st_size > MOST_BYTES:
                raise _UnusableError(f"{file} has more than {MOST_BYTES:,} bytes")
            return read_published(str(file), file.read_bytes(), path)
        except OSError as error:
            raise _UnusableError(f"{file} can't be read ({error.strerror})") from error
        except PublishedError as error:
            raise _UnusableError(f"{file} can't be used: {error}") from error
    tls = _tls_context(options.ca_file) if published.lower().startswith("https:") else None
    proxy = _checked_proxy(options.proxy)
    try:
        data = fetch(published, seconds=options.timeout, tls=tls, proxy=proxy)
        return read_published(shown(published), data, path)
    except AddressError as error:
        raise _UnusableError(f"the published document's URL can't be used: {error}") from error
    except (UnreachableError, PublishedError) as error:
        raise _UnreachableError(f"{shown(published)} gave no document: {error}") from error


def _folder(options: argparse.Namespace) -> Folder:
    """Choose the operation by `--operation`, else by the report that is named, else the default."""
    from contracts.drift.observed import name_in  # noqa: PLC0415 — not for --help

    wanted = options.operation
    if wanted is None and options.report is not None:
        known = {folder.name for folder in folders()}
        wanted = next((each for each in [name_in(Path(options.report))] if each in known), None)
    try:
        return choose(wanted)
    except ValueError as error:
        raise _UnusableError(str(error)) from error


def _relative(file: Path) -> Path:
    """The path relative to the working directory if the file is below it, else the absolute one."""
    file, here = file.resolve(), Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


def _tls_context(ca_file: str | None) -> ssl.SSLContext:
    """Make a TLS context that no environment variable affects."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if ca_file is None:
        import certifi  # noqa: PLC0415 — only https needs it

        ca_file = certifi.where()
    try:
        context.load_verify_locations(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        words = "no PEM certificates in it" if isinstance(error, ssl.SSLError) else error.strerror
        raise _UnusableError(
            f"--ca-file {ca_file} can't be used ({words}): give a PEM file with CA certificates"
        ) from error
    return context


def _checked_proxy(url: str | None) -> str | None:
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme == "http" and bool(parts.hostname) and (parts.port or 80) > 0
    except ValueError:
        usable = False
    if not usable:
        raise _UnusableError(
            "--proxy is not the URL of an HTTP proxy such as http://proxy.example:3128"
        )
    return url


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"give seconds, more than 0 and at most {_MOST_SECONDS:g}")
    return seconds


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m contracts drift",
        description="Compare the published document with the pinned one, clause by clause: exit "
        "0 same, 1 breaking, 3 compatible, 75 unreachable, 4 unusable arguments. The official "
        "SDK's models and what a run observed stand beside them and change no exit status.",
    )
    add = parser.add_argument
    add("--version", action="version", version=VERSION, help=VERSION_HELP)
    add("published", metavar="PUBLISHED", help="file or https URL: YAML, JSON or a Markdown page")
    add("--against", metavar="FILE", help="the pinned document (spec/openapi.yaml)")
    add("--operation", metavar="NAME", help="which one (the report's, or billing)")
    add("--report", metavar="FILE", help=f"verdict.json of a run ({_REPORT}, where there is one)")
    add(
        "--sdk",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="show the SDK's models, if it is installed",
    )
    add("--json", action="store_true", help="print the comparison as JSON")
    add("--ca-file", metavar="PEM", help="certificates to trust instead of the default ones")
    add("--proxy", metavar="URL", help="HTTP proxy to use; proxy variables are ignored")
    add(
        "--timeout",
        type=_seconds,
        default=30.0,
        metavar="S",
        help="seconds that the download may take in all (30)",
    )
    return parser
