"""What the packs look at, in agreement with the month: tills and their terminal, carriers, stock and its cost, points, what two companies owe each other."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from planted.beside import CENT, spread, utc
from planted.month import ENTRY, Month, Order, Row, Sheet, Side, amount
from planted.sheets import Entry

PACKS = ("acknowledgements", "carriers", "duplicates", "intercompany", "loyalty", "stock", "tills")
SHARED = {"valid_from": "2025-01-01", "valid_to": ""}
DECLARED = """
[[feed]]
name = "{name}"
{owner}
time_zone = "UTC"
expected = "never"
[feed.csv]
table = "{table}"
date = "%Y-%m-%d"
[feed.csv.columns]
{columns}
"""
TERMINAL = """
[[feed]]
name = "dub-sumup"
account = "dub-sumup"
time_zone = "Europe/Dublin"
expected = "never"

[[feed]]
name = "dub-tills"
store = "dub"
time_zone = "Europe/Dublin"
expected = "never"
"""
INVOICES = ["carrier", "invoice_no", "tracking_no", "charge_type", "order_name", "amount", "currency", "invoiced_on"]
POINTS = ["movement_id", "program", "movement_type", "points", "amount", "currency", "moved_on"]
SHIPMENTS = ["shipment_no", "sku", "order_name", "quantity", "status", "shipped_on", "tracking_no"]
COUNTS = ["sku", "location", "on_hand", "counted_on"]
INVENTORY = """Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,SKU,HS Code,COO,Location,Incoming,Unavailable,Committed,Available,
On hand""".replace("\n", "").split(",")
QUANTS = ["ID", "Product/Internal Reference", "Product", "Location", "Quantity", "Reserved Quantity", "Value"]
SUMUP = ["E-Mail", "Datum", "Transaktions-ID", "Zahlungsart", "Status", "Betrag inkl. MwSt.", "Netto", "Gebühr", "Auszahlung", "Auszahlungsdatum", "Auszahlungs-ID", "Referenz", "Beschreibung"]
CLOSINGS = ["Z_KASSE_ID", "Z_ERSTELLUNG", "Z_NR", "Z_BUCHUNGSTAG", "TAXONOMIE_VERSION", "Z_START_ID", "Z_ENDE_ID", "NAME", "Z_SE_ZAHLUNGEN", "Z_SE_BARZAHLUNGEN"]
CASES = ["Z_KASSE_ID", "Z_ERSTELLUNG", "Z_NR", "GV_TYP", "GV_NAME", "AGENTUR_ID", "UST_SCHLUESSEL", "Z_UMS_BRUTTO", "Z_UMS_NETTO", "Z_UST"]
PAYMENTS = ["Z_KASSE_ID", "Z_ERSTELLUNG", "Z_NR", "ZAHLART_TYP", "ZAHLART_NAME", "Z_ZAHLART_BETRAG"]
COST = {"pdx": ("510000", "110300"), "dub": ("420000", "113000")}  # cost of goods, goods that have left
POINT = {"pdx": ("215300", "650100"), "dub": ("225300", "750100")}  # points that are owed, what they cost
OWED = {"pdx": "215800", "dub": "130800"}
BETWEEN = (("2026-05-06", 900), ("2026-05-19", 1250), ("2026-05-29", 430), ("2026-06-09", 980), ("2026-06-23", 1105))
EURO = Decimal("1.16")


def enrich(m: Month) -> None:
    """Switch all packs on and add what each of them needs."""
    rng = Random(f"packs {m.dub.orders.rows[0]['Total']}")
    for side in m.sides.values():
        for pack in PACKS:
            m.mappings["policies"].add({"entity": side.entity, "policy": f"pack_{pack}", "value": "on", **SHARED})
        collected(m, side) if side.name == "dub" else None
        shipped(m, side)
        freight(m, side, rng)
        cost(m, side)
        points(m, side, rng)
        stock(m, side, rng)
    m.toml += TERMINAL
    tills(m, m.dub, rng)
    between_companies(m)


def account(m: Month, side: Side, role: str, qualifier: str, code: str) -> str:
    m.mappings["accounts"].add({"entity": side.entity, "role": role, "qualifier": qualifier, "odoo_account": code, "odoo_journal": side.journal if code.isdigit() else "", **SHARED})
    return code


def declare(m: Month, name: str, owner: str, table: str, columns: list[str]) -> Sheet:
    """A feed of files that only it explains, and its one file."""
    m.toml += DECLARED.format(name=name, owner=owner, table=table, columns="\n".join(f'{column} = "{column}"' for column in columns))
    sheet = m.sheets[f"{name}/{table}.csv"] = Sheet(columns, [])
    return sheet


def of_entity(m: Month, side: Side, what: str, table: str, columns: list[str]) -> Sheet:
    sheet = side.more[what] = declare(m, f"{side.entity}-{what}", f'entity = "{side.entity}"', table, columns)
    return sheet


# ------------------------------------------------------------------ carriers


def collected(m: Month, side: Side) -> None:
    """Some early orders are paid at the door in place of by card; the carrier collected their money and handed it over."""
    from planted.defects.payouts import unsettle

    m.mappings["gateways"].add({"store": side.name, "gateway": "cash_on_delivery", "account": "cash_on_delivery", **SHARED})
    account(m, side, "clearing", "cash_on_delivery", "131760")
    m.mappings["tolerances"].add({"rule": "B-04", "parameter": "business_days", "value": "8", "entity": side.entity, **SHARED})
    payouts = {p.id: len(p.lines) for p in m.payouts()}
    found = [o for o in m.orders() if o.side is side and o.plain and o.gateway == "shopify_payments" and o.head["Fulfilled at"] and o.on.day <= 8 and all(payouts[x] > 8 for x in o.payout_ids)]
    for o in found[::4][:4]:
        for line in o.lines:
            unsettle(m, o, line)
        o.events[0]["Gateway"], o.head["Payment Method"] = "cash_on_delivery", "cash_on_delivery"
        entry = o.moves(ENTRY)[0]
        next(i for i in side.items_of(entry) if i["Account/Code"] == side.clearing[side.shopify])["Account/Code"] = "131760"
        for row in side.paid.where(Journal_Entry__ID=entry["ID"]):
            row["Outstanding Account/Code"] = "131760"


def at_the_door(o: Order) -> bool:
    return o.gateway == "cash_on_delivery"


def shipped(m: Month, side: Side) -> None:
    """Every order that was sent left the warehouse in one parcel on that day."""
    sheet = of_entity(m, side, "shipments", "shipment", SHIPMENTS)
    for o in (o for o in m.orders() if o.side is side and o.sale and o.head["Fulfilled at"]):
        for row in (r for r in o.rows if r["Lineitem requires shipping"] == "true"):
            sheet.add({"shipment_no": f"SH{o.name[1:]}", "sku": row["Lineitem sku"], "order_name": o.name, "quantity": row["Lineitem quantity"], "status": "shipped",
                       "shipped_on": f"{utc(o.head['Fulfilled at']):%Y-%m-%d}", "tracking_no": tracking(o)})  # fmt: skip


def tracking(o: Order) -> str:
    return f"1Z{o.side.name.upper()}{o.name[1:]}"


def freight(m: Month, side: Side, rng: Random) -> None:
    """A charge for every parcel on the carrier's invoice of its week; the money of each order that was paid at the door in a list, by its name or by its parcel."""
    m.mappings["tolerances"].add({"rule": "H-03", "parameter": "cap", "value": "25.00", "entity": side.entity, **SHARED})
    sheet = of_entity(m, side, "carrier", "carrier_invoice_line", INVOICES)
    shared = {"carrier": "parcelway", "currency": side.currency, "charge_type": "freight", "order_name": ""}
    for no, o in enumerate(o for o in m.orders() if o.side is side and o.sale and o.head["Fulfilled at"]):
        sent = utc(o.head["Fulfilled at"]).date()
        week = min(date(2026, 6, 30), sent + timedelta(days=7 - sent.weekday()))
        sheet.add({**shared, "invoice_no": f"PW{week:%m%d}", "tracking_no": tracking(o), "amount": str(Decimal(rng.randrange(480, 1190)) / 100), "invoiced_on": str(week)})
        if at_the_door(o):
            named = {"tracking_no": "", "order_name": o.name} if no % 2 else {"tracking_no": tracking(o)}
            sheet.add({**shared, **named, "invoice_no": f"COD{week:%m%d}", "charge_type": "cod_remitted", "amount": str(o.total), "invoiced_on": str(week)})
    for day in ("2026-06-01", "2026-06-30"):
        sheet.add({**shared, "invoice_no": f"PW{day[5:7]}{day[8:]}B", "tracking_no": f"1ZOTHER{day[8:]}", "amount": "6.10", "invoiced_on": day})
        sheet.add({**shared, "invoice_no": f"COD{day[5:7]}{day[8:]}B", "tracking_no": "", "charge_type": "cod_remitted", "order_name": "#2001", "amount": "31.00", "invoiced_on": day})


