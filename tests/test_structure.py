"""What holds for the whole house: layers, sizes, money without floats, statements in .sql files, documentation that is complete, a wheel that holds it all."""

from __future__ import annotations

import ast
import csv
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
import sqlglot
from conftest import ROOT
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from ledger.mapping_files import PACKS
from ledger.sqltext import schema
from rules._life import steps
from rules._rules import load, outline

PACKAGES = ("ledger", "importers", "rules", "exporters", "tieout")
MODULE_LINES, FUNCTION_LINES, DEPTH = 400, 50, 2
# the only places that may know a float, and what they know by it
FLOATS = {
    "importers/_odoo.py": "a cell of a workbook, written out as the text that Odoo's CSV would hold",
    "ledger/mapping_files.py": "how alike two words are",
    "tieout/remote/sftp.py": "seconds and file times",
    "tieout/night/ending.py": "seconds that a run took",
    "tieout/ask/looking.py": "numbers of a question that are none, in JSON",
    "tieout/books/metrics.py": "values of metrics: counts and seconds",
    "tieout/remote/transfer.py": "seconds and file times",
    "tieout/ask/reproducing.py": "seconds that a check takes",
    "exporters/workbook.py": "centimetres of a chart",
    "exporters/_sheets.py": "inches of a printed page",
}
# DDL takes no parameters: here names are put into a statement, each quoted
# the library's own expressions, as it writes them
STEPS = {("importers/_steps.py", name) for name in ("project", "beside", "filter", "grouped", "order", "union", "create", "view")}
QUOTED_NAMES = {("ledger/layout.py", "lay_out"), ("ledger/publish.py", "empty_fact"), ("tieout/night/judging.py", "_anew"), ("tieout/night/judging.py", "findings"), ("tieout/night/judging.py", "_post"), ("tieout/night/unchanged.py", "_clear"), *STEPS}
# what takes a name of the books away, gives it to something else or looks through a folder: ledger/places.py has the verbs that follow no link
LOOSE = {"unlink", "rename", "renames", "rmdir", "rmtree", "removedirs", "symlink_to", "hardlink_to", "chmod", "copytree", "iterdir", "rglob", "glob", "scandir", "listdir", "walk", "NamedTemporaryFile", "mkstemp"}
LOOSE_OF_OS = {"remove", "replace", "link", "symlink", "mkdir", "open", "truncate", "chown"}
LOOSE_ALLOWED = {
    ("ledger/durable.py", "open"): "a file is synced",
    ("ledger/log.py", "glob"): "the names of the manifests",
    ("ledger/lock.py", "open"): "the folder that is locked",
    ("ledger/verify.py", "iterdir"): "the names of the segments",
    ("tieout/books/setup.py", "rglob"): "the sample month beside the packages",
    ("tieout/ask/answering.py", "rmdir"): "an empty folder to stand in, outside of the books",
    ("tieout/books/setup.py", "open"): "a new secret, where none was",
    ("tieout/ask/rule_cases.py", "glob"): "the cases of the rules",
    ("tieout/night/probes.py", "symlink_to"): "a plain name in ledger/tmp for the file that is read",
    ("tieout/remote/transfer.py", "rename"): "a remote's file",
}
RUNNERS = ("execute", "executemany", "sql", "query", "from_query")
STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|COPY|ATTACH|WITH|COMMENT ON)\b")
UNSTEADY = {"hash", "now", "today", "random", "setseed", "get_current_timestamp", "transaction_timestamp", "get_current_time"}
MACHINE = re.compile(r"/(work|home|root|mnt|Users)/[a-z]|/tmp/(?!\.)[a-z]")
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK", "W" + "IP")) + r")\b")


