"""Writes docs/reference/ from the code itself; --check fails when a page is not what the code says."""

from __future__ import annotations

import ast
import csv
import inspect
import json
import re
import sys
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path

import click
import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from docs.drained import over
from importers import _registry
from importers._columns import Column
from importers._dialects import DIALECTS
from importers._drift import TABLES, headers, registered
from importers._kit import Importer
from ledger import errors
from ledger.proof import as_laid
from ledger.sqltext import schema
from rules import _duties
from rules._life import steps, transitions
from rules._rules import load
from tieout.ask.rule_cases import empty_books
from tieout.books.metrics import HELP
from tieout.cli import cli, examples
from tieout.night import coverage
from tieout.night.mixing import rivals_of

HERE = Path(__file__).resolve().parent / "reference"
SCHEMA = Path(__file__).resolve().parent.parent / "ledger" / "schema"
LAID = SCHEMA / "laid.json"
OUTLINES = Path(__file__).resolve().parent.parent / "rules" / "outlines.json"
STATEMENTS = Path(__file__).resolve().parent.parent / "tieout" / "sql"
APPEND_ONLY = (  # beside the source tables
    "file", "file_left_out", "row_superseded", "row_conflict", "run", "run_step", "mapping", "mapping_event", "config_version", "rule_parameter_default", "decision", "match_decision", "refused_act", "log_leaf",
    "rule_run", "run_mapping", "match_group", "match_member", "exception_event", "journal_entry", "journal_line", "export_file", "export_entry", "receipt",
)
SECTIONS = {"system": "Systems", "workflow": "Workflows", "sentence": "Sentences"}
NOTE = "<!-- written by docs/generate.py; change the code, then run `make docs` -->\n\n"


def cell(text: object) -> str:
    return " ".join(str(text if text is not None else "").split()).replace("|", "\\|")


def table(header: list[str], rows: list[list[object]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(cell(c) for c in row) + " |" for row in rows]) + "\n"


def commands() -> str:
    parts = ["# Commands\n\nMachine output goes to standard output, progress and messages to standard error.\n"]

    def walk(command: click.Command, words: list[str], parent: click.Context | None) -> None:
        ctx = click.Context(command, info_name=words[-1], parent=parent)
        if isinstance(command, click.Group):
            for name in command.list_commands(ctx):
                found = command.get_command(ctx, name)
                if found:
                    walk(found, [*words, name], ctx)
        else:
            parts.append(f"## {' '.join(words)}\n\n```\n{command.get_help(ctx)}\n```\n")

    walk(cli, ["tieout"], None)
    return "\n".join(parts)


def manual() -> str:
    """The page for man(1): what the commands' own help says."""
    parts = ['.TH TIEOUT 1 "" "" "Tieout"', ".SH NAME", "tieout \\- ties payouts to orders, bank lines and journal entries", ".SH SYNOPSIS", ".B tieout", "COMMAND [OPTIONS] [ARGUMENTS]", ".SH DESCRIPTION", *roff(cli.help or "")]
    parts.append(".SH COMMANDS")

    def walk(command: click.Command, words: list[str], parent: click.Context | None) -> None:
        ctx = click.Context(command, info_name=words[-1], parent=parent)
        if isinstance(command, click.Group):
            for name in command.list_commands(ctx):
                found = command.get_command(ctx, name)
                if found:
                    walk(found, [*words, name], ctx)
            return
        parts.extend([".SS " + " ".join(words), *roff(" ".join((command.help or "").split()))])
        for parameter in command.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record and "--help" not in record[0]:
                parts.extend([".TP", f"\\fB{escaped(record[0])}\\fR", *roff(record[1])])
        for line, what in examples().get(" ".join(words[1:]), []):
            parts.extend([".PP", ".nf", f"    {escaped(line)}{f'   # {escaped(what)}' if what else ''}", ".fi"])

    walk(cli, ["tieout"], None)
    parts += [".SH ENVIRONMENT", ".TP", "TIEOUT_HOME", "Folder of the books.", ".TP", "TIEOUT_AS", "Who acts.", ".TP", "TIEOUT_KEY", "The SSH key that signs.", ".TP", "TIEOUT_NOW", "The moment that it is, for drills; never in production."]
    return "\n".join(parts)


