"""One session: the settings, the sandbox if it is the target, and the run."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import partial
from platform import platform
from typing import TYPE_CHECKING, Any

from contracts import __version__
from contracts.document.catalogue import Catalogue
from contracts.http.api_key import Key
from contracts.http.target import SettingsError, Target
from contracts.http.transport import Transport
from contracts.judging.judge import Judge
from contracts.redaction import OwnText, Redactor
from contracts.run.again import again
from contracts.run.client import Client
from contracts.run.pace import Pace
from contracts.run.run import Run
from contracts.run.settings import Settings, tls_context
from contracts.run.waivers import for_target

if TYPE_CHECKING:
    from contracts.sandbox.server import Sandbox

USER_AGENT = f"%s-contract-suite/{__version__} (contract tests; reads only)"
"""Template that takes the name of the operation's folder."""


def check_security(catalogue: Catalogue) -> None:
    """Reject an operation that takes no key.

    Arguments:
        catalogue: the operation's requirements.

    Raises:
        SettingsError: the operation has no security requirement to test.
    """
    asked = f"{catalogue.operation.method.upper()} {catalogue.operation.path}"
    if catalogue.operation.stated_scheme is None:
        raise SettingsError(
            f"the document states no security for {asked}: this suite asks what takes a key alone"
        )


def sandbox_of(catalogue: Catalogue, fault: str | None = None, *, port: int = 0) -> Sandbox:
    """Make an operation's sandbox: the built-in balance API, or one generated from its document.

    Arguments:
        catalogue: the operation's requirements.
        fault: see Sandbox.
        port: see Sandbox.

    Raises:
        LookupError: there is no fault of that name.
        SettingsError: the document can't be served.
    """
    from contracts.sandbox.generated.api import Generated  # noqa: PLC0415 - for the sandbox only
    from contracts.sandbox.generated.schemas import UnservableError  # noqa: PLC0415
    from contracts.sandbox.reference import PATH  # noqa: PLC0415
    from contracts.sandbox.server import Sandbox  # noqa: PLC0415

    operation = catalogue.operation
    if operation.path == PATH:
        return Sandbox(fault, port=port)
    try:
        api = Generated(operation.document.path, operation.path, operation.plain.known)
    except UnservableError as error:
        raise SettingsError(str(error).rstrip(".")) from None
    return Sandbox(fault, port=port, api=api)


class Session:
    """Holds a run's resources for as long as it lasts.

    Arguments:
        settings: the run's settings.
        catalogue: the operation's requirements.
        pace: the previous run's, if both have the same target; None for a new one.

    Raises:
        CatalogueError: the operation's own checks can't be loaded.
        SettingsError: a key can't be told from the text of a report, or the sandbox is the target
            and can't serve the operation.
    """

    def __init__(self, settings: Settings, catalogue: Catalogue, pace: Pace | None = None) -> None:
        check_security(catalogue)
        self.settings = settings
        self.pace = pace
        self.catalogue = catalogue
        self.target = settings.target.presenting(catalogue.operation.scheme)
        self.judge = Judge(catalogue)
        self._user_agent = USER_AGENT % catalogue.name
        self.redactor = self._make_redactor()
        self._resources = ExitStack()
        self._sandbox = sandbox_of(catalogue) if self.target.name == "sandbox" else None

    def start(self, **options: Any) -> Run:
        """Start the sandbox if it is the target, and the run.

        Arguments:
            options: further arguments of Run.
        """
        if self._sandbox is not None:
            sandbox = self._resources.enter_context(self._sandbox)
            key = Key.of(sandbox.key, self.target.key.api, self.catalogue.operation.scheme)
            self.target = Target("sandbox", sandbox.url, key, self.target.why)
            self.redactor = self._make_redactor()
        from contracts.judging.second_oracle import oracle_for  # noqa: PLC0415 - costs 0.3 s

        oracle = oracle_for(self.catalogue.operation)
        name, url = self.target.name, self.target.base_url
        waivers = for_target(options.pop("waivers", ()), name, url)
        run = Run(self.judge, self._connect, second_oracle=oracle, waivers=waivers, **options)
        run.again = partial(again, settings=self.settings)
        return run

    def _make_redactor(self) -> Redactor:
        extra = [self.settings.sign_key] if self.settings.sign_key else []
        key, document = self.target.key, self.catalogue.operation.document
        own = OwnText(
            self.catalogue.path.resolve().parent,
            (
                document.data.decode("utf-8", "replace"),
                self.target.base_url,
                self._user_agent,
                platform(),
            ),
        )
        redactor = Redactor.for_key(key, extra, own)
        for what in redactor.hidden:
            named = "the signing key" if what != "the key" else f"the key in {key.api.key_variable}"
            raise SettingsError(
                f"{named} can't be told from the words, numbers and times that any report holds: "
                "set one that was drawn at random"
            )
        return redactor

    def _connect(self, record: Any) -> Client:
        plain = self.catalogue.operation.plain
        endpoint = self.target.endpoint(plain.path, plain.other_paths)
        transport = Transport(
            endpoint,
            self.settings.limits,
            tls_context(self.settings.ca_file) if endpoint.scheme == "https" else None,
            self.settings.proxy,
        )
        self._resources.callback(transport.close)
        polite = self.target.key.api.polite_interval
        if self.pace is None:
            self.pace = Pace(0.0 if self.target.loopback else polite, polite)
        self.pace.paced = 0.0  # waits of an earlier run don't extend this one's time
        return Client(
            transport,
            self.target.key,
            self.redactor,
            self.pace,
            self.settings.allowance,
            self._user_agent,
            record,
            plain.query,
            self.catalogue.operation.accept,
            plain.fields,
        )

    def stop(self) -> None:
        """Close connections and stop the sandbox."""
        self._resources.close()

    @staticmethod
    def versions() -> dict[str, str]:
        """Return the versions that a report shows."""
        return {"contracts": __version__, "python": sys.version.split()[0]}
