"""A TLS server on the loopback, with an authority that is made when it starts: what it sends is for the test to say."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

Script = Callable[[socket.socket, bytes], None]
"""Takes a connection and the head of a request, and sends what it likes."""


class Certified(NamedTuple):
    """A certificate and its key, in PEM."""

    certificate: bytes
    key: bytes


class Server:
    """A running server.

    Attributes:
        url: of its root.
        requests: heads of all requests so far.
        scripts: what it does, by path.
    """

    def __init__(self, port: int) -> None:
        self.url = f"https://localhost:{port}/"
        self.requests: list[bytes] = []
        self.scripts: dict[bytes, Script] = {}
        self.stopped = Event()

    def on(self, path: str, script: Script | bytes) -> str:
        """Say what it does at a path; gives the url."""
        self.scripts[b"/" + path.encode()] = script if callable(script) else _sending(script)
        return self.url + path


def answer(status: str, body: bytes = b"", **headers: str) -> bytes:
    """Write an answer; the length is right unless a header says otherwise."""
    named = {"Content-Length": str(len(body)), "Connection": "close"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value)
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def _sending(data: bytes) -> Script:
    return lambda connection, _: connection.sendall(data)


@cache
def authority(host: str) -> tuple[Certified, Certified]:
    """Make an authority, and a server of a name that it vouches for: never use these outside tests."""
    root_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
    key_identifier = x509.SubjectKeyIdentifier.from_public_key(root_key.public_key())
    issuer = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key_identifier)
    other_uses = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    others = dict.fromkeys((*other_uses, "encipher_only", "decipher_only", "digital_signature"), False)
    usage = x509.KeyUsage(key_cert_sign=True, crl_sign=True, **others)
    root = (
        _begun(root_key, root_name, root_name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(key_identifier, critical=False)
        .sign(root_key, SHA256())
    )
    names = [x509.DNSName(host), x509.IPAddress(ip_address("127.0.0.1"))]
    server_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    server = (
        _begun(server_key, server_name, root_name)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(issuer, critical=False)
        .sign(root_key, SHA256())
    )
    pairs = ((root, root_key), (server, server_key))
    parts = (
        Certified(
            certificate.public_bytes(Encoding.PEM),
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        )
        for certificate, key in pairs
    )
    return next(parts), next(parts)


def _begun(key: ec.EllipticCurvePrivateKey, subject: x509.Name, issuer: x509.Name) -> x509.CertificateBuilder:
    begins = datetime.now(UTC) - timedelta(days=1)  # noqa: TID251 TLS goes by the clock of the machine
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=30))
    )


@contextmanager
def serving(
    folder: Path, *, host: str = "localhost", handshake: Callable[[socket.socket], None] | None = None
) -> Iterator[Server]:
    """Run a server, and put the certificate of its authority into ``folder / "authority.pem"``.

    Args:
        folder: an empty one.
        host: the name that its certificate states.
        handshake: what it does in place of a TLS handshake.
    """
    root, server = authority(host)
    (folder / "authority.pem").write_bytes(root.certificate)
    (folder / "server.pem").write_bytes(server.certificate + server.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = Server(listener.getsockname()[1])

        def talk(connection: socket.socket) -> None:
            with suppress(OSError), connection:
                connection.settimeout(10)
                if handshake is not None:
                    handshake(connection)
                    return
                with context.wrap_socket(connection, server_side=True) as secure:
                    head = b""
                    while not head.endswith(b"\r\n\r\n") and (piece := secure.recv(4096)):
                        head += piece
                    if not head.endswith(b"\r\n\r\n"):  # the client has gone
                        return
                    running.requests.append(head)
                    script = running.scripts.get(head.split(b" ")[1], _sending(answer("404 Not Found")))
                    script(secure, head)

        def accept() -> None:
            while not running.stopped.is_set():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                Thread(target=talk, args=(connection,), daemon=True).start()

        thread = Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield running
        finally:
            running.stopped.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)
