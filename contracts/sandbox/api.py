"""What the application asks of an API that it serves."""

from __future__ import annotations

from typing import Protocol

from contracts.sandbox.message import Answer, Request


class Api(Protocol):
    """One GET operation, as it should be."""

    @property
    def route(self) -> str:
        """Its path, as Starlette spells one."""

    @property
    def example(self) -> str:
        """A path and query that is answered 200."""

    def entitles(self, request: Request, key: bytes) -> bool:
        """Whether the request proves that it knows the key.

        Arguments:
            request: any request.
            key: the one valid key.
        """

    def respond(self, request: Request, *, admitted: bool) -> Answer:
        """Answer a GET.

        Arguments:
            request: what came in.
            admitted: whether the request's credentials were taken.
        """
