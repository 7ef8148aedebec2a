"""Where requests go, and what an exchange may cost."""

from __future__ import annotations

import pytest

from contracts.http.endpoint import Endpoint, Limits
from tests.http.endpoints import PATH


@pytest.mark.parametrize(
    ("scheme", "host", "port", "authority"),
    [
        ("http", "localhost", 80, "localhost"),
        ("https", "localhost", 443, "localhost"),
        ("https", "localhost", 80, "localhost:80"),
        ("http", "::1", 80, "[::1]"),
        ("http", "::1", 8000, "[::1]:8000"),
    ],
)
def test_the_default_port_is_left_out_of_host(
    scheme: str, host: str, port: int, authority: str
) -> None:
    assert Endpoint(scheme, host, port, PATH).authority == authority


def test_limits_within_a_deadline_are_none_longer_than_it() -> None:
    assert Limits.within(2.0) == Limits(connect=2.0, write=2.0, read=2.0, deadline=2.0)
    assert Limits.within(60.0) == Limits(deadline=60.0)
