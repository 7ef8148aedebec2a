"""The sample that README's command uses names existing tests and leaves out no kind."""

from __future__ import annotations

import ast
from functools import cache

import pytest

from tests.sampling import NONE, SAMPLE, sample
from tests.support import ROOT


@cache
def functions(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", SAMPLE)
def test_each_name_is_a_test(name: str) -> None:
    path, _, function = name.partition("::")
    assert function in functions(path)


class Case:
    def __init__(self, nodeid: str) -> None:
        self.nodeid = nodeid


@pytest.mark.parametrize("one_in", {*SAMPLE.values()} - {NONE})
def test_the_first_case_of_each_runs_and_every_so_many_th(one_in: int) -> None:
    name = next(name for name, stated in SAMPLE.items() if stated == one_in)
    items = [Case(f"{name}[{number}]") for number in range(2 * one_in)]
    running, left = sample([Case("tests/test_other.py::test_it"), *items])
    assert [item.nodeid for item in running] == [
        "tests/test_other.py::test_it",
        f"{name}[0]",
        f"{name}[{one_in}]",
    ]
    assert len(left) == 2 * one_in - 2
