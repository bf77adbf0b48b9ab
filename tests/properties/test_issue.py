"""Any document that the model allows is issued and read back, or refused with our errors."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from certmark.claims import StatusReference
from certmark.cwt.numericdate import from_days, from_seconds
from certmark.errors import CapacityError, IssueError
from certmark.issue import Issuer
from certmark.model import AnyDocument
from certmark.model.scheme import Scheme
from certmark.verify import peek
from tests.strategies import documents, entity_ids
from tests.world import BODY_KEY, HOME_SCHEME, LINK, STATUS_URI

INDICES = st.integers(0, (1 << 32) - 1)
DAYS = st.integers(0, 2_932_896)


def anything_goes(scheme_id: str) -> Scheme:
    """Give a scheme without rules."""
    return replace(HOME_SCHEME, id=scheme_id, rules=())


def midnight(day: int) -> datetime:
    return datetime.combine(from_days(day), datetime.min.time(), UTC)


@given(document=documents(), issuer=entity_ids(), index=INDICES, link=st.sampled_from([LINK, None]))
def test_any_document_comes_back_from_its_text(
    document: AnyDocument, issuer: str, index: int, link: str | None
) -> None:
    house = Issuer(BODY_KEY, issuer=issuer, link=link, schemes=(anything_goes(document.scheme),))
    at = datetime.combine(document.issued, datetime.min.time(), UTC)
    try:
        issued = house.issue(document, at=at, status=StatusReference(index, STATUS_URI))
    except CapacityError as error:
        assert error.over_by > 0  # noqa: PT017 a document of many long texts is too large, and says by how much
        return
    peeked = peek(issued.text)
    assert peeked.untrusted_claims.to_document() == issued.document == document.as_signed()
    assert peeked.untrusted_issuer == issuer
    assert peeked.untrusted_claims.status == (index, STATUS_URI)
    assert from_seconds(peeked.untrusted_issued_at) == at


@given(document=documents(), day=DAYS)
def test_a_document_is_signed_in_its_time_or_not_at_all(document: AnyDocument, day: int) -> None:
    house = Issuer(BODY_KEY, issuer="DE-3087", schemes=(anything_goes(document.scheme),))
    try:
        house.issue(document, at=midnight(day), status=StatusReference(0, STATUS_URI))
    except CapacityError:
        return
    except IssueError:
        is_issued = False
    else:
        is_issued = True
    assert is_issued is (document.issued <= from_days(day) <= document.valid_until)
