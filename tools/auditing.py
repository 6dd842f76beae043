"""How fast a book is audited through the store: for tools/performance.py.

The book is the one the tests audit: 3,000 clean loans with their requests, visits and reminders.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import create_engine

from microloan.store import UnitOfWork, create_all

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))
import audit_book

LOANS, LEAST = 3_000, 300


def time_audit() -> dict[str, float]:
    """Return the seconds of auditing the book, without a closed half-year and with one."""
    sample, taken = audit_book.a_book(LOANS), {}
    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'book.db'}")
        create_all(engine)
        audit_book.keep(engine, sample, audit_book.RULES)
        for name in ("all checks", "all checks, a closed half-year among what they look at"):
            with UnitOfWork(engine, book=audit_book.BOOK) as uow:
                start = perf_counter()
                facts = sample.handed_in()
                audit = uow.audit(facts, under=audit_book.RULES, as_of=audit_book.AS_OF)
                taken[name] = perf_counter() - start
                if audit.findings:
                    raise SystemExit(f"the clean book raised {audit.findings[0]}")
                uow.close(audit_book.HALF, on=audit_book.AS_OF)
                uow.commit()
        engine.dispose()
    return taken


def print_audit(taken: dict[str, float]) -> tuple[str, bool]:
    """Print the table; return the target and whether it was met."""
    print(f"\n| an audit of {LOANS:,} loans | s | loans a second |\n| --- | ---: | ---: |")
    for name, seconds in taken.items():
        print(f"| {name} | {seconds:.2f} | {LOANS / seconds:,.0f} |")
    rate = LOANS / max(taken.values())
    return f"K01-K25 audit: {rate:,.0f} loans a second, {LEAST:,} at least", rate >= LEAST
