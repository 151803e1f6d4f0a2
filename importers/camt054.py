"""Debit and credit notifications in ISO 20022 CAMT.054."""

from __future__ import annotations

from ._camt import NoticeImporter


class Importer(NoticeImporter):
    """The bank's notice of single entries. They land as `announced`: the statement's entry of the same bank reference takes their place, and
    until then they prove nothing and post nothing.
    """

    message = "BkToCstmrDbtCdtNtfctn"
    part = "Ntfctn"
