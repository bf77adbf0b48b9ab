"""``certmark inspect``: a look inside a token that proves nothing, and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from certmark.cli.exits import ExitCode
from certmark.cli.options import TokenArgument
from certmark.cli.screen import say, show
from certmark.cli.token_input import Unreadable, read_token
from certmark.errors import DecodeError, UnsupportedFormatError

if TYPE_CHECKING:
    from certmark.cwt.approval import Approval
    from certmark.verify import Peeked

WARNING: Final = "UNVERIFIED: anyone can write this. Nothing was checked; use 'certmark verify'."


def inspect(
    token: TokenArgument,
    *,
    cb_ades: Annotated[
        bool, typer.Option("--cb-ades", help="List the requirements of CB-AdES B-B (ETSI TS 119 152-1) instead.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> int:
    """Look inside a token without verifying it. Proves nothing."""
    from certmark.cli.verify import json_text
    from certmark.verify import peek

    read = read_token(token)
    code = ExitCode.PASSED
    try:
        if isinstance(read, Unreadable):
            found = _nothing(DecodeError(read.reason))
        else:
            found = _requirements(read) if cb_ades else untrusted(peek(read), read)
    except DecodeError as error:
        found = _nothing(error)
    if "problem" in found:
        newer = found["problem"]["code"] == UnsupportedFormatError.code
        code = ExitCode.INDETERMINATE if newer else ExitCode.FAILED
    if as_json:
        say(json_text(found, indent=2))
    else:
        from certmark.cli.peek_view import view

        show(*view(found))
    return code


def _nothing(error: DecodeError) -> dict[str, Any]:
    return {"verified": False, "warning": WARNING, "problem": {"code": error.code, "reason": str(error)}}


def _requirements(token: str | bytes) -> dict[str, Any]:
    from certmark.cose.cb_ades import Outcome, baseline_b
    from certmark.cose.framing import end_of_first
    from certmark.transport import from_text

    cose = from_text(token).cose if isinstance(token, str) else token
    requirements = baseline_b(cose[: end_of_first(cose)])  # an approval has a header of its own
    return {
        "verified": False,
        "warning": WARNING,
        "profile": "CB-AdES B-B, ETSI TS 119 152-1 V1.1.1",
        "not_met": [each.id for each in requirements if each.outcome is Outcome.NOT_MET],
        "requirements": [{**each._asdict(), "outcome": str(each.outcome)} for each in requirements],
    }


def untrusted(peeked: Peeked, token: str | bytes) -> dict[str, Any]:
    """Give what a token states in the shape of JSON; every name says that it is not to be trusted."""
    from certmark.cose.algorithms import algorithm_name
    from certmark.transport import Envelope, from_text, pack
    from certmark.verify.report_json import claims_to_json, instant

    claims = peeked.untrusted_claims
    envelope = from_text(token) if isinstance(token, str) else Envelope(token, "bare", None, None)
    status, approval = claims.status, peeked.untrusted_approval
    return {
        "verified": False,
        "warning": WARNING,
        "untrusted_id": peeked.untrusted_id,
        "untrusted_issuer": peeked.untrusted_issuer,
        "untrusted_issued_at": instant(peeked.untrusted_issued_at),
        "untrusted_not_before": instant(claims.nbf),
        "untrusted_expires": instant(claims.exp),
        "untrusted_status_list": None if status is None else {"index": status.idx, "uri": status.uri},
        "untrusted_algorithm": algorithm_name(peeked.untrusted_algorithm),
        "untrusted_key_id": None if peeked.untrusted_key_id is None else peeked.untrusted_key_id.hex(),
        "untrusted_approval": None if approval is None else _approval(approval),
        "untrusted_certificate": claims_to_json(claims),
        "form": envelope.form if isinstance(token, str) else "cose",
        "link_host": peeked.link_host,
        "link_url": envelope.url,
        "text_characters": len(token) if isinstance(token, str) else None,
        "packed_bytes": len(pack(envelope.cose)),
        "cose_bytes": len(envelope.cose),
    }


def _approval(approval: Approval) -> dict[str, Any]:
    from certmark.cose.algorithms import algorithm_name
    from certmark.verify.report_json import instant

    headers = approval.message.headers
    return {
        "authority": approval.authority,
        "approved_at": instant(approval.issued_at),
        "algorithm": algorithm_name(headers.alg),
        "key_id": None if headers.key_id is None else headers.key_id.hex(),
    }
