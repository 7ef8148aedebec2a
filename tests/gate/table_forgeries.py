"""Tables of pytest's outcomes whose script would write something else than text into the page."""

from __future__ import annotations

from tests.gate.forgeries import forgery
from tests.gate.forgery import Report


def rows(report: Report, **members: object) -> None:
    report.table(lambda tests: next(iter(tests.values()))[0].update(members))


@forgery("table")
def markup_in_a_log(report):
    rows(report, log="<h1 style='position:fixed;inset:0'>Hold</h1>")


@forgery("table")
def markup_in_a_cell(report):
    cells = [
        "<td class='col-result'>Passed</td>",
        "<td><h1>Hold</h1></td>",
        "<td></td>",
        "<td></td>",
    ]
    rows(report, resultsTableRow=cells)


@forgery("table")
def another_result_in_a_cell(report):
    rows(report, resultsTableRow=['<td class="col-result">Failed</td>', "", "", ""])


@forgery("table")
def pictures_beside_a_test(report):
    extra = {"name": "x", "format_type": "html", "content": "<h1>Hold</h1>", "mime_type": None}
    rows(report, extras=[extra | {"extension": None}])


@forgery("table")
def markup_in_a_duration(report):
    rows(report, duration="<b>Hold</b>")


@forgery("table")
def more_in_a_row(report):
    rows(report, tableHtml=["<h1>Hold</h1>"])


def environment(report: Report, change: dict[str, object]) -> None:
    report.table(lambda data: data["environment"].update(change), whole=True)


@forgery("page")
def another_name_of_the_tab_by_script(report):
    report.table(lambda data: data.update(title="Hold (fail)"), whole=True)


@forgery("table")
def rows_in_another_order_by_script(report):
    report.table(lambda data: data.update(initialSort="<x>"), whole=True)


@forgery("table")
def table_spelled_with_white_space(report):
    report.text = report.text.replace('data-jsonblob="{', 'data-jsonblob=" {')


@forgery("table")
def name_twice_in_the_table(report):
    report.text = report.text.replace(
        'data-jsonblob="{', 'data-jsonblob="{&#34;environment&#34;: {}, '
    )


@forgery("table")
def markup_in_the_environment(report):
    environment(report, {"Branch": "<h1 style='position:fixed;inset:0'>Hold</h1>"})


@forgery("table")
def markup_deep_in_the_environment(report):
    environment(report, {"Plugins": {"x": {"<h1>Hold</h1>": [1]}}})
