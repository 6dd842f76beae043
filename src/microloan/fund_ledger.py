"""What happened to a guarantee fund: entries, append-only, numbered, reversible."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, dataclass, fields
from datetime import date
from enum import Enum
from typing import Final

from microloan.errors import InvalidTerms
from microloan.ledger import NOTHING_UNDONE, check_component, check_line
from microloan.money import InYuan
from microloan.naming import identity, is_code, refused_terms, require_one_of
from microloan.papers import listed_papers
from microloan.periods import in_order, plain_date
from microloan.policy import Level
from microloan.table import columns_of

Papers = tuple[tuple[str, str], ...]
"""Evidence as flat pairs: what kind of paper, and its number."""


class FundEntryKind(Enum):
    """What an entry of a guarantee fund records."""

    DEPOSIT = "deposit"
    """入金: capital paid into the fund."""
    TOP_UP = "top_up"
    """补足: capital paid in because payouts left the fund short."""
    WITHDRAWAL = "withdrawal"
    """退出: capital taken back by who paid it in."""
    ADVANCE = "advance"
    """垫付贴息: capital lent to the subsidy while the treasury is late; it must come back."""
    ADVANCE_RETURN = "advance_return"
    """垫付归还: what comes back of an advance."""
    CLAIM_PAYOUT = "claim_payout"
    """代偿: money paid to a lender for a guaranteed loan."""
    RECOVERY = "recovery"
    """追偿回收: the fund's part of money recovered after a payout."""
    LENDER_RECOVERY = "lender_recovery"
    """银行追偿: money recovered after a payout of which all went to the lender, and its source."""
    UPPER_SHARE = "upper_share"
    """上级分担: what a level above bears of a payout."""
    UPPER_RETURN = "upper_return"
    """上级分担返还: that level's part of what was recovered."""
    INTEREST = "interest"
    """利息收入: interest the fund's deposits earned; no capital until it is capitalized."""
    CAPITALIZATION = "capitalization"
    """利息转增: interest earned becomes capital by a decision."""
    REWARD = "reward"
    """奖补: an award or reward received; never capital."""
    FEE = "fee"
    """担保费收入: guarantee fees received; never capital."""
    EXPENSE = "expense"
    """费用: running costs, out of income only."""
    ACCOUNT = "account"
    """开户: a deposit account opened at a bank."""
    TRANSFER = "transfer"
    """划转: money moved from one deposit account to another."""
    PLEDGE = "pledge"
    """承诺出资: capital promised by a day."""
    COMMITMENT = "commitment"
    """已批未放: a loan approved and not yet paid out."""
    RELEASE = "release"
    """撤销承诺: an approved loan will not be paid out."""
    CAP_DECISION = "cap_decision"
    """放大倍数决定: a higher multiple for the year, with the repayment rate it rests on."""
    SUBLIMIT = "sublimit"
    """分项限额: a limit for a bank, a group or a period."""
    SUSPENSION = "suspension"
    """暂停: no new guarantees for a bank."""
    LIFTING = "lifting"
    """恢复: new guarantees for the bank again."""
    CLAIM_FILING = "claim_filing"
    """代偿申请: a lender files a claim, with its papers."""
    CLAIM_APPROVAL = "claim_approval"
    """代偿审核通过: the filed claim was found right."""
    CLAIM_REJECTION = "claim_rejection"
    """代偿审核不通过: it was not, and why."""
    WRITE_OFF = "write_off"
    """代偿损失核销: what was paid and cannot be recovered, with its approval; the debt survives."""
    REVERSAL = "reversal"
    """冲正: undoes another entry, by number."""

    @property
    def zh(self) -> str:
        """Return the kind in Chinese."""
        return _RULES[self][0]

    @property
    def into_capital(self) -> int:
        """Return what an amount of the kind does to the capital: 1 adds, -1 takes, 0 neither."""
        return (self in _CAPITAL_IN) - (self in _CAPITAL_OUT)

    @property
    def into_income(self) -> int:
        """Return what an amount of the kind does to the income: 1 adds, -1 takes, 0 neither."""
        return (self in _INCOME_IN) - (self in _INCOME_OUT)


_CAPITAL_IN: Final = frozenset(
    {
        *(FundEntryKind.DEPOSIT, FundEntryKind.TOP_UP, FundEntryKind.ADVANCE_RETURN),
        *(FundEntryKind.RECOVERY, FundEntryKind.UPPER_SHARE, FundEntryKind.CAPITALIZATION),
    }
)
_CAPITAL_OUT: Final = frozenset(
    {
        *(FundEntryKind.WITHDRAWAL, FundEntryKind.ADVANCE),
        *(FundEntryKind.CLAIM_PAYOUT, FundEntryKind.UPPER_RETURN),
    }
)
_INCOME_IN: Final = frozenset({FundEntryKind.INTEREST, FundEntryKind.REWARD, FundEntryKind.FEE})
_INCOME_OUT: Final = frozenset({FundEntryKind.EXPENSE, FundEntryKind.CAPITALIZATION})

