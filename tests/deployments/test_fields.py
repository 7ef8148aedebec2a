"""Real servers refuse no generated field but where the suite says that HTTP lets them.

Generated fields are random: a refusal that the suite takes for a fault may show in one run of a
hundred. So each name is sent here once with each piece of which values are made.
"""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from contracts.http.allowed import Oddity, alternatives, oddities
from contracts.http.allowed.attacks import is_attack_shaped
from contracts.http.probe import Field
from contracts.probes.headers.permitted import may_be_fuzzed
from contracts.probes.headers.strategies import MASKING_NAMES, PARSED_NAMES, PIECES
from contracts.run.verdict import ExitStatus
from contracts.sandbox.reference import PATH
from tests.deployments.deployment import Deployment
from tests.deployments.registry import DEPLOYMENTS
from tests.deployments.test_deployments import EVERYTHING, skip_without_software

PATIENCE = 30
"""Seconds that an answer may take."""
TIMES = 3
"""How often a request has to be refused."""

CONFORMING = [
    pytest.param(each, id=each.name)
    for each in DEPLOYMENTS
    if each.status == ExitStatus.PASS and "nightly" in each.profiles and (EVERYTHING or each.quick)
]


def fields() -> Iterator[Field]:
    for name in (*PARSED_NAMES, *MASKING_NAMES):
        for piece in dict.fromkeys(piece.strip() for piece in PIECES):
            if may_be_fuzzed(field := (name.encode(), piece.encode())):
                yield field


@pytest.mark.parametrize("deployment", CONFORMING)
def test_each_refusal_of_a_single_field_is_one_that_http_allows(
    deployment: Deployment, tmp_path: Path
) -> None:
    skip_without_software(deployment)
    with deployment.start(tmp_path) as served:
        address = urlsplit(served.url)
        connection = HTTPConnection(address.netloc, timeout=PATIENCE)
        refused = []
        for number, field in enumerate(fields()):
            key = served.key if number % 2 else None
            sent = request(address.netloc, field, key)
            expected = {200 if key else 401, *allowed(sent)}
            # A gateway's backend may be gone for a moment; a refusal comes each time.
            statuses = [ask(connection, sent)]
            while statuses[-1] not in expected and len(statuses) < TIMES:
                statuses.append(ask(connection, sent))
            if statuses[-1] not in expected:
                refused.append((statuses, field, key is not None))
        connection.close()
    assert not refused


def allowed(sent: list[Field]) -> Iterator[int]:
    yield from alternatives(sent)
    if is_attack_shaped(sent):
        yield 403
    if Oddity.RANGE in oddities(sent):
        yield 503  # Varnish's, which the suite warns of


def request(host: str, field: Field, key: str | None) -> list[Field]:
    """The fields of a plain request with one more, which may replace one of them."""
    plain = {b"Host": host.encode(), b"Accept": b"application/json"}
    if key:
        plain[b"Authorization"] = b"Bearer " + key.encode()
    return [each for each in plain.items() if each[0].lower() != field[0].lower()] + [field]


def ask(connection: HTTPConnection, sent: list[Field]) -> int:
    """Send a request; gives the answer's status."""
    try:
        return send(connection, sent)
    except RemoteDisconnected:  # httpd ends a connection after so many requests
        return send(connection, sent)


def send(connection: HTTPConnection, sent: list[Field]) -> int:
    connection.putrequest("GET", PATH, skip_host=True, skip_accept_encoding=True)
    for name, value in sent:
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    answer.read()
    return answer.status
