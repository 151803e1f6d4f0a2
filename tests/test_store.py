"""The store and its proofs: chain, hashes and Merkle root checked independently, every kind of damage named, versions as they were known."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from decimal import Decimal
from pathlib import Path

import _shop
import duckdb
import pyarrow as pa
import pytest
from conftest import ROOT, tieout
from pyarrow import parquet

from ledger import durable, places
from ledger import store as store_module
from ledger.cache import PARTS, apply_manifest
from ledger.log import ZEROS
from ledger.rows import arrow
from ledger.segments import AT_HAND, BATCH, FEW, PIECE, described, draft, reread, write_segment
from ledger.sqltext import lay_tables, schema
from ledger.store import Store, open_store
from tieout.books.settings import Settings
from tieout.night import landing_step


def manifests(home: Path) -> list[Path]:
    return sorted((home / "ledger" / "manifests").glob("[0-9]*.json"))


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def tree_hash(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, as it is written: split at the largest power of two below the size."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + tree_hash(leaves[:split]) + tree_hash(leaves[split:])).digest()


def read(home: Path, statement: str) -> list[tuple]:
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        return con.execute(statement).fetchall()


def writable(path: Path) -> Path:
    path.chmod(0o644)
    return path


def test_the_chain_and_the_root_are_those_that_anybody_can_compute(closed_shop: Path) -> None:
    data = [path.read_bytes() for path in manifests(closed_shop)]
    bodies = [json.loads(one) for one in data]
    assert [body["seq"] for body in bodies] == list(range(len(bodies)))
    assert [body["prev"] for body in bodies] == ["0" * 64, *(sha(one) for one in data[:-1])]
    head = json.loads(tieout("audit", "head", "--format", "json", "--home", closed_shop).stdout)[0]
    assert (int(head["size"]), head["root"], head["head"]) == (len(data), tree_hash(data).hex(), sha(data[-1]))
    assert read(closed_shop, "SELECT size, root, head FROM log_head") == [(len(data), head["root"], head["head"])]
    for body in bodies:
        for segment in body["segments"]:
            path = closed_shop / "ledger" / "segments" / f"{segment['sha256']}.parquet"
            assert sha(path.read_bytes()) == segment["sha256"] and path.stat().st_size == segment["bytes"]
            assert path.stat().st_mode & 0o222 == 0
            assert duckdb.read_parquet(str(path)).count("*").fetchall() == [(segment["rows"],)]


def test_what_is_kept_is_what_was_delivered(closed_shop: Path) -> None:
    kept = {path.stem: path for folder in ("raw", "vault") for path in (closed_shop / "ledger" / folder).glob("*.zst")}
    assert set(kept) == {sha(text.encode()) for text in _shop.files().values()}
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in kept.values())
    personal = sha(_shop.orders().encode())
    assert kept[personal].parent.name == "vault", "a file that may hold people's data lies in the vault"


def test_the_plain_tools_check_runs_as_it_is_written(shop: Path) -> None:
    script = re.search(r"```sh\n(.*?)```", (ROOT / "docs" / "verify-with-plain-tools.md").read_text(encoding="utf-8"), re.S)
    assert script
    if not shutil.which("zstd"):
        pytest.skip("zstd is not installed")

    def run() -> str:
        done = subprocess.run(["bash", "-c", script.group(1)], cwd=shop, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    well = run()
    assert [line in well for line in ("chain well", "segments well", "kept files well")] == [True] * 3
    assert json.loads(tieout("audit", "head", "--format", "json", "--home", shop).stdout)[0]["head"] in well
    segment = next((shop / "ledger" / "segments").iterdir())
    writable(segment).write_bytes(segment.read_bytes()[:-1] + b"\x00")
    broken = run()
    assert "segments well" not in broken and segment.name in broken and "chain well" in broken
    segment.unlink()
    assert segment.name in run(), "a segment that is missing is named too"
    manifest = manifests(shop)[3]
    writable(manifest).write_bytes(manifest.read_bytes().replace(b'"code":"', b'"code":" '))
    assert "chain well" not in run()


def swapped(one: Path, other: Path) -> None:
    """The names of two files, each for the other's bytes."""
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    writable(other).write_bytes(kept)