_RULES: Final[dict[FundEntryKind, tuple[str, str, str]]] = {
    FundEntryKind.DEPOSIT: ("入金", "amount_fen", "account level against"),
    FundEntryKind.TOP_UP: ("补足", "amount_fen", "account level"),
    FundEntryKind.WITHDRAWAL: ("退出", "amount_fen", "account level"),
    FundEntryKind.ADVANCE: ("垫付贴息", "amount_fen", "account level"),
    FundEntryKind.ADVANCE_RETURN: ("垫付归还", "amount_fen against", "account"),
    FundEntryKind.CLAIM_PAYOUT: ("代偿", "amount_fen loan_id", "account against papers"),
    FundEntryKind.RECOVERY: ("追偿回收", "amount_fen loan_id", "account reason"),
    FundEntryKind.LENDER_RECOVERY: ("银行追偿", "loan_id reason", "account"),
    FundEntryKind.UPPER_SHARE: ("上级分担", "amount_fen loan_id level", "account"),
    FundEntryKind.UPPER_RETURN: ("上级分担返还", "amount_fen loan_id level", "account"),
    FundEntryKind.INTEREST: ("利息收入", "amount_fen", "account"),
    FundEntryKind.CAPITALIZATION: ("利息转增", "amount_fen", ""),
    FundEntryKind.REWARD: ("奖补", "amount_fen", "account level"),
    FundEntryKind.FEE: ("担保费收入", "amount_fen", "account level"),
    FundEntryKind.EXPENSE: ("费用", "amount_fen reason", "account"),
    FundEntryKind.ACCOUNT: ("开户", "account lender", ""),
    FundEntryKind.TRANSFER: ("划转", "amount_fen", "account to_account"),
    FundEntryKind.PLEDGE: ("承诺出资", "amount_fen until", "level"),
    FundEntryKind.COMMITMENT: ("已批未放", "amount_fen loan_id lender until", "groups"),
    FundEntryKind.RELEASE: ("撤销承诺", "against", ""),
    FundEntryKind.CAP_DECISION: ("放大倍数决定", "multiple until whole_fen", "part_fen"),
    FundEntryKind.SUBLIMIT: ("分项限额", "amount_fen", "lender groups until"),
    FundEntryKind.SUSPENSION: ("暂停担保", "lender reason", "part_fen whole_fen"),
    FundEntryKind.LIFTING: ("恢复担保", "lender", "reason"),
    FundEntryKind.CLAIM_FILING: ("代偿申请", "amount_fen loan_id", "papers"),
    FundEntryKind.CLAIM_APPROVAL: ("代偿审核通过", "loan_id against", "reason"),
    FundEntryKind.CLAIM_REJECTION: ("代偿审核不通过", "loan_id against reason", ""),
    FundEntryKind.WRITE_OFF: ("代偿损失核销", "amount_fen loan_id reason", ""),
    FundEntryKind.REVERSAL: ("冲正", "undoes", ""),
}
"""Of each kind: its Chinese word, what an entry must hold, and what it may besides.

A number, its days and a voucher every entry has."""
_REASONS: Final = {
    FundEntryKind.EXPENSE: ("the purpose of an expense", "费用用途"),
    FundEntryKind.LENDER_RECOVERY: ("the source of a recovery", "追偿来源"),
    FundEntryKind.SUSPENSION: ("the reason of a suspension", "暂停担保的原因"),
    FundEntryKind.CLAIM_REJECTION: ("the reason of a rejection", "审核不通过的原因"),
    FundEntryKind.WRITE_OFF: ("the approval of a write-off", "核销批准"),
}
"""What the reason of a kind is called that must give one."""

