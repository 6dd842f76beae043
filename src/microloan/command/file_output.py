"""``microloan export``: what a book holds as a workbook: a ledger, a sheet, a list, a request."""

from argparse import Namespace

from microloan.command.answer import Answer, Sentence
from microloan.command.opened import book_of
from microloan.command.terminal import progress_of
from microloan.excel import (
    Page,
    half_year_page,
    ledger_pages,
    request_pages,
    watch_page,
    write_pages,
)
from microloan.naming import refused_terms
from microloan.store import UnitOfWork
from microloan.tracking import watch_list


def reply(options: Namespace) -> Answer:
    """Write one workbook; a file of that name is replaced once all of it is written.

    Raises:
        NotFound: the half-year is not closed, or the bank asked for nothing in the quarter.
        NotInLedger: a loan with something that the columns of a ledger cannot say.
        InvalidTerms: a file that cannot be written.
    """
    with book_of(options) as uow:
        pages = _pages(options, uow)
    with progress_of(options, "写出 written") as counter:
        try:
            write_pages(options.file, pages, progress=counter.along)
        except OSError as fault:
            limit = f"a file that can be written ({fault.strerror})"
            raise refused_terms("the file", "导出文件", options.file, limit) from fault
    sheets = {page.name: len(page.rows) for page in pages}
    en = ", ".join(f"{name} {rows:,} rows" for name, rows in sheets.items())
    zh = "，".join(f"{name} {rows:,} 行" for name, rows in sheets.items())
    return Answer(
        parts=(Sentence(f"{options.file}: {en}", f"{options.file}：{zh}"),),
        facts={"file": options.file, "sheets": sheets},
    )


def _pages(options: Namespace, uow: UnitOfWork) -> tuple[Page, ...]:
    """Return the sheets that were asked for; the command line names one of the four."""
    if options.half is not None:
        return (half_year_page(uow.half_years.get(options.half)),)
    if options.watch is not None:
        watches = watch_list(uow.loans.all(), as_of=options.watch, visits=uow.follow_up.visits())
        return (watch_page(watches, as_of=options.watch),)
    if options.request is not None:
        if options.lender is None:
            options.misuse("a --request is that of one --lender")
        return request_pages(uow.requests.get(options.lender, options.request))
    return ledger_pages(uow.loans.all(), as_of=options.ledger)
