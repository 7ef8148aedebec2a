"""The page of a server that means harm: whole, inert, and small."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest

from contracts.http.exchange import FaultKind, TransportFault
from contracts.report.github import annotations, job_summary
from contracts.report.text.explain import explain
from tests.report.hostile_servers import BIDI, TERMINAL, body_of, markup
from tests.report.scripted import REFUSED, Elements, answering, facts_of, message, page_of, run_with

BEACON = "http://127.0.0.1:9"
EVIL = markup(BEACON)
OURS = frozenset(
    re.findall(
        r"\w+",
        "a article b br button code dd details div dl dt figcaption figure g h1 h2 h3 h4 header li "
        "main mark meta nav noscript p path pre q script section small span strong style summary "
        "svg table tbody td text th thead time title tr ul",
    )
)

HOSTILE = {
    "markup in names and values": body_of(BEACON),
    "markup as it is": EVIL.encode(),
    "markup in one string": json.dumps(EVIL).encode(),
    "a page": f"<!doctype html><html><body>{EVIL}".encode(),
    "not a number": b'{"drawdownEnabled":NaN,"balance":Infinity}',
    "half a surrogate pair": b'{"drawdownEnabled":"\\ud800","x":"\\udfff"}',
    "surrogates in UTF-8": b'{"drawdownEnabled":"\xed\xa0\x80"}',
    "no UTF-8": b'{"drawdownEnabled":"\xff\xfe\x00\x80"}',
    "UTF-16": '{"drawdownEnabled":1}'.encode("utf-16"),
    "every control character": bytes(range(256)),
    "bidi and terminal": f'{{"drawdownEnabled":"{BIDI}{TERMINAL}"}}'.encode(),
    "a megabyte": json.dumps({"drawdownEnabled": "<b>" * 350_000}).encode(),
    "a megabyte of members": json.dumps(dict.fromkeys(map(str, range(90_000)), 0)).encode(),
    "deeply nested": b"[" * 100_000,
    "a long number": b'{"drawdownEnabled":' + b"9" * 20_000 + b"}",
    "many line ends": b"<\n" * 50_000,
    "a gap for a browser": b'{"drawdownEnabled":"\\u2028<!--<script>"}',
}


@pytest.fixture(params=HOSTILE, scope="module")
def run(request):
    body = HOSTILE[request.param]
    evil = EVIL.encode("ascii")
    field = b"X-Evil: " + evil + b"\r\nX-High: \xff\x9b\xc2\x85"
    refused = message("401 Unauthorized", json.dumps({"name": EVIL, EVIL: BIDI}))

    def answer(probe):
        whole = answering(body)(probe) if probe.recipe == "valid" else refused
        return whole.replace(b"\r\n", b"\r\n" + field + b"\r\n", 1)

    return run_with(answer)


def test_only_the_suites_own_elements_stand_on_the_page(run):
    elements = Elements(page_of(run))
    names = [name for name, _ in elements.found]
    assert {name.lower() for name in names} <= OURS
    assert names.count("script") == 3
    assert names.count("style") == 1
    assert names.count("h1") == 1
    assert not elements.comments
    for name, attributes in elements.found:
        for attribute, value in attributes.items():
            assert not attribute.startswith("on"), (name, attribute)
            assert attribute not in {"src", "srcset", "style", "action", "formaction", "http-equiv"}
            if attribute == "href":
                assert value.startswith(("#", "https://www.rfc-editor.org/rfc/"))


def test_the_page_can_be_written_and_no_character_of_it_acts(run):
    page = page_of(run)
    page.encode("utf-8")
    for character in set(page) - {"\n"}:
        assert unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}, repr(
            character
        )


def test_the_page_stays_small(run):
    shown = page_of(run).partition("<main")[2].partition("</main>")[0]
    assert len(shown.encode()) < 250_000


def test_the_record_stays_one_and_sound(run):
    page = page_of(run)
    assert page.count('id="contract-record"') == 1
    [text] = re.findall(r'id="contract-record">(.*?)</script>', page, re.DOTALL)
    assert json.loads(text)["record"]["verdict"] == "fail"


def test_a_failures_text_is_short_and_no_character_of_it_acts(run):
    for defect in run.defects():
        text = explain(run, [defect])
        assert len(text.splitlines()) <= 45
        assert max(map(len, text.splitlines())) < 1100
        for character in set(text) - {"\n"}:
            assert character.isprintable(), repr(character)


def test_what_github_shows_is_one_line_each_and_no_markup(run):
    facts = facts_of(run)
    for line in annotations(run, facts):
        assert re.match(r"::(error|warning) title=[^:,\s]+::\S", line)
        assert line.isprintable()
    summary = job_summary(run, facts)
    assert len(summary) < 100_000
    allowed = {"code", "/code", "pre", "/pre", "details", "/details", "summary", "/summary"}
    assert set(re.findall(r"<([^ >]*)", summary)) <= allowed


def test_words_of_the_environment_are_escaped_too():
    words = f"{EVIL}{BIDI}{TERMINAL}\ud800"
    run = run_with(lambda _: TransportFault(FaultKind.TLS, words))
    page = page_of(run)
    page.encode("utf-8")
    assert {name for name, _ in Elements(page).found} <= OURS


def test_interim_answers_and_garbage_are_shown_as_they_came():
    garbage = b"\x00\x01SSH-2.0-OpenSSH\x1b[2J\r\n<script>alert(1)</script>"
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"
    for answer in (garbage, interim + REFUSED, interim + b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\n"):
        elements = Elements(page_of(run_with(lambda _, answer=answer: answer)))
        assert {name for name, _ in elements.found} <= OURS
