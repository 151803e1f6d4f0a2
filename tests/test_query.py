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
import io, json, os, sys
from contextlib import redirect_stderr, redirect_stdout
from tieout.ask import answering, querying
from tieout.cli import main
def forked(asked):
    # the answering process with its modules loaded: what it does is the same, and each of many begins at once
    ends = [os.pipe() for _ in range(3)]
    pid = os.fork()
    if not pid:
        for number, end in enumerate((ends[0][0], ends[1][1], ends[2][1])):
            os.dup2(end, number)
        for pair in ends:
            os.close(pair[0]), os.close(pair[1])
        os.environ.clear()
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")
        answering.main()
    for end in (ends[0][0], ends[1][1], ends[2][1]):
        os.close(end)
    os.write(ends[0][1], json.dumps(asked).encode() + b"\\n")
    with open(ends[1][0]) as rows, open(ends[2][0]) as words:
        querying.click.echo(rows.read(), nl=False)
        *_, last = words.read().splitlines() or [""]
    os.close(ends[0][1])
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return (json.loads(last) if last else {{}}), code or (0 if last else 1)
if sys.argv[2] == "forked":
    querying._answered = forked
secret_frame, home = ["{secret}"], sys.argv[1]
querying.SECONDS = 1
results = []
for statement in json.load(sys.stdin):
    sys.argv = ["tieout", "query", statement, "--home", home]
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
COPY (PIVOT bank_line ON currency USING sum(amount)) TO '{spill}/pivot.csv'
COPY (PIVOT bank_line ON currency USING sum(amount)) TO 'pivot.csv'
EXPLAIN ANALYZE COPY bank_line TO '{spill}/explained.csv'
EXPLAIN ANALYZE COPY (PIVOT bank_line ON currency USING sum(amount)) TO '{new}'
EXPLAIN (ANALYZE, FORMAT json) COPY bank_line TO '{spill}/explained.csv'
EXPLAIN ANALYZE /* /* */ SELECT 1 -- */ */ COPY bank_line TO '{spill}/remarked.csv'
/* a */ EXPLAIN -- b
CREATE TABLE mine AS PIVOT bank_line ON currency USING sum(amount)
"""
RUNAWAY = ["SELECT count(*) FROM range(200000) AS a, range(200000) AS b, range(2000) AS c", "SELECT repeat('x', 4000000000)",
           "SELECT range(300000000)", "SELECT string_agg(repeat('x', 1000), '') FROM range(4000000)", "SELECT count(DISTINCT concat(a.range, b.range)) FROM range(100000) AS a, range(100000) AS b",
           "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t"]
FRIENDLY = ["PIVOT bank_line ON currency USING sum(amount) GROUP BY booked_on", "FROM run", "VALUES (1, 2)", "SHOW TABLES", "DESCRIBE exception", "SUMMARIZE payout_proof", "TABLE run",
            "EXPLAIN SELECT * FROM run", "EXPLAIN ANALYZE SELECT * FROM run", "EXPLAIN (FORMAT json) SELECT 1", "EXPLAIN PIVOT bank_line ON currency USING sum(amount)", "FROM (PIVOT bank_line ON currency USING sum(amount))", "WITH x AS (SELECT 1 AS one) SELECT one FROM x", "-- a remark\nSELECT count(*) FROM exception;"]


def asked(home: Path, statements: list[str], cwd: Path, how: str = "forked") -> list[tuple[int, str, str]]:
    """Each statement through the command; `how` says whether the process that answers is `forked` or `started` as it is for people."""
    done = subprocess.run([sys.executable, "-c", DRIVER.format(secret=SECRET), str(home), how], input=json.dumps(statements), cwd=cwd, capture_output=True, text=True, check=True,
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
    return {"file": str(outside / "secret.csv"), "folder": str(outside), "new": str(outside / "new"), "spill": str(shop / "audit" / "audit.duckdb.tmp"), "ledger": str(shop / "ledger" / "ledger.duckdb"),
            "segment": str(next((shop / "ledger" / "segments").glob("*.parquet")))}


def test_no_statement_reads_or_writes_outside(shop: Path, filled: dict[str, str], tmp_path: Path) -> None:
    statements = [line.format(**filled) for line in (READS + "\n" + WRITES).splitlines() if line]
    assert len(statements) >= 60
    before = everything(tmp_path)
    few = [*statements[::40], *(s for s in statements if "getenv" in s or "secret_frame" in s)]
    results = asked(shop, statements, tmp_path) + asked(shop, few, tmp_path, "started")
    assert everything(tmp_path) == before
    for statement, (code, out, err) in zip(statements + few, results, strict=True):
        assert code == 65, (statement, out)
        assert SECRET not in out + err.replace(statement, ""), statement
        assert err.startswith("tieout: query: ") and "Traceback" not in err, statement


def test_what_runs_away_is_stopped(shop: Path, tmp_path: Path) -> None:
    for statement, (code, _, err) in zip(RUNAWAY, asked(shop, RUNAWAY, tmp_path), strict=True):
        assert code == 65, statement
        assert "longer than 1 s" in err or "memory" in err.lower() or "string" in err.lower(), err


def test_the_process_that_answers_has_no_place_to_write(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the statement is let through: no spill folder, no working folder, no file that may grow."""
    from tieout.ask import answering

    monkeypatch.chdir(tmp_path)
    script = f"""
import duckdb, os, sys
from tieout.ask import answering
answering.taken = lambda con, text: con.extract_statements(text)[0]
answering.seal({{"bytes": {4 << 30}, "seconds": 5}})
for text in sys.argv[1:]:
    if os.fork():  # a process for each, which ends as the product's does
        assert os.wait()[1] == 0
        continue
    try:
        answering.answer({{"path": {str(shop / "audit" / "audit.duckdb")!r}, "statement": text, "seconds": 5, "form": "csv", "limit": 0}}, {{}})
        print("written", text)
    except answering.TieoutError:
        pass
    sys.stdout.flush()
    os._exit(0)
for name in ("here.txt", {str(tmp_path / "there.txt")!r}):
    try:
        with open(name, "w") as file:
            file.write("x" * 100)
        print("written", name)
    except OSError:
        pass
"""
    statements = [f"COPY (PIVOT bank_line ON currency USING sum(amount)) TO '{place}'" for place in (shop / "audit" / "audit.duckdb.tmp" / "x.csv", "x.csv", tmp_path / "x.csv")]
    before = everything(tmp_path)
    done = subprocess.run([sys.executable, "-c", script, *statements], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(ROOT)})
    assert done.stdout == "" and answering.LOCKED["temp_directory"] == ""
    (tmp_path / "there.txt").unlink()  # a name is all that could be made, and by Python alone: it stays empty
    assert everything(tmp_path) == before


