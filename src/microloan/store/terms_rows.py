"""Terms of a contract as columns of a loan's row, and as text of an entry that changes them."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from microloan.clauses import (
    Amortization,
    EarlyInterest,
    LevelBy,
    PaymentOrder,
    PrincipalPart,
    Repricing,
    Residue,
    Settlement,
    Stub,
)
from microloan.dated import Dated
from microloan.money import fen, from_fen
from microloan.months import MonthEnd
from microloan.penalty import Compounding, Daily, Multiple, PenaltyRate
from microloan.periods import DayCount
from microloan.terms import LoanTerms

_DAYS = ("signed_on", "disbursed_on")


def rate_text(rate: Decimal) -> str:
    """Return a rate as text: equal rates alike, whatever the host's ``Decimal`` context.

    >>> rate_text(Decimal("0.0395")), rate_text(Decimal("0.03950")), rate_text(Decimal("1E-8"))
    ('0.0395', '0.0395', '0.00000001')
    """
    text = f"{rate:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def terms_columns(terms: LoanTerms) -> dict[str, Any]:
    """Return the columns of a contract's terms."""
    settlement = terms.settlement
    return {
        "principal_fen": fen(terms.principal),
        "annual_rate": rate_text(terms.annual_rate),
        "signed_on": terms.signed_on,
        "disbursed_on": terms.disbursed_on,
        "months": terms.months,
        "amortization": terms.amortization.value,
        "day_count": terms.day_count.value,
        "interval_months": terms.interval_months,
        "grace_months": terms.grace_months,
        "interest_grace_months": terms.interest_grace_months,
        "settlement_day": None if settlement is None else settlement.day,
        "first_stub": None if settlement is None else settlement.first.value,
        "month_end": terms.month_end.value,
        "due_dates": " ".join(map(str, terms.due_dates)),
        "parts": " ".join(f"{part.due_on}:{fen(part.principal)}" for part in terms.parts),
        "residue": terms.residue.value,
        "level_by": terms.level_by.value,
        "repricing": terms.repricing.value,
        "penalty": _penalty_text(terms.penalty),
        "misuse": _penalty_text(terms.misuse),
        "compounding": terms.compounding.value,
        "payment_order": terms.order.value,
        "early_interest": terms.early_interest.value,
        "grace_days": terms.grace_days,
    }


def terms_of(row: Mapping[Any, Any]) -> LoanTerms:
    """Return the terms of a row, through the constructor that refuses what no contract contains."""
    day, stub = row["settlement_day"], row["first_stub"]
    return LoanTerms(
        principal=from_fen(row["principal_fen"]),
        annual_rate=Decimal(row["annual_rate"]),
        disbursed_on=row["disbursed_on"],
        months=row["months"],
        amortization=Amortization(row["amortization"]),
        day_count=DayCount(row["day_count"]),
        signed_on=row["signed_on"],
        interval_months=row["interval_months"],
        grace_months=row["grace_months"],
        interest_grace_months=row["interest_grace_months"],
        settlement=None if day is None else Settlement(day, Stub(stub)),
        month_end=MonthEnd(row["month_end"]),
        due_dates=tuple(map(date.fromisoformat, row["due_dates"].split())),
        parts=tuple(map(_part_of, row["parts"].split())),
        residue=Residue(row["residue"]),
        level_by=LevelBy(row["level_by"]),
        repricing=Repricing(row["repricing"]),
        penalty=_penalty_of(row["penalty"]),
        misuse=_penalty_of(row["misuse"]),
        compounding=Compounding(row["compounding"]),
        order=PaymentOrder(row["payment_order"]),
        early_interest=EarlyInterest(row["early_interest"]),
        grace_days=row["grace_days"],
    )


def terms_text(terms: LoanTerms) -> str:
    """Return the terms as one text: equal terms alike."""
    columns = terms_columns(terms)
    plain = columns | {name: columns[name].isoformat() for name in _DAYS}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"))


def terms_of_text(text: str) -> LoanTerms:
    """Return the terms of a text."""
    row = json.loads(text)
    return terms_of(row | {name: date.fromisoformat(row[name]) for name in _DAYS})


def _part_of(text: str) -> PrincipalPart:
    day, _, amount = text.partition(":")
    return PrincipalPart(due_on=date.fromisoformat(day), principal=from_fen(int(amount)))


def _penalty_text(agreed: Dated[PenaltyRate] | None) -> str | None:
    """Return a penalty as text: its name, how far it is known, and each change."""
    if agreed is None:
        return None
    values = [(day.isoformat(), *_rate_words(rate)) for day, rate in agreed.values]
    content = [agreed.name, agreed.known_through.isoformat(), values]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _rate_words(rate: PenaltyRate) -> tuple[str, str]:
    if isinstance(rate, Multiple):
        return "multiple", rate_text(rate.of_contract_rate)
    return "daily", rate_text(rate.rate)


def _penalty_of(text: str | None) -> Dated[PenaltyRate] | None:
    if text is None:
        return None
    name, known_through, values = json.loads(text)
    return Dated(
        name,
        tuple((date.fromisoformat(day), _rate_of(kind, figure)) for day, kind, figure in values),
        date.fromisoformat(known_through),
    )


def _rate_of(kind: str, figure: str) -> PenaltyRate:
    return Multiple(Decimal(figure)) if kind == "multiple" else Daily(Decimal(figure))
