"""PayPal's settlement reports, a file a day, and Klarna's settlement file: their lines name the shop's payment, or the line that they take back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from _settle import Line, Payout
from _world import Account, Store, money, utc, write_csv

PAYPAL_COLUMNS = """Transaction ID,Invoice ID,PayPal Reference ID,PayPal Reference ID Type,Transaction Event Code,Transaction Initiation Date,
Transaction Completion Date,Transaction Debit or Credit,Gross Transaction Amount,Gross Transaction Currency,Fee Debit or Credit,Fee Amount,Fee Currency,
Custom Field,Consumer ID,Payment Tracking ID,Store ID,Bank Reference ID,Credit Transactional Fee,Credit Promotional Fee,Credit Term""".replace("\n", "").split(",")
KLARNA_SUMMARY = """total_sale_amount,total_fee_amount,total_fee_correction_amount,total_tax_amount,total_return_amount,total_reversal_amount,
total_commission_amount,total_credit_amount,total_charge_amount,total_holdback_amount,total_release_amount,opening_debt_balance,total_deposit_amount,
total_repay_amount,closing_debt_balance,total_fee_refund_amount,total_settlement_amount,payment_reference,settlement_currency,payout_date,merchant_id,
merchant_settlement_type""".replace("\n", "").split(",")
KLARNA_COLUMNS = """type,capture_date,sale_date,order_id,short_order_id,capture_id,merchant_reference1,merchant_reference2,amount,posting_currency,refund_id,
purchase_country,tax_rate,tax_amount,detailed_type""".replace("\n", "").split(",")


def paid_by(line: Line) -> str:
    """The shop's payment that a line of an order belongs to."""
    return line.order.sales[0].payment_id


def _of(account: Account, payouts: list[Payout]) -> Iterable[Payout]:
    return (p for p in payouts if p.account is account)


def write_paypal(store: Store, account: Account, payouts: list[Payout], folder: Path) -> dict[str, int]:
    """A report for each day with a withdrawal; the balance begins and ends at nothing."""
    written, mine = 0, list(_of(account, payouts))
    charges = {line.order.number: line.txn_id for payout in mine for line in payout.lines if line.kind == "charge"}
    for payout in mine:
        moment = f"{payout.on:%Y/%m/%d} {{}} {store.offset_text}"
        rows = [_paypal_line(store, line, moment, charges[line.order.number]) for line in payout.lines]
        cents = _hundredths(store, payout.amount)
        stamp = moment.format("23:30:00")
        rows.append(["SB", f"W{payout.on:%d}{payout.reference}", "", "", "", "T0400", stamp, stamp, "DR", cents, store.currency, "", "", "", "", "", "", "", payout.reference, "", "", ""])
        gross = sum(max(line.gross, 0) for line in payout.lines)
        back = sum(max(-line.gross, 0) for line in payout.lines) + payout.amount
        totals = [store.currency, *(_hundredths(store, a) for a in (gross, back, 0, sum(line.fee for line in payout.lines))), *["CR", 0] * 6, len(rows)]
        head = [["RH", moment.format("23:59:59"), "A", "HARBOURPINE"], ["FH", "01"], ["SH", moment.format("00:00:00"), moment.format("23:59:59"), "HARBOURPINE", ""]]
        foot = [["SF", *totals], ["SC", len(rows)], ["RF", *totals], ["RC", len(rows)], ["FF", len(rows)]]
        write_csv(folder / f"STL-{payout.on:%Y%m%d}.01.009.CSV", [[*head[0], "009"], *head[1:], ["CH", *PAYPAL_COLUMNS], *rows, *foot])
        written += len(rows) + 2  # the balance at the begin and at the end is a line too
    return {"settlement_line": written, "payout": len(mine)}


def _hundredths(store: Store, units: int) -> int:
    """PayPal writes hundredths of every currency."""
    return units * 100 // 10 ** len(money(1).partition(".")[2])


def _paypal_line(store: Store, line: Line, moment: str, charge: str) -> list[object]:
    stamp = moment.format(f"{line.at:%H:%M:%S}")
    back = line.kind == "refund"
    parent = charge if back else ""
    gross = [_hundredths(store, abs(line.gross)), store.currency]
    fee = ["DR", _hundredths(store, line.fee), store.currency] if line.fee else ["", "", ""]
    return ["SB", line.txn_id, "" if back else paid_by(line), parent, "TXN" if back else "", "T1107" if back else "T0006", stamp, stamp, "DR" if back else "CR", *gross, *fee, *[""] * 8]


def write_klarna(store: Store, account: Account, payouts: list[Payout], folder: Path) -> dict[str, int]:
    """One settlement per payout, each in a file of its own; the fee of a sale stands in a row of its own."""
    written, mine = 0, list(_of(account, payouts))
    for payout in mine:
        rows = []
        for number, line in enumerate(payout.lines):
            moment = f"{utc(store, line.at):%Y-%m-%dT%H:%M:%SZ}"
            order, back = f"ord-{line.order.number}", line.kind == "refund"
            head = [moment, moment, order, f"S{line.order.number}", f"cap-{line.order.number}", line.order.name if number % 2 else paid_by(line), line.order.name]
            tail = [f"ref-{line.order.number}" if back else "", store.country, "", ""]
            rows.append(["RETURN" if back else "SALE", *head, money(line.gross), store.currency, *tail, "PURCHASE_RETURN" if back else "PURCHASE"])
            if line.fee:
                rows.append(["FEE", *head, money(-line.fee), store.currency, *tail, "PURCHASE_FEE_PERCENTAGE"])
        sums = {"total_sale_amount": sum(max(x.gross, 0) for x in payout.lines), "total_fee_amount": sum(x.fee for x in payout.lines),
                "total_return_amount": sum(max(-x.gross, 0) for x in payout.lines), "total_settlement_amount": payout.amount}  # fmt: skip
        words = {"payment_reference": payout.reference, "settlement_currency": store.currency, "payout_date": f"{payout.on}T07:45:00Z", "merchant_id": "KHP7", "merchant_settlement_type": "NET"}
        summary = [words.get(name) or money(sums.get(name, 0)) for name in KLARNA_SUMMARY]
        write_csv(folder / f"settlement_{payout.reference}.csv", [KLARNA_SUMMARY, summary, KLARNA_COLUMNS, *rows])
        written += len(rows)
    return {"settlement_line": written, "payout": len(mine)}


WRITERS = {"paypal": write_paypal, "klarna": write_klarna}