# ------------------------------------------------------------------ stock and its cost


def cost(m: Month, side: Side) -> None:
    """What was delivered has a value, and the books have its cost: in the entry of the delivery in one company, in the invoice in the other."""
    cogs, gone = account(m, side, "cogs", "", COST[side.name][0]), COST[side.name][1]
    values: dict[str, Decimal] = {}
    for move in (r for r in side.more["stock_moves"].rows if r["Operation Type"] == "Delivery Orders"):
        value = Decimal(move["Quantity"]) * (4 + Decimal(sum(map(ord, move["Product/Internal Reference"])) % 7))
        move["Value"] = str(-value)
        values[move["Transfer/Reference"]] = values.get(move["Transfer/Reference"], Decimal(0)) + value
    for picking in (p for p in side.more["pickings"].rows if p["Reference"] in values):
        o, value = Order(side, picking["Sales Order/Customer Reference"]), values[picking["Reference"]]
        if side.name == "pdx":
            side.book(ENTRY, picking["Date of Transfer"][:10], "STJ", f"{picking['Reference']} - goods", [(cogs, value, "cost"), (gone, -value, "cost")])
        elif o.moves("Customer Invoice"):
            for code, by in ((cogs, value), (gone, -value)):
                side.item(o.invoice, code, by, "cost", Display_Type="Cost of Goods Sold", Analytic_Distribution="")