CHAIN = "manifests/00000007.json"
DAMAGE = {
    "a segment with one other bit": ("segments/*.parquet", lambda path: path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])),
    "a segment cut short": ("segments/*.parquet", lambda path: path.write_bytes(path.read_bytes()[:-5])),
    "two segments that have changed places": ("segments/*.parquet", lambda path: swapped(path, sorted(path.parent.glob("*.parquet"))[-1])),
    "a segment that is gone": ("segments/*.parquet", lambda path: path.unlink()),
    "a kept file with one other bit": (
        "vault/*.zst",
        lambda path: path.write_bytes(path.read_bytes()[:-9] + bytes([path.read_bytes()[-9] ^ 1]) + path.read_bytes()[-8:]),
    ),
    "a kept file that is gone": ("vault/*.zst", lambda path: path.unlink()),
    "an edited manifest": (CHAIN, lambda path: path.write_bytes(path.read_bytes().replace(b'"v":1', b'"v":2'))),
    "a manifest that is gone": (CHAIN, lambda path: path.unlink()),
}


@pytest.mark.parametrize("whats", [[what for what in DAMAGE if "manifest" not in what], *([what] for what in DAMAGE if "manifest" in what)], ids=["files", "edited", "gone"])
def test_check_names_everything_that_was_damaged(shop: Path, whats: list[str], command) -> None:
    damaged: list[Path] = []
    for what in whats:
        pattern, damage = DAMAGE[what]
        path = next(path for path in sorted((shop / "ledger").glob(pattern)) if path not in damaged)
        damage(writable(path))
        damaged.append(path)
    for words in (("check",), ("audit", "verify")):
        said = command(*words, "--home", shop)
        assert said.code == 70
        assert [path.name for path in damaged if path.name not in said.out and not (path.match(CHAIN) and "00000008.json" in said.out)] == [], said.out


def test_a_ledger_that_was_set_back_is_noticed(shop: Path, command) -> None:
    for path in manifests(shop)[-2:]:
        path.unlink()
    named = {s["sha256"] for path in manifests(shop) for s in json.loads(path.read_bytes())["segments"]}
    for path in (shop / "ledger" / "segments").iterdir():
        if path.stem not in named:
            path.unlink()
    said = command("check", "--home", shop)
    assert said.code == 70 and "audit/audit.duckdb" in said.out


def test_every_landed_table_is_append_only(shop: Path) -> None:
    con = duckdb.connect(str(shop / "ledger" / "ledger.duckdb"))
    source = re.findall(r"^CREATE TABLE (\w+)", schema("sources"), re.M)
    assert len(source) > 10
    for table in source:
        column = con.table(table).columns[0]
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            before = con.table(table).count("*").fetchall()
            with pytest.raises(duckdb.Error):
                con.execute(statement)
            assert con.table(table).count("*").fetchall() == before
    con.close()


def test_the_published_copy_explains_itself_and_opens_in_older_programs(closed_shop: Path) -> None:
    bare = read(closed_shop, "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND coalesce(trim(comment), '') = ''")
    assert bare == []
    assert read(closed_shop, "SELECT table_name FROM duckdb_tables() WHERE coalesce(trim(comment), '') = ''") == []
    assert read(closed_shop, "SELECT view_name FROM duckdb_views() WHERE NOT internal AND coalesce(trim(comment), '') = ''") == []
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{closed_shop / 'audit' / 'audit.duckdb'}' AS pub (READ_ONLY)")
        tags = con.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'pub'").fetchall()[0][0]
    assert tags["storage_version"].startswith("v1.2"), tags


