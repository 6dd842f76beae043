"""The service of the examples, asked by a real client: what it answers and how it says no."""

import json
from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import count

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from microloan import Evidence, Level, MicroloanError, Provision, Shares, cny, errors
from microloan.store import UnitOfWork
from postgres_server import fresh_database
from serving import (
    Desk,
    a_loan,
    at_once,
    served,
    service,
    service_office,
    service_problems,
    some_terms,
)

HALF = Fraction(1, 2)
SHARES = Provision(
    value=Shares(parts=((Level.CENTRAL, HALF), (Level.COUNTY, HALF))),
    since=date(2023, 10, 1),
    decree="示例财金〔2024〕1号",
    clause="中央与县级各承担一半",
    read_in="the office's own file",
    evidence=Evidence.LOCAL,
)
PERSON = {"id": "B-1", "born_on": "1980-01-01", "spouse": "", "guarantees": []}
NOTHING = ("other_loans", "earlier_loans", "counter_guarantors", "blacklist", "statuses")
CONTRACT_RULES = {"annual_rate": "4.95", "months": 24, "amortization": "bullet"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request, tmp_path_factory):
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('service') / 'books.db'}"
    return fresh_database(fsync=False)


@pytest.fixture(scope="module")
def app(url):
    return service.create_app(url, shares=SHARES)


@pytest.fixture(scope="module")
def client(app):
    with served(app) as client:
        yield client


@pytest.fixture(scope="module")
def books():
    return (f"book-{number}" for number in count(1))


@pytest.fixture
def desk(client, books):
    return Desk(client, next(books))


@pytest.fixture
def lent(desk):
    """A desk with a fund of five million yuan and a loan of 300,000."""
    desk.open_fund()
    assert desk.admit().status_code == 201
    return desk


def said(answer, status, code):
    """A problem document of a status and a code."""
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    ), answer.text
    problem = answer.json()
    assert (problem["status"], problem["code"], problem["type"]) == (
        status,
        code,
        f"/problems/{code}",
    )
    assert problem["title"]
    assert problem["detail"]
    return problem


# ---- plans, applications


def test_a_plan_is_quoted_in_text_to_the_fen(client):
    answer = client.post("/schedules", json=some_terms())

    plan = answer.json()
    assert answer.status_code == 200
    assert plan[0] == {
        "number": 1,
        "due_on": "2024-04-15",
        "principal": "7863.02",
        "interest": "987.50",
        "total": "8850.52",
        "outstanding": "292136.98",
    }
    assert len(plan) == 36
    assert sum(Decimal(line["principal"]) for line in plan) == 300_000
    assert plan[-1]["outstanding"] == "0.00"


