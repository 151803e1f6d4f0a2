"""Intraday account reports in ISO 20022 CAMT.052."""

from __future__ import annotations

from ._camt import NoticeImporter


class Importer(NoticeImporter):
    """The bank's report of the day so far. Its booked entries land as `announced`: the statement's entry of the same bank reference takes
    their place, and until then they prove nothing and post nothing. Pending entries do not land.
    """

    message = "BkToCstmrAcctRpt"
    part = "Rpt"
