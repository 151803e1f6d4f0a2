"""Statements of auditors: whatever is sent, nothing outside the published tables is read or written, and what runs away is stopped."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, tieout

SECRET = "kestrel-4711"
DRIVER = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
from tieout import querying
from tieout.cli import main
secret_frame = ["{secret}"]
querying.SECONDS = 2
results = []
for statement in json.load(sys.stdin):
    sys.argv = ["tieout", "query", statement, "--home", sys.argv[-1]]
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
    results.append([code, out.getvalue(), err.getvalue()])
print(json.dumps(results))
"""
READS = """SELECT * FROM read_text('{file}')
SELECT * FROM read_blob('{file}')
SELECT * FROM read_csv('{file}')
SELECT * FROM read_csv_auto('{file}')
SELECT * FROM read_json('{file}')
SELECT * FROM read_json_objects('{file}')
SELECT * FROM read_ndjson('{file}')
SELECT * FROM read_parquet('{segment}')
SELECT * FROM parquet_metadata('{segment}')
SELECT * FROM parquet_schema('{segment}')
SELECT * FROM glob('{folder}/*')
SELECT * FROM sniff_csv('{file}')
SELECT * FROM '{file}'
FROM "{file}"
WITH t AS (SELECT * FROM read_text('{file}')) SELECT * FROM t
SELECT (SELECT content FROM read_text('{file}'))
SELECT * FROM query('SELECT * FROM read_text(''{file}'')')
SELECT * FROM query_table(['{file}'])
SUMMARIZE FROM '{file}'
EXPLAIN ANALYZE SELECT * FROM read_text('{file}')
SELECT * FROM secret_frame
SELECT getenv('TIEOUT_SECRET')
PIVOT (SELECT * FROM read_csv('{file}', header = false)) ON column0 USING count(*)"""
WRITES = """COPY run TO '{new}'
COPY (SELECT 1) TO '{new}' (FORMAT parquet)
EXPLAIN ANALYZE COPY run TO '{new}'
EXPORT DATABASE '{new}'
IMPORT DATABASE '{folder}'
ATTACH '{new}'
ATTACH '{ledger}' AS led
ATTACH ':memory:' AS mem
CREATE TABLE mine AS SELECT 1
CREATE TEMP TABLE mine AS SELECT 1
CREATE VIEW mine AS SELECT 1
CREATE MACRO mine(x) AS x + 1
INSERT INTO run SELECT * FROM run
UPDATE exception SET state = 'gone'
DELETE FROM exception
DROP TABLE exception
ALTER TABLE exception RENAME TO other
COMMENT ON TABLE exception IS 'mine'
EXPLAIN ANALYZE DELETE FROM exception
CALL pragma_version()
PRAGMA enable_profiling
PRAGMA database_list
SET profiling_output = '{new}'
SET log_query_path = '{new}'
SET memory_limit = '100GB'
SET enable_external_access = true
RESET lock_configuration
INSTALL httpfs
LOAD '{file}'
CREATE SECRET s (TYPE s3)
CHECKPOINT
VACUUM
USE temp
PREPARE p AS SELECT 1
EXECUTE p
BEGIN TRANSACTION
SELECT 1; DROP TABLE exception
SELECT 1; SELECT 2
"""
RUNAWAY = ["SELECT count(*) FROM range(200000) AS a, range(200000) AS b, range(2000) AS c", "SELECT repeat('x', 4000000000)",
           "SELECT range(300000000)", "SELECT string_agg(repeat('x', 1000), '') FROM range(4000000)", "SELECT count(DISTINCT concat(a.range, b.range)) FROM range(100000) AS a, range(100000) AS b",
           "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t"]
FRIENDLY = ["PIVOT bank_line ON currency USING sum(amount) GROUP BY booked_on", "FROM run", "VALUES (1, 2)", "SHOW TABLES", "DESCRIBE exception", "SUMMARIZE payout_proof", "TABLE run",
            "EXPLAIN SELECT * FROM run", "WITH x AS (SELECT 1 AS one) SELECT one FROM x", "-- a remark\nSELECT count(*) FROM exception;"]


