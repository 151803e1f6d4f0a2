"""Links, second names and special files: what they lead to is never read, moved or removed, and the night names them."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import _shop
import pytest
from conftest import Said

from ledger import places
from ledger.errors import PlaceError

Command = Callable[..., Said]


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A folder beside the books, with what must stay as it is."""
    folder = tmp_path / "scratch"
    (folder / "deeper").mkdir(parents=True)
    for name in ("orders.csv", "report.reason.json", ".tmp-1-left", "finance_summary_12345678.csv", "0" * 64 + ".zst", "deeper/kept.csv"):
        (folder / name).write_text(f"{name}\n")
    return folder


def standing(folder: Path) -> dict[str, tuple[int, str]]:
    return {str(p.relative_to(folder)): (p.stat().st_ino, p.read_text()) for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_night_over_links_names_each_and_leaves_what_they_lead_to(shop: Path, scratch: Path, command: Command) -> None:
    before = standing(scratch)
    inbox = shop / "inbox"
    (inbox / "linked").symlink_to(scratch)
    (inbox / "stripe" / "file.csv").symlink_to(scratch / "orders.csv")
    (inbox / "stripe" / "twice.csv").hardlink_to(scratch / "deeper" / "kept.csv")
    os.mkfifo(inbox / "stripe" / "pipe.csv")
    (inbox / "stripe" / ".snapshot").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        there = os.open(inbox / "bank", os.O_RDONLY)
        listening.bind(f"/proc/self/fd/{there}/listens")
        os.close(there)
    (shop / "dead-letters" / "away").symlink_to(scratch)
    (shop / "outbox" / "elsewhere").symlink_to(scratch)
    (shop / "reports" / "old").symlink_to(scratch)
    for folder in ("segments", "raw", "tmp", "acts"):
        (shop / "ledger" / folder / "astray").symlink_to(scratch)
    text = _shop.orders().splitlines()
    (inbox / "shop" / "more.csv").write_text(f"{text[0]}\n{text[-1].replace('#105', '#106').replace('7005', '7006')}\n")
    said = command("run", "--home", shop, "--as-of", "2026-10-02")
    assert said.code == 75, said.err
    assert standing(scratch) == before
    for name, kind in (("linked", "a link"), ("stripe/file.csv", "a link"), ("stripe/twice.csv", "2 names"), ("stripe/pipe.csv", "a pipe"), ("bank/listens", "a socket"),
                       ("dead-letters/away", "a link"), ("outbox/elsewhere", "a link"), ("reports/old", "a link")):  # fmt: skip
        assert any(f"tieout: {name}: it " in line and kind in line for line in said.err.splitlines()), (name, said.err)
    assert ".snapshot" not in said.err, "what is hidden is nobody's delivery"
    assert (inbox / "linked").is_symlink() and (inbox / "stripe" / "twice.csv").exists(), "what is named stays where it lies"
    assert not (inbox / "shop" / "more.csv").exists(), "the others landed"
    assert not (shop / "ledger" / "tmp" / "astray").is_symlink(), "of what a crash left the link goes, not what it leads to"


@pytest.mark.parametrize("name", ["inbox", "dead-letters", "outbox", "reports", "ledger/segments", "ledger/raw", "ledger/tmp", "audit"])
def test_no_command_works_on_books_of_which_a_folder_is_a_link(shop: Path, scratch: Path, command: Command, name: str) -> None:
    before = standing(scratch)
    (shop / name).rename(shop.parent / "aside")
    (shop / name).symlink_to(scratch)
    said = command("run", "--home", shop, "--as-of", "2026-10-02")
    assert said.code == 78 and f"{name.rpartition('/')[2]}: it is a link, not a folder" in said.err, said.err
    assert standing(scratch) == before


def test_a_refused_file_does_not_go_where_a_link_leads(shop: Path, scratch: Path, command: Command) -> None:
    before = standing(scratch)
    (shop / "dead-letters" / "stripe").symlink_to(scratch)
    (shop / "inbox" / "stripe" / "broken.csv").write_text("a,b\n1,2\n")
    said = command("run", "--only", "land", "--home", shop, "--as-of", "2026-10-02")
    assert said.code == 65 and "stripe/broken.csv: dead-letters/stripe: it is a link, not a folder" in said.err
    assert standing(scratch) == before and (shop / "inbox" / "stripe" / "broken.csv").exists()


@pytest.mark.parametrize("name", ["SCRATCH/new.csv", "../../new.csv", ".."])
def test_a_reason_cannot_send_a_file_out_of_the_books(shop: Path, scratch: Path, command: Command, name: str) -> None:
    (shop / "inbox" / "stripe" / "broken.csv").write_text("a,b\n1,2\n")
    assert command("run", "--only", "land", "--home", shop, "--as-of", "2026-10-02").code == 65
    reason = next((shop / "dead-letters" / "stripe").glob("*.reason.json"))
    name = name.replace("SCRATCH", str(scratch))
    reason.write_text(reason.read_text().replace('"file": "broken.csv"', f'"file": "{name}"'))
    before = standing(scratch)
    said = command("dead-letter", "replay", name, "--home", shop, "--as", "jane")
    assert said.code in (0, 78), "refused, or the file comes back under a plain name"
    assert standing(scratch) == before and not list(shop.parent.rglob("new.csv"))
    assert [p.parent for p in shop.parent.rglob("*new.csv") if not p.name.endswith(".csv.reason.json")] in ([], [shop / "inbox" / "stripe"], [shop / "dead-letters" / "stripe"])


def test_books_that_are_reached_by_a_link_are_the_books_that_it_leads_to(shop: Path, tmp_path: Path, command: Command) -> None:
    (tmp_path / "books").symlink_to(shop)
    assert command("run", "--home", tmp_path / "books", "--as-of", "2026-10-02").code == 0


def test_what_takes_a_name_between_the_look_and_the_act_is_not_followed(tmp_path: Path, scratch: Path) -> None:
    home, before = tmp_path / "home", standing(scratch)
    (home / "feed").mkdir(parents=True)
    file = home / "feed" / "a.csv"
    file.write_text("delivered")
    with places.held(file) as taken:
        file.unlink()
        file.write_text("a newer one")
        assert taken.bytes_at.read_text() == "delivered", "what was opened is read"
        places.remove(file, only=taken.info)
        assert file.read_text() == "a newer one", "what came meanwhile stays"
        file.unlink()
        file.symlink_to(scratch / "orders.csv")
        with pytest.raises(PlaceError, match="a link"):
            places.mode(file, 0o600)
        places.remove(file)
    assert not file.is_symlink()
    (home / "feed").rmdir()
    (home / "feed").symlink_to(scratch)
    for act in (lambda: places.remove(home / "feed" / "orders.csv"), lambda: places.read(home / "feed" / "orders.csv"), lambda: places.entries(home / "feed"),
                lambda: places.new(home / "feed" / "x"), lambda: places.folder(home / "feed" / "deeper" / "new"), lambda: places.move(home / "feed" / "orders.csv", home / "b"),
                lambda: places.link(home / "feed" / "orders.csv", home / "b"), lambda: places.below(home, "..", "scratch")):  # fmt: skip
        with pytest.raises(PlaceError):
            act()
    places.remove_tree(home / "feed")
    assert standing(scratch) == before and not (home / "feed").is_symlink()
