"""The pages about the command line: every line that begins with ``$`` is run and its answer held.

The Python blocks of a page are run in between. A line of the page that ends with ``…`` says how
the answer begins.
"""

import re
import shlex
from pathlib import Path

import pytest

from microloan.command import main

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = ("recipes/use-the-command-line.md", "zh/command-line.md")
BLOCKS = re.compile(r"^```(python|console|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def steps(block):
    """The lines of a console block: each command with the answer below it."""
    joined = block.replace("\\\n", " ")
    for part in re.split(r"^\$ ", joined, flags=re.MULTILINE)[1:]:
        words, *answer = part.splitlines()
        yield shlex.split(words), answer


def agrees(line, written):
    return line.startswith(written[:-1]) if written.endswith("…") else line == written


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_says_what_the_page_says(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names, commands = {}, 0
    for kind, block in BLOCKS.findall((DOCS / page).read_text(encoding="utf-8")):
        if kind == "python":
            exec(block, names)  # noqa: S102 — it is our own page
            capsys.readouterr()
            continue
        if kind == "sh":  # what is too long to print is run all the same
            assert main(shlex.split(block.replace("\\\n", " "))[1:]) in {0, 1}
            capsys.readouterr()
            continue
        for (program, *words), written in steps(block):
            if program == "export":
                for each in words:
                    monkeypatch.setenv(*each.split("=", 1))
                continue
            assert program == "microloan"
            main(words)
            said = "".join(capsys.readouterr()).splitlines()
            assert len(said) == len(written), f"{words}: {said}"
            for line, expected in zip(said, written, strict=True):
                assert agrees(line, expected), f"{words}: {line}"
            commands += 1

    assert commands > 6
