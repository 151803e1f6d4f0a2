"""What has to hold for the month in which nothing is wrong."""

from __future__ import annotations

from pathlib import Path

import duckdb


def wrong(home: Path) -> list[str]:
    """What a clean month says that it should not: an exception, a payout that is not proven, a balance that does not roll forward, a file that was refused."""
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        found = [f"exception {code} {key}" for code, key in con.execute("SELECT code, subject_key FROM exception WHERE state IN ('open', 'review')").fetchall()]
        found += [f"payout {key} is {state}" for key, state in con.execute("SELECT concat(account, '/', payout_id), state FROM payout_proof WHERE state NOT IN ('proven', 'in_transit')").fetchall()]
        found += [f"{kind} {account} rolls with {residual}" for kind, account, residual in con.execute("SELECT kind, account, residual FROM roll_forward WHERE residual <> 0").fetchall()]
        found += [f"clearing {account} has {residual} unexplained" for account, residual in con.execute("SELECT account, residual FROM clearing_proof WHERE residual <> 0").fetchall()]
        found += [f"refused {name}: {code}" for name, code in con.execute("SELECT name, code FROM dead_letter").fetchall()]
        if not con.execute("SELECT count(*) FROM payout_proof WHERE state = 'proven'").fetchall()[0][0]:
            found.append("no payout is proven")
    return found
