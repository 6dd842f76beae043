"""What Hypothesis draws: a fund with its accounts, promises and decisions, and up to five loans.

An act is tried, and kept if the library accepts it. Days go on from act to act and at times back;
amounts are mostly round, so that multiples of different days are often equal.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from histories import ACTS, PERSON, Moment, next_act
from microloan.amendment import discharge_guarantee
from microloan.claim import pay_claim, receive_recovery
from microloan.claim_filing import file_claim
from microloan.clauses import Amortization, Opening, Prepayment, PrincipalPart, Settlement
from microloan.commitment import require_not_lent, with_commitment
from microloan.errors import MicroloanError
from microloan.fund import GuaranteeFund
from microloan.fund_ledger import FundEntryKind
from microloan.guarantee import Covers, Guarantee, UpperShare
from microloan.history import standing
from microloan.ledger import EntryKind
from microloan.loan import Loan
from microloan.money import fen, from_fen
from microloan.periods import DayCount
from microloan.policy import Level
from microloan.recovery import RecoveryOrder, RecoverySource
from microloan.subrogation import write_off_payout
from microloan.terms import LoanTerms
from microloan.upper_share import receive_upper_share, return_upper_share
from strategies import pick

FUND, OTHER = "F-01", "F-02"
BANKS = ("BANK-1", "BANK-2")
ACCOUNTS = ("A-1", "A-2")
GROUPS = ("graduate", "veteran")
NUMBERS = tuple(f"HT-{number}" for number in range(1, 6))
FIRST_DAYS = (
    *(date(2003, 1, 1), date(2009, 11, 15)),
    *(date(2019, 6, 1), date(2019, 12, 1), date(2020, 1, 2), date(2021, 12, 1)),
)
"""Before and around the day from which a fund may decide on a higher multiple."""
TEN_THOUSAND = 1_000_000
DECIDED = (FundEntryKind.CLAIM_APPROVAL, FundEntryKind.CLAIM_REJECTION)
PAPERS = {"loan_contract": "2", "催收记录": "1"}
ABOVE = (
    (),
    (UpperShare(level=Level.PROVINCE, share=Decimal("0.15")),),
    tuple(UpperShare(level=level, share=Decimal(1) / 10) for level in (Level.CITY, Level.PROVINCE)),
)
"""What levels above the fund bear: nothing; 15 %; a tenth each."""


@dataclass(frozen=True)
class Office:
    """A fund and the loans in the book, between two acts."""

    fund: GuaranteeFund
    loans: tuple[Loan, ...] = ()

    @property
    def days(self):
        """The days on which anything happened, lapses or ends."""
        lasting = {entry.until for entry in self.fund.entries if entry.until}
        happened = {entry.on for one in (self.fund, *self.loans) for entry in one.entries}
        return sorted(happened | lasting)

    @property
    def today(self):
        """The last day on which anything happened."""
        return max(entry.on for one in (self.fund, *self.loans) for entry in one.entries)

    @property
    def mine(self):
        """The loans that the fund guarantees."""
        return [loan for loan in self.loans if loan.guarantee and loan.guarantee.fund_id == FUND]

    def standing(self, *kinds):
        """The fund's standing entries of some kinds."""
        return [entry for entry in standing(self.fund.entries) if entry.kind in kinds]

    def has(self, fund, loan):
        """The office after an act upon the fund and one loan."""
        loans = tuple(loan if one.id == loan.id else one for one in self.loans)
        return Office(fund, loans)


@dataclass(frozen=True)
class Story:
    """What was done to an office: its states, the name of each act, and the refusals by name."""

    states: tuple[Office, ...]
    acts: tuple[str, ...]
    refusals: tuple[tuple[str, MicroloanError], ...]

    def __repr__(self):
        """Say what happened, a line for each entry."""
        return "\n".join([f"{self.acts}", *map(_told, (self.end.fund, *self.end.loans))])

    def _repr_pretty_(self, printer, cycle):
        """Say the same where Hypothesis shows an example."""
        printer.text(repr(self))

    @property
    def end(self):
        """The office after everything."""
        return self.states[-1]


