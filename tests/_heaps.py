"""Three shops that nobody has, as the folders of exports that their owners would hand over: a German one with PayPal and a savings bank, one of two currencies with Stripe, an American one with a till and gift cards."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from _shop import text_of

ORDERS = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,"
    "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,"
    "Billing Name,Billing Country,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,Source,"
    "Lineitem discount,Tax 1 Name,Tax 1 Value,Payment ID,Payment References"
)
PAYMENTS = "Order,Name,Kind,Gateway,Created At,Status,Amount,Currency,Card Type"
CENT = Decimal("0.01")
DE_BANK, IE_BANK, GB_BANK, US_BANK = "DE02120300000000202051", "IE29AIBK93115212345678", "GB29NWBK60161331926819", "000555010077"


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


@dataclass
class Sale:
    """An order that was paid on the spot."""

    number: int
    name: str
    on: date
    total: Decimal
    tenders: tuple[tuple[str, str, Decimal], ...]  # as the orders export spells it, as the transactions export does, and how much
    location: str = ""

    @property
    def token(self) -> str:
        return f"r{self.number:024d}"


@dataclass
class Stall:
    """What a shop's exports have in common."""

    currency: str
    offset: str
    tax: str
    rate: Decimal
    inside: bool
    prefix: str = "#"
    first: int = 1001
    id_from: int = 5_100_000_000_001
    sales: list[Sale] = field(default_factory=list)

    def sell(self, on: date, total: str | Decimal, *tenders: tuple[str, str], location: str = "", gift: str = "0") -> Sale:
        """One order; with `gift` that much of it was paid with a gift card."""
        amount, given = Decimal(total), Decimal(gift)
        parts = tuple((*tender, given if tender[1] == "gift_card" and len(tenders) > 1 else amount - given) for tender in tenders)
        number = len(self.sales)
        self.sales.append(Sale(self.id_from + number * 7, f"{self.prefix}{self.first + number}", on, amount, parts, location))
        return self.sales[-1]

    def orders(self) -> str:
        """Newest first, as the shop writes them."""
        rows = []
        for sale in reversed(self.sales):
            at = f"{sale.on} 10:0{sale.number % 10}:31 {self.offset}"
            tax = cents(sale.total * self.rate / (100 + self.rate))
            net = sale.total if self.inside else sale.total - tax
            words = " + ".join(word for word, _, _ in sale.tenders)
            rows.append([sale.name, "somebody@example.org", "paid", at, "fulfilled", at, "no", self.currency, f"{net}", "0.00", f"{tax}", f"{sale.total}", "", "0.00", "Standard", at, "1",
                         'Candle 10", "large"', f"{net}", "", "C-1", "true", "true", "fulfilled", "Some Body", "DE", "", words, sale.token, "0.00", "Maker", "0.00",
                         "Kim Vale" if sale.location else "", sale.location, "", f"{sale.number}", "", "pos" if sale.location else "web", "0.00", self.tax, f"{tax}", sale.token, sale.token])
        return text_of(ORDERS, rows)

    def transactions(self) -> str:
        rows = [[f"{sale.number}", sale.name, "sale", word, f"{sale.on} 10:0{sale.number % 10}:35 {self.offset}", "success", f"{amount}", self.currency, "visa"]
                for sale in reversed(self.sales) for _, word, amount in sale.tenders]
        return text_of(PAYMENTS, rows)


def amounts(seed: str, many: int) -> list[Decimal]:
    """Amounts that differ from each other."""
    dice = random.Random(seed)
    return [Decimal(one).scaleb(-2) for one in dice.sample(range(900, 24_000), many)]


# ---------------------------------------------------------------- banks

Line = tuple[date, Decimal, str, str]  # day, amount, text, reference