def roff(text: str) -> list[str]:
    """A text as lines of roff, a paragraph each."""
    return [line for part in text.split("\n\n") for line in (".PP", escaped(" ".join(part.split())))][1:]


def escaped(text: str) -> str:
    """What roff takes for signs of its own."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text[:1] in (".", "'") else text


def rules() -> str:
    parts = ["# Rules\n\nEvery rule is one file, `rules/<topic>/<name>.sql`, and runs as it is in a DuckDB shell on `audit/audit.duckdb`.\n"]
    checks = [r for r in load() if r.header.kind == "check"]
    parts.append("## Checks\n\n" + table(["rule", "code", "severity", "class", "subject", "finding", "why", "what to do"],
                 [[r.id, r.header.code, r.header.severity, r.header.exception_class, r.header.subject, f"{r.header.title} (`{r.topic}/{r.name}`)", r.header.why, r.header.suggestion] for r in sorted(checks, key=lambda r: (r.header.code, r.name))]))
    parts.append("## Parameters\n\n" + table(["rule", "parameter", "default", "meaning"], sorted([r.id, n, p.default, p.meaning] for r in load() for n, p in r.header.parameters.items())))
    parts.append("## Facts, matches and postings\n\n" + table(["kind", "name", "title", "why", "reads"], [[r.header.kind, r.name, r.header.title, r.header.why, ", ".join(r.header.reads)] for r in load() if r.header.kind != "check"]))
    parts.append("## Around the rules\n\nWhat makes exceptions, pairs, periods and proofs of what the rules say: `rules/life/<number>_<name>.sql`, in the order of the numbers.\n\n"
                 + table(["step", "title", "why", "reads", "makes"], [[s.name, s.header.title, s.header.why, ", ".join(s.header.reads), ", ".join(s.header.makes)] for s in steps()]))
    parts.append("## The life of an exception\n\nThe events that there are, and what each makes of an exception; *as found*: `open`, `in_transit` where its due day lies ahead, or `before_cutover`.\n\n"
                 + table(["state", "event", "state after it", "by", "when"], [[t.state or "none", t.event, t.after, t.by, t.words] for t in transitions()]))
    parts.append("## Header\n\nTOML in the leading comment: `title`, `kind` (fact, match, check, post), `why`, `reads`; for a check also `rule`, `code`, `severity`, `class`, `subject`, `owner`, `suggestion`, and where it looks at two sides `needs` (source tables) or "
                 "`against` (any table that it reads, itself or through a fact): without rows of the subject and of each of these the check is not *controlled*; "
                 "`[parameters.NAME]` with `default` and `meaning`. A check returns `entity, store, subject_key, expected, actual, difference, currency, due_on, cause, evidence, candidates`.\n")
    return "\n".join(parts)


def catalogue() -> str:
    """Every row of the catalogue: the checks that serve it, or what does instead, or why nothing does."""
    served: dict[str, list[str]] = {}
    for rule in load():
        if rule.header.kind == "check":
            served.setdefault(rule.id, []).append(f"`{rule.topic}/{rule.name}` ({rule.header.code})")
    with (HERE.parent / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    rows: list[list[object]] = [[row["id"], row["what"], row["code"], "; ".join(sorted(served.get(row["id"], [])) + ([row["where"]] if row["where"] else []))] for row in listed]
    states = Counter("checks" if row["id"] in served else row["where"].split(" ")[0].rstrip(":,") for row in listed)
    counted = f"{len(listed)} rows: {states['checks']} have checks of their own, {states['by'] + states['a'] + states['the'] + states['see']} are served by others or by a gate, {states['in']} in part, {states['not']} not yet."
    return f"# The catalogue of controls\n\nWhat can go wrong between shop, processor, bank and books, and what looks at it. {counted}\n\n" + table(["id", "what must hold", "code", "what looks at it"], rows)


def controls() -> str:
    """Every duty with what serves it, and the part that nothing serves; with the reasons why where nothing does."""
    rates = {name: f"{rate.caught} of {rate.planted}" if rate.planted else "not planted" for name, rate in _duties.catch_rates().items()}
    checks = {rule.name: f" ({rule.header.code}, {rates[rule.name]})" if rule.header.code else "" for rule in load()}
    parts = ["# The register of controls\n\nWhat must be looked after between shop, processors, banks and books (systems, workflows, and single sentences of what governance asks for), and what does: rules, gates that refuse a file or an act, "
             "seals that are proven before anything is written, importers, exports, commands, drills of the project, pages. The table `control` says of each when it last ran, on how many rows, in which state, and what it caught. "
             "Behind the code of a rule stands its catch rate: how many of the defects that were planted in a clean month for it it told ([What the controls catch](catch-rate.md)).\n"]
    told = {"whole": "served", "in_part": "served in part", "none": "without a control"}
    counted = [[section, *(sum(len(d.ids()) for d in _duties.load() if d.id.startswith(f"{section}/") and d.served == state) for state in told)] for section in SECTIONS]
    parts.append(table(["duties", *told.values(), "in all"], [[SECTIONS[str(name)], *numbers, sum(map(int, numbers))] for name, *numbers in counted]))
    for section, title in SECTIONS.items():
        rows: list[list[object]] = []
        for duty in (d for d in _duties.load() if d.id.startswith(f"{section}/")):
            named = "; ".join(f"{kind} " + ", ".join(f"`{name}`" + (checks[name] if kind == "rule" else "") for one, name in duty.controls if one == kind) for kind in dict.fromkeys(kind for kind, _ in duty.controls))
            rows.append([duty.id, duty.what, named or "**none**", duty.missing])
        parts.append(f"## {title}\n\n" + table(["duty", "what must hold", "controls", "what is not served, and why"], rows))
    parts.append("## Without a control\n\n" + "\n".join(f"- {d.id}: {d.what}. {d.missing}." for d in _duties.load() if not d.controls) + "\n")
    return "\n".join(parts)


def tables() -> str:
    con = duckdb.connect()
    for part in ("sources", "judgement", "books", "governance"):
        con.execute(schema(part))
    parts = ["# Published tables\n\nIn `audit/audit.duckdb`, every column with its comment. Source tables come twice: `<table>` with every version, `<table>_current` with the latest of each key. "
             "The facts of the rules (see rules.md) are published too.\n"]
    for name, text in con.execute("SELECT table_name, comment FROM duckdb_tables() ORDER BY table_oid").fetchall():
        rows = con.execute("SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [name]).fetchall()
        parts.append(f"## {name}\n\n{text}\n\n" + table(["column", "type", "meaning"], [list(r) for r in rows]))
    return "\n".join(parts)


def error_page() -> str:
    found = [e for _, e in inspect.getmembers(errors, inspect.isclass) if issubclass(e, errors.TieoutError) and not e.__subclasses__()]
    return "# Errors\n\nEvery error that Tieout raises on purpose, with its exit code and its hint.\n\n" + table(
        ["error", "exit code", "when", "hint"], [[e.__name__, e.exit_code, inspect.getdoc(e), e.default_hint] for e in sorted(found, key=lambda e: (e.exit_code, e.__name__))])


def metrics_page() -> str:
    """What reports/tieout.prom holds."""
    return "# Metrics\n\n`reports/tieout.prom`, for the textfile collector of the Prometheus node exporter. Amounts are sums of absolute differences in their currency; moments are seconds since 1970 in UTC.\n\n" + table(
        ["metric", "meaning"], [[f"`{name}`", meaning] for name, meaning in HELP.items()])


def refusals() -> list[list[object]]:
    """Every reason for refusing a file, from the places that refuse: code, what is wrong, what to do."""
    found: dict[tuple[str, str, str], None] = {}
    for path in sorted((*(HERE.parent.parent / "importers").glob("*.py"), *(HERE.parent.parent / "tieout").rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "FileRefusedError":
                given = {k.arg: k.value for k in node.keywords}
                code = literal(given.get("code"))
                if node.args and code:
                    found[code, literal(node.args[0]), literal(given.get("hint")) or errors.FileRefusedError.default_hint] = None
    return [list(row) for row in sorted(found)]


def literal(node: ast.expr | None) -> str:
    """A text as it stands in the code, … for what is put into it."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(literal(part) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return "" if node is None or isinstance(node, ast.Name) else "…"