def kept() -> list[Path]:
    """Every file of the project, as git has it; in an unpacked archive every file there is."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    names = os.fsdecode(done.stdout).split("\0") if done.returncode == 0 else [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if ".venv" not in p.parts]
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def python(*folders: str) -> list[Path]:
    return [path for path in kept() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def parsed(text: str) -> exp.Expression:
    return sqlglot.parse_one(text, read="duckdb")


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_imports_point_down_only() -> None:
    done = subprocess.run([Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_modules_and_functions_are_short() -> None:
    long = [f"{place(p)}: {n} lines" for p in python(*PACKAGES, "docs", "sample_data", "benchmarks") if (n := len(p.read_text(encoding="utf-8").splitlines())) > MODULE_LINES]
    long += [
        f"{place(p)}:{f.lineno} {f.name}: {n} lines"
        for p in python(*PACKAGES, "docs", "sample_data", "benchmarks", "tests")
        for f in functions(p)
        if (n := (f.end_lineno or 0) - f.lineno + 1) > FUNCTION_LINES
    ]
    assert long == []


def test_folders_are_two_deep_at_most() -> None:
    assert [place(p) for p in kept() if p.relative_to(ROOT).parts[0] in PACKAGES and len(p.relative_to(ROOT).parts) > DEPTH + 1] == []


def test_every_module_says_what_it_is_for() -> None:
    assert [place(p) for p in python(*PACKAGES, "tests", "docs", "sample_data") if not ast.get_docstring(tree(p))] == []


def test_no_float_comes_near_money() -> None:
    found = set()
    for path in python(*PACKAGES):
        for node in ast.walk(tree(path)):
            if (isinstance(node, ast.Name) and node.id == "float") or (isinstance(node, ast.Constant) and isinstance(node.value, float)):
                found.add(place(path))
    assert found <= FLOATS.keys(), sorted(found - FLOATS.keys())


def loose(path: Path) -> set[tuple[str, str]]:
    """Calls that act on a path as it is written, through whatever link lies on the way."""
    calls = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    of_os = {f.attr for f in calls if f.attr in LOOSE_OF_OS and isinstance(f.value, ast.Name) and f.value.id == "os"}
    return {(place(path), name) for name in of_os | {f.attr for f in calls if f.attr in LOOSE}}


def test_nothing_in_the_books_is_moved_removed_or_listed_but_by_the_verbs_that_follow_no_link() -> None:
    found = set().union(*(loose(path) for path in python("ledger", "tieout", "exporters") if place(path) != "ledger/places.py"))
    assert sorted(found - LOOSE_ALLOWED.keys()) == []
    assert sorted(LOOSE_ALLOWED.keys() - found) == [], "no longer needed"


def statements() -> list[Path]:
    return [path for path in kept() if path.suffix == ".sql" and path.relative_to(ROOT).parts[0] in PACKAGES]


def layout(path: Path) -> set[str]:
    """The rules of .sqruff that a statement breaks, as `make lint` sees it."""
    done = subprocess.run([Path(sys.executable).with_name("sqruff"), "--config", ROOT / ".sqruff", "lint", path], cwd=ROOT, capture_output=True, text=True, check=False)
    found = set(re.findall(r"\| ([A-Z]{2}\d\d) \|", done.stdout + done.stderr))
    assert (done.returncode != 0) == bool(found), done.stdout + done.stderr
    return found


def test_a_statement_that_is_not_laid_out_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "statement.sql"
    good = "-- why\nSELECT a, CAST(b AS DECIMAL(18,4)) AS b, - c AS c, j->>'k' AS k, list_transform(l, lambda x: x + 1) AS l\nFROM t AS t(a, b) WHERE EXISTS (SELECT 1)\n"
    path.write_text(good, encoding="utf-8")
    assert layout(path) == set()
    bad = {
        "a, CAST": "a,CAST", "k, list": "k , list", "SELECT a": "select a", "SELECT 1": "SELECT true", "FROM t AS": "FROM  t AS", "(SELECT 1)\n": "(SELECT 1) \n", "(a, b)": "( a, b )", "l\nFROM": "l\n  , 1\nFROM",
        "EXISTS (SELECT 1)\n": "EXISTS (SELECT 1)",
    }  # fmt: skip
    for right, wrong in bad.items():
        assert good.count(right) == 1, right
        path.write_text(good.replace(right, wrong), encoding="utf-8")
        assert layout(path) != set(), wrong
    path.write_text(good.rstrip() + ";\n" + "-- long\n" * 5000 + "SELECT a,b FROM t\n", encoding="utf-8")
    assert layout(path) == {"LT01"}, "long files are looked at too"


def test_no_statement_knows_a_float() -> None:
    bare = {place(path): re.sub(r"/\*.*?\*/|--[^\n]*|'[^']*'", " ", path.read_text(encoding="utf-8"), flags=re.S) for path in statements()}
    assert [name for name, text in bare.items() if re.search(r"\b(float[48]?|double|real|avg|mean|fsum|kahan_sum)\b", text, re.I)] == []


@pytest.mark.parametrize("rule", load(), ids=lambda rule: rule.name)
def test_rules_stay_in_the_portable_subset(rule) -> None:
    statement = parsed(rule.text)
    assert isinstance(statement, exp.Query)
    if rule.header.kind in ("match", "check", "post"):
        assert statement.args.get("order"), "what is kept or read by people comes in an order"
    assert unsteady(statement) == [], "another answer in another run, or in another version of the engine"
    assert not [star for star in statement.find_all(exp.Star) if isinstance(star.parent, exp.Select)], "SELECT *"
    assert not list(statement.find_all(exp.Div, exp.Avg, exp.AnyValue, exp.First)), "a function whose result is inexact or open"
    assert all("AS INT128" in part.sql("duckdb") for division in statement.find_all(exp.IntDiv) for part in (division.this, division.expression)), "a division that is not of whole numbers"
    assert not [join for join in statement.find_all(exp.Join) if join.method in ("ASOF", "POSITIONAL")]
    assert not [group for group in statement.find_all(exp.Group) if group.args.get("all")]
    for gathered in statement.find_all(exp.GroupConcat, exp.ArrayAgg):
        assert gathered.find(exp.Order), f"{gathered.sql('duckdb')[:60]} has no order"


@pytest.mark.parametrize("rule", load(), ids=lambda rule: rule.name)
def test_no_rule_takes_the_first_row_of_anything(rule) -> None:
    assert cut_short(rule.text) == [], "DuckDB may answer an aggregate over a LIMIT from statistics, and an EXISTS that hangs on nothing outside is one"


def cut_short(text: str) -> list[str]:
    """LIMITs of a statement, and EXISTS whose subquery names no column of the statement around it, which the engine runs as a count over a LIMIT."""
    statement = parsed(text)
    found = [limit.sql("duckdb") for limit in statement.find_all(exp.Limit, exp.Offset)]
    for test in statement.find_all(exp.Exists):
        own = {table.alias_or_name for table in test.find_all(exp.Table)}
        if all(column.table in own or not column.table for column in test.find_all(exp.Column)):
            found.append(test.sql("duckdb"))
    return found


def test_what_takes_the_first_row_is_seen() -> None:
    assert cut_short("SELECT x FROM a WHERE EXISTS (SELECT 1 FROM b AS c WHERE c.y > 0)") == ["EXISTS(SELECT 1 FROM b AS c WHERE c.y > 0)"]
    assert len(cut_short("SELECT x FROM a WHERE NOT EXISTS (SELECT 1 FROM b) AND x = (SELECT y FROM c LIMIT 1)")) == 2
    assert cut_short("SELECT x FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.y = a.x AND EXISTS (SELECT 1 FROM c WHERE c.z = b.z))") == []


def test_every_session_is_opened_in_one_place() -> None:
    callers = {place(path) for path in python(*PACKAGES) for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute) and node.attr == "connect" and ast.unparse(node.value) == "duckdb"}
    assert callers == {"ledger/session.py"}


def unsteady(statement: exp.Expression) -> list[str]:
    """Calls whose result hangs on the moment, on chance, or on the engine's version."""
    moments = (exp.CurrentDate, exp.CurrentTime, exp.CurrentTimestamp, exp.Localtime, exp.Localtimestamp)
    known = [call.sql("duckdb") for call in statement.find_all(*moments, exp.Rand, exp.Uuid)]
    return known + [call.name for call in statement.find_all(exp.Anonymous) if call.name.lower() in UNSTEADY]


