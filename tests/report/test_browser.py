"""Reports of real runs as a person sees them, in a real browser without a screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.real_reports import MADE

AXE = Path(__file__).resolve().parents[2] / ".ci" / "node_modules" / "axe-core"
PYTEST_HTML = [["#results-table"], [".summary__data > :not(.prefix)"], ["#environment"]]
"""What pytest-html draws by itself."""
UNFOLD = "for (const each of document.querySelectorAll('#contract details')) each.open = true"


def visit(driver, path: Path):
    driver.get(path.as_uri())
    return lambda selector: driver.find_elements("css selector", selector)


HEADLINES = {
    "pass": "Release pass",
    "fail": "Hold fail",
    "waived": "Release with waived deviations pass",
    "inconclusive": "Ask again inconclusive",
    "sandbox": "Ask again pass",
    "hostile": "Hold fail",
}
LATER = "const now = Date.now; Date.now = () => now() + 28 * 3600 * 1000;"


@pytest.mark.parametrize("name", MADE)
def test_the_verdict_is_seen_first(browser, reports, name):
    find = visit(browser, reports[name])
    [heading] = find("h1#verdict")
    assert heading.is_displayed()
    assert heading.text.split()[1:] == HEADLINES[name].split()
    assert heading.rect["y"] < 200
    [reason] = find("header .reason")
    assert reason.is_displayed()
    assert find("header .late") == [] or not find("header .late")[0].is_displayed()
    undecided = HEADLINES[name].startswith("Ask again")
    assert [until.text for until in find("header .left")] == ["(25 hours from now)"][undecided:]
    place = "sandbox" if name == "sandbox" else "staging"
    words, _, verdict = HEADLINES[name].rpartition(" ")
    assert browser.title == f"{words} ({verdict}): {place}, billing, /api/v1/billing/balance"
    assert browser.execute_script("return document.documentElement.lang") == "en"
    assert len(find("h1")) == 1


def test_a_sandboxs_pass_looks_different_from_stagings(browser, reports):
    looks = set()
    for name in ("pass", "sandbox", "waived"):
        [card] = visit(browser, reports[name])("header.verdict")
        looks.add(card.value_of_css_property("background-color"))
    assert len(looks) == 3


@pytest.fixture
def later_browser(browser):
    script = {"source": LATER}
    added = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", script)
    yield browser
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


@pytest.mark.parametrize(
    ("name", "advice", "is_late"),
    [
        ("pass", "Ask again", True),
        ("waived", "Ask again", True),
        ("inconclusive", "Ask again", True),
        ("fail", "Hold", False),
        ("sandbox", "Ask again", False),
    ],
)
def test_a_report_that_is_too_old_releases_nothing(later_browser, reports, name, advice, is_late):
    find = visit(later_browser, reports[name])
    assert find("h1 .advice")[0].text == advice
    assert [each.is_displayed() for each in find("header .late")] == [True] * is_late
    assert find("header .do")[0].is_displayed() is not is_late
    undecided = HEADLINES[name].startswith("Ask again")
    assert [until.text for until in find("header .left")] == ["(2 hours ago)"][undecided:]
    assert later_browser.title.startswith(advice)


@pytest.mark.parametrize("name", MADE)
def test_it_can_be_read_without_script(plain_browser, reports, name):
    find = visit(plain_browser, reports[name])
    [heading] = find("h1#verdict")
    assert heading.text.split()[1:] == HEADLINES[name].split()
    assert all(each.is_displayed() for each in find("#contract h2"))
    assert not any(each.is_displayed() for each in find("button.copy"))
    [summary] = find("#pytest > summary")
    summary.click()
    assert "draws this table with a script" in find("#pytest")[0].text


@pytest.mark.parametrize("name", MADE)
def test_nothing_is_loaded_and_no_script_of_the_server_runs(browser, beacon, reports, name):
    find = visit(browser, reports[name])
    browser.execute_script(UNFOLD)
    [row, *_] = find("#results-table .collapsible")
    row.click()
    assert "owned" not in browser.title
    # pytest-html writes its order of rows there.
    assert browser.current_url.removesuffix("?sort=result") == reports[name].as_uri()
    assert beacon.seen == []
    assert find("iframe, object, embed, form, base, link, img[src^=http]") == []
    loaded = browser.execute_script(
        "return performance.getEntriesByType('resource').map(each => each.name)"
    )
    assert [each for each in loaded if not each.startswith("data:")] == []
    severe = [each for each in browser.get_log("browser") if each["level"] == "SEVERE"]
    assert severe == []


def test_the_beacon_would_have_seen_a_page_that_loads_something(browser, beacon, tmp_path):
    page = tmp_path / "control.html"
    page.write_text(f"<img src='{beacon.url}/control'>")
    visit(browser, page)
    assert "/control" in beacon.seen
    beacon.seen.clear()


def test_what_got_past_the_escaping_would_still_load_nothing(browser, beacon, reports):
    visit(browser, reports["pass"])
    browser.execute_async_script(
        "const [url, done] = arguments; const image = new Image();"
        "image.onload = image.onerror = () => done(); image.src = url;",
        f"{beacon.url}/late",
    )
    assert beacon.seen == []
    browser.get_log("browser")


def test_a_failure_shows_its_request_and_the_marked_place(browser, reports):
    find = visit(browser, reports["fail"])
    [article] = find("article.finding")
    assert article.is_displayed()
    [mark] = article.find_elements("css selector", "mark")
    assert mark.text == "1767225600000"
    assert mark.is_displayed()
    commands = [each.text for each in article.find_elements("css selector", ".command code")]
    assert commands[0].startswith("curl -i")
    assert commands[1].startswith("python -m contracts probe number-formats-hold-")
    assert article.rect["y"] < find("#requirements")[0].rect["y"]


def test_a_command_can_be_copied(browser, reports):
    find = visit(browser, reports["fail"])
    button = find("article.finding .command .copy")[1]
    assert button.is_displayed()
    button.click()
    assert button.text == "Copied"


def test_a_link_unfolds_what_it_leads_to(browser, reports):
    find = visit(browser, reports["pass"])
    sample = find("details.sample")[0]
    assert sample.get_attribute("open") is None
    assert not find("table.requirements")[0].is_displayed()
    find("#requirements summary")[0].click()
    find(f"a[href='#{sample.get_attribute('id')}']")[0].click()
    assert sample.get_attribute("open") is not None
    assert sample.find_elements("css selector", "pre.answer")[0].is_displayed()


def test_an_inconclusive_run_says_what_got_in_the_way(browser, reports):
    find = visit(browser, reports["inconclusive"])
    [troubles] = find("#troubles")
    assert troubles.is_displayed()
    assert "503 Service Unavailable" in troubles.text
    assert find("article.finding") == []


def test_a_hostile_servers_words_are_seen_as_words(browser, reports):
    find = visit(browser, reports["hostile"])
    shown = "".join(each.text for each in find("article.finding pre.answer"))
    assert "<script>document.title='owned'" in shown
    assert "\\u202e" in shown
    assert "\\u001b[2J" in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize("name", MADE)
def test_it_fits_a_phone(browser, reports, name):
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 375, "height": 800, "deviceScaleFactor": 1, "mobile": True},
    )
    try:
        find = visit(browser, reports[name])
        width = browser.execute_script("return document.documentElement.scrollWidth")
        assert width <= 375
        assert find("h1#verdict")[0].is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_dark_and_print_have_their_own_colours(browser, reports):
    def ground(**emulation: object) -> str:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", emulation)
        visit(browser, reports["fail"])
        return browser.execute_script("return getComputedStyle(document.body).backgroundColor")

    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    light = [{"name": "prefers-color-scheme", "value": "light"}]
    grounds = {ground(features=dark), ground(features=light), ground(media="print", features=light)}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    assert len(grounds) == 3


def test_pytests_own_table_is_folded_and_unfolds(browser, reports):
    find = visit(browser, reports["fail"])
    [table] = find("#results-table")
    assert not table.is_displayed()
    find("#pytest > summary")[0].click()
    assert table.is_displayed()
    assert len(find("#results-table tbody")) > 100


@pytest.fixture(scope="module")
def axe():
    script = AXE / "axe.min.js"
    if not script.is_file():
        pytest.skip("axe-core is not here: npm install --prefix .ci --no-save axe-core@4.14.1")
    return script.read_text("utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", MADE)
def test_axe_has_nothing_serious_to_say_of_the_pages_own_part(browser, reports, axe, name, scheme):
    emulation = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", emulation)
    visit(browser, reports[name])
    browser.execute_script(UNFOLD)
    browser.execute_script(axe)
    found = browser.execute_async_script(
        "const [exclude, done] = arguments;"
        "axe.run({exclude}).then(({violations}) => done(violations.map(({id, impact, nodes}) =>"
        "  [impact, id, nodes.slice(0, 3).map((each) => each.html.slice(0, 200))])));",
        PYTEST_HTML,
    )
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert [each for each in found if each[0] in {"serious", "critical"}] == []


def test_axe_would_have_something_to_say(browser, reports, axe):
    visit(browser, reports["pass"])
    browser.execute_script("document.documentElement.removeAttribute('lang')")
    browser.execute_script(axe)
    found = browser.execute_async_script(
        "const done = arguments[0];"
        "axe.run().then(({violations}) => done(violations.map(({id}) => id)));"
    )
    assert "html-has-lang" in found