def mt940(iban: str, currency: str, lines: list[Line], opening: Decimal = Decimal("1250.40"), name: str = "SPARKASSE") -> str:
    """A German bank's statement, amounts with a comma."""
    def balance(tag: str, value: Decimal, on: date) -> str:
        return f":{tag}:{'C' if value >= 0 else 'D'}{on:%y%m%d}{currency}{f'{abs(value):.2f}'.replace('.', ',')}"

    days = [line[0] for line in lines] or [date(2026, 9, 1)]
    out = [f":20:{name}", f":25:{iban}", ":28C:00009/001", balance("60F", opening, min(days))]
    for on, amount, text, reference in lines:
        out.append(f":61:{on:%y%m%d}{on:%m%d}{'C' if amount > 0 else 'D'}R{f'{abs(amount):.2f}'.replace('.', ',')}NTRFNONREF//{reference}")
        out.append(f":86:166?00GUTSCHR. UEBERWEISUNG?109310?20EREF+{reference}?21SVWZ+{text[:24]}?22{text[24:50]}?32{text.split()[0]}")
    out += [balance("62F", opening + sum(line[1] for line in lines), max(days)), "-"]
    return "\r\n".join(out) + "\r\n"


def camt(iban: str, currency: str, lines: list[Line], opening: Decimal = Decimal("5000.00"), number: int = 1) -> str:
    """One CAMT.053 document of a period."""
    days = [line[0] for line in lines] or [date(2026, 9, 1)]

    def balance(code: str, amount: Decimal, on: date) -> str:
        return f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>'

    body = "".join(
        f'<Ntry><Amt Ccy="{currency}">{abs(amount)}</Amt><CdtDbtInd>{"CRDT" if amount > 0 else "DBIT"}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{on}</Dt></BookgDt><ValDt><Dt>{on}</Dt></ValDt>'
        f"<AcctSvcrRef>{reference}</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>" for on, amount, text, reference in lines
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M{number}</MsgId><CreDtTm>{max(days)}T20:00:00</CreDtTm></GrpHdr>'
        f"<Stmt><Id>S-{currency}-{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>{max(days)}T20:00:00</CreDtTm><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
        f"{balance('OPBD', opening, min(days))}{balance('CLBD', opening + sum(line[1] for line in lines), max(days))}{body}</Stmt></BkToCstmrStmt></Document>\n"
    )


def ofx(number: str, currency: str, lines: list[Line]) -> str:
    body = "\n".join(f"<STMTTRN><TRNTYPE>{'CREDIT' if amount > 0 else 'DEBIT'}<DTPOSTED>{on:%Y%m%d}<TRNAMT>{amount}<FITID>{reference}<NAME>{text[:32]}<MEMO>{text}</STMTTRN>" for on, amount, text, reference in lines)
    first, last = min(line[0] for line in lines), max(line[0] for line in lines)
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n<OFX>\n<BANKMSGSRSV1><STMTTRNRS><STMTRS>\n"
        f"<CURDEF>{currency}\n<BANKACCTFROM><BANKID>122099999<ACCTID>{number}</BANKACCTFROM>\n<BANKTRANLIST><DTSTART>{first:%Y%m%d}<DTEND>{last:%Y%m%d}\n{body}\n</BANKTRANLIST>\n</STMTRS></STMTTRNRS></BANKMSGSRSV1>\n</OFX>\n"
    )


def german_csv(lines: list[Line], iban: str = DE_BANK) -> bytes:
    """A savings bank's download: semicolons, decimal comma, days in two figures, Windows' letters."""
    head = "Auftragskonto;Buchungstag;Valutadatum;Buchungstext;Verwendungszweck;Beguenstigter/Zahlungspflichtiger;Kontonummer/IBAN;BIC (SWIFT-Code);Betrag;Waehrung;Info"
    def money(value: Decimal) -> str:
        return f"{value:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")

    rows = [f'"{iban}";"{on:%d.%m.%y}";"{on:%d.%m.%y}";"GUTSCHR. ÜBERWEISUNG";"{text}";"{text.split()[0]}";"DE88500700100175526303";"DEUTDEFF";"{money(amount)}";"EUR";"Umsatz gebucht"' for on, amount, text, _ in reversed(lines)]
    return "\r\n".join([";".join(f'"{one}"' for one in head.split(";")), *rows, ""]).encode("cp1252")


