"""The second oracle: schemathesis' cases and its own judgement of bodies.

Where it and the first oracle (jsonschema) disagree, the reason is a requirement of its own:
number ranges and member names are what schemathesis does not look at.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.transport import Response
from schemathesis.openapi.checks import JsonSchemaError

from contracts.harness.document import Document, Operation
from contracts.harness.reading import Reading
from contracts.harness.requirements import Catalogue


class Schemathesis:
    """Schemathesis' view of one operation.

    Arguments:
        operation: the operation, as the document describes it.
    """

    def __init__(self, operation: Operation) -> None:
        schema = schemathesis.openapi.from_dict(dict(operation.document.content))
        self._operation: Any = schema[operation.path][operation.method.upper()]
        url = f"http://localhost{operation.path}"
        self._request = requests.Request("GET", url).prepare()

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
        return [_words(failure) for failure in failures if isinstance(failure, JsonSchemaError)]


def _words(failure: BaseException) -> str:
    message = getattr(failure, "message", "") or str(failure)
    return message.strip().splitlines()[0] if message.strip() else type(failure).__name__


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


def cases_beside(suite: str) -> st.SearchStrategy[Any]:
    """Make the cases of the operation whose catalogue stands beside a suite.

    Arguments:
        suite: the suite's `__file__`.
    """
    catalogue = Catalogue.load(Path(suite).with_name("requirements.toml"))
    return oracle_for(catalogue.operation).cases()
