"""Loading many loans 批量导入: committed chunk by chunk, and gone on with after an interruption."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import islice
from typing import Final

from sqlalchemy import Engine

from microloan.errors import MicroloanError
from microloan.loan import Loan
from microloan.naming import identity, refused_terms, require_whole, several_of
from microloan.periods import plain_date
from microloan.policy import Policy
from microloan.policy.rulebook import require_policy
from microloan.store.admissions import CHUNK, STORAGE, Loaded, named_by
from microloan.store.unit_of_work import UnitOfWork

_MOST: Final = 100_000


def load_loans(
    engine: Engine,
    loans: Iterable[Loan],
    *,
    book: str,
    under: Policy,
    on: date,
    chunk: int = CHUNK,
    progress: Loaded = lambda _: None,
) -> int:
    """Store many loans in one book, chunk by chunk, each chunk whole or not at all.

    Loans with a guarantee are admitted, the others saved. What the book holds already is left as it
    is: after an interruption the same call goes on where it stopped. To load all or nothing, use
    :meth:`UnitOfWork.admit_all` in a transaction of your own.

    Args:
        engine: the host's engine; every chunk is a transaction.
        loans: the loans, with the entries known so far; they are taken from it chunk by chunk.
        book: the book 台账.
        under: the policy that sets the cap.
        on: the day of admission.
        chunk: how many loans are committed together, from 1 to 100,000.
        progress: called after each commit with how many loans were stored so far.

    Returns:
        how many loans were given.

    Raises:
        InvalidTerms: no engine, no loan, no policy, or an unusable chunk.
        LeverageExceeded, LenderSuspended, SubLimitExceeded, PeriodClosed, RefConflict, NotFound: as
            :meth:`UnitOfWork.admit_all`, for the first loan that does not fit; the chunks before
            stay.
    """
    if not isinstance(engine, Engine):
        kind = type(engine).__name__
        raise refused_terms("where loans are loaded", "导入目标", kind, "an Engine")
    require_whole(chunk, "a chunk", "每批笔数", 1, _MOST)
    identity(book, "a book")
    require_policy(under)
    plain_date(on, "admission")
    done = 0
    for part in _chunks(loans, chunk):
        if not _fits(engine, book, partial(_at_once, part, under, on)):
            # the first loan that does not fit is named, whichever it is
            _keep(engine, book, partial(_in_turn, part, under, on))
        done += len(part)
        progress(done)
    return done


def _fits(engine: Engine, book: str, act: Callable[[UnitOfWork], None]) -> bool:
    """Keep what an act does; tell whether none of its loans was refused."""
    try:
        _keep(engine, book, act)
    except STORAGE:
        raise
    except MicroloanError:
        return False
    return True


def _keep(engine: Engine, book: str, act: Callable[[UnitOfWork], None]) -> None:
    with UnitOfWork(engine, book=book) as uow:
        act(uow)
        uow.commit()


def _at_once(loans: Sequence[Loan], under: Policy, on: date, uow: UnitOfWork) -> None:
    """Store loans under as few locks and tests as can be."""
    several_of(loans, Loan, "what is loaded", "导入对象")
    uow.save(*(one for one in loans if one.guarantee is None))
    uow.admit_all((one for one in loans if one.guarantee is not None), under=under, on=on)


def _in_turn(loans: Sequence[Loan], under: Policy, on: date, uow: UnitOfWork) -> None:
    """Store loans one after another, so that a refusal is that of the first one."""
    for loan in loans:
        [one] = several_of([loan], Loan, "what is loaded", "导入对象")
        with named_by(one):
            if one.guarantee is None:
                uow.save(one)
            else:
                uow.admit(one, under=under, on=on)


def _chunks(loans: Iterable[Loan], size: int) -> Iterator[list[Loan]]:
    if not isinstance(loans, Iterable):
        kind = type(loans).__name__
        raise refused_terms("what is loaded", "导入对象", kind, "several Loan")
    rest = iter(loans)
    while part := list(islice(rest, size)):
        yield part