# ---------------------------------------------------------------- processors

def paypal_days(sales: list[Sale], withdraw: Iterable[date], currency: str = "EUR", percent: str = "2.49", fixed: str = "0.35", account: str = "NORDLICHT01", offset: str = "+0200") -> tuple[dict[str, str], list[Line]]:
    """A settlement report a day, and what the bank gets for it. A day's balance is withdrawn on the days given."""
    files: dict[str, str] = {}
    lines: list[Line] = []
    carried, days = Decimal(0), set(withdraw)
    head = ("Transaction ID,Invoice ID,PayPal Reference ID,PayPal Reference ID Type,Transaction Event Code,Transaction Initiation Date,Transaction Completion Date,Transaction Debit or Credit,"
            "Gross Transaction Amount,Gross Transaction Currency,Fee Debit or Credit,Fee Amount,Fee Currency,Custom Field,Consumer ID,Payment Tracking ID,Store ID,Bank Reference ID,"
            "Credit Transactional Fee,Credit Promotional Fee,Credit Term")
    for on in sorted({sale.on for sale in sales} | days):
        stamp, rows, gross, fees, opening = f"{on:%Y/%m/%d}", [], Decimal(0), Decimal(0), carried
        for sale in (one for one in sales if one.on == on):
            amount = next(amount for _, word, amount in sale.tenders if word == "paypal")
            fee = cents(amount * Decimal(percent) / 100) + Decimal(fixed)
            rows.append(f"SB,PP{sale.number},{sale.token},,,T0006,{stamp} 10:00:30 {offset},{stamp} 10:00:30 {offset},CR,{amount * 100:.0f},{currency},DR,{fee * 100:.0f},{currency},,,,,,,,")
            gross, fees = gross + amount, fees + fee
        out, carried = Decimal(0), carried + gross - fees
        if on in days and carried > 0:
            out, carried, reference = carried, Decimal(0), f"PAYOUT{on:%m%d}77"
            rows.append(f"SB,W{on:%m%d},,,,T0400,{stamp} 23:30:00 {offset},{stamp} 23:30:00 {offset},DR,{out * 100:.0f},{currency},,,,,,,,{reference},,,")
            lines.append((on + timedelta(2), out, f"PAYPAL (EUROPE) S.A R.L. {reference} PP.4021.PP", f"NOT{on:%m%d}"))
        foot = f"{currency},{gross * 100:.0f},{out * 100:.0f},0,{fees * 100:.0f}," + ",".join(f"CR,{one * 100:.0f}" for one in (opening, carried, opening, carried, Decimal(0), Decimal(0)))
        text = [f"RH,{stamp} 23:59:59 {offset},A,{account},009", "FH,01", f"SH,{stamp} 00:00:00 {offset},{stamp} 23:59:59 {offset},{account},", f"CH,{head}", *rows,
                f"SF,{foot},{len(rows)}", f"SC,{len(rows)}", f"RF,{foot},{len(rows)}", f"RC,{len(rows)}", f"FF,{len(rows)}"]
        files[f"STL-{on:%Y%m%d}.01.009.CSV"] = "\n".join(text) + "\n"
    return files, lines


STRIPE = ("automatic_payout_id,automatic_payout_effective_at_utc,balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,reporting_category,source_id,description,payment_method_type,"
          "trace_id,payment_metadata[order_id]")


