"""The command line, called as the terminal calls it: words in; output, lines beside it, status."""

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, text

from microloan import (
    Amortization,
    BorrowerKind,
    Category,
    DayCount,
    Guarantee,
    GuaranteeFund,
    Loan,
    LoanTerms,
    cny,
    pay_claim,
    percent,
    policy,
)
from microloan.command import main, proof, rule_book
from microloan.command.menu import parser
from microloan.command.side_by_side import beside, wrapped
from microloan.command.terminal import Counter
from microloan.explain import width
from microloan.store import UnitOfWork, create_all

BOOK, DAY = "990101", date(2024, 3, 15)
RULES = policy.load("cn", region="central")
PLAN = (
    "schedule --principal 300000 --rate 3.95 --months 36 --disbursed-on 2024-03-15 "
    "--amortization equal_installments --day-count thirty_360"
)
LIMITS = "--tolerance 0.01 --unpaid-days 120 --cluster-size 5 --days-between 30"


def granted(number="HT-2024-0017", amount=300_000):
    """The loan of the README, guaranteed by the fund F-01."""
    return Loan.grant(
        number,
        borrower=f"B-{number}",
        lender="BANK-03",
        category=Category(kind=BorrowerKind.INDIVIDUAL, groups={"returning_migrant"}),
        terms=LoanTerms(
            principal=cny(amount),
            annual_rate=percent("3.95"),
            disbursed_on=DAY,
            months=36,
            amortization=Amortization.EQUAL_INSTALLMENTS,
            day_count=DayCount.THIRTY_360,
        ),
        guarantee=Guarantee(fund_id="F-01", coverage=percent("80"), claimable_after_days=90),
    )


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A file with a book: a fund of 100,000 yuan that stands behind 300,000."""
    path = tmp_path_factory.mktemp("kept") / "office.db"
    engine = create_engine(f"sqlite:///{path}")
    create_all(engine)
    fund = GuaranteeFund(id="F-01", name="示例县创业担保基金")
    with UnitOfWork(engine, book=BOOK) as uow:
        uow.save(fund.deposit(cny(100_000), on=date(2024, 1, 2), ref="财预2024-3"))
        uow.admit(granted(), under=RULES, on=DAY)
        uow.commit()
    engine.dispose()
    return path


@pytest.fixture
def book(kept, tmp_path):
    """The options that name a copy of that book."""
    shutil.copyfile(kept, tmp_path / "office.db")
    return ["--database", f"sqlite:///{tmp_path / 'office.db'}", "--book", BOOK]


@pytest.fixture
def said(capsys):
    """Call the program; return its status, its output and what it said beside it."""

    def call(words, *more):
        status = main([*words.split(), *map(str, more)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


@pytest.fixture
def told(said):
    """Call the program for a program: what it answered, read from JSON."""

    def call(words, *more):
        status, out, _ = said(words, *more, "--json")
        return status, json.loads(out)

    return call


# ---- rules


def test_rules_of_one_place_are_those_of_the_decree_with_its_clause(said):
    status, out, _ = said("rules --on 2024-03-31 --region central --measure rate_cap")

    assert status == 0
    assert "利率上限 rate_cap.individual" in out
    assert "lpr_1y or lpr_5y + 1.5 %" in out  # 财金〔2023〕75号: 中、西部 LPR+150BP
    assert "财金〔2023〕75号: 中、西部地区不超过 LPR+150BP" in out


def test_rules_of_all_places_stand_side_by_side_with_ditto_marks(said, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    _, out, _ = said("rules --on 2024-03-31 --measure rate_cap --lang en")
    lines = out.splitlines()
    head = next(line for line in lines if "central" in line)
    row = next(line for line in lines if line.startswith("rate_cap.individual"))

    assert head.split() == ["east", "seven", "eastern", "central", "west", "poor", "area"]
    assert row.count("+ 0.5 %") == 1
    assert row.count("〃") == 2  # the seven eastern are as the east, the west as the center
    assert row.index("+ 1.5 %") > row.index("〃")
    assert "    central, west: 财金〔2023〕75号" in out


def test_a_measure_that_is_the_same_everywhere_is_said_once(said):
    _, out, _ = said("rules --on 2024-03-31 --measure ceiling")

    assert out.count("4,000,000.00") == 2  # of enterprises, and as the most of partners
    assert "〃" not in out


def test_rules_for_a_program_are_one_row_for_each_measure_and_place(told):
    status, answer = told("rules --on 2024-03-31 --measure ceiling --measure shares")
    rows = answer["rules"]
    ceiling = [row for row in rows if row["measure"] == "ceiling.individual"]

    assert status == 0
    assert answer["on"] == "2024-03-31"
    assert {row["place"] for row in ceiling} == set(rule_book.PLACES)
    assert {row["value"] for row in ceiling} == {"300,000.00"}
    assert {row["decree"] for row in ceiling} == {"财金〔2023〕75号"}
    assert all("value" not in row for row in rows if "gap" in row)
    assert any("no ratio was found" in row.get("gap", "") for row in rows)


def test_before_the_first_decree_no_rule_is_known(said):
    assert said("rules --on 1990-01-01 --lang en") == (0, "no rule is known for that day\n", "")


def test_a_local_rule_is_laid_over_a_region_and_over_nothing_else(said, told):
    national = told("rules --on 2024-03-31 --region east")[1]["rules"]
    local = told("rules --on 2024-03-31 --region east --overlay qingdao")[1]["rules"]

    assert national != local
    with pytest.raises(SystemExit) as end:
        said("rules --on 2024-03-31 --overlay qingdao")
    assert end.value.code == 2


def test_a_file_of_ones_own_is_a_local_rule_too(said, tmp_path):
    status, _, err = said(
        "rules --on 2024-03-31 --region east --overlay", tmp_path / "none.toml", "--lang", "en"
    )

    assert status == 1
    assert err.startswith("microloan: policy.invalid: none.toml: the file: ")


def test_a_measure_nobody_knows_is_refused_by_name(said):
    status, out, err = said("rules --on 2024-03-31 --measure leverage --lang en")

    assert (status, out) == (1, "")
    assert err.startswith("microloan: terms.invalid: a measure must be ")
    assert err.count("\n") == 1


# ---- schedule


def test_the_plan_of_the_readme_is_printed_and_summed(told, said):
    _, answer = told(PLAN)
    first, *_, last = answer["installments"]
    total = sum(Decimal(row["total"]) for row in answer["installments"])

    assert (first["due_on"], first["total"]) == ("2024-04-15", "8850.52")
    assert last["outstanding"] == "0.00"
    assert len(answer["installments"]) == 36
    assert str(total) == answer["total"]
    assert "8,850.52" in said(PLAN)[1]
    assert "36 installments" in said(PLAN + " --lang en")[1]


def test_settlement_grace_and_signing_day_change_the_plan(told):
    _, answer = told(
        "schedule --principal 100000 --rate 4.35 --months 12 --disbursed-on 2024-03-15 "
        "--amortization interest_only --day-count act_360 --interval-months 3 "
        "--settlement-day 20 --signed-on 2024-03-10"
    )
    due = [row["due_on"] for row in answer["installments"]]

    # the quarter days, and the maturity
    assert due == ["2024-03-20", "2024-06-20", "2024-09-20", "2024-12-20", "2025-03-15"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("--principal 1.001", "money.invalid_amount"),
        ("--principal 1e5", "money.invalid_amount"),
        ("--rate 1.5万", "money.invalid_rate"),
        ("--months 0", "terms.invalid"),
        ("--settlement-day 31", "terms.invalid"),
    ],
)
def test_terms_no_contract_could_contain_are_refused_with_their_code(said, wrong, code):
    status, out, err = said(f"{PLAN} {wrong}")

    assert (status, out) == (1, "")
    assert err.startswith(f"microloan: {code}: ")


# ---- a book


def test_the_leverage_is_one_line_with_its_clause(said, told, book):
    words = "leverage --as-of 2024-03-31 --region central"
    status, out, _ = said(words, *book, "--lang", "en")

    assert status == 0
    answered = "F-01 2024-03-31: 3.0000 of at most 5, within the cap; headroom 200,000.00; "
    assert out.startswith(f"{answered}银发〔2002〕394号")
    assert out.count("\n") == 1
    [fund] = told(words, *book)[1]["funds"]
    assert (fund["exposure"], fund["headroom"]) == ("300000.00", "200000.00")


def test_the_leverage_can_show_its_steps(said, book):
    _, out, _ = said("leverage --as-of 2024-03-31 --region central --fund F-01 --explain", *book)

    assert "放大倍数 3.0000，上限 5 倍，未超上限" in out
    assert "5 × balance = 500,000.00" in out


def test_a_fund_over_its_cap_is_told_by_the_status_too(said, book):
    engine = create_engine(book[1])
    with UnitOfWork(engine, book=BOOK) as uow:  # 500,000 is exactly five times 100,000
        uow.admit_all([granted("HT-2", 50_000), granted("HT-3", 150_000)], under=RULES, on=DAY)
        uow.commit()
    words = "leverage --region central --lang en --as-of"
    assert said(f"{words} 2024-03-31", *book)[0] == 0
    with UnitOfWork(engine, book=BOOK) as uow:  # 40,000 paid: 450,000 against 60,000
        fund, loan = uow.funds.get("F-01"), uow.loans.get("HT-2")
        uow.save(*pay_claim(fund, loan, on=date(2024, 10, 20), ref="代偿1"))
        uow.commit()
    engine.dispose()
    status, out, _ = said(f"{words} 2024-10-20", *book)

    assert status == 1
    assert out.startswith("F-01 2024-10-20: 7.5000 of at most 5, OVER THE CAP; headroom 0.00")


def test_a_fund_nobody_knows_is_refused(said, book):
    status, _, err = said(
        "leverage --as-of 2024-03-31 --region central --fund F-09 --lang en", *book
    )

    assert status == 1
    assert err == "microloan: store.not_found: book 990101 holds no fund F-09\n"


def test_a_half_year_is_closed_once_and_its_anchor_printed(said, told, book):
    status, out, _ = said("close 2024H1 --on 2024-07-10", *book)
    again = told("close 2024H1 --on 2024-07-10", *book)[1]

    assert status == 0
    assert "台账 990101 2024H1 已结账，结账日 2024-07-10，第 1 版" in out
    assert again["version"] == 1
    assert again["closing"] == "300000.00"
    assert again["anchor"] in out


def test_a_half_year_that_is_not_over_is_refused_in_the_language_asked_for(said, book):
    words = "close 2024H1 --on 2024-06-30"
    _, _, chinese = said(words, *book)
    status, _, english = said(words, *book, "--lang", "en")

    assert status == 1
    assert english.startswith("microloan: halfyear.not_over: 2024H1 ")
    assert chinese.startswith("microloan: halfyear.not_over: 2024H1 ")
    assert chinese != english
    assert chinese.count("\n") == english.count("\n") == 1


def test_a_refusal_for_a_program_is_one_line_of_json(said, book):
    status, out, err = said("close 2024H1 --on 2024-06-30 --json", *book)
    told = json.loads(err)

    assert (status, out, err.count("\n")) == (1, "", 1)
    assert told["code"] == "halfyear.not_over"
    assert set(told) == {"code", "message", "zh", "value", "limit"}


def test_a_sound_book_is_verified_and_its_anchor_kept(said, book, tmp_path):
    anchor = tmp_path / "anchor.json"
    status, out, _ = said("verify --lang en --keep-anchor", anchor, *book)

    assert status == 0
    assert out.startswith("every chain and row is as it was written\nbook 990101: ")
    assert said("verify --anchor", anchor, *book)[0] == 0


def test_a_book_somebody_changed_is_told_and_its_anchor_not_kept(said, told, book, tmp_path):
    engine = create_engine(book[1])
    with engine.begin() as connection:
        for name in connection.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).all():
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        connection.execute(text("UPDATE microloan_loan SET principal_fen = principal_fen + 1"))
    engine.dispose()
    status, answer = told("verify --keep-anchor", tmp_path / "anchor.json", *book)

    assert status == 1
    assert {one["code"] for one in answer["findings"]} == {"audit.k15_chain_broken"}
    assert not (tmp_path / "anchor.json").exists()


def test_an_anchor_that_is_none_is_refused(said, book, tmp_path):
    (tmp_path / "anchor.json").write_text("{}", encoding="utf-8")

    assert said("verify --anchor", tmp_path / "anchor.json", *book)[0] == 1
    assert said("verify --anchor", tmp_path / "none.json", *book)[0] == 1
    assert said("verify --keep-anchor", tmp_path / "none" / "anchor.json", *book)[0] == 1


def test_an_audit_lists_findings_by_code_and_what_it_could_not_judge(said, told, book):
    words = f"audit --as-of 2024-12-31 --region central {LIMITS} --least-age 18"
    status, out, err = said(words, *book, "--lang", "en")
    answer = told(words, *book)[1]

    assert status == 1  # nobody visited the borrower, nobody chased what is overdue
    assert out.startswith("1 loans on 2024-12-31: ")
    assert "audit.k20_" in out
    assert "not judged: K01 " in out
    assert err == "核查 audited 1 / 1\n"
    assert {one["code"] for one in answer["findings"]} >= {"audit.k20_visit_overdue"}
    assert answer["counts"]["fault"] > 0


def test_limits_of_an_audit_are_never_guessed(said, book):
    with pytest.raises(SystemExit) as end:
        said("audit --as-of 2024-12-31 --region central", *book)

    assert end.value.code == 2


def test_tables_are_made_where_there_are_none_and_left_alone_after(said, tmp_path):
    url = f"sqlite:///{tmp_path / 'new.db'}"

    assert said("migrate --lang en --database", url)[1] == "tables: 0000 → 0002\n"
    assert said("migrate --lang en --database", url)[1] == "tables: 0002 → 0002\n"


def test_a_book_nobody_keeps_is_not_called_sound(said, book):
    status, out, err = said("verify --lang en", *book[:2], "--book", "990109")

    assert (status, out) == (1, "")
    assert err == "microloan: store.not_found: the database holds no book 990109\n"


def test_older_tables_are_migrated(said, tmp_path):
    url = f"sqlite:///{tmp_path / 'old.db'}"

    assert said("migrate --to 0001 --lang en --database", url)[1] == "tables: 0000 → 0001\n"
    status, _, err = said("verify --book 990101 --lang en --database", url)
    assert (status, err.split(":")[1]) == (1, " store.schema_mismatch")
    assert said("migrate --lang en --database", url)[1] == "tables: 0001 → 0002\n"


def test_the_database_may_be_named_by_a_variable(said, book, monkeypatch):
    monkeypatch.setenv("MICROLOAN_DATABASE", book[1])

    assert said("verify --book 990101")[0] == 0


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("sqlite:///none.db", "store.not_found"),
        ("sqlite://", "store.not_found"),
        ("mysql://u:geheim@h/x", "terms.invalid"),
        ("sqlite+aiosqlite:///x.db", "terms.invalid"),
        ("no address : geheim", "terms.invalid"),
        ("postgresql://u:p@geheim:word@h/x", "terms.invalid"),
        ("sqlite:///none.db?timeout=geheim", "terms.invalid"),
        ("postgresql://u:geheim@127.0.0.1:1/x", "store.connection_lost"),
    ],
)
def test_an_address_of_no_book_is_refused_and_its_password_not_repeated(
    said, tmp_path, monkeypatch, address, code
):
    monkeypatch.chdir(tmp_path)
    status, _, err = said("verify --book 990101 --database", address)

    assert status == 1
    assert err.startswith(f"microloan: {code}: ")
    assert "geheim" not in err
    assert list(tmp_path.iterdir()) == []  # SQLite would have made an empty file


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_no_tables_are_said_to_be_made_where_nothing_is_kept(said, address):
    status, out, err = said("migrate --database", address)

    assert (status, out) == (1, "")
    assert err.startswith("microloan: terms.invalid: ")


def test_tables_are_made_in_no_folder_that_is_not_there(said, tmp_path):
    status, _, err = said("migrate --lang en --database", f"sqlite:///{tmp_path / 'no' / 'x.db'}")

    assert status == 1
    assert err.startswith("microloan: store.not_found: there is no folder ")


def test_a_refused_amount_is_a_text_with_two_decimals_for_a_program(said):
    words = PLAN.replace("--principal 300000", "--principal 0")
    told_limit = json.loads(said(words, "--json")[2])

    assert (told_limit["value"], told_limit["limit"]) == ("0.00", "0.00")


# ---- files

HEAD = "贷款编号,借款人编号,放贷金额,年利率,放贷日,期限"
LEDGER = f'{HEAD}\nHT-1,B-1,"200,000.00",3.95%,2024年3月15日,12\n合计,,200000,,,\n'
FAULTY = f"{HEAD}\nHT-1,B-1,200000,3.95%,2024.3.15,12\nHT-2,B-2,10万,3.95%,2024.5.6,12\n"
REPAID = "贷款编号,还款日期,还款金额,凭证号\nHT-2024-0017,2024-04-15,8850.52,回单1\n"
UNSTATED = (
    "--lender BANK-03 --borrower-kind individual --amortization bullet --day-count by_period "
    "--on 2024-05-31 --region central"
)
GUARANTEED = f"{UNSTATED} --fund F-01 --coverage 80 --claimable-after-days 90"


@pytest.fixture
def file(tmp_path):
    """Write a csv file as Excel writes one on a Chinese machine."""

    def write(text, name="ledger.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="gb18030")
        return path

    return write


def loans_of(book):
    """What a book holds."""
    engine = create_engine(book[1])
    with UnitOfWork(engine, book=book[3]) as uow:
        loans = {loan.id: loan for loan in uow.loans.all()}
    engine.dispose()
    return loans


def test_a_ledger_enters_the_book_and_again_changes_nothing(said, book, file):
    ledger = file(LEDGER)
    words = f"import {GUARANTEED} --lang en"
    first = said(words, ledger, *book)
    kept = loans_of(book)

    assert first[0] == 0
    assert first[1] == "1 rows read, 1 skipped; 1 good loans, 0 faults; 1 loans stored\n"
    assert first[2] == "读取 read 2\n入账 stored 1\n"
    assert kept["HT-1"].terms.principal == cny(200_000)
    assert kept["HT-1"].guarantee.coverage == percent("80")
    assert said(words, ledger, *book)[0] == 0
    assert loans_of(book) == kept


def test_a_dry_run_reads_everything_and_stores_nothing(said, book, file):
    status, out, _ = said(f"import --dry-run {UNSTATED} --lang en", file(LEDGER), *book)

    assert status == 0
    assert out.endswith("1 good loans, 0 faults; 0 loans stored\n")
    assert set(loans_of(book)) == {"HT-2024-0017"}


def test_one_fault_keeps_every_loan_out_and_is_told_with_its_cell(said, told, book, file):
    ledger = file(FAULTY)
    status, out, _ = said(f"import {UNSTATED} --lang en", ledger, *book)
    _, answer = told(f"import {UNSTATED} --dry-run", ledger, *book)
    [fault] = answer["faults"]

    assert status == 1
    assert "ledger.csv!C3 放贷金额: " in out
    assert "[cell.shortened]" in out
    assert set(loans_of(book)) == {"HT-2024-0017"}
    assert (fault["row"], fault["column"], fault["code"]) == (3, "放贷金额", "cell.shortened")


def test_good_rows_enter_when_they_are_asked_for(said, book, file):
    status, out, _ = said(f"import --good-rows {UNSTATED} --lang en", file(FAULTY), *book)

    assert status == 1
    assert out.endswith("1 faults; 1 loans stored\n")
    assert set(loans_of(book)) == {"HT-2024-0017", "HT-1"}


def test_a_loan_that_does_not_fit_under_the_cap_keeps_the_others_out_too(said, book, file):
    rows = "\n".join(f"HT-{n},B-{n},150000,3.95%,2024-03-15,12" for n in (1, 2))
    status, out, err = said(
        f"import {GUARANTEED} --quiet --lang en", file(f"{HEAD}\n{rows}"), *book
    )

    assert (status, out) == (1, "")
    assert err.startswith("microloan: fund.leverage_exceeded: ")
    assert set(loans_of(book)) == {"HT-2024-0017"}


def test_repayments_of_a_loan_in_the_book_are_entered_there(said, book, file):
    status, out, _ = said(f"import {UNSTATED} --lang en", file(REPAID), *book)
    loan = loans_of(book)["HT-2024-0017"]

    assert status == 0
    assert out.startswith("1 rows read")
    assert loan == granted().repay(cny("8850.52"), on=date(2024, 4, 15), ref="回单1")


def test_what_one_book_exports_another_imports_alike(said, book, file, tmp_path):
    assert said(f"import {UNSTATED} --quiet", file(REPAID), *book)[0] == 0
    out = tmp_path / "台账.xlsx"
    assert said("export --ledger 2024-06-30 --quiet", out, *book)[0] == 0
    other = [*book[:3], "990102"]
    engine = create_engine(book[1])
    with UnitOfWork(engine, book="990102") as uow:
        fund = GuaranteeFund(id="F-01", name="另一个基金")
        uow.save(fund.deposit(cny(100_000), on=date(2024, 1, 2), ref="财预2024-9"))
        uow.commit()
    engine.dispose()

    assert said("import --on 2024-05-31 --region central", out, *other)[0] == 0
    assert loans_of(other) == loans_of(book)


def test_a_closed_half_year_and_a_watch_list_are_exported(said, book, tmp_path):
    out = tmp_path / "out.xlsx"
    words = "export --half 2024H1 --quiet --lang en"
    refused = said(words, out, *book)
    said("close 2024H1 --on 2024-07-10", *book)

    assert refused[0] == 1
    assert refused[2].startswith("microloan: store.not_found: ")
    assert said(words, out, *book)[1] == f"{out}: 半年台账2024H1 1 rows\n"
    assert said("export --watch 2024-12-31 --lang en", out, *book)[1] == f"{out}: 关注名单 1 rows\n"
    assert said("export --request 2024Q2 --lender BANK-03", out, *book)[0] == 1


def test_files_that_cannot_be_read_or_written_are_refused_by_name(said, book, file, tmp_path):
    missing = said(f"import {UNSTATED} --lang en", tmp_path / "none.xlsx", *book)
    damaged = said(f"import {UNSTATED}", file("PK\x03\x04 no workbook", "x.xlsx"), *book)
    nowhere = said("export --ledger 2024-06-30 --lang en", tmp_path / "no" / "x.xlsx", *book)

    assert [missing[0], damaged[0], nowhere[0]] == [1, 1, 1]
    assert missing[2].startswith("microloan: spreadsheet.unreadable: ")
    assert "none.xlsx: the file cannot be read" in missing[2]
    assert "spreadsheet.unreadable" in damaged[2]
    assert "x.xlsx" in damaged[2]
    assert "microloan: terms.invalid: the file must be a file that can be written" in nowhere[2]


@pytest.mark.parametrize("name", ["", "."])
def test_a_workbook_without_a_name_is_refused(said, book, name):
    status, _, err = said("export --ledger 2024-06-30 --lang en", name, *book)

    assert status == 1
    assert "microloan: terms.invalid: the file must be the name of a file" in err


@pytest.mark.parametrize("share", ["0.8", "1"])
def test_a_share_of_one_is_not_taken_for_percent(said, book, file, share):
    words = f"import {UNSTATED} --fund F-01 --coverage {share} --claimable-after-days 90 --lang en"
    status, _, err = said(words, file(LEDGER), *book)

    assert status == 1
    assert err.startswith("microloan: terms.invalid: the coverage must be percent, such as 80")


def test_an_import_counts_what_is_new_to_the_book(told, book, file):
    loans, paid = file(LEDGER), file(REPAID, "repaid.csv")
    stored = [
        told(f"import {GUARANTEED} --quiet", *files, *book)[1]["stored"]
        for files in ([loans], [loans], [loans, paid], [loans, paid])
    ]

    assert stored == [1, 0, 1, 0]


@pytest.mark.parametrize(
    "words",
    [
        f"import x.csv {UNSTATED} --fund F-01",
        "export x.xlsx",
        "export x.xlsx --request 2024Q5 --lender BANK-03",
        "export x.xlsx --request 2024Q1",
        "export x.xlsx --half 2024H1 --watch 2024-06-30",
    ],
)
def test_options_that_do_not_go_together_are_misuse(said, book, words):
    with pytest.raises(SystemExit) as end:
        said(words, *book)

    assert end.value.code == 2


# ---- the terminal


def test_every_command_explains_itself_in_both_languages(capsys):
    names = ("rules", "schedule", "import", "export", "close", "audit", "verify", "migrate")
    for words in ([], *([name] for name in names)):
        with pytest.raises(SystemExit) as end:
            main([*words, "--help"])
        shown = capsys.readouterr().out
        assert end.value.code == 0
        assert any("\u4e00" <= one <= "\u9fff" for one in shown)
        assert all(name in shown for name in words or names)


@pytest.mark.parametrize(
    "words", ["", "repay", "rules", "rules --on 2024-02-30", "rules --on 2024-3-1", "close 2024H3"]
)
def test_a_command_line_that_cannot_be_understood_ends_with_two(capsys, words):
    with pytest.raises(SystemExit) as end:
        main(words.split())

    assert end.value.code == 2
    assert capsys.readouterr().out == ""


def test_language_and_json_may_stand_before_the_command_too(capsys):
    words = ["rules", "--on", "2024-03-31", "--measure", "age_limit"]
    assert main(["--lang", "en", "--json", *words]) == 0
    before = capsys.readouterr().out
    assert main([*words, "--lang", "en", "--json"]) == 0
    assert capsys.readouterr().out == before


def test_ctrl_c_ends_quietly(said, book, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(proof, "reply", interrupted)

    assert said("verify", *book) == (130, "", "")


def run(words, **how):
    """Start the program in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "microloan", *words.split()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **how,
    )


