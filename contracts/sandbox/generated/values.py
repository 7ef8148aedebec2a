"""Makes values that conform to a schema, always the same for the same name."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from contracts.sandbox.document import Schema
from contracts.sandbox.generated.schemas import alternatives
from contracts.sandbox.message import Json


class Values:
    """Makes values for a document's schemas.

    The generator uses Python's shared random state, so everything is made before serving begins.

    Arguments:
        document: the document.
    """

    def __init__(self, document: Schema) -> None:
        self._document = document

    def make(self, schema: Any, name: str, *, turn: int = 0, optional: float = 0.5) -> Json:
        """Make a value.

        Arguments:
            schema: the schema.
            name: seed that determines the value.
            turn: which alternative to use if there are several, modulo their number.
            optional: share of the optional members to leave out, from 0 to 1.

        Raises:
            UnservableError: no value can be made.
        """
        from jsf import JSF  # noqa: PLC0415 - takes half a second, and the balance needs none

        with _seeded(name):
            found = alternatives(self._document, schema)
            if not found:
                return None
            maker = JSF(found[turn % len(found)], allow_none_optionals=optional)
            maker.base_state.pop("__counter__", None)  # unused, and Python 3.14 can't copy it
            return maker.generate()


@contextmanager
def _seeded(name: str) -> Iterator[None]:
    """Seed the random state with a name, and restore it afterwards."""
    from faker.generator import random as fakers  # noqa: PLC0415

    before = random.getstate(), fakers.getstate()
    random.seed(name)
    fakers.seed(name)
    try:
        yield
    finally:
        random.setstate(before[0])
        fakers.setstate(before[1])