def stripe_rows(sales: list[Sale], currency: str, percent: str, fixed: str, mark: str) -> tuple[list[list[str]], list[Line]]:
    """A payout a week, three days after its last sale, and what the bank gets."""
    rows: list[list[str]] = []
    lines: list[Line] = []
    weeks: dict[date, list[Sale]] = {}
    for sale in sales:
        weeks.setdefault(sale.on + timedelta(7 - sale.on.weekday()), []).append(sale)
    for paid, those in sorted(weeks.items()):
        payout, sum_, trace = f"po_{mark}{paid:%m%d}", Decimal(0), f"STR{mark}{paid:%m%d}"
        for sale in those:
            amount = next(amount for _, word, amount in sale.tenders if word == "stripe")
            fee = cents(amount * Decimal(percent) / 100) + Decimal(fixed)
            sum_ += amount - fee
            rows.append([payout, f"{paid} 06:00:00", f"txn_{mark}{sale.number}", f"{sale.on} 09:00:06", f"{sale.on} 09:00:06", currency.lower(), f"{amount}", f"{fee}", f"{amount - fee}", "charge",
                         f"ch_{sale.number}", f"Payment for {sale.name}", "card", trace, f"{sale.number}"])
        rows.append([payout, f"{paid} 06:00:00", f"txn_{mark}p{paid:%m%d}", f"{paid} 06:00:00", f"{paid} 06:00:00", currency.lower(), f"{-sum_}", "0.00", f"{-sum_}", "payout", payout, "STRIPE PAYOUT", "", trace, ""])
        lines.append((paid + timedelta(1), sum_, f"STRIPE {trace} STRIPE PAYOUT", f"BK{mark}{paid:%m%d}"))
    return rows, lines


SHOPIFY = ("Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,Fee,Net,Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency,"
           "Business Entity Name,Business Entity ID")
PAYOUTS = "Payout Date,Status,Charges,Refunds,Adjustments,Marketplace Sales Tax,Advances,Reserved Funds,Fees,Retried Amount,Total,Currency,Bank Reference,Business Entity Name,Business Entity ID"


def shopify_payments(sales: list[Sale], currency: str, offset: str, company: str, percent: str = "2.6", fixed: str = "0.10") -> tuple[str, str, list[Line]]:
    """Lines, the list of payouts, and what the bank gets."""
    rows: list[list[str]] = []
    paid: dict[date, list[tuple[Decimal, Decimal]]] = {}
    entity = [company, "gid://shopify/BusinessEntity/31"]
    for sale in sales:
        part = next((amount for _, word, amount in sale.tenders if word == "shopify_payments"), None)
        if part is None:
            continue
        on, fee = sale.on + timedelta(3), cents(part * Decimal(percent) / 100) + Decimal(fixed)
        paid.setdefault(on, []).append((part, fee))
        rows.append([f"{sale.on} 10:0{sale.number % 10}:36 {offset}", "charge", sale.name, "visa", "stripe_terminal" if sale.location else "online", "paid", f"{on}", f"10298{on:%m%d}", f"{on}", f"{part}", f"{fee}",
                     f"{part - fee}", f"#4{sale.number}", "card", f"{part}", currency, currency, *entity])
    lists, lines = [], []
    for on, those in sorted(paid.items(), reverse=True):
        gross, fees = sum((g for g, _ in those), Decimal(0)), sum((f for _, f in those), Decimal(0))
        lists.append([f"{on}", "paid", f"{gross}", "0.00", "0.00", "0.00", "0.00", "0.00", f"{fees}", "0.00", f"{gross - fees}", currency, f"SHP{on:%m%d}88", *entity])
        lines.append((on + timedelta(1), gross - fees, f"SHOPIFY SHP{on:%m%d}88", f"F{on:%m%d}"))
    return text_of(SHOPIFY, rows[::-1]), text_of(PAYOUTS, lists), lines[::-1]


# ---------------------------------------------------------------- the three

