"""A service over books of guaranteed loans: FastAPI on a SQLite file or on PostgreSQL.

``python examples/service.py`` serves on 127.0.0.1:8000, ``--url postgresql+psycopg://…`` keeps the
books there. Every act carries its voucher number, so that a client that got no answer sends the
same again: it is done once. All that a process holds is in the app that ``create_app`` makes. It
knows no users: put your own sign-in before it.
"""

import sys
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from enum import Enum
from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from service_answers import (
    AccountAnswer,
    AssessmentAnswer,
    DepositAnswer,
    FundAnswer,
    InstallmentRow,
    LeverageAnswer,
    LoanAnswer,
    RequestAnswer,
)
from service_application import ApplicationForm
from service_forms import Day, FundForm, LoanForm, MoneyForm, RequestForm, TermsForm
from service_office import Office, open_engine
from service_problems import install

from microloan import (
    AlreadyRequested,
    Entry,
    EntryKind,
    FundEntry,
    FundEntryKind,
    GuaranteeFund,
    HalfYear,
    InterestQuarter,
    Loan,
    NotFound,
    Policy,
    Provision,
    Shares,
    SubsidyRequest,
    amortize,
    assess,
    policy,
)
from microloan.filing import draw_request
from microloan.store import UnitOfWork, create_all

AnyEntry = TypeVar("AnyEntry", Entry, FundEntry)


def create_app(
    url: str,
    *,
    rules: Policy | None = None,
    shares: Provision[Shares] | None = None,
    patience: int = 2_000,
) -> FastAPI:
    """Return an app over the books of a database; its engine lives as long as the app runs.

    Args:
        url: the database.
        rules: the policy; by default that of the central provinces.
        shares: as of :class:`Office`.
        patience: how many milliseconds a statement waits for a lock.
    """
    followed = policy.load("cn", region="central") if rules is None else rules

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine = open_engine(url, patience=patience)
        create_all(engine)
        app.state.office = Office(engine=engine, rules=followed, shares=shares)
        try:
            yield
        finally:
            engine.dispose()

    app = FastAPI(
        title="microloan",
        description="Guaranteed small loans 创业担保贷款: plans, admission, repayments, subsidies.",
        lifespan=lifespan,
        docs_url=None,  # its page loads programs from the network; /openapi.json does not
        redoc_url=None,
    )
    install(app)
    app.include_router(routes)
    return app


