"""工作表读取: the cells of a file, whichever of xlsx, xls, ods and csv it is."""

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

from microloan.errors import UnreadableFile
from microloan.errors.personal import quoted
from microloan.excel.typed_cell import RawCell
from microloan.extra import load_extra
from microloan.naming import refused_terms

Source: TypeAlias = str | os.PathLike[str] | BinaryIO
"""Where a ledger is read from: the name of a file, or a file open for reading bytes."""

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"
_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_SEPARATORS: Final = ",\t;"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSheet:
    """One sheet: its name and its rows, from the first row and column of the sheet.

    Args:
        name: the name on the tab; of a csv file, its file name.
        rows: the cells as they were read.
    """

    name: str
    rows: Sequence[Sequence[RawCell]]


def read_sheets(source: Source) -> tuple[RawSheet, ...]:
    """Return the sheets of a file; what kind it is shows in its content, not in its name.

    Args:
        source: the name of a file, or a file open for reading bytes.

    Raises:
        ExtraMissing: python-calamine is not installed, and the file is no csv.
        UnreadableFile: no file, no spreadsheet, a damaged one, or one with a password.
        InvalidTerms: neither a name nor a file open for reading bytes.
    """
    if isinstance(source, str | os.PathLike):
        name = Path(source).name
        content = _content_of(Path(source))
    elif hasattr(source, "read"):
        content, name = source.read(), _name_of(source)
    else:
        raise refused_terms("the source", "导入文件", type(source).__name__, "a file")
    if not isinstance(content, bytes):
        raise refused_terms("the source", "导入文件", type(content).__name__, "a file of bytes")
    if content.startswith((_ZIP, _OLE)):
        return _workbook(content, name)
    return (_text_table(content, name),)


def _content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        why = fault.strerror or type(fault).__name__
        raise _unreadable(path.name, f"not to be read: {why}", f"无法读取：{why}") from fault


def _name_of(file: BinaryIO) -> str:
    given = getattr(file, "name", None)
    return Path(given).name if isinstance(given, str) else "csv"


def _workbook(content: bytes, name: str) -> tuple[RawSheet, ...]:
    program = load_extra("python_calamine", extra="excel")
    try:
        with program.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return tuple(
                RawSheet(
                    name=sheet,
                    rows=book.get_sheet_by_name(sheet).to_python(skip_empty_area=False),
                )
                for sheet in _tables(program, book)
            )
    except program.PasswordError as locked:
        raise _unreadable(name, "locked by a password", "设有密码") from locked
    except (program.CalamineError, OSError, ValueError) as broken:
        raise _unreadable(name, "damaged or no spreadsheet", "已损坏或不是电子表格") from broken


def _tables(program: Any, book: Any) -> list[str]:  # noqa: ANN401 — a library that is not always there
    """Return the names of the sheets that hold cells, and not a chart alone."""
    cells = program.SheetTypeEnum.WorkSheet
    return [one.name for one in book.sheets_metadata if one.typ == cells]


def _text_table(content: bytes, name: str) -> RawSheet:
    text = _decoded(content, name)
    if text.lstrip()[:1] == "<":
        raise _unreadable(
            name,
            "a web page: open it in a spreadsheet program and save it as xlsx",
            "实为网页，请用表格软件打开后另存为 xlsx",
        )
    first = text.splitlines()[:20]
    separator = max(_SEPARATORS, key=lambda sign: sum(line.count(sign) for line in first))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as broken:
        raise _unreadable(name, "no csv table", "不是 csv 表格") from broken
    return RawSheet(name=name, rows=rows)


def _decoded(content: bytes, name: str) -> str:
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _unreadable(name, "neither a spreadsheet nor text", "既非电子表格也非文本")


def _unreadable(name: str, why: str, zh: str) -> UnreadableFile:
    return UnreadableFile(
        f"{quoted(name)} is {why}",
        zh=f"文件{quoted(name)}{zh}",
        value=name,
        limit="xlsx, xls, ods or csv",
    )
