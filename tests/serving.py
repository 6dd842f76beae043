"""The service of the examples, as a client meets it: a real server on a free port of loopback."""

import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier, Thread
from time import sleep

import httpx
import uvicorn

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
sys.path.append(str(EXAMPLES))  # as when examples/service.py is started

import service  # noqa: E402 — found there only now
import service_office  # noqa: E402
import service_problems  # noqa: E402

__all__ = [
    "Desk",
    "a_loan",
    "at_once",
    "served",
    "service",
    "service_office",
    "service_problems",
    "some_terms",
]


@contextmanager
def served(app) -> Iterator[httpx.Client]:
    """Serve an app in a thread; what is asked goes over a socket."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        config = uvicorn.Config(app, log_level="error", ws="none", lifespan="on")
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            while not server.started and thread.is_alive():
                sleep(0.005)
            assert server.started
            address = f"http://127.0.0.1:{door.getsockname()[1]}"
            with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join(timeout=30)
            assert not thread.is_alive()


def at_once(requests):
    """Send every request at the same moment, each by a connection of its own."""
    barrier = Barrier(len(requests))

    def send(request):
        barrier.wait(timeout=30)
        return request()

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(send, requests))


class Desk:
    """A client of one book."""

    def __init__(self, client, book):
        self.client, self.book = client, book

    def open_fund(self, deposit="5000000.00", fund="F-01"):
        """Open a fund and pay into it."""
        opened = self.client.put(f"/books/{self.book}/funds/{fund}", json={"name": "示例基金"})
        paid = self.client.post(
            f"/books/{self.book}/funds/{fund}/deposits",
            json={"ref": "财预1", "amount": deposit, "on": "2024-01-02"},
        )
        assert (opened.status_code, paid.status_code) == (201, 201)

    def admit(self, loan="HT-1", **facts):
        return self.client.post(f"/books/{self.book}/loans", json=a_loan(loan, **facts))

    def repay(self, ref, amount, on, loan="HT-1", **headers):
        body = {"ref": ref, "amount": amount, "on": on}
        address = f"/books/{self.book}/loans/{loan}/repayments"
        return self.client.post(address, json=body, headers=headers)

    def get(self, address, **asked):
        return self.client.get(f"/books/{self.book}/{address}", params=asked)

    def ask_for_subsidy(self, on, year=2024, quarter=3, lender="BANK-03"):
        body = {"lender": lender, "year": year, "quarter": quarter, "on": on}
        return self.client.post(f"/books/{self.book}/requests", json=body)


def some_terms(**agreed):
    """Those of the contract page: 300,000 yuan over three years at 3.95 %, level payments."""
    usual = {
        "principal": "300000.00",
        "annual_rate": "3.95",
        "disbursed_on": "2024-03-15",
        "months": 36,
        "amortization": "equal_installments",
        "day_count": "thirty_360",
    }
    return usual | agreed


def a_loan(loan="HT-1", **facts):
    usual = {
        "id": loan,
        "borrower": "B-0042",
        "lender": "BANK-03",
        "category": {"kind": "individual", "groups": ["returning_migrant"]},
        "terms": some_terms(),
        "guarantee": {"fund_id": "F-01", "coverage": "80", "claimable_after_days": 90},
        "on": "2024-03-15",
    }
    return usual | facts
