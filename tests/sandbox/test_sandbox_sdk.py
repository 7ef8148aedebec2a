"""The official SDK takes the sandbox for the real API."""

from __future__ import annotations

import pytest

from contracts.sandbox.server import Sandbox

sdk = pytest.importorskip("checkout_intents")


def read(sandbox: Sandbox, key: str, **arguments: object) -> object:
    with sdk.CheckoutIntents(api_key=key, base_url=sandbox.url, max_retries=0) as client:
        return client.billing.get_balance(**arguments)


def test_it_reads_the_balance() -> None:
    with Sandbox() as sandbox:
        response = read(sandbox, sandbox.key)
        assert response.drawdown_enabled is True
        assert response.balance.currency_code == "USD"
        assert response.balance.amount_subunits == 250_000
        assert [(r.method, r.status) for r in sandbox.log] == [("GET", 200)]


def test_it_raises_its_typed_errors() -> None:
    with Sandbox() as sandbox:
        with pytest.raises(sdk.AuthenticationError) as refused:
            read(sandbox, "RYE/staging-nobody")
        with pytest.raises(sdk.UnprocessableEntityError) as invalid:
            read(sandbox, sandbox.key, extra_query={"page": "2"})
    assert refused.value.body == {
        "name": "AuthenticationError",
        "message": "Invalid or missing API key",
    }
    assert list(invalid.value.body["fields"]) == ["query.page"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("200-as-500", "InternalServerError"),
        ("429-always", "RateLimitError"),
        ("resets-always", "APIConnectionError"),
        ("200-as-403", "PermissionDeniedError"),
    ],
)
def test_faults_reach_it_as_errors(fault: str, error: str) -> None:
    with Sandbox(fault) as sandbox, pytest.raises(getattr(sdk, error)):
        read(sandbox, sandbox.key)


@pytest.mark.parametrize(
    "name",
    ["chunked", "chunked-with-trailers", "coded-gzip", "http-1-0", "read-until-close", "in-pieces",
     "interim-several", "reason-absent", "json-pretty-printed", "names-in-capitals",
     "json-escaped", "connection-closed-silently"],
)  # fmt: skip
def test_it_reads_through_variations(name: str) -> None:
    with Sandbox(name) as sandbox:
        assert read(sandbox, sandbox.key).balance.currency_code == "USD"