def test_unsteady_calls_are_seen() -> None:
    calls = ("hash(x)", "now()", "today()", "current_date", "current_timestamp", "current_time", "localtimestamp", "transaction_timestamp()", "random()", "uuid()", "gen_random_uuid()")
    assert [call for call in calls if not unsteady(sqlglot.parse_one(f"SELECT {call} FROM t ORDER BY 1", read="duckdb"))] == []
    assert unsteady(sqlglot.parse_one("SELECT sha256(x), as_of FROM t CROSS JOIN run_context", read="duckdb")) == []


def tables_read(text: str) -> set[str]:
    """Tables that a statement reads, scope by scope: a CTE that has a table's name is not that table."""
    scopes = traverse_scope(parsed(text))
    return {source.name for scope in scopes for source in scope.sources.values() if isinstance(source, exp.Table) and source.name}


@pytest.mark.parametrize("rule", load(), ids=lambda rule: rule.name)
def test_a_rule_names_the_tables_that_it_reads(rule) -> None:
    assert tables_read(rule.text) == set(rule.header.reads)


def test_a_rule_of_a_pack_says_nothing_where_its_pack_is_off() -> None:
    """By its own statement, or by a fact without which it says nothing."""
    rules = {rule.name: rule for rule in load()}
    packs = {name: rule.header.pack for name, rule in rules.items() if rule.header.pack}

    def silent(name: str, pack: str) -> bool:
        needed = outline(rules[name]).over
        return ("pack_on" in needed and f"pack = '{pack}'" in rules[name].text.partition("*/")[2]) or any(silent(one, pack) for one in needed if one in rules)

    assert set(packs.values()) == set(PACKS)
    assert [name for name, pack in packs.items() if not silent(name, pack)] == []
    assert [name for name, rule in rules.items() if rule.header.kind == "check" and "pack_on" in rule.header.reads and name not in packs] == []