def runbook() -> str:
    parts = ["# Runbook\n\nWhat to do, by what was said. [operations.md](../operations.md) says what the exit codes mean.\n"]
    classes = [e for _, e in inspect.getmembers(errors, inspect.isclass) if issubclass(e, errors.TieoutError) and e.default_hint]
    parts.append("## Errors\n\n" + table(["error", "exit code", "what happened", "what to do"], [[e.__name__, e.exit_code, inspect.getdoc(e), e.default_hint] for e in sorted(classes, key=lambda e: (e.exit_code, e.__name__))]))
    parts.append("## Refused files\n\nThe file waits in `dead-letters/` with its reason beside it.\n\n" + table(["code", "what is wrong", "what to do"], refusals()))
    checks = sorted({(r.header.code, r.header.severity, r.header.title, r.header.suggestion) for r in load() if r.header.kind == "check"})
    parts.append("## Exceptions\n\n" + table(["code", "severity", "finding", "what to do"], [list(row) for row in checks]))
    return "\n".join(parts)


def files() -> str:
    parts = ["# Files that are landed\n\nA file is known by its columns, never by its name. `tieout file identify FILE` says who claims it. A gzip stream, or a zip that holds one file, is unpacked first: to at "
             "most 4 GiB and 200 times its size, never under the name that it has inside. A zip of several files is taken apart: each lands, or is refused, as a file of its own, named archive/member. Card numbers in texts (issuer's range, length and check digit) do not land; how many rows held one is said.\n\n"
             "A header is one of four things. *Known*: a registered one, in any order; the file lands. *Superset*: it has columns that no registered one has; the file lands, they stay out "
             "and raise SCHEMA_DRIFT. *Not enough*: a needed column is missing; the file is refused with its name. *Refused*: a needed column stands twice, or a record is not as wide as the header. "
             "What landed keeps the nearest registered header and the difference to it in its manifest (`source.header`).\n"]
    parts.append("How banks and processors write beside the standard, and why the reading is no guess; anything else is refused:\n\n"
                 + table(["habit", "format", "written", "read", "because"], [[name, d.format, d.seen, d.read, d.proof] for name, d in DIALECTS.items()]))
    for importer in _registry.importers():
        parts.append(f"## {importer.module_name()}\n\n{inspect.getdoc(type(importer))}\n\nFeed: `{importer.context}`. Kinds: {', '.join(importer.kinds)}; {' or '.join(importer.encodings)}." + (f" Identity: {importer.identity}." if importer.identity else "")
                     + (f" Complete by: {importer.control}." if importer.control else ""))
        parts.append(f"Claimed by: {', '.join('`' + c.replace('|', '` or `') + '`' for c in importer.claims) or 'the root of the XML'}.\n")
        for lands in importer.landed():
            rows = [[" or ".join(c.headers), name, "yes" if not c.optional else "", "yes" if c.filled else "", read_as(c)] for name, c in lands.declared().items()]
            rows += [["", name, "", "", made.words] for name, made in lands.derived().items()]
            if rows:
                where = f" from its part `{lands.section}`" if lands.section else ""
                parts.append(f"Lands `{lands.lands}`{where}, key {', '.join(lands.key)}:\n\n" + table(["header", "column", "needed", "never empty", "read as"], rows))
        parts.append(drift_of(importer))
        if rivals := rivals_of(importer):
            parts.append(f"Tells the same events as {', '.join(f'`{name}`' for name in rivals)}: of one account or store only one of them lands for a day, order or payout (FEED_MIXED).\n")
        parts.append(words_of(importer))
        if importer.types:
            parts.append("Native types; any other lands as `unknown`, holds its payout and raises TYPE_UNKNOWN:\n\n" + table(["native type", "event type", "bucket"], [[f"`{word}`", *kind] for word, kind in importer.types.items()]))
    return "\n".join(parts)


