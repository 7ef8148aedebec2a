"""The list of all exchanges in the page: what it holds, and what a browser makes of it."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from contracts.report.exchanges import unpack
from tests.report.hostile_servers import BIDI, TERMINAL, markup
from tests.report.scripted import answering, conforming, message, page_of, run_with

ui = pytest.importorskip("selenium.webdriver.support.ui", reason="needs selenium")
BROKEN = "number-formats-hold"


def index_of(page: str) -> dict:
    [text] = re.findall(r'id="exchange-index">(.*?)</script>', page, re.DOTALL)
    return json.loads(text)


def record_of(page: str) -> dict:
    [text] = re.findall(r'id="contract-record">(.*?)</script>', page, re.DOTALL)
    return json.loads(text)


def test_the_index_says_of_each_exchange_its_status_and_what_it_tested_and_broke():
    run = run_with(answering('{"drawdownEnabled":true,"balance":{"currencyCode":1}}'))
    page = page_of(run)
    index, record = index_of(page), record_of(page)
    exchanges = unpack(record["exchanges"]).exchanges
    assert len(index["rows"]) == len(exchanges) == 4
    for exchange, (status, tested, broken) in zip(exchanges, index["rows"], strict=True):
        names = [{index["requirements"][at] for at in index["sets"][n]} for n in (tested, broken)]
        findings = record["record"]["findings"]
        assert status == exchange.response.status
        assert names[0] >= run.judgements[exchange.number].observed
        assert names[1] == {
            each["requirement"] for each in findings if exchange.number in each["exchanges"]
        }
        assert names[0] >= names[1]


def test_a_server_writes_nothing_into_the_index():
    evil = message("200 OK", json.dumps({markup("x"): BIDI}), f"X-Evil: {markup('x')}")
    plain, marked = (
        page_of(run_with(lambda probe, good=good: good or conforming(probe)))
        for good in (None, evil)
    )
    assert "onerror" not in json.dumps(index_of(marked))
    assert plain.count('id="exchange-index"') == marked.count('id="exchange-index"') == 1


@pytest.fixture
def opened(browser):
    def open_list(path: Path):
        browser.get(path.as_uri())
        assert browser.find_elements("css selector", "#exchange-list .sample") == []
        browser.find_element("css selector", "#exchange-list > summary").click()
        return wait(browser)

    return open_list


def wait(browser):
    ui.WebDriverWait(browser, 10).until(
        lambda driver: driver.find_elements("css selector", "#exchange-list .sample")
    )
    return lambda selector: browser.find_elements("css selector", f"#exchange-list {selector}")


def unfold_first(browser, find) -> None:
    find(".sample > summary")[0].click()
    ui.WebDriverWait(browser, 10).until(lambda _: find("pre.answer"))


def choose(find, place: int, value: str) -> str:
    ui.Select(find("select")[place]).select_by_value(value)
    return find("output")[0].text


def matching(find) -> int:
    return int(re.fullmatch(r"\d+ of (\d+) shown", find("output")[0].text)[1])


def test_every_exchange_can_be_reached(opened, browser, reports):
    find = opened(reports["pass"])
    record = record_of(reports["pass"].read_text("utf-8"))
    exchanges = unpack(record["exchanges"]).exchanges
    assert find("output")[0].text == f"100 of {len(exchanges)} shown"
    while find("button")[0].is_displayed():
        browser.execute_script("arguments[0].click()", find("button")[0])
    numbers = browser.execute_script(
        "return [...document.querySelectorAll('#exchange-list summary b')].map(e => e.textContent)"
    )
    assert numbers == [f"#{each.number}" for each in exchanges]
    unfold_first(browser, find)
    sent, received = (each.text for each in find(".sample pre"))
    written = exchanges[0].sent.decode().replace("\r\n", "\n").rstrip()
    assert sent == written
    assert received == exchanges[0].received.decode().replace("\r\n", "\n")


def test_it_is_filtered_by_status_family_and_requirement(opened, reports):
    find = opened(reports["fail"])
    record = record_of(reports["fail"].read_text("utf-8"))
    exchanges = unpack(record["exchanges"]).exchanges
    choose(find, 0, "401 Unauthorized")
    assert matching(find) == sum(each.response.status == 401 for each in exchanges)
    choose(find, 1, "near keys")
    both = [e for e in exchanges if e.response.status == 401 and e.probe.family == "near keys"]
    assert matching(find) == len(both) > 0
    choose(find, 0, "")
    choose(find, 1, "")
    choose(find, 2, f"broken {BROKEN}")
    [finding] = [f for f in record["record"]["findings"] if f["requirement"] == BROKEN]
    assert matching(find) == len(finding["exchanges"])
    assert all(BROKEN in each.text for each in find(".sample > summary"))
    choose(find, 2, "valid-key-gets-200")
    assert matching(find) > len(finding["exchanges"]) - 1


def test_a_finding_and_a_requirement_lead_to_their_exchanges(browser, reports):
    browser.get(reports["fail"].as_uri())
    [fold] = browser.find_elements("css selector", "article.finding > details:last-child")
    assert "more answers like it" in fold.text
    fold.find_element("css selector", "summary").click()
    link = fold.find_element("css selector", "a[data-exchange]")
    number = link.text
    link.click()
    find = wait(browser)
    ui.WebDriverWait(browser, 10).until(lambda _: find("pre.answer"))
    assert [each.text for each in find(".sample summary b")] == [number]
    assert find("pre.answer")[0].is_displayed()
    fold.find_element("css selector", "a[data-broken]").click()
    assert BROKEN in find("select")[2].get_attribute("value")
    browser.find_element("css selector", "#requirements summary").click()
    row = browser.find_element("css selector", "#requirement-bad-key-is-refused a[data-tested]")
    observed = int(row.text)
    row.click()
    assert matching(find) == observed


def test_what_a_hostile_server_sent_is_text_in_the_list_too(opened, browser, beacon, reports):
    find = opened(reports["hostile"])
    choose(find, 0, "200 OK")
    unfold_first(browser, find)
    shown = find("pre.answer")[0].text
    for words in ("<img src=", "onerror=\"document.title='owned'\"", "<script>", "</details>"):
        assert words in shown
    assert "\\u202e" in shown
    assert "\\u001b[2J" in shown
    assert not set(BIDI + TERMINAL) & set(shown) - set("evil[2J]0;owned31m")
    assert find(".sample script, .sample img, .sample iframe, .sample svg, .sample form") == []
    assert "owned" not in browser.title
    assert beacon.seen == []


HOSTILE_BODIES = {
    "every octet": bytes(range(256)),
    "no UTF-8": b'{"drawdownEnabled":"\xff\xfe\x80"}',
    "half a surrogate pair in UTF-8": b'"\xed\xa0\x80"',
    "line separators": "\u2028\u2029\u0085\ufeff\u00ad".encode(),
    "the end of the script": b"</script><script>document.title='owned'</script><!--",
    "much": b"<b>" * 30_000,
}


@pytest.mark.parametrize("name", HOSTILE_BODIES)
def test_any_octets_are_shown_as_characters_that_do_nothing(opened, tmp_path, browser, name):
    run = run_with(lambda _: message("200 OK", HOSTILE_BODIES[name]))
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><title>t</title>{page_of(run)}", "utf-8")
    find = opened(page)
    unfold_first(browser, find)
    shown = browser.execute_script("return arguments[0].textContent", find("pre.answer")[0])
    assert all(each.isprintable() or each == "\n" for each in shown)
    assert len(shown) < 130_000
    assert browser.title == "t"
    if name == "much":
        assert "70000 octets more" in shown


def test_a_page_of_three_thousand_opens_without_delay(tmp_path, browser):
    page = tmp_path / "page.html"
    run = run_with(answering('{"drawdownEnabled":true}'), asked=3000)
    page.write_text(f"<!doctype html><meta charset=utf-8>{page_of(run)}", "utf-8")
    assert page.stat().st_size < 3_000_000
    began = time.monotonic()
    browser.get(page.as_uri())
    loaded = time.monotonic() - began
    browser.find_element("css selector", "#exchange-list > summary").click()
    assert len(wait(browser)(".sample")) == 100
    assert loaded < 3
    assert time.monotonic() - began < 6
