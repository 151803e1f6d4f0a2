"""Shopify's customers export, by keyed hashes only."""

from __future__ import annotations

from . import _columns as c
from ._kit import CsvImporter


class Importer(CsvImporter):
    """Admin › Customers › Export: 20 columns (2022), with `Customer ID` since 2023, with `Default Address *` since 2024.

    Only keyed hashes of the customer number (by its digits), the e-mail and the phone are kept, and the country. The file has no dates: of two
    exports that landed on different nights the later one holds.
    """

    source = "shopify"
    context = "store"
    claims = ("Email", "Accepts Email Marketing", "Total Spent", "Total Orders")
    generations = {
        "2022": """First Name,Last Name,Email,Accepts Email Marketing,Company,Address1,Address2,City,Province,Province Code,Country,Country Code,Zip,
            Phone,Accepts SMS Marketing,Total Spent,Total Orders,Tags,Note,Tax Exempt""",
        "2023": "+Customer ID",
        "2024": """+Default Address Company,Default Address Address1,Default Address Address2,Default Address City,Default Address Province Code,
            Default Address Country Code,Default Address Zip,Default Address Phone
            |-Company,Address1,Address2,City,Province,Province Code,Country,Country Code,Zip""",
    }
    lands = "customer"
    key = ("store", "customer_key")

    id_key = c.keyed("Customer ID", digits=True, optional=True)
    email_key = c.keyed("Email")
    phone_key = c.keyed("Phone", digits=True, optional=True)
    country = c.text("Default Address Country Code", "Country Code", optional=True)
    orders = c.whole("Total Orders")
    total_spent = c.amount("Total Spent", filled=False)
    tax_exempt = c.truth("Tax Exempt", optional=True)
    accepts_email = c.truth("Accepts Email Marketing")
