"""Every error that Tieout raises on purpose.

    TieoutError
    ├── ConfigurationError  78   settings or mappings of the books are wrong
    │   ├── NotBooksError            the folder is no set of books
    │   ├── SettingsError            tieout.toml cannot be read or says something impossible
    │   ├── MappingFileError         files of mappings/ say what cannot be
    │   ├── PlaceError               a folder or file of the books is a link, or nothing plain
    │   ├── RuleFileError            a rule's header or statement is not acceptable
    │   └── SigningToolError         ssh-keygen is missing, or cannot sign with this key
    ├── TransientError      75   try again later; it stopped safely
    │   ├── BooksBusyError           another run holds the lock
    │   ├── CacheBusyError           another program holds ledger.duckdb
    │   ├── RemoteBusyError          a remote did not answer, or broke off
    │   └── QueryBusyError           the machine had no room for a question
    ├── RefusedError        65   an input was refused; it waits in dead-letters/
    │   ├── FileRefusedError         a file breaks its format's contract
    │   ├── NotFoundError            what was asked for is not in the books
    │   └── QueryRefusedError        a statement that the auditors' copy does not take
    ├── NotAllowedError     77   this person, key or host may not do this
    │   ├── ApprovalError            who proposed may not approve
    │   ├── PeriodError              the month cannot be closed or opened as it stands
    │   ├── SealError                the sealed part of tieout.toml is not the one that was approved
    │   ├── UnknownPersonError       nobody of this name, or with this key, is listed in the books
    │   ├── RoleError                the person's role may not do this
    │   ├── UnsignedError            outside test this needs a signature
    │   ├── SignatureError           the signature is not of this document
    │   ├── NamespaceError           the signature was made for another act
    │   ├── EditedError              what was signed is not what the books hold
    │   ├── StaleError               the books have moved on since this was signed or proposed
    │   ├── ReplayError              the signed document was used before
    │   ├── ExpiredError             the signed document is not valid now
    │   └── HostKeyError             a remote's host key is unknown or has changed
    ├── StorageError        74   the disk is full or failing
    └── InvariantError      70   the ledger contradicts itself; never caught
        ├── TamperedError            bytes of the ledger are not those that were written
        └── ConflictError            the same name would have to hold other bytes

Business findings are no errors: they are rows of the table `exception`.
"""

from __future__ import annotations

from typing import ClassVar


class TieoutError(Exception):
    """Base of all: says what is wrong (`message`), where (`where`), and what to do (`hint`)."""

    exit_code: ClassVar[int] = 70
    default_hint: ClassVar[str] = ""

    def __init__(self, message: str, *, where: str = "", hint: str = ""):
        super().__init__(message)
        self.message, self.where, self.hint = message, where, hint or self.default_hint

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.message}" + (f"\n  {self.hint}" if self.hint else "")


class ConfigurationError(TieoutError):
    """Settings or mappings of the books are wrong."""

    exit_code = 78


class NotBooksError(ConfigurationError):
    """The folder is no set of books."""

    default_hint = "Make one with `tieout init HOME`, or point --home (or TIEOUT_HOME) at one."


class SettingsError(ConfigurationError):
    """tieout.toml cannot be read or says something impossible."""

    default_hint = "Correct tieout.toml and try again with `tieout config check`."


class MappingFileError(ConfigurationError):
    """Files of mappings/ say what cannot be."""

    default_hint = "Correct the file; `tieout mapping propose` reads it again."


class PlaceError(ConfigurationError):
    """A folder or file of the books is a link, has a second name, or is nothing plain: it is not followed, opened, moved or removed."""

    default_hint = "Put the folder or file itself there; a folder that lies on another disk is mounted, not linked."


class RuleFileError(ConfigurationError):
    """A rule's header or statement is not acceptable."""

    default_hint = "See docs/reference/rules.md for the header's fields and the portable subset."


class SigningToolError(ConfigurationError):
    """ssh-keygen is missing, or cannot sign with this key."""

    default_hint = "Install the OpenSSH client; --key names the private key, or the .pub file of a key that ssh-agent holds."


class TransientError(TieoutError):
    """Try again later; what was begun was stopped safely."""

    exit_code = 75


class BooksBusyError(TransientError):
    """Another run holds the lock."""

    default_hint = "Wait for the other run to end; the next scheduled run goes on by itself."


