"""Texts side by side on a terminal: columns of one width, long cells wrapped within theirs."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from re import findall
from typing import Final

from microloan.explain import pad, width

GAP: Final = "  "
_BREAKABLE: Final = r"[!-~]+[ ]?|."
"""A Latin word stays in one piece; a line may break before any Chinese character."""


def wrapped(text: str, columns: int) -> list[str]:
    """Return the lines of a text in a column.

    >>> wrapped("lpr_1y + 1.5 % 贷款期限最长三年", 12)
    ['lpr_1y + 1.5', '% 贷款期限最', '长三年']
    """
    lines, line = [], ""
    for piece in _pieces(text, columns):
        if line and width(line + piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str, columns: int) -> Iterator[str]:
    for piece in findall(_BREAKABLE, text):
        for start in range(0, len(piece), columns):  # a word longer than the column is cut
            yield piece[start : start + columns]


def beside(cells: Iterable[str], columns: Sequence[int]) -> list[str]:
    """Return cells as lines, each cell wrapped in a column of its own.

    >>> beside(["东部", "lpr_1y or lpr_5y"], [6, 9])
    ['东部    lpr_1y or', '        lpr_5y']
    """
    blocks = [wrapped(cell, wide) for cell, wide in zip(cells, columns, strict=True)]
    return [
        GAP.join(pad(part, wide) for part, wide in zip(row, columns, strict=True)).rstrip()
        for row in zip_longest(*blocks, fillvalue="")
    ]
