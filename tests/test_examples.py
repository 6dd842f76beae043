"""Everyday runs draw the same examples, whatever is loaded; a search draws new ones."""

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent
DRAWING = f"""
import sys
sys.path[:0] = [{str(TESTS)!r}]
import conftest
for name in sys.argv[1:]:
    __import__(name)
from hypothesis import given, strategies as st
drawn = []
@given(st.lists(st.integers() | st.text()))
def draw(numbers):
    drawn.append(numbers)
draw()
print(ascii(drawn))
"""


def drawn(folder, profile, *modules):
    """What one property is given in a fresh process that has loaded some modules before."""
    (folder / "drawing.py").write_text(DRAWING, encoding="utf-8")
    constants = [f"N{number} = {7_654_321 + number}" for number in range(300)]
    (folder / "with_constants.py").write_text("\n".join(constants), encoding="utf-8")
    return subprocess.check_output(
        [sys.executable, "drawing.py", *modules],
        env={**os.environ, "MICROLOAN_HYPOTHESIS_PROFILE": profile},
        cwd=folder,
        text=True,
    )


def test_an_everyday_run_draws_the_same_examples_whatever_else_is_loaded(tmp_path):
    examples = drawn(tmp_path, "default")

    assert len(examples) > 1_000
    assert drawn(tmp_path, "default", "with_constants") == examples


def test_a_search_draws_new_examples_each_time(tmp_path):
    assert drawn(tmp_path, "seek") != drawn(tmp_path, "seek")
