"""What many clerks do at once to one fund: postings with keys, a tenth of them done by two clerks.

All of it happens on one day, so that what the fund may stand behind is one sum that can be done by
hand; the loans of the beginning are eleven months old, as in the table of ``histories``.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from histories import RULES, a_fund, a_loan
from microloan import from_fen
from microloan.store import UnitOfWork

BOOK, FUND = "990101", "F-01"
GRANTED, TODAY = date(2024, 1, 15), date(2024, 12, 16)
LAPSES = TODAY + timedelta(days=30)
LENT = 12_000_000
"""Fen lent by every loan: 120,000 yuan."""
TIMES = 5
"""The cap in 2024: times the money of the fund."""
ROOM = LENT // TIMES
"""Fen of the fund's money that one loan takes: 24,000 yuan."""


@dataclass(frozen=True, slots=True, order=True)
class Posting:
    """One act with its key and its amount in fen: whoever does it, it is the same act."""

    kind: str
    of: str
    ref: str
    fen: int

    @property
    def key(self) -> tuple[str, str, str]:
        """What identifies the act in the book."""
        return self.of, self.kind, self.ref

    def do(self, uow: UnitOfWork) -> None:
        """Do it in a unit of work."""
        amount, dated = from_fen(self.fen), {"on": TODAY, "ref": self.ref}
        match self.kind:
            case "disbursement":
                uow.admit(a_loan(self.of, disbursed_on=TODAY), under=RULES, on=TODAY)
            case "repayment":
                uow.save(uow.loans.get(self.of).repay(amount, **dated))
            case "deposit":
                uow.save(uow.funds.get(FUND).deposit(amount, **dated))
            case "withdrawal":
                uow.funds.withdraw(FUND, amount, under=RULES, **dated)
            case "commitment":
                meant = {"lender": "BANK-1", "lapses_on": LAPSES, "under": RULES}
                uow.funds.approve(FUND, f"HT-{self.ref}", amount, **meant, **dated)


@dataclass(frozen=True, slots=True)
class Plan:
    """Who does what: a list of postings for each clerk, the same for the same seed.

    Args:
        clerks: how many processes there are.
        each: how many postings each of them does.
        seed: what the plan is drawn from.
    """

    clerks: int
    each: int
    seed: int = 6

    @property
    def loans(self) -> int:
        """How many loans the fund stands behind when the day begins."""
        return max(self.clerks * self.each // 10, 10)

    @property
    def hot(self) -> int:
        """How many of them all clerks like best."""
        return max(self.loans // 50, 2)

    def set_up(self, engine) -> None:
        """Open a fund with room for the loans of the beginning and half of those of the day."""
        wanted = self.clerks * self.each * _SHARE["disbursement"] // 100
        money = (self.loans + wanted // 2) * ROOM
        with UnitOfWork(engine, book=BOOK) as uow:
            uow.save(a_fund(money // 100))
            uow.commit()
        for start in range(0, self.loans, 50):
            with UnitOfWork(engine, book=BOOK) as uow:
                for number in range(start, min(start + 50, self.loans)):
                    uow.admit(a_loan(f"HT-{number}"), under=RULES, on=GRANTED)
                uow.commit()

    def of(self, clerk: int) -> list[Posting]:
        """Return what one clerk does; one in ten is what the next clerk does at the same time."""
        luck = Random(f"{self.seed} {clerk}")
        mine = [self._posting(clerk, number) for number in range(self.each)]
        for number in range(self.each):
            if luck.random() < 0.1:
                mine[number] = self._posting((clerk + 1) % self.clerks, number)
        return mine

    def _posting(self, clerk: int, number: int) -> Posting:
        luck, ref = Random(f"{self.seed} {clerk} {number}"), f"{clerk}-{number}"
        [kind] = luck.choices(list(_SHARE), list(_SHARE.values()))
        if kind == "disbursement":
            return Posting(kind, f"HT-{ref}", f"HT-{ref}", LENT)
        if kind == "repayment":
            most = self.hot if luck.random() < 0.2 else self.loans
            return Posting(kind, f"HT-{luck.randrange(most)}", ref, luck.randrange(1, 150_000))
        return Posting(kind, FUND, ref, ROOM * (5 if kind == "commitment" else 1))


_SHARE = {"disbursement": 24, "repayment": 70, "deposit": 2, "withdrawal": 2, "commitment": 2}
"""What is done how often, in percent."""
