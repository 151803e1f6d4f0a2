"""The peer of P13: what a user would write with pandas over the same files, merges, masks and to_excel. python peer_pandas.py HOME DATE OUT.xlsx prints code, subject, difference, currency

One straight script on purpose: read_csv as it is by default, so amounts are floats; no ledger, no evidence. What it finds is counted against the answers, not held to them.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd

KNOWN = ["charge", "refund", "adjustment", "chargeback", "reserved_funds", "dispute", "dispute_reversal", "fee", "other_adjustment", "risk_reserved_funds", "payout"]
SETTLED = ("paid", "partially_refunded", "refunded")


def read(home: Path, start: str, kind: str) -> pd.DataFrame:
    """All files whose names start so, with the store, account or entity of their feed in column `of`."""
    feeds = tomllib.loads((home / "tieout.toml").read_text(encoding="utf-8"))["feed"]
    found = [pd.read_csv(path).assign(of=feed[kind]) for feed in feeds if kind in feed for path in sorted((home / "inbox" / feed["name"]).glob(f"{start}*.csv"))]
    return pd.concat(found, ignore_index=True)


def mapping(home: Path, name: str) -> pd.DataFrame:
    """A file of mappings/."""
    return pd.read_csv(home / "mappings" / f"{name}.csv")


def lines_of(home: Path) -> pd.DataFrame:
    """The lines of both processors in one form."""
    shopify = read(home, "payment_transactions", "account").rename(
        columns={"Type": "type", "Order": "order", "Payment Method Name": "method", "Amount": "gross", "Fee": "fee", "Net": "net", "Currency": "currency", "Payout ID": "payout", "Payout Date": "paid_on"}
    )
    shopify["payout"] = shopify["payout"].astype("Int64").astype("string")
    moment = pd.to_datetime(shopify["Transaction Date"], utc=True).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    shopify["key"] = shopify.of + "/@" + moment + "|" + shopify.gross.map("{:.2f}".format) + "|" + shopify.net.map("{:.2f}".format)
    stripe = read(home, "payout_reconciliation", "account").rename(
        columns={"reporting_category": "type", "payment_method_type": "method", "automatic_payout_id": "payout", "automatic_payout_effective_at": "paid_on", "trace_id": "reference"}
    )
    stripe["order"] = stripe["description"].str.extract(r"(?:^|\s)(#[A-Za-z0-9-]+)(?:$|\s)")
    stripe["currency"] = stripe["currency"].str.upper()
    stripe["key"] = stripe.of + "/" + stripe["balance_transaction_id"]
    lines = pd.concat([shopify, stripe], ignore_index=True)
    lines["type"] = lines["type"].str.lower()
    lines["paid_on"] = pd.to_datetime(lines["paid_on"].str[:10])
    return lines


def bank_of(home: Path) -> pd.DataFrame:
    """Entries of the CAMT statements."""
    rows = []
    for feed in tomllib.loads((home / "tieout.toml").read_text(encoding="utf-8"))["feed"]:
        for path in sorted((home / "inbox" / feed["name"]).glob("*.xml")):
            for entry in ElementTree.parse(path).getroot().iterfind(".//{*}Ntry"):
                sign = 1 if entry.findtext("{*}CdtDbtInd") == "CRDT" else -1
                told = " ".join(part.text or "" for tag in ("Nm", "Ustrd") for part in entry.iterfind(f".//{{*}}{tag}"))
                amount, bank = entry.find("{*}Amt"), feed["bank_account"]
                rows.append((f"{bank}/{entry.findtext('{*}AcctSvcrRef')}", bank, sign * float(amount.text), amount.get("Ccy"), entry.findtext(".//{*}EndToEndId"), told.lower()))
    return pd.DataFrame(rows, columns=["key", "bank_account", "amount", "currency", "reference", "told"])


def payouts_of(home: Path, lines: pd.DataFrame) -> pd.DataFrame:
    """Payouts as listed (Shopify, bound to their lines by day and total, else by day) and as lines (Stripe)."""
    paid = lines[lines.payout.notna() & (lines.type != "payout")]
    sums = paid.groupby(["of", "payout"], as_index=False).agg(paid_on=("paid_on", "min"), net=("net", "sum"))
    sums["net"] = sums.net.round(2)
    listed = read(home, "payouts_export", "account").rename(columns={"Status": "status", "Total": "total", "Currency": "currency", "Bank Reference": "reference"})
    listed["paid_on"] = pd.to_datetime(listed["Payout Date"])
    exact = listed.merge(sums, left_on=["of", "paid_on", "total"], right_on=["of", "paid_on", "net"])
    rest = listed[~listed.reference.isin(exact.reference)].merge(sums[~sums.payout.isin(exact.payout)], on=["of", "paid_on"])
    own = lines[lines.type == "payout"].drop(columns="net").assign(total=lambda p: -p.gross, status="paid").drop(columns="paid_on").merge(sums, on=["of", "payout"])
    payouts = pd.concat([exact, rest, own], ignore_index=True)[["of", "payout", "paid_on", "net", "total", "currency", "status", "reference"]]
    payouts = payouts[payouts.status == "paid"].merge(mapping(home, "processor_accounts")[["account", "processor", "entity", "bank_account"]], left_on="of", right_on="account")
    return payouts.assign(key=payouts.of + "/" + payouts.payout)


class Findings:
    """What was found, one frame per code."""

    def __init__(self) -> None:
        self.frames: list[pd.DataFrame] = []

    def add(self, code: str, rows: pd.DataFrame, key: str, difference: pd.Series | str) -> None:
        """The rows of a code: subject, size of the difference, currency."""
        size = rows[difference] if isinstance(difference, str) else difference
        self.frames.append(pd.DataFrame({"code": code, "subject": rows[key], "difference": size.abs().round(2), "currency": rows["currency"]}))


def orders(home: Path, as_of: pd.Timestamp, found: Findings, every: pd.DataFrame) -> None:
    """Orders against sale orders and invoices."""
    shop = read(home, "orders_export", "store").dropna(subset="Financial Status").merge(mapping(home, "stores")[["store", "entity"]], left_on="of", right_on="store")
    shop = shop.rename(columns={"Financial Status": "status", "Total": "total", "Taxes": "taxes", "Refunded Amount": "refunded", "Outstanding Balance": "outstanding", "Currency": "currency"})
    shop["key"], shop["day"] = shop.of + "/" + shop.Name, pd.to_datetime(shop["Created at"].str[:10])
    sales = read(home, "Sales Order", "entity").rename(columns={"Customer Reference": "Name", "Total": "sold", "of": "entity"})
    alive = shop[~shop.status.isin(["voided", "expired"])]
    missing = alive.merge(sales[["entity", "Name"]].drop_duplicates(), on=["entity", "Name"], how="left", indicator=True)
    found.add("SO_MISSING", missing[missing._merge == "left_only"], "key", "total")
    per_order = sales[sales.Status != "Cancelled"].groupby(["entity", "Name"], as_index=False).agg(n=("sold", "size"), sold=("sold", "sum"))
    pair = shop.merge(per_order, on=["entity", "Name"])
    found.add("SO_DUPLICATE", rows := pair[pair.n > 1], "key", rows.sold - rows.total)
    found.add("SO_TOTAL_DIFF", rows := pair[(pair.n == 1) & ~pair.status.isin(["voided", "expired"]) & ((pair.sold - pair.total).abs() > 0.05)], "key", rows.sold - rows.total)

    moves = read(home, "Journal Entry", "entity").rename(columns={"of": "entity", "Total": "invoiced", "Tax": "tax"})
    moves["day"] = pd.to_datetime(moves["Date"])
    posted = moves[(moves.Type == "Customer Invoice") & (moves.Status == "Posted")]
    invoices = posted.groupby(["entity", "Reference"], as_index=False).agg(
        n=("invoiced", "size"), invoiced=("invoiced", "sum"), greatest=("invoiced", "max"), tax=("tax", "sum"), booked=("day", "min")
    )
    pair = shop.merge(invoices, left_on=["entity", "Name"], right_on=["entity", "Reference"], how="left")
    known = pair.merge(sales[["entity", "Name"]].drop_duplicates(), on=["entity", "Name"])
    late = known[known.n.isna() & known.status.isin(SETTLED) & (known.total > 0) & (known.day < as_of - pd.Timedelta(days=7))]
    found.add("NOT_INVOICED", late, "key", "total")
    pair = pair[pair.n.notna()].assign(over=lambda p: p.invoiced - p.total)
    live = pair[~pair.status.isin(["voided", "expired"])]
    found.add("INVOICE_TOTAL_DIFF", live[((live.n == 1) | (live.invoiced < live.total)) & (live.over.abs() > 0.05)], "key", "over")
    found.add("INVOICE_DUPLICATE", pair[(pair.n > 1) & (pair.over * 2 >= pair.greatest)], "key", "over")
    found.add("TAX_AMOUNT_DIFF", rows := live[(live.n == 1) & ((live.tax - live.taxes).abs() > 0.10) & (live.over.abs() <= 0.10)], "key", rows.tax - rows.taxes)
    found.add("CUTOFF_INVOICE", pair[(pair.booked.dt.to_period("M") > pair.day.dt.to_period("M")) & (pair.booked > pair.day + pd.Timedelta(days=1))], "key", "total")

    good = every[(every.Status == "success") & every.Kind.isin(["sale", "capture", "refund"])]
    received = good.assign(signed=good.Amount.where(good.Kind != "refund", -good.Amount)).groupby(["of", "Name"], as_index=False).signed.sum()
    paid = shop[shop.status.isin(SETTLED)].merge(received, on=["of", "Name"], how="left").fillna({"signed": 0, "outstanding": 0, "refunded": 0})
    due = (paid.total - paid.outstanding - paid.refunded - paid.signed).round(2)
    found.add("PAYMENT_SUM_DIFF", paid[due != 0], "key", due[due != 0])
    credits(moves, shop, good, as_of, found)


def credits(moves: pd.DataFrame, shop: pd.DataFrame, good: pd.DataFrame, as_of: pd.Timestamp, found: Findings) -> None:
    """Refunds against credit notes."""
    notes = moves[(moves.Type == "Customer Credit Note") & (moves.Status == "Posted")]
    notes = notes.merge(moves[["entity", "ID", "Reference"]].rename(columns={"ID": "Reversal of/ID", "Reference": "Name"}), on=["entity", "Reversal of/ID"])
    notes["key"], notes["currency"], notes["Amount"] = notes.Company + "/" + notes.Number, notes.Currency, notes.invoiced
    refunds = good[good.Kind == "refund"].merge(shop[["of", "entity"]].drop_duplicates(), on="of")
    left = refunds.merge(notes[["entity", "Name", "Amount"]].drop_duplicates(), on=["entity", "Name", "Amount"], how="left", indicator=True)
    found.add("REFUND_NOT_CREDITED", left[(left._merge == "left_only") & (left.day < as_of - pd.Timedelta(days=5))], "refund_key", "Amount")
    alone = notes.merge(refunds[["entity", "Name", "Amount"]].drop_duplicates(), on=["entity", "Name", "Amount"], how="left", indicator=True)
    found.add("CREDIT_NOTE_WITHOUT_REFUND", alone[alone._merge == "left_only"], "key", "Amount")


def payments(home: Path, as_of: pd.Timestamp, found: Findings, every: pd.DataFrame, lines: pd.DataFrame) -> None:
    """Payments against the processors' lines."""
    good = every[(every.Status == "success") & every.Kind.isin(["sale", "capture", "refund"])]
    gateways = mapping(home, "gateways").rename(columns={"store": "of", "gateway": "Gateway"})[["of", "Gateway", "account"]]
    mapped = good.merge(gateways, on=["of", "Gateway"], how="left")
    found.add("GATEWAY_UNMAPPED", mapped[mapped.account.isna()], "key", "Amount")
    mine = mapped[mapped.account.isin(mapping(home, "processor_accounts").account)]
    old = mine.day < as_of - pd.Timedelta(days=10)
    charges, back = lines[lines.type == "charge"], lines[lines.type == "refund"]
    seen = charges[["of", "order"]].drop_duplicates().rename(columns={"of": "account", "order": "Name"})
    left = mine[old & (mine.Kind != "refund") & (mine.Amount > 0)].merge(seen, on=["account", "Name"], how="left", indicator=True)
    found.add("UNSETTLED_OVERDUE", left[left._merge == "left_only"], "key", "Amount")
    taken = mine[mine.Kind != "refund"].groupby(["of", "account", "Name", "Currency"], as_index=False).agg(amount=("Amount", "sum"), first=("ordinal", "min"), n=("Amount", "size"))
    settled = charges.dropna(subset="order").groupby(["of", "order"], as_index=False).agg(gross=("gross", "sum"), lines=("gross", "size"), one=("gross", "first"))
    pair = taken.merge(settled, left_on=["account", "Name"], right_on=["of", "order"], suffixes=("", "_line"))
    pair["key"], pair["currency"] = pair.of + "/" + pair.Name + "/" + pair["first"].astype(str), pair.Currency
    found.add("SETTLED_TWICE", rows := pair[pair.lines > pair.n], "key", rows.gross - rows.amount)
    found.add("SETTLED_AMOUNT_DIFF", rows := pair[(pair.lines == pair.n) & ((pair.gross - pair.amount).abs() > 0.005)], "key", rows.gross - rows.amount)
    found.add("LINE_WITHOUT_ORDER", charges[charges.order.isna()], "key", "gross")
    fees = charges.merge(mapping(home, "fee_schedules")[["account", "method", "percent", "fixed"]], left_on=["of", "method"], right_on=["account", "method"])
    over = (fees.fee - (fees.gross * fees.percent / 100 + fees.fixed).round(2)).round(2)
    found.add("FEE_OVERCHARGED", fees[over > 0.02], "key", over[over > 0.02])
    found.add("TYPE_UNKNOWN", lines[~lines.type.isin(KNOWN)], "key", "gross")
    out = mine[mine.Kind == "refund"].assign(gross=lambda r: -r.Amount)
    said = back[["of", "order", "gross"]].drop_duplicates().rename(columns={"of": "account", "order": "Name"})
    left = out[out.day < as_of - pd.Timedelta(days=10)].merge(said, on=["account", "Name", "gross"], how="left", indicator=True)
    found.add("REFUND_UNSETTLED", left[left._merge == "left_only"], "refund_key", "Amount")
    told = out[["account", "Name", "gross"]].drop_duplicates().rename(columns={"account": "of", "Name": "order"})
    left = back.merge(told, on=["of", "order", "gross"], how="left", indicator=True)
    found.add("REFUND_OUTSIDE_SHOPIFY", left[left._merge == "left_only"], "key", "gross")