class CacheBusyError(TransientError):
    """Another program holds ledger.duckdb."""

    default_hint = "Close the program that has ledger/ledger.duckdb open; readers use audit/audit.duckdb."


class RemoteBusyError(TransientError):
    """A remote did not answer, or broke off."""

    default_hint = "Stopped safely: the next run tries again."


class QueryBusyError(TransientError):
    """The machine had no room for a question: no process for it, or the system ended the one that answered, as it does when memory runs out."""

    default_hint = "Ask again when less is going on; a run, or another question, may hold the memory."


class RefusedError(TieoutError):
    """An input was refused."""

    exit_code = 65


class FileRefusedError(RefusedError):
    """A file breaks its format's contract; carries the code, row and column of the first fault."""

    default_hint = "Correct the source and deliver the file again, or `tieout dead-letter replay` after the cause is gone."

    def __init__(self, message: str, *, code: str, where: str = "", row: int | None = None, column: str | None = None, hint: str = ""):
        super().__init__(message, where=where, hint=hint)
        self.code, self.row, self.column = code, row, column


class NotFoundError(RefusedError):
    """What was asked for is not in the books."""

    default_hint = "Check the spelling; the `list` command of the same noun shows what there is."


class QueryRefusedError(RefusedError):
    """A statement that the auditors' copy does not take."""

    default_hint = "One SELECT at a time over the published tables; see docs/reference/tables.md."


class NotAllowedError(TieoutError):
    """This person, key or host may not do this."""

    exit_code = 77


class ApprovalError(NotAllowedError):
    """Who proposed may not approve."""

    default_hint = "Ask another person of the books; `tieout config people` lists who may do what."


class PeriodError(NotAllowedError):
    """The month cannot be closed or opened as it stands."""

    default_hint = "Resolve, prove or send what is listed; `tieout period list` shows every month."


class SealError(NotAllowedError):
    """The sealed part of tieout.toml (environment, name, people, approval) is not the one that was approved."""

    default_hint = "Put tieout.toml back, or have the change signed: `tieout config propose` by one person, `tieout config approve` by another."


class UnknownPersonError(NotAllowedError):
    """Nobody of this name, or with this key, is listed in the books."""

    default_hint = "`tieout config people` lists the names; --as gives the name, --key the key that is listed with it."


class RoleError(NotAllowedError):
    """The person's role may not do this."""

    default_hint = "See docs/people.md for what each role may do."


class UnsignedError(NotAllowedError):
    """Outside the environment test this needs a signature."""

    default_hint = "Give --key PATH, or --document FILE first and then --document FILE --signature FILE; see docs/people.md."


class SignatureError(NotAllowedError):
    """The signature is not of this document: one of them was changed, or they do not belong together."""

    default_hint = "Write the document anew with --document and sign it as it is."


class NamespaceError(NotAllowedError):
    """The signature was made for another act."""

    default_hint = "Sign with the namespace that the document was written for, e.g. `ssh-keygen -Y sign -n tieout-approve`."


class EditedError(NotAllowedError):
    """What was signed is not what the books hold."""

    default_hint = "Write the document anew with --document, read it, and sign that."


class StaleError(NotAllowedError):
    """The books have moved on since this was signed or proposed."""

    default_hint = "Look at what is in force now, then propose or sign again."


class ReplayError(NotAllowedError):
    """The signed document was used before; a signature is good for one act."""

    default_hint = "Write a new document with --document and sign that."


class ExpiredError(NotAllowedError):
    """The signed document is not valid now: expired, not yet issued, or issued for too long a time."""

    default_hint = "Write a new document with --document and sign that."


class HostKeyError(NotAllowedError):
    """A remote's host key is unknown or has changed; nothing was sent."""

    default_hint = "Compare the key with its owner by another channel, then correct the known_hosts file."


class StorageError(TieoutError):
    """The disk is full or failing."""

    exit_code = 74
    default_hint = "Free space on the disk of the books, then run again to continue."


class InvariantError(TieoutError):
    """The ledger contradicts itself."""

    exit_code = 70
    default_hint = "Leave the books as they are, run `tieout check`, and report what it says."


class TamperedError(InvariantError):
    """Bytes of the ledger are not those that were written."""

    default_hint = "Stop using these books; restore ledger/ from a backup and compare `tieout audit head` with a copy kept elsewhere."


class ConflictError(InvariantError):
    """The same name would have to hold other bytes."""

    default_hint = "Two contents claim one name; keep both and look which one is right before running again."
