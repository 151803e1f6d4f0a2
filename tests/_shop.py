"""A small shop of its own: one store, one company, Stripe and a bank; two payouts, one order that was never settled, one bank line nobody knows."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

from conftest import tieout

TOML = """environment = "test"
name = "Skerry Wool"

[approval]
people = 1

[[feed]]
name = "shop"
store = "skerry"
time_zone = "Europe/Dublin"

[[feed]]
name = "stripe"
account = "stripe-eur"

[[feed]]
name = "bank"
bank_account = "current"
"""
MAPPINGS = {
    "entities": "skerry-ltd,Skerry Wool Ltd,IE,EUR,Skerry Wool Ltd,Europe/Dublin,2026-01-01,",
    "stores": "skerry,skerry-ltd,shopify,Europe/Dublin,EUR,true,2026-01-01,",
    "processor_accounts": "stripe-eur,stripe,skerry-ltd,EUR,current,2026-01-01,",
    "bank_accounts": "current,skerry-ltd,EUR,IE87SKER99000012345678,2026-01-01,",
    "gateways": "skerry,stripe,stripe-eur,2026-01-01,\nskerry,Stripe,stripe-eur,2026-01-01,",
    "accounts": "\n".join(
        f"skerry-ltd,{role},{qualifier},{account},STRP,2026-01-01,"
        for role, qualifier, account in (
            ("clearing", "stripe-eur", "101450"),
            ("payouts_in_transit", "", "101460"),
            ("processing_fees", "stripe-eur", "627100"),
            ("suspense", "", "101402"),
        )
    ),
    "fee_schedules": "stripe-eur,card,,1.5,0.25,EUR,2026-01-01,",
}
ORDERS = (("#101", "2026-09-01", "61.50", "0.00", "paid"), ("#102", "2026-09-01", "40.00", "0.00", "paid"), ("#103", "2026-09-02", "25.00", "25.00", "refunded"),
          ("#104", "2026-09-08", "90.00", "0.00", "paid"), ("#105", "2026-09-03", "33.00", "0.00", "paid"))
LINES = (("txn_1", "po_A", "2026-09-04", "#101", "charge", "61.50", "1.17"), ("txn_2", "po_A", "2026-09-04", "#102", "charge", "40.00", "0.85"),
         ("txn_3", "po_A", "2026-09-04", "#103", "charge", "25.00", "0.63"), ("txn_6", "po_A", "2026-09-04", "", "payout", "-123.85", "0.00"),
         ("txn_4", "po_B", "2026-09-11", "#104", "charge", "90.00", "1.60"),
         ("txn_5", "po_B", "2026-09-11", "#103", "refund", "-25.00", "0.00"),
         ("txn_7", "po_B", "2026-09-11", "", "payout", "-63.40", "0.00"))
ENTRIES = (("2026-09-07", "123.85", "Stripe payout po_A", "SKB0001"), ("2026-09-14", "63.40", "Stripe payout po_B", "SKB0002"), ("2026-09-14", "-12.00", "STRIPE CHARGE", "SKB0003"))


def text_of(header: str, rows: list[list[str]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([header.split(","), *rows])
    return out.getvalue()


def orders() -> str:
    """The shop's orders, one line each."""
    header = ("Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,"
              "Lineitem name,Lineitem price,Billing Name,Payment Method,Refunded Amount,Outstanding Balance,Id,Lineitem discount,Tax 1 Name,Tax 1 Value")
    rows = []
    for number, (name, day, total, refunded, status) in enumerate(ORDERS, 7001):
        at = f"{day} 10:00:00 +0100"
        rows.append([name, "somebody@example.org", status, at, "fulfilled", at, "EUR", total, "0.00", "0.00", total, "0.00", at, "1", "Blanket", total, "Some Body", "Stripe", refunded,
                     "0.00", str(number), "0.00", "", ""])
    return text_of(header, rows)


def transactions() -> str:
    """Payments and refunds as the shop knows them."""
    rows = [[str(n), name, "sale", "stripe", f"{day} 10:00:05 +0100", "success", total, "EUR", "visa"] for n, (name, day, total, _, _) in enumerate(ORDERS, 7001)]
    rows.append(["7003", "#103", "refund", "stripe", "2026-09-09 09:00:00 +0100", "success", "25.00", "EUR", "visa"])
    return text_of("Order,Name,Kind,Gateway,Created At,Status,Amount,Currency,Card Type", rows)


def stripe() -> str:
    """Itemised payout reconciliation; both payouts are fully listed."""
    numbers = {name: str(n) for n, (name, *_) in enumerate(ORDERS, 7001)}
    days = {name: day for name, day, *_ in ORDERS}
    rows = []
    for line, payout, paid, order, category, gross, fee in LINES:
        at = f"{days[order] if category == 'charge' else paid if category == 'payout' else '2026-09-09'} 09:00:06"
        net = str(Decimal(gross) - Decimal(fee))
        rows.append([payout, f"{paid} 06:00:00", line, at, at, "eur", gross, fee, net, category, f"{category}_{line}", f"Skerry Wool {order}".strip(), "card", numbers.get(order, "")])
    return text_of("automatic_payout_id,automatic_payout_effective_at_utc,balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,reporting_category,source_id,"
                   "description,payment_method_type,payment_metadata[order_id]", rows)


def statement(day: str, opening: str, closing: str, entries: list[tuple[str, str, str, str]], number: int) -> str:
    """A CAMT.053 statement of one day."""
    def balance(code: str, amount: str) -> str:
        return f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>'

    body = "".join(
        f'<Ntry><Amt Ccy="EUR">{amount.lstrip("-")}</Amt><CdtDbtInd>{"DBIT" if amount.startswith("-") else "CRDT"}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{reference}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        for _, amount, text, reference in entries
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>S{number}</MsgId>'
        f"<CreDtTm>{day}T20:00:00</CreDtTm></GrpHdr><Stmt><Id>SKB-{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>{day}T20:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>IE87SKER99000012345678</IBAN></Id><Ccy>EUR</Ccy></Acct>{balance('OPBD', opening)}{balance('CLBD', closing)}{body}</Stmt></BkToCstmrStmt></Document>\n"
    )


def files() -> dict[str, str]:
    """Everything that the shop's inbox gets, by path below it."""
    return {
        "shop/orders_export_1.csv": orders(),
        "shop/transactions_export_1.csv": transactions(),
        "stripe/payout_reconciliation.csv": stripe(),
        "bank/statement_0907.xml": statement("2026-09-07", "1000.00", "1123.85", [ENTRIES[0]], 41),
        "bank/statement_0914.xml": statement("2026-09-14", "1123.85", "1175.25", list(ENTRIES[1:]), 42),
    }


def books(home: Path, toml: str = TOML) -> Path:
    """The shop's books with its mappings in force and its files waiting."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "tieout.toml").write_text(toml, encoding="utf-8")
    tieout("init", home)
    for name, rows in MAPPINGS.items():
        path = home / "mappings" / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8") + rows + "\n", encoding="utf-8")
    for name, text in files().items():
        (home / "inbox" / name).write_text(text, encoding="utf-8")
    return home