def test_a_corrected_order_is_a_new_version_and_the_old_one_stays_known(shop: Path) -> None:
    text = _shop.orders().splitlines()
    changed = text[-1].replace("33.00,0.00,0.00,33.00", "35.00,0.00,0.00,35.00").replace("33.00", "35.00")
    (shop / "inbox" / "shop" / "orders_export_2.csv").write_text(f"{text[0]}\n{changed}\n")
    tieout("run", "--only", "land", "--home", shop, "--as-of", "2026-10-02", env={"TIEOUT_NOW": "2026-10-02T04:00:00"})

    def read(home: Path, statement: str) -> list[tuple]:
        with duckdb.connect(str(home / "ledger" / "ledger.duckdb"), read_only=True) as con:
            return con.execute(statement).fetchall()

    assert [str(r[0]) for r in read(shop, "SELECT total FROM sales_order WHERE order_name = '#105' ORDER BY known_at")] == ["33.0000", "35.0000"]
    assert [str(r[0]) for r in read(shop, "SELECT total FROM sales_order_current WHERE order_name = '#105'")] == ["35.0000"]
    known = "SELECT total FROM sales_order WHERE order_name = '#105' AND known_at <= TIMESTAMP '{}' QUALIFY row_number() OVER (PARTITION BY store, order_name ORDER BY known_at DESC, version DESC) = 1"
    assert [str(r[0]) for r in read(shop, known.format("2026-10-01 23:59:59"))] == ["33.0000"]
    assert [str(r[0]) for r in read(shop, known.format("2026-10-02 23:59:59"))] == ["35.0000"]
    for table in ("sales_order", "order_transaction", "settlement_line", "payout", "bank_line"):
        assert read(shop, f"SELECT count(*) FROM {table}_current") <= read(shop, f"SELECT count(*) FROM {table}")


def test_the_cache_is_nothing_that_cannot_be_made_again(shop: Path) -> None:
    tables = "SELECT exception_id, state FROM exception ORDER BY ALL"
    before = read(shop, tables)
    (shop / "ledger" / "ledger.duckdb").write_bytes(b"no database")
    tieout("audit", "publish", "--home", shop)
    assert read(shop, tables) == before


def test_a_segment_from_before_its_table_had_a_column_is_read_by_name(tmp_path: Path) -> None:
    (tmp_path / "ledger" / "tmp").mkdir(parents=True)
    (tmp_path / "ledger" / "segments").mkdir()
    refused = {
        "file_id": "f", "feed": "us", "name": "a.csv", "code": "ENCODING", "reason": "r", "row_no": 7, "hint": "h", "known_at": "2026-10-01 06:00:00", "run_id": "1",
    }  # fmt: skip
    with duckdb.connect() as con:
        lay_tables(con, *PARTS)
        con.execute("ALTER TABLE dead_letter ADD COLUMN assigned_to VARCHAR")
        whole = arrow(con, "dead_letter", [{**refused, "state": "waiting"}])
        older = whole.drop_columns(["column_name", "assigned_to"])
        for rows in (older.select(list(reversed(older.column_names))), whole):
            segment = write_segment(tmp_path, "dead_letter", rows, rows.column_names)
            assert segment
            body = {"seq": 0, "kind": "quarantine", "key": "k", "run": "1", "at": "2026-10-01 06:00:00", "prev": ZEROS, "segments": [segment.as_json()]}
            apply_manifest(con, tmp_path, body, b"")
        found = con.execute("SELECT name, row_no, state, column_name, assigned_to FROM dead_letter").fetchall()
    assert found == [("a.csv", 7, "waiting", None, None)] * 2


def test_a_draft_of_few_rows_keeps_them_at_hand_and_its_bytes_are_those_of_any_other(tmp_path: Path) -> None:
    one = pa.table({"row_no": pa.array([1, 2], pa.int64()), "key": ["a", None], "broken": [None, "Total"]})
    two = pa.concat_tables([one, one.set_column(0, "row_no", pa.array([3, 4], pa.int64()))])
    with duckdb.connect() as con:
        made = draft(tmp_path / "a", "t", two, ["row_no", "key"], ("broken",))
        streamed = draft(tmp_path / "b", "t", con.from_arrow(two.combine_chunks()), ["row_no", "key"], ("broken",))
    assert made.at_hand == two.drop_columns(["broken"]) and made.apart == streamed.apart == {"broken": {"Total": (2, 2)}}
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert (made.differ_in(("key",)), made.differ_in(("row_no",)), made.differ_in(("row_no", "key"))) == (False, True, True)
    many = draft(tmp_path / "c", "t", pa.table({"row_no": pa.array(range(AT_HAND + 1), pa.int64())}), ["row_no"])
    assert (many.rows, many.at_hand, many.differ_in(("row_no",))) == (AT_HAND + 1, None, None)


