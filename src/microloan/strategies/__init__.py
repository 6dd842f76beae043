"""What Hypothesis draws of this library: contracts, lives, funds, books, policies, nasty days.

Installed by ``pip install 'microloan[hypothesis]'``; without Hypothesis, importing it raises
:class:`microloan.errors.extra.ExtraMissing`. ``import hypothesis`` makes the strategies known by
their types, so that ``from_type(Loan)`` and ``@given(...)`` draw them.
"""

from microloan.extra import load_extra

load_extra("hypothesis", extra="hypothesis")

# What follows needs Hypothesis, which the line above has asked for by name.
from microloan.strategies.acts import Act, Moment, Step  # noqa: E402
from microloan.strategies.contracts import categories, guarantees, loan_terms, schedules  # noqa: E402
from microloan.strategies.figures import amounts, id_numbers, rates  # noqa: E402
from microloan.strategies.lives import (  # noqa: E402
    History,
    histories,
    lived_loans,
    new_loans,
    steps,
    subsidized_loans,
)
from microloan.strategies.occasions import (  # noqa: E402
    boundary_dates,
    days,
    halves,
    interest_quarters,
    signing_days,
)
from microloan.strategies.offices import Book, books, funds  # noqa: E402
from microloan.strategies.places import policies  # noqa: E402

__all__ = [
    "Act",
    "Book",
    "History",
    "Moment",
    "Step",
    "amounts",
    "books",
    "boundary_dates",
    "categories",
    "days",
    "funds",
    "guarantees",
    "halves",
    "histories",
    "id_numbers",
    "interest_quarters",
    "lived_loans",
    "loan_terms",
    "new_loans",
    "policies",
    "rates",
    "schedules",
    "signing_days",
    "steps",
    "subsidized_loans",
]
