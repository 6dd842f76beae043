"""外部名册: persons, sureties, businesses and files as flat facts that a host hands in.

Ids are the host's; phones, accounts and names come as marks it made of them, such as hashes.
"""

from dataclasses import dataclass, field
from datetime import date

from microloan.dossier import SignOff
from microloan.errors.personal import unsaid
from microloan.naming import identity, person_id, refused_terms
from microloan.party import tuple_of
from microloan.periods import in_order, plain_date


def _text(value: object, what: str, zh: str) -> None:
    """Refuse what is no text; the value itself stays out of the sentence, it may be personal."""
    if not isinstance(value, str):
        raise refused_terms(what, zh, type(value).__name__, "a text")


def _known(value: str, what: str) -> None:
    if value != "":
        person_id(value, what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """人员登记: a natural person as a register knows him.

    Args:
        id: the person's identity with the host.
        id_number: the citizen's number; empty where it is not at hand; it is never printed.
        name: a mark made of the name, to tell names apart; empty where it is not at hand.
        born_on: the day of birth; ``None`` where the register has none.
        died_on: the day of death; ``None`` for the living.
        spouse: the spouse's identity; empty for a person who is not married.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidDate: a day that is none, or a death before the birth.
        InvalidTerms: a text that is none, or a person married to himself.
    """

    id: str
    id_number: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    born_on: date | None = None
    died_on: date | None = None
    spouse: str = ""

    def __post_init__(self) -> None:
        """Refuse facts that are nobody's."""
        person_id(self.id, "a person")
        _text(self.id_number, "the id number of a person", "身份证号")
        _text(self.name, "the mark of a name", "姓名标记")
        _known(self.spouse, "a spouse")
        if self.spouse == self.id:
            raise refused_terms("the spouse", "配偶", self.spouse, "another person")
        for day, what in ((self.born_on, "birth"), (self.died_on, "death")):
            if day is not None and type(day) is not date:
                raise refused_terms(f"the day of {what}", "出生或死亡日期", unsaid(day), "a date")
        if self.born_on is not None and self.died_on is not None:
            in_order(self.born_on, self.died_on, "birth and death")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suretyship:
    """反担保登记: a person stands surety for a loan until it is repaid.

    Raises:
        InvalidIdentity: an unusable identity.
    """

    person: str
    loan_id: str

    def __post_init__(self) -> None:
        """Refuse a surety of nobody or nothing."""
        person_id(self.person, "a surety")
        identity(self.loan_id, "a loan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """经营主体: the business a loan was lent to, as the business register knows it.

    Args:
        loan_id: the loan.
        holder: who stands on the license; empty where it is not at hand.
        opened_on: the day of registration.
        closed_on: the day of deregistration; ``None`` while it is registered.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidDate: no plain date, or closed before it was opened.
    """

    loan_id: str
    holder: str
    opened_on: date
    closed_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse a business without a loan or with days in the wrong order."""
        identity(self.loan_id, "a loan")
        _known(self.holder, "the holder of a license")
        plain_date(self.opened_on, "registration")
        if self.closed_on is not None:
            plain_date(self.closed_on, "deregistration")
            in_order(self.opened_on, self.closed_on, "registration and deregistration")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanFile:
    """贷款审批档案: who prepared the file of a loan, when it was decided, who signed.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidDate: not a plain date.
        InvalidTerms: no signatures of :class:`microloan.dossier.SignOff`.
    """

    loan_id: str
    prepared_by: str
    decided_on: date
    sign_offs: tuple[SignOff, ...]

    def __post_init__(self) -> None:
        """Refuse a file of nothing, prepared by nobody, decided on no day."""
        identity(self.loan_id, "a loan")
        person_id(self.prepared_by, "an officer")
        plain_date(self.decided_on, "a decision")
        tuple_of(self.sign_offs, SignOff, "signatures", "会审签字")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanMarks:
    """贷款标记: what several loans of one hand behind them have in common.

    Args:
        loan_id: the loan.
        phone: a mark made of the borrower's phone number; empty where it is not at hand.
        account: a mark made of the account that received the money; empty likewise.
        handler: who handled the loan; empty likewise.

    Raises:
        InvalidIdentity: an unusable identity or mark, or a phone number itself.
    """

    loan_id: str
    phone: str = field(default="", repr=False)
    account: str = field(default="", repr=False)
    handler: str = ""

    def __post_init__(self) -> None:
        """Refuse marks of nothing."""
        identity(self.loan_id, "a loan")
        for mark in (self.phone, self.account, self.handler):
            _known(mark, "a mark")
