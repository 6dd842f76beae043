"""What ``service.py`` is told of an application: all that the office has looked up about it."""

from functools import partial
from typing import Annotated, Any

from pydantic import Field
from service_forms import CategoryForm, Day, Form, GuaranteeForm, TermsForm, Whole, Yuan

from microloan import cny
from microloan.application import Application
from microloan.dossier import Department, Register, SignOff, Staff, Visit, Visitor
from microloan.party import (
    Applicant,
    BlacklistEntry,
    CounterGuarantor,
    EarlierLoan,
    ExcludedStatus,
    OtherLoan,
    Status,
)


class ApplicantForm(Form):
    """申请人, by the host's own identity: never a citizen's number."""

    makes = Applicant
    id: str
    born_on: Day
    spouse: str
    guarantees: tuple[str, ...]


class OtherLoanForm(Form):
    """其他贷款: a loan outside the programme."""

    makes = OtherLoan
    holder: str
    purpose: str
    lent_on: Day
    outstanding: Yuan
    repaid_on: Day | None = None


class EarlierLoanForm(Form):
    """以往创业担保贷款."""

    makes = EarlierLoan
    id: str
    holder: str
    lent_on: Day
    repaid_on: Day | None
    days_late: Whole


class SuretyForm(Form):
    """反担保人."""

    makes = CounterGuarantor
    id: str
    open_loans: tuple[str, ...]
    guarantees: tuple[str, ...]


class BlacklistForm(Form):
    """黑名单."""

    makes = BlacklistEntry
    person: str
    since: Day
    until: Day | None = None


class StatusForm(Form):
    """身份记录."""

    makes = ExcludedStatus
    person: str
    status: Status
    since: Day
    until: Day | None = None


class StaffForm(Form):
    """在职职工."""

    makes = Staff
    people: Whole
    hired_on: tuple[Day, ...]


class RegisterForm(Form):
    """登记信息."""

    makes = Register
    opened_on: Day
    closed_on: Day | None = None


class VisitorForm(Form):
    """考察人员."""

    makes = Visitor
    person: str
    organization: str


class VisitForm(Form):
    """实地考察."""

    makes = Visit
    on: Day
    visitors: tuple[VisitorForm, ...]


class SignOffForm(Form):
    """会审签字."""

    makes = SignOff
    department: Department
    person: str
    on: Day


class ApplicationForm(Form):
    """贷款申请: a list that has no default has to be stated, empty for "looked up, none"."""

    makes = Application
    id: str
    borrower: str
    category: CategoryForm
    terms: TermsForm
    applied_on: Day
    applicants: tuple[ApplicantForm, ...]
    prepared_by: str
    other_loans: tuple[OtherLoanForm, ...]
    earlier_loans: tuple[EarlierLoanForm, ...]
    counter_guarantors: tuple[SuretyForm, ...]
    blacklist: tuple[BlacklistForm, ...]
    statuses: tuple[StatusForm, ...]
    guarantee: GuaranteeForm | None = None
    counter_guarantee: Yuan = Field(default_factory=partial(cny, 0))
    seeks_subsidy: Annotated[bool, Field(strict=True)] = True
    staff: StaffForm | None = None
    registered: RegisterForm | None = None
    visits: tuple[VisitForm, ...] = ()
    sign_offs: tuple[SignOffForm, ...] = ()

    def facts(self) -> dict[str, Any]:
        """Return the fields; a form of pydantic's has a ``register`` of its own."""
        known = super().facts()
        return known | {"register": known.pop("registered")}
