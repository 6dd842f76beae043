"""还款核对: the repayments of a bank's list beside those of the book, contract by contract."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, TypeAlias, TypeVar

from microloan.bank_difference import BankDifference, BankDifferenceKind, Listed
from microloan.bank_row import BankField, BankRepayment
from microloan.contract_number import one_slip_apart, plain_number, with_one_left_out
from microloan.money import from_fen, show

_DAY = timedelta(days=1)
_Key = TypeVar("_Key", bound=Hashable)
_When: TypeAlias = tuple[date, int]
"""The day of a repayment and all its money, in fen."""
_Pair: TypeAlias = tuple[BankRepayment, BankRepayment]
"""A repayment of the book and one of the bank."""


def match_repayments(
    booked: Mapping[str, Sequence[BankRepayment]],
    listed: Iterable[BankRepayment],
    *,
    names: Mapping[str, str],
    expected: Callable[[BankRepayment], bool],
    near_days: int,
) -> tuple[BankDifference, ...]:
    """Return in what the repayments of a bank's list differ from those of the book.

    The day and the amount name a repayment, before its receipt does: banks number receipts their
    own way. A receipt names one where the day or the amount agrees with it. What is left over is
    near where the amount agrees within some days, the nearest first, or the day alone.

    Args:
        booked: every repayment of the book, by contract.
        listed: the bank's list.
        names: the book's spelling of a contract number where the bank's is another.
        expected: tells whether the list must hold a repayment of the book.
        near_days: how many days apart the same amount counts as near.
    """
    rows: dict[str, list[BankRepayment]] = defaultdict(list)
    strangers: list[BankRepayment] = []
    for row in listed:
        contract = names.get(row.contract, row.contract)
        (rows[contract] if contract in booked else strangers).append(row)
    found: list[BankDifference] = []
    missing: list[BankRepayment] = []
    for contract, mine in booked.items():
        sides = _Sides(contract, list(mine), rows.get(contract, []))
        sides.compare(expected, near_days)
        found.extend(sides.found)
        missing += [one for one in sides.mine if expected(one)]
    found.extend(_with_strangers(strangers, missing))
    return tuple(found)


@dataclass(slots=True)
class _Sides:
    """What is left to be paired of one contract, and what was found so far."""

    contract: str
    mine: list[BankRepayment]
    theirs: list[BankRepayment]
    found: list[BankDifference] = field(default_factory=list)

    def compare(self, expected: Callable[[BankRepayment], bool], near_days: int) -> None:
        pairs = [pair for key in _KEYS for pair in self._pair_by(key)]
        for book, bank in pairs:
            self._compare_parts(book, bank)
        self._count(pairs, expected)
        for book, bank in self._pair_by_amount(near_days):
            self._near(BankField.ON, str(book.on), str(bank.on), bank)
        for book, bank in self._pair_by(_by_day):
            self._near(BankField.AMOUNT, _shown(book), _shown(bank), bank)
        self.found += [
            _difference(BankDifferenceKind.MISSING_IN_BOOK, self.contract, "", _told(row), row.row)
            for row in self.theirs
        ]

    def _pair_by(self, key: Callable[[BankRepayment], object]) -> list[_Pair]:
        """Pair what has the same key, in order, and keep what is left.

        ``None`` is no key; every repayment of the book has one, since it has a voucher.
        """
        waiting = _by_key(self.mine, key)
        pairs = [(same.popleft(), row) for row in self.theirs if (same := waiting.get(key(row)))]
        self._keep(pairs)
        return pairs

    def _pair_by_amount(self, near_days: int) -> list[_Pair]:
        """Pair the same amounts that lie some days apart at most, the nearest first."""
        mine, theirs = (_by_key(side, _by_amount_and_day) for side in (self.mine, self.theirs))
        listed: dict[int, list[date]] = defaultdict(list)
        for amount, day in sorted(theirs):
            listed[amount].append(day)
        near: list[tuple[int, int, date, date]] = []
        for amount, day in mine:
            days = listed.get(amount, [])
            first = bisect_left(days, day - near_days * _DAY)
            last = bisect_right(days, day + near_days * _DAY)
            near += [(abs((other - day).days), amount, day, other) for other in days[first:last]]
        pairs: list[_Pair] = []
        for _, amount, day, other in sorted(near):
            here, there = mine[amount, day], theirs[amount, other]
            while here and there:
                pairs.append((here.popleft(), there.popleft()))
        self._keep(pairs)
        return pairs

    def _keep(self, pairs: Sequence[_Pair]) -> None:
        """Take away what was paired."""
        self.mine = _without(self.mine, [book for book, _ in pairs])
        self.theirs = _without(self.theirs, [bank for _, bank in pairs])

    def _count(self, pairs: Sequence[_Pair], expected: Callable[[BankRepayment], bool]) -> None:
        """Find what stands more often on one side than on the other, and take it away."""
        common: dict[_When, list[BankRepayment]] = defaultdict(list)
        for book, _ in pairs:
            common[_by_day_and_amount(book)].append(book)
        said = {_by_parts(one) for pair in pairs for one in pair}
        more = Counter(map(_by_day_and_amount, self.theirs))
        for row in self.theirs:
            key = _by_day_and_amount(row)
            if same := common.get(key):
                self._twice(str(len(same)), str(len(same) + more[key]), row.row)
                if _by_parts(row) not in said:
                    self._compare_parts(same[0], row)
        more = Counter(map(_by_day_and_amount, self.mine))
        for one in self.mine:
            key = _by_day_and_amount(one)
            if (same := common.get(key)) and expected(one):
                self._twice(str(len(same) + more[key]), str(len(same)), 0)
        self.theirs = [row for row in self.theirs if _by_day_and_amount(row) not in common]
        self.mine = [one for one in self.mine if _by_day_and_amount(one) not in common]

    def _twice(self, book: str, bank: str, row: int) -> None:
        found = _difference(BankDifferenceKind.TWICE, self.contract, book, bank, row)
        self.found.append(replace(found, field=BankField.TIMES))

    def _compare_parts(self, book: BankRepayment, bank: BankRepayment) -> None:
        mine = book.stated()
        for column, text in bank.stated().items():
            if mine[column] != text:
                found = _difference(
                    BankDifferenceKind.DIFFERENT, self.contract, mine[column], text, bank.row
                )
                self.found.append(replace(found, field=column))

    def _near(self, column: BankField, book: str, bank: str, row: BankRepayment) -> None:
        found = _difference(BankDifferenceKind.NEAR, self.contract, book, bank, row.row)
        self.found.append(replace(found, field=column))


def _by_key(
    side: Iterable[BankRepayment], key: Callable[[BankRepayment], _Key]
) -> dict[_Key, deque[BankRepayment]]:
    """Return repayments by what names them, those of one name in order."""
    waiting: dict[_Key, deque[BankRepayment]] = defaultdict(deque)
    for one in side:
        waiting[key(one)].append(one)
    return waiting


def _without(side: Iterable[BankRepayment], taken: Iterable[BankRepayment]) -> list[BankRepayment]:
    """Return what is left; a row that was listed twice is taken as often as it was paired."""
    gone = Counter(map(id, taken))
    left = []
    for one in side:
        if gone[id(one)]:
            gone[id(one)] -= 1
        else:
            left.append(one)
    return left


def _by_ref_and_parts(one: BankRepayment) -> object:
    return (one.ref, _by_parts(one)) if one.ref else None


def _by_parts(one: BankRepayment) -> object:
    return one.on, one.principal, one.interest, one.charges


def _by_ref_day_and_amount(one: BankRepayment) -> object:
    return (one.ref, _by_day_and_amount(one)) if one.ref else None


def _by_ref_and_amount(one: BankRepayment) -> object:
    return (one.ref, one.amount_fen) if one.ref else None


def _by_ref_and_day(one: BankRepayment) -> object:
    return (one.ref, one.on) if one.ref else None


def _by_day_and_amount(one: BankRepayment) -> _When:
    return one.on, one.amount_fen


def _by_amount_and_day(one: BankRepayment) -> tuple[int, date]:
    return one.amount_fen, one.on


def _by_day(one: BankRepayment) -> date:
    return one.on


_KEYS: Final[tuple[Callable[[BankRepayment], object], ...]] = (
    _by_ref_and_parts,
    _by_parts,
    _by_ref_day_and_amount,
    _by_day_and_amount,
    _by_ref_and_amount,
    _by_ref_and_day,
)
"""What names a repayment on both sides, the surest first."""


def _with_strangers(
    strangers: Sequence[BankRepayment], missing: Sequence[BankRepayment]
) -> Iterator[BankDifference]:
    """Yield what is missing on either side, and rows whose contract number is nearly the book's."""
    waiting = _by_key(missing, lambda one: (one.contract, _by_day_and_amount(one)))
    index: dict[tuple[str, _When], list[str]] = defaultdict(list)
    for contract, when in waiting:
        for part in with_one_left_out(plain_number(contract)):
            index[part, when].append(contract)
    near: list[tuple[bool, str, int]] = []
    for place, row in enumerate(strangers):
        near += [(*one, place) for one in _near_numbers(row, index)]
    pairs: dict[int, BankRepayment] = {}
    for _, contract, place in sorted(near):
        row = strangers[place]
        same = waiting[contract, _by_day_and_amount(row)]
        if same and place not in pairs:
            pairs[place] = same.popleft()
    for place, row in enumerate(strangers):
        if one := pairs.get(place):
            figures = (one.contract, row.contract)
            found = _difference(BankDifferenceKind.NEAR, one.contract, *figures, row.row)
            yield replace(found, field=BankField.CONTRACT)
        else:
            kind = BankDifferenceKind.MISSING_IN_BOOK
            yield _difference(kind, row.contract, "", _told(row), row.row)
    paired = {id(one) for one in pairs.values()}
    for one in missing:
        if id(one) not in paired:
            yield _difference(BankDifferenceKind.MISSING_AT_BANK, one.contract, _told(one), "")


def _near_numbers(
    row: BankRepayment, index: Mapping[tuple[str, _When], Sequence[str]]
) -> Iterator[tuple[bool, str]]:
    """Yield the contracts whose number is nearly the row's; a slip is further off than spelling."""
    plain, when = plain_number(row.contract), _by_day_and_amount(row)
    parts = with_one_left_out(plain)
    for contract in {one for part in parts for one in index.get((part, when), ())}:
        number = plain_number(contract)
        if one_slip_apart(plain, number):
            yield number != plain, contract


def _told(one: BankRepayment) -> str:
    """Return what names a repayment beside its contract: the day, the money and the receipt."""
    return f"{one.on} {_shown(one)} {one.ref}".rstrip()


def _shown(one: BankRepayment) -> str:
    return show(from_fen(one.amount_fen))


def _difference(
    kind: BankDifferenceKind, subject: str, book: str, bank: str, row: int = 0
) -> BankDifference:
    return BankDifference(
        kind=kind,
        about=Listed.REPAYMENT,
        subject=subject,
        field=BankField.ROW,
        book=book,
        bank=bank,
        row=row,
    )
