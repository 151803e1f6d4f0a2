"""What goes out to several remotes: each takes its kinds and entities, side by side, and none holds the others."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import _sshd
import duckdb
import pytest
from conftest import ROOT, tieout
from test_errors import REMOTE

from exporters._rendered import Rendered
from tieout.books.settings import RemoteSettings, Settings, load, secret_path
from tieout.night.exporting import _remote


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[list[_sshd.Server]]:
    started = [_sshd.start(tmp_path / f"server-{n}", "stand-in") for n in range(3)]
    yield started
    for server in started:
        server.end()


def listed(home: Path, *wanted: tuple[str, _sshd.Server, str]) -> None:
    """These remotes in tieout.toml, each with what it takes."""
    text = "".join(REMOTE.format(port=server.port, user=server.remote().user, key=server.client_key, known=server.known_hosts, what=f'push = "{server.into}"\n{what}').replace('"finance"', f'"{name}"', 1)
                   for name, server, what in wanted)
    with (home / "tieout.toml").open("a", encoding="utf-8") as file:
        file.write(text)


def asked(home: Path, statement: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        return con.execute(statement).fetchall()


ROUTES = "SELECT kind, remote, count(*), count(DISTINCT r.export_id) FROM export_file LEFT JOIN receipt AS r USING (export_id, remote) GROUP BY ALL ORDER BY ALL"


def test_a_file_goes_to_the_first_remote_that_takes_it_and_to_no_other(opened_shop: Path, tmp_path: Path, servers: list[_sshd.Server]) -> None:
    home = Path(shutil.copytree(opened_shop, tmp_path / "books"))
    odoo, other, finance = servers
    listed(home, ("odoo", odoo, 'kinds = ["odoo_journal"]'), ("finance", finance, 'kinds = ["finance_summary"]\nentities = ["skerry-ltd"]'), ("other", other, ""))
    tieout("run", "--home", home, "--as-of", "2026-10-01")
    [(kind, to, lists, sent)] = asked(home, ROUTES)
    assert (kind, to) == ("finance_summary", "finance") and lists == sent > 0
    assert sorted(path.name for path in finance.into.iterdir() if path.suffix == ".csv") == sorted(path.name for path in (home / "outbox" / "finance").rglob("*.csv"))
    assert list(other.into.iterdir()) == [] and list(odoo.into.iterdir()) == []


@pytest.mark.parametrize(("kind", "entity", "remote"), [("odoo_journal", "a", "one"), ("odoo_journal", "b", "three"), ("finance_summary", "b", "two"), ("finance_summary", "a", "local")])
def test_kinds_and_entities_say_together_what_a_remote_takes(kind: str, entity: str, remote: str) -> None:
    base = {"host": "h", "user": "u", "key_file": "file:k"}
    remotes = [{"name": "pulls"}, {"name": "one", "push": "/", "kinds": ["odoo_journal"], "entities": ["a"]}, {"name": "two", "push": "/", "kinds": ["finance_summary"], "entities": ["b"]}, {"name": "three", "push": "/", "kinds": ["odoo_journal"]}]
    config = Settings.model_validate({"environment": "test", "name": "x", "approval": {"people": 1}, "remote": [{**base, **one} for one in remotes]})
    assert _remote(config, Rendered(kind, entity, "x.csv", b"", 0, Decimal(0), "EUR")) == remote


def test_what_went_out_is_not_written_for_another_remote(opened_shop: Path, tmp_path: Path, servers: list[_sshd.Server]) -> None:
    home = Path(shutil.copytree(opened_shop, tmp_path / "books"))
    listed(home, ("odoo", servers[0], 'kinds = ["odoo_journal"]'))
    tieout("run", "--home", home, "--as-of", "2026-10-01")
    assert [row[:2] for row in asked(home, ROUTES)] == [("finance_summary", "local")]
    settings = home / "tieout.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('kinds = ["odoo_journal"]', ""), encoding="utf-8")
    path = min((home / "outbox" / "local").rglob("*.csv"))
    was = path.read_bytes()
    path.unlink()
    tieout("export", "run", "--again", str(path.relative_to(home)), "--as", "jane", "--home", home)
    assert path.read_bytes() == was and not list((home / "outbox" / "odoo").rglob("*.csv")) and list(servers[0].into.iterdir()) == []
    tieout("check", "--home", home)


@pytest.mark.parametrize(("what", "why"), [('kinds = ["journals"]', "remote.0.kinds.0"), ('entities = ["skery-ltd"]', "takes files of skery-ltd, which entities.csv does not have")])
def test_a_slip_in_what_a_remote_takes_is_refused(shop: Path, servers: list[_sshd.Server], what: str, why: str) -> None:
    listed(shop, ("finance", servers[0], what))
    assert why in tieout("config", "check", "--home", shop, code=78).stderr


def test_what_only_pulls_takes_nothing(shop: Path) -> None:
    with (shop / "tieout.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[remote]]\nname = "bank"\nhost = "h"\nuser = "u"\nkey_file = "file:k"\nkinds = ["odoo_journal"]\n')
    assert "there is no push" in tieout("config", "check", "--home", shop, code=78).stderr


def test_the_remote_of_the_operators_page_can_be_read(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").split("## Where files come from and go to")[1].split("## ")[0]
    given = page.split("```toml\n")[1].split("```")[0]
    (tmp_path / "tieout.toml").write_text(f'environment = "test"\nname = "x"\n[approval]\npeople = 1\n[[feed]]\nname = "bank"\nbank_account = "b"\n{given}', encoding="utf-8")
    remote = load(tmp_path).remote[0]
    assert set(given.split()) >= {name for name in RemoteSettings.model_fields if name not in ("kinds", "entities")}, "those two have a section of their own"
    assert secret_path(tmp_path, remote.key_file) == tmp_path / "secrets/bank_ed25519"