def _office(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


routes = APIRouter()
TheOffice = Annotated[Office, Depends(_office)]


def news(uow: UnitOfWork) -> int:
    """Return 201 where something was written, 200 where the very act was there already."""
    return 201 if uow.written else 200


def booked(entries: Sequence[AnyEntry], kind: Enum, ref: str) -> AnyEntry:
    """Return the entry of an act; of a voucher that was freed by a reversal, the last one."""
    [*_, found] = (one for one in entries if (one.kind, one.ref) == (kind, ref))
    return found


@routes.post("/schedules", response_model=list[InstallmentRow])
def quote(terms: TermsForm) -> list[dict[str, Any]]:
    """还款计划: the plan of some terms, line by line; nothing is kept."""
    return amortize(terms.made()).to_dicts()


@routes.post("/assessments", response_model=AssessmentAnswer)
def judge(application: ApplicationForm, on: Day, office: TheOffice) -> dict[str, Any]:
    """准入审核: everything that stands in the way of a loan; nothing is kept."""
    found = assess(application.made(), under=office.rules, on=on)
    return {
        "application": found.application,
        "on": found.on,
        "admissible": found.admissible,
        "findings": found.to_dicts(),
    }


@routes.put("/books/{book}/funds/{fund:path}")
def open_fund(
    book: str, fund: str, form: FundForm, office: TheOffice, response: Response
) -> FundAnswer:
    """开立基金: open a fund, without money yet."""

    def act(uow: UnitOfWork) -> FundAnswer:
        uow.save(GuaranteeFund(id=fund, name=form.name))
        response.status_code = news(uow)
        return FundAnswer(id=fund, name=form.name)

    return office.kept(book, act)


@routes.post("/books/{book}/funds/{fund:path}/deposits")
def deposit(
    book: str, fund: str, form: MoneyForm, office: TheOffice, response: Response
) -> DepositAnswer:
    """入金: book money into a fund, by its voucher; the same again changes nothing."""

    def act(uow: UnitOfWork) -> DepositAnswer:
        after = uow.funds.get(fund).deposit(form.amount, on=form.on, ref=form.ref)
        after.balance(as_of=date.max)  # refuses a sum that no book can hold
        uow.save(after)
        response.status_code = news(uow)
        return DepositAnswer.of(booked(after.entries, FundEntryKind.DEPOSIT, form.ref))

    return office.kept(book, act)


@routes.get("/books/{book}/funds/{fund:path}/leverage")
def leverage(book: str, fund: str, as_of: Day, office: TheOffice) -> LeverageAnswer:
    """放大倍数: what a fund stands behind at the end of a day, against its cap."""
    ask = partial(UnitOfWork.leverage, fund_id=fund, under=office.rules, as_of=as_of)
    return LeverageAnswer.of(office.kept(book, ask))


@routes.post("/books/{book}/loans")
def admit(book: str, form: LoanForm, office: TheOffice, response: Response) -> LoanAnswer:
    """准入: let a guaranteed loan enter the book, if its fund may stand behind it."""

    def act(uow: UnitOfWork) -> LoanAnswer:
        loan = form.made()
        uow.admit(loan, under=office.rules, on=form.on)
        response.status_code = news(uow)
        return LoanAnswer.after(loan, loan.entries[0])

    return office.kept(book, act)


@routes.post("/books/{book}/loans/{loan:path}/repayments")
def repay(
    book: str, loan: str, form: MoneyForm, office: TheOffice, response: Response
) -> LoanAnswer:
    """还款: book money from the borrower, by its voucher; the same again changes nothing."""

    def act(uow: UnitOfWork) -> LoanAnswer:
        after = uow.loans.get(loan).repay(form.amount, on=form.on, ref=form.ref)
        uow.save(after)
        response.status_code = news(uow)
        return LoanAnswer.after(after, booked(after.entries, EntryKind.REPAYMENT, form.ref))

    return office.kept(book, act)


@routes.get("/books/{book}/loans/{loan:path}/accounts/{year}/{half}")
def account(book: str, loan: str, year: int, half: int, office: TheOffice) -> AccountAnswer:
    """半年还款台账: a loan's account of a half-year."""
    wanted: Loan = office.kept(book, lambda uow: uow.loans.get(loan))
    return AccountAnswer.of(wanted.account(HalfYear(year, half)))


@routes.post("/books/{book}/requests")
def request_subsidy(
    book: str, form: RequestForm, office: TheOffice, response: Response
) -> RequestAnswer:
    """贴息申请: draw up a bank's request of an interest quarter and keep it."""
    quarter = InterestQuarter(form.year, form.quarter)

    def act(uow: UnitOfWork) -> RequestAnswer:
        earlier = uow.requests.all()
        request = drawn_already(earlier, form, quarter)
        if request is None:
            request = draw_request(
                loans_of(uow, form.lender),
                lender=form.lender,
                quarter=quarter,
                under=office.rules,
                on=form.on,
                earlier=earlier,
                shares=office.shares,
            )
            try:
                uow.requests.save(request)
            except AlreadyRequested:  # the same was drawn up beside us, before a loan came in
                request = drawn_already(uow.requests.all(), form, quarter)
                if request is None:
                    raise
        response.status_code = news(uow)
        return RequestAnswer.drawn(request)

    return office.kept(book, act)


def loans_of(uow: UnitOfWork, lender: str) -> list[Loan]:
    """Return a bank's loans; a bank without any asks for nothing, and no empty request is kept."""
    found = [one for one in uow.loans.all() if one.lender == lender]
    if not found:
        raise NotFound(
            f"the book holds no loan of {lender}",
            zh=f"台账中没有 {lender} 的贷款",
            value=lender,
            limit="a lender of the book",
        )
    return found


def drawn_already(
    requests: Iterable[SubsidyRequest], form: RequestForm, quarter: InterestQuarter
) -> SubsidyRequest | None:
    """Return the request that was drawn up for the bank and quarter on that very day."""
    asked = (form.lender, quarter, form.on)
    same = (one for one in requests if (one.lender, one.quarter, one.on) == asked)
    return next(same, None)


def main(arguments: Sequence[str]) -> None:
    """Serve on loopback until it is interrupted."""
    import uvicorn  # noqa: PLC0415 — who only tests the app brings a server of his own

    options = ArgumentParser(prog="service.py", description="Serve books of guaranteed loans.")
    options.add_argument("--url", default="sqlite:///service.db", help="the database")
    options.add_argument("--port", type=int, default=8000, help="the port on 127.0.0.1")
    given = options.parse_args(arguments)
    app = create_app(given.url)  # no log of addresses: whatever a client writes there would stay
    uvicorn.run(app, host="127.0.0.1", port=given.port, access_log=False)


if __name__ == "__main__":
    main(sys.argv[1:])
