"""SoftHSM 2: tokens in a folder of the test, keys on them, and tokens that are pulled and put back."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from pkcs11.constants import Attribute, MechanismFlag, ObjectClass
from pkcs11.mechanisms import KeyType, Mechanism

from certmark.cose.algorithms import Algorithm
from certmark.cose.signer import KeySigner
from certmark.hsm import PinRequest, PinSource, Pkcs11Signer, generate
from certmark.hsm.keys import KINDS
from certmark.hsm.module import Module, find
from certmark.hsm.uri import Pkcs11Uri
from tests.needs import program, without

PIN: Final = "87654321"
SO_PIN: Final = "12345678"
ALGORITHMS: Final = tuple(kind.algorithm for kind in KINDS)
CANDIDATES: Final = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)


def module_path() -> str:
    """Give the path of SoftHSM; without it a test is skipped, in CI it fails."""
    given = os.environ.get("CERTMARK_TEST_PKCS11")
    found = given or next((path for path in CANDIDATES if Path(path).exists()), None)
    program("softhsm2-util", package="softhsm2")
    return found or without("no SoftHSM 2 module: install softhsm2, or name it with CERTMARK_TEST_PKCS11")


def right_pin(_: PinRequest, /) -> str:
    return PIN


@dataclass
class Asked:
    """A source of PINs that counts how often it is asked."""

    pin: str | None = PIN
    times: int = 0
    last: PinRequest | None = None

    def __call__(self, request: PinRequest, /) -> str | None:
        self.times += 1
        self.last = request
        return self.pin


@dataclass(frozen=True)
class SoftToken:
    """A token, and the folder that SoftHSM keeps it in."""

    module: str
    label: str
    serial: str
    folder: Path

    def uri(self, key: str = "", **query: str) -> str:
        """URI of the token, or of a key on it."""
        asked = "&".join(f"{name.replace('_', '-')}={value}" for name, value in query.items())
        path = ";".join(part for part in (f"token={self.label}", f"serial={self.serial}", key) if part)
        return f"pkcs11:{path}{'?' if asked else ''}{asked}"

    def open(self, key: str, *, pin: PinSource = right_pin, **options: Any) -> Pkcs11Signer:
        return Pkcs11Signer.open(self.uri(key), pin=pin, module=self.module, **options)

    def generate(self, label: str = "seal", algorithm: Algorithm = Algorithm.ESP256) -> Pkcs11Signer:
        return generate(self.uri(f"object={label}"), algorithm, pin=right_pin, module=self.module, keep=lambda _: None)

    @contextmanager
    def session(self) -> Iterator[Any]:
        """A session of its own, for what certmark does not do; it logs certmark out when it ends."""
        loaded = Module.load(self.module)
        with loaded.lock:
            token = loaded.token(Pkcs11Uri.parse(self.uri()))
            loaded.log_out(token)
            with token.open(rw=True, user_pin=PIN) as session:
                yield session

    def make(
        self,
        curve: bytes,
        *,
        label: str = "seal",
        id: bytes = b"\x01",  # noqa: A002 as PKCS#11 names it
        key_type: KeyType = KeyType.EC,
        mechanism: Mechanism = Mechanism.EC_KEY_PAIR_GEN,
        private: dict[Attribute, Any] | None = None,
        public: dict[Attribute, Any] | None = None,
    ) -> None:
        """Make a pair of any kind."""
        with self.session() as session:
            parameters = session.create_domain_parameters(key_type, {Attribute.EC_PARAMS: curve}, local=True)
            parameters.generate_keypair(
                store=True,
                label=label,
                id=id,
                mechanism=mechanism,
                capabilities=MechanismFlag.SIGN | MechanismFlag.VERIFY,
                private_template=private,
                public_template=public,
            )

    def remove(self, kind: ObjectClass) -> None:
        """Remove all objects of a class."""
        with self.session() as session:
            for each in list(session.get_objects({Attribute.CLASS: kind})):
                each.destroy()

    def put(self, signer: KeySigner, label: str) -> str:
        """Put a P-256 key of the tests on the token, and give its URI: a real key would never have been elsewhere."""
        numbers: Any = signer.private_key.private_numbers()  # type: ignore[union-attr]
        said: Any = signer.public_key.to_cose_key()
        common = {
            Attribute.KEY_TYPE: KeyType.EC,
            Attribute.EC_PARAMS: KINDS[0].parameters[0],
            Attribute.LABEL: label,
            Attribute.ID: signer.public_key.key_id,
        }
        value = numbers.private_value.to_bytes(32, "big")
        private = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.VALUE: value, Attribute.SIGN: True}
        point = b"\x04\x41\x04" + said[-2] + said[-3]
        self.create({**common, **private})
        self.create({**common, Attribute.CLASS: ObjectClass.PUBLIC_KEY, Attribute.EC_POINT: point})
        return self.uri(f"object={label}")

    def create(self, attributes: dict[Attribute, Any]) -> None:
        with self.session() as session:
            session.create_object({Attribute.TOKEN: True, **attributes})

    @property
    def labels(self) -> list[str]:
        """Labels of all private and public keys."""
        with self.session() as session:
            kinds = (ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY)
            return [each[Attribute.LABEL] for kind in kinds for each in session.get_objects({Attribute.CLASS: kind})]

    def pull(self) -> None:
        """Take the token out."""
        self.folder.rename(self.folder.parents[1] / f"pulled-{self.folder.name}")

    def put_back(self) -> None:
        (self.folder.parents[1] / f"pulled-{self.folder.name}").rename(self.folder)


@dataclass(frozen=True)
class SoftHsm:
    """An installation of SoftHSM with a folder of tokens."""

    module: str
    folder: Path

    @property
    def configuration(self) -> Path:
        return self.folder / "softhsm2.conf"

    def configure(self, *lines: str) -> None:
        content = [f"directories.tokendir = {self.folder / 'tokens'}", "objectstore.backend = file", *lines]
        self.configuration.write_text("\n".join(content), encoding="utf-8")

    def without(self, mechanism: str) -> None:
        """Take a mechanism away from all tokens."""
        self.configure(f"slots.mechanisms = -CKM_MD5,{mechanism}")  # SoftHSM 2.6 passes over the first one
        loaded = Module.load(self.module)
        with loaded.lock:
            loaded.restart()

    def token(self, label: str = "body") -> SoftToken:
        """Make a token."""
        tokens = self.folder / "tokens"
        before = set(tokens.iterdir())
        words = ("softhsm2-util", "--module", self.module, "--init-token", "--free", "--label", label)
        pins = ("--so-pin", SO_PIN, "--pin", PIN)
        subprocess.run([*words, *pins], check=True, capture_output=True, env=self.environment)
        (made,) = set(tokens.iterdir()) - before
        return SoftToken(self.module, label, made.name.replace("-", "")[-16:], made)

    @property
    def environment(self) -> dict[str, str]:
        """Environment of a process that uses these tokens."""
        return {
            **os.environ,
            "SOFTHSM2_CONF": str(self.configuration),
            "CERTMARK_PKCS11_MODULE": self.module,
            "CERTMARK_PKCS11_PIN": PIN,
        }


@contextmanager
def softhsm(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoftHsm]:
    """SoftHSM with a folder of its own, for this process and for others."""
    installed = SoftHsm(module_path(), folder)
    (folder / "tokens").mkdir(parents=True)
    installed.configure("log.level = ERROR")
    for name in ("SOFTHSM2_CONF", "CERTMARK_PKCS11_MODULE"):
        monkeypatch.setenv(name, installed.environment[name])
    monkeypatch.delenv("CERTMARK_PKCS11_PIN", raising=False)
    loaded = Module.load(find(Pkcs11Uri(), otherwise=installed.module))
    with loaded.lock:
        loaded.restart()
    yield installed
