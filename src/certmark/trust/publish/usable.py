"""What verifiers ask of a list as a whole: what they would pass over is better not signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certmark.trust.documents import require_territories
from certmark.trust.lists import NationalList, NationalMap, Permitted, Pointer, UnionMap
from certmark.trust.national import ListedEntities

if TYPE_CHECKING:
    from certmark.trust.lists import Content, ListHead


def require_usable(head: ListHead, content: Content) -> None:
    """Require of the content of a list what goes beyond the tables of its parts.

    Args:
        head: what the list says of itself.
        content: what it says of others.

    Raises:
        TrustError: a territory or an entity that is named twice or belongs elsewhere, or a key of two entities.
    """
    if isinstance(content, UnionMap):
        require_territories(content)
        for pointer in content.pointers:
            if pointer.embedded is not None:
                ListedEntities(NationalList(head._replace(territory=pointer.territory), pointer.embedded, pointer))
    elif isinstance(content, NationalMap):
        # who points at the list is not known here, and whether it is usable does not depend on that
        pointer = Pointer(content.territory, head.operator, Permitted((), 1))
        ListedEntities(NationalList(head, content, pointer))
