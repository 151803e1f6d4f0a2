"""What goes wrong with what the packs look at: entries that nobody answered for, tills and terminals, carriers, stock and its cost, points, and what two companies owe each other."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import duckdb

from planted.defects.further import undeliver
from planted.defects.orders import inside
from planted.month import Month, NoVictimError, Order, Row, Sheet, Side, amount, rebalance
from planted.packed import COST, OWED, POINT, at_the_door, cost_items, count_again, tracking
from planted.playing import defect

CENTS = Decimal("0.01")
HEARD = date(2026, 7, 8)  # the answers of this day reach beyond what was sent in the first night


@defect("ACK_MISSING", alone=True)
def never_answered(m: Month) -> None:
    """The finance system answered for every entry but one, and for younger ones."""
    m.expect("ACK_MISSING", "payout", "")
    told, rng, m.nights_apart = m.expected[-1], m.rng, 7

    def answer() -> None:
        with duckdb.connect(str(m.home / "audit" / "audit.duckdb"), read_only=True) as con:
            entries = con.execute(
                """SELECT j.entity, j.entry_id, j.subject_key, (SELECT sum(debit) FROM journal_line AS l WHERE l.entry_id = j.entry_id), j.subject_kind = 'payout'
                AND NOT EXISTS (SELECT 1 FROM odoo_move_current AS o WHERE o.entity = j.entity AND o.ref = j.ref) FROM journal_entry AS j ORDER BY j.entry_id"""
            ).fetchall()
        lost = rng.choice([e for e in entries if e[4]])
        told.key, told.amount = lost[2], lost[3]
        for side in m.sides.values():
            sheet = m.sheets[f"{side.entity}-answers/answers.csv"] = Sheet(["entry", "status", "debit", "posted", "reason"], [])
            shared = {"status": "ok", "posted": str(HEARD - timedelta(days=1)), "reason": ""}
            for entity, entry, _, debit, _ in entries:
                if entity == side.entity and entry != lost[1]:
                    sheet.add({**shared, "entry": entry, "debit": str(debit)})

    m.later(answer)


# ------------------------------------------------------------------ tills


def closing(m: Month) -> tuple[str, str]:
    """Number and day of a closing that nothing else befalls, nor the ones beside it."""
    rows = m.dub.more["closings"].rows
    free = [i for i in range(2, len(rows) - 4) if not {rows[j]["Z_NR"] for j in (i - 1, i, i + 1)} & m.taken]
    if not free:
        raise NoVictimError("no closing fits")
    row = rows[m.rng.choice(free)]
    m.taken.add(row["Z_NR"])
    return row["Z_NR"], row["Z_BUCHUNGSTAG"]


def miscount(m: Month, by: Decimal) -> None:
    number, _ = closing(m)
    side = m.dub
    first = side.more["cases"].where(Z_NR=number)[0]
    side.more["cases"].add({**first, "GV_TYP": "DifferenzSollIst", "UST_SCHLUESSEL": "5", "Z_UMS_BRUTTO": str(by), "Z_UMS_NETTO": str(by), "Z_UST": "0.00"})
    for row, columns in ((side.more["closings"].where(Z_NR=number)[0], ("Z_SE_ZAHLUNGEN", "Z_SE_BARZAHLUNGEN")), (side.more["taken"].where(Z_NR=number, ZAHLART_TYP="Bar")[0], ("Z_ZAHLART_BETRAG",))):
        for column in columns:
            row[column] = str(amount(row[column]) + by)
    m.expect("CASH_OVER_SHORT", "pos_closing", f"dub/K1/{number}", by)


@defect("CASH_OVER_SHORT")
def cash_short(m: Month) -> None:
    """A till has 7.30 less than it should."""
    miscount(m, Decimal("-7.30"))


@defect("CASH_OVER_SHORT")
def cash_over(m: Month) -> None:
    """A till has 12.00 more than it should."""
    miscount(m, Decimal(12))


def at_terminal(m: Month, number: str, change: int) -> Decimal:
    """Take a payment of this closing out of the processor's report (-1), or add one like it (1); payout, bank and books follow. Returns its amount."""
    side, lines = m.dub, m.dub.more["terminal"]
    rows = [r for r in lines.rows if r["Transaktions-ID"][5:7] == number]
    mine = [r for r in rows if r["Transaktions-ID"] == rows[0]["Transaktions-ID"]]
    gross, fee = amount(mine[0]["Betrag inkl. MwSt."]), amount(mine[0]["Gebühr"])
    if change < 0:
        lines.drop(mine)
    else:
        for row in mine:
            lines.add({**row, "Transaktions-ID": f"{row['Transaktions-ID'][:7]}9", "Datum": f"{row['Datum'][:14]}58:31"})
    payout = f"8800{number}"
    next(e for e in side.bank.entries if e.end_to_end == payout).amount += change * (gross - fee)
    entry = side.moves.where(Reference=payout)[0]
    for item in side.items_of(entry):
        by = {side.chart["payouts_in_transit"]: gross - fee, side.clearing["dub-sumup"]: -gross, side.fees["dub-sumup"]: fee}[item["Account/Code"]]
        rebalance(item, amount(item["Balance"]) + change * by)
    return gross