def cost_items(o: Order) -> list[Row]:
    """Items of the cost of an order, in the entries of its deliveries or in its invoice."""
    side = o.side
    entries = [m for p in side.more["pickings"].where(Sales_Order=o.sale["Order Reference"]) for m in side.moves.where(Reference=f"{p['Reference']} - goods")]
    return [i for move in (entries if side.name == "pdx" else [o.invoice]) for i in side.items_of(move) if i["Account/Code"] in COST[side.name]]


def stock(m: Month, side: Side, rng: Random) -> None:
    """Pieces of every product in the shop's location and in a warehouse of somebody else, the same in Odoo."""
    from planted.beside import of_odoo

    skus = sorted({r["Lineitem sku"] for r in side.orders.rows if r["Lineitem sku"]})
    own = side.more["levels"] = m.sheets[f"{side.name}-orders/inventory.csv"] = Sheet(INVENTORY, [])
    third = of_entity(m, side, "warehouse", "stock_level", COUNTS)
    quants = of_odoo(m, side, "quants", "Quants (stock.quant)", QUANTS)
    for location, kept in (("Harbour Street", "WH/Stock"), ("Bayside", "3PL/Stock")):
        account(m, side, "stock_location", location, kept)
        for sku in skus:
            pieces, promised = rng.randrange(20, 90), rng.randrange(0, 5)
            quants.add({"ID": str(len(quants.rows) + 1), "Product/Internal Reference": sku, "Product": sku, "Location": kept, "Quantity": f"{pieces}.0", "Reserved Quantity": "0.0", "Value": "0.0"})
            if kept == "WH/Stock":
                own.add({"Handle": sku.lower(), "Title": sku, "SKU": sku, "Location": location, "Incoming": "0", "Unavailable": "0", "Committed": str(promised), "Available": str(pieces - promised), "On hand": str(pieces)})
            else:
                third.add({"sku": sku, "location": location, "on_hand": str(pieces), "counted_on": "2026-07-01"})