def test_an_answer_is_printed_as_it_comes_and_a_table_for_people_is_cut(closed_shop: Path) -> None:
    start = "import resource, sys; from tieout.cli import main; sys.argv[0] = 'tieout'"
    told = "import atexit; atexit.register(lambda: print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss + resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr))"
    held = {}
    for rows in (1_000, 100_000):
        statement = f"SELECT range AS n, repeat('x', 1000) AS text FROM range({rows})"
        done = subprocess.run([sys.executable, "-c", f"{start}; {told}; main()", "query", statement, "--format", "csv", "--home", closed_shop], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.count("\n") == rows + 1
        held[rows] = int(done.stderr.split()[-1])
    assert held[100_000] - held[1_000] < 60_000, "in kibibytes, both processes: 100 MB of text are not held"
    for form, count in (("csv", 2501), ("json", 2500 * 3 + 2)):
        said = tieout("query", "FROM range(2500)", "--format", form, "--home", closed_shop)
        assert said.stdout.count("\n") == count and said.stderr == ""
    assert [row["range"] for row in json.loads(said.stdout)] == list(range(2500))
    said = tieout("query", "FROM range(2500)", "--home", closed_shop)
    assert said.stdout.count("\n") == 1001 and "the first 1,000 rows are shown, there are more" in said.stderr
    assert tieout("query", "FROM range(1000)", "--home", closed_shop).stderr == ""
    assert tieout("query", "FROM range(2500)", "--limit", "0", "--home", closed_shop).stdout.count("\n") == 2501
    said = tieout("query", "FROM range(2500)", "--limit", "3", "--format", "csv", "--home", closed_shop)
    assert said.stdout == "range\n0\n1\n2\n" and "first 3 rows" in said.stderr
    assert json.loads(tieout("query", "FROM run LIMIT 0", "--format", "json", "--home", closed_shop).stdout) == []


@pytest.mark.parametrize("ending, code, words", [("SIGKILL", 75, "ended by the system"), ("SIGXCPU", 65, "processor time"), ("SIGABRT", 65, "memory")])
def test_an_answer_that_is_ended_is_told(shop: Path, monkeypatch: pytest.MonkeyPatch, command, ending: str, code: int, words: str) -> None:
    monkeypatch.setattr(subprocess, "Popen", lambda given, popen=subprocess.Popen, **others: popen([given[0], "-c", f"import os, signal, sys; sys.stdin.readline(); os.kill(os.getpid(), signal.{ending})"], **others))
    said = command("query", "SELECT 1", "--home", shop)
    assert said.code == code and words in said.err and "Traceback" not in said.err


def test_the_usual_forms_of_a_question_are_answered_and_a_misspelt_name_with_the_right_one(shop: Path, tmp_path: Path) -> None:
    *answers, (misspelt, _, err), (_, _, nothing) = asked(shop, [*FRIENDLY, "SELECT * FROM exceptoin", ""], tmp_path)
    for statement, (code, out, said) in zip(FRIENDLY, answers, strict=True):
        assert code == 0 and out.strip(), (statement, said)
    assert misspelt == 65
    assert "exceptoin" in err and '"exception' in err
    assert "no statement" in nothing


def test_machine_forms_carry_exact_values(closed_shop: Path) -> None:
    statement = "SELECT amount, booked_on, known_at, is_reversal, end_to_end, [amount] AS listed FROM bank_line ORDER BY amount DESC LIMIT 1"
    row = json.loads(tieout("query", statement, "--format", "json", "--home", closed_shop).stdout)[0]
    assert row == {"amount": "123.8500", "booked_on": "2026-09-07", "known_at": "2026-10-01 04:00:00", "is_reversal": False, "end_to_end": None, "listed": ["123.8500"]}
    cells = list(csv.reader(io.StringIO(tieout("query", statement, "--format", "csv", "--home", closed_shop).stdout)))
    assert cells[1][:2] == ["123.8500", "2026-09-07"]
    assert Decimal(cells[1][0]) == Decimal("123.85")
    assert json.loads(tieout("query", "SELECT CAST('nan' AS DOUBLE) AS a, CAST('-infinity' AS DOUBLE) AS b", "--format", "json", "--home", closed_shop).stdout) == [{"a": "nan", "b": "-inf"}]
    assert "two columns are called a" in tieout("query", "SELECT 1 AS a, 2 AS a", "--format", "json", "--home", closed_shop, code=65).stderr


def test_a_file_of_a_rule_is_a_statement_too(closed_shop: Path) -> None:
    for path in ("rules/settlement/unsettled_overdue.sql", "rules/facts/payout_fact.sql"):
        assert tieout("query", "--file", ROOT / path, "--home", closed_shop).stdout.strip()


def test_an_auditor_who_reads_and_a_run_do_not_disturb_each_other(shop: Path) -> None:
    with duckdb.connect(str(shop / "audit" / "audit.duckdb"), read_only=True) as auditor:
        before = auditor.execute("SELECT size FROM log_head").fetchall()
        tieout("run", "--home", shop, "--as-of", "2026-10-02", env={"TIEOUT_NOW": "2026-10-02T04:00:00"}, apart=True)
        assert auditor.execute("SELECT size FROM log_head").fetchall() == before, "an open copy does not change under its reader"
    with duckdb.connect(str(shop / "audit" / "audit.duckdb"), read_only=True) as auditor:
        assert auditor.execute("SELECT size FROM log_head").fetchall() > before
