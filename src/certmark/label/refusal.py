"""Why a label is not drawn."""

from __future__ import annotations

from certmark.errors import CertmarkError


class LabelError(CertmarkError):
    """A label that must not or cannot be drawn: its certificate, its words or its mark do not allow it."""

    code = "label"


class LabelSizeError(LabelError):
    """A label that nobody could read at the size and resolution asked for; the message says which size would do."""

    code = "label_size"


class LabelContrastError(LabelError):
    """A label whose ink and paper are too much alike, or whose colours are no colours."""

    code = "label_contrast"
