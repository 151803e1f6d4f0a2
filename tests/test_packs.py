"""A pack of checks says nothing until an entity switches it on, what is off is called not controlled, and what it said ends with it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import _shop
import duckdb
from conftest import in_force, tieout
from test_outputs import with_odoo
from test_sources_night import FINANCE

HEADS = {
    "cashpointclosing": "Z_KASSE_ID;Z_ERSTELLUNG;Z_NR;Z_BUCHUNGSTAG;TAXONOMIE_VERSION;Z_START_ID;Z_ENDE_ID;NAME;Z_SE_ZAHLUNGEN;Z_SE_BARZAHLUNGEN",
    "businesscases": "Z_KASSE_ID;Z_ERSTELLUNG;Z_NR;GV_TYP;GV_NAME;AGENTUR_ID;UST_SCHLUESSEL;Z_UMS_BRUTTO;Z_UMS_NETTO;Z_UST",
    "payment": "Z_KASSE_ID;Z_ERSTELLUNG;Z_NR;ZAHLART_TYP;ZAHLART_NAME;Z_ZAHLART_BETRAG",
}
ROWS = {
    "cashpointclosing": ["K1;2026-09-0{0}T18:00:00+01:00;{0};2026-09-0{0};2.4;;;Skerry;112,00;112,00"],
    "businesscases": ["K1;2026-09-0{0}T18:00:00+01:00;{0};Umsatz;;0;1;119,00;100,00;19,00", "K1;2026-09-0{0}T18:00:00+01:00;{0};DifferenzSollIst;;0;5;-7,00;-7,00;0,00"],
    "payment": ["K1;2026-09-0{0}T18:00:00+01:00;{0};Bar;;112,00"],
}


def closings(home: Path, days: tuple[int, ...]) -> None:
    """Closings of one register; 7.00 of the cash of each is missing."""
    with zipfile.ZipFile(home / "inbox" / "shop" / "tills.zip", "w") as archive:
        for name, head in HEADS.items():
            archive.writestr(f"{name}.csv", "\n".join([head, *(row.format(day) for day in days for row in ROWS[name])]) + "\n")


def night(home: Path, day: int, policy: str = "") -> str:
    now = {"TIEOUT_NOW": f"2026-10-0{day}T05:00:00"}
    if policy:
        (home / "mappings" / "policies.csv").write_text(f"entity,policy,value,valid_from,valid_to\n{policy}\n", encoding="utf-8")
        in_force(home)
    return tieout("run", "--home", home, "--as-of", f"2026-10-0{day}", env=now).stdout


def asked(home: Path, statement: str) -> list[tuple]:
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        return con.execute(statement).fetchall()


def test_a_pack_is_off_until_a_policy_says_on_and_judges_from_that_day(shop: Path) -> None:
    closings(shop, (3, 4, 7))
    said = night(shop, 2)
    assert "not looked at: packs " in said and "tills" in said
    states = "SELECT kind, state FROM coverage WHERE name IN ('cash_over_short', 'M-03', 'pos_closing_case', 'tills') ORDER BY kind"
    assert asked(shop, states) == [("check", "not_controlled"), ("pack", "not_controlled"), ("rule", "not_controlled"), ("source", "not_controlled")]
    assert asked(shop, "SELECT DISTINCT state FROM rule_run WHERE name = 'cash_over_short'") == [("off",)]
    assert asked(shop, "SELECT control FROM completeness WHERE source = 'pos_closing_case'") == [("not_controlled",)]
    assert asked(shop, "SELECT count(*) FROM control WHERE control = 'cash_over_short' AND ran_at IS NOT NULL") == [(0,)]
    assert "packs that are off" in tieout("status", "--home", shop).stdout

    night(shop, 3, "skerry-ltd,pack_tills,on,2026-09-04,")
    told = "SELECT subject_key, difference, state FROM exception WHERE code = 'CASH_OVER_SHORT' ORDER BY subject_key"
    assert [(key, str(amount), state) for key, amount, state in asked(shop, told)] == [("skerry/K1/4", "-7.0000", "open"), ("skerry/K1/7", "-7.0000", "open")], "the 3rd lies before the day"
    assert asked(shop, states) == [("check", "controlled"), ("rule", "controlled"), ("source", "controlled")]

    night(shop, 4, "skerry-ltd,pack_tills,off,2026-09-04,")
    ended = "SELECT DISTINCT state, reason FROM exception_event WHERE code = 'CASH_OVER_SHORT' AND state <> 'open'"
    assert asked(shop, ended) == [("gone", "no new row of its subject: mapping policies changed")]
    assert asked(shop, states)[0] == ("check", "not_controlled")
    assert tieout("check", "--home", shop).returncode == 0


def test_a_policy_of_a_pack_is_on_or_off(shop: Path) -> None:
    (shop / "mappings" / "policies.csv").write_text("entity,policy,value,valid_from,valid_to\nskerry-ltd,pack_tills,yes,2026-09-01,\nskerry-ltd,pack_ships,on,2026-09-01,\n", encoding="utf-8")
    refused = tieout("mapping", "propose", "--home", shop, "--as", "jane", code=78).stderr
    assert 'policies.csv:2:value: "yes" is not allowed; allowed are on, off' in refused and '"pack_ships" is no policy' in refused


SHOP = "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,SKU,HS Code,COO,Location,Incoming,Unavailable,Committed,Available,On hand\n"
ODOO = "ID,Product/Internal Reference,Product,Location,Quantity,Reserved Quantity,Value\n"
LOCATION = "skerry-ltd,stock_location,Dublin,WH/Stock,,2026-01-01,"


def counts(home: Path, day: int, shop: dict[str, tuple[int, int]], odoo: dict[str, int]) -> None:
    """Pieces on hand and promised in the shop, pieces on hand in Odoo."""
    rows = [f"{sku},{sku},,,,,,,{sku},,,Dublin,0,0,{promised},{pieces - promised},{pieces}\n" for sku, (pieces, promised) in shop.items()]
    (home / "inbox" / "shop" / f"inventory_{day}.csv").write_text(SHOP + "".join(rows), encoding="utf-8")
    held = [f"{number},{sku},{sku},WH/Stock,{pieces}.00,0.00,10.00\n" for number, (sku, pieces) in enumerate(odoo.items(), 1)]
    (home / "inbox" / "odoo" / f"quants_{day}.csv").write_text(ODOO + "".join(held), encoding="utf-8")


def test_pieces_differ_once_two_nights_say_so_and_what_odoo_no_longer_lists_is_none(shop: Path) -> None:
    with (shop / "tieout.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[feed]]\nname = "odoo"\nentity = "skerry-ltd"\n')
    (shop / "inbox" / "odoo").mkdir()
    accounts = shop / "mappings" / "accounts.csv"
    accounts.write_text(accounts.read_text(encoding="utf-8").rstrip("\n") + f"\n{LOCATION}\n", encoding="utf-8")
    told = "SELECT code, subject_key, state FROM exception WHERE code IN ('STOCK_DIFF', 'OVERSOLD') ORDER BY ALL"
    counts(shop, 2, {"wool": (5, 0), "yarn": (3, 0), "felt": (2, 2)}, {"wool": 4, "yarn": 3, "felt": 2})
    night(shop, 2, "skerry-ltd,pack_stock,on,2026-09-01,")
    assert asked(shop, told) == [] and asked(shop, "SELECT state FROM coverage WHERE name = 'stock_diff'") == [("one_sided",)], "one count says nothing yet"
    counts(shop, 3, {"wool": (4, 0), "yarn": (2, 0), "felt": (2, 5)}, {"wool": 3, "yarn": 3})
    night(shop, 3)
    assert asked(shop, told) == [("OVERSOLD", "skerry/felt", "open"), ("STOCK_DIFF", "skerry/wool/WH/Stock", "open")], "yarn differs once, so does felt, of which Odoo has none now"
    assert asked(shop, "SELECT DISTINCT sku FROM stock_level_current WHERE place = 'skerry-ltd' ORDER BY sku") == [("wool",), ("yarn",)]
    counts(shop, 4, {"wool": (3, 0), "yarn": (1, 0), "felt": (2, 0)}, {"wool": 3, "yarn": 2})
    night(shop, 4)
    # of yarn the shop has one less again: on the 3rd and on the 4th
    assert asked(shop, told) == [("OVERSOLD", "skerry/felt", "gone"), ("STOCK_DIFF", "skerry/felt/WH/Stock", "open"), ("STOCK_DIFF", "skerry/wool/WH/Stock", "gone"), ("STOCK_DIFF", "skerry/yarn/WH/Stock", "open")]
    assert tieout("check", "--home", shop).returncode == 0
    assert tieout("audit", "reproduce", "--home", shop).returncode == 0


def test_an_entry_that_nobody_answered_for_is_told_once_the_answers_reach_beyond_it(shop: Path) -> None:
    with_odoo(shop)
    with (shop / "tieout.toml").open("a", encoding="utf-8") as file:
        file.write(FINANCE)
    (shop / "inbox" / "finance").mkdir(exist_ok=True)
    told = "SELECT subject_key, difference, severity, state FROM exception WHERE code = 'ACK_MISSING'"
    night(shop, 2, "skerry-ltd,pack_acknowledgements,on,2026-09-01,")
    sent = dict(asked(shop, "SELECT subject_key, list(concat(entry_id, ',OK,', (SELECT sum(debit) FROM journal_line AS l WHERE l.entry_id = j.entry_id))) FROM journal_entry AS j GROUP BY subject_key"))
    heard = []
    for day, answers in ((5, ["other,OK,65.00"]), (6, sent["stripe-eur/po_B"]), (8, ["another,OK,65.00"]), (9, sent["stripe-eur/po_A"])):
        (shop / "inbox" / "finance" / f"told_{day}.csv").write_text("Ref,Result,Total,Date,Code\n" + "".join(f"{answer},202610{day:02},\n" for answer in answers), encoding="utf-8")
        night(shop, day)
        heard.append([(key, state) for key, _, _, state in asked(shop, told)])
    assert heard == [[], [], [("stripe-eur/po_A", "open")], [("stripe-eur/po_A", "gone")]]
    assert asked(shop, "SELECT difference FROM exception WHERE code = 'POSTED_DIFFERENT'") == []


CARRIER = """
[[feed]]
name = "carrier"
entity = "skerry-ltd"
[feed.csv]
table = "carrier_invoice_line"
constants = { carrier = "gls", currency = "EUR", charge_type = "cod_remitted" }
[feed.csv.columns]
invoice_no = "List"
order_name = "Order"
amount = "Amount"
invoiced_on = "Date"
"""


def test_money_at_the_door_is_missed_once_the_lists_reach_beyond_it(shop: Path) -> None:
    with (shop / "tieout.toml").open("a", encoding="utf-8") as file:
        file.write(CARRIER)
    gateways = shop / "mappings" / "gateways.csv"
    gateways.write_text(gateways.read_text(encoding="utf-8").rstrip("\n") + "\nskerry,Nachnahme,cash_on_delivery,2026-01-01,\n", encoding="utf-8")
    more = _shop.orders().splitlines()
    rows = [more[0]] + [more[1].replace("#101", name).replace("Stripe", "Nachnahme").replace("7001", number) for name, number in (("#106", "7006"), ("#107", "7007"))]
    (shop / "inbox" / "shop" / "more.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (shop / "inbox" / "carrier").mkdir(exist_ok=True)
    (shop / "inbox" / "carrier" / "list.csv").write_text("List,Order,Amount,Date\n1,#90,10.00,2026-09-01\n2,#107,61.50,2026-09-20\n3,#91,10.00,2026-09-30\n", encoding="utf-8")
    night(shop, 2, "skerry-ltd,pack_carriers,on,2026-08-01,")
    assert asked(shop, "SELECT order_name, amount, sent_on FROM order_on_delivery ORDER BY order_name") != []
    assert [(key, str(amount)) for key, amount in asked(shop, "SELECT subject_key, difference FROM exception WHERE code = 'COD_NOT_REMITTED'")] == [("skerry/#106", "61.5000")]