def words_of(importer: Importer) -> str:
    """What a format leaves out, by which word, and what happens to a word that is on no list."""
    closed = [words for lands in importer.landed() for words in lands.words if words.closed and words.count]
    parts = []
    if left := list(importer.leaves_out()):
        parts.append("Left out, counted by the word in `file_left_out`; every other record lands:\n\n" + table(["column", "word", "why"], [[f"`{column}`", f"`{word}`", why] for column, word, why in left]))
    for words in closed:
        parts.append(f"Counts under `{'`, `'.join(words.count)}`; a word on neither list refuses the file (UNKNOWN_WORD).\n")
    return "\n".join(parts) or "Leaves nothing out: every record lands.\n"


def drift_of(importer: Importer) -> str:
    """The registered headers of a format and what a column outside of them does."""
    if importer.kinds and not TABLES.intersection(importer.kinds):
        return "Header: none; the format has its own structure.\n"
    if importer.known == "*" and not importer.generations:
        return "Header: whoever exports chooses the columns; more of them are never drift, a missing needed one refuses the file.\n"
    rows, before = [], set[str]()
    for name, cells in registered(importer.generations, importer.known).items():
        now = set(cells)
        rows.append([name, len(cells), ", ".join(c for c in cells if c not in before), ", ".join(sorted(before - now))])
        before = now
    chosen = importer.known == "*"
    further = f"\nKnown beside: {', '.join(headers(importer.known))}.\n" if importer.generations and importer.known and not chosen else ""
    others = "whoever exports chooses among the columns, so others are never drift" if chosen else "other columns are kept out and raise SCHEMA_DRIFT"
    return f"Registered headers; {others}:\n\n" + table(["header", "columns", "headers, more than the one before", "fewer"], rows) + further