def test_an_output_that_nobody_reads_any_more_ends_quietly():
    with run("rules --on 2024-03-31") as program:
        program.stdout.close()
        assert program.stderr.read() == b""

    assert program.returncode == 141


def test_a_terminal_without_chinese_gets_escapes_and_no_traceback():
    program = run(
        "rules --on 2024-03-31 --measure age_limit --region west",
        env=os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )
    out, err = program.communicate()

    assert (program.returncode, err) == (0, b"")
    assert rb"\u5e74\u9f84\u4e0a\u9650 age_limit" in out


def test_rules_and_plans_load_no_database():
    program = (
        "import sys; from microloan.command import main; "
        "main(['rules', '--on', '2024-03-31', '--measure', 'term']); "
        "sys.exit('sqlalchemy' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


class Screen:
    """A stream that says whether it is a terminal."""

    def __init__(self, *, terminal):
        self.terminal, self.written = terminal, ""

    def isatty(self):
        return self.terminal

    def write(self, words):
        self.written += words

    def flush(self):
        pass


@pytest.mark.parametrize(
    ("terminal", "written"),
    [(True, "\rread 500\rread 1,000\rread 1,001\n"), (False, "read 1,001\n")],
)
def test_progress_is_a_line_rewritten_on_a_terminal_and_one_line_in_a_log(terminal, written):
    screen = Screen(terminal=terminal)
    counter = Counter("read", screen)

    assert list(counter.along(range(1_001))) == list(range(1_001))
    counter.end()
    assert screen.written == written


def test_progress_that_nobody_wants_is_not_written(said, book):
    words = f"audit --as-of 2024-12-31 --region central {LIMITS} --quiet"

    assert said(words, *book)[2] == ""


@pytest.mark.parametrize("columns", [2, 5, 9, 40])
def test_wrapped_text_keeps_every_character_and_fits_its_column(columns):
    words = "lpr_1y or lpr_5y + 0.5 %，第一年全额贴息 a_word_longer_than_any_column_of_this_test"
    lines = wrapped(words, columns)

    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert all(width(line) <= columns for line in lines)
    assert beside([words, ""], [columns, 3]) == lines


def test_no_option_abbreviates_another(capsys):
    with pytest.raises(SystemExit):
        parser().parse_args(["rules", "--o", "2024-03-31"])
    assert "--o" in capsys.readouterr().err
