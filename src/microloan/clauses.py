"""The choices a loan contract makes: how principal comes back, on which days, in which order."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from microloan.money import Money, positive_fen
from microloan.naming import require_one_of, require_whole
from microloan.periods import plain_date


class Amortization(Enum):
    """还款方式: how principal comes back."""

    EQUAL_INSTALLMENTS = "equal_installments"
    """等额本息: level payments."""
    EQUAL_PRINCIPAL = "equal_principal"
    """等额本金: level principal."""
    INTEREST_ONLY = "interest_only"
    """按期付息、到期还本: interest until maturity, then all principal; most loans here."""
    BULLET = "bullet"
    """利随本清: all at maturity."""
    CUSTOM = "custom"
    """自定还本计划: interest by period, principal in the dated parts that the contract lists."""


class Residue(Enum):
    """Who takes the odd fen that rounding leaves over a plan."""

    LAST_INSTALLMENT = "last_installment"
    """The last payment differs from the others by the odd fen."""
    LAST_INTEREST = "last_interest"
    """The last payment is level too; its interest takes the odd fen. Meant for periods that are all
    of one length: where days are counted, it takes their differences as well."""


class LevelBy(Enum):
    """What the level payment of 等额本息 is computed from."""

    NOMINAL_RATE = "nominal_rate"
    """Each interval bears the same part of the yearly rate: 3.95 % is 0.329167 % a month."""
    EXACT_FACTORS = "exact_factors"
    """Each period bears interest for its own days; no payment differs by more than odd fen."""


class Stub(Enum):
    """What becomes of the first period where disbursement is no settlement day."""

    SHORT = "short"
    """It ends on the first settlement day."""
    LONG = "long"
    """Where it would be shorter than an interval, it ends on the settlement day after that."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """结息日: interest runs through this day of the month and is due on it.

    With an interval of three months the days are those of March, June, September and December: a
    quarter runs from the 21st to the 20th, both inside (人民币利率管理规定, art. 20).

    Raises:
        InvalidTerms: a day that some month lacks, or no :class:`Stub`.
    """

    day: int
    first: Stub = Stub.SHORT

    def __post_init__(self) -> None:
        """Refuse a day that some month lacks."""
        require_whole(self.day, "the settlement day", "结息日", 1, 28)
        require_one_of(self.first, Stub, "the first period", "首期")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrincipalPart:
    """A part of the principal and the day on which it falls due; for ``CUSTOM`` plans.

    Raises:
        InvalidDate: not a plain date.
        InvalidAmount: nothing or less, not in CNY, or finer than a fen.
    """

    due_on: date
    principal: Money

    def __post_init__(self) -> None:
        """Refuse a part that is nothing."""
        plain_date(self.due_on, "a part of the principal")
        positive_fen(self.principal, "a part of the principal")


class PaymentOrder(Enum):
    """What money received meets first. Costs, penalty and compound interest always come first."""

    BY_COMPONENT = "by_component"
    """All interest that fell due, then principal, each oldest first (民法典, art. 561)."""
    BY_INSTALLMENT = "by_installment"
    """The oldest installment whole, interest before principal, then the next."""


class EarlyInterest(Enum):
    """How far interest is charged on principal that is repaid early."""

    TO_THE_DAY = "to_the_day"
    """For the days the money was used (民法典, art. 677)."""
    TO_NEXT_DUE_DATE = "to_next_due_date"
    """For the whole period that has begun, where the contract says so."""


class Repricing(Enum):
    """Whether the rate may change within the contract."""

    FIXED = "fixed"
    """It may not; usual for a loan of one year or less (银发〔2003〕251号)."""
    FLOATING = "floating"
    """It may, on days and by a measure that the contract agrees."""


class Prepayment(Enum):
    """提前还款: what becomes of the plan when part of the principal is repaid early."""

    SHORTEN = "shorten"
    """The level part stays and the plan ends earlier; listed parts are saved from the end."""
    LOWER = "lower"
    """The due dates stay and each installment becomes lower; listed parts shrink alike."""


class Opening(Enum):
    """On which day of lateness claims open: both readings are in use (office practice differs)."""

    AT_OR_AFTER = "at_or_after"
    """满: with 90 days, the 90th day past due."""
    STRICTLY_AFTER = "strictly_after"
    """超过: with 90 days, the 91st day past due."""
