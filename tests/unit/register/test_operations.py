"""What keepers of a register do once a year or once in a life: close a list, restore a backup."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from certmark.register import Register, RegisterError, StatusListFullError
from certmark.status.bitarray import Status
from tests.unit.register.body import ID, act, issued, opened
from tests.world import BODY, STATUS_URI, instant

NEXT_URI = "https://status.body.example/eucc/2"


def test_a_closed_list_gives_out_no_index_and_states_what_it_stated(register: Register) -> None:
    issued(register)
    for _ in range(2):
        register.close_list(STATUS_URI, act=act())
    with pytest.raises(StatusListFullError):
        issued(register, 2)
    register.withdraw(ID, act=act("2026-03-12"))
    assert register.statuses(STATUS_URI, at=instant("2026-03-13")) == {0: Status.INVALID}
    assert register.lists()[0].room == 0
    assert register.audit().is_sound


def test_only_a_list_of_the_register_is_closed(register: Register) -> None:
    with pytest.raises(RegisterError, match="has no status list"):
        register.close_list(NEXT_URI, act=act())


def test_a_restored_backup_is_noticed_by_the_kept_head_and_goes_on_with_a_new_list(tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    with opened(f"sqlite:///{tmp_path / 'register.db'}") as register:
        kept = issued(register)
        with closing(sqlite3.connect(tmp_path / "register.db")) as connection:
            connection.execute("VACUUM INTO ?", [str(backup)])
        lost = issued(register, 2)
        head = register.head()
    with Register.open(f"sqlite:///{backup}") as restored:
        assert restored.audit().is_sound
        assert [finding.about for finding in restored.audit(known=head).findings] == ["chain"]
        restored.close_list(STATUS_URI, act=act("2026-04-01"))
        restored.open_list(NEXT_URI, entity=BODY, size=8, act=act("2026-04-01"))
        new = issued(restored, 3)
        assert restored.certificate(ID) == kept
        assert (new.list_uri, new.index) == (NEXT_URI, 0)
        assert (lost.list_uri, lost.index) == (STATUS_URI, 1)
        assert restored.audit().is_sound
