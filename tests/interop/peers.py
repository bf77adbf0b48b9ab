"""Ask python-cwt and pycose, each in a process of its own in the environment that ``make test`` sets up."""

from __future__ import annotations

import json
import subprocess
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from certmark import cbor
from tests.conftest import ROOT
from tests.needs import without

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

PYTHON: Final = ROOT / ".venv-peers" / "bin" / "python"
PROGRAM: Final = ROOT / "tests" / "interop" / "peer_program.py"


def interpreter() -> Path:
    """Give the Python of the peers; without it a test is skipped, in CI it fails."""
    if not PYTHON.exists():
        reason = f"no {PYTHON.parents[1].name}: python-cwt and pycose are missing; make test sets them up"
        without(reason)
    return PYTHON


class Signing(NamedTuple):
    """What a peer is asked to sign."""

    payload: bytes
    key: Mapping[int, Any]
    protected: Mapping[int, Any]
    unprotected: Mapping[int, Any] = {}


class Peer(NamedTuple):
    """A library by its name in ``peer_program``."""

    name: str

    def payloads(self, messages: Iterable[bytes], *keys: Mapping[int, Any]) -> list[bytes | None]:
        """Verify messages, all with one key or each with its own: their payloads, None for each that is refused."""
        encoded = cycle([cbor.encode(key) for key in keys])
        answers = self._ask([{"message": message, "key": key} for message, key in zip(messages, encoded, strict=False)])
        return [bytes.fromhex(answer["payload"]) if "payload" in answer else None for answer in answers]

    def refusal(self, message: bytes, key: Mapping[int, Any]) -> str | None:
        """Say why a message is refused, or None."""
        (answer,) = self._ask([{"message": message, "key": cbor.encode(key)}])
        return answer.get("refusal")

    def sign(self, *asked: Signing) -> list[bytes]:
        """Sign messages."""
        requests = (
            {
                "payload": each.payload,
                "key": cbor.encode(each.key),
                "protected": cbor.encode(each.protected),
                "unprotected": cbor.encode(each.unprotected),
            }
            for each in asked
        )
        return [bytes.fromhex(answer["message"]) for answer in self._ask(list(requests))]

    def _ask(self, requests: Sequence[Mapping[str, bytes]]) -> list[dict[str, str]]:
        lines = (json.dumps({name: value.hex() for name, value in request.items()}) for request in requests)
        command = [str(interpreter()), "-I", str(PROGRAM), self.name]
        ended = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, timeout=300, check=True)
        answers = [json.loads(line) for line in ended.stdout.splitlines()]
        assert len(answers) == len(requests)
        return answers


PYTHON_CWT: Final = Peer("python-cwt")
PYCOSE: Final = Peer("pycose")
PYCOSE_RFC9864: Final = Peer("pycose-rfc9864")