def nordlicht(bank: str = "mt940") -> dict[str, str | bytes]:
    """Germany: PayPal, some bank transfers, a savings bank."""
    stall, start = Stall("EUR", "+0200", "DE MwSt 19%", Decimal(19), True), date(2026, 9, 1)
    for n, total in enumerate(amounts("nordlicht", 30)):
        way = ("Bank Deposit", "bank_deposit") if n % 10 == 9 else ("PayPal Express Checkout", "paypal")
        stall.sell(start + timedelta(n * 20 // 30), total, way)
    paypal = [sale for sale in stall.sales if sale.tenders[0][1] == "paypal"]
    files, lines = paypal_days(paypal, (date(2026, 9, 4), date(2026, 9, 11), date(2026, 9, 18), date(2026, 9, 21)))
    lines += [(sale.on + timedelta(1), sale.total, f"Max Muster Bestellung {sale.name.strip('#')}", f"UEB{sale.name[1:]}") for sale in stall.sales if sale not in paypal]
    lines = sorted([*lines, (date(2026, 9, 14), Decimal("-1089.90"), "Miete September Lager", "DAUER1")])
    out: dict[str, str | bytes] = {"orders_export_1.csv": stall.orders(), "transactions_export_1.csv": stall.transactions(), **files}
    out["umsaetze.sta" if bank == "mt940" else "20260930-202051-umsatz.CSV"] = mt940(DE_BANK, "EUR", lines) if bank == "mt940" else german_csv(lines)
    return out


def two_coins() -> dict[str, str | bytes]:
    """Ireland and Britain: two shops of one company, one Stripe report each, two accounts at two banks."""
    out: dict[str, str | bytes] = {}
    for prefix, currency, iban, tax, rate, percent, fixed, mark, opening in (("#", "EUR", IE_BANK, "IE VAT 23%", 23, "1.5", "0.25", "E", "5000.00"), ("UK", "GBP", GB_BANK, "GB VAT 20%", 20, "1.5", "0.20", "G", "800.00")):
        stall = Stall(currency, "+0100", tax, Decimal(rate), True, prefix, 1001 if mark == "E" else 501, 5_100_000_000_001 if mark == "E" else 6_200_000_000_001)
        for n, total in enumerate(amounts("two" + mark, 30)):
            stall.sell(date(2026, 9, 1) + timedelta(n * 20 // 30), total, ("Stripe", "stripe"))
        rows, lines = stripe_rows(stall.sales, currency, percent, fixed, mark)
        out |= {f"orders_export_{mark}.csv": stall.orders(), f"transactions_export_{mark}.csv": stall.transactions(), f"payout_reconciliation_{mark}.csv": text_of(STRIPE, rows),
                f"camt053_{mark}.xml": camt(iban, currency, lines, Decimal(opening))}
    return out


def till() -> dict[str, str | bytes]:
    """Oregon and Washington: Shopify Payments on the web and at the till, gift cards, cash."""
    stall = Stall("USD", "-0700", "Washington State Tax 6.5%", Decimal("6.5"), False)
    shopify, gift, cash = ("Shopify Payments", "shopify_payments"), ("Gift Card", "gift_card"), ("Cash", "cash")
    for n, total in enumerate(amounts("till", 30)):
        on, where = date(2026, 9, 1) + timedelta(n * 20 // 30), "Pearl Street" if n % 3 == 0 else ""
        if n % 10 == 4:
            stall.sell(on, total + 20, gift, shopify, location=where, gift="20.00")
        elif n % 15 == 7:
            stall.sell(on, total, gift)
        elif n % 15 == 6:
            stall.sell(on, total, cash, location="Pearl Street")
        else:
            stall.sell(on, total, shopify, location=where)
    lines, payouts, bank = shopify_payments(stall.sales, "USD", stall.offset, "Pearl Street Paper Inc")
    cards = text_of("Id,Last Characters,Customer Name,Email,Order Name,Created At,Expires On,Initial Value,Balance,Currency,Expired?,Enabled?,Disabled At,Note",
                    [["500000000001", "7q2k", "Kim Larsen", "kim@example.com", "#1001", "2026-08-01 10:00:00 -0700", "", "100.00", "20.00", "USD", "false", "true", "", ""]])
    return {"orders_export_1.csv": stall.orders(), "transactions_export_1.csv": stall.transactions(), "payment_transactions_export_1.csv": lines, "payouts_export_1.csv": payouts,
            "gift_cards_export_1.csv": cards, "checking.qfx": ofx(US_BANK, "USD", bank)}
