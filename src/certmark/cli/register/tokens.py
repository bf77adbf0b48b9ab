"""The files of the tokens that a register holds, and what is told of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from certmark.cli.exits import CommandError, ExitCode
from certmark.cli.issue import files_of
from certmark.cli.screen import complain, say, visible
from certmark.cli.writing import write_files
from certmark.model.vocabulary import Content

if TYPE_CHECKING:
    from certmark.register import CertificateRecord, Edition
    from certmark.transport import Symbol


def stem_of(certificate_id: str) -> str:
    """Name the files of a certificate after its id, each id in its own way, also where disks do not tell case.

    An id may hold slashes, even between dots, and no name may lead out of the folder; no id holds a tilde. Unless all
    letters are capitals, a plus, which no id holds, and a hexadecimal number say which ones are small.
    """
    small = int("".join("1" if letter.islower() else "0" for letter in certificate_id), 2)
    return certificate_id.replace("/", "~") + (f"+{small:x}" if small else "")


def stem_of_label(certificate_id: str) -> str:
    """Name the files of a certificate's label; no name of a certificate's own files is like that."""
    return f"{stem_of(certificate_id)}+label"


def write_tokens(record: CertificateRecord, folder: Path) -> None:
    """Write the newest whole token of a certificate, and the newest of its labels if there is one.

    Raises:
        CommandError: they cannot be written.
        RegisterError: they were purged.
    """
    whole, label = record.whole, record.newest_of(Content.LABEL)
    write_token(whole, folder, stem=stem_of(record.id))
    if label is not None and label is not whole:
        write_token(label, folder, stem=stem_of_label(record.id))


def write_token(edition: Edition, folder: Path, *, stem: str) -> Symbol:
    """Write a token as COSE, text, SVG and PNG.

    Raises:
        CommandError: they cannot be written.
    """
    from certmark.cli.register.drawn import symbol_of
    from certmark.issue import IssuedCertificate

    issued = IssuedCertificate(edition.document, edition.cose, edition.text)
    symbol = symbol_of(edition.text)
    write_files(folder, files_of(issued, symbol, stem=stem))
    return symbol


def hand_out(
    record: CertificateRecord, edition: Edition, out: Path, *, stem: str, as_json: bool, done: str = "issued"
) -> int:
    """Write a token of a certificate, and tell what it is.

    Raises:
        CommandError: it cannot be written; it is in the register all the same.
    """
    try:
        symbol = write_token(edition, out, stem=stem)
    except CommandError as error:
        again = f"{record.id} is {done}: 'certmark register show {record.id} --out DIR' writes it"
        raise CommandError(error.code, f"{error}; {again}") from error
    if as_json:
        from certmark.cli.register.record_json import certificate
        from certmark.cli.verify import json_text

        say(json_text(certificate(record), indent=2))
    else:
        where = "no status" if record.list_uri is None else f"index {record.index} of {visible(record.list_uri)}"
        say(f"{done:8} {visible(record.id)}, {where}")
        if record.replaces is not None:
            say(f"replaces {visible(record.replaces)}, which is withdrawn")
        say(f"token    {len(edition.cose)} bytes of COSE, {len(edition.text)} characters of text")
        size = f"{symbol.size} x {symbol.size} modules"
        say(f"symbol   QR version {symbol.version}, {size}, error correction {symbol.ecc}")
        say(f"files    {visible(str(out / stem))}.cose .txt .svg .png")
    if symbol.warning:
        complain(f"warning: {symbol.warning}")
    return ExitCode.PASSED
