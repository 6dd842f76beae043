"""The notebook, run in a fresh kernel: it does what its committed outputs say."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from demo_run import ROOT, first_run

COMMITTED = ROOT / "examples" / "leverage.ipynb"
PICTURE = "image/svg+xml"
STYLE = re.compile("<style>.*?</style>")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> dict:
    book, _ = first_run(tmp_path_factory.mktemp("双辽"))
    made = tmp_path_factory.mktemp("notebook") / "leverage.ipynb"
    program = [sys.executable, ROOT / "tools" / "notebook.py", made, "--book", book]
    done = subprocess.run(program, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr[-3_000:]
    return read(made)


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def sources(notebook: dict) -> list[tuple[str, str]]:
    return [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]]


def shown(notebook: dict) -> list[dict[str, str]]:
    """What each output says, by kind: without its style, of a picture only that it is one."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    told = [output.get("data") or {"stream": output["text"]} for output in outputs]
    return [
        {
            kind: "" if kind == PICTURE else STYLE.sub("", "".join(text))
            for kind, text in one.items()
        }
        for one in told
    ]


def test_the_committed_outputs_are_those_of_a_fresh_run(fresh):
    committed = read(COMMITTED)

    assert sources(committed) == sources(fresh)
    assert shown(committed) == shown(fresh)


def test_it_answers_what_a_user_wants_to_know(fresh):
    text = "\n".join(text for one in shown(fresh) for text in one.values())

    assert "SL-FUND on 2010-06-30: headroom" in text
    assert "(2078, datetime.date(2004, 11, 30), Decimal('4.8509'), 0)" in text
    # 50,000 yuan go 173 times into the 8,666,906.45 yuan of room of that day.
    assert "\n173\n" in text
    # A deposit of a million is five million more of room under a cap of five.
    assert "2011-12-31 4.6134 → 4.2292 余量 headroom 9,255,659.53" in text
    assert "rounded" in text
    assert sum(PICTURE in one for one in shown(fresh)) == 2
    assert sum("text/html" in one for one in shown(fresh)) == 4


def test_what_is_committed_loads_nothing_and_names_no_place_of_a_machine():
    text = COMMITTED.read_text(encoding="utf-8")

    assert len(text) < 400_000
    assert not re.search(r"<script|src=|@import|url\(\s*['\"]?http", text)
    assert set(re.findall(r"https?://[\w./-]+", text)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert not re.search(r"/(home|tmp|root|work|Users)/|Traceback", text)
