"""The second oracle: schemathesis' cases and its own judgement of bodies.

Where it and the first oracle (jsonschema) disagree, the reason is a requirement of its own:
number ranges and member names are what schemathesis does not look at.
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
"""Names a module of somebody's own checks and hooks."""


MOST_REPORTED = 20
"""Words about one body."""
LONGEST = 400
"""Characters of each."""


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
        """Make cases that keep the document and cases that break it."""
        positive, negative = (
            self._operation.as_strategy(generation_mode=mode)
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        )
        return st.one_of(positive, negative)

    def __call__(self, reading: Reading) -> Iterable[str]:
        """Say how a body breaks its schema; nothing where it keeps it.

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
        # What it can't read at all (numbers of thousands of digits, say) is not its judgement.
        return tuple(
            _words(failure)
            for failure in islice(failures, MOST_REPORTED)
            if isinstance(failure, JsonSchemaError)
        )


def _own_config() -> SchemathesisConfig:
    """Make schemathesis' settings anew: no schemathesis.toml and no hooks that lie around."""
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
    """Give schemathesis' view of an operation, made once for each state of its document.

    Arguments:
        operation: the operation, as the document describes it.
    """
    document = operation.document
    return _oracle(operation.path, operation.method, document.path, document.sha256)
