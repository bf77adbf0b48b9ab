"""What has changed since a certificate was issued: token status lists (IETF Token Status List, draft 21, as CWT)."""

from certmark.status.floor import StatusFloor
from certmark.status.snapshot import StatusSnapshot

__all__ = ["StatusFloor", "StatusSnapshot"]
