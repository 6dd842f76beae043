"""Spreadsheets: the office's tables as workbooks, and its ledgers read from whatever holds them.

XlsxWriter and python-calamine come with the extra ``excel`` and are loaded where a workbook is
written or read; csv files need neither.
"""

from microloan.excel.capitals import in_capitals
from microloan.excel.cell_fault import CellFault
from microloan.excel.form_sheet import form_page
from microloan.excel.half_year_sheet import half_year_page
from microloan.excel.imported import Imported
from microloan.excel.ledger_import import read_ledger
from microloan.excel.ledger_sheet import Skipped, SkippedBecause
from microloan.excel.ledger_writing import ledger_pages, write_ledger
from microloan.excel.page import Heading, OwnKind, Page
from microloan.excel.request_sheet import request_pages
from microloan.excel.table_sheet import table_page
from microloan.excel.unstated import Unstated
from microloan.excel.watch_sheet import watch_page
from microloan.excel.workbook import write_pages

__all__ = [
    "CellFault",
    "Heading",
    "Imported",
    "OwnKind",
    "Page",
    "Skipped",
    "SkippedBecause",
    "Unstated",
    "form_page",
    "half_year_page",
    "in_capitals",
    "ledger_pages",
    "read_ledger",
    "request_pages",
    "table_page",
    "watch_page",
    "write_ledger",
    "write_pages",
]
