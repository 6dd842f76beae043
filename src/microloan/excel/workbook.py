"""工作簿: pages written as one xlsx file that a spreadsheet program opens and prints."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Final, TypeAlias

from microloan.excel.page import OwnKind, Page, Progress, spoken, tab_name
from microloan.extra import load_extra
from microloan.naming import refused_terms
from microloan.table.kind import ColumnKind

Target: TypeAlias = str | os.PathLike[str] | BinaryIO
"""Where a workbook is written: the name of a file, or a file open for writing bytes."""

_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FONT: Final = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
_BOXED: Final = _FONT | {"border": 1}
_FORMATS: Final[dict[ColumnKind, dict[str, object]]] = {
    ColumnKind.TEXT: {"num_format": "@", "text_wrap": True},
    ColumnKind.COUNT: {"num_format": "0"},
    ColumnKind.MONEY: {"num_format": "#,##0.00"},
    ColumnKind.DATE: {"num_format": "yyyy-mm-dd", "align": "center"},
    ColumnKind.RATE: {"num_format": "0.00##%"},
    ColumnKind.MULTIPLE: {"num_format": "General"},
    ColumnKind.FLAG: {"num_format": "@", "align": "center"},
}
_A4: Final = 9
_PAGE_WIDTH: Final = 210
"""Characters that A4 across still shows readably, at about 60 % of full size."""
_LONGEST: Final = 32_767
_HEAD_HEIGHT: Final = 30
_TITLE_HEIGHT: Final = 28
_SIGN_HERE: Final = f"：{16 * '_'}　　　"


def write_pages(
    target: Target, pages: Iterable[Page], *, progress: Progress = lambda rows: rows
) -> None:
    """Write pages as one workbook; a file of that name is replaced, once all of it is written.

    Text is written as text, whatever it begins with, so that no cell becomes a formula or a link.

    Args:
        target: the name of a file, or a file open for writing bytes.
        pages: the sheets, in order; one at least.
        progress: wraps the rows of each sheet, such as ``tqdm``.

    Raises:
        ExtraMissing: XlsxWriter is not installed.
        InvalidTerms: no pages, no name of a file, or a text that is too long for a cell.
        OSError: the file cannot be written.
    """
    listed = list(pages)
    if not listed or not all(isinstance(page, Page) for page in listed):
        raise refused_terms("the pages", "表页", len(listed), "several Page")
    program = load_extra("xlsxwriter", extra="excel")
    if not isinstance(target, str | os.PathLike):
        with TemporaryDirectory() as scratch:
            _draw(program, target, listed, progress, scratch)
        return
    path = Path(target)
    if not path.name:
        raise refused_terms("the file", "导出文件", str(target), "the name of a file")
    # Beside the target, so that it takes the place of the old one at once or not at all.
    part = path.with_name(f"{path.name}.part")
    try:
        with TemporaryDirectory() as scratch, part.open("wb") as file:
            _draw(program, file, listed, progress, scratch)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _draw(
    program: Any,  # noqa: ANN401 — XlsxWriter has no types
    target: Any,  # noqa: ANN401 — as above
    pages: Sequence[Page],
    progress: Progress,
    scratch: str,
) -> None:
    book = program.Workbook(target, _OPTIONS | {"tmpdir": scratch})
    formats = {kind: book.add_format(_BOXED | given) for kind, given in _FORMATS.items()}
    heavy = {
        kind: book.add_format(_BOXED | given | {"bold": True}) for kind, given in _FORMATS.items()
    }
    marks = {
        "title": book.add_format(_FONT | {"bold": True, "font_size": 16}),
        "note": book.add_format(_FONT),
        "head": book.add_format(
            _BOXED | {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#E7E6E6"}
        ),
    }
    names: list[str] = []
    try:
        for page in pages:
            names.append(tab_name(page.name, names))
            _Drawing(
                page=page,
                widths=page.widths(),
                sheet=book.add_worksheet(names[-1]),
                formats=formats,
                heavy=heavy,
                marks=marks,
            ).all(progress)
        book.close()
    except BaseException:
        for sheet in book.worksheets():  # the rows of each wait in a file of their own
            sheet.row_data_fh.close()
        raise


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawing:
    """One page on one sheet, row by row from the top: rows left behind cannot be written again."""

    page: Page
    widths: list[int]
    sheet: Any
    formats: dict[ColumnKind, Any]
    heavy: dict[ColumnKind, Any]
    marks: dict[str, Any]

    @property
    def head(self) -> int:
        return 1 + len(self.page.notes)

    def all(self, progress: Progress) -> None:
        page, sheet = self.page, self.sheet
        sheet.set_row(0, _TITLE_HEIGHT)
        self._text(0, 0, page.title, self.marks["title"])
        for row, note in enumerate(page.notes, start=1):
            self._text(row, 0, note, self.marks["note"])
        sheet.set_row(self.head, _HEAD_HEIGHT)
        for column, heading in enumerate(page.headings):
            self._text(self.head, column, heading.text, self.marks["head"])
        last = self.head
        for last, cells in enumerate(progress(page.rows), start=self.head + 1):
            self._cells(last, cells, self.formats)
        if last > self.head:
            sheet.autofilter(self.head, 0, last, len(page.headings) - 1)
        if page.totals:
            last += 1
            self._cells(last, page.totals, self.heavy)
        for line in page.below:
            last += 1
            self._text(last, 0, line, self.marks["note"])
        if page.signatures:
            signed = "".join(f"{name}{_SIGN_HERE}" for name in page.signatures)
            # On a form of several pages across, the first columns come again on each of them.
            self._text(last + 2, page.keys if self._across() > 1 else 0, signed, self.marks["note"])
        self._print()

    def _print(self) -> None:
        page, sheet = self.page, self.sheet
        for column, width in enumerate(self.widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(self.head + 1, page.keys)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&C第 &P 页，共 &N 页")
        sheet.repeat_rows(self.head)
        across = self._across()
        if across > 1:
            sheet.repeat_columns(0, page.keys - 1)
        sheet.fit_to_pages(across, 0)

    def _across(self) -> int:
        """Return over how many pages side by side the columns go."""
        keys = sum(self.widths[: self.page.keys])
        return 1 + max(sum(self.widths) - keys - 1, 0) // max(_PAGE_WIDTH - keys, 1)

    def _cells(self, row: int, cells: Sequence[object], formats: dict[ColumnKind, Any]) -> None:
        for column, (heading, cell) in enumerate(zip(self.page.headings, cells, strict=True)):
            if isinstance(cell, OwnKind):
                self._cell(row, column, cell.cell, cell.kind, formats)
            else:
                self._cell(row, column, cell, heading.kind, formats)

    def _cell(
        self,
        row: int,
        column: int,
        cell: object,
        kind: ColumnKind,
        formats: dict[ColumnKind, Any],
    ) -> None:
        style, sheet = formats[kind], self.sheet
        if cell is None or cell == "":
            sheet.write_blank(row, column, None, style)
        elif isinstance(cell, str) or kind in {ColumnKind.TEXT, ColumnKind.FLAG}:
            self._text(row, column, spoken(cell, kind, self.page.language), style)
        elif isinstance(cell, date):
            sheet.write_datetime(row, column, cell, style)
        elif kind is ColumnKind.MONEY and isinstance(cell, int):
            # The nearest number a cell can hold; it shows, and gives back, the very fen.
            sheet.write_number(row, column, cell / 100, style)
        else:
            sheet.write_number(row, column, cell, style)

    def _text(self, row: int, column: int, text: str, style: Any) -> None:  # noqa: ANN401 — as above
        if len(text) > _LONGEST:
            raise refused_terms(
                "the text of a cell", "单元格文本长度", len(text), f"{_LONGEST} characters at most"
            )
        self.sheet.write_string(row, column, text, style)
