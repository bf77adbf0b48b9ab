"""What verifiers ask of a list as a whole: what they would pass over is better not signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certmark.errors import PublishingError
from certmark.trust.documents import require_territories
from certmark.trust.lists import ListHead, NationalList, NationalMap, Permitted, Pointer, UnionMap
from certmark.trust.national import ListedEntities
from certmark.trust.publish.seals import require_fitting
from certmark.trust.wire import readable_entity

if TYPE_CHECKING:
    from certmark.trust.lists import Content


def require_usable(content: Content) -> None:
    """Require of the content of a list what goes beyond the tables of its parts.

    Raises:
        TrustError: a territory or an entity that is named twice or belongs elsewhere, or a key of two entities.
        PublishingError: a seal certificate that cannot be read, is for another key than it stands with, or not for
            sealing.
    """
    if isinstance(content, UnionMap):
        require_territories(content)
        for pointer in content.pointers:
            if pointer.embedded is not None:
                _require_entities(pointer.embedded)
    elif isinstance(content, NationalMap):
        _require_entities(content)


def _require_entities(national: NationalMap) -> None:
    # neither the head nor the pointer matters to the check, and a document has none yet
    head = ListHead(national.territory, "", "", national.sequence_number, 0, None, 0, b"")
    ListedEntities(NationalList(head, national, Pointer(national.territory, "", Permitted((), 1))))
    for entity in filter(None, map(readable_entity, national.entities)):
        try:
            for service in entity.services:
                require_fitting(service)
        except PublishingError as error:
            raise PublishingError(f"{entity.entity_id}: {error}") from error
