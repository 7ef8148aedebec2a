"""Complete means asked and judged, whatever other plugins do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugin.meddling import HOW
from tests.plugin.shown import run


@pytest.mark.parametrize("how", HOW)
def test_a_run_from_which_a_plugin_left_something_out_is_not_complete(
    how: str, tmp_path: Path
) -> None:
    result = run(None, tmp_path, "-p", "tests.plugin.meddling", "--meddle", how)
    record = result.record
    assert record["complete"] is False, result.output[-2000:]
    told = [name for name in ("deselected", "interrupted") if record["circumstances"][name]]
    assert len(told) == 1
    assert record["verdict"] in {"pass", "inconclusive"}
    if not record["requests"]:
        assert (record["verdict"], result.status) == ("inconclusive", 75)