def test_a_draft_has_the_same_bytes_and_row_root_in_whatever_pieces_its_rows_come(tmp_path: Path) -> None:
    """Rows lie in pieces while they wait; the file, its digest and its row groups are those of batches in one piece."""
    rows = BATCH + 2 * PIECE + 5
    whole = pa.table(
        {
            "row_no": pa.array(range(rows), pa.int64()),
            "file_id": ["f" * 64] * rows,
            "text": [None if n % 7 == 0 else f"é{n % 1000}" * (n % 5) for n in range(rows)],
            "amount": pa.array([None if n % 11 == 0 else Decimal(n) / 4 for n in range(rows)], pa.decimal128(18, 4)),
            "flag": [None if n % 3 == 0 else n % 2 == 0 for n in range(rows)],
            "at": pa.array([n * 10**6 for n in range(rows)], pa.timestamp("us")),
        }
    )
    made = draft(tmp_path / "a", "t", whole, whole.column_names)
    with parquet.ParquetWriter(str(tmp_path / "b"), whole.schema, compression="zstd", compression_level=1, use_dictionary=["file_id"], write_page_checksum=True, store_schema=False) as writer:
        for start in (0, BATCH):
            writer.write_batch(whole.slice(start, BATCH).combine_chunks().to_batches()[0])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    with duckdb.connect() as con:
        pieces = pa.Table.from_batches([batch for start in range(0, rows, 1_000) for batch in whole.slice(start, 1_000).to_batches()])
        streamed = draft(tmp_path / "c", "t", con.from_arrow(pieces), whole.column_names)
    assert (tmp_path / "c").read_bytes() == (tmp_path / "a").read_bytes() and streamed.row_root == made.row_root
    assert reread(tmp_path / "a") == (rows, made.row_root, made.sums) and (made.in_order, streamed.in_order, made.at_hand) == (True, True, None)


def digested(batch: pa.RecordBatch) -> bytes:
    """The digest of a batch as `batch_digest` describes it: name and type, a byte per row, then the values; worked out value by value."""
    found = hashlib.sha256()
    for field, column in zip(batch.schema, batch.columns, strict=True):
        values, kind = column.to_pylist(), field.type
        found.update(f"{field.name}\0{kind}\0".encode() + bytes(value is not None for value in values))
        if pa.types.is_string(kind):
            texts = [(value or "").encode() for value in values]
            found.update(b"".join(len(text).to_bytes(4, "little") for text in texts) + b"".join(texts))
        elif pa.types.is_decimal(kind):
            found.update(b"".join(int((value or Decimal(0)).scaleb(kind.scale)).to_bytes(16, "little", signed=True) for value in values))
        elif pa.types.is_boolean(kind):
            found.update(bytes(bool(value) for value in values))
        else:
            width = kind.bit_width // 8
            found.update(b"".join((value or 0).to_bytes(width, "little", signed=True) for value in column.cast(f"int{width * 8}").to_pylist()))
    return found.digest()


@pytest.mark.parametrize("rows", [1, FEW, FEW + 1])
def test_rows_have_the_digest_and_sums_of_their_values_whether_all_some_or_none_are_empty(rows: int) -> None:
    values = {"amount": pa.decimal128(18, 4), "currency": pa.string(), "text": pa.string(), "flag": pa.bool_(), "day": pa.date32(), "at": pa.timestamp("us"), "number": pa.int64(), "place": pa.int32()}
    given = {"amount": Decimal("-12.3400"), "currency": "EUR", "text": "é1", "flag": True, "day": 20_000, "at": 10**15, "number": -7, "place": 3}
    for every in (0, 1, 3):  # no value is empty, each is, each third is
        empty = [bool(every) and n % every == 0 for n in range(rows)]
        batch = pa.record_batch({name: pa.array([None if none else given[name] for none in empty], kind) for name, kind in values.items()})
        root, sums = described([batch, batch])
        assert root == sha(digested(batch) * 2)
        full = 2 * empty.count(False)
        groups = {name: count for name, count in (("", 2 * empty.count(True)), ("EUR", full)) if count}
        assert sums == [["amount", name, f"{Decimal('-12.3400') * full:f}" if name and full else "0.0000", full if name else 0] for name in sorted(groups)]


