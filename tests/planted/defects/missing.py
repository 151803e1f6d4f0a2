"""What comes damaged, not at all, or not any more: one finding each, and nothing beside it."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from planted.month import ENTRY, Month, amount
from planted.playing import defect


def day_of(path: str) -> date:
    """The day in the name of a file of PayPal."""
    return datetime.strptime(path.split("-")[2][:8], "%Y%m%d").date()


def cut_record(text: str) -> str:
    """A record that has too few cells."""
    return text.rstrip("\n") + "\na,b\n"


def other_closing(text: str) -> str:
    """A statement that closes with ten times its balance."""
    return re.sub(r"(CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"\w+\">)", r"\g<1>1", text)


def refused(m: Month, path: str) -> None:
    """A file has a record that was cut, and is refused for it."""
    m.damages[path] = cut_record
    m.expect("SCHEMA_DRIFT", "file", path)


@defect("CONTROL_TOTAL_DIFF", night="holes")
def statement_refused(m: Month) -> None:
    """A bank statement in the middle of the month does not close: the gap that it leaves and the payouts that it may have belong to it."""
    side = m.sides["dub"]
    path = m.rng.choice(sorted(p for p in m.listed() if p.startswith(f"{side.bank_name}/"))[3:12])
    m.damages[path] = other_closing
    m.expect("CONTROL_TOTAL_DIFF", "file", path)


@defect("SCHEMA_DRIFT", night="holes")
def report_is_a_web_page(m: Month) -> None:
    """In the place of a file of PayPal came the page of a login: only its name says of which day it is."""
    path = m.rng.choice(sorted(p for p in m.texts if p.startswith("pdx-paypal/"))[1:-1])
    m.damages[path] = lambda text: "<html><body>Please log in</body></html>"
    m.expect("SCHEMA_DRIFT", "file", path)


@defect("SCHEMA_DRIFT", night="holes")
def payouts_refused(m: Month) -> None:
    """The list of Shopify's payouts has a record that was cut."""
    refused(m, "dub-shopify/payouts_export_1.csv")


@defect("SCHEMA_DRIFT", night="holes in Odoo")
def extract_refused(m: Month) -> None:
    """The extract of Odoo's entries has a record that was cut; the other extracts of that morning landed."""
    refused(m, m.rng.choice([f"{entity}-odoo/Journal Entry (account.move).csv" for entity in ("hp-us", "hp-ie")]))


@defect("SCHEMA_DRIFT", night="holes in orders")
def orders_refused(m: Month) -> None:
    """The shop's export of orders has a record that was cut."""
    refused(m, "pdx-orders/orders_export_1.csv")


@defect("CONTROL_TOTAL_DIFF", night="two holes")
def two_statements_refused(m: Month) -> None:
    """Two statements of one bank account do not close."""
    side = m.sides["pdx"]
    paths = sorted(p for p in m.listed() if p.startswith(f"{side.bank_name}/"))
    for path in (m.rng.choice(paths[3:8]), m.rng.choice(paths[10:14])):
        m.damages[path] = other_closing
        m.expect("CONTROL_TOTAL_DIFF", "file", path)


@defect("FEED_MISSING", night="lost report")
def report_never_came(m: Month) -> None:
    """A file of PayPal in the middle of the month never came: a payment of its day, and what came to the bank for it, say so."""
    paths = sorted(p for p in m.texts if p.startswith("pdx-paypal/"))
    last = day_of(paths[-1])
    path = m.rng.choice([p for p in paths[1:] if ",T0006," in m.texts[p] and last - day_of(p) >= timedelta(days=7)])  # before that it may still come
    del m.texts[path]
    m.expect("FEED_MISSING", "feed", "pdx-paypal")


@defect("ROW_VANISHED", night="after")
def payment_deleted(m: Month) -> None:
    """A payment was deleted in Odoo after a night had seen it, and its entry with it."""
    o = m.order(lambda o: o.plain and 5 <= o.on.day <= 25 and len(o.moves(ENTRY)) == 1)  # around the first and the last day nobody can tell
    move = o.moves(ENTRY)[0]

    def delete() -> None:
        o.side.paid.drop([row for row in o.side.paid.rows if row["Journal Entry/ID"] == move["ID"]])
        o.side.unbook(move)

    m.later(delete)
    m.expect("ROW_VANISHED", "odoo_document", o.side.document(move), amount(move["Total"]))