@defect("TERMINAL_BATCH_DIFF")
def payment_lost_at_terminal(m: Month) -> None:
    """A till took a payment by card that the terminal's processor does not have."""
    number, day = closing(m)
    m.expect("TERMINAL_BATCH_DIFF", "pos_closing", f"dub-sumup/{day}", at_terminal(m, number, -1))


@defect("TERMINAL_BATCH_DIFF")
def payment_beside_the_till(m: Month) -> None:
    """The terminal's processor has a payment that no closing has."""
    number, day = closing(m)
    m.expect("TERMINAL_BATCH_DIFF", "pos_closing", f"dub-sumup/{day}", at_terminal(m, number, 1))


@defect("CLEARING_FOREIGN_ENTRY")
def takings_booked_twice(m: Month) -> None:
    """What a till took by card stands twice in the books."""
    number, _ = closing(m)
    move = m.dub.again(m.dub.moves.where(Reference=f"K1 Z{number}")[0])
    by = next(amount(i["Balance"]) for i in m.dub.items_of(move) if i["Account/Code"] == m.dub.clearing["dub-sumup"])
    m.expect("CLEARING_FOREIGN_ENTRY", "odoo_document", m.dub.document(move), by)


# ------------------------------------------------------------------ carriers


def handed_over(o: Order) -> list[Row]:
    sheet = o.side.more["carrier"]
    return [r for r in sheet.where(charge_type="cod_remitted") if o.name == r["order_name"] or tracking(o) == r["tracking_no"]]


@defect("COD_NOT_REMITTED")
def never_handed_over(m: Month) -> None:
    """A carrier collected the money of an order and kept it."""
    o = m.order(at_the_door)
    o.side.more["carrier"].drop(handed_over(o))
    m.expect("COD_NOT_REMITTED", "order", o.key, o.total)


@defect("COD_NOT_REMITTED")
def handed_over_in_part(m: Month) -> None:
    """A carrier handed over 5.00 less than it collected."""
    o = m.order(at_the_door)
    row = handed_over(o)[0]
    row["amount"] = str(amount(row["amount"]) - 5)
    m.expect("COD_NOT_REMITTED", "order", o.key, Decimal(5))


def parcel(m: Month) -> tuple[Side, Row]:
    """A parcel's charge that nothing else befalls."""
    side = m.rng.choice(list(m.sides.values()))
    row = m.rng.choice([r for r in side.more["carrier"].where(charge_type="freight") if r["tracking_no"] not in m.taken and "OTHER" not in r["tracking_no"]])
    m.taken.add(row["tracking_no"])
    return side, row


@defect("FREIGHT_OVERCHARGE")
def parcel_charged_twice(m: Month) -> None:
    """One parcel stands on two invoices of the carrier."""
    side, row = parcel(m)
    side.more["carrier"].add({**row, "invoice_no": "PW0629B", "invoiced_on": "2026-06-29"})
    m.expect("FREIGHT_OVERCHARGE", "carrier_charge", f"{side.entity}/parcelway/{row['tracking_no']}/{side.currency}", amount(row["amount"]))


@defect("FREIGHT_OVERCHARGE")
def parcel_too_dear(m: Month) -> None:
    """A parcel was charged with a surcharge that makes it dearer than any may be."""
    side, row = parcel(m)
    side.more["carrier"].add({**row, "charge_type": "surcharge", "amount": "33.10"})
    m.expect("FREIGHT_OVERCHARGE", "carrier_charge", f"{side.entity}/parcelway/{row['tracking_no']}/{side.currency}", amount(row["amount"]) + Decimal("33.10") - 25)


# ------------------------------------------------------------------ stock and its cost


def costed(o: Order) -> bool:
    return inside(o) and len(cost_items(o)) > 0


