"""What the terminal and junit.xml say of a failure, and the parts that the page shares."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest

from contracts.http.exchange import FaultKind, TransportFault
from contracts.report.reason import reason_for
from contracts.report.text.curl import curl
from contracts.report.text.explain import explain, one_line
from contracts.report.text.layout import Line, Mark, lay_out, windows
from contracts.run.asking import Asker
from contracts.run.verdict import Verdict
from contracts.rye import RYE
from tests.report.scripted import (
    REFUSED,
    URL,
    answering,
    conforming,
    facts_of,
    message,
    run_with,
)

BROKEN = '{"drawdownEnabled":true,"balance":{"currencyCode":"USD","amountSubunits":9999999999}}'


def marked(lines):
    return [line.text[slice(*line.mark)] for line in lines if line.mark]


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        ('{"a":{"b":[1,2.50]}}', Mark("/a/b/1"), ["2.50"]),
        ('{"a":1,"a":2}', Mark("/a", with_name=True), ['"a": 1', '"a": 2']),
        ('{"a/b":{"~":1}}', Mark("/a~1b/~0"), ["1"]),
        ('{"\\u0061":1}', Mark("/a"), ["1"]),
        ('{"a":{}}', Mark("/a", missing="b"), ['"b" is missing']),
        ('{"a":{"b":{}}}', Mark("/a"), ["{", '"b": {}', "}"]),
        ("null", Mark(""), ["null"]),
        ('{"a":tru}', Mark(offset=6), ["ru"]),
        ('{"a":1} x', Mark(offset=8), ["x"]),
        ('{"a":', Mark(offset=5), [" (ends here)"]),
        ("", Mark(offset=0), ["(no content)"]),
        ('{"a":[}', Mark("/b"), []),
    ],
)
def test_json_is_laid_out_as_it_was_spelled_with_one_place_marked(text, mark, expected):
    lines = lay_out(text, mark)
    assert marked(lines) == expected
    written = "".join(line.text for line in lines if not line.note)
    for note in (" (ends here)", "(no content)"):
        written = written.replace(note, "")
    assert written.replace(" ", "") == text.replace(" ", "")


def test_of_a_long_text_the_lines_around_the_mark_are_shown():
    lines = [Line(str(number)) for number in range(1000)]
    lines[700] = Line("x" * 500 + "HERE" + "y" * 500, (500, 504))
    shown = list(windows(lines, most=12, width=60))
    assert len([line for line in shown if not line.note]) == 12
    assert marked(shown) == ["HERE"]
    assert max(len(line.text) for line in shown) <= 62
    assert [line.text for line in shown if line.note] == [
        "… 693 more lines",
        "… 295 more lines",
    ]


def test_a_failure_tells_requirement_source_request_and_place():
    run = run_with(answering(BROKEN))
    [defect] = [d for d in run.defects() if d.finding.requirement == "number-formats-hold"]
    lines = explain(run, [defect]).splitlines()
    assert lines[0].startswith("200 body: `balance.amountSubunits` is")
    assert lines[1].startswith("  broken    MUST number-formats-hold: Every number")
    assert lines[2].endswith("/properties/amountSubunits/format: “int32”")
    at = lines.index('> |     "amountSubunits": 9999999999')
    assert lines[at + 1] == "  |                       ^^^^^^^^^^"
    text = "\n".join(lines)
    assert "seen      in 2 answers; by plain reads" in text
    assert "request   curl -i " in text
    assert f"python -m contracts probe {defect.finding.slug}" in text
    assert len(lines) <= 26


def test_what_is_not_told_in_full_has_a_line_or_is_counted(monkeypatch):
    run = run_with(answering(BROKEN))
    [defect] = run.defects()
    monkeypatch.setattr("contracts.report.text.explain.MOST_DEFECTS", 1)
    first, rest = explain(run, [defect] * 3, 1).split("\n\n")
    assert first == explain(run, [defect])
    assert rest.splitlines() == [
        one_line(run, defect),
        "… and 1 more finding, all in the report",
    ]


def test_an_intermittent_defect_is_called_so():
    answers = iter([message("500 Oops"), *[conforming] * 9])
    broken = run_with(
        lambda probe: (
            conforming(probe)
            if probe.recipe != "valid" or callable(first := next(answers))
            else first
        )
    )
    lines = [one_line(broken, d) for d in broken.defects()]
    assert any("intermittent: this very request showed it 1 of 2 times" in line for line in lines)


def exchange_of(recipe="valid", **probe):
    run = run_with(conforming, asked=0)
    return Asker(run, "a family")(recipe, **probe)


@pytest.mark.parametrize(
    ("probe", "ending"),
    [
        ({}, [URL]),
        ({"query": b"a=1&b=%20"}, [f"{URL}?a=1&b=%20"]),
        ({"query": b""}, [f"{URL}?"]),
        ({"query": b"a[]=1"}, ["-g", f"{URL}?a[]=1"]),
        ({"fields": [(b"X-A", b"it's $HOME")]}, [URL]),
        ({"fields": [(b"X-Empty", b"")]}, [URL]),
        ({"body": b"@file"}, ["-H", "Content-Type:", "-X", "GET", "--data-raw", "@file", URL]),
    ],
)
def test_a_request_becomes_a_curl_line(probe, ending):
    exchange = exchange_of(**probe)
    words = shlex.split(curl(exchange, URL, RYE.key_variable))
    assert words[:2] == ["curl", "-i"]
    assert words[-len(ending) :] == ending
    assert "Authorization: Bearer $CHECKOUT_INTENTS_API_KEY" in words
    for name, value in probe.get("fields", ()):
        assert (f"{name.decode()}: {value.decode()}" if value else f"{name.decode()};") in words


@pytest.mark.parametrize(
    "probe",
    [
        {"recipe": "random-key-1"},
        {"query": "ü".encode()},
        {"query": b"a#b"},
        {"query": b"a b"},
        {"fields": [(b"X-High", b"\xff")]},
        {"body": b"\x00"},
        {"body": b"a" * 501},
        {"wire": b"GET {target} HTTP/1.1\r\n\r\n"},
    ],
)
def test_what_no_shell_can_express_has_no_curl_line(probe):
    assert curl(exchange_of(**probe), URL, RYE.key_variable) is None


def test_another_resource_has_a_curl_line_of_its_own():
    first, path = exchange_of(query=b"a=1"), "/api/v1/orders/ord%202"
    sent = b"GET /base%b?a=1 HTTP/1.1\r\n" % path.encode() + first.sent.partition(b"\r\n")[2]
    other = replace(first, probe=replace(first.probe, path=path), sent=sent)
    line = curl(other, "https://api.test/base/api/v1/orders/1", RYE.key_variable)
    assert shlex.split(line)[-1] == f"https://api.test/base{path}?a=1"


def test_curl_speaks_http_1_1_over_tls():
    assert "--http1.1" in curl(exchange_of(), URL.replace("http:", "https:"), RYE.key_variable)


def gone(_):
    return TransportFault(FaultKind.REFUSED, "nobody listens")


REASONS = {
    "1 requirement broken in 4 requests: number-formats-hold.": (BROKEN, {}),
    "1 requirement broken in 4 requests: number-formats-hold; "
    "not everything was asked: items were deselected or skipped.": (BROKEN, {"deselected": True}),
    "1 requirement broken in 4 requests: number-formats-hold; "
    "not everything was asked: the cap was reached.": (BROKEN, {"stopped": "the cap was reached"}),
    "The run stopped early, after 4 requests: the cap was reached.": (
        None,
        {"stopped": "the cap was reached"},
    ),
    "The run ended before its last item, after 4 requests.": (None, {"interrupted": True}),
    "A worker process was lost after 4 requests.": (None, {"crashed": True}),
    "The suite itself failed: KeyError in test_x; not everything was asked: "
    "the suite itself failed.": (None, {"error": True}),
}


@pytest.mark.parametrize("expected", REASONS)
def test_the_verdict_has_its_reason_in_one_sentence(expected):
    body, circumstances = REASONS[expected]
    run = run_with(answering(body) if body else conforming)
    run.circumstances = replace(run.circumstances, **circumstances)
    verdict, _ = run.conclude()
    assert reason_for(run, verdict, "KeyError in test_x") == expected


def test_a_refused_key_is_named_as_the_cause():
    run = run_with(lambda _: REFUSED, asked=8)
    facts = facts_of(run)
    assert facts.verdict is Verdict.INCONCLUSIVE
    assert facts.reason.startswith("The key was refused:")
    assert "CHECKOUT_INTENTS_API_KEY" in facts.reason


def test_silence_of_the_api_is_named_as_the_cause():
    run = run_with(gone)
    assert facts_of(run).reason == (
        "The API itself answered none of 4 requests, so nothing is proven."
    )
    some = run_with(lambda probe: conforming(probe) if probe.recipe == "valid" else gone(probe))
    assert facts_of(some).reason == (
        "2 probes got no answer from the API: connection refused: nobody listens."
    )


def test_what_nothing_put_to_the_test_is_named():
    reason = facts_of(run_with(conforming)).reason
    assert reason == (
        "3 requirements never observed in 4 requests: authentication-per-request, "
        "status-is-documented, preconditions-after-authentication."
    )


def test_warnings_that_fail_the_run_are_named():
    run = run_with(answering(BROKEN.replace("9999999999", "5"), "Cache-Control: public"))
    run.fail_on_warning = True
    assert facts_of(run).reason == (
        "1 warning in 4 requests, which fail this run: no-shared-caching."
    )


def test_the_line_that_would_excuse_a_body_that_nobody_sent_is_spelled():
    run = run_with(conforming, asked=0)
    Asker(run, "plain reads")("valid")
    verdict, _ = run.conclude()
    assert reason_for(run, verdict, None).endswith(
        "; if this server need not show that, write `authentication-error-schema.server_dependent "
        "= true` under [requirement] in contracts/billing."
    )