_LONGEST_REASON: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FundEntry:
    """基金流水: one immutable line of a guarantee fund.

    Args:
        number: 1, 2, 3 … within the fund.
        kind: what it records.
        on: the business date.
        booked_on: the day whose half-year carries it, not before ``on``.
        ref: the voucher; of a payout or recovery, the same as on the loan.
        amount_fen: money that moved, was promised, limited or written off, in fen.
        loan_id: the loan it belongs to, by contract number; empty where it belongs to none.
        undoes: the number a reversal undoes; 0 for every other kind.
        account: the deposit account that received or paid the money; empty for the main account.
        to_account: the account a transfer goes to; empty for the main account.
        lender: the bank of an account, a commitment, a sub-limit or a suspension.
        level: the level of government whose money it is; ``None`` where it is not said.
        groups: the borrower's groups of a commitment, or the group that a sub-limit is for.
        against: the voucher of the earlier entry it answers: a pledge, an advance, a commitment or
            a filing.
        until: the day by which a pledge is due, on which a commitment lapses, or through which a
            decision or the period of a sub-limit holds.
        multiple: the multiple that a decision allows; 0 for every other kind.
        part_fen: the numerator of the ratio that a decision or suspension rests on, in fen.
        whole_fen: its denominator.
        papers: the evidence of a filing or a payout, each a kind and a number.
        reason: why, or by whose approval.

    Raises:
        InvalidAmount: a negative amount, one that is no whole number of fen, or one out of range.
        InvalidDate: not a plain date, booked before it happened, or over before it began.
        InvalidIdentity: an unusable voucher number, loan, account or bank.
        InvalidTerms: a part that does not belong to the kind, or one that is missing.
    """

    number: int
    kind: FundEntryKind
    on: date
    booked_on: date
    ref: str
    amount_fen: int = 0
    loan_id: str = ""
    undoes: int = NOTHING_UNDONE
    account: str = ""
    to_account: str = ""
    lender: str = ""
    level: Level | None = None
    groups: frozenset[str] = frozenset()
    against: str = ""
    until: date | None = None
    multiple: int = 0
    part_fen: int = 0
    whole_fen: int = 0
    papers: Papers = ()
    reason: str = ""

    amount = InYuan("amount_fen", "Money of this entry, in yuan.")

    COLUMNS = columns_of(
        "number kind on booked_on ref amount loan_id lender account to_account level groups",
        "against until multiple part whole papers reason undoes",
    )

    def __post_init__(self) -> None:
        """Refuse a line that could not be a fact."""
        check_line(self.number, self.on, self.booked_on, self.ref, self.undoes)
        require_one_of(self.kind, FundEntryKind, "the kind", "流水类型")
        for amount in (self.amount_fen, self.part_fen, self.whole_fen):
            check_component(amount)
        object.__setattr__(self, "groups", _codes(self.groups))
        object.__setattr__(self, "papers", listed_papers(self.papers))
        self._check_parts()
        self._check_facts()

    def _check_parts(self) -> None:
        zh, needs, may = _RULES[self.kind]
        required, optional = set(needs.split()), set(may.split())
        if "reason" in required and not self.reason:
            raise refused_terms(*_REASONS[self.kind], self.reason, "said in words")
        held = {name for name, absent in _ABSENT.items() if getattr(self, name) != absent}
        if not required <= held <= required | optional:
            raise refused_terms(
                f"a {self.kind.value}",
                f"{zh}流水要素",
                sorted(held),
                f"{sorted(required)} and at most {sorted(optional)}",
            )

    def _check_facts(self) -> None:
        for name in ("loan_id", "account", "to_account", "lender", "against"):
            if (value := getattr(self, name)) != "":
                identity(value, _WHAT[name])
        if self.kind is FundEntryKind.TRANSFER and self.account == self.to_account:
            raise _wrong("the account of a transfer", self.to_account, "another account")
        if self.level is not None:
            require_one_of(self.level, Level, "the level", "财政级次")
        if self.until is not None:
            in_order(self.on, plain_date(self.until, "its last day"), "an entry and its last day")
        if type(self.multiple) is not int or self.multiple < 0:
            raise _wrong("the multiple", self.multiple, "a whole number above 0")
        if not isinstance(self.reason, str) or len(self.reason) > _LONGEST_REASON:
            raise _wrong("the reason", self.reason, f"at most {_LONGEST_REASON} characters")

    @property
    def effect_fen(self) -> int:
        """Return what the entry does to the fund's balance, in fen: a payout lowers it."""
        return self.kind.into_capital * self.amount_fen

    @property
    def income_fen(self) -> int:
        """Return what the entry does to the fund's income, in fen: an expense lowers it."""
        return self.kind.into_income * self.amount_fen


_ABSENT: Final = {
    field.name: field.default for field in fields(FundEntry) if field.default is not MISSING
}
"""What a part is where an entry does not hold it."""
_WHAT: Final = {
    "loan_id": "a loan",
    "account": "a deposit account",
    "to_account": "a deposit account",
    "lender": "a lender",
    "against": "a voucher",
}


def _codes(groups: object) -> frozenset[str]:
    if isinstance(groups, AbstractSet | Sequence) and not isinstance(groups, str):
        codes = frozenset(groups)
        if all(map(is_code, codes)):
            return codes
    raise _wrong("the groups", groups, "codes")


def _wrong(what: str, value: object, limit: str) -> InvalidTerms:
    return refused_terms(what, "基金流水要素", value, limit)
