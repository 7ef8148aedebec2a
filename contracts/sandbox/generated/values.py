"""Values that keep a schema, the same ones for the same name each time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from contracts.sandbox.document import Schema
from contracts.sandbox.generated.schemas import alternatives
from contracts.sandbox.message import Json


class Values:
    """Makes values of a document's schemas.

    The generator draws from Python's own shared random numbers, so that all is made before
    anything is served.

    Arguments:
        document: whose schemas they are.
    """

    def __init__(self, document: Schema) -> None:
        self._document = document

    def make(self, schema: Any, name: str, *, turn: int = 0, optional: float = 0.5) -> Json:
        """Make a value.

        Arguments:
            schema: what it keeps.
            name: decides what it is.
            turn: which alternative it is, if there are several, counted round.
            optional: how many of the members are left out that may be, from 0 to 1.

        Raises:
            UnservableError: no value can be made.
        """
        from jsf import JSF  # noqa: PLC0415 - half a second, and the balance needs none

        with _seeded(name):
            found = alternatives(self._document, schema)
            if not found:
                return None
            maker = JSF(found[turn % len(found)], allow_none_optionals=optional)
            maker.base_state.pop("__counter__", None)  # unused, and Python 3.14 can't copy it
            return maker.generate()


@contextmanager
def _seeded(name: str) -> Iterator[None]:
    """Draw by a name, and leave the numbers as they were for everybody else."""
    from faker.generator import random as fakers  # noqa: PLC0415

    before = random.getstate(), fakers.getstate()
    random.seed(name)
    fakers.seed(name)
    try:
        yield
    finally:
        random.setstate(before[0])
        fakers.setstate(before[1])
