"""Rows of visits and contacts and the records they came from; each row is sealed with a hash."""

import json
from typing import Any

from sqlalchemy import Table

from microloan.policy import Channel
from microloan.reminder import Contact, Outcome
from microloan.store import follow_up_tables as tables
from microloan.store.chain import link
from microloan.store.register import Record, RecordKind
from microloan.store.rows import Row, chain_broken
from microloan.visit import BusinessState, CheckItem, FollowUpVisit, Prospect


def visit_row(visit: FollowUpVisit, book: str) -> dict[str, Any]:
    """Return the row of a visit, with its seal."""
    row = {
        "book_id": book,
        "loan_id": visit.loan_id,
        "ref": visit.ref,
        "visited_on": visit.on,
        "booked_on": visit.booked_day,
        "visitors": _text(visit.visitors),
        "state": visit.state.value,
        "on_site": visit.on_site,
        "remarks": _text([(item.value, found) for item, found in visit.remarks]),
        "monthly_turnover_fen": visit.monthly_turnover_fen,
        "staff": visit.staff,
        "jobs": visit.jobs,
        "stock_fen": visit.stock_fen,
        "prospect": None if visit.prospect is None else visit.prospect.value,
        "watch": visit.watch,
        "next_step": visit.next_step,
    }
    return row | {"hash": _seal(tables.visit, row)}


def record_of_follow_up(table: Table, row: Row | dict[str, Any]) -> Record:
    """Return the line of the register for a visit or a contact."""
    kind = RecordKind.VISIT if table is tables.visit else RecordKind.CONTACT
    return Record(kind, row["loan_id"], row["ref"], row["hash"])


def visit_of(row: Row) -> FollowUpVisit:
    """Return the visit of a row, checked against its seal before any object is made of it.

    Raises:
        ChainBroken: the row is not the one that was written.
    """
    _check(tables.visit, row)
    prospect = row["prospect"]
    return FollowUpVisit(
        loan_id=row["loan_id"],
        on=row["visited_on"],
        ref=row["ref"],
        visitors=tuple(json.loads(row["visitors"])),
        state=BusinessState(row["state"]),
        on_site=row["on_site"],
        remarks=tuple((CheckItem(item), found) for item, found in json.loads(row["remarks"])),
        monthly_turnover_fen=row["monthly_turnover_fen"],
        staff=row["staff"],
        jobs=row["jobs"],
        stock_fen=row["stock_fen"],
        prospect=None if prospect is None else Prospect(prospect),
        watch=row["watch"],
        next_step=row["next_step"],
        booked_on=row["booked_on"],
    )


def contact_row(contact: Contact, book: str) -> dict[str, Any]:
    """Return the row of a contact, with its seal."""
    row = {
        "book_id": book,
        "loan_id": contact.loan_id,
        "ref": contact.ref,
        "due_on": contact.due_on,
        "days": contact.days,
        "made_on": contact.on,
        "booked_on": contact.booked_day,
        "channel": contact.channel.value,
        "officer_id": contact.officer,
        "outcome": contact.outcome.value,
        "note": contact.note,
    }
    return row | {"hash": _seal(tables.contact, row)}


def contact_of(row: Row) -> Contact:
    """Return the contact of a row, checked against its seal before any object is made of it.

    Raises:
        ChainBroken: the row is not the one that was written.
    """
    _check(tables.contact, row)
    return Contact(
        loan_id=row["loan_id"],
        due_on=row["due_on"],
        days=row["days"],
        on=row["made_on"],
        channel=Channel(row["channel"]),
        officer=row["officer_id"],
        outcome=Outcome(row["outcome"]),
        ref=row["ref"],
        note=row["note"],
        booked_on=row["booked_on"],
    )


def _text(values: object) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _seal(table: Table, row: Row | dict[str, Any]) -> str:
    names = [column.name for column in table.columns if column.name != "hash"]
    return link(table.name, *(row[name] for name in names))


def _check(table: Table, row: Row) -> None:
    if _seal(table, row) != row["hash"]:
        raise chain_broken(f"{row['loan_id']} {row['ref']}", f"the {table.name.split('_')[-1]}")
