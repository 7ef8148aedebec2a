"""What the page may do: its controls work, under a policy that lets nothing else act."""

from __future__ import annotations

import pytest

from contracts.report.frame.page import framed
from tests.report.hostile_neighbours import (
    BRANCH,
    FOREIGN,
    OUTCOMES,
    VARIABLES,
    write_page,
    written,
)
from tests.report.hostile_servers import markup

ui = pytest.importorskip("selenium.webdriver.support.ui", reason="needs selenium")

WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (each) =>
  violations.push(`${each.effectiveDirective} ${each.blockedURI} ${each.sample}`));
"""
OTHERS = """
return [...document.querySelectorAll("*")].filter((each) => !each.matches(arguments[0]))
  .map((each) => each.outerHTML.slice(0, 100));
"""
HARMLESS = (
    "html, head, body, footer, title, meta[charset], head > meta:first-child, head > style, "
    "footer > script, :is(style, meta):has(~ #contract), #contract, #contract *, "
    "#contract ~ script, "
    "div, p, span, a, b, i, em, strong, code, pre, h2, br, ul, li, button, input, template, "
    "table, thead, tbody, tr, th, td, img:not([src]), video:not([src]), source:not([src])"
)
HANDLERS = (
    "return [...document.querySelectorAll('*')].flatMap((each) => [...each.attributes])"
    ".filter(({name, value}) => name.startsWith('on') || /^javascript:/i.test(value)).length"
)


@pytest.fixture(scope="module")
def neighbours(tmp_path_factory, beacon):
    return write_page(tmp_path_factory.mktemp("neighbours"), beacon.url)


@pytest.fixture
def visit(browser, beacon):
    watch = {"source": WATCH}
    added = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", watch)
    browser.get_log("browser")

    def visit_page(path):
        browser.get(path.as_uri())
        return lambda selector: browser.find_elements("css selector", selector)

    yield visit_page
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)
    browser.get_log("browser")
    beacon.seen.clear()


def check_that_nothing_acted(browser, beacon):
    assert browser.execute_script("return window.violations") == []
    assert browser.execute_script("return window.__x") is None
    assert browser.execute_script(HANDLERS) == 0
    assert browser.execute_script(OTHERS, HARMLESS) == []
    assert browser.find_elements("css selector", "[style]") == []
    assert "owned" not in browser.title
    assert beacon.seen == []


def count(browser, selector):
    """How many elements a person can see."""
    return browser.execute_script(
        "return [...document.querySelectorAll(arguments[0])]"
        ".filter((each) => each.checkVisibility()).length",
        selector,
    )


def click(browser, selector):
    press(browser, browser.find_element("css selector", selector))


def press(browser, element):
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def use_every_control_of_pytest_html(browser, counts):
    """Click each control of pytest-html's part, and see its effect."""
    total = sum(counts.values())
    rows, logs = "#results-table .collapsible", "#results-table .log"
    assert count(browser, rows) == total
    click(browser, "#show_all_details")
    assert count(browser, logs) == total
    click(browser, "#hide_all_details")
    assert count(browser, logs) == 0
    click(browser, f"{rows} .col-result")
    assert count(browser, logs) == 1
    click(browser, "#results-table .logexpander")
    assert count(browser, ".logwrapper.expanded") == 1
    click(browser, f"{rows} .col-testId")
    assert count(browser, logs) == 0
    for outcome, times in counts.items():
        click(browser, f"input[data-test-result={outcome}]")
        assert count(browser, rows) == total - times
        click(browser, f"input[data-test-result={outcome}]")
        assert count(browser, rows) == total
    for column in ("testId", "duration", "result"):
        orders = []
        for _ in range(2):
            click(browser, f"th.sortable[data-column-type={column}]")
            sorted_by = browser.find_element("css selector", "th.sortable:is(.asc, .desc)")
            assert sorted_by.get_attribute("data-column-type") == column
            orders.append(texts(browser, f"{rows} .col-{column}"))
        assert orders[0] != orders[1] or len(set(orders[0])) == 1
        assert sorted(orders[0]) == sorted(orders[1])
    assert count(browser, "#environment") == 1
    click(browser, "#environment-header")
    assert count(browser, "#environment") == 0


def texts(browser, selector):
    return browser.execute_script(
        "return [...document.querySelectorAll(arguments[0])].map(each => each.textContent)",
        selector,
    )


FOLD_EACH = """
return [...document.querySelectorAll("#contract details:not([open]) > summary")].map((each) => {
  each.click();
  return each.parentElement.open;
});
"""
FOLLOW_EACH = """
return [...document.querySelectorAll("#contract .tiles a")].map((link) => {
  link.click();
  return location.hash === link.hash && document.querySelector(link.hash).checkVisibility();
});
"""


def use_every_control_of_ours(browser):
    """Click each fold, each button and each link into the page, and see its effect."""
    opened = browser.execute_script(FOLD_EACH)
    assert all(opened)
    assert len(opened) > 10
    for button in browser.find_elements("css selector", "#contract button.copy")[:6]:
        press(browser, button)
        assert button.text == "Copied"
    followed = browser.execute_script(FOLLOW_EACH)
    assert all(followed)
    assert followed
    listed = "#exchange-list .listing > div > details"
    ui.WebDriverWait(browser, 10).until(lambda _: count(browser, listed) == 100)
    click(browser, "#exchange-list .listing > button")
    assert count(browser, listed) == 200
    select = browser.find_element("css selector", "#exchange-list select")
    value = select.find_elements("css selector", "option")[1].get_attribute("value")
    ui.Select(select).select_by_value(value)
    assert all(f" {value} " in each for each in texts(browser, f"{listed} > summary"))