def asked(home: Path, statements: list[str], cwd: Path) -> list[tuple[int, str, str]]:
    """Each statement through the command, in one process of its own: the limits that it sets stay there."""
    done = subprocess.run([sys.executable, "-c", DRIVER.format(secret=SECRET), str(home)], input=json.dumps(statements), cwd=cwd, capture_output=True, text=True, check=True,
                          env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "TIEOUT_SECRET": SECRET})
    return [tuple(one) for one in json.loads(done.stdout)]


def everything(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def filled(shop: Path, tmp_path: Path) -> dict[str, str]:
    """Places that a statement might want, and a secret in them."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text(f"{SECRET},1\n")
    return {"file": str(outside / "secret.csv"), "folder": str(outside), "new": str(outside / "new"), "ledger": str(shop / "ledger" / "ledger.duckdb"),
            "segment": str(next((shop / "ledger" / "segments").glob("*.parquet")))}


def test_no_statement_reads_or_writes_outside(shop: Path, filled: dict[str, str], tmp_path: Path) -> None:
    statements = [line.format(**filled) for line in (READS + "\n" + WRITES).splitlines() if line]
    assert len(statements) >= 60
    before = everything(tmp_path)
    results = asked(shop, statements, tmp_path)
    assert everything(tmp_path) == before
    for statement, (code, out, err) in zip(statements, results, strict=True):
        assert code == 65, (statement, out)
        assert SECRET not in out + err.replace(statement, ""), statement
        assert err.startswith("tieout: query: ") and "Traceback" not in err, statement


def test_what_runs_away_is_stopped(shop: Path, tmp_path: Path) -> None:
    for statement, (code, _, err) in zip(RUNAWAY, asked(shop, RUNAWAY, tmp_path), strict=True):
        assert code == 65, statement
        assert "longer than 2 s" in err or "memory" in err.lower() or "string" in err.lower(), err


def test_the_usual_forms_of_a_question_are_answered(shop: Path, tmp_path: Path) -> None:
    for statement, (code, out, err) in zip(FRIENDLY, asked(shop, FRIENDLY, tmp_path), strict=True):
        assert code == 0 and out.strip(), (statement, err)


def test_a_misspelt_name_is_answered_with_the_right_one(shop: Path, tmp_path: Path) -> None:
    [(code, _, err), (_, _, nothing)] = asked(shop, ["SELECT * FROM exceptoin", ""], tmp_path)
    assert code == 65
    assert "exceptoin" in err and '"exception' in err
    assert "no statement" in nothing


def test_machine_forms_carry_exact_values(closed_shop: Path) -> None:
    statement = "SELECT amount, booked_on, known_at, is_reversal, end_to_end, [amount] AS listed FROM bank_line ORDER BY amount DESC LIMIT 1"
    row = json.loads(tieout("query", statement, "--format", "json", "--home", closed_shop).stdout)[0]
    assert row == {"amount": "123.8500", "booked_on": "2026-09-07", "known_at": "2026-10-01 04:00:00", "is_reversal": False, "end_to_end": None, "listed": ["123.8500"]}
    cells = list(csv.reader(io.StringIO(tieout("query", statement, "--format", "csv", "--home", closed_shop).stdout)))
    assert cells[1][:2] == ["123.8500", "2026-09-07"]
    assert Decimal(cells[1][0]) == Decimal("123.85")


def test_a_file_of_a_rule_is_a_statement_too(closed_shop: Path) -> None:
    for path in ("rules/settlement/capture_not_settled.sql", "rules/facts/payout_fact.sql"):
        assert tieout("query", "--file", ROOT / path, "--home", closed_shop).stdout.strip()


def test_an_auditor_who_reads_and_a_run_do_not_disturb_each_other(shop: Path) -> None:
    with duckdb.connect(str(shop / "audit" / "audit.duckdb"), read_only=True) as auditor:
        before = auditor.execute("SELECT size FROM log_head").fetchall()
        tieout("run", "--home", shop, "--as-of", "2026-10-02", env={"TIEOUT_NOW": "2026-10-02T04:00:00"}, apart=True)
        assert auditor.execute("SELECT size FROM log_head").fetchall() == before, "an open copy does not change under its reader"
    with duckdb.connect(str(shop / "audit" / "audit.duckdb"), read_only=True) as auditor:
        assert auditor.execute("SELECT size FROM log_head").fetchall() > before