def value_of(o: Order) -> Decimal:
    return sum((amount(i["Balance"]) for i in cost_items(o) if i["Account/Code"] == COST[o.side.name][0]), Decimal(0))


@defect("COGS_MISSING")
def delivery_without_cost(m: Month) -> None:
    """The delivery of an order has no entry of its cost."""
    o = m.order(costed, side="pdx")
    m.expect("COGS_MISSING", "order", o.key, value_of(o))
    for number in {i["Journal Entry/ID"] for i in cost_items(o)}:
        o.side.unbook(o.side.moves.where(ID=number)[0])


@defect("COGS_MISSING")
def invoice_without_cost(m: Month) -> None:
    """The invoice of an order lacks the items of its cost, which all others have."""
    o = m.order(costed, side="dub")
    m.expect("COGS_MISSING", "order", o.key, value_of(o))
    o.side.items.drop(cost_items(o))


@defect("COGS_MISSING")
def cost_left_in_draft(m: Month) -> None:
    """The entry of the cost of a delivery was never posted."""
    o = m.order(costed, side="pdx")
    m.expect("COGS_MISSING", "order", o.key, value_of(o))
    for item in cost_items(o):
        for row in (item, o.side.moves.where(ID=item["Journal Entry/ID"])[0]):
            row["Status"] = "Draft"


def shelf(m: Month, place: str, what: str) -> tuple[Side, Row]:
    """A product of a location that nothing else befalls."""
    side = m.sides[place] if place else m.rng.choice(list(m.sides.values()))
    sku = "SKU" if what == "levels" else "sku"
    found = [r for r in side.more[what].rows if f"{side.name}/{r[sku]}" not in m.taken]
    row = m.rng.choice(found)
    m.taken.add(f"{side.name}/{row[sku]}")
    return side, row


@defect("OVERSOLD")
def sold_ahead(m: Month) -> None:
    """The shop has promised three pieces more than it has."""
    side, row = shelf(m, "", "levels")
    row |= {"Committed": str(int(row["On hand"]) + 3), "Available": "-3"}
    m.expect("OVERSOLD", "stock_level", f"{side.name}/{row['SKU']}")


def counted_twice(m: Month) -> None:
    """A second night counts again."""
    if not m.pdx.more.get("again"):
        m.pdx.more["again"] = Sheet([], [])
        m.later(lambda: count_again(m))


@defect("STOCK_DIFF", night="counts")
def more_in_the_shop(m: Month) -> None:
    """The shop has two pieces of a product that Odoo does not have."""
    side, row = shelf(m, "pdx", "levels")
    row |= {"Available": str(int(row["Available"]) + 2), "On hand": str(int(row["On hand"]) + 2)}
    counted_twice(m)
    m.expect("STOCK_DIFF", "stock_level", f"{side.name}/{row['SKU']}/WH/Stock")


@defect("STOCK_DIFF", night="counts")
def unknown_to_odoo(m: Month) -> None:
    """Odoo has no piece left of a product that lies in the shop, and lists none."""
    side, row = shelf(m, "dub", "levels")
    side.more["quants"].drop(side.more["quants"].where(Location="WH/Stock", Product=row["SKU"]))
    kept = {name: row[name] for name in ("Available", "On hand")}
    counted_twice(m)
    m.later(lambda: row.update(kept))
    m.expect("STOCK_DIFF", "stock_level", f"{side.name}/{row['SKU']}/WH/Stock")


@defect("THIRD_PARTY_STOCK_DIFF", night="counts")
def lost_at_the_warehouse(m: Month) -> None:
    """The warehouse of a third party counts four pieces less than Odoo."""
    side, row = shelf(m, "", "warehouse")
    row["on_hand"] = str(int(row["on_hand"]) - 4)
    counted_twice(m)
    m.expect("THIRD_PARTY_STOCK_DIFF", "stock_level", f"{side.entity}/{row['sku']}/3PL/Stock")


@defect("THIRD_PARTY_STOCK_DIFF")
def sent_by_the_warehouse_alone(m: Month) -> None:
    """The warehouse sent an order; neither shop nor Odoo knows it."""
    o = m.order(lambda o: costed(o) and bool(o.head["Fulfilled at"]), side="dub")
    undeliver(o)
    o.side.more["fulfilments"].drop(o.side.more["fulfilments"].where(order=o.name))
    o.head.update({"Fulfillment Status": "unfulfilled", "Fulfilled at": ""})
    m.expect("THIRD_PARTY_STOCK_DIFF", "order", o.key)


