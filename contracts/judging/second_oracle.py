"""The second oracle: schemathesis' cases, and its own judgement of bodies.

Where it and the first oracle (jsonschema) disagree, a separate requirement is the reason:
schemathesis checks neither number ranges nor duplicate member names.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.transport import Response
from schemathesis.openapi.checks import JsonSchemaError

from contracts.document.document import Document
from contracts.document.operation import Operation
from contracts.judging.reading import Reading, of_body

HOOKS_VARIABLE = "SCHEMATHESIS_HOOKS"
"""Environment variable that names a module with the user's own schemathesis checks and hooks."""


MOST_REPORTED = 20
"""Messages reported about one body."""
LONGEST = 400
"""Characters of each message."""


class Schemathesis:
    """Schemathesis' view of one operation.

    Arguments:
        operation: the operation, as the document describes it.
    """

    def __init__(self, operation: Operation) -> None:
        content = dict(operation.document.content)
        schema = schemathesis.openapi.from_dict(content, config=_own_config())
        self._operation: Any = schema[operation.path][operation.method.upper()]
        url = f"http://localhost{operation.path}"
        self._request = requests.Request("GET", url).prepare()
        self._remembered = of_body(self._judge)

    def cases(self) -> st.SearchStrategy[Any]:
        """Make cases that are valid by the document and cases that are not."""
        positive, negative = (
            self._operation.as_strategy(generation_mode=mode)
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        )
        return st.one_of(positive, negative)

    def __call__(self, reading: Reading) -> Iterable[str]:
        """Return the body's violations of its schema; nothing if it is valid.

        Arguments:
            reading: one whose body the first oracle could read.
        """
        return self._remembered(reading)

    def _judge(self, reading: Reading) -> tuple[str, ...]:
        if not isinstance(reading.decoded, bytes):
            return ()
        response = Response(
            status_code=reading.status,
            headers={"content-type": [reading.media_type or ""]},
            content=reading.decoded,
            request=self._request,
            elapsed=reading.exchange.seconds,
            verify=True,
        )
        try:
            self._operation.validate_response(response, case=self._operation.Case())
        except FailureGroup as group:
            failures = list(group.exceptions)
        except Failure as failure:
            failures = [failure]
        else:
            return ()
        # Failing to parse a body (numbers of thousands of digits, say) is not a judgement of it.
        return tuple(
            _words(failure)
            for failure in islice(failures, MOST_REPORTED)
            if isinstance(failure, JsonSchemaError)
        )


def _own_config() -> SchemathesisConfig:
    """Make schemathesis' default settings, ignoring any schemathesis.toml and hooks."""
    hooks = os.environ.pop(HOOKS_VARIABLE, None)
    try:
        return SchemathesisConfig()
    finally:
        if hooks is not None:
            os.environ[HOOKS_VARIABLE] = hooks


def _words(failure: BaseException) -> str:
    message = getattr(failure, "message", "") or str(failure)
    lines = message.strip().partition("\n")[0].splitlines()
    return lines[0][:LONGEST] if lines else type(failure).__name__


@cache
def _oracle(path: str, method: str, document: Path, _sha256: str) -> Schemathesis:
    return Schemathesis(Document.load(document).operation(path, method))


def oracle_for(operation: Operation) -> Schemathesis:
    """Return schemathesis' view of an operation, cached for each state of its document.

    Arguments:
        operation: the operation, as the document describes it.
    """
    document = operation.document
    return _oracle(operation.path, operation.method, document.path, document.sha256)
