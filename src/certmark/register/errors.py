"""What the register refuses, below the one root of ``certmark.errors``.

::

    CertmarkError
    └── RegisterError               register      a register that cannot do what was asked
        ├── RegisterStorageError    register_storage   the database cannot be read or written
        ├── RegisterSchemaError     register_schema    no register, or one of another version
        ├── RegisterConflictError   register_conflict  the id, key or index is taken by something else
        ├── BatchStoppedError       batch_stopped      a batch that cannot go on; what it issued stays
        ├── StatusListFullError     status_list_full   no status list has room
        └── LifecycleError          lifecycle     a decision that the law does not allow in this state
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from certmark.errors import CertmarkError

if TYPE_CHECKING:
    from collections.abc import Iterator

UNREADABLE: Final = (ArithmeticError, LookupError, RecursionError, TypeError, ValueError, CertmarkError)
"""What reading a row raises that certmark never wrote."""


class RegisterError(CertmarkError):
    """A register that cannot do what was asked."""

    code = "register"


class RegisterStorageError(RegisterError):
    """A database that cannot be reached, read or written; nothing of the failed step is kept."""

    code = "register_storage"


class RegisterSchemaError(RegisterError):
    """A database that holds no register, or one of an older or newer version."""

    code = "register_schema"


class RegisterConflictError(RegisterError):
    """An id, request key or index that something else has taken."""

    code = "register_conflict"


class StatusListFullError(RegisterError):
    """No status list has room for another certificate."""

    code = "status_list_full"


class BatchStoppedError(RegisterError):
    """A batch that cannot go on, by no fault of its rows; what was issued stays, and the same batch goes on from there.

    Attributes:
        line: of the first row that was not done.
    """

    code = "batch_stopped"

    def __init__(self, message: str, *, line: int) -> None:
        super().__init__(message)
        self.line = line


class LifecycleError(RegisterError):
    """A decision that the law does not allow in this state or at this time.

    Attributes:
        article: the provision that says so.
    """

    code = "lifecycle"

    def __init__(self, message: str, *, article: str) -> None:
        super().__init__(message)
        self.article = article

    def __str__(self) -> str:
        """Give the reason with its article."""
        return f"{super().__str__()} ({self.article})"


@contextmanager
def reading_row(what: str) -> Iterator[None]:
    """Name the row that cannot be read.

    Raises:
        RegisterStorageError: certmark never wrote it.
    """
    try:
        yield
    except RegisterStorageError:
        raise  # it names what lies within
    except UNREADABLE as error:
        raise RegisterStorageError(f"{what} cannot be read as it stands in the database: audit the register") from error
