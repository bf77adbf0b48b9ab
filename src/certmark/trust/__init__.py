"""Whom to trust: root, trusted lists of the Union and of the Member States, and the snapshot that verifiers use.

Vocabulary of ETSI TS 119 602 and TS 119 612, client rules of TUF, envelope COSE (specification, trust.cddl).
"""

from certmark.trust.bundle import TrustBundle
from certmark.trust.floor import TrustFloor
from certmark.trust.snapshot import TrustSnapshot

__all__ = ["TrustBundle", "TrustFloor", "TrustSnapshot"]