def test_tables_are_told_from_what_a_statement_names_itself() -> None:
    assert tables_read("WITH a AS (SELECT x FROM b), b AS (SELECT y FROM c) SELECT x FROM a JOIN b ON x = y WHERE EXISTS (SELECT 1 FROM d)") == {"b", "c", "d"}


def test_no_statement_is_built_from_pieces() -> None:
    found = []
    for path in python(*PACKAGES):
        for function in functions(path):
            for node in ast.walk(function):
                if is_built(node) and (place(path), function.name) not in QUOTED_NAMES:
                    found.append(f"{place(path)}:{node.lineno}")
    assert sorted(set(found)) == []


def is_built(node: ast.AST) -> bool:
    """A statement glued together: handed to a runner, or begun like one."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in RUNNERS:
        return any(glued(argument) for argument in node.args)
    return glued(node) and bool(STATEMENT.match("".join(part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str))))


def glued(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        return any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in ast.walk(node))
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format" and isinstance(node.func.value, ast.Constant)


def test_the_checks_for_glued_statements_see_them() -> None:
    for text in ('con.execute(f"DROP TABLE {name}")', 'con.sql("SELECT 1 FROM " + name)', 'x = "SELECT * FROM %s" % name', 'y = "DELETE FROM {}".format(name)'):
        assert any(is_built(node) for node in ast.walk(ast.parse(text))), text


def test_every_importer_and_every_rule_has_its_cases() -> None:
    from importers import _registry

    assert [i.module_name() for i in _registry.importers() if not list((ROOT / "tests" / "importers" / i.module_name()).glob("*.expect.json"))] == []
    cases = {path.stem.split("--")[0] for path in (ROOT / "tests" / "rules").glob("*.md")}
    assert {rule.name for rule in load()} <= cases <= {rule.name for rule in (*load(), *steps())}


def leaves(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from leaves(command.get_command(context, name), (*words, name))
    else:
        yield " ".join(words), command


def test_every_command_explains_itself_and_is_in_the_reference() -> None:
    from tieout.cli import cli

    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    for words, command in leaves(cli, ("tieout",)):
        assert f"## {words}\n" in page
        assert (command.help or "").strip().endswith("."), words
        assert [option.opts[0] for option in command.params if isinstance(option, click.Option) and not option.help] == [], words


def test_every_table_and_column_has_its_comment() -> None:
    page = (ROOT / "docs" / "reference" / "tables.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| ") and not line.startswith("| column ")]
    assert len(rows) > 300
    assert [row[1] for row in rows if len(row) < 5 or len(row[3].strip()) < 3] == []


def test_every_link_of_a_page_leads_somewhere() -> None:
    broken = []
    for page in (path for path in kept() if path.suffix == ".md"):
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{place(page)}: {target}")
    assert broken == []


def test_the_page_of_what_was_tried_names_tests_that_exist() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    named = {name for line in page.splitlines() if line.startswith("| ") for name in re.findall(r"(?:drills/)?test_\w+", line.rstrip(" |").rpartition("|")[2])}
    assert len(named) > 15
    assert [name for name in sorted(named) if not (ROOT / "tests" / f"{name}.py").exists()] == []


def test_every_dependency_has_its_decision() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {re.split(r"[<>=!~\[ ]", line)[0] for line in (*project["dependencies"], *project["optional-dependencies"]["dev"])}
    told = " ".join(path.name + path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "decisions").glob("*.md")).lower()
    assert sorted(name for name in named if name.lower() not in told) == []


def test_the_wheel_holds_every_module_and_statement_and_nothing_else(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=ROOT, capture_output=True, check=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    wanted = {place(path) for path in kept() if path.relative_to(ROOT).parts[0] in PACKAGES}
    assert {name for name in wanted if name.endswith(".sql")}
    page = next(name for name in packed if name.endswith("/share/man/man1/tieout.1"))
    assert packed - {page} == wanted


def test_no_page_or_module_names_a_machine_or_is_unfinished() -> None:
    found = []
    for path in kept():
        if path.suffix in (".png", ".lock", ".xlsx") or path.parts[-3:-2] == ("inbox",):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{place(path)}: {hit.group()}" for pattern in (MACHINE, UNFINISHED) for hit in pattern.finditer(text) if path != Path(__file__)]
    assert found == []


def test_the_top_level_holds_what_it_is_for_and_no_books() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\n")
    folders = {line.split("/")[0] for line in listed if "/" in line}
    assert folders <= {".ci", "benchmarks", "docs", "exporters", "importers", "ledger", "rules", "sample_data", "tests", "tieout"}


def test_the_catalogue_says_what_is() -> None:
    """Every check stands in it, and what it calls landed and read by no rule is that."""
    with (ROOT / "docs" / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["id"]: row["where"] for row in csv.DictReader(file)}
    checks = {rule.id for rule in load() if rule.header.kind == "check"}
    assert sorted(checks - listed.keys()) == []
    assert [name for name, where in listed.items() if not where and name not in checks] == []
    assert [name for name, where in listed.items() if where.startswith("not built") and name in checks] == []
    read = {name.removesuffix("_current") for rule in load() for name in rule.header.reads}
    landed = set(re.findall(r"^CREATE TABLE (\w+)", schema("sources"), re.M))
    unread = {name for where in listed.values() if "no rule reads" in where for name in re.findall(r"[a-z]+(?:_[a-z]+)*", where)} & landed
    assert sorted(unread & read) == []
    assert unread


def test_the_way_of_a_row_is_walked_in_few_files_that_are_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    steps = re.findall(r"^\| \d+ \| `([^`]+)` \|", page, re.M)
    named = re.findall(r"`([a-z_0-9/]+/[a-z_0-9]+\.(?:py|sql))`", page)
    assert 0 < len(steps) <= 25 and [path for path in (*steps, *named) if not (ROOT / path).is_file()] == []
    told = "\n".join(line for line in page.splitlines() if re.match(r"\| \d+ \|", line))
    assert len(set(re.findall(r"`[a-z_0-9/]+\.(?:py|sql)`", told))) == len(steps), "no step sends the reader to a further file"
    texts = {place(path): path.read_text(encoding="utf-8") for path in statements()}
    assert [name for name, text in texts.items() if "'gone' END" in text] == ["rules/life/60_events.sql"], "one search finds where an exception closes"
    assert [name for name, text in texts.items() if 'code = "PAYOUT_NOT_IN_BANK"' in text] == ["rules/payouts/payout_not_in_bank.sql"]


def test_every_statement_on_the_way_of_a_row_reads_what_the_one_before_made() -> None:
    """The check and the facts under it, by their headers; the life of an exception, by its."""
    rules = {rule.name: rule for rule in load()}
    way = ("payout_current", "payout_fact", "payout_due", "bank_pair", "match_bank_line", "payout_not_in_bank")
    assert [name for before, name in zip(way, way[1:], strict=False) if before not in rules[name].header.reads] == []
    life = {step.name: step.text for step in steps()}
    assert "fact.found" in life["60_events"] and "CREATE OR REPLACE TABLE fact.found" in life["20_found"] and "exception_event" in life["70_exceptions"]
