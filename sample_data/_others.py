"""Stripe's itemised payout reconciliation, and the banks' statements (CAMT.053.001.08)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from _settle import ODD_TYPES, BankEntry, Line, Payout
from _world import FIRST, LAST, Store, is_business, money, utc, write_csv

STRIPE_COLUMNS = """automatic_payout_id,automatic_payout_effective_at_utc,automatic_payout_effective_at,balance_transaction_id,created_utc,created,
available_on_utc,available_on,currency,gross,fee,net,reporting_category,source_id,description,customer_facing_amount,customer_facing_currency,
charge_id,payment_intent_id,payment_method_type,card_brand,card_country,trace_id,trace_id_status,payment_metadata[order_id]""".replace("\n", "").split(",")
CATEGORIES = {"chargeback": "dispute", "adjustment": "other_adjustment", "reserve": "risk_reserved_funds", "unknown": ODD_TYPES["pdx-stripe"]}
PREFIX = {"charge": "ch", "refund": "re", "chargeback": "dp", "adjustment": "adj", "reserve": "rsv", "fee": "fee", "unknown": "lc"}
OPENING = {"cascade-usd": 4_218_750, "liffey-eur": 2_960_425}


def write_stripe(store: Store, lines: list[Line], payouts: list[Payout], path: Path) -> dict[str, int]:
    """What was paid out by the month's end: the lines, then the payouts as rows of category payout."""
    paid = [p for p in payouts if p.account.processor == "stripe" and p.on <= LAST]
    rows = [_line(store, line) for line in lines if line.payout in paid]
    rows += [_payout(p) for p in paid]
    write_csv(path, [STRIPE_COLUMNS, *([row.get(c, "") for c in STRIPE_COLUMNS] for row in rows)])
    return {"settlement_line": len(rows), "payout": len(paid)}


def _effective(payout: Payout) -> dict[str, object]:
    return {
        "automatic_payout_id": payout.id, "automatic_payout_effective_at_utc": f"{payout.on} 14:00:00",
        "automatic_payout_effective_at": f"{payout.on} 07:00:00", "trace_id": payout.reference, "trace_id_status": "supported",
        "currency": payout.store.currency.lower(),
    }  # fmt: skip


def _line(store: Store, line: Line) -> dict[str, object]:
    moment = "%Y-%m-%d %H:%M:%S"
    available = f"{utc(store, line.at) + timedelta(days=2):%Y-%m-%d} 00:00:00"
    row = _effective(line.payout) | {
        "balance_transaction_id": line.txn_id, "created_utc": utc(store, line.at).strftime(moment), "created": line.at.strftime(moment),
        "available_on_utc": available, "available_on": available, "gross": money(line.gross), "fee": money(line.fee), "net": money(line.net),
        "reporting_category": CATEGORIES.get(line.kind, line.kind), "source_id": PREFIX[line.kind] + line.txn_id[3:],
    }  # fmt: skip
    if line.kind in ("charge", "refund", "chargeback"):
        token = f"1H{line.order.id if line.order else 'X' + line.txn_id[-12:]}"
        row |= {
            "charge_id": f"ch_{token}", "payment_intent_id": f"pi_{token}", "payment_method_type": "card", "card_brand": "Visa", "card_country": "US",
            "customer_facing_amount": money(line.gross), "customer_facing_currency": store.currency.lower(),
        }  # fmt: skip
    if line.order:
        # some charges name their order by its number alone; a month for measurements names them all, as its floors read names
        named = line.order.number % 5 or all(account.processor != "paypal" for account in store.accounts)
        row |= {"description": f"Harbour & Pine {line.order.name}" if named else "Harbour & Pine", "payment_metadata[order_id]": line.order.id}
    return row


def _payout(payout: Payout) -> dict[str, object]:
    midnight = f"{payout.on} 00:00:00"
    return _effective(payout) | {
        "balance_transaction_id": "txn_1P" + payout.id[5:], "created_utc": f"{payout.on} 07:10:00", "created": f"{payout.on} 00:10:00",
        "available_on_utc": midnight, "available_on": midnight, "gross": money(-payout.amount), "fee": "0.00", "net": money(-payout.amount),
        "reporting_category": "payout", "source_id": payout.id, "description": "STRIPE PAYOUT",
    }  # fmt: skip


def write_statements(store: Store, entries: list[BankEntry], folder: Path) -> dict[str, int]:
    """One statement per business day."""
    folder.mkdir(parents=True, exist_ok=True)
    balance, written, day = OPENING[store.bank], 0, FIRST
    while day <= LAST:
        if is_business(store.entity, day):
            booked = [e for e in entries if e.on == day]
            text = "\n".join(_statement(store, day, booked, balance, 161 + written)) + "\n"
            (folder / f"camt053_{store.bank}_{day:%Y%m%d}.xml").write_text(text, encoding="utf-8", newline="\n")
            balance, written = balance + sum(e.amount for e in booked), written + 1
        day += timedelta(days=1)
    return {"bank_statement": written, "bank_line": len(entries)}


def _amount(store: Store, cents: int) -> str:
    return f'<Amt Ccy="{store.currency}">{money(abs(cents))}</Amt><CdtDbtInd>{"DBIT" if cents < 0 else "CRDT"}</CdtDbtInd>'


def _statement(store: Store, day: date, entries: list[BankEntry], opening: int, number: int) -> Iterator[str]:
    made = f"<CreDtTm>{day}T22:05:00+00:00</CreDtTm>"
    owner = f"<IBAN>{store.account_number}</IBAN>" if store.account_number[0].isalpha() else f"<Othr><Id>{store.account_number}</Id></Othr>"
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
    yield f"<GrpHdr><MsgId>{store.bank}-{day:%Y%m%d}</MsgId>{made}<MsgPgntn><PgNb>1</PgNb><LastPgInd>true</LastPgInd></MsgPgntn></GrpHdr>"
    yield f"<Stmt><Id>{store.bank}-2026-{number:04d}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>{made}"
    yield f"<Acct><Id>{owner}</Id><Ccy>{store.currency}</Ccy><Ownr><Nm>{escape(store.company)}</Nm></Ownr></Acct>"
    for code, cents in (("OPBD", opening), ("CLBD", opening + sum(e.amount for e in entries))):
        yield f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(store, cents)}<Dt><Dt>{day}</Dt></Dt></Bal>"
    for e in entries:
        party, family = ("Dbtr", "RCDT") if e.amount > 0 else ("Cdtr", "ICDT")
        yield f"<Ntry>{_amount(store, e.amount)}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
        yield f" <AcctSvcrRef>{e.key}</AcctSvcrRef>"
        yield f" <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
        yield f" <NtryDtls><TxDtls><Refs><EndToEndId>{escape(e.end_to_end)}</EndToEndId></Refs>"
        yield f"  <RltdPties><{party}><Pty><Nm>{escape(e.party)}</Nm></Pty></{party}></RltdPties>"
        yield f"  <RmtInf><Ustrd>{escape(e.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    yield "</Stmt></BkToCstmrStmt></Document>"