def _told(one):
    """What happened to a fund or a loan, without what is empty."""
    return "\n  ".join([one.id, *map(_line, one.entries)])


def _line(entry):
    held = {name: getattr(entry, name) for name in entry.__dataclass_fields__}
    said = [f"{name}={value}" for name, value in held.items() if value and name != "kind"]
    return f"{entry.kind.value}: {', '.join(said)}"


class Impossible(Exception):
    """There is nothing that the act could be done to."""


def wild(draw):
    """Once in a while, something that is probably refused."""
    return draw(st.integers(0, 11)) == 11


def one_of(draw, choices):
    """One of some things, if there is any."""
    if not choices:
        raise Impossible
    return pick(draw, list(choices))


def a_day(draw, office):
    """Mostly a day after everything else, soon or next year; at times a day that is over."""
    if draw(st.integers(0, 5)) == 5:
        day = pick(draw, office.days) - timedelta(days=draw(st.integers(-1, 1)))
        return max(day, FIRST_DAYS[0])
    return office.today + timedelta(days=pick(draw, [0, 0, 0, 1, 14, 45, 100, 200]))


def acting(draw, on, ref):
    """Day, voucher and booking of an act; at times it is booked weeks or a year later."""
    late = timedelta(days=pick(draw, [0, 0, 0, 0, 0, 0, 0, 0, 1, 20, 200, 400]))
    return {"on": on, "ref": ref, "booked_on": on + late}


def round_fen(draw, most=30):
    """Mostly some ten thousand yuan; at times an odd amount."""
    if draw(st.integers(0, 4)) == 4:
        return draw(st.integers(1, most * TEN_THOUSAND))
    return TEN_THOUSAND * draw(st.integers(1, most))


def part_of(draw, most):
    """Mostly all of an amount, at times a part of it or a fen too much."""
    if wild(draw):
        return most + 1
    if most <= 0:
        raise Impossible
    return draw(st.just(most) | st.integers(1, most))


def an_account(draw, office, *, held=False):
    """The main account or one that was opened; where it must pay, one with the most money."""
    opened = ["", *(entry.account for entry in office.standing(FundEntryKind.ACCOUNT))]
    if wild(draw):
        return pick(draw, ACCOUNTS)
    if held:
        day = office.today
        return max(opened, key=lambda name: fen(office.fund.account_balance(name, as_of=day)))
    return pick(draw, opened)


def a_level(draw):
    """A level of government, or none that was said."""
    return draw(st.none() | st.sampled_from(Level))


# ---- the fund's own acts


def entered(kind, parts):
    """An act of the fund alone, entered with the parts that a function draws."""

    def do(draw, office, ref):
        doing = acting(draw, a_day(draw, office), ref)
        found = parts(draw, office, doing["on"])
        return replace(office, fund=office.fund.with_entry(kind, **doing, **found))

    return do


def _money_in(draw, office, on):
    return {"amount_fen": round_fen(draw), "account": an_account(draw, office)}


def _levelled(draw, office, on):
    return _money_in(draw, office, on) | {"level": a_level(draw)}


def _deposit(draw, office, on):
    pledges = ["", *(entry.ref for entry in office.standing(FundEntryKind.PLEDGE))]
    return _levelled(draw, office, on) | {"against": pick(draw, pledges)}


def _earned(draw, office, on):
    return {"amount_fen": round_fen(draw, most=3), "account": an_account(draw, office)}


def _money_out(draw, office, on):
    account = an_account(draw, office, held=True)
    free = fen(office.fund.balance(as_of=office.today))
    there = fen(office.fund.account_balance(account, as_of=office.today))
    most = min(free, there)
    amount = min(round_fen(draw, most=10), most) if most > 0 else 1
    return {"amount_fen": amount, "account": account}


def _out_of_a_level(draw, office, on):
    return _money_out(draw, office, on) | {"level": a_level(draw)}


def _spent(draw, office, on):
    left = fen(office.fund.income(as_of=office.today))
    account = an_account(draw, office, held=True)
    return {"amount_fen": part_of(draw, left), "account": account, "reason": "办公费"}