@pytest.mark.parametrize(
    ("wrong", "at", "code"),
    [
        ({"principal": 300000.0}, "principal", "money.invalid_amount"),
        ({"principal": 300000}, "principal", "money.invalid_amount"),
        ({"principal": "300000.001"}, "principal", "money.invalid_amount"),
        ({"principal": "\uff13\uff10\uff10"}, "principal", "money.invalid_amount"),
        ({"principal": None}, "principal", "money.invalid_amount"),
        ({"annual_rate": 3.95}, "annual_rate", "money.invalid_rate"),
        ({"disbursed_on": 1710460800}, "disbursed_on", "periods.invalid_date"),
        ({"disbursed_on": "2024-02-30"}, "disbursed_on", "periods.invalid_date"),
        ({"disbursed_on": "2024-03-15T00:00:00"}, "disbursed_on", "periods.invalid_date"),
        ({"months": 36.0}, "months", "int_type"),
        ({"amortization": "lump"}, "amortization", "enum"),
        ({"color": "red"}, "color", "extra_forbidden"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_refused_by_its_place(client, wrong, at, code):
    problem = said(client.post("/schedules", json=some_terms(**wrong)), 422, "service.invalid_body")

    assert [(one["at"], one["code"]) for one in problem["errors"]] == [(f"body.{at}", code)]


def test_every_error_of_a_body_is_named_and_nothing_of_it_repeated(client):
    sent = some_terms(principal="990101198001010014", annual_rate="x", months="SECRET")
    answer = client.post("/schedules", json=sent, headers={"accept-language": "zh-CN,en;q=0.5"})

    problem = said(answer, 422, "service.invalid_body")
    assert [one["at"] for one in problem["errors"]] == [
        "body.principal",
        "body.annual_rate",
        "body.months",
    ]
    assert "人民币金额" in problem["detail"]
    assert "990101198001010014" not in answer.text
    assert "SECRET" not in answer.text


def test_a_name_that_nobody_knows_is_repeated_only_if_it_is_a_plain_one(client):
    answer = client.post("/schedules", json=some_terms(**{"990101198001010014": 1, "colour": 1}))

    problem = said(answer, 422, "service.invalid_body")
    assert [one["at"] for one in problem["errors"]] == ["body.…", "body.colour"]
    assert "990101198001010014" not in answer.text


def test_what_a_form_lacks_is_told_in_chinese_too(client):
    sent = some_terms(months="x", amortization="lump", colour=1)
    del sent["principal"]
    answer = client.post("/schedules", json=sent, headers={"accept-language": "zh"})

    told = {one["at"]: one["zh"] for one in said(answer, 422, "service.invalid_body")["errors"]}
    assert told.pop("body.amortization").startswith("应为下列之一：'equal_installments'")
    assert told == {
        "body.principal": "缺少此项",
        "body.months": "应为整数",
        "body.colour": "没有这一项",
    }


def test_of_many_errors_some_are_told_and_the_others_counted(client):
    answer = client.post("/schedules", json=some_terms(**{f"n{'o' * n}": n for n in range(1, 31)}))

    problem = said(answer, 422, "service.invalid_body")
    assert (len(problem["errors"]), problem["further_errors"]) == (20, 10)


@pytest.mark.parametrize("said_beforehand", [True, False])
def test_a_body_that_is_too_long_is_refused_while_it_comes_in(client, said_beforehand):
    sent = b'{"principal": "' + b"1" * (1 << 20) + b'"}'
    content = sent if said_beforehand else iter([sent[:9], sent[9:]])
    answer = client.post("/schedules", content=content, headers={"accept-language": "zh"})

    assert said(answer, 413, "http.413")["detail"] == "请求内容过长"


def test_half_a_character_is_refused_like_any_wrong_text(client):
    sent = json.dumps(a_loan(category={"kind": "individual", "groups": ["\ud800"]}))
    answer = client.post(
        "/books/990101/loans", content=sent, headers={"content-type": "application/json"}
    )

    said(answer, 422, "terms.invalid")


def test_terms_that_no_contract_could_contain_are_refused_by_the_library(client):
    problem = said(client.post("/schedules", json=some_terms(months=0)), 422, "terms.invalid")

    assert problem["value"] == "0"


def test_an_application_is_judged_by_every_rule(client):
    application = {
        "id": "A-1",
        "borrower": "B-1",
        "category": {
            "kind": "individual",
            "groups": ["returning_migrant"],
            "reference": "lpr_1y",
        },
        "terms": some_terms(**CONTRACT_RULES | {"principal": "320000.00", "annual_rate": "5.20"}),
        "applied_on": "2024-03-04",
        "applicants": [PERSON],
        "prepared_by": "U-1",
        **{what: [] for what in NOTHING},
        "registered": {"opened_on": "2022-05-10"},
        "visits": [
            {
                "on": "2024-03-08",
                "visitors": [
                    {"person": "U-1", "organization": "OFFICE"},
                    {"person": "U-2", "organization": "BANK-03"},
                ],
            }
        ],
        "sign_offs": [
            {"department": department, "person": person, "on": "2024-03-12"}
            for department, person in (("employment", "U-3"), ("finance", "U-4"), ("bank", "U-5"))
        ],
    }
    answer = client.post("/assessments", params={"on": "2024-03-15"}, json=application)

    assert answer.status_code == 200, answer.text
    judged = answer.json()
    faults = [one["code"] for one in judged["findings"] if one["severity"] == "fault"]
    assert (judged["admissible"], faults) == (
        False,
        ["admission.above_ceiling", "admission.rate_above_cap"],
    )
    assert "财金〔2023〕75号" in judged["findings"][1]["clause"]

    settled = application | {"terms": some_terms(**CONTRACT_RULES | {"principal": "300000.00"})}
    answer = client.post("/assessments", params={"on": "2024-03-15"}, json=settled)
    assert answer.json()["admissible"] is True
    del settled["other_loans"]
    problem = said(
        client.post("/assessments", params={"on": "2024-03-15"}, json=settled),
        422,
        "service.invalid_body",
    )
    assert [one["at"] for one in problem["errors"]] == ["body.other_loans"]


# ---- the life of a loan


def test_a_payment_sent_again_is_answered_alike_and_booked_once(lent):
    first = lent.repay("回单1", "8850.52", "2024-04-15")
    later = lent.repay("回单2", "8850.52", "2024-05-15")
    again = lent.repay("回单1", "8850.52", "2024-04-15")

    assert [one.status_code for one in (first, later, again)] == [201, 201, 200]
    assert again.json() == first.json()
    assert first.json() == {
        "id": "HT-1",
        "entry": 2,
        "as_of": "2024-04-15",
        "outstanding": "292136.98",
        "arrears": "0.00",
        "days_past_due": 0,
        "performance": "performing",
    }
    problem = said(lent.repay("回单1", "8850.51", "2024-04-15"), 409, "ledger.ref_conflict")
    assert "回单1" in problem["detail"]


def test_a_half_year_closes_as_the_contract_page_says(lent):
    for month in (4, 5, 6):
        assert lent.repay(f"回单{month}", "8850.52", f"2024-{month:02}-15").status_code == 201

    first, second = (lent.get(f"loans/HT-1/accounts/2024/{half}").json() for half in (1, 2))
    paid, due = (
        Decimal(first[f"{what}_principal"]) + Decimal(first[f"{what}_interest"])
        for what in ("repaid", "due")
    )
    assert (paid, due, first["closing"]) == (Decimal("26551.56"), paid, "276333.21")
    assert first["repaid_principal"] == "23666.79"  # 300,000.00 less the closing
    assert second["opening"] == first["closing"]
    said(lent.get("loans/HT-1/accounts/2024/3"), 422, "periods.invalid_date")


def test_leverage_is_told_with_the_clause_of_its_cap(lent):
    answer = lent.get("funds/F-01/leverage", as_of="2024-03-31").json()

    assert (answer["exposure"], answer["headroom"], answer["within_cap"]) == (
        "300000.00",
        "24700000.00",
        True,
    )
    assert (answer["cap"], answer["multiple"]) == (5, "0.0600")
    assert answer["clause"]


def test_a_request_is_drawn_up_once_and_adds_up_over_the_levels(lent):
    terms = {
        "annual_rate": "4.95",
        "disbursed_on": "2024-06-21",
        "months": 12,
        "amortization": "interest_only",
        "interval_months": 3,
        "day_count": "act_360",
        "settlement_day": 20,
    }
    for number, principal, on in (
        ("HT-8", "300000.00", "2024-06-21"),
        ("HT-9", "100000.00", "2024-07-10"),
    ):
        agreed = some_terms(**terms | {"principal": principal, "disbursed_on": on})
        facts = {"terms": agreed, "on": on, "lender": "BANK-07"}
        assert lent.admit(number, **facts).status_code == 201
    drawn = lent.ask_for_subsidy("2024-09-24", lender="BANK-07")
    again = lent.ask_for_subsidy("2024-09-24", lender="BANK-07")

    assert (drawn.status_code, again.status_code) == (201, 200)
    assert again.json() == drawn.json()
    asked = drawn.json()
    assert [
        (line["loan_id"], line["subsidized_days"], line["subsidy"]) for line in asked["lines"]
    ] == [
        ("HT-8", 92, "1897.50"),
        ("HT-9", 73, "501.88"),
    ]
    assert asked["amount"] == "2399.38"
    assert asked["levels"] == [
        {"level": "central", "amount": "1199.69"},
        {"level": "county", "amount": "1199.69"},
    ]
    problem = lent.ask_for_subsidy("2024-09-25", lender="BANK-07")
    said(problem, 409, "request.already_requested")
    said(lent.ask_for_subsidy("2024-09-20", quarter=3), 409, "request.quarter_not_over")


# ---- problems


def test_a_sum_that_no_book_can_hold_is_refused(desk):
    desk.open_fund(deposit="9999999999999.99")
    money = {"ref": "财预2", "amount": "0.02", "on": "2024-02-01"}
    address = f"/books/{desk.book}/funds/F-01/deposits"

    said(desk.client.post(address, json=money), 422, "money.invalid_amount")
    assert desk.client.post(address, json=money | {"amount": "0.01"}).status_code == 201


def test_a_refusal_is_told_in_the_language_that_was_asked_for(lent):
    english = lent.repay("回单1", "999999.00", "2024-04-15")
    chinese = lent.repay("回单1", "999999.00", "2024-04-15", **{"accept-language": "zh-CN,zh"})

    problem, zh = (said(one, 409, "loan.over_repayment") for one in (english, chinese))
    assert (english.headers["content-language"], chinese.headers["content-language"]) == (
        "en",
        "zh",
    )
    assert problem["detail"].isascii()
    assert not zh["detail"].isascii()
    assert (problem["value"], problem["limit"]) == (zh["value"], zh["limit"])
    assert problem["limit"] == "8850.52"


NASTY = [
    "",
    " ",
    "\\u0000",
    "\\ud800",
    "a" * 5_000,
    "'; DROP TABLE microloan_loan; --",
    "990101198001010014",
]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_no_text_makes_the_service_fail(lent, text):
    payment = {"ref": "回单1", "amount": "1.00", "on": "2024-04-15"}
    for address, sent in (("loans", a_loan("HT-2")), ("loans/HT-1/repayments", payment)):
        for name, usual in sent.items():
            if isinstance(usual, str):
                body = json.dumps(sent | {name: "MARK"}).replace("MARK", text)
                answer = lent.client.post(
                    f"/books/{lent.book}/{address}",
                    content=body,
                    headers={"content-type": "application/json"},
                )
                assert answer.status_code < 500, answer.text
                refused = answer.status_code >= 400
                assert not (refused and "990101198001010014" in answer.text)


@pytest.mark.parametrize("body", ["", "{", "[]", "NaN", '{"months": 1e400}', "9" * 5_000])
def test_what_is_no_form_at_all_is_refused(client, body):
    answer = client.post("/schedules", content=body, headers={"content-type": "application/json"})

    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_a_book_does_not_hold_is_not_found(lent):
    assert said(lent.repay("回单1", "1.00", "2024-04-15", "HT-9"), 404, "store.not_found")
    assert said(lent.get("funds/F-02/leverage", as_of="2024-03-31"), 404, "store.not_found")
    said(lent.client.get("/nowhere"), 404, "http.404")
    said(lent.ask_for_subsidy("2024-09-24", lender="BANK-30"), 404, "store.not_found")


def test_what_the_server_itself_refuses_is_told_in_chinese_too(client):
    answer = client.request("DELETE", "/schedules", headers={"accept-language": "zh"})

    assert said(answer, 405, "http.405")["title"] == "此地址不接受这种请求方法"
    assert answer.headers["allow"] == "POST"


def test_a_contract_number_may_hold_a_slash(desk):
    desk.open_fund(fund="担/1")
    guarantee = a_loan()["guarantee"] | {"fund_id": "担/1"}
    assert desk.admit("农担〔2024〕1/2", guarantee=guarantee).status_code == 201

    paid = desk.repay("回单1", "8850.52", "2024-04-15", "农担〔2024〕1%2F2")
    account = desk.get("loans/农担〔2024〕1%2F2/accounts/2024/1")
    leverage = desk.get("funds/担%2F1/leverage", as_of="2024-03-31")

    assert (paid.status_code, paid.json()["id"]) == (201, "农担〔2024〕1/2")
    assert account.json()["closing"] == "292136.98"
    assert leverage.json()["exposure"] == "300000.00"


def test_a_type_of_problem_explains_itself_at_its_address(client):
    explained = client.get("/problems/fund.leverage_exceeded").json()

    assert explained["status"] == 409
    assert explained["title"] == errors.LeverageExceeded.__doc__.splitlines()[0]
    said(client.get("/problems/fund.of_another_world"), 404, "http.404")


WRITTEN_DOWN = {  # by hand: what a client has to do differs from status to status
    "store.not_found": 404,
    "loan.over_repayment": 409,
    "fund.leverage_exceeded": 409,
    "halfyear.closed": 409,
    "ledger.ref_conflict": 409,
    "guarantee.claim_not_due": 409,
    "money.invalid_amount": 422,
    "terms.invalid": 422,
    "identity.invalid": 422,
    "policy.not_in_force": 422,
    "policy.rate_above_cap": 422,
    "store.retry_transaction": 503,
    "store.concurrent_update": 503,
    "store.connection_lost": 503,
    "store.commit_outcome_unknown": 503,
    "store.storage_full": 503,
    "store.chain_broken": 500,
    "store.storage_damaged": 500,
    "store.schema_mismatch": 500,
}


@pytest.mark.parametrize("code", WRITTEN_DOWN)
def test_the_status_follows_from_what_a_client_can_do(code):
    assert (
        service_problems.status_of(service_problems.refusals_by_code()[code]) == WRITTEN_DOWN[code]
    )


def test_every_refusal_of_the_library_can_be_told():
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type)}
    kinds = {kind for kind in kinds if issubclass(kind, MicroloanError)} - {MicroloanError}
    told = service_problems.refusals_by_code()
    assert kinds <= set(told.values())
    for kind in kinds:
        assert service_problems.status_of(kind) in {404, 409, 422, 500, 503}
        assert service_problems.title_of(kind)


@pytest.mark.parametrize(
    ("accepted", "chinese"),
    [
        ("", False),
        ("en", False),
        ("zh", True),
        ("zh-CN,zh;q=0.9,en;q=0.8", True),
        ("en-US,en;q=0.9,zh-CN;q=0.8", False),
        ("en;q=0.5,zh;q=0.7", True),
        ("zh,en", True),
        ("en,zh", False),
        ("zh;q=0", False),
        ("fr,*;q=0.1", False),
        ("nonsense;;,q", False),
        ("zh;q=0.0", False),
        ("zh;q=high", False),
        ("zh;q=.9,en;q=.1", True),
        ("en,zh;q=1.000", False),
        ("fr,zh,en", True),
        ("zh;level=1;q=0.5,en;q=0.9", False),
    ],
)
def test_a_language_is_chosen_by_its_quality(accepted, chinese):
    assert service_problems.speaks_chinese(accepted) is chinese


# ---- at the same time


@pytest.fixture
def sound(app, lent):
    """Expect that the book is sound when everybody has gone."""
    yield
    with UnitOfWork(app.state.office.engine, book=lent.book) as uow:
        assert uow.verify() == ()


@pytest.mark.usefixtures("sound")
def test_the_same_key_posted_ten_times_at_once_is_one_entry(lent):
    def post():
        return lent.repay("回单1", "8850.52", "2024-04-15")

    answers = at_once([post] * 10)

    assert Counter(one.status_code for one in answers) == {201: 1, 200: 9}
    assert len({one.text for one in answers}) == 1
    account = lent.get("loans/HT-1/accounts/2024/1").json()
    paid = (account["repaid_principal"], account["repaid_interest"])
    assert (*paid, account["through"]) == ("7863.02", "987.50", 2)


@pytest.mark.usefixtures("sound")
def test_different_payments_at_once_are_all_booked(lent):
    posts = [
        lambda number=number: lent.repay(f"回单{number}", "1000.00", "2024-05-15")
        for number in range(8)
    ]

    assert Counter(one.status_code for one in at_once(posts)) == {201: 8}
    account = lent.get("loans/HT-1/accounts/2024/1").json()
    paid = Decimal(account["repaid_principal"]) + Decimal(account["repaid_interest"])
    assert (paid, account["through"]) == (8000, 9)


def test_admissions_at_once_never_overshoot_the_cap(desk):
    desk.open_fund(deposit="500000.00")  # five times that is room for eight loans of 300,000
    posts = [lambda number=number: desk.admit(f"HT-{number}") for number in range(12)]

    answers = at_once(posts)

    assert Counter(one.status_code for one in answers) == {201: 8, 409: 4}
    for answer in answers:
        if answer.status_code == 409:
            problem = said(answer, 409, "fund.leverage_exceeded")
            assert (problem["value"], problem["limit"]) == ("2700000.00", "2500000.00")
    leverage = desk.get("funds/F-01/leverage", as_of="2024-03-31").json()
    assert (leverage["exposure"], leverage["headroom"]) == ("2400000.00", "100000.00")


@pytest.mark.usefixtures("sound")
def test_whatever_comes_at_once_is_done_once(lent):
    payments = [lambda: lent.repay("回单1", "8850.52", "2024-04-15")] * 3
    loans = [lambda: lent.admit("HT-2")] * 3
    money = {"ref": "财预2", "amount": "1.00", "on": "2024-02-01"}
    address = f"/books/{lent.book}/funds/F-01/deposits"
    deposits = [lambda: lent.client.post(address, json=money)] * 3
    requests = [lambda: lent.ask_for_subsidy("2024-03-21", quarter=1)] * 3

    answers = at_once([*payments, *loans, *deposits, *requests])

    new = [answers[start : start + 3] for start in range(0, 12, 3)]
    for same in new:
        assert sorted(one.status_code for one in same) == [200, 200, 201]
        assert len({one.text for one in same}) == 1
    leverage = lent.get("funds/F-01/leverage", as_of="2024-04-30").json()
    assert (leverage["balance"], leverage["exposure"]) == ("5000001.00", "592136.98")


def test_the_same_loan_admitted_again_is_there_already(lent):
    assert lent.repay("回单1", "8850.52", "2024-04-15").status_code == 201
    answers = at_once([lent.admit] * 3)

    assert [one.status_code for one in answers] == [200] * 3
    other = lent.admit(borrower="B-0043")
    said(other, 409, "ledger.ref_conflict")


def test_what_cannot_be_done_now_is_to_be_sent_again_later(url, app, lent, monkeypatch):
    monkeypatch.setattr(service_office, "WAITS", (0.001,))
    hurried = service.create_app(url, patience=20)
    with served(hurried) as client, UnitOfWork(app.state.office.engine, book=lent.book) as uow:
        fund = uow.funds.get("F-01")  # somebody holds the fund, on SQLite the whole file
        uow.save(fund.deposit(cny(1), on=date(2024, 2, 1), ref="财预2"))
        answer = Desk(client, lent.book).admit("HT-2")

    said(answer, 503, "store.retry_transaction")
    assert answer.headers["retry-after"] == "2"
    assert lent.admit("HT-2").status_code == 201


def test_a_commit_without_an_answer_asks_for_the_same_key_again(app, lent):
    engine = app.state.office.engine

    def cut(connection):
        connection.connection.driver_connection.commit()
        event.remove(engine, "commit", cut)
        fault = Cut()
        raise OperationalError("COMMIT", {}, fault)

    event.listen(engine, "commit", cut)
    answer = lent.repay("回单1", "8850.52", "2024-04-15")

    problem = said(answer, 503, "store.commit_outcome_unknown")
    assert problem["send_again"] == [{"of": "HT-1", "kind": "repayment", "ref": "回单1"}]
    assert answer.headers["retry-after"] == "2"
    again = lent.repay("回单1", "8850.52", "2024-04-15")
    assert (again.status_code, again.json()["entry"]) == (200, 2)


class Cut(Exception):
    """What a driver says of a connection that broke."""

    sqlstate = "57P01"


def test_two_services_of_one_process_have_nothing_in_common(client, desk, tmp_path):
    desk.open_fund()
    with served(service.create_app(f"sqlite:///{tmp_path / 'other.db'}")) as other:
        answer = Desk(other, desk.book).get("funds/F-01/leverage", as_of="2024-03-31")
        said(answer, 404, "store.not_found")


def test_no_page_of_the_service_loads_anything_from_the_network(client):
    assert client.get("/docs").status_code == 404
    described = client.get("/openapi.json")
    amounts = described.json()["components"]["schemas"]["TermsForm"]["properties"]["principal"]
    assert amounts["type"] == "string"
    assert "http" not in described.text