def money(home: Path, as_of: pd.Timestamp, found: Findings, lines: pd.DataFrame) -> None:
    """Payouts against their lines, the bank and Odoo's entries."""
    payouts, bank = payouts_of(home, lines), bank_of(home)
    found.add("PAYOUT_NOT_DECOMPOSED", rows := payouts[(payouts.net - payouts.total).abs() > 0.005], "key", rows.net - rows.total)
    pair = payouts.merge(bank, on=["bank_account", "reference"], how="left", suffixes=("", "_bank"))
    found.add("PAYOUT_NOT_IN_BANK", pair[pair.amount.isna() & (pair.paid_on < as_of - pd.Timedelta(days=7))], "key", "total")
    found.add("BANK_FEE_UNEXPECTED", rows := pair[pair.amount.notna() & ((pair.amount - pair.total).abs() > 0.005)], "key_bank", rows.amount - rows.total)
    left = bank.merge(payouts[["bank_account", "reference"]].drop_duplicates(), on=["bank_account", "reference"], how="left", indicator=True)
    names = "|".join(mapping(home, "processor_accounts").processor.str.split("_").str[0].unique())
    found.add("BANK_UNEXPLAINED", left[(left._merge == "left_only") & (left.amount > 0) & left.told.str.contains(names)], "key", "amount")
    moves = read(home, "Journal Entry", "entity").rename(columns={"of": "entity", "Reference": "payout"})
    entries = moves[moves.Type == "Journal Entry"].groupby(["entity", "payout"], as_index=False).agg(entries=("External ID", "nunique"))
    booked = payouts.merge(entries, on=["entity", "payout"], how="left")
    last = booked[booked.entries.notna()].groupby("of").paid_on.max().rename("last")
    booked = booked.merge(last, left_on="of", right_index=True)
    found.add("PAYOUT_NOT_POSTED", booked[booked.entries.isna() & (booked.paid_on < booked["last"])], "key", "total")
    found.add("POSTED_TWICE", booked[booked.entries > 1], "key", "total")