def read_as(column: Column) -> str:
    """The contract of a column in words."""
    said = [column.macro.replace("_", " ")]
    if column.locale:
        said.append(column.locale.words)
    else:
        said += [" or ".join(f"`{form}`" for form in d) if isinstance(d, tuple) else f"`{d}`" for d in column.declared]
    said += [f"zone of the row in {' or '.join(column.zone_header)}"] if column.zone_header else []
    said += [f"{' or '.join(column.blanks)} is empty"] if column.blanks else []
    said += [f"the part of the text that `{column.within}` finds"] if column.within else []
    said += ["sign turned"] if column.negate else []
    return ", ".join(said)


def source_tables() -> list[str]:
    """The tables of sources.sql, in its order; the files below say the same of each of them."""
    return re.findall(r"^CREATE TABLE (\w+)", schema("sources"), re.MULTILINE)


def same_row(name: str, many: list[str]) -> str:
    """When a row of the source table `b` is the one that row_superseded `s` means; the tables named have several rows of one record."""
    several = " AND s.sub_no = b.tax_no" if name == "sales_order_tax" else " AND s.sub_no = b.item_no" if name in many else ""
    return f"s.table_name = '{name}' AND s.file_id = b.file_id AND s.row_no = b.row_no{several}"


def tables_of_items() -> list[str]:
    return re.findall(r"^CREATE TABLE (\w+) \((?:\n  [^\n]+)*?\n  item_no ", schema("sources"), re.MULTILINE)


def current_views() -> str:
    many = tables_of_items()
    lines = ["-- <table>_current, in the cache and in the auditors' copy: every row that no later version has taken the place of. Written by docs/generate.py from sources.sql."]
    for name in source_tables():
        lines.append(f"CREATE VIEW {name}_current AS SELECT b.* FROM {name} AS b ANTI JOIN row_superseded AS s ON {same_row(name, many)};")
    return "\n".join(lines)


def triggers() -> str:
    lines = ["-- Landed rows are only ever added: UPDATE, DELETE and TRUNCATE insert an impossible row elsewhere and so fail. Written by docs/generate.py."]
    for name in (*source_tables(), *APPEND_ONLY):
        lines += [f"CREATE TRIGGER {name}_no_{event.lower()} AFTER {event} ON {name} FOR EACH STATEMENT INSERT INTO append_only VALUES (1);" for event in ("UPDATE", "DELETE")]
    return "\n".join(lines)


