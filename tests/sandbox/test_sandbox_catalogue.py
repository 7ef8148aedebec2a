"""The catalogue: sound entries in sound words, each of which can be applied."""

from __future__ import annotations

import logging
import re

import pytest

from contracts.document.catalogue import Catalogue
from contracts.sandbox.catalogue import CATALOGUE, select
from contracts.sandbox.catalogue.bodies.schemas import schema_faults
from contracts.sandbox.fault import Fault
from contracts.sandbox.server import Sandbox
from tests.sandbox.sandbox_client import exchange, get, key_of
from tests.support import ROOT

SILENT = {
    "never-answers",
    "closes-without-answer",
    "resets-always",
    "firewall-drops-attacks",
}
UNENDING = {"never-answers", "stalls-amid-answer", "drips"}


def requirements() -> set[str]:
    return set(Catalogue.load(ROOT / "contracts" / "billing" / "requirements.toml").requirements)


def of_kind(kind: str) -> list[Fault]:
    return [entry for entry in CATALOGUE.values() if entry.kind == kind]


def test_there_are_enough_of_each_kind() -> None:
    generated = len(schema_faults())
    assert generated >= 120
    assert len(of_kind("fault")) - generated >= 100
    assert len(of_kind("variation")) >= 45
    assert len(of_kind("environment")) >= 20


def test_every_requirement_exists_and_has_a_fault() -> None:
    assert {entry.requirement for entry in of_kind("fault")} == requirements()


def test_names_are_keys() -> None:
    assert all(name == entry.name for name, entry in CATALOGUE.items())


def test_sentences_are_sentences() -> None:
    sentences = [entry.sentence for entry in CATALOGUE.values()]
    assert [text for text in sentences if not re.fullmatch(r"[A-Z0-9].{8,98}\.", text)] == []
    # A full stop followed by a blank and a capital begins another sentence.
    assert [text for text in sentences if re.search(r"[.!?] [A-Z]", text)] == []
    # They say what is, not what ought to be.
    modal = re.compile(r"\b(should|must be|ought|bug|wrong behaviour|todo)\b", re.IGNORECASE)
    assert [text for text in sentences if modal.search(text)] == []


def test_sentences_are_unique() -> None:
    sentences = [entry.sentence for entry in CATALOGUE.values()]
    assert sorted(set(sentences)) == sorted(sentences)


def test_every_entry_does_something() -> None:
    idle = [e.name for e in CATALOGUE.values() if not (e.admits or e.answer or e.wire)]
    assert idle == []


def test_an_unknown_name_is_answered_with_close_ones() -> None:
    with pytest.raises(LookupError, match=r"no fault named '401-withot-stack'.*401-with-stack"):
        select("401-withot-stack")


def test_a_fault_needs_a_requirement_and_the_others_have_none() -> None:
    with pytest.raises(ValueError, match="names its requirement"):
        Fault("a", "A.", "fault")
    with pytest.raises(ValueError, match="names its requirement"):
        Fault("a", "A.", "variation", "body-is-json")
    with pytest.raises(ValueError, match="no slug"):
        Fault("A b", "A.", "variation")


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_entry_can_be_applied(name: str, caplog: pytest.LogCaptureFixture) -> None:
    odd = (
        b"X-Odd: \xe9 {{$ <a> \\ '\" %n",
        b"Accept: text/html",
        b"If-None-Match: *",
        b"Range: bytes=0-9",
        b"Cookie: a",
        b"Origin: null",
        b"X-Forwarded-For: 127.0.0.1",
        b"Accept-Encoding: gzip, deflate, br, zstd",
    )
    patience = 0.05 if name in UNENDING else 5.0
    with Sandbox(name) as sandbox:
        key = key_of(sandbox)
        answers = [
            exchange(sandbox, authorization=key, timeout=patience),
            exchange(sandbox, timeout=patience),
            exchange(sandbox, authorization=b"Bearer RYE/staging-wrong", timeout=patience),
            exchange(sandbox, authorization=key, query=b"?page=2", timeout=patience),
            exchange(sandbox, *odd, authorization=key, body=b"{}", timeout=patience),
            exchange(sandbox, *odd, authorization=b"Basic '{%", timeout=patience),
        ]
        assert sandbox.log
    assert all(answers) or name in SILENT
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


REACHED_BY_PLAIN_REQUESTS = [
    entry
    for entry in of_kind("fault")
    if entry.name.startswith(("200-", "401-", "422-")) and entry.wire is None
]


@pytest.mark.parametrize("entry", REACHED_BY_PLAIN_REQUESTS, ids=lambda entry: entry.name)
def test_faults_of_a_status_change_that_answer_alone(entry: Fault) -> None:
    requests = {"200": {"query": b""}, "401": {"query": b""}, "422": {"query": b"?page=2"}}
    for status, arguments in requests.items():
        with Sandbox(entry, key="RYE/staging-" + "k" * 32) as faulty, Sandbox() as sound:
            replies = []
            for sandbox in (faulty, sound):
                key = key_of(sandbox) if status != "401" else None
                replies.append(get(sandbox, authorization=key, **arguments))
        changed = [
            {**reply.fields, "date": "", "status": reply.status, "body": reply.body}
            for reply in replies
        ]
        assert (changed[0] != changed[1]) == entry.name.startswith(status)
