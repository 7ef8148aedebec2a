"""Runs that somebody or something ends: what was seen is kept, and nothing green is left."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from contracts.http.transport import Transport
from contracts.rye import RYE
from contracts.sandbox.catalogue import CATALOGUE
from contracts.sandbox.fault import Fault
from contracts.sandbox.history import Context
from contracts.sandbox.message import Answer
from contracts.sandbox.server import Sandbox
from contracts.sandbox.wire import End, Script
from tests.http.endpoints import OK, endpoint, request_to
from tests.http.servers import Connection, Server, answering
from tests.support import ARTEFACTS, HISTORY, Result, end_of, environment, run_warm, start_suite

ASKED = 40
"""Requests that are answered before the target falls silent and the signal is sent."""

SIGNALS = {
    "SIGINT": signal.SIGINT,
    "SIGTERM": signal.SIGTERM,
    "SIGKILL": signal.SIGKILL,
}


def _silent_after(answer: Answer, context: Context) -> Script | None:
    return Script(end=End.HOLD) if len(context.run.arrivals) > ASKED else None


def _silent(name: str, fault: str | None = None) -> Fault:
    """Answers so many requests, broken or not, and then none."""
    broken = CATALOGUE[fault].answer if fault else None
    return Fault(name, "Falls silent.", "environment", answer=broken, wire=_silent_after)


@dataclass(frozen=True)
class Ended:
    """A run that was ended, and what its target had seen by then."""

    result: Result
    requests: int


def _wait_until_silent(sandbox: Sandbox, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 60
    while len(sandbox.log) <= ASKED:
        assert process.poll() is None, "the run ended by itself"
        assert time.monotonic() < until
        threading.Event().wait(0.02)


RUNS = {
    **{name: (number, None) for name, number in SIGNALS.items()},
    "violation": (signal.SIGINT, "200-balance-currency-code-missing"),
}
"""A run for each signal, and one that has met a violation by then."""


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Ended]:
    """Ends a run by its name, once."""

    @cache
    def end(name: str) -> Ended:
        number, fault = RUNS[name]
        folder = tmp_path_factory.mktemp(name)
        for artefact in ARTEFACTS:
            (folder / artefact).write_text("a green report")
        with Sandbox(fault=_silent(name.lower(), fault)) as sandbox:
            env = environment(**{RYE.key_variable: sandbox.key})
            with start_suite(folder, "--target", sandbox.url, env=env) as process:
                try:
                    _wait_until_silent(sandbox, process)
                    process.send_signal(number)
                    return Ended(end_of(process, folder), len(sandbox.log))
                finally:
                    process.kill()

    return end


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_run_that_is_interrupted_says_so(ended: Callable[[str], Ended], name: str) -> None:
    result = ended(name).result
    assert result.status == 2, result.output[-2000:]
    assert result.artefacts == ARTEFACTS | HISTORY
    record = result.record
    assert record["exit_status"] == 2
    assert record["complete"] is False
    assert record["circumstances"]["interrupted"] is True
    assert record["circumstances"]["answered"] == ASKED
    assert record["verdict"] == "inconclusive"
    assert "ended before its last item" in record["reason"]
    assert record["reason"] in result.page
    assert "a green report" not in result.page


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_nothing_is_sent_after_the_interruption(ended: Callable[[str], Ended], name: str) -> None:
    assert ended(name).requests == ASKED + 1


def test_what_was_seen_before_stands(ended: Callable[[str], Ended]) -> None:
    result = ended("violation").result
    assert result.status == 2
    record = result.record
    assert record["verdict"] == "fail"
    assert [each["requirement"] for each in record["findings"]] == ["balance-response-schema"]
    assert record["complete"] is False
    assert "not everything was asked" in record["reason"]


@pytest.mark.parametrize("between", [0.0, 0.005, 0.05])
def test_ctrl_c_twice_in_an_exchange_is_no_finding(tmp_path: Path, between: float) -> None:
    """The answer to the request that was interrupted comes while the run is being judged."""
    runs: list[subprocess.Popen[str]] = []

    def answer_the_interrupted(answer: Answer, context: Context) -> Answer:
        if len(context.run.arrivals) == ASKED + 1:
            runs[0].send_signal(signal.SIGINT)
            time.sleep(between)
            runs[0].send_signal(signal.SIGINT)
        return answer

    fault = Fault("ctrl-c", "Is left alone.", "environment", answer=answer_the_interrupted)
    with Sandbox(fault=fault) as sandbox:
        env = environment(**{RYE.key_variable: sandbox.key})
        runs.append(start_suite(tmp_path, "--target", sandbox.url, env=env))
        result = end_of(runs[0], tmp_path)
        assert len(sandbox.log) == ASKED + 1
    assert result.status == 2, result.output[-2000:]
    assert result.artefacts == ARTEFACTS | HISTORY
    assert result.record["findings"] == []
    assert result.record["verdict"] == "inconclusive"
    assert result.record["circumstances"]["interrupted"] is True


def test_the_answer_to_an_interrupted_request_is_nobodys() -> None:
    main = threading.main_thread().ident or 0

    def interrupt(connection: Connection) -> None:
        connection.request()
        signal.pthread_kill(main, signal.SIGINT)
        connection.send(OK)

    with Server(interrupt, answering(OK)) as server:
        transport = Transport(endpoint(server))
        request = request_to(transport.endpoint)
        with pytest.raises(KeyboardInterrupt):
            transport.exchange(request)
        server.wait()
        assert transport.settle(0.05) == b""
        assert transport.exchange(request).connection == 2
        transport.close()


def test_a_run_that_is_killed_leaves_no_green_report(ended: Callable[[str], Ended]) -> None:
    result = ended("SIGKILL").result
    assert result.status == -signal.SIGKILL
    assert not result.artefacts & ARTEFACTS


def test_what_a_killed_run_left_does_not_hinder_the_next(ended: Callable[[str], Ended]) -> None:
    folder = ended("SIGKILL").result.folder
    with Sandbox() as sandbox:
        selection = ("--target", sandbox.url, "-k", "test_a_valid_key_reads_its_balance")
        assert run_warm(folder, *selection, key=sandbox.key).status == 0
    assert {path.name for path in folder.iterdir()} >= ARTEFACTS


def test_under_xdist_a_run_stays_one_sequence(tmp_path: Path) -> None:
    """People have `-n auto` in their settings: one pace, one cap, one account all the same."""
    key, seed = "RYE/staging-Qz7vKp2mX9r4b8WnT3cLs6Hd", ("--hypothesis-seed", "3")
    plain = environment(**{RYE.key_variable: key})
    with Sandbox(key=key) as alone, Sandbox(key=key) as shared:
        first = start_suite(tmp_path / "one", "--target", alone.url, *seed, env=plain)
        env = {**plain, "PYTEST_ADDOPTS": "-n 2"}
        second = start_suite(tmp_path / "two", "--target", shared.url, *seed, env=env)
        one, two = end_of(first, tmp_path / "one"), end_of(second, tmp_path / "two")
    assert one.status == two.status == 0, two.output[-2000:]
    assert one.artefacts == two.artefacts
    assert one.junit_counts() == two.junit_counts() == two.page_counts()
    for member in ("verdict", "complete", "requests", "requirements", "clauses", "tests"):
        assert one.record[member] == two.record[member], member
    assert [each.target for each in alone.log] == [each.target for each in shared.log]
    sent = [each.time for each in shared.log]
    assert sent == sorted(sent)
