"""What the application needs from an API that it serves."""

from __future__ import annotations

from typing import Protocol

from contracts.sandbox.message import Answer, Request


class Api(Protocol):
    """One GET operation that conforms to its document."""

    @property
    def route(self) -> str:
        """The operation's path as a Starlette route."""

    @property
    def example(self) -> str:
        """A path and query that is answered with 200."""

    def entitles(self, request: Request, key: bytes) -> bool:
        """Whether the request proves that it knows the key.

        Arguments:
            request: any request.
            key: the one valid key.
        """

    def respond(self, request: Request, *, admitted: bool) -> Answer:
        """Answer a GET.

        Arguments:
            request: the request.
            admitted: whether the request's credentials were accepted.
        """
