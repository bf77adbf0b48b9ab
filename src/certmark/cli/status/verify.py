"""``certmark status verify``: whether a status list token counts, for whose certificates, and how fresh it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from certmark.cli.clock import at_or_now
from certmark.cli.evidence import Evidence
from certmark.cli.exits import ExitCode
from certmark.cli.reading import read_file
from certmark.cli.screen import complain, say, visible
from certmark.cli.status.show import Index, TokenFile, status_in_words
from certmark.cwt.numericdate import from_seconds, to_seconds
from certmark.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from certmark.status.token import StatusListToken


def verify_token(
    file: TokenFile,
    *,
    trust: Annotated[str, typer.Option(metavar="BUNDLE", help="Trust bundle, or the folder of a store of lists.")],
    anchor: Annotated[str, typer.Option(metavar="ROOT", help="Root that you trust: its file, or SHA-256 of the file.")],
    index: Index = None,
    at: Annotated[str | None, typer.Option(metavar="RFC3339", help="Time of verification.  [default: now]")] = None,
) -> int:
    """Verify a status list token. Exit code: 0 it counts, 1 it does not, 2 it is not fresh."""
    from certmark.fetch.declared import declared_lists
    from certmark.status.bitarray import Status

    now = at_or_now(at)
    data = read_file(file, what="a status list", at_most=DEFAULT_LIMITS.status_token)
    evidence = Evidence(trust, anchor, (), (), "standard")
    known = evidence.trust_snapshot(at=now)
    snapshot = evidence.open_statuses([data], known, at=now)
    for rejected in snapshot.rejected:
        complain(f"{file}: does not count: {rejected.reason}")
        return ExitCode.FAILED
    said = next(iter(snapshot.lists.values()))
    speaks = sorted(
        {(each.issuer, each.signer) for each in declared_lists(known) if (each.signer, each.uri) in snapshot.lists}
    )
    if not speaks:
        signers = ", ".join(sorted(signer for signer, _ in snapshot.lists))
        complain(f"{file}: does not count: {signers} signed it, and no list declares {said.uri} of theirs")
        return ExitCode.FAILED
    _tell(said, speaks)
    if index is not None:
        before = any(snapshot.number_elsewhere(*pair, index) == Status.INVALID for pair in snapshot.lists)
        say(f"index {index}: {'withdrawn before' if before else status_in_words(said.statuses, index)}")
    key_ends = max(snapshot.ends[signer, said.uri] for _, signer in speaks)
    return _freshness(said, key_ends=key_ends, at=to_seconds(now), file=file)


def _tell(said: StatusListToken, speaks: list[tuple[str, str]]) -> None:
    from certmark.status.bitarray import Status

    withdrawn, suspended = (said.statuses.count(status) for status in (Status.INVALID, Status.SUSPENDED))
    say(f"list     {visible(said.uri)}, signed {from_seconds(said.issued_at).isoformat()}")
    for issuer, signer in speaks:
        say(f"counts   for certificates of {issuer}, said by {'the same' if issuer == signer else signer}")
    say(f"states   {withdrawn} withdrawn, {suspended} suspended, of {said.statuses.size} entries")


def _freshness(said: StatusListToken, *, key_ends: int, at: int, file: str) -> ExitCode:
    """Complain of a list that verifiers would not build on alone."""
    from certmark.verify import STANDARD
    from certmark.verify.currency import Freshness, status_freshness

    if said.issued_at > at + STANDARD.skew:
        complain(f"{file}: was signed in the future: look at the clock")
        return ExitCode.INDETERMINATE
    found = status_freshness(said, key_ends=key_ends, at=at, grace=STANDARD.grace)
    if found in (Freshness.FRESH, Freshness.DUE):
        say("fresh    yes" if found is Freshness.FRESH else "fresh    no, the next is due: within the grace")
        return ExitCode.PASSED
    complain(f"{file}: is {found.name.lower()}: get the newest one; what it withdraws stays withdrawn")
    return ExitCode.INDETERMINATE
