"""Bank statements in SWIFT MT940."""

from __future__ import annotations

from ._swift import SwiftImporter


class Importer(SwiftImporter):
    """The bank's statement as a SWIFT message, bare or in its envelope, several in one file. Opening balance + entries = closing balance, page by
    page, or the file is refused. An entry is known by the bank's reference behind `//`; `RC` takes back a credit and is a debit; the booking
    day is the entry day, else the value day. The `:86:` field is read with its `?20` parts, its SEPA words (`EREF+`), its slashes
    (`/EREF/`), or as it stands; UTF-8, else ISO 8859-1.
    """

    tags = ("20", "25", "60F|60M")
    never = ("34F",)
