"""Where requests go, and the limits of one exchange."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_PORTS = {"http": 80, "https": 443}
"""The supported schemes, each with its default port."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where requests go.

    Arguments:
        scheme: `http` or `https`.
        host: name or address, without brackets.
        port: TCP port.
        path: the operation's path on that host, percent-encoded.
        base: the part of the path before the document's path.
        others: paths of the operation's other resources, without the base.
    """

    scheme: str
    host: str
    port: int
    path: str
    base: str = ""
    others: frozenset[str] = frozenset()

    def path_of(self, path: str | None) -> str:
        """Return the path on the host for one of the operation's resources.

        Arguments:
            path: without the base; None for the operation's own.
        """
        return self.path if path is None else self.base + path

    @property
    def authority(self) -> str:
        """Host and port as in a Host field: without the scheme's default port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True)
class Limits:
    """Limits of one exchange: seconds for each phase and in all, and bytes received."""

    connect: float = 5.0
    write: float = 5.0
    read: float = 10.0
    deadline: float = 15.0
    received: int = 2 * 1024 * 1024

    @classmethod
    def within(cls, seconds: float) -> Limits:
        """Make limits for a deadline other than the default.

        Arguments:
            seconds: how long a whole exchange may take.
        """
        return cls(
            connect=min(cls.connect, seconds),
            write=min(cls.write, seconds),
            read=min(cls.read, seconds),
            deadline=seconds,
        )
