"""Make examples/leverage.ipynb from examples/leverage.md, with its outputs.

``python tools/notebook.py`` runs every cell in a fresh kernel and writes the notebook. The text is
kept in the Markdown file, where a change can be read; the notebook is never edited by hand.
"""

import re
import shutil
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "examples" / "leverage.md"
NOTEBOOK = SOURCE.with_suffix(".ipynb")
BOOK = ROOT / "shuangliao.db"
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECONDS = 120  # for one cell; the first one may have to build the book


def main(arguments: Sequence[str]) -> None:
    """Run the notebook and write it."""
    options = ArgumentParser(description="Run examples/leverage.md into a notebook.")
    options.add_argument("notebook", nargs="?", type=Path, default=NOTEBOOK, help="what is written")
    options.add_argument("--book", type=Path, default=BOOK, help="the SQLite file of the demo")
    given = options.parse_args(arguments)
    notebook = written(SOURCE.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        run(notebook, where=laid_out(Path(folder), given.book))
    tidy(notebook)
    nbformat.write(notebook, given.notebook)
    print(given.notebook)


def written(text: str) -> nbformat.NotebookNode:
    """Return a notebook of the blocks of a page: Python in code cells, the rest between them."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = list(cells_of(text))
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return notebook


def cells_of(text: str) -> Iterator[nbformat.NotebookNode]:
    """Yield the cells of a page in order."""
    for number, part in enumerate(CODE.split(text)):
        if part.strip():
            make = nbformat.v4.new_code_cell if number % 2 else nbformat.v4.new_markdown_cell
            yield make(part.strip())


def laid_out(folder: Path, book: Path) -> Path:
    """Return a copy of the examples with the book beside it; the book itself stays as it is."""
    examples = folder / "examples"
    examples.mkdir()
    for program in SOURCE.parent.glob("shuangliao*.py"):
        shutil.copy(program, examples)
    if book.exists():
        shutil.copy(book, folder / BOOK.name)
    return examples


def run(notebook: nbformat.NotebookNode, *, where: Path) -> None:
    """Run all cells in a kernel of their own; the first that fails stops it."""
    resources = {"metadata": {"path": str(where)}}
    NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources=resources).execute()


def tidy(notebook: nbformat.NotebookNode) -> None:
    """Take out what differs from run to run, what building printed, and what nobody reads."""
    notebook.metadata.language_info = {"name": "python"}
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    code[0].outputs = []
    for cell in code:
        cell.metadata = {}
        for output in cell.outputs:
            data = output.get("data", {})
            if "text/html" in data:  # a table is shown; all its values in a row are only long
                data["text/plain"] = data["text/plain"].partition("(")[0]


if __name__ == "__main__":
    main(sys.argv[1:])
