"""Five small sets of books in which the shop, Odoo and a CRM hold the same products and customers: who may change what, and what is told."""

from __future__ import annotations

from pathlib import Path

import duckdb
from conftest import in_force, tieout

FEEDS = """
[[feed]]
name = "odoo"
entity = "skerry-ltd"

[[feed]]
name = "crm"
entity = "skerry-ltd"
[feed.csv]
table = "crm_contact"
[feed.csv.columns]
contact_key = "Id"
email_key = "Email"
phone_key = "Phone"
country = "Country"
"""
HEADS = {
    "shop/products": "Handle,Title,Body (HTML),Vendor,Type,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Gift Card,Cost per item,Status",
    "odoo/products": "External ID,ID,Internal Reference,Barcode,Name,Product Type,Sales Price,Cost,Quantity On Hand,Unit,Active,Company,Write Date",
    "shop/customers": "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,Default Address Address2,Default Address City,Default Address Province Code,Default Address Country Code,Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags",
    "odoo/partners": "External ID,ID,Name,Email,Phone,Reference,Street,Country/Country Code,Is a Company,Active,Last Updated on",
    "crm/people": "Id,Email,Phone,Country",
}
OWNERS = ("order", "refund", "invoice", "settlement", "bank")


def sold(name: str = "Shawl", price: str = "40.00", barcode: str = "4011", cost: str = "11.00", status: str = "active") -> str:
    return f"shawl,{name},,Skerry,Wool,Title,Default Title,,,,,SHAWL,{price},,true,true,{barcode},,false,{cost},{status}"


def kept(name: str = "Shawl", price: str = "40.0", barcode: str = "4011", cost: str = "11.0", active: str = "True") -> str:
    return f"__export__.p1,1,SHAWL,{barcode},{name},Goods,{price},{cost},5.0,Units,{active},Skerry Wool Ltd,2026-09-01 10:00:00"


def customer(country: str = "IE", phone: str = "+353 1 555 0101") -> str:
    return f"7001,Kim,Larsen,kim@example.com,yes,,,,,,{country},,,{phone},no,10.50,1,,no,"


def partner(country: str = "IE", phone: str = "+353 1 555 0101") -> str:
    return f"__export__.c1,1,Kim Larsen,kim@example.com,{phone},,,{country},,True,2026-09-01 10:00:00"


def contact(country: str = "IE", phone: str = "+353 1 555 0101") -> str:
    return f"k1,kim@example.com,{phone},{country}"


def books(home: Path, *owners: str) -> Path:
    """The small shop's books with an extract of Odoo and a CRM, and these rows of ownership.csv beside those of what is posted."""
    with (home / "tieout.toml").open("a", encoding="utf-8") as file:
        file.write(FEEDS)
    for name in ("odoo", "crm"):
        (home / "inbox" / name).mkdir()
    rows = [f"{domain},*,{'processor' if domain == 'settlement' else 'bank' if domain == 'bank' else 'shopify'},2026-01-01," for domain in OWNERS] + [f"{owner},2026-01-01," for owner in owners]
    (home / "mappings" / "ownership.csv").write_text("domain,field,system_of_record,valid_from,valid_to\n" + "\n".join(rows) + "\n", encoding="utf-8")
    in_force(home)
    return home


def night(home: Path, day: int, **files: str) -> list[tuple[str, str]]:
    """What stands open of owners after a night to which these files came: `shop_products = "row"`."""
    for key, row in files.items():
        name = key.replace("_", "/")
        (home / "inbox" / f"{name}_{day}.csv").write_text(f"{HEADS[name]}\n{row}\n", encoding="utf-8")
    tieout("run", "--home", home, "--as-of", f"2026-10-{day:02}", env={"TIEOUT_NOW": f"2026-10-{day:02}T05:00:00"})
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM dead_letter").fetchall() == [(0,)]
        return con.execute("SELECT code, subject_key FROM exception WHERE code IN ('SOR_VIOLATION', 'SOURCE_AUTHORITY_UNCLEAR') AND state = 'open' ORDER BY ALL").fetchall()


def test_values_that_agree_and_values_that_never_did_say_nothing(shop: Path) -> None:
    home = books(shop, "product,*,shopify", "customer,*,shopify")
    assert night(home, 2, shop_products=sold(), odoo_products=kept(price="33.0"), shop_customers=customer(), odoo_partners=partner("GB")) == []
    assert night(home, 3, odoo_products=kept(price="34.0"), odoo_partners=partner("FR")) == [], "they had never agreed: a price list, an address of its own"
    assert night(home, 4, shop_products=sold(price="41.00"), odoo_products=kept(price="41.0")) == []


def test_a_field_changed_where_it_is_not_owned_is_told_until_it_is_taken_over_or_back(shop: Path) -> None:
    home = books(shop, "product,*,shopify", "product,cost,odoo")
    assert night(home, 2, shop_products=sold(), odoo_products=kept()) == []
    changed = night(home, 3, odoo_products=kept(name="Scarf", price="44.0", barcode="", cost="12.5", active="False"))
    assert changed == [("SOR_VIOLATION", f"product/SHAWL/{field}") for field in ("barcode", "name", "price", "status")], "the cost is Odoo's own"
    assert night(home, 4, shop_products=sold(price="44.00", cost="12.50"), odoo_products=kept(name="Shawl", price="44.0", cost="12.5")) == []


def test_what_the_owner_changed_is_waited_for_and_what_others_then_write_is_told(shop: Path) -> None:
    home = books(shop, "product,*,shopify")
    night(home, 2, shop_products=sold(), odoo_products=kept())
    assert night(home, 3, shop_products=sold(price="42.00")) == [], "the owner wrote last"
    assert night(home, 4, odoo_products=kept(price="43.0")) == [("SOR_VIOLATION", "product/SHAWL/price")]
    assert night(home, 5, shop_products=sold(price="45.00")) == [], "the owner has written again"


def test_a_crm_is_a_system_too_and_no_telephone_number_is_printed(shop: Path) -> None:
    home = books(shop, "customer,*,crm")
    assert night(home, 2, shop_customers=customer(), odoo_partners=partner(), crm_people=contact()) == []
    told = night(home, 3, shop_customers=customer("FR"), odoo_partners=partner("DE", phone="+353 1 555 0199"))
    assert [(code, *key.split("/")[::2], *key.split("/")[3:]) for code, key in told] == [("SOR_VIOLATION", "customer", "country"), ("SOR_VIOLATION", "customer", "country", "shopify"), ("SOR_VIOLATION", "customer", "phone")]
    page = tieout("exception", "list", "--format", "csv", "--home", home).stdout
    assert "Odoo changed the country of a customer from IE to DE; crm owns it and has IE." in page
    assert "Shopify changed the country of a customer from IE to FR; crm owns it and has IE." in page
    assert "Odoo changed the phone of a customer; crm owns it and has another." in page and "0199" not in page


def test_a_field_that_two_hold_and_nobody_owns_is_told_once(shop: Path) -> None:
    home = books(shop, "product,price,shopify", "product,status,shopify")
    told = night(home, 2, shop_products=sold(barcode=""), odoo_products=kept(), shop_customers=customer(phone=""), odoo_partners=partner())
    assert told == [("SOURCE_AUTHORITY_UNCLEAR", key) for key in ("customer", "product.cost", "product.name")], "the barcode stands in Odoo alone"
    (home / "mappings" / "ownership.csv").write_text((home / "mappings" / "ownership.csv").read_text(encoding="utf-8").replace("product,price", "product,*") + "customer,*,odoo,2026-01-01,\n", encoding="utf-8")
    in_force(home)
    assert night(home, 3) == []
