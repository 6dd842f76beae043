"""代偿核查: whether the fund paid when it might, after chasing, and no more than its share."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from microloan.checks.case import LoanCase
from microloan.checks.check import Check
from microloan.finding import Finding
from microloan.fund_ledger import FundEntryKind
from microloan.guarantee import Covers, Guarantee, payout_of
from microloan.money import fen, from_fen, show
from microloan.position import Position
from microloan.reminder import chased

_PAYOUT: Final = FundEntryKind.CLAIM_PAYOUT.value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stated:
    """A payout by one voucher, as one file states it; what it does not divide is all principal."""

    on: date
    ref: str
    principal_fen: int
    interest_fen: int
    divided: bool

    @property
    def amount_fen(self) -> int:
        """Return principal and interest."""
        return self.principal_fen + self.interest_fen

    def plus(self, other: "_Stated") -> "_Stated":
        """Return both together, by the same voucher."""
        return _Stated(
            on=min(self.on, other.on),
            ref=self.ref,
            principal_fen=self.principal_fen + other.principal_fen,
            interest_fen=self.interest_fen + other.interest_fen,
            divided=self.divided and other.divided,
        )


def wrong_payouts(case: LoanCase) -> Iterator[Finding]:
    """K18: find payouts too early, above the share of the fund, or of interest it did not cover.

    On the first day on which a claim opens, and to the fen of the share, they are right. What the
    book, another file and the bank's list state by one voucher is one payout; all payouts together
    keep within the share too.
    """
    guarantee, paid = case.loan.guarantee, list(_paid(case))
    for stated in _by_voucher(case).values():
        yield from _contradicting(case, stated)
    above = False
    for one in paid:
        if guarantee is None:
            yield _wrong(case, one, "not_guaranteed", ("no fund guarantees it", "该贷款无担保"))
            continue
        opens_at, days = guarantee.claims_open_at(), _before(case, one.on).days_past_due
        if days < opens_at:
            sentence = f"it was {days} days past due; claims open at {opens_at}"
            zh = f"逾期 {days} 天，满 {opens_at} 天方可代偿"
            figures = (("days past due", f"{days}"), ("at least", f"{opens_at}"))
            yield _wrong(case, one, "too_early", (sentence, zh), *figures)
        found = list(_amounts(case, one, guarantee))
        above = above or bool(found)
        yield from found
    if guarantee is not None and len(paid) > 1 and not above:
        yield from _together(case, paid, guarantee)


def _contradicting(case: LoanCase, stated: list[_Stated]) -> Iterator[Finding]:
    amounts = sorted({one.amount_fen for one in stated})
    if len(amounts) > 1:
        less, more = show(from_fen(amounts[0])), show(from_fen(amounts[-1]))
        words = (f"one list has {less}, another {more}", f"各清单金额不一致：{less} 与 {more}")
        yield _wrong(case, stated[0], "other_amount", words, ("one", less), ("another", more))


def _amounts(case: LoanCase, paid: _Stated, guarantee: Guarantee) -> Iterator[Finding]:
    most = payout_of(guarantee, _before(case, paid.on))
    if not paid.divided:
        if paid.amount_fen > most.amount_fen:
            yield _above(case, paid, ("in all", "合计"), paid.amount_fen, most.amount_fen)
        return
    if paid.principal_fen > most.principal_fen:
        yield _above(case, paid, ("of principal", "本金"), paid.principal_fen, most.principal_fen)
    if paid.interest_fen and guarantee.covers is Covers.PRINCIPAL:
        is_now = show(from_fen(paid.interest_fen))
        sentence, zh = f"{is_now} of interest, only principal is covered", f"代偿利息 {is_now} 元"
        zh += "，担保范围仅为本金"
        yield _wrong(case, paid, "interest", (sentence, zh), ("interest", is_now))
    elif paid.interest_fen > most.interest_fen:
        yield _above(case, paid, ("of interest", "利息"), paid.interest_fen, most.interest_fen)


def _together(case: LoanCase, paid: list[_Stated], guarantee: Guarantee) -> Iterator[Finding]:
    """Yield that payouts which are right one by one are more than the share together."""
    most = max(payout_of(guarantee, _before(case, one.on)).amount_fen for one in paid)
    whole = sum(one.amount_fen for one in paid)
    if whole > most:
        count = len(paid)
        yield _above(case, paid[-1], (f"in {count} payouts", f"{count} 笔合计"), whole, most)


def _above(
    case: LoanCase, paid: _Stated, of: tuple[str, str], is_fen: int, most_fen: int
) -> Finding:
    what, what_zh = of
    is_now, most = show(from_fen(is_fen)), show(from_fen(most_fen))
    words = (f"{is_now} {what}, its share is {most}", f"{what_zh} {is_now}，应为 {most}")
    return _wrong(case, paid, "above_share", words, ("paid", is_now), ("at most", most))


def payouts_without_chasing(case: LoanCase) -> Iterator[Finding]:
    """K18: find payouts before which nobody chased the borrower for what was due and unpaid.

    Where the lender filed the claim, the chasing was to be done by the day of the filing.
    """
    contacts = case.index.of("contacts", case.id)
    for paid in _paid(case):
        by = min(paid.on, case.index.filed_on.get(case.id, paid.on))
        if not chased(case.loan, contacts, by=by):
            yield _wrong(case, paid, "not_chased", ("no chasing before it", "代偿前无催收记录"))


def _wrong(
    case: LoanCase, paid: _Stated, what: str, words: tuple[str, str], *figures: tuple[str, str]
) -> Finding:
    sentence, zh = words
    return Check.K18.found(
        what,
        of=case.id,
        sentence=f"the payout {paid.ref} of {paid.on}: {sentence}",
        zh=f"{paid.on} 代偿（{paid.ref}）：{zh}",
        figures=figures,
        settle_by="what was paid wrongly back from the lender",
        settle_by_zh="由银行退回不合规代偿款",
    )


def _before(case: LoanCase, day: date) -> Position:
    """Return the loan on a day as it stood before the fund had paid."""
    own = case.loan.payout
    if own is None or own.on > day:
        return case.loan.position(as_of=day)
    return case.loan.position(as_of=day, through=own.number - 1)


def _paid(case: LoanCase) -> Iterator[_Stated]:
    """Yield each payout once; of several statements of a voucher the one that divides it counts.

    Where they differ it is the one of the highest amount.
    """
    for stated in _by_voucher(case).values():
        yield max(stated, key=lambda one: (one.amount_fen, one.divided))


def _by_voucher(case: LoanCase) -> dict[str, list[_Stated]]:
    """Return what the book, another file and the bank's list state of each voucher, in turn."""
    found: dict[str, list[_Stated]] = {}
    for source in (_of_the_book(case), _of_a_file(case), _of_the_bank(case)):
        sums: dict[str, _Stated] = {}
        for one in source:
            sums[one.ref] = sums[one.ref].plus(one) if one.ref in sums else one
        for ref, stated in sums.items():
            found.setdefault(ref, []).append(stated)
    return found


def _of_the_book(case: LoanCase) -> Iterable[_Stated]:
    own = case.loan.payout
    if own is not None and own.on <= case.as_of:
        yield _Stated(
            on=own.on,
            ref=own.ref,
            principal_fen=own.principal_fen,
            interest_fen=own.interest_fen,
            divided=True,
        )


def _of_a_file(case: LoanCase) -> Iterable[_Stated]:
    for row in case.index.of("payouts", case.id):
        if row.on <= case.as_of:
            yield _Stated(
                on=row.on,
                ref=row.ref,
                principal_fen=fen(row.principal),
                interest_fen=fen(row.interest),
                divided=True,
            )


def _of_the_bank(case: LoanCase) -> Iterable[_Stated]:
    for row in case.index.of("flows", case.id):
        if row.on <= case.as_of and row.kind == _PAYOUT and fen(row.amount) < 0:
            yield _Stated(
                on=row.on,
                ref=row.ref,
                principal_fen=-fen(row.amount),
                interest_fen=0,
                divided=False,
            )
