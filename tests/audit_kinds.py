"""The kinds of loans in the clean book for auditors, besides the plain one of a person for a year.

Of every 120 loans one is of each kind; its place in the 120 says so, and with it its bank: every
third place is of BANK-3, whose subsidies come in a file. A file states the days of a whole interest
period, so that an extension, or a part paid out in the midst of one, is left to the other banks.
"""

from datetime import date, timedelta

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    Prepayment,
    Reference,
    accelerate,
    disburse,
    extend,
    fen,
    from_fen,
)
from microloan.course import run_through

MOST = 120
CALLED_ON = date(2024, 12, 24)
MONTHLY = {"interval_months": 1, "settlement": None}


def unpaid_dues(loan, as_of):
    """What is planned of the loan and not paid, by all that happened."""
    fold = run_through(loan.terms, loan.entries, as_of=as_of)
    return [due for due in fold.dues if due.unpaid_principal_fen + due.unpaid_interest_fen]


def paid_on_time(loan, until):
    """The loan with everything that falls due by a day paid on its day."""
    while days := [due.due_on for due in unpaid_dues(loan, until) if due.due_on <= until]:
        on = min(days)
        loan = loan.repay(loan.position(as_of=on).arrears, on=on, ref=f"回单 {on}")
    return loan


def extended(loan, until):
    """A loan of six months, extended by another six ten days before it matures."""
    on = loan.terms.matures_on - timedelta(10)
    loan = extend(paid_on_time(loan, on), months=6, on=on, ref="展期1")
    return paid_on_time(loan, until)


def prepaid(loan, until):
    """Half of the principal is repaid early, on 20 July."""
    on = date(2024, 7, 20)
    loan = paid_on_time(loan, on)
    owed = loan.payoff(on=on).total_fen
    half = from_fen(owed - loan.position(as_of=on).outstanding_fen // 2)
    return paid_on_time(loan.prepay(half, on=on, ref="提前1", then=Prepayment.LOWER), until)


def in_two_parts(loan, until):
    """Two fifths were paid out first, the rest on 1 August."""
    on = date(2024, 8, 1)
    loan = paid_on_time(loan, on)
    rest = from_fen(fen(loan.terms.principal) - loan.position(as_of=on).outstanding_fen)
    return paid_on_time(disburse(loan, rest, on=on, ref="放款2"), until)


def called_in(loan, until):
    """Nothing was paid since September; the bank called it in."""
    assert until >= CALLED_ON
    loan = paid_on_time(loan, date(2024, 9, 19))
    return accelerate(loan, on=CALLED_ON, ref="提前到期1")


def of(kind, heads=1):
    return Category(kind=kind, heads=heads, reference=Reference.LPR_1Y)


KINDS = {
    2: ("enterprise", {"category": of(BorrowerKind.ENTERPRISE)}),
    3: ("enterprise", {"category": of(BorrowerKind.ENTERPRISE)}),
    5: ("partners", {"category": of(BorrowerKind.PARTNERSHIP, 2)}),
    6: ("spouse", {}),
    9: ("extended", {"months": 6}),
    10: ("extended", {"months": 6}),
    11: ("prepaid", {}),
    12: ("prepaid", {}),
    15: ("in two parts", {}),
    17: ("equal installments", MONTHLY | {"amortization": Amortization.EQUAL_INSTALLMENTS}),
    18: ("equal installments", MONTHLY | {"amortization": Amortization.EQUAL_INSTALLMENTS}),
    20: ("equal principal", MONTHLY | {"amortization": Amortization.EQUAL_PRINCIPAL}),
    21: ("equal principal", MONTHLY | {"amortization": Amortization.EQUAL_PRINCIPAL}),
    23: ("bullet", MONTHLY | {"months": 6, "amortization": Amortization.BULLET}),
    24: ("bullet", MONTHLY | {"months": 6, "amortization": Amortization.BULLET}),
    26: ("called in", {}),
    27: ("called in", {}),
}
"""Which kind a place is of, and what is agreed otherwise than usual."""
TIMES = {"enterprise": 10, "partners": 3}
"""How many times as much as the others loans of a kind are."""
COURSES = {
    "extended": extended,
    "prepaid": prepaid,
    "in two parts": in_two_parts,
    "called in": called_in,
}
"""What happens to loans of a kind; to the others, that all is paid on its day."""


def kind_of(number):
    """The kind of a loan by its number, and what is agreed for it."""
    return KINDS.get(number % MOST, ("plain", {}))