def _capitalized(draw, office, on):
    earned = sum(entry.amount_fen for entry in office.standing(FundEntryKind.INTEREST))
    turned = sum(entry.amount_fen for entry in office.standing(FundEntryKind.CAPITALIZATION))
    left = fen(office.fund.income(as_of=office.today))
    return {"amount_fen": part_of(draw, min(earned - turned, left))}


def _account(draw, office, on):
    taken = {entry.account for entry in office.standing(FundEntryKind.ACCOUNT)}
    left = [name for name in ACCOUNTS if name not in taken] or (ACCOUNTS if wild(draw) else [])
    return {"account": one_of(draw, left), "lender": pick(draw, BANKS)}


def _transfer(draw, office, on):
    source = an_account(draw, office, held=True)
    opened = {"", *(entry.account for entry in office.standing(FundEntryKind.ACCOUNT))}
    target = one_of(draw, sorted(opened - {source}))
    there = fen(office.fund.account_balance(source, as_of=office.today))
    return {"amount_fen": part_of(draw, there), "account": source, "to_account": target}


def _pledge(draw, office, on):
    until = on + timedelta(days=draw(st.integers(0, 400)))
    return {"amount_fen": round_fen(draw), "until": until, "level": a_level(draw)}


def _returned(draw, office, on):
    advance = one_of(draw, office.standing(FundEntryKind.ADVANCE))
    answers = office.standing(FundEntryKind.ADVANCE_RETURN)
    back = sum(entry.amount_fen for entry in answers if entry.against == advance.ref)
    amount = part_of(draw, advance.amount_fen - back)
    return {"amount_fen": amount, "against": advance.ref, "account": an_account(draw, office)}


def _commitment(draw, office, on):
    return {
        "amount_fen": round_fen(draw),
        "loan_id": pick(draw, NUMBERS),
        "lender": pick(draw, BANKS),
        "groups": draw(st.frozensets(st.sampled_from(GROUPS))),
        "until": on + timedelta(days=pick(draw, [0, 1, 30, 30, 90, 365])),
    }


def _release(draw, office, on):
    answered = {entry.against for entry in office.standing(FundEntryKind.RELEASE)}
    open_ones = [
        entry.ref
        for entry in office.standing(FundEntryKind.COMMITMENT)
        if entry.ref not in answered and entry.on <= on < entry.until
    ]
    return {"against": one_of(draw, open_ones)}


def _cap_decision(draw, office, on):
    due = round_fen(draw)
    repaid = due if draw(st.booleans()) else due * 9 // 10 + 1
    decided = {"multiple": draw(st.integers(6, 12)), "until": date(on.year, 12, 31)}
    return decided | {"part_fen": min(repaid, due), "whole_fen": due}


def _sublimit(draw, office, on):
    limited = draw(
        st.sampled_from(
            [{"lender": bank} for bank in BANKS]
            + [{"groups": frozenset({g})} for g in GROUPS]
            + [{}]
        )
    )
    until = on + timedelta(days=draw(st.integers(0, 400))) if draw(st.booleans()) else None
    return {"amount_fen": round_fen(draw, most=40), "until": until} | limited


def _suspension(draw, office, on):
    bank = pick(draw, BANKS)
    measured = pick(draw, [{}, {"part_fen": 20, "whole_fen": 100}])
    return {"lender": bank, "reason": "不良率达到20%"} | measured


def _lifting(draw, office, on):
    return {"lender": one_of(draw, office.standing(FundEntryKind.SUSPENSION)).lender}


def _undecided(office):
    """The applications that were neither approved nor rejected."""
    answered = {entry.against for entry in office.standing(*DECIDED)}
    filings = office.standing(FundEntryKind.CLAIM_FILING)
    return [entry for entry in filings if entry.ref not in answered]


def _unanswered(draw, office):
    filing = one_of(draw, _undecided(office))
    return {"loan_id": filing.loan_id, "against": filing.ref}


def _approval(draw, office, on):
    return _unanswered(draw, office)


def _rejection(draw, office, on):
    return _unanswered(draw, office) | {"reason": "材料不齐"}