@pytest.mark.parametrize(("texts", "marked"), [(["a [card] b", None], {"text"}), (["[ca", "rd]"], {"text"}), ([None, "card"], set())])
def test_a_draft_says_in_which_texts_a_card_number_may_have_stood(texts: list[str | None], marked: set[str], tmp_path: Path) -> None:
    """What stands across the end of a value is said too: who counts the rows looks at each."""
    rows = pa.table({"row_no": pa.array([1, 2], pa.int64()), "text": pa.array(texts, pa.string()), "other": ["x", "y"]})
    assert draft(tmp_path / "a", "t", rows, rows.column_names).marked == marked


def test_landing_much_has_little_room_and_what_comes_after_it_has_the_usual(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rooms: list[tuple[str, int]] = []

    def room(store: Store, *_: object) -> list[tuple[str, str]]:
        rooms.append(store.con.execute("SELECT current_setting('memory_limit'), current_setting('threads')").fetchall()[0])
        return []

    monkeypatch.setattr(landing_step, "MUCH", 0)
    monkeypatch.setattr(landing_step, "inbox_of", lambda home: ([], []))
    monkeypatch.setattr(landing_step, "_repeats", room)
    with open_store(shop) as store:
        room(store)
        landing_step.land_inbox(store, Settings(environment="test", name="shop"), lambda words: None)
        room(store)
    assert rooms[0] == rooms[2] and [hands for _, hands in rooms] == [1, 2, 1] and rooms[1][0].startswith("488")  # 512 MB as the engine says it


def test_the_names_of_segments_are_durable_before_a_manifest_names_them(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    link, sync = places.link, places.fsync_dir
    monkeypatch.setattr(places, "link", lambda path, final: (done.append(f"link {final.parent.name}"), link(path, final)))
    for module in (durable, store_module):
        monkeypatch.setattr(module, "fsync_dir", lambda path: (done.append(f"sync {path.name}"), sync(path)))
    row = {"file_id": "f", "column_name": "Status", "word": "pending", "currency": "EUR", "lines": 1, "amount": "1.00", "known_at": "2026-10-01 06:00:00", "run_id": "1"}
    with open_store(shop) as store:
        store.commit("import", "two", [store.rows("file_left_out", [row]), store.rows("file_left_out", [{**row, "lines": 2}])])
    assert done == ["link segments", "link segments", "sync segments", "link manifests", "sync manifests"]


def test_mappings_are_read_from_their_segments_by_name(shop: Path) -> None:
    """`mapping history` reads the segments themselves: one whose columns stand in another order says the same."""
    said = tieout("mapping", "history", "--home", shop).stdout
    for path in (shop / "ledger" / "segments").iterdir():
        rows = parquet.read_table(path)
        if "base_sha256" in rows.column_names and "proposal_id" in rows.column_names:
            path.chmod(0o600)
            parquet.write_table(rows.select(list(reversed(rows.column_names))), path)
    assert tieout("mapping", "history", "--home", shop).stdout == said


def test_what_libraries_write_for_a_moment_lies_in_the_books_and_does_not_outlast_a_crash(shop: Path) -> None:
    before, place = tempfile.gettempdir(), shop / "ledger" / "tmp"
    with open_store(shop):
        with tempfile.NamedTemporaryFile(delete=False) as left:
            assert Path(left.name).parent == place
        (place / "unpacked").mkdir()
        (place / "unpacked" / "customers.csv").write_text("half")
    assert tempfile.gettempdir() == before
    with open_store(shop):
        assert list(place.iterdir()) == []


def test_rows_that_the_ledger_could_not_take_in_never_get_a_manifest(shop: Path) -> None:
    """A manifest that is linked must be applied, in every night from then on: a row without a needed value would end them all."""
    before = manifests(shop)
    with open_store(shop) as store, pytest.raises(ValueError, match="row_superseded: rows without table_name, file_id"):
        store.commit("match", "a test", [store.rows("row_superseded", [{"row_no": 1}])])
    assert manifests(shop) == before and not any(p.name.startswith("segment-") for p in (shop / "ledger" / "segments").iterdir())
