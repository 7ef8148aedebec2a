"""A hundred thousand interim responses cost what their octets cost."""

from __future__ import annotations

import time

import pytest

from contracts.http.message import parse_response

FINAL = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.parametrize("end", [b"\n\n", b"\n\r\n", b"\r\n\r\n"])
def test_time_grows_with_the_number_of_interim_responses_alone(end: bytes) -> None:
    number = 100_000  # two minutes, where each costs a look at all that follow
    began = time.process_time()
    response = parse_response((b"HTTP/1.1 103 X" + end) * number + FINAL, closed=False)
    assert (response.status, len(response.interim)) == (200, number)
    assert time.process_time() - began < 10
