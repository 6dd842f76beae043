"""申请: what an office knows of an application on the day it decides, as flat facts.

Persons, businesses and loans are identities of the host; names stay with it. What a check would
pass over in silence where it is missing (other loans, earlier loans, the blacklist, …) has to be
stated, an empty tuple meaning "looked up, none". What is missing of the rest (staff, register,
visits, signatures) is found by the checks themselves.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from microloan.category import BorrowerKind, Category
from microloan.dossier import Register, SignOff, Staff, Visit
from microloan.errors.personal import told
from microloan.guarantee import Guarantee
from microloan.money import ZERO, Money, fen, show
from microloan.naming import identity, person_id, refused_terms
from microloan.party import (
    Applicant,
    BlacklistEntry,
    CounterGuarantor,
    EarlierLoan,
    ExcludedStatus,
    OtherLoan,
    tuple_of,
)
from microloan.periods import in_order, plain_date
from microloan.terms import LoanTerms

_LISTS: Final = (
    ("applicants", Applicant, "applicants", "申请人"),
    ("other_loans", OtherLoan, "other loans", "其他贷款"),
    ("earlier_loans", EarlierLoan, "earlier loans", "以往创业担保贷款"),
    ("counter_guarantors", CounterGuarantor, "counter-guarantors", "反担保人"),
    ("blacklist", BlacklistEntry, "the blacklist", "黑名单"),
    ("statuses", ExcludedStatus, "statuses", "身份记录"),
    ("visits", Visit, "visits", "考察记录"),
    ("sign_offs", SignOff, "signatures", "会审签字"),
)
"""Each list of facts, what it is made of, and what it is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """贷款申请: who asks for which loan, and everything the office has looked up about it.

    Args:
        id: the identity of the application.
        borrower: who would owe; of an individual loan, its one applicant.
        category: what the law asks about the borrower.
        terms: what would be agreed; ``signed_on`` is the day meant for signing.
        applied_on: the day the application was received.
        applicants: the natural persons who borrow: one, or all partners; of an enterprise, its
            legal representative.
        prepared_by: who prepared the file, by identity.
        other_loans: loans outside the programme, of applicants and their spouses.
        earlier_loans: loans of the programme, of the borrower, the applicants and their spouses.
        counter_guarantors: who would stand surety towards the fund.
        blacklist: the blacklist's entries of all persons named here.
        statuses: spells of public payroll or retirement of the applicants.
        guarantee: what a fund would promise; ``None`` for an unguaranteed loan.
        counter_guarantee: the sum of what is demanded as counter-guarantee.
        seeks_subsidy: whether a subsidy is applied for.
        staff: the staff of an enterprise; ``None`` where it was not counted.
        register: the register entry of the business; ``None`` where none was looked up.
        visits: the site visits made.
        sign_offs: the signatures given.

    Raises:
        InvalidIdentity: an unusable identity.
        InvalidTerms: a fact no application could contain, such as two applicants for an individual
            loan, a person listed twice, another loan of a person not named here, or a commercial
            part above the principal.
        InvalidDate: a day that is no plain date, or an applicant born after applying.
        InvalidAmount: a counter-guarantee not in CNY or finer than a fen.
    """

    id: str
    borrower: str
    category: Category
    terms: LoanTerms
    applied_on: date
    applicants: tuple[Applicant, ...]
    prepared_by: str
    other_loans: tuple[OtherLoan, ...]
    earlier_loans: tuple[EarlierLoan, ...]
    counter_guarantors: tuple[CounterGuarantor, ...]
    blacklist: tuple[BlacklistEntry, ...]
    statuses: tuple[ExcludedStatus, ...]
    guarantee: Guarantee | None = None
    counter_guarantee: Money = ZERO
    seeks_subsidy: bool = True
    staff: Staff | None = None
    register: Register | None = None
    visits: tuple[Visit, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()

    def __post_init__(self) -> None:
        """Refuse facts that no application could contain."""
        identity(self.id, "an application")
        person_id(self.borrower, "a borrower")
        person_id(self.prepared_by, "an officer")
        plain_date(self.applied_on, "an application")
        _check_types(self)
        for name, kind, what, zh in _LISTS:
            tuple_of(getattr(self, name), kind, what, zh)
        _check_persons(self)
        _check_amounts(self)

    @property
    def of_natural_persons(self) -> bool:
        """Tell whether persons borrow: an individual or partners, no enterprise."""
        return self.category.kind is not BorrowerKind.ENTERPRISE

    @property
    def spouses(self) -> frozenset[str]:
        """Return the spouses of the applicants."""
        return frozenset(person.spouse for person in self.applicants if person.spouse)

    @property
    def applying(self) -> frozenset[str]:
        """Return the borrower and the applicants."""
        return frozenset({self.borrower, *(person.id for person in self.applicants)})

    @property
    def borrowing(self) -> frozenset[str]:
        """Return whose earlier loans count: the borrower, and where persons borrow each of them."""
        return self.applying if self.of_natural_persons else frozenset({self.borrower})


def _check_types(application: Application) -> None:
    for value, kind, what, zh, limit in (
        (application.category, Category, "the category", "贷款类别", "a Category"),
        (application.terms, LoanTerms, "the terms", "合同要素", "a LoanTerms"),
        (application.guarantee, Guarantee | None, "the guarantee", "担保", "a Guarantee or None"),
        (application.seeks_subsidy, bool, "the mark of a subsidy", "是否申请贴息", "True or False"),
        (application.staff, Staff | None, "the staff", "在职职工", "a Staff or None"),
        (application.register, Register | None, "the register", "登记信息", "a Register or None"),
    ):
        if not isinstance(value, kind):
            raise refused_terms(what, zh, told(value), limit)


def _check_persons(application: Application) -> None:
    _once((person.id for person in application.applicants), "an applicant", "申请人")
    sureties = application.counter_guarantors
    _once((surety.id for surety in sureties), "a counter-guarantor", "反担保人")
    _once((loan.id for loan in application.earlier_loans), "an earlier loan", "以往贷款")
    for person in application.applicants:
        in_order(person.born_on, application.applied_on, "birth and application")
    ids = [person.id for person in application.applicants]
    if application.category.kind is BorrowerKind.INDIVIDUAL and ids != [application.borrower]:
        raise refused_terms(
            "the applicants of an individual loan",
            "个人贷款的申请人",
            ", ".join(ids) or "nobody",
            f"the borrower {application.borrower} alone",
        )
    if application.category.kind is BorrowerKind.PARTNERSHIP and not ids:
        raise refused_terms("the applicants", "申请人", "nobody", "the partners")
    _check_holders(application)


def _check_holders(application: Application) -> None:
    """Refuse a loan or a status of somebody else: by a wrong id it would be passed over."""
    household = application.applying | application.spouses
    holders = [loan.holder for loan in application.other_loans]
    holders += [loan.holder for loan in application.earlier_loans]
    persons = [entry.person for entry in application.statuses]
    for ids, known, what, zh in (
        (holders, household, "the holder of a loan", "贷款持有人"),
        (persons, application.applying, "the person of a status", "身份记录的人员"),
    ):
        for name in ids:
            if name not in known:
                raise refused_terms(what, zh, name, f"one of {', '.join(sorted(known))}")


def _once(ids: Iterable[str], what: str, zh: str) -> None:
    for name, times in Counter(ids).items():
        if times > 1:
            raise refused_terms(what, zh, f"{name} {times} times", "listed once")


def _check_amounts(application: Application) -> None:
    commercial, principal = application.category.commercial_part, application.terms.principal
    if fen(commercial) > fen(principal):
        raise refused_terms(
            "the commercial part", "商业贷款部分", show(commercial), f"at most {show(principal)}"
        )
    if fen(application.counter_guarantee) < 0:
        raise refused_terms(
            "the counter-guarantee", "反担保额", application.counter_guarantee, "at least 0.00"
        )
