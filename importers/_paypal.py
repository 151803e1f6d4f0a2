"""PayPal's transaction event codes: the exact code first, then its group; the same code is a sale or a payment by its sign."""

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
