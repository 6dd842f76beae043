"""The page of promises names tests that are there, and the programmes of the torture."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")


def names_in(path):
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_test_that_a_promise_rests_on_is_there():
    named = re.findall(r"^- Test: `([\w/]+\.py)::(\w+)`$", PAGE, re.MULTILINE)

    assert len(named) >= 12
    assert [name for path, name in named if name not in names_in(path)] == []


def test_every_promise_rests_on_a_test():
    promised = PAGE.partition("## What is promised")[2].partition("\n## ")[0]
    promises = re.split(r"^\*\*", promised, flags=re.MULTILINE)[1:]

    assert len(promises) >= 10
    assert [one for one in promises if "- Test: `" not in one] == []


def test_the_programmes_are_those_of_the_torture():
    told = re.findall(
        r"^\| (\w+) \| .* \| .* \|$", PAGE.partition("Its control |")[2], re.MULTILINE
    )
    modules = {path.stem for path in (ROOT / "tests" / "torture").glob("*.py")}

    assert len(told) == 8
    assert set(told) <= modules
