"""The service started as a program, and the page about Django on a server as well as on a file."""

import re
import socket
import subprocess
import sys
from pathlib import Path
from time import sleep

import httpx
import pytest
from sqlalchemy import make_url

from postgres_server import fresh_database

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "recipes" / "use-with-django.md"
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
ON_A_FILE = """\
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": "office.db",
            "OPTIONS": {"transaction_mode": "IMMEDIATE"},  # writers queue instead of failing
"""
ADDRESS = "sqlite:///office.db"


def run(program, folder):
    """Run a program in a process of its own, where every warning is an error."""
    command = [sys.executable, "-W", "error", "-X", "utf8", "-c", program]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr


def test_a_book_and_a_row_of_djangos_are_kept_together_on_a_server(tmp_path):
    program = "".join(BLOCK.findall(PAGE.read_text(encoding="utf-8")))
    at = make_url(fresh_database(fsync=False))
    on_a_server = f"""\
            "ENGINE": "django.db.backends.postgresql",
            "NAME": {at.database!r},
            "USER": {at.username!r},
            "PASSWORD": {at.password or ""!r},
            "HOST": {at.query.get("host", at.host)!r},
            "PORT": {at.port or ""!r},
    """
    address = at.render_as_string(hide_password=False)
    assert (program.count(ON_A_FILE), program.count(ADDRESS)) == (1, 1)

    run(program.replace(ON_A_FILE, on_a_server).replace(ADDRESS, address), tmp_path)


@pytest.mark.slow
def test_without_the_four_lines_djangos_transaction_would_be_ended_by_us(tmp_path):
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    [lent] = [number for number, block in enumerate(blocks) if "setattr(lent.dialect" in block]
    blocks[lent] = blocks[lent].split("for verb in")[0]
    program = "".join(blocks[: lent + 3]) + blocks[lent + 3].split("try:")[0]
    lost = """
import sqlite3
try:
    note_and_deposit("财预9", "approved")
except Exception:
    pass
with sqlite3.connect("office.db") as looked:
    assert looked.execute("SELECT count(*) FROM office_note").fetchone() == (0,)
"""

    command = [sys.executable, "-X", "utf8", "-c", program + lost]

    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0


def test_the_service_starts_as_a_program_on_loopback(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    command = [sys.executable, str(ROOT / "examples" / "service.py"), "--port", str(port)]
    log = tmp_path / "log.txt"
    with (
        log.open("wb") as written,
        subprocess.Popen(command, cwd=tmp_path, stdout=written, stderr=written) as program,
    ):
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
                answer = asked(client, program)
        finally:
            program.terminate()
    assert answer.status_code == 200
    assert (tmp_path / "service.db").exists()
    assert "/problems" not in log.read_text(encoding="utf-8")  # no address is written down


def asked(client, program):
    for _ in range(600):
        assert program.poll() is None
        try:
            return client.get("/problems/store.not_found")
        except httpx.TransportError:
            sleep(0.05)
    raise AssertionError