def main() -> None:
    """Files, merges, masks, a workbook."""
    home, as_of, found = Path(sys.argv[1]), pd.Timestamp(sys.argv[2]), Findings()
    every = read(home, "transactions_export", "store").sort_values("Created At", kind="stable")
    every["Kind"], every["Status"], every["currency"] = every["Kind"].str.lower(), every["Status"].str.lower(), every["Currency"]
    every["ordinal"], every["of_kind"] = every.groupby(["of", "Name"]).cumcount() + 1, every.groupby(["of", "Name", "Kind"]).cumcount() + 1
    every["key"], every["refund_key"] = every.of + "/" + every.Name + "/" + every.ordinal.astype(str), every.of + "/" + every.Name + "/" + every.of_kind.astype(str)
    every["day"] = pd.to_datetime(every["Created At"].str[:10])
    lines = lines_of(home)
    orders(home, as_of, found, every)
    payments(home, as_of, found, every, lines)
    money(home, as_of, found, lines)
    exceptions = pd.concat(found.frames, ignore_index=True).drop_duplicates().sort_values(["code", "subject"])
    exceptions.to_excel(sys.argv[3], index=False, sheet_name="Exceptions")
    for code, subject, difference, currency in exceptions.itertuples(index=False):
        print(code, subject, f"{difference:.2f}", currency, sep="\t")


if __name__ == "__main__":
    main()
