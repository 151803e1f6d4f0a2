"""What PayPal's reports have in common: event codes, the exact one first, then its group, and the columns of a movement."""

from __future__ import annotations

from . import _columns as c
from . import _derive as d
from ._kit import Lands

STAMP, DAY = "%Y/%m/%d %H:%M:%S %z", "%Y/%m/%d"
SIGNS = {"CR": "cr", "DR": "dr"}
PERIOD = ("Period start", "Period end", "Account", "Partner account")

REFUND, DISPUTE, RESERVE, TRANSFER, FINANCING = "refund", "dispute", "reserve", "transfer", "financing"
CHARGEBACK = ("chargeback", DISPUTE)
HOLD, RELEASE = ("reserve_hold", RESERVE), ("reserve_release", RESERVE)
ADJUSTMENT = ("adjustment", "adjustment")
LOAN_OUT, LOAN_BACK = ("loan_disbursement", FINANCING), ("loan_repayment", FINANCING)

EVENT_CODES = {
    "t00* +": ("charge", "sale"),
    "t00* -": ("transfer_out", TRANSFER),
    "t01*": ("fee", "fee"),
    "t0106": ("dispute_fee", "dispute_fee"),
    "t0200": ("fx", TRANSFER),
    "t0201": ("fx", TRANSFER),
    "t0202": ("fx", TRANSFER),
    "t03*": ("topup", TRANSFER),
    "t04*": ("payout", "payout"),
    "t05*": ("transfer_out", TRANSFER),
    "t06*": ("transfer_out", TRANSFER),
    "t07*": ("topup", TRANSFER),
    "t08*": ("reimbursement", "adjustment"),
    "t09*": ("promotion", "marketing"),
    **dict.fromkeys(("t1100", "t1106", "t1112", "t1114", "t1116", "t1117", "t1118", "t1119", "t1201"), CHARGEBACK),
    "t1101 +": ("payout_failed", "payout"),
    "t1101 -": ("topup", TRANSFER),
    "t1104 +": ("payout_failed", "payout"),
    "t1104 -": ("topup", TRANSFER),
    "t1105": RELEASE,
    **dict.fromkeys(("t1107", "t1113", "t1115"), (REFUND, REFUND)),
    **dict.fromkeys(("t1108", "t1109"), ("fee_refund", "fee")),
    "t1110": ("dispute_hold", DISPUTE),
    "t1111": ("dispute_release", DISPUTE),
    **dict.fromkeys(("t1202", "t1208"), ("chargeback_reversal", DISPUTE)),
    "t1205": ("reimbursement", "protection"),
    "t1207": ("second_chargeback", DISPUTE),
    **dict.fromkeys(("t1200", "t1203", "t1204", "t19*"), ADJUSTMENT),
    "t15*": HOLD,
    **dict.fromkeys(("t16* +", "t18* +", "t2004 +", "t9701 +", "t9702 +"), LOAN_OUT),
    **dict.fromkeys(("t16* -", "t18* -", "t2004 -", "t9701 -", "t9702 -"), LOAN_BACK),
    "t1700": ("payout", "payout"),
    "t1701": ("payout", "payout"),
    "t20* +": ("transfer_in", TRANSFER),
    "t20* -": ("transfer_out", TRANSFER),
    **dict.fromkeys(("t2101", "t2103", "t2105", "t2107", "t2111", "t2113", "t2114"), HOLD),
    **dict.fromkeys(("t2102", "t2104", "t2106", "t2108", "t2112"), RELEASE),
    **dict.fromkeys(("t2109", "t2110"), ("gift_card", "adjustment")),
    "t2301": ("tax_withheld", "tax"),
    "t50* +": ("transfer_in", TRANSFER),
    "t50* -": ("transfer_out", TRANSFER),
    "t97*": ADJUSTMENT,
}
PAYOUT_CODE, RETURNED_CODE = "t04[0-9]{2}|t170[01]", "t110[14]"


class Movement(Lands):
    """One row of the balance: hundredths without sign, credit or debit beside them."""

    lands = "settlement_line"
    key = ("account", "line_id")

    processor_ref = c.ident("Transaction ID", filled=True)
    merchant_ref = c.lenient_ident("Invoice ID")
    custom = c.lenient_ident("Custom Field", optional=True)
    parent_ref = c.ident("PayPal Reference ID", optional=True)
    native_type = c.text("Transaction Event Code", filled=True)
    occurred_at = c.moment("Transaction Completion Date", "Transaction Initiation Date", form=STAMP, filled=True)
    booked_on = c.day("Transaction Completion Date", "Transaction Initiation Date", form=DAY, head=True, filled=True)
    sign = c.code("Transaction Debit or Credit", codes=SIGNS)
    unsigned = c.hundredths("Gross Transaction Amount")
    currency = c.currency("Gross Transaction Currency")
    fee_sign = c.code("Fee Debit or Credit", codes=SIGNS, filled=False)
    fee_unsigned = c.hundredths("Fee Amount", filled=False)
    fee_currency = c.currency("Fee Currency", filled=False)
    bank_reference = c.ident("Bank Reference ID", optional=True)
    gross = d.by_sign("unsigned", "sign", minus="dr")
    fee = d.by_sign("fee_unsigned", "fee_sign", minus="dr")
    net_stated = d.total("gross", "fee")
    native_id = d.joined("processor_ref", "native_type")
    payment_id = d.first_filled("merchant_ref", "custom")
    order_name = d.extracted("merchant_ref")
