"""One session: the settings, the sandbox where it is the target, the run, and its end."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import Any

from contracts import __version__
from contracts.harness.client import Client
from contracts.harness.judge import Judge
from contracts.harness.pace import POLITE_INTERVAL, Pace
from contracts.harness.redaction import Redactor
from contracts.harness.requirements import Catalogue
from contracts.harness.run import Run
from contracts.harness.target import Target
from contracts.harness.transport import Transport
from contracts.harness.waivers import for_target
from contracts.settings import Settings, tls_context

USER_AGENT = f"billing-contract-suite/{__version__} (contract tests; reads only)"


class Session:
    """Holds what a run needs for as long as it lasts.

    Arguments:
        settings: what the run is started with.
        catalogue: the operation's requirements.
    """

    def __init__(self, settings: Settings, catalogue: Catalogue) -> None:
        self.settings = settings
        self.catalogue = catalogue
        self.target = settings.target
        self.redactor = Redactor(None)
        self._resources = ExitStack()

    def start(self, **options: Any) -> Run:
        """Start the sandbox where it is the target, and the run.

        Arguments:
            options: further arguments of Run.
        """
        if self.target.name == "sandbox":
            from contracts.sandbox.server import Sandbox  # noqa: PLC0415 - not for real targets

            sandbox = self._resources.enter_context(Sandbox())
            self.target = Target("sandbox", sandbox.url, sandbox.key, self.target.why)
        extra = [self.settings.sign_key] if self.settings.sign_key else []
        self.redactor = Redactor.for_key(self.target.key, extra)
        from contracts.harness.second_oracle import oracle_for  # noqa: PLC0415 - costs 0.3 s

        oracle = oracle_for(self.catalogue.operation)
        name, url = self.target.name, self.target.base_url
        waivers = for_target(options.pop("waivers", ()), name, url)
        return Run(
            Judge(self.catalogue), self._connect, second_oracle=oracle, waivers=waivers, **options
        )

    def _connect(self, record: Any) -> Client:
        endpoint = self.target.endpoint(self.catalogue.operation.path)
        transport = Transport(
            endpoint,
            self.settings.limits,
            tls_context(self.settings.ca_file) if endpoint.scheme == "https" else None,
            self.settings.proxy,
        )
        self._resources.callback(transport.close)
        pace = Pace(0.0 if self.target.loopback else POLITE_INTERVAL)
        return Client(
            transport,
            self.target.key,
            self.redactor,
            pace,
            self.settings.allowance,
            USER_AGENT,
            record,
        )

    def stop(self) -> None:
        """Close connections and stop the sandbox."""
        self._resources.close()

    @staticmethod
    def versions() -> dict[str, str]:
        """Name the versions that a report shows."""
        return {"contracts": __version__, "python": sys.version.split()[0]}
