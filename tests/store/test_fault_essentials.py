"""The essential cases of the programmes ``kill`` and ``faults``, each with its control."""

from functools import partial
from itertools import count

import pytest

from microloan import StorageDamaged
from microloan.store import doctor
from torture import faults, file_damage, file_faults, kill, server_faults, syscalls
from torture.acts import SCRIPT
from torture.states import discard, disposing, engine_on, findings, recorded
from torture.tracing import hindrance
from torture.trial import Trials

ROUNDS = 4


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Make new files."""
    return partial(kill.new_file, tmp_path_factory.mktemp("faults"), count())


@pytest.fixture(scope="module")
def whole(files):
    """A file in which every act is done; it is only read."""
    return files()


@pytest.fixture(scope="module")
def in_files(whole):
    """What a file holds after each act."""
    return recorded(whole)


@pytest.fixture(scope="module")
def on_a_server():
    """What PostgreSQL holds after each act."""
    database = kill.new_database()
    yield recorded(database)
    discard(database)


def test_after_every_act_the_database_holds_something_else(in_files):
    assert len(set(in_files.pictures)) == len(SCRIPT) + 1


def test_both_databases_hold_the_same_after_every_act(in_files, on_a_server):
    assert in_files == on_a_server


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_of_a_killed_writer_the_acts_it_told_of_are_there_and_the_last_is_whole(
    in_files, files, journal
):
    setting = kill.Setting(name=journal, journal=journal)
    seen = kill.killed(files, in_files, setting, ROUNDS)
    assert (seen.faults, seen.rounds) == ([], ROUNDS)


def test_of_a_killed_client_the_acts_it_told_of_are_there_and_the_last_is_whole(on_a_server):
    setting = kill.Setting(name="PostgreSQL")
    seen = kill.killed(kill.new_database, on_a_server, setting, ROUNDS)
    assert (seen.faults, seen.rounds) == ([], ROUNDS)


def test_a_writer_that_keeps_no_journal_or_tells_too_early_is_seen_through(in_files, files):
    assert kill.controls(files, in_files)


def test_a_file_that_is_full_read_only_or_locked_is_refused_by_name_and_left_whole(in_files, files):
    trials = Trials(in_files)
    trials.through_the_script(file_faults.FAULTS, files, short=True)
    assert trials.faults == []
    assert sum(trials.refused.values()) > 20


def test_a_server_that_waits_reads_only_or_conflicts_is_refused_by_name_and_left_whole(
    on_a_server,
):
    trials = Trials(on_a_server)
    trials.through_the_script(server_faults.faults(), kill.new_database, short=True)
    assert trials.faults == []
    assert sum(trials.refused.values()) > 15


def test_a_driver_that_commits_after_every_insert_leaves_a_half(in_files, on_a_server, files):
    assert faults.control_on(in_files, files())
    assert faults.control_on(on_a_server, kill.new_database())


def test_a_damaged_file_is_refused_or_found_or_no_cell_has_changed(in_files, whole, files):
    damage = file_damage.cut_and_flipped(whole, files, times=12)
    assert damage.faults == []
    assert damage.refused + damage.found > 0


def test_a_file_without_its_log_shows_an_earlier_state_and_a_kept_anchor_tells(in_files, files):
    assert file_damage.log_removed(in_files, files) == []


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_a_call_of_the_system_that_fails_is_refused_by_name_and_a_killed_one_leaves_no_half(
    in_files, files, journal, note
):
    if reason := hindrance():
        note(f"no call of the system was made to fail: {reason}")
        return
    points = syscalls.at_the_calls(in_files, files, journal, most=4)
    assert (points.faults, points.points) == ([], 4)


@pytest.mark.parametrize(
    "words",
    [
        "CREATE TRIGGER microloan_guard_closing_delete",
        "CREATE TABLE microloan_loan_entry",
        "CREATE INDEX",
    ],
)
def test_a_schema_whose_words_are_no_text_any_more_is_damage_by_name(in_files, whole, files, words):
    damaged, content = files(), whole.path.read_bytes()
    place = content.index(words.encode()) + len(words) + 3
    damaged.path.write_bytes(content[:place] + bytes([content[place] ^ 128]) + content[place + 1 :])
    for ask in (findings, doctor, file_damage.read_all):
        with disposing(engine_on(damaged)) as engine, pytest.raises(StorageDamaged):
            ask(engine)