def publish_anew() -> str:
    published = [name for part in ("judgement", "books", "governance") for name in re.findall(r"^CREATE TABLE (\w+)", schema(part), re.MULTILINE)]
    return "\n".join(["-- The copy of the last published file: what is made anew every night is emptied. Written by docs/generate.py.", *(f"DELETE FROM {name};" for name in published if name not in APPEND_ONLY)])


@cache
def columns() -> dict[str, list[str]]:
    """Columns of every fact, every table and the current rows of each."""
    with tempfile.TemporaryDirectory() as place, empty_books(Path(place)) as con:
        return dict(con.execute("SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns() WHERE NOT internal GROUP BY table_name").fetchall())


def first(relation: str, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if name in columns()[relation]), None)


def count_sides() -> str:
    parts = []
    for name in dict.fromkeys(side.relation for rule in coverage.active() for side in rule.sides()):
        day = first(name, coverage.DAYS)
        seen = f"count(*) FILTER (WHERE t.{day} >= p.seen_from OR t.{day} IS NULL)" if day else "count(*)"
        parts.append(f"INSERT INTO fact.side_count SELECT '{name}', count(*), {seen} FROM {name} AS t CROSS JOIN fact.coverage_period AS p;")
    head = "-- Rows of every relation that is a side of a rule: in all, and in the period that coverage speaks of; a relation without rows is left out. Written by docs/generate.py from the rules' headers."
    return "\n".join([head, *parts])


def count_sources() -> str:
    parts = []
    for name in source_tables():
        relation = f"{name}_current"
        by_currency = "currency" in columns()[relation]
        money = first(relation, coverage.MONEY) if by_currency else None
        coin, amount, group = ("currency", f"sum({money})" if money else "0", " GROUP BY currency") if by_currency else ("NULL", "0", " HAVING count(*) > 0")
        parts.append(f"INSERT INTO fact.source_count SELECT '{name}', {coin}, count(*), {amount} FROM {relation}{group};")
    head = "-- Current rows of every source table by currency, with the sum of their money where the rows name their currency. Written by docs/generate.py from sources.sql."
    return "\n".join([head, *parts])


def outlines() -> str:
    """What is known of the rules without running them: without rows of which relations each says nothing, and the columns of each fact."""
    with tempfile.TemporaryDirectory() as place, empty_books(Path(place)) as con:
        columns = dict(con.execute("SELECT table_name, string_agg(concat('\"', column_name, '\" ', data_type), ', ' ORDER BY column_index) FROM duckdb_columns() WHERE database_name = 'fact' GROUP BY table_name").fetchall())
    facts = {rule.name for rule in load() if rule.header.kind in ("fact", "match")}
    known = {rule.name: {"sha256": rule.sha256, "over": over(rule.text), "columns": columns[rule.name] if rule.name in facts else ""} for rule in sorted(load(), key=lambda r: r.name)}
    return "{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(known[name])}" for name in known) + "\n}"


PAGES = {"commands": commands, "rules": rules, "catalogue": catalogue, "controls": controls, "tables": tables, "errors": error_page, "files": files, "runbook": runbook, "metrics": metrics_page}


def written() -> dict[Path, str]:
    """Every generated file with its content."""
    pages = {HERE / f"{name}.md": NOTE + page() for name, page in PAGES.items()}
    return pages | {SCHEMA / f"{part.__name__}.sql": part() for part in (current_views, triggers, publish_anew)} | {STATEMENTS / f"{part.__name__}.sql": part() for part in (count_sides, count_sources)} | {OUTLINES: outlines(), LAID: as_laid(), HERE.parent / "tieout.1": manual()}


def main() -> int:
    stale = []
    for path, text in written().items():
        text = text.rstrip() + "\n"
        if "--check" in sys.argv:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(path)
        else:
            path.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"{path.relative_to(HERE.parent.parent)} is stale: run `make docs`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
