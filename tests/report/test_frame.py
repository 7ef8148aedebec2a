"""pytest-html's frame written anew: what stays of it, and under which policy."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html import escape, unescape

import pytest

from contracts.http.target import Target
from contracts.report.frame.page import framed
from contracts.report.page.html import script, style
from tests.report.hostile_neighbours import DRAWS, FOREIGN, LOOKS, written
from tests.report.hostile_servers import markup
from tests.report.scripted import KEY, Elements, conforming, facts_of, page_of, run_with
from tests.support import key_of

EVIL = markup("http://127.0.0.1:9")


def made(**parts: object) -> str:
    return framed(written(**parts).encode()).decode()


def data_of(page: str) -> dict:
    [blob] = re.findall(r'data-jsonblob="([^"]*)"', page)
    return json.loads(unescape(blob))


def row(**parts: object) -> dict:
    cells = ['<td class="col-result">Passed</td>', '<td class="col-testId">t.py::test_it</td>']
    return {"testId": "t.py::test_it", "result": "Passed", "resultsTableRow": cells, **parts}


def hash_of(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def test_the_policy_allows_what_stands_in_the_page_by_its_hash():
    page = made(own=page_of(run_with(conforming)))
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"script-src {hash_of(DRAWS)} {hash_of(script())}; "
        f"style-src {hash_of(LOOKS)} {hash_of(style())}"
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}"/>'
    assert page.startswith(
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{meta}\n<meta charset="utf-8"/>'
    )
    assert page.count("http-equiv") == 1
    found = [(name, attributes) for name, attributes in Elements(page).found if name == "script"]
    assert [set(attributes) for _, attributes in found] == [
        {"type", "id"},
        {"type", "id"},
        set(),
        set(),
    ]


def test_line_ends_of_another_system_change_no_hash():
    assert framed(written().replace("\n", "\r\n").encode()) == framed(written().encode())


def test_our_part_stays_as_it_is_with_the_one_first_heading():
    own = page_of(run_with(conforming))
    page = made(own=own)
    assert own in page
    assert page.count("<h1") == own.count("<h1") == 1


def test_a_page_without_our_part_allows_pytest_htmls_own_script_alone():
    page = made()
    assert f"script-src {hash_of(DRAWS)}; style-src {hash_of(LOOKS)}" in page
    assert f"<script>{DRAWS}</script>" in page
    assert page.endswith("</html>\n")


def test_the_frame_keeps_its_elements_and_no_handler():
    page = made()
    assert '<template id="row"><tr><td colspan="4"><img></td></tr></template>' in page
    assert '<input checked="true" type="checkbox" data-test-result="passed" disabled>' in page
    assert '<div class="button">' in page
    assert "<body>" in page
    assert not re.search(r"\son\w+=", page, re.IGNORECASE)
    assert "<!--" not in page


@pytest.mark.parametrize("foreign", [EVIL, *FOREIGN])
@pytest.mark.parametrize("place", ["summary", "header"])
def test_nothing_foreign_acts(place, foreign):
    own = page_of(run_with(conforming))
    page = made(own=own, **{place: f"<p>before</p>{foreign}"})
    before, _, after = page.partition(own)
    assert re.findall(r"<(?:script|style)\b[^>]*>", before) == ["<style>"]
    assert set(re.findall(r"<script\b[^>]*>[^<]*", after)) <= {f"<script>{DRAWS}"}
    tags = re.findall(r"<(?!!)[^<>]*>", before.partition("<style>")[0] + after)
    for tag in tags[5:]:
        assert not re.search(r"\s(?:on\w+|style|src|srcdoc|http-equiv)\b", tag), tag
        assert not re.search(r"\shref=\"(?!#|https://)", tag), tag
        assert not re.search(r"\sid=\"(?:verdict|contract)\"", tag), tag
    assert "<p>before</p>" in after


def test_values_become_text():
    data = {
        "environment": {"Branch": EVIL, EVIL: {EVIL: [EVIL]}, "tests": {EVIL: "1"}, "n": 1.5},
        "tests": {f"t.py::test[{EVIL}]": [row(new={EVIL: EVIL}, result="Passed")]},
        "title": EVIL,
    }
    found = data_of(made(data=data))
    [[test]] = found.pop("tests").values()
    text = escape(EVIL)
    assert found == {
        "environment": {"Branch": text, text: {text: [text]}, "tests": {text: "1"}, "n": 1.5},
        "title": text,
    }
    assert test == row(new={text: text})


def test_a_gate_finds_the_names_of_tests_as_they_are():
    name = "t.py::test[<b>]"
    assert list(data_of(made(data={"tests": {name: [row()]}}))["tests"]) == [name]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('<td class="col-result">Passed</td>', '<td class="col-result">Passed</td>'),
        (
            '<td class="col-testId">t[<img src=x>&lt;</td><b>]</td>',
            '<td class="col-testId">t[&lt;img src=x&gt;&amp;lt;&lt;/td&gt;&lt;b&gt;]</td>',
        ),
        ('<td class="col-links"><a href="x">log</a></td>', '<td class="col-links">log</td>'),
        ('<td class="a" onclick="x()"><b>&lt;</b></td>', '<td class="a">&lt;</td>'),
        ("<td onclick=x()>a</td>", "<td>a</td>"),
        ("<script>x()</script>", "<td>x()</td>"),
        ("plain", "<td>plain</td>"),
    ],
)
def test_a_cell_of_the_table_holds_text(cell, shown):
    data = {"tests": {"t": [row(resultsTableRow=[cell])]}}
    [[test]] = data_of(made(data=data))["tests"].values()
    assert test["resultsTableRow"] == [shown]


def test_captured_output_is_text_and_what_is_attached_goes():
    parts = {
        "log": "E &lt;b&gt; <span style='color:red' onclick=x()>red</span>\x1b[1m",
        "extras": [{"format_type": "html", "content": EVIL}],
        "tableHtml": [EVIL],
    }
    [[test]] = data_of(made(data={"tests": {"t": [row(**parts)]}}))["tests"].values()
    assert test["log"] == "E &lt;b&gt; red\\x1b[1m"
    assert test["extras"] == test["tableHtml"] == []


@pytest.mark.parametrize(
    "data",
    [
        {"tests": [{"log": EVIL}]},
        {"tests": {"t": EVIL, "u": None}},
        {"tests": {"t": [EVIL, [EVIL]]}},
        {"tests": {"t": [{"log": [EVIL], "resultsTableRow": EVIL, "extras": EVIL}]}},
        {"environment": [EVIL, None, True]},
        EVIL,
        [EVIL],
    ],
)
def test_data_of_another_shape_is_text_too(data):
    page = made(data=data)
    [blob] = re.findall(r'data-jsonblob="([^"]*)"', page)
    assert "<" not in unescape(blob)


def test_a_number_that_json_has_not_got_leaves_no_blank_page():
    found = data_of(made(blob='{"environment": {"load": NaN, "more": Infinity}, "tests": {}}'))
    assert found["environment"] == {"load": "NaN", "more": "Infinity"}


@pytest.mark.parametrize("blob", ["", "{", "<b>", "[" * 100_000])
def test_data_that_cannot_be_read_is_left_out(blob):
    assert 'data-jsonblob=""' in made(blob=blob)


def test_a_targets_name_and_address_are_text():
    run = run_with(conforming)
    target = Target(EVIL, f"http://127.0.0.1:1/{EVIL}", key_of(KEY), EVIL)
    own = page_of(run, replace(facts_of(run), target=target, profile=EVIL))
    plain = {name for name, _ in Elements(page_of(run)).found}
    assert {name for name, _ in Elements(own).found} <= plain
    assert escape(EVIL)[:40] in own