def count_again(m: Month) -> None:
    """What is counted a night later: one piece of every product is gone everywhere."""
    for side in m.sides.values():
        for row in side.more["levels"].rows:
            row |= {"Available": str(int(row["Available"]) - 1), "On hand": str(int(row["On hand"]) - 1)}
        for row in side.more["quants"].rows:
            row["Quantity"] = str(Decimal(row["Quantity"]) - 1)
        for row in side.more["warehouse"].rows:
            row |= {"on_hand": str(int(row["on_hand"]) - 1), "counted_on": "2026-07-02"}


# ------------------------------------------------------------------ points, and what companies owe each other


def points(m: Month, side: Side, rng: Random) -> None:
    """Points of May and June; the books have what moved in each month, the last of June still to come. One programme says amounts, the other counts points."""
    owed, expense = account(m, side, "points_liability", "", POINT[side.name][0]), POINT[side.name][1]
    sheet = side.more["points"] = declare(m, f"{side.name}-points", f'store = "{side.name}"', "loyalty_movement", POINTS)
    if side.name == "dub":
        m.mappings["tolerances"].add({"rule": "B-01..03", "parameter": "value", "value": "0.02", "entity": side.entity, **SHARED})
    for number in range(60):
        kind = ("earned", "earned", "redeemed", "earned", "expired")[number % 5]
        moved = rng.randrange(100, 900) * (1 if kind == "earned" else -1)
        value = Decimal(moved) * Decimal("0.02")
        sheet.add({"movement_id": f"{side.name}-{number}", "program": "crew", "movement_type": kind, "points": str(moved), "amount": str(value) if side.name == "pdx" else "",
                   "currency": side.currency, "moved_on": str(date(2026, 5, 1) + timedelta(days=number))})  # fmt: skip
    value = sum((Decimal(r["points"]) * Decimal("0.02") for r in sheet.rows if r["moved_on"] < "2026-06"), Decimal(0))
    side.more["accrual"] = Sheet([], [side.book(ENTRY, "2026-05-31", "MISC", "Points of May", [(expense, value, "points"), (owed, -value, "points")])])


def between_companies(m: Month) -> None:
    """What one company does for the other, in euros, in both books on the same day."""
    account(m, m.pdx, "due_to", "hp-ie", OWED["pdx"])
    account(m, m.dub, "due_from", "hp-us", OWED["dub"])
    for side in m.sides.values():
        side.more["between"] = Sheet([], [])
        sign = 1 if side.name == "dub" else -1
        for on, euros in BETWEEN:
            value = (euros * EURO).quantize(CENT, ROUND_HALF_UP) if side.name == "pdx" else Decimal(euros)
            move = side.book(ENTRY, on, "MISC", f"Services {on}", [])
            for code, by in ((OWED[side.name], sign), ("660900" if side.name == "pdx" else "390900", -sign)):
                side.item(move, code, by * value, "services", Currency="EUR", Amount_in_Currency=str(by * Decimal(euros)))
            side.more["between"].add(move)


# ------------------------------------------------------------------ tills and their terminal


def tills(m: Month, side: Side, rng: Random) -> None:
    """A register that is closed each business day; what it took by card went through a terminal, whose processor pays it out on the next one."""
    m.mappings["processor_accounts"].add({"account": "dub-sumup", "processor": "sumup", "entity": side.entity, "currency": side.currency, "bank_account": side.bank_name, **SHARED})
    m.mappings["gateways"].add({"store": side.name, "gateway": "ECKarte", "account": "dub-sumup", **SHARED})
    side.clearing["dub-sumup"] = account(m, side, "clearing", "dub-sumup", "131780")
    side.fees["dub-sumup"] = account(m, side, "processing_fees", "dub-sumup", "740270")
    lines = side.more["terminal"] = m.sheets["dub-sumup/transactions.csv"] = Sheet(SUMUP, [])
    side.more |= {"closings": Sheet(CLOSINGS, []), "cases": Sheet(CASES, []), "taken": Sheet(PAYMENTS, [])}
    days = [d.on for d in side.bank.days]
    for number, (day, after) in enumerate(zip(days[:16], days[1:17], strict=True), 41):
        taken = [Decimal(rng.randrange(900, 12_000)) / 100 for _ in range(rng.randrange(2, 5))]
        cash = Decimal(rng.randrange(3_000, 30_000)) / 100
        close(side, number, day, cash, sum(taken, Decimal(0)))
        payout = str(880_000 + number)
        for place, gross in enumerate(taken):
            at, fee = f"{day} {10 + 2 * place:02d}:{rng.randrange(10, 60)}:07", (gross * Decimal("0.0139")).quantize(CENT, ROUND_HALF_UP)
            own = {"Datum": at, "Transaktions-ID": f"T{day:%m%d}{number}{place}", "Betrag inkl. MwSt.": str(gross), "Gebühr": str(fee)}
            lines.add({**own, "Zahlungsart": "Umsatz", "Status": "Erfolgreich"})
            lines.add({**own, "Zahlungsart": "Auszahlung", "Status": "Gezahlt", "Auszahlung": str(gross - fee), "Auszahlungsdatum": str(after), "Auszahlungs-ID": payout})
        pay_out(side, payout, after)