@defect("MASTER_DUPLICATE")
def one_sku_twice(m: Month) -> None:
    """Odoo has a second product with the SKU of another."""
    same_product(m, "Internal Reference")


@defect("MASTER_DUPLICATE")
def one_barcode_twice(m: Month) -> None:
    """Odoo has a second product with the barcode of another."""
    same_product(m, "Barcode")


def same_product(m: Month, column: str) -> None:
    sheet = m.pdx.more["odoo_products"]
    row = m.rng.choice([r for r in sheet.rows if f"product {r['ID']}" not in m.taken and len(r["ID"]) < 3])
    number = str(m.pdx.number())
    m.taken |= {f"product {row['ID']}", f"product {number}"}
    sheet.add({**row, "External ID": f"__export__.product_{number}", "ID": number, "Internal Reference": f"COPY-{number}", "Barcode": "", column: row[column].lower()})
    m.expect("MASTER_DUPLICATE", "product", f"hp-us/{row['ID']}, {number}")


# ------------------------------------------------------------------ points, and what companies owe each other


def owed_points(side: Side) -> str:
    return f"{side.entity}/points/{POINT[side.name][0]}/{side.currency}"


@defect("POINTS_LIABILITY_DIFF", night="months 1")
def points_not_booked(m: Month) -> None:
    """The points of a month were not booked."""
    side = m.rng.choice(list(m.sides.values()))
    move = side.more["accrual"].rows[0]
    m.expect("POINTS_LIABILITY_DIFF", "loyalty_movement", owed_points(side), amount(move["Total"]))
    side.unbook(move)


@defect("POINTS_LIABILITY_DIFF", night="months 2")
def points_of_another_amount(m: Month) -> None:
    """The points of a month were booked with 15.00 too much."""
    side = m.rng.choice(list(m.sides.values()))
    for item in side.items_of(side.more["accrual"].rows[0]):
        rebalance(item, amount(item["Balance"]) + (15 if amount(item["Balance"]) > 0 else -15))
    m.expect("POINTS_LIABILITY_DIFF", "loyalty_movement", owed_points(side), Decimal(15))


@defect("POINTS_LIABILITY_DIFF", night="months 3")
def points_redeemed_unseen(m: Month) -> None:
    """A redemption of points is missing in the programme's list; the books have it."""
    side = m.rng.choice(list(m.sides.values()))
    row = m.rng.choice([r for r in side.more["points"].where(movement_type="redeemed") if r["moved_on"] < "2026-06"])
    side.more["points"].drop([row])
    m.expect("POINTS_LIABILITY_DIFF", "loyalty_movement", owed_points(side), Decimal(row["points"]) * Decimal("0.02"))


BETWEEN = "hp-ie/hp-us/EUR"


def service(m: Month) -> tuple[Side, Row, Decimal]:
    """The entry of one company of a service of May, and its amount in euros."""
    side = m.rng.choice(list(m.sides.values()))
    move = m.rng.choice([x for x in side.more["between"].rows if x["Date"] < "2026-06"])
    owed = next(i for i in side.items_of(move) if i["Account/Code"] == OWED[side.name])
    return side, move, abs(amount(owed["Amount in Currency"]))


@defect("INTERCOMPANY_DIFF", night="months 1")
def mirror_missing(m: Month) -> None:
    """A service of one company for the other stands in the books of one of them alone."""
    side, move, euros = service(m)
    side.unbook(move)
    m.expect("INTERCOMPANY_DIFF", "entity_pair", BETWEEN, euros)


@defect("INTERCOMPANY_DIFF", night="months 2")
def mirror_of_another_amount(m: Month) -> None:
    """One company booked 90 euros more than the other."""
    side, move, _ = service(m)
    for item in side.items_of(move):
        euros = amount(item["Amount in Currency"])
        rebalance(item, (amount(item["Balance"]) * (1 + 90 / abs(euros))).quantize(CENTS))
        item["Amount in Currency"] = str(euros + (90 if euros > 0 else -90))
    m.expect("INTERCOMPANY_DIFF", "entity_pair", BETWEEN, Decimal(90))


@defect("INTERCOMPANY_DIFF", night="months 3")
def mirror_a_month_later(m: Month) -> None:
    """One company booked a service of May in June."""
    side, move, euros = service(m)
    for row in (move, *side.items_of(move)):
        row["Date"] = "2026-06-02"
    m.expect("INTERCOMPANY_DIFF", "entity_pair", BETWEEN, euros)
