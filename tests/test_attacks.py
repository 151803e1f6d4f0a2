"""What somebody changes behind Tieout's back is found before anything goes out, each with its message; or the books are made again without it."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from conftest import once, tieout

from ledger import on_disk, proof
from ledger.log import read_manifests, sealed_bytes
from ledger.named import Named, named, tonight
from ledger.store import open_store
from tieout.ask.checking import check
from tieout.books.opening import open_books

NEXT = {"TIEOUT_NOW": "2026-10-02T04:00:00"}
FORGED_ENTRY = "INSERT INTO {0}journal_entry SELECT * REPLACE ('tieout.test_forged' AS entry_id) FROM {0}journal_entry LIMIT 1"


def edited(path: Path, *statements: str) -> None:
    """Change a database file as anybody with DuckDB can; a trigger that refuses goes first."""
    mode = path.stat().st_mode
    path.chmod(0o640)
    with duckdb.connect(str(path)) as con:
        for statement in statements:
            con.execute(statement)
    path.chmod(mode)


def written(path: Path, data: bytes) -> None:
    mode = path.stat().st_mode
    path.chmod(0o640)
    path.write_bytes(data)
    path.chmod(mode)


def first(home: Path, pattern: str) -> Path:
    return sorted(home.glob(pattern))[0]


def sealed_file(home: Path) -> Path:
    return next(path for path in sorted(home.glob("outbox/*/*/*")) if not path.name.endswith(".manifest.json"))


def asked(home: Path, statement: str) -> list[tuple]:
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        return con.execute(statement).fetchall()


def outside(home: Path) -> dict[str, bytes]:
    """What has gone out, and what auditors read."""
    return {str(path): path.read_bytes() for part in ("outbox", "audit") for path in sorted((home / part).rglob("*")) if path.is_file()}


def night(home: Path, code: int = 0, *words: str) -> str:
    return tieout("run", *words, "--home", home, "--as-of", "2026-10-02", env=NEXT, code=code).stderr


# The cache

CACHE = {
    "a forged row": ([FORGED_ENTRY.format("")], "journal_entry has 5 rows, the manifests 4"),
    "a changed number": (
        [
            "DROP TRIGGER journal_line_no_update ON journal_line",
            "UPDATE journal_line SET debit = debit + 1 WHERE debit > 0",
            "CREATE TRIGGER journal_line_no_update AFTER UPDATE ON journal_line FOR EACH STATEMENT INSERT INTO append_only VALUES (1)",
        ],
        "journal_line has other rows than its segment",
    ),
    "a row exchanged for another one": (
        [
            "DROP TRIGGER bank_line_no_update ON bank_line",
            "UPDATE bank_line SET bank_reference = 'po_A' WHERE amount < 0",
            "CREATE TRIGGER bank_line_no_update AFTER UPDATE ON bank_line FOR EACH STATEMENT INSERT INTO append_only VALUES (1)",
        ],
        "bank_line has other rows than its segment",
    ),
    "a row of a table that nothing fills": (
        ["INSERT INTO row_conflict VALUES ('payout', 'a', 'payout', 'b', 'KEY_CONFLICT', 'c', 1, 2, 'EUR', 'f', 1, now()::TIMESTAMP)"],
        "row_conflict has 1 rows, the manifests 0",
    ),
    "a view that hides rows": (["CREATE OR REPLACE VIEW payout_current AS SELECT * FROM payout WHERE false"], "its tables, views and triggers"),
    "another log": (
        [
            "DROP TRIGGER log_leaf_no_update ON log_leaf",
            "UPDATE log_leaf SET key = 'other' WHERE seq = 3",
            "CREATE TRIGGER log_leaf_no_update AFTER UPDATE ON log_leaf FOR EACH STATEMENT INSERT INTO append_only VALUES (1)",
        ],
        "log_leaf has other rows",
    ),
}


@pytest.mark.parametrize("what", CACHE)
def test_a_changed_cache_is_told_and_made_again(shop: Path, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    statements, told = CACHE[what]
    edited(shop / "ledger" / "ledger.duckdb", *statements)
    for said in (f"ledger/ledger.duckdb: {told}", ""):
        with open_books(shop) as (store, _):
            assert proof.cache_fault(store.con, shop, store.named) == ""
        err = capsys.readouterr().err
        assert said in err and bool(said) == bool(err), "told once"
    assert '"event": "cache.disagreed"' in (shop / "reports" / "log.jsonl").read_text()


ENTRIES = "SELECT * FROM journal_entry JOIN journal_line USING (entry_id) ORDER BY ALL"


def test_nothing_of_a_changed_cache_reaches_the_copy(shop: Path) -> None:
    before = asked(shop, ENTRIES)
    for what, words in (("a changed number", ("audit", "publish")), ("a forged row", ("run", "--as-of", "2026-10-02"))):
        edited(shop / "ledger" / "ledger.duckdb", *CACHE[what][0])
        assert CACHE[what][1] in tieout(*words, "--home", shop, env=NEXT).stderr
        assert asked(shop, ENTRIES) == before != []
    assert check(shop) == []


# What lies beside it: nothing is exported, published or landed where one of these is found

COPY = {
    "a row deleted": "DELETE FROM settlement_line WHERE payout_id = 'po_A'",
    "a view that hides rows": "CREATE OR REPLACE VIEW settlement_line_current AS SELECT * FROM settlement_line WHERE payout_id <> 'po_A'",
    "a number changed": "UPDATE sales_order SET total = total + 1 WHERE order_name = '#101'",
    "its exceptions emptied": "DELETE FROM exception",
}
FILES = {
    "a changed segment": ("ledger/segments/*.parquet", lambda path: written(path, path.read_bytes()[:-1] + b"x"), "other bytes than were written"),
    "a segment that is gone": ("ledger/segments/*.parquet", Path.unlink, "missing or of another size"),
    "a changed kept file": ("ledger/vault/*.zst", lambda path: written(path, path.read_bytes()[:-1] + b"x"), "other bytes than were written"),
    "an edited outbox file": ("outbox/*/*/*[!n]", lambda path: written(path, path.read_bytes().replace(b"0", b"9", 1)), "other bytes than were sealed"),
    "a deleted outbox file": ("outbox/*/*/*[!n]", Path.unlink, "the sealed file is gone"),
    "a manifest beside it that speaks of another file": ("outbox/*/*/*.manifest.json", lambda path: written(path, b"{}\n"), "it describes another file"),
}


def refused(home: Path, where: str, told: str) -> None:
    """The night, verify and check name the file; nothing has gone out and nothing was landed meanwhile."""
    (home / "inbox" / "shop" / "orders_export_1.csv").write_text("waits")
    before, size = outside(home), len(list((home / "ledger" / "manifests").iterdir()))
    said = night(home, 70)
    assert f"{where}: " in said and told in said, said
    for words in (("audit", "verify"), ("check",)):
        found = tieout(*words, "--home", home, code=70).stdout
        assert where in found, found
    assert outside(home) == before
    assert len(list((home / "ledger" / "manifests").iterdir())) == size
    assert (home / "inbox" / "shop" / "orders_export_1.csv").exists()
    assert json.loads((home / "reports" / "heartbeat.json").read_text())["state"] == "failed"


@pytest.mark.parametrize("what", FILES)
def test_a_file_that_is_not_as_it_was_written_stops_the_night(shop: Path, what: str) -> None:
    pattern, change, told = FILES[what]
    path = first(shop, pattern)
    change(path)
    refused(shop, str(path.relative_to(shop)), told)


def test_an_edited_copy_stops_the_night_until_it_is_written_again(shop: Path) -> None:
    """And where nothing is known of it any more, it is kept as evidence until then."""
    copy = shop / "audit" / "audit.duckdb"
    edited(copy, *COPY.values())
    refused(shop, "audit/audit.duckdb", "other bytes than were published")
    (shop / "ledger" / "published.json").unlink()
    before = copy.read_bytes()
    assert "ledger/published.json: missing or damaged" in tieout("check", "--home", shop, code=70).stdout
    assert "nothing says which auditors' copy was published" in night(shop, code=70) and copy.read_bytes() == before
    tieout("audit", "publish", "--home", shop)
    assert (tieout("check", "--home", shop).stdout, len(asked(shop, "FROM exception"))) == ("", 1)


@pytest.mark.parametrize(
    "told",
    [
        {"a number changed": "sales_order has other rows than its segment", "its exceptions emptied": "not what its last event says"},
        {"a view that hides rows": "settlement_line_current: the view is another one than was laid"},
    ],
    ids=", ".join,
)
def test_an_edited_copy_is_found_where_what_is_known_of_it_was_changed_too(shop: Path, told: dict[str, str]) -> None:
    copy, note = shop / "audit" / "audit.duckdb", shop / "ledger" / "published.json"
    known = sha256(copy.read_bytes()).hexdigest()
    edited(copy, *(COPY[what] for what in told))
    note.write_text(note.read_text().replace(known, sha256(copy.read_bytes()).hexdigest()))
    found = tieout("check", "--home", shop, code=70).stdout
    assert [words for words in told.values() if words not in found] == []


def test_what_a_lost_file_carried_is_written_once_more_when_a_person_asks(shop: Path) -> None:
    path = sealed_file(shop)
    data = path.read_bytes()
    path.unlink()
    assert "tieout export run --again PATH" in night(shop, 70)
    tieout("export", "run", "--again", path.relative_to(shop), "--as", "jane", "--home", shop)
    assert path.read_bytes() == data
    assert tieout("audit", "verify", "--home", shop).stdout == ""
    path.unlink()
    night(shop)
    assert "no file this path" in tieout("export", "run", "--again", "outbox/none.csv", "--as", "jane", "--home", shop, code=65).stderr


# Manifests that were chained anew


def rechained(home: Path, change: Callable[[dict], bool]) -> str:
    """Change the first manifest that `change` takes, and all that follow it, so that the chain is whole; its name."""
    prev, name = "", ""
    for path in sorted((home / "ledger" / "manifests").iterdir()):
        body = json.loads(path.read_bytes())
        if name:
            body["prev"] = prev
        elif change(body):
            name = path.name
        if name:
            written(path, sealed_bytes(body))
        prev = sha256(path.read_bytes()).hexdigest()
    return name


def of_orders(change: Callable[[dict], None]) -> Callable[[dict], bool]:
    def inner(body: dict) -> bool:
        found = [segment for segment in body["segments"] if segment["table"] == "sales_order"]
        for segment in found:
            change(segment)
        return bool(found)

    return inner


SAID = {
    "control sums": lambda segment: segment["sums"][0].__setitem__(2, "9999.0000"),
    "rows": lambda segment: segment.__setitem__("rows", segment["rows"] + 1),
    "row root": lambda segment: segment.__setitem__("row_root", "0" * 64),
}


@pytest.mark.parametrize("what", SAID)
def test_what_a_manifest_says_of_its_rows_is_computed_again(shop: Path, what: str) -> None:
    name = rechained(shop, of_orders(SAID[what]))
    told = f"{what} of sales_order are not those of its segment"
    assert "it knows a ledger of" in night(shop, 70)
    for known in ("reports/heartbeat.json", "audit/audit.duckdb"):  # whoever hides the heads that were kept elsewhere too
        (shop / known).unlink()
    said = night(shop, 70)
    assert f"ledger/manifests/{name}: " in said and told in said
    assert told in tieout("audit", "verify", "--deep", "--home", shop, code=70).stdout


def test_other_manifests_in_a_whole_chain_are_known_by_the_heads_kept_elsewhere(shop: Path) -> None:
    rechained(shop, lambda body: bool(body["kind"] == "import" and not body.update(code="other")))
    assert "it knows a ledger of" in night(shop, 70)
    assert "another history" in tieout("check", "--home", shop, code=70).stdout


# Settings


@pytest.fixture(scope="module")
def pointed_elsewhere(closed_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """After a night with two feeds pointed elsewhere and a program to call; in `said` what it said."""

    def make(home: Path) -> None:
        shutil.copytree(closed_shop, home)
        toml = home / "tieout.toml"
        text = toml.read_text().replace('time_zone = "Europe/Dublin"', 'time_zone = "America/New_York"').replace('account = "stripe-eur"', 'account = "other"')
        toml.write_text(text + '\n[attention]\ncommand = ["true", "token c4n4ry"]\n')
        (home / "said").write_text(night(home))

    return once(tmp_path_factory, "pointed", make)


def test_a_feed_that_is_pointed_elsewhere_is_seen_dated_and_told(pointed_elsewhere: Path) -> None:
    home = pointed_elsewhere
    said = (home / "said").read_text()
    assert "feed.shop.time_zone: Europe/Dublin → America/New_York" in said and "feed.stripe.account: stripe-eur → other" in said
    assert '"event": "config.changed"' in (home / "reports" / "log.jsonl").read_text()
    history = json.loads(tieout("config", "history", "--home", home, "--format", "json").stdout)
    assert [row["changes"] is None for row in history] == [True, False] and history[1]["at"].startswith("2026-10-02")
    assert [body["config"] for body, _ in read_manifests(home)][-1] == history[1]["config_sha256"] != history[0]["config_sha256"]
    content = asked(home, "SELECT content, config_sha256 FROM config_version ORDER BY rowid DESC LIMIT 1")[0]
    assert sha256((content[0] + "\n").encode()).hexdigest() == content[1] and '"account":"other"' in content[0]


def test_the_same_settings_again_add_nothing(pointed_elsewhere: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(pointed_elsewhere, tmp_path / "skerry"))
    size = len(list(read_manifests(home)))
    assert "tieout.toml" not in tieout("run", "--only", "land", "--home", home, "--as-of", "2026-10-02", env=NEXT).stderr
    assert len(list(read_manifests(home))) == size + 1


def test_every_manifest_carries_the_settings_that_held(shop: Path) -> None:
    bodies = [body for body, _ in read_manifests(shop)]
    recorded = next(body for body in bodies if "settings" in body["source"])
    assert {body["config"] for body in bodies[recorded["seq"] :]} == {recorded["source"]["settings"]}


def test_no_secret_of_a_program_to_call_is_recorded(pointed_elsewhere: Path) -> None:
    assert "c4n4ry" not in str(asked(pointed_elsewhere, "FROM config_version"))
    assert '"program":"true"' in str(asked(pointed_elsewhere, "FROM config_version"))


# Large books


def test_of_a_large_table_the_newest_rows_are_read_every_night_and_all_of_them_in_turn() -> None:
    sizes = [10] * 30
    assert tonight(sizes, 7, 300) == list(range(30))
    nights = [tonight(sizes, night, 100) for night in range(5)]
    assert all(night[-5:] == [25, 26, 27, 28, 29] for night in nights)
    assert sorted(place for night in nights for place in night[:-5]) == list(range(25))
    assert tonight([1000, 10], 3, 100) == [0, 1], "one that is larger than a part is a part of its own"


def test_a_large_table_is_counted_and_summed_every_night_and_read_in_turn(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "ROWS", 4)
    with open_store(shop) as store:
        log = named(read_manifests(shop))
        assert len(log.tables["bank_line"]) == 2
        assert [proof.tables_fault(store.con, shop, log, night) for night in range(3)] == [""] * 3
        for statement in ("DROP TRIGGER bank_line_no_update ON bank_line", "UPDATE bank_line SET bank_reference = 'x' WHERE rowid = 0"):
            store.con.execute(statement)
        monkeypatch.setattr(proof, "ROWS", 2)
        assert "bank_line has other rows" in "".join(proof.tables_fault(store.con, shop, log, night) for night in range(2))
        store.con.execute("UPDATE bank_line SET amount = amount + 1 WHERE rowid = 0")
        assert "control sums of bank_line" in proof.tables_fault(store.con, shop, log, 0)


def test_what_a_log_names(closed_shop: Path) -> None:
    found = named(read_manifests(closed_shop))
    assert isinstance(found, Named) and found.nights == 1
    assert {Path(path).suffix for path, _ in found.exports} == {".csv"}
    assert on_disk.files_fault(closed_shop, found, None) == "" and proof.rebuilt_sums(closed_shop, found) == []


# What waits


@pytest.fixture
def waits(shop: Path) -> Path:
    """A shop in which a bank file was refused."""
    (shop / "inbox" / "bank" / "odd.csv").write_bytes(b"Day;Amount\n2026-09-30;102.00\n")
    night(shop, 65, "--only", "land")
    return shop


def test_a_refused_file_that_was_edited_is_named_and_never_taken_for_the_one_that_was_refused(waits: Path) -> None:
    path = first(waits, "dead-letters/bank/*-odd.csv")
    whole, key = path.read_bytes(), path.name[:12]
    assert (check(waits), tieout("audit", "verify", "--home", waits).stdout) == ([], "")
    written(path, whole.replace(b"102.00", b"102.77"))
    for words in (("check",), ("audit", "verify")):
        assert f"dead-letters/bank/{path.name}: other bytes than were refused" in tieout(*words, "--home", waits, code=70).stdout
    said = tieout("run", "--only", "land", "--home", waits, "--as-of", "2026-10-01", code=None).stderr
    assert f"dead-letters/bank/{path.name}: other bytes than were refused" in said and '"event": "dead_letter.changed"' in (waits / "reports" / "log.jsonl").read_text()
    assert "other bytes than were refused" in tieout("dead-letter", "replay", key, "--home", waits, "--as", "jane", code=70).stderr
    assert not list((waits / "inbox" / "bank").iterdir())
    written(path, whole)
    tieout("dead-letter", "replay", key, "--home", waits, "--as", "jane")
    assert (waits / "inbox" / "bank" / "odd.csv").read_bytes() == whole


def test_no_file_that_waits_as_it_was_refused_is_called_another_one(shop: Path) -> None:
    """A member of an archive, an empty file, one whose name says too much, the same bytes under two names and in two feeds, and what was refused on two nights."""
    bank = shop / "inbox" / "bank"
    with zipfile.ZipFile(bank / "both.zip", "w") as box:
        box.writestr("good.xml", first(shop, "inbox/bank/*.xml").read_text() if list(bank.glob("*.xml")) else "<a/>")
        box.writestr("deep/odd.csv", "Day;Amount\n")
    for name, data in (("empty.csv", b""), ("line\nbreak.csv", b"a,b\n1,2\n"), ("jane@example.com.csv", b"a,b\n1,2\n"), ("x" * 230 + ".csv", b"a,b\n1,2\n")):
        (bank / name).write_bytes(data)
    (shop / "inbox" / "shop" / "same.csv").write_bytes(b"a,b\n1,2\n")
    night(shop, 65, "--only", "land")
    assert len(list((shop / "dead-letters").rglob("*.reason.json"))) >= 6
    (bank / "empty.csv").write_bytes(b"")
    tieout("run", "--only", "land", "--home", shop, "--as-of", "2026-10-03", env={"TIEOUT_NOW": "2026-10-03T04:00:00"}, code=None)
    assert (check(shop), tieout("audit", "verify", "--home", shop).stdout) == ([], "")


def test_a_refused_file_that_is_gone_is_named_until_a_person_takes_it_out(waits: Path) -> None:
    path = first(waits, "dead-letters/bank/*-odd.csv")
    for one in (waits / "dead-letters" / "bank").iterdir():
        one.unlink()
    for words in (("check",), ("audit", "verify")):
        assert f"dead-letters/bank/{path.name}: the refused file is gone" in tieout(*words, "--home", waits, code=70).stdout
    assert "the refused file is gone" in tieout("run", "--only", "land", "--home", waits, "--as-of", "2026-10-01", code=None).stderr
    assert "the refused file is gone" in tieout("dead-letter", "replay", path.name[:12], "--home", waits, "--as", "jane", code=65).stderr
    assert "odd.csv" in tieout("dead-letter", "list", "--home", waits).stdout
    tieout("dead-letter", "discard", path.name[:12], "--reason", "not needed", "--home", waits, "--as", "jane")
    assert (check(waits), tieout("dead-letter", "list", "--home", waits).stdout.splitlines()[1:]) == ([], [])