@pytest.mark.parametrize("name", ["pass", "fail", "hostile"])
def test_every_control_works_under_the_policy(browser, beacon, reports, visit, name):
    find = visit(reports[name])
    use_every_control_of_ours(browser)
    assert find("#pytest")[0].get_attribute("open") is not None
    use_every_control_of_pytest_html(browser, counts_of(find))
    check_that_nothing_acted(browser, beacon)


def counts_of(find):
    """Outcome and number of each that pytest-html offers to filter."""
    boxes = zip(find(".filters input"), find(".filters input + span"), strict=True)
    return {
        box.get_attribute("data-test-result"): int(words.text.split()[0])
        for box, words in boxes
        if box.is_enabled()
    }


ATTEMPTS = {
    "script": "const e = document.createElement('script'); e.text = 'window.__x = 1';"
    "document.body.append(e)",
    "handler": "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.__x=1>')",
    "attribute": "document.querySelector('h1').setAttribute('onclick', 'window.__x = 1');"
    "document.querySelector('h1').click()",
    "link": "document.body.insertAdjacentHTML('beforeend', "
    "'<a href=javascript:window.__x=1 id=evil>x</a>'); document.getElementById('evil').click()",
    "eval": "try { setTimeout('window.__x = 1', 0) } catch {}",
    "frame": "document.body.insertAdjacentHTML('beforeend', '<iframe src=' + PLACE + '>')",
    "request": "fetch(PLACE).catch(() => {}); navigator.sendBeacon(PLACE)",
    "worker": "new Worker(URL.createObjectURL(new Blob(['fetch(1)'])))",
    "style": "document.body.insertAdjacentHTML('beforeend', "
    "'<style>@import \"' + PLACE + '\"</style>')",
    "style attribute": "document.body.insertAdjacentHTML('beforeend', '<p style=\"top:0\">')",
    "base": "const e = document.createElement('base'); e.href = PLACE; document.head.append(e)",
    "form": "document.body.insertAdjacentHTML('beforeend', '<form id=evil action=' + PLACE + '>');"
    "document.getElementById('evil').submit()",
}
"""What markup that got past the escaping would try."""


@pytest.mark.parametrize("name", ATTEMPTS)
def test_what_got_past_the_escaping_would_do_nothing(browser, beacon, reports, visit, name):
    visit(reports["pass"])
    browser.execute_script(f"const PLACE = '{beacon.url}/x'; {ATTEMPTS[name]}")
    ui.WebDriverWait(browser, 10).until(lambda _: browser.execute_script("return violations[0]"))
    assert browser.execute_script("return window.__x") is None
    assert browser.current_url.startswith("file:")
    assert beacon.seen == []


def test_the_policy_is_the_first_that_a_browser_reads(reports):
    for page in reports.values():
        start = page.read_bytes()[:1024]
        head = b'<!DOCTYPE html>\n<html lang="en">\n<head>\n'
        assert start.startswith(head + b'<meta http-equiv="Content-Security-Policy" ')
        assert b'<meta charset="utf-8"/>' in start
        assert b"unsafe" not in start
        assert b"default-src 'none'" in start


def test_a_button_that_reloads_is_heard_without_its_attribute(browser, reports, visit):
    find = visit(reports["pass"])
    assert find(".summary__reload__button[onclick]") == []
    browser.execute_script(
        "window.stays = 1; document.querySelector('.summary__reload__button div').click()"
    )
    ui.WebDriverWait(browser, 10).until(lambda _: not browser.execute_script("return window.stays"))


def test_what_others_put_into_the_page_is_text(browser, beacon, visit, neighbours):
    find = visit(neighbours)
    assert counts_of(find) == OUTCOMES
    use_every_control_of_pytest_html(browser, OUTCOMES)
    click(browser, "#show_all_details")
    check_that_nothing_acted(browser, beacon)
    evil = markup(beacon.url) + BRANCH
    click(browser, "#environment-header")
    environment = dict(
        zip(
            texts(browser, "#environment td:first-child"),
            texts(browser, "#environment td:last-child"),
            strict=True,
        )
    )
    for name in (*VARIABLES, "plain"):
        assert environment[name] == evil
    assert environment["tests"] == "<img src=x onerror=window.__x=1>: 1"
    names = texts(browser, "#results-table .col-testId")
    assert f"test_neighbours.py::test_passes[{BRANCH}]" in names
    logs = "".join(texts(browser, "#results-table .log"))
    assert f"RuntimeError: {evil}" in logs
    assert f"{BRANCH} red &lt;b&gt;" in logs
    assert texts(browser, "#results-table th")[2].startswith("More")


@pytest.mark.parametrize("place", ["summary", "header"])
def test_foreign_markup_makes_nothing_that_acts(browser, beacon, visit, tmp_path, place):
    for number, foreign in enumerate(FOREIGN):
        page = tmp_path / f"{number}.html"
        page.write_bytes(framed(written(**{place: foreign}).encode()))
        visit(page)
        assert browser.title == "Report"
        check_that_nothing_acted(browser, beacon)
