"""A token that is removed in mid-batch: nothing is lost, nothing is issued twice, and the batch resumes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from certmark.hsm import HsmTokenLostError, Pkcs11Signer
from certmark.issue import Issuer
from certmark.model import dump_document
from certmark.register import Register
from certmark.verify import Verifier
from tests.softhsm import SoftHsm, SoftToken
from tests.unit.register.body import ISSUER, act, numbered, opened
from tests.world import BODY, BODY_KEY, BODY_STATUS_KEY, STATUS_URI, WORLD, instant

BATCH = 12
NUMBERS = range(1, BATCH + 1)
IDS = [numbered(number).id for number in NUMBERS]


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with opened(f"sqlite:///{tmp_path / 'register.db'}") as register:
        yield register


@pytest.fixture
def signer(token: SoftToken) -> Pkcs11Signer:
    token.put(BODY_KEY, "seal")
    return token.open("object=seal")


def issue(register: Register, issuer: Issuer, number: int) -> int | None:
    """Issue one of the batch, each under the key of its own request."""
    record = register.issue(numbered(number), issuer=issuer, act=act(), key=f"order-{number}")
    return record.index


def assert_whole(register: Register) -> None:
    """Every certificate once, each under an index of its own, all of them in order."""
    assert register.audit().is_sound
    records = list(register.certificates())
    assert [record.id for record in records] == IDS
    assert len({record.index for record in records}) == BATCH
    published = register.publish(
        STATUS_URI, signer=BODY_STATUS_KEY, act=act("2026-05-31"), ttl=None, expires=instant("2026-07-01")
    )
    verifier = Verifier(WORLD.trust(), WORLD.status(published.token))
    assert all(verifier.report(record.newest.text, at=WORLD.now).passed for record in records)


@pytest.mark.parametrize("pulled_before", [1, 5, BATCH])
def test_a_batch_stops_with_the_token_and_resumes_with_it(
    pulled_before: int, register: Register, signer: Pkcs11Signer, token: SoftToken
) -> None:
    issuer = replace(ISSUER, signer=signer)
    for number in range(1, pulled_before):
        issue(register, issuer, number)
    token.pull()
    for _ in range(2):  # whoever asks again meanwhile is told the same
        with pytest.raises(HsmTokenLostError):
            issue(register, issuer, pulled_before)
    assert [record.id for record in register.certificates()] == IDS[: pulled_before - 1]
    token.put_back()
    indices = [issue(register, issuer, number) for number in NUMBERS]  # the whole batch again
    assert indices[: pulled_before - 1] == list(range(pulled_before - 1))  # what was issued stands
    assert indices[pulled_before - 1] == pulled_before + 1  # two indices are burnt
    assert_whole(register)


def test_a_token_that_is_back_in_time_is_not_noticed(
    register: Register, signer: Pkcs11Signer, token: SoftToken
) -> None:
    issuer = replace(ISSUER, signer=signer)
    for number in NUMBERS:
        if number % 4 == 0:
            token.pull()
            token.put_back()
        assert issue(register, issuer, number) == number - 1
    assert_whole(register)


PROGRAM = """
import sys
from pathlib import Path
from certmark import Issuer, load_document
from certmark.hsm import HsmTokenLostError, Pkcs11Signer, from_environment
from certmark.register import Register
from tests.unit.register.body import act
from tests.world import BODY, LINK

url, uri, module, folder = sys.argv[1:]
signer = Pkcs11Signer.open(uri, pin=from_environment(), module=module)
issuer = Issuer(signer, issuer=BODY, link=LINK)
with Register.open(url) as register:
    for path in sorted(Path(folder).glob("*.json")):
        document = load_document(path.read_text())
        try:
            record = register.issue(document, issuer=issuer, act=act(), key=path.name)
            print("issued", record.index, flush=True)
        except HsmTokenLostError:
            print("lost", flush=True)
        sys.stdin.readline()
"""


def test_a_process_goes_on_where_it_lost_the_token(
    hsm: SoftHsm, token: SoftToken, register: Register, tmp_path: Path
) -> None:
    """The token is pulled between two certificates of a running process, put back, and all is asked for again."""
    uri = token.put(BODY_KEY, "seal")
    (tmp_path / "batch").mkdir()
    for number in NUMBERS:
        (tmp_path / "batch" / f"{number:02}.json").write_text(dump_document(numbered(number)), encoding="utf-8")
    url = f"sqlite:///{tmp_path / 'register.db'}"
    words = [sys.executable, "-c", PROGRAM, url, uri, token.module, str(tmp_path / "batch")]

    def run(*, pull_after: int, back_after: int) -> list[str]:
        started = subprocess.Popen(words, env=hsm.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert started.stdin is not None
        assert started.stdout is not None
        said = []
        for number in NUMBERS:
            said.append(started.stdout.readline().split()[0])
            if number == pull_after:
                token.pull()
            if number == back_after:
                token.put_back()
            started.stdin.write("\n")
            started.stdin.flush()
        started.communicate(timeout=60)
        assert started.returncode == 0
        return said

    assert run(pull_after=3, back_after=7) == ["issued"] * 3 + ["lost"] * 4 + ["issued"] * 5
    assert run(pull_after=0, back_after=0) == ["issued"] * BATCH
    records = {record.id: record.index for record in register.certificates()}
    assert list(records) == IDS
    assert sorted(index for index in records.values() if index is not None) == [*range(3), *range(7, 16)]
    assert BODY in {record.entity for record in register.certificates()}
    assert_whole(register)