def pay_out(side: Side, payout: str, on: date) -> None:
    """The bank has the payout, and Odoo its entry."""
    rows = side.more["terminal"].where(Zahlungsart="Auszahlung", **{"Auszahlungs-ID": payout})
    net, fee = (sum((amount(r[name]) for r in rows), Decimal(0)) for name in ("Auszahlung", "Gebühr"))
    side.bank.entries.append(Entry(on, net, f"LIF{on:%y%m%d}S{payout[-2:]}", "SumUp Payments", f"SUMUP PAYOUT {payout}", payout))
    side.book(ENTRY, str(on), side.journal, payout, [(side.chart["payouts_in_transit"], net, payout), (side.clearing["dub-sumup"], -(net + fee), payout), (side.fees["dub-sumup"], fee, payout)])


def close(side: Side, number: int, day: date, cash: Decimal, by_card: Decimal) -> None:
    """The closing of a day in the register's archive and in Odoo."""
    shared = {"Z_KASSE_ID": "K1", "Z_ERSTELLUNG": f"{day}T19:05:00+01:00", "Z_NR": str(number)}
    total = cash + by_card
    net, tax = spread(total, [Decimal(100), Decimal(23)])
    side.more["closings"].add({**shared, "Z_BUCHUNGSTAG": str(day), "TAXONOMIE_VERSION": "2.4", "NAME": side.company, "Z_SE_ZAHLUNGEN": str(total), "Z_SE_BARZAHLUNGEN": str(cash)})
    side.more["cases"].add({**shared, "GV_TYP": "Umsatz", "AGENTUR_ID": "0", "UST_SCHLUESSEL": "1", "Z_UMS_BRUTTO": str(total), "Z_UMS_NETTO": str(net), "Z_UST": str(tax)})
    side.more["taken"].add({**shared, "ZAHLART_TYP": "Bar", "Z_ZAHLART_BETRAG": str(cash)})
    side.more["taken"].add({**shared, "ZAHLART_TYP": "ECKarte", "Z_ZAHLART_BETRAG": str(by_card)})
    side.book(ENTRY, str(day), "POSS", f"K1 Z{number}", [(side.clearing["dub-sumup"], by_card, "cards"), ("131500", cash, "cash"), ("310800", -total, "sales")])


def archives(m: Month) -> Iterator[tuple[str, bytes]]:
    """The register's archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, key in (("cashpointclosing", "closings"), ("businesscases", "cases"), ("payment", "taken")):
            sheet = m.dub.more[key]
            rows = [sheet.columns, *([_comma(row.get(column, "")) if column.startswith(("Z_SE", "Z_U")) or column.endswith("BETRAG") else row.get(column, "") for column in sheet.columns] for row in sheet.rows)]
            archive.writestr(zipfile.ZipInfo(f"{name}.csv", (2026, 7, 1, 5, 0, 0)), "\n".join(";".join(row) for row in rows) + "\n")
    yield "dub-tills/tills.zip", out.getvalue()


def _comma(cell: str) -> str:
    return f"{Decimal(cell):.2f}".replace(".", ",") if cell else cell

