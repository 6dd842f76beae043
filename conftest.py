"""Documentation is tested: Python blocks of the README and of docs/, examples in docstrings."""

from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser
from sybil.sybil import SybilCollection

BLOCKS, DOCTESTS = [PythonCodeBlockParser()], [DocTestParser()]
FIXTURES = ["page_directory"]

pytest_collect_file = SybilCollection(
    [
        Sybil(BLOCKS, pattern="README*.md", exclude="*/README*.md", fixtures=FIXTURES),
        Sybil(BLOCKS, pattern="*.md", path="docs", fixtures=FIXTURES),
        Sybil(DOCTESTS, pattern="*.py", path="src", fixtures=FIXTURES),
    ]
).pytest()


@pytest.fixture(scope="module")
def page_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Run the examples of one file in a directory of their own; what they write stays there."""
    directory = tmp_path_factory.mktemp("page")
    with chdir(directory):
        yield directory