def _left_of(office, payout):
    """What of a payout neither came back nor was borne by a level above."""
    kinds = (FundEntryKind.RECOVERY,)
    back = [entry for entry in office.standing(*kinds) if entry.loan_id == payout.loan_id]
    return payout.amount_fen - sum(entry.amount_fen for entry in back)


def _written_off(draw, office, on):
    payout = one_of(draw, office.standing(FundEntryKind.CLAIM_PAYOUT))
    amount = part_of(draw, _left_of(office, payout))
    return {"loan_id": payout.loan_id, "amount_fen": amount, "reason": "财预核2024-1"}


def _borne_above(draw, office, on):
    payout = one_of(draw, office.standing(FundEntryKind.CLAIM_PAYOUT))
    level = pick(draw, [Level.PROVINCE, Level.CITY])
    amount = max(payout.amount_fen * pick(draw, [10, 15, 20]) // 100, 1)
    account = an_account(draw, office)
    return {"loan_id": payout.loan_id, "amount_fen": amount, "level": level, "account": account}


def _given_back(draw, office, on):
    share = one_of(draw, office.standing(FundEntryKind.UPPER_SHARE))
    returned = sum(
        entry.amount_fen
        for entry in office.standing(FundEntryKind.UPPER_RETURN)
        if (entry.loan_id, entry.level) == (share.loan_id, share.level)
    )
    return {
        "loan_id": share.loan_id,
        "level": share.level,
        "amount_fen": part_of(draw, share.amount_fen - returned),
        "account": an_account(draw, office, held=True),
    }


def _undo(draw, office, ref):
    """An entry of the fund undone, mostly one that is the fund's alone."""
    choice = office.fund.entries if wild(draw) else standing(office.fund.entries)
    entry = one_of(draw, choice)
    doing = acting(draw, max(entry.on, a_day(draw, office)), ref)
    return replace(office, fund=office.fund.reverse(entry.number, **doing))


# ---- the loans


@st.composite
def promises(draw, fund_id=FUND):
    """What a fund promises, for all or a part of the loss, after at most 90 days."""
    shares = ["1", "0.8", "0.8", "0.7", "0.9", "0.333333", "0.01"]
    return Guarantee(
        fund_id=fund_id,
        coverage=Decimal(pick(draw, shares)),
        claimable_after_days=pick(draw, [0, 30, 90]),
        covers=pick(draw, Covers),
        opening=pick(draw, Opening),
        months_after_maturity=pick(draw, [6, 24]),
        evidence=pick(draw, [frozenset(), frozenset(PAPERS)]),
        recovery_order=pick(draw, RecoveryOrder),
        upper=pick(draw, ABOVE),
    )


@st.composite
def agreements(draw, on):
    """Terms of a loan of at most two years from a day on."""
    plan, interval = pick(draw, Amortization), pick(draw, [1, 3, 6])
    months = interval * draw(st.integers(1, 12 // interval)) * pick(draw, [1, 2])
    principal = round_fen(draw)
    settled = draw(st.booleans()) and plan is not Amortization.BULLET
    parts = ()
    if plan is Amortization.CUSTOM:
        whole = {
            on + timedelta(days=25 * months): principal // 3,
            on + timedelta(days=27 * months): 0,
        }
        whole[max(whole)] = principal - principal // 3
        parts = tuple(
            PrincipalPart(due_on=day, principal=from_fen(part))
            for day, part in whole.items()
            if part
        )
    return LoanTerms(
        principal=from_fen(principal),
        annual_rate=Decimal(pick(draw, ["0", "0.0435", "0.12"])),
        disbursed_on=on,
        months=months,
        amortization=plan,
        day_count=pick(draw, [DayCount.ACT_360, DayCount.THIRTY_360]),
        interval_months=interval,
        settlement=Settlement(20) if settled else None,
        parts=parts,
    )


def _grant(draw, office, ref):
    """A loan of this fund, of another or of none; mostly one that was approved, if any was."""
    known = {loan.id for loan in office.loans}
    free = [number for number in NUMBERS if number not in known]
    approved = [entry.loan_id for entry in office.standing(FundEntryKind.COMMITMENT)]
    name = one_of(draw, [number for number in free if number in approved] or free)
    by = pick(draw, [FUND, FUND, FUND, FUND, OTHER, None])
    terms = draw(agreements(a_day(draw, office)))
    first = fen(terms.principal) if draw(st.booleans()) else part_of(draw, fen(terms.principal))
    loan = Loan.grant(
        name,
        borrower="B-1",
        lender=pick(draw, BANKS),
        category=replace(PERSON, groups=draw(st.frozensets(st.sampled_from(GROUPS)))),
        terms=terms,
        guarantee=draw(promises(by)) if by else None,
        disbursed=from_fen(first),
        booked_on=acting(draw, terms.disbursed_on, ref)["booked_on"],
    )
    return replace(office, loans=(*office.loans, loan))


LOAN_ACTS = (
    "repay",
    "prepay",
    "disburse",
    "extend",
    "accelerate",
    "write off",
    "regain",
    "reverse",
)
"""What may happen to a loan without its fund, and what of it is undone, on both sides."""


def _live(draw, office, ref):
    """Something that happens to a loan, as in :mod:`histories`."""
    loan = one_of(draw, office.loans)
    moment = Moment(office.fund, loan)
    act = next_act(draw, moment, LOAN_ACTS)
    return office.has(*act(draw, moment, ref))


def _discharge(draw, office, ref):
    """A guarantee that ends without a payout."""
    loan = one_of(draw, office.mine)
    latest = max(entry.on for entry in standing(loan.entries))
    on = latest + timedelta(days=pick(draw, [0, 1, 30, 300]))
    return office.has(office.fund, discharge_guarantee(loan, **acting(draw, on, ref)))


def _disburse(draw, office, ref):
    """More is paid out of a loan that was paid out in part."""
    loan = one_of(draw, [one for one in office.loans if _not_paid_out(one)])
    moment = Moment(office.fund, loan)
    return office.has(*ACTS["disburse"](draw, moment, ref))


def _not_paid_out(loan):
    paid = [entry for entry in standing(loan.entries) if entry.kind is EntryKind.DISBURSEMENT]
    return sum(entry.principal_fen for entry in paid) < fen(loan.terms.principal)


def _late(draw, loan):
    """A day mostly as soon as the loan is late enough to be claimed for, or some days after it."""
    latest = max(entry.on for entry in standing(loan.entries))
    late_since = loan.position(as_of=date.max).oldest_unpaid_on or latest
    wait = 0 if wild(draw) or not loan.guarantee else loan.guarantee.claims_open_at()
    on = max(latest, late_since + timedelta(days=wait))
    return on + timedelta(days=pick(draw, [0, 0, 1, 30]))


def _evidence(draw):
    """All papers that a guarantee may ask for, and at times not."""
    return () if wild(draw) else tuple(PAPERS.items())


def _unpaid(draw, office):
    open_ones = [loan for loan in office.mine if _claimable(loan)]
    return one_of(draw, office.loans if wild(draw) else open_ones)


def _claimable(loan):
    """Whether the fund has not paid and something is owed."""
    return loan.payout is None and loan.position(as_of=date.max).outstanding_fen > 0


def _file(draw, office, ref):
    """A bank's application, for all of the loss or a part of it."""
    loan = _unpaid(draw, office)
    asked = draw(st.none() | st.integers(1, fen(loan.terms.principal)).map(from_fen))
    doing = acting(draw, _late(draw, loan), ref)
    filed = file_claim(office.fund, loan, amount=asked, evidence=_evidence(draw), **doing)
    return replace(office, fund=filed)


def _claim(draw, office, ref):
    """A payout, for all of the loss or at times for a part of it."""
    loan = _unpaid(draw, office)
    most = fen(loan.terms.principal)
    paying = {
        "amount": from_fen(draw(st.integers(1, most))) if wild(draw) else None,
        "evidence": _evidence(draw),
        "account": an_account(draw, office, held=True),
    }
    decided = [one.on for one in office.standing(*DECIDED) if one.loan_id == loan.id]
    doing = acting(draw, max([_late(draw, loan), *decided]), ref)
    return office.has(*pay_claim(office.fund, loan, **paying, **doing))


def _paid(draw, office):
    """A loan that the fund has paid for, and a day after that."""
    loan = one_of(draw, [one for one in office.mine if one.payout])
    on = loan.payout.on + timedelta(days=-1 if wild(draw) else draw(st.integers(0, 500)))
    return loan, on


def _recover(draw, office, ref):
    """Money recovered after a payout, at times with costs, for all or a part of what is owed."""
    loan, on = _paid(draw, office)
    at = loan.position(as_of=date.max)
    owed = at.subrogated_fen + at.outstanding_fen + at.arrears_interest_fen
    costs = draw(st.just(0) | st.integers(1, 10_000))
    received = {
        "costs": from_fen(costs),
        "source": pick(draw, RecoverySource),
        "account": an_account(draw, office),
    }
    amount = from_fen(part_of(draw, owed) + costs)
    doing = acting(draw, on, ref)
    return office.has(*receive_recovery(office.fund, loan, amount, **received, **doing))


def _write_off(draw, office, ref):
    """All that is left of a payout written off."""
    loan, on = _paid(draw, office)
    doing = acting(draw, on, ref)
    return replace(office, fund=write_off_payout(office.fund, loan.id, approval="财预核1", **doing))


def _upward(act):
    """A level above that pays its share of a payout, or gets back its share of recoveries."""

    def do(draw, office, ref):
        loan, on = _paid(draw, office)
        level = one_of(draw, [one.level for one in loan.guarantee.upper])
        doing = acting(draw, on, ref)
        return replace(office, fund=act(office.fund, loan, level, **doing))

    return do


def either(act, other):
    """Mostly the one act, at times the other: by the verb with its rules, or entered as it is."""

    def do(draw, office, ref):
        return pick(draw, [act, act, other])(draw, office, ref)

    return do


FUND_ACTS = {
    "deposit": entered(FundEntryKind.DEPOSIT, _deposit),
    "top up": entered(FundEntryKind.TOP_UP, _levelled),
    "withdraw": entered(FundEntryKind.WITHDRAWAL, _out_of_a_level),
    "advance": entered(FundEntryKind.ADVANCE, _out_of_a_level),
    "advance back": entered(FundEntryKind.ADVANCE_RETURN, _returned),
    "interest": entered(FundEntryKind.INTEREST, _earned),
    "reward": entered(FundEntryKind.REWARD, _levelled),
    "fee": entered(FundEntryKind.FEE, _earned),
    "expense": entered(FundEntryKind.EXPENSE, _spent),
    "capitalize": entered(FundEntryKind.CAPITALIZATION, _capitalized),
    "open account": entered(FundEntryKind.ACCOUNT, _account),
    "transfer": entered(FundEntryKind.TRANSFER, _transfer),
    "pledge": entered(FundEntryKind.PLEDGE, _pledge),
    "commit": entered(FundEntryKind.COMMITMENT, _commitment),
    "release": entered(FundEntryKind.RELEASE, _release),
    "decide cap": entered(FundEntryKind.CAP_DECISION, _cap_decision),
    "limit": entered(FundEntryKind.SUBLIMIT, _sublimit),
    "suspend": entered(FundEntryKind.SUSPENSION, _suspension),
    "lift": entered(FundEntryKind.LIFTING, _lifting),
    "approve claim": entered(FundEntryKind.CLAIM_APPROVAL, _approval),
    "reject claim": entered(FundEntryKind.CLAIM_REJECTION, _rejection),
    "undo": _undo,
}
SHARED_ACTS = {
    "file claim": _file,
    "claim": _claim,
    "recover": _recover,
    "write off payout": either(_write_off, entered(FundEntryKind.WRITE_OFF, _written_off)),
    "upper share": either(
        _upward(receive_upper_share), entered(FundEntryKind.UPPER_SHARE, _borne_above)
    ),
    "upper return": either(
        _upward(return_upper_share), entered(FundEntryKind.UPPER_RETURN, _given_back)
    ),
}
LOANS = {"grant": _grant, "live": _live, "disburse more": _disburse, "discharge": _discharge}
EVERY_ACT = FUND_ACTS | SHARED_ACTS | LOANS

ALWAYS = (
    *("grant", "grant", "grant", "grant", "deposit", "deposit", "commit", "commit", "decide cap"),
    *("withdraw", "advance", "interest", "interest", "reward", "fee", "open account", "pledge"),
    *("top up", "limit", "suspend", "undo"),
)
FOLLOWING = {
    FundEntryKind.ADVANCE: ("advance back",) * 2,
    FundEntryKind.INTEREST: ("capitalize", "capitalize", "expense"),
    FundEntryKind.REWARD: ("expense",) * 2,
    FundEntryKind.ACCOUNT: ("transfer",) * 2,
    FundEntryKind.COMMITMENT: ("release",) * 4,
    FundEntryKind.SUSPENSION: ("lift",) * 2,
    FundEntryKind.CLAIM_PAYOUT: (
        *("recover",) * 8,
        *("write off payout",) * 3,
        *("upper share",) * 6,
    ),
    FundEntryKind.UPPER_SHARE: ("upper return",) * 14,
}
"""What an entry of the fund leads to."""


def fitting(office):
    """The acts that what has happened leads to, some of them more often than others."""
    fits = []
    if any(map(_claimable, office.mine)):
        fits += ["claim"] * 6 + ["file claim"] * 3
    if _undecided(office):
        fits += ["approve claim"] * 8 + ["reject claim"] * 4
    if office.loans:
        fits += ["live"] * 8 + ["discharge"]
    if any(map(_not_paid_out, office.loans)):
        fits += ["disburse more"] * 2
    for kind in dict.fromkeys(entry.kind for entry in standing(office.fund.entries)):
        fits += FOLLOWING.get(kind, ())
    return [*fits, *ALWAYS]


@st.composite
def stories(draw, most=30, acts=tuple(EVERY_ACT), doing=EVERY_ACT, funds=None):
    """Random histories of one fund and up to five loans, state after state."""
    fund = draw(new_funds() if funds is None else funds)
    states, done, refusals = [Office(fund)], [], []
    for number in range(draw(st.integers(most // 2, most))):
        fits = [name for name in fitting(states[-1]) if name in acts]
        name = pick(draw, fits)
        try:
            states.append(doing[name](draw, states[-1], f"V{number}"))
        except Impossible:
            continue
        except MicroloanError as refusal:
            refusals.append((name, refusal))
        else:
            done.append(name)
    return Story(tuple(states), tuple(done), tuple(refusals))


@st.composite
def new_funds(draw):
    """A fund on its first day, with up to a million yuan."""
    money = from_fen(TEN_THOUSAND * draw(st.integers(1, 100)))
    return A_FUND.deposit(money, on=pick(draw, FIRST_DAYS), ref="财预1")


@st.composite
def rich_funds(draw):
    """A fund that had money before anything else, so much that no loan is ever too large for it."""
    money = from_fen(10**14)
    fund = A_FUND.deposit(money, on=date(2002, 12, 24), ref="财预0")
    more = from_fen(TEN_THOUSAND * draw(st.integers(1, 100)))
    return fund.deposit(more, on=pick(draw, FIRST_DAYS), ref="财预1")


A_FUND = GuaranteeFund(id=FUND, name="示例县创业担保基金")


# ---- what a book accepts too


def _approve(draw, office, ref):
    """A loan approved that was not paid out before, and is not approved twice."""
    doing = acting(draw, a_day(draw, office), ref)
    parts = _commitment(draw, office, doing["on"])
    name, lapses_on, lent = parts.pop("loan_id"), parts.pop("until"), from_fen(parts["amount_fen"])
    require_not_lent(office.loans, name, fund_id=FUND, on=doing["on"])
    del parts["amount_fen"]
    approved = with_commitment(office.fund, name, lent, lapses_on=lapses_on, **parts, **doing)
    return replace(office, fund=approved)


def _undo_later(draw, office, ref):
    """As undoing, but the first deposit is left alone, and what was lent is not approved anew."""
    after = _undo(draw, office, ref)
    undoes = after.fund.entries[-1].undoes
    if undoes == 1:
        raise Impossible
    undone = after.fund.entries[undoes - 1]
    if undone.kind is FundEntryKind.RELEASE:
        approvals = office.standing(FundEntryKind.COMMITMENT)
        [approval] = [entry for entry in approvals if entry.ref == undone.against]
        require_not_lent(office.loans, approval.loan_id, fund_id=FUND, on=approval.on)
    return after


def _far_limit(draw, office, on):
    return _sublimit(draw, office, on) | {"amount_fen": 10**15 - 1}


def _far_suspension(draw, office, on):
    return _suspension(draw, office, on) | {"lender": "BANK-9"}


IN_A_BOOK = EVERY_ACT | {
    "commit": _approve,
    "undo": _undo_later,
    "limit": entered(FundEntryKind.SUBLIMIT, _far_limit),
    "suspend": entered(FundEntryKind.SUSPENSION, _far_suspension),
}
"""Acts that no cap, no limit and no suspension keeps out of a book."""


@st.composite
def new_loans(draw):
    """A loan that no story knows, so large that a rich fund may or may not bear it."""
    terms = draw(agreements(pick(draw, FIRST_DAYS)))
    many = pick(draw, [1, 10**6, 10**7, 3 * 10**7])
    principal = from_fen(fen(terms.principal) * many)
    if terms.amortization is Amortization.CUSTOM:
        terms = replace(terms, amortization=Amortization.BULLET, parts=(), settlement=None)
    return Loan.grant(
        "HT-9",
        borrower="B-9",
        lender=pick(draw, BANKS),
        category=PERSON,
        terms=replace(terms, principal=principal),
        guarantee=draw(promises()),
    )


stored_stories = stories(doing=IN_A_BOOK, funds=rich_funds())


@st.composite
def tied_offices(draw):
    """A fund and loans that are all multiples of one amount, so that many days are equally bad."""
    first = pick(draw, FIRST_DAYS)
    slots = [first + timedelta(days=40 * place) for place in range(12)]
    some = st.lists(st.sampled_from(slots), max_size=4)
    fund = A_FUND
    moves = [(day, FundEntryKind.DEPOSIT) for day in (first, *draw(some))]
    moves += [(day, FundEntryKind.WITHDRAWAL) for day in draw(some)]
    for number, (day, kind) in enumerate(sorted(moves, key=lambda move: (move[0], move[1].value))):
        with suppress(MicroloanError):
            moving = {"on": day, "ref": f"V{number}", "booked_on": None}
            fund = fund.with_entry(kind, amount_fen=TEN_THOUSAND, **moving)
    if draw(st.booleans()):
        decided = {"multiple": pick(draw, [6, 10]), "part_fen": 1, "whole_fen": 1}
        on = pick(draw, slots)
        year = {"on": on, "until": date(on.year, 12, 31), "ref": "决1", "booked_on": None}
        fund = fund.with_entry(FundEntryKind.CAP_DECISION, **year, **decided)
    return Office(fund, tuple(draw(_equal_loan(name, slots)) for name in NUMBERS[: draw(UP_TO_5)]))


UP_TO_5 = st.integers(0, 5)


@st.composite
def _equal_loan(draw, name, slots):
    """A loan without interest of the one amount, at times repaid whole before it matures."""
    opens, closes = sorted(draw(st.lists(st.sampled_from(slots), min_size=2, max_size=2)))
    loan = Loan.grant(
        name,
        borrower="B-1",
        lender="BANK-1",
        category=PERSON,
        terms=LoanTerms(
            principal=from_fen(TEN_THOUSAND),
            annual_rate=Decimal(0),
            disbursed_on=opens,
            months=24,
            amortization=Amortization.BULLET,
            day_count=DayCount.ACT_360,
        ),
        guarantee=draw(promises()),
    )
    if draw(st.booleans()):
        return loan
    return loan.prepay(loan.terms.principal, on=closes, ref="清", then=Prepayment.SHORTEN)
