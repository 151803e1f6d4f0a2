"""People and seals: who may do what, under which signature; books in `staging` with real ssh-keygen keys."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import _shop
import duckdb
import openpyxl
import pytest
from conftest import NOW, ROOT, once, opened, tieout
from test_reversal import nights, taken_back  # noqa: F401

from exporters._decisions import refuse_all
from ledger import mappings, signing
from ledger.errors import FileRefusedError, RoleError
from ledger.signing import Item
from ledger.store import open_store
from tieout.books.opening import open_books
from tieout.people.acting import Act
from tieout.people.person import By

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed: no signature can be made or checked")
ROLES = {"jane": "accountant", "bob": "approver", "olaf": "operator", "ada": "auditor"}
MORE = (("#106", "2026-09-03", "2.00", "0.00", "paid"), ("#107", "2026-09-03", "48.00", "0.00", "paid"), ("#108", "2026-09-02", "75.00", "0.00", "paid"))
LATER = (datetime.fromisoformat(NOW) + timedelta(days=8)).isoformat()


class Office:
    """Books in staging, the keys of their people, and a stranger's key."""

    def __init__(self, folder: Path):
        self.home, self.keys = folder / "books", folder / "keys"

    def do(self, *words: str | Path, by: str = "", key: str = "", code: int = 0, now: str = NOW) -> str:
        """A command of this person; the text of both outputs."""
        signing = ["--as", by, "--key", self.keys / (key or by)] if by else []
        done = tieout(*words, "--home", self.home, *signing, code=code, env={"TIEOUT_NOW": now})
        return done.stdout + done.stderr

    def sign(self, document: Path, act: str, key: str) -> Path:
        """What the person does at another desk."""
        Path(f"{document}.sig").unlink(missing_ok=True)
        subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", f"tieout-{act}", "-f", str(self.keys / key), str(document)], check=True, capture_output=True)
        return Path(f"{document}.sig")

    def refused(self, error: str) -> list[tuple[Any, ...]]:
        """What the ledger recorded of attempts that failed with this error."""
        con = duckdb.connect()
        paths = [str(self.home / "ledger" / "segments" / f"{s['sha256']}.parquet") for body in self.manifests() for s in body["segments"] if s["table"] == "refused_act"]
        return con.execute("SELECT act, actor, subject, document_sha256 FROM read_parquet($paths) WHERE error = $error ORDER BY ALL", {"paths": paths, "error": error}).fetchall() if paths else []

    def manifests(self) -> list[dict[str, Any]]:
        return [json.loads(p.read_bytes()) for p in sorted((self.home / "ledger" / "manifests").glob("0*.json"))]

    def proposal(self, file: str = "policies") -> str:
        """Id of the proposal that waits for this file."""
        found = re.findall(rf"^([0-9a-f]{{16}})  {file}:", self.do("mapping", "propose", file, by="jane"), re.M)
        return found[0]

    def policy(self, value: str) -> None:
        """A changed mapping file, not yet proposed."""
        (self.home / "mappings" / "policies.csv").write_text(f"entity,policy,value,valid_from,valid_to\nskerry-ltd,writeoff_limit,{value},2026-01-01,\n", encoding="utf-8")


def _to_decide(home: Path, toml: str = _shop.TOML) -> None:
    """The small shop with three further orders that were never settled, one of a gateway that nobody mapped, and a charge of that moment whose order no export has."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_shop, "ORDERS", (*_shop.ORDERS, *MORE))
        _shop.books(home, toml)
    payments = home / "inbox" / "shop" / "transactions_export_1.csv"
    payments.write_text(payments.read_text(encoding="utf-8").replace("7008,#108,sale,stripe,", "7008,#108,sale,barter,"), encoding="utf-8")
    header, *_ = _shop.stripe().splitlines()
    charge = "po_Z,2026-09-08 06:00:00,txn_99,2026-09-03 09:00:05,2026-09-03 09:00:05,eur,20.00,0.55,19.45,charge,ch_99,Skerry Wool #99,card,6999"
    (home / "inbox" / "stripe" / "older.csv").write_text(f"{header}\n{charge}\n", encoding="utf-8")


def settings_text(keys: Path) -> str:
    """The small shop's settings as staging books of four people."""
    people = "".join(
        f'\n[[person]]\nname = "{name}"\nrole = "{role}"\nkey = "{(keys / f"{name}.pub").read_text(encoding="utf-8").strip()}"\n' for name, role in ROLES.items()
    )
    return _shop.TOML.replace("Skerry Wool", "Skerry & Wool").replace('environment = "test"', 'environment = "staging"').replace("people = 1", "people = 2") + people


def _staging(folder: Path) -> None:
    office = Office(folder)
    office.keys.mkdir(parents=True)
    for name in (*ROLES, "stranger"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", f"{name}@desk", "-f", str(office.keys / name)], check=True)
    _to_decide(office.home, settings_text(office.keys))
    (office.home / "mappings" / "policies.csv").write_text("entity,policy,value,valid_from,valid_to\nskerry-ltd,materiality,10.00,2026-01-01,\n", encoding="utf-8")
    office.do("mapping", "propose", by="jane")
    office.do("mapping", "approve", "--all", by="bob")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Staging books with their mappings in force and their files waiting."""
    return once(tmp_path_factory, "office", _staging)


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Iterator[Office]:
    """A copy of them."""
    shutil.copytree(template, tmp_path / "office")
    yield Office(tmp_path / "office")


class Asked(Office):
    """An office in which a proposal waits, with the document of its approval by bob, not yet signed."""

    @property
    def one(self) -> str:
        return (self.home.parent / "one").read_text(encoding="utf-8")

    @property
    def document(self) -> Path:
        return self.home.parent / "act.json"


@pytest.fixture(scope="session")
def asked_once(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(folder: Path) -> None:
        shutil.copytree(template, folder)
        asked = Asked(folder)
        asked.policy("25.00")
        (folder / "one").write_text(asked.proposal(), encoding="utf-8")
        asked.do("mapping", "approve", asked.one, "--as", "bob", "--document", asked.document)

    return once(tmp_path_factory, "asked", make)


@pytest.fixture
def asked(asked_once: Path, tmp_path: Path) -> Asked:
    """A copy of it."""
    return Asked(Path(shutil.copytree(asked_once, tmp_path / "office")))


def test_two_people_bring_a_mapping_into_force(asked: Asked) -> None:
    one = asked.one
    assert "is in force" in asked.do("mapping", "approve", one, by="bob")
    act = [body["source"] for body in asked.manifests() if body["source"].get("act") == "approve"][-1]
    assert act["actor"] == "bob"
    document = json.loads((asked.home / "ledger" / "acts" / f"{act['signed']['document']}.json").read_bytes())
    assert (document["act"], document["actor"], document["environment"], document["books"]) == ("approve", "bob", "staging", "Skerry & Wool")
    assert document["items"][0]["subject"] == one and len(document["items"][0]["base"]) == 64
    assert tieout("audit", "verify", "--home", asked.home).stdout == ""


def test_nothing_goes_unsigned(office: Office) -> None:
    office.policy("25.00")
    assert "needs a signature" in tieout("mapping", "propose", "--as", "jane", "--home", office.home, code=77).stderr
    assert office.refused("UnsignedError") == [("propose", "jane", None, None)]


def test_self_approval_is_refused(office: Office) -> None:
    office.policy("25.00")
    one = re.findall(r"^([0-9a-f]{16})  policies", office.do("mapping", "propose", by="bob"), re.M)[0]
    assert "may not approve it" in office.do("mapping", "approve", one, by="bob", code=77)
    assert office.refused("ApprovalError") == [("approve", "bob", one, None)]


def test_unknown_keys_and_names_are_refused(asked: Asked) -> None:
    one = asked.one
    assert "none of the books' people" in asked.do("mapping", "approve", one, by="bob", key="stranger", code=77)
    assert "another person" in asked.do("mapping", "approve", one, by="bob", key="jane", code=77)
    assert "nobody of this name" in asked.do("mapping", "approve", one, by="mallory@example.com", key="stranger", code=77)
    attempts = asked.refused("UnknownPersonError")
    assert [(a[0], a[1], a[2]) for a in attempts] == [("approve", "bob", one), ("approve", "bob", one), ("approve", None, None)]  # no unlisted name


def test_roles_hold(asked: Asked) -> None:
    one = asked.one
    for name in ("jane", "olaf", "ada"):
        assert "may not approve" in asked.do("mapping", "approve", one, by=name, code=77)
    assert "may not propose" in asked.do("mapping", "propose", by="ada", code=77)
    assert "may not resolve" in asked.do("exception", "resolve", "abc", "--reason", "OTHER", by="olaf", code=77)
    assert {a[1] for a in asked.refused("RoleError")} == {"jane", "olaf", "ada"}


def test_an_edited_document_is_refused(asked: Asked) -> None:
    one, document = asked.one, asked.document
    body = json.loads(document.read_bytes())
    signature = asked.sign(document, "approve", "bob")
    body["items"][0]["content"]["reason"] = "as discussed"
    document.write_text(json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
    answer = asked.do("mapping", "approve", one, "--document", document, "--signature", signature, code=77)
    assert "the signature is not of this document" in answer
    # and signed again as edited it is not what the command and the books say
    signature = asked.sign(document, "approve", "bob")
    answer = asked.do("mapping", "approve", one, "--document", document, "--signature", signature, code=77)
    assert "says something else" in answer
    assert [len(asked.refused(e)) for e in ("SignatureError", "EditedError")] == [1, 1]


def test_an_edited_proposal_is_refused(office: Office, tmp_path: Path) -> None:
    office.policy("25.00")
    document = tmp_path / "act.json"
    office.do("mapping", "propose", "--as", "jane", "--document", document)
    signature = office.sign(document, "propose", "jane")
    office.policy("2500.00")
    assert "says something else" in office.do("mapping", "propose", "--document", document, "--signature", signature, code=77)
    office.policy("25.00")
    assert "policies: 1 rows come" in office.do("mapping", "propose", "--document", document, "--signature", signature)


def test_a_stale_base_is_refused(asked: Asked) -> None:
    first, document = asked.one, asked.document
    signature = asked.sign(document, "approve", "bob")
    asked.policy("30.00")
    asked.do("mapping", "approve", asked.proposal(), by="bob")
    assert "changed since this was proposed" in asked.do("mapping", "approve", first, "--document", document, "--signature", signature, code=77)
    # signed against what was in force before somebody else's change
    asked.policy("35.00")
    asked.do("mapping", "propose", "--as", "jane", "--document", document)
    signature = asked.sign(document, "propose", "jane")
    asked.policy("40.00")
    asked.do("mapping", "approve", asked.proposal(), by="bob")
    asked.policy("35.00")
    assert "no longer in force" in asked.do("mapping", "propose", "--document", document, "--signature", signature, code=77)
    assert [a[0] for a in asked.refused("StaleError")] == ["approve", "propose"]


def test_a_replayed_signature_is_refused(asked: Asked) -> None:
    one, document = asked.one, asked.document
    signature = asked.sign(document, "approve", "bob")
    asked.do("mapping", "approve", one, "--document", document, "--signature", signature)
    assert "used before" in asked.do("mapping", "approve", one, "--document", document, "--signature", signature, code=77)
    assert asked.refused("ReplayError") == [("approve", "bob", None, sha256(document.read_bytes()).hexdigest())]


def test_an_expired_signature_is_refused(asked: Asked) -> None:
    one, document = asked.one, asked.document
    signature = asked.sign(document, "approve", "bob")
    assert "expired at" in asked.do("mapping", "approve", one, "--document", document, "--signature", signature, code=77, now=LATER)
    body = json.loads(document.read_bytes())
    body["expires"] = "2036-10-01T04:00:00Z"
    document.write_text(json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
    signature = asked.sign(document, "approve", "bob")
    assert "longer than a week" in asked.do("mapping", "approve", one, "--document", document, "--signature", signature, code=77)
    assert len(asked.refused("ExpiredError")) == 2


def test_a_signature_for_another_act_is_refused(asked: Asked) -> None:
    one, document = asked.one, asked.document
    signature = asked.sign(document, "decline", "bob")
    assert "for another act" in asked.do("mapping", "approve", one, "--document", document, "--signature", signature, code=77)
    assert asked.refused("NamespaceError")[0][:2] == ("approve", "bob")


def test_a_document_of_other_books_is_refused(asked: Asked) -> None:
    one, document = asked.one, asked.document
    body = json.loads(document.read_bytes())
    body["ledger"] = "0" * 64
    document.write_text(json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
    signature = asked.sign(document, "approve", "bob")
    assert "for other books" in asked.do("mapping", "approve", one, "--document", document, "--signature", signature, code=77)


def test_an_edited_toml_is_refused_until_two_people_signed_it(office: Office) -> None:
    toml = office.home / "tieout.toml"
    before = toml.read_text(encoding="utf-8")
    toml.write_text(before.replace('role = "operator"', 'role = "approver"'), encoding="utf-8")
    for words in (("run", "--as-of", "2026-10-01"), ("audit", "publish"), ("file", "pull"), ("config", "check")):
        assert "[[person]] of tieout.toml differ" in office.do(*words, code=77)
    office.policy("25.00")
    assert "differ from what was sealed" in office.do("mapping", "propose", by="jane", code=77)
    assert len(office.refused("SealError")) == 1
    one = re.findall(r"^([0-9a-f]{16})  tieout.toml", office.do("config", "propose", by="olaf"), re.M)[0]
    # the seal in force decides who may approve, not the changed file
    assert "may not approve" in office.do("config", "approve", one, by="olaf", code=77)
    assert "is in force" in office.do("config", "approve", one, by="bob")
    assert office.manifests()[-1]["kind"] == "config"
    office.do("config", "check")
    assert "olaf  approver" in office.do("config", "people")
    office.do("mapping", "approve", office.proposal(), by="olaf")
    toml.write_text(before, encoding="utf-8")
    assert "differ from what was sealed" in office.do("file", "pull", code=77)
    assert tieout("audit", "verify", "--home", office.home).stdout == ""


def test_what_is_not_sealed_may_change(office: Office) -> None:
    toml = office.home / "tieout.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + '\n[[feed]]\nname = "more"\nstore = "skerry"\n', encoding="utf-8")
    office.do("config", "check")
    office.do("file", "pull")


def test_the_environment_is_for_life(office: Office, tmp_path: Path) -> None:
    toml = office.home / "tieout.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('"staging"', '"production"'), encoding="utf-8")
    assert "belong to the environment staging" in office.do("run", code=77, now="")
    assert "for life" in office.do("config", "propose", by="jane", code=77, now="")
    # a downgrade to test would need no signature: the seal is asked, not the file
    toml.write_text(toml.read_text(encoding="utf-8").replace('"production"', '"test"'), encoding="utf-8")
    assert "belong to the environment staging" in tieout("mapping", "propose", "--as", "jane", "--home", office.home, code=77).stderr
    assert "needs a signature" in tieout("config", "propose", "--as", "jane", "--home", office.home, code=77).stderr
    # a ledger copied in from other books
    other = tmp_path / "other"
    tieout("init", other)
    shutil.rmtree(other / "ledger")
    shutil.copytree(office.home / "ledger", other / "ledger")
    assert "belong to the environment staging" in tieout("run", "--home", other, code=77).stderr


def test_the_clock_of_production_books_is_the_systems(office: Office, tmp_path: Path) -> None:
    home = tmp_path / "live"
    home.mkdir()
    (home / "tieout.toml").write_text(settings_text(office.keys).replace('"staging"', '"production"'), encoding="utf-8")
    assert "TIEOUT_NOW: production books take the system's clock" in tieout("init", home, code=78).stderr
    assert "production books" in tieout("run", "--home", home, code=78).stderr
    assert "not a moment" in tieout("mapping", "propose", "--home", office.home, env={"TIEOUT_NOW": "yesterday"}, code=78).stderr
    tieout("init", home, env={"TIEOUT_NOW": ""})


def test_outside_test_the_books_need_people_with_keys(tmp_path: Path) -> None:
    home = tmp_path / "books"
    home.mkdir()
    (home / "tieout.toml").write_text('environment = "production"\nname = "x"\n', encoding="utf-8")
    assert "need somebody who proposes" in tieout("init", home, code=78).stderr
    (home / "tieout.toml").write_text('environment = "production"\nname = "x"\n[[person]]\nname = "a"\nrole = "operator"\n', encoding="utf-8")
    assert "a needs a key" in tieout("init", home, code=78).stderr
    for name, key in (("a b", ""), ("*", ""), ("a", "ssh-ed25519 AAAA"), ("a", "ssh-dss AAAAB3NzaC1kc3M="), ("a", "ssh-ed25519 AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7")):
        (home / "tieout.toml").write_text(f'environment = "test"\nname = "x"\n[[person]]\nname = "{name}"\nrole = "operator"\nkey = "{key}"\n', encoding="utf-8")
        tieout("init", home, code=78)


def test_empty_books_take_changed_settings(tmp_path: Path) -> None:
    home = tmp_path / "books"
    tieout("init", home)
    toml = home / "tieout.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("My books", "Lighthouse"), encoding="utf-8")
    tieout("mapping", "propose", "--as", "jane", "--home", home)
    tieout("config", "check", "--home", home)
    (home / "mappings" / "entities.csv").write_text("entity,name,country,base_currency,odoo_company,time_zone,valid_from\na,A,IE,EUR,A,Europe/Dublin,2026-01-01\n", encoding="utf-8")
    tieout("mapping", "propose", "--as", "jane", "--home", home)
    toml.write_text(toml.read_text(encoding="utf-8").replace("Lighthouse", "Other"), encoding="utf-8")
    assert "name of tieout.toml differ" in tieout("mapping", "propose", "--as", "jane", "--home", home, code=77).stderr


def test_in_test_two_people_are_two_people(tmp_path: Path) -> None:
    home = tmp_path / "books"
    tieout("init", home)
    toml = home / "tieout.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("people = 1 ", "people = 2 "), encoding="utf-8")
    (home / "mappings" / "entities.csv").write_text("entity,name,country,base_currency,odoo_company,time_zone,valid_from\na,A,IE,EUR,A,Europe/Dublin,2026-01-01\n", encoding="utf-8")
    tieout("mapping", "propose", "--as", "jane", "--home", home)
    assert "may not approve it" in tieout("mapping", "approve", "--all", "--as", "jane", "--home", home, code=77).stderr
    tieout("mapping", "approve", "--all", "--as", "bob", "--home", home)


def test_a_key_that_cannot_sign_is_named(office: Office, tmp_path: Path) -> None:
    office.policy("25.00")
    (tmp_path / "nokey").write_text("not a key\n", encoding="utf-8")
    answer = tieout("mapping", "propose", "--as", "jane", "--key", tmp_path / "nokey", "--home", office.home, code=78).stderr
    assert "ssh-keygen cannot sign with this key" in answer


def test_an_auditor_verifies_with_ssh_keygen_alone(office: Office) -> None:
    """The commands of docs/people.md, run as they stand there."""
    text = (ROOT / "docs" / "people.md").read_text(encoding="utf-8")
    script = re.findall(r"```sh\n# every signature.*?```", text, re.S)[0].removeprefix("```sh\n").removesuffix("```")
    done = subprocess.run(["sh", "-eu", "-c", script], cwd=office.home, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(re.findall(r"^Good \"tieout-(?:propose|approve)\" signature for (?:jane|bob)", done.stdout, re.M)) == 2
    # one changed byte of a document, and it is noticed by both
    document = next((office.home / "ledger" / "acts").glob("*.json"))
    document.chmod(0o644)
    document.write_bytes(document.read_bytes().replace(b'"v":1', b'"v":2'))
    done = subprocess.run(["sh", "-eu", "-c", script], cwd=office.home, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert document.name in tieout("audit", "verify", "--home", office.home, code=70).stdout


def test_no_key_material_leaves(office: Office) -> None:
    office.policy("25.00")
    said = office.do("mapping", "approve", office.proposal(), by="bob") + office.do("mapping", "approve", "0" * 16, by="bob", code=65)
    said += office.do("mapping", "approve", "0" * 16, by="jane", key="stranger", code=77) + office.do("config", "people") + office.do("config", "show")
    private = {line for name in (*ROLES, "stranger") for line in (office.keys / name).read_text(encoding="utf-8").splitlines() if "KEY" not in line and len(line) > 20}
    files = b"".join(p.read_bytes() for p in office.home.rglob("*") if p.is_file())
    assert not any(line in said or line.encode() in files for line in private)
    assert "stranger" not in said and b"stranger" not in files


# --- what people decide, in the environment test


def rows(home: Path, statement: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(home / "audit" / "audit.duckdb"), read_only=True) as con:
        cursor = con.execute(statement)
        names = [d[0] for d in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _decide(home: Path) -> None:
    _to_decide(home)
    tieout("mapping", "propose", "--as", "jane", "--home", home)
    tieout("mapping", "approve", "--all", "--as", "jane", "--home", home)
    tieout("run", "--home", home, "--as-of", "2026-10-01")


@pytest.fixture
def wool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop after its night, with enough to decide about."""
    return once(tmp_path_factory, "wool", _decide)


def one_exception(home: Path, condition: str) -> dict[str, Any]:
    return rows(home, f"SELECT exception_id, code, difference, currency, state FROM exception WHERE state = 'open' AND {condition} ORDER BY exception_id LIMIT 1")[0]


def test_impact_says_what_a_proposal_would_change_and_writes_nothing_and_its_rows_hold_on_their_days_alone(wool: Path) -> None:
    """A gateway that is forgotten, and a store that changes hands on 3 September: its orders and payments before belong to the one entity, those after to the other, each once."""
    assert tieout("mapping", "impact", "--home", wool).stdout == ""
    gateways, stores = wool / "mappings" / "gateways.csv", wool / "mappings" / "stores.csv"
    before = gateways.read_text(encoding="utf-8").splitlines(keepends=True)
    gateways.write_text(before[0], encoding="utf-8")
    with (wool / "mappings" / "entities.csv").open("a", encoding="utf-8") as file:
        file.write("skerry-gb,Skerry Wool GB Ltd,GB,EUR,Skerry Wool GB Ltd,Europe/Dublin,2026-01-01,\n")
    header, *lines = stores.read_text(encoding="utf-8").splitlines()
    names = header.split(",")
    cells = dict(zip(names, next(line for line in lines if line.startswith("skerry,")).split(","), strict=True))
    halves = {**cells, "valid_to": "2026-09-02"}, {**cells, "entity": "skerry-gb", "valid_from": "2026-09-03"}
    kept = [line for line in lines if not line.startswith("skerry,")]
    stores.write_text("\n".join([header, *kept, *(",".join(row.get(n, "") for n in names) for row in halves)]) + "\n", encoding="utf-8")
    tieout("mapping", "propose", "--as", "jane", "--home", wool)
    head = tieout("audit", "head", "--home", wool).stdout
    files = sorted(str(p.relative_to(wool)) for p in wool.rglob("*"))
    listed = json.loads(tieout("mapping", "impact", "--home", wool, "--format", "json").stdout)
    assert tieout("audit", "head", "--home", wool).stdout == head
    assert sorted(str(p.relative_to(wool)) for p in wool.rglob("*")) == files
    opened = {row["subject_key"] for row in listed if row["change"] == "opens" and row["code"] == "GATEWAY_UNMAPPED"}
    assert "skerry/#101/1" in opened and "skerry/#108/1" not in opened, "what is open already is not opened"
    # and that is what the night then finds
    tieout("mapping", "approve", "--all", "--as", "bob", "--home", wool)
    known = {row["exception_id"] for row in rows(wool, "SELECT exception_id FROM exception")}
    counted = {t: rows(wool, f"SELECT count(*) AS n FROM {t}")[0]["n"] for t in ("order_fact", "tender", "line_fact", "payout_fact")}
    tieout("run", "--home", wool, "--as-of", "2026-10-01")
    found = rows(wool, "SELECT exception_id, subject_key FROM exception WHERE code = 'GATEWAY_UNMAPPED' AND state = 'open'")
    assert opened == {row["subject_key"] for row in found if row["exception_id"] not in known}
    assert {t: rows(wool, f"SELECT count(*) AS n FROM {t}")[0]["n"] for t in counted} == counted
    owners = rows(wool, "SELECT DISTINCT entity, created_on < DATE '2026-09-03' AS before FROM order_fact WHERE store = 'skerry' ORDER BY before")
    assert owners == [{"entity": "skerry-gb", "before": False}, {"entity": "skerry-ltd", "before": True}]
    assert rows(wool, "SELECT DISTINCT entity, created_on < DATE '2026-09-03' AS before FROM tender WHERE store = 'skerry' ORDER BY before") == owners


def test_proposals_and_where_they_stand(shop: Path) -> None:
    policies = shop / "mappings" / "policies.csv"
    head = policies.read_text(encoding="utf-8")

    def proposed(value: str) -> str:
        policies.write_text(head + f"skerry-ltd,writeoff_limit,{value},2026-01-01,\n", encoding="utf-8")
        return re.findall(r"^([0-9a-f]{16})  policies", tieout("mapping", "propose", "--as", "jane", "--reason", "limit", "--home", shop).stdout, re.M)[0]

    first, second = proposed("10.00"), proposed("20.00")
    tieout("mapping", "decline", second, "--as", "bob", "--reason", "too much", "--home", shop)
    third = proposed("15.00")
    tieout("mapping", "approve", third, "--as", "bob", "--home", shop)
    assert "changed since this was proposed" in tieout("mapping", "approve", first, "--as", "bob", "--home", shop, code=77).stderr
    assert "is declined" in tieout("mapping", "approve", second, "--as", "bob", "--home", shop, code=65).stderr
    again = proposed("20.00")
    listed = {row["proposal_id"]: row for row in json.loads(tieout("mapping", "list", "--home", shop, "--format", "json").stdout)}
    assert [listed[p]["state"] for p in (first, second, third, again)] == ["stale", "declined", "in_force", "waiting"]
    assert (listed[second]["decided_by"], listed[second]["decided_because"], listed[third]["proposed_by"]) == ("bob", "too much", "jane")
    history = json.loads(tieout("mapping", "history", "policies", "--home", shop, "--format", "json").stdout)
    assert [(h["action"], h["actor"]) for h in history if h["row_key"] is None and h["proposal_id"] in (first, second, third)] == [
        ("proposed", "jane"), ("proposed", "jane"), ("declined", "bob"), ("proposed", "jane"), ("approved", "bob"),
    ]
    change = next(h for h in history if h["proposal_id"] == third and h["row_key"])
    assert (change["before"], json.loads(change["after"])["value"]) == (None, "15.00")
    shown = json.loads(tieout("mapping", "show", again, "--home", shop, "--format", "json").stdout)
    assert any('"20.00"' in row["cells"] for row in shown)


def test_rows_that_overlap_or_end_before_they_begin_are_refused(shop: Path) -> None:
    policies = shop / "mappings" / "policies.csv"
    head = policies.read_text(encoding="utf-8")
    for line, complaint in (
        ("skerry-ltd,writeoff_limit,1.00,2026-06-01,\n", "says again what row"),
        ("skerry-ltd,materiality,1.00,2026-06-01,2026-01-01\n", "valid_to lies before"),
        ("skerry-ltd,materiality,1.00,01/06/2026,\n", "not a date"),
    ):
        policies.write_text(head + "skerry-ltd,writeoff_limit,5.00,2026-01-01,\n" + line, encoding="utf-8")
        assert complaint in tieout("mapping", "propose", "--as", "jane", "--home", shop, code=78).stderr
    policies.write_text(head + "skerry-ltd,writeoff_limit,5.00,2026-01-01,2026-05-31\nskerry-ltd,writeoff_limit,1.00,2026-06-01,\n", encoding="utf-8")
    tieout("mapping", "propose", "--as", "jane", "--home", shop)


def two_people(home: Path) -> None:
    """From now on a change needs two."""
    toml = home / "tieout.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("people = 1", "people = 2"), encoding="utf-8")
    proposal = re.findall(r"^([0-9a-f]{16})", tieout("config", "propose", "--as", "jane", "--home", home).stdout)[0]
    tieout("config", "approve", proposal, "--as", "jane", "--home", home)


def test_a_write_off_above_the_limit_needs_another_person(wool: Path) -> None:
    policies = wool / "mappings" / "policies.csv"
    policies.write_text(policies.read_text(encoding="utf-8") + "skerry-ltd,writeoff_limit,5.00,2026-01-01,\n", encoding="utf-8")
    tieout("mapping", "propose", "--as", "jane", "--home", wool)
    tieout("mapping", "approve", "--all", "--as", "jane", "--home", wool)
    two_people(wool)
    small = one_exception(wool, "entity = 'skerry-ltd' AND currency = 'EUR' AND abs(difference) BETWEEN 0.01 AND 5.00")
    large = one_exception(wool, "entity = 'skerry-ltd' AND currency = 'EUR' AND abs(difference) > 5.00")
    words = ("exception", "resolve", "--write-off", "--reason", "GOODWILL", "--home", wool)
    assert "written off by jane" in tieout(*words, small["exception_id"], "--as", "jane").stdout
    assert "write-off proposed" in tieout(*words, large["exception_id"], "--as", "jane").stdout
    assert "may not approve it" in tieout(*words, large["exception_id"], "--as", "jane", code=77).stderr
    assert one_exception(wool, f"exception_id = '{large['exception_id']}'")["state"] == "open"
    assert "written off by bob" in tieout(*words, large["exception_id"], "--as", "bob").stdout
    decided = rows(wool, f"SELECT kind, action, actor, reason, before, after, amount, base_sha256 FROM decision WHERE subject_key = '{large['exception_id']}' ORDER BY action DESC")
    assert [(d["kind"], d["action"], d["actor"], d["before"], d["after"]) for d in decided] == [
        ("write_off", "written_off", "bob", "open", "written_off"), ("write_off", "write_off_proposed", "jane", "open", "open"),
    ]
    assert all(len(d["base_sha256"]) == 64 and d["amount"] == large["difference"] for d in decided)
    # a resolution may not give money up by the back door
    other = one_exception(wool, "difference IS NOT NULL")
    assert "it is a write-off" in tieout("exception", "resolve", other["exception_id"], "--reason", "GOODWILL", "--as", "jane", "--home", wool, code=65).stderr


def test_what_a_person_may_not_do_is_that_error_beside_any_other_fault() -> None:
    faults = [FileRefusedError("edited", code="WORKBOOK_CHANGED", where="w.xlsx:2:row_hash"), RoleError("approved by an approver", where="w.xlsx:3: jane")]
    with pytest.raises(RoleError, match="2 rows cannot be taken, and none was:\n  w.xlsx:2:row_hash: edited\n  w.xlsx:3: jane: approved by an approver"):
        refuse_all(Path("w.xlsx"), faults)


def test_a_file_that_is_no_workbook_of_decisions_is_refused(wool: Path, tmp_path: Path) -> None:
    plain, other, empty = tmp_path / "a.xlsx", tmp_path / "b.xlsx", tmp_path / "c.xlsx"
    plain.write_bytes(b"id,decision\n")
    openpyxl.Workbook().save(other)
    book = openpyxl.Workbook()
    book.create_sheet("Decisions")
    book.save(empty)
    for path, words in ((plain, "no workbook with a sheet Decisions"), (other, "no workbook with a sheet Decisions"), (empty, "lacks exception_id, row_hash, events, decision")):
        assert words in tieout("exception", "apply", path, "--as", "jane", "--home", wool, code=65).stderr


def test_one_workbook_carries_a_write_off_from_who_proposes_to_who_approves(wool: Path, tmp_path: Path) -> None:
    policies = wool / "mappings" / "policies.csv"
    policies.write_text(policies.read_text(encoding="utf-8") + "skerry-ltd,writeoff_limit,5.00,2026-01-01,\n", encoding="utf-8")
    for words in (("propose",), ("approve", "--all")):
        tieout("mapping", *words, "--as", "jane", "--home", wool)
    two_people(wool)
    large, path = one_exception(wool, "entity = 'skerry-ltd' AND currency = 'EUR' AND abs(difference) > 5.00"), tmp_path / "work.xlsx"
    tieout("exception", "report", "-o", path, "--home", wool)
    book = openpyxl.load_workbook(path)
    head, *lines = book["Decisions"].iter_rows()
    place = {cell.value: n for n, cell in enumerate(head)}
    row = next(line for line in lines if line[place["exception_id"]].value == large["exception_id"])
    row[place["decision"]].value, row[place["reason"]].value = "write_off", "GOODWILL"
    book.save(path)
    told = [tieout("exception", "apply", path, "--as", name, "--home", wool).stdout for name in ("jane", "jane", "bob", "jane")]
    for line, said in zip(told, ("write-off proposed", "already proposed as a write-off by jane; another person", "written off by bob", "already written off by bob"), strict=True):
        assert said in line
    assert len(rows(wool, f"SELECT 1 FROM decision WHERE subject_key = '{large['exception_id']}'")) == 2


def test_the_workbook_carries_decisions_back(wool: Path, tmp_path: Path) -> None:
    path = tmp_path / "work.xlsx"
    tieout("exception", "report", "-o", path, "--home", wool)
    book = openpyxl.load_workbook(path)
    sheet = book["Decisions"]
    head = [cell.value for cell in sheet[1]]
    place = {name: head.index(name) + 1 for name in head}
    # one row copied behind the others with another decision: neither is taken
    last = sheet.max_row + 1
    for name in ("exception_id", "row_hash"):
        sheet.cell(row=last, column=place[name]).value = sheet.cell(row=2, column=place[name]).value
    for row, decision in ((2, "resolve"), (last, "write_off")):
        sheet.cell(row=row, column=place["decision"]).value, sheet.cell(row=row, column=place["reason"]).value = decision, "OTHER"
    book.save(path)
    assert f"work.xlsx:{last}:exception_id: row 2 decides about the same exception" in tieout("exception", "apply", path, "--as", "jane", "--home", wool, code=65).stderr
    sheet.delete_rows(last)
    for row, decision, reason, owner in ((2, "resolve", "SOURCE_CORRECTED", ""), (3, None, "", "treasury"), (4, "write_off", "ROUNDING", ""), (5, "keep", "", "")):
        for name, value in (("decision", decision), ("reason", reason), ("owner", owner), ("comment", "=1+1")):
            sheet.cell(row=row, column=place[name]).value = value
    keys = [sheet.cell(row=row, column=place["exception_id"]).value for row in (2, 3, 4, 5)]  # an owner alone gives it to somebody
    book.save(path)
    said = tieout("exception", "apply", path, "--as", "jane", "--home", wool).stdout.splitlines()
    assert [line.split(": ")[1].split(" by")[0] for line in said] == ["resolved", "assigned", "written off"]
    assert all(key[:12] in line for key, line in zip(keys, said, strict=False))
    states = {r["exception_id"]: (r["state"], r["owner"]) for r in rows(wool, "SELECT exception_id, state, owner FROM exception")}
    assert [states[k][0] for k in keys] == ["resolved", "open", "written_off", "open"] and states[keys[1]][1] == "treasury"
    # the same workbook once more: its decisions stand already, and are not made again
    size = len(rows(wool, "SELECT 1 FROM exception_event"))
    said = tieout("exception", "apply", path, "--as", "jane", "--home", wool).stdout.splitlines()
    assert [line.split(": ")[1] for line in said] == ["already resolved by jane", "already assigned by jane", "already written off by jane"]
    assert len(rows(wool, "SELECT 1 FROM exception_event")) == size


def test_every_row_of_a_workbook_that_cannot_be_taken_is_told_at_once(wool: Path, tmp_path: Path) -> None:
    path = tmp_path / "work.xlsx"
    tieout("exception", "report", "-o", path, "--home", wool)
    book = openpyxl.load_workbook(path)
    sheet = book["Decisions"]
    head = [cell.value for cell in sheet[1]]
    place = {name: head.index(name) + 1 for name in head}
    keys = [sheet.cell(row=row, column=place["exception_id"]).value for row in (2, 3, 4, 5)]
    tieout("exception", "resolve", keys[0], "--reason", "SOURCE_CORRECTED", "--as", "jane", "--home", wool)
    sheet.cell(row=2, column=place["decision"]).value = "resolve"
    # another decision about what is closed, an id of none, a reason that nobody knows, no decision that there is: every row is told at once
    sheet.cell(row=2, column=place["reason"]).value = "DUPLICATE_CONFIRMED"
    sheet.cell(row=5, column=place["decision"]).value, sheet.cell(row=5, column=place["exception_id"]).value = "resolve", "nobody's"
    sheet.cell(row=5, column=place["reason"]).value = "OTHER"
    book.save(path)
    refused = tieout("exception", "apply", path, "--as", "jane", "--home", wool, code=65).stderr
    assert "2 rows cannot be taken, and none was" in refused
    assert refused.count("no open exception has this id") == 1 and "since this workbook was written the exception was resolved by jane at " in refused
    assert "work.xlsx:2: " in refused and "work.xlsx:5: " in refused
    # an id that only begins like one, a decision about nothing
    sheet.cell(row=2, column=place["exception_id"]).value, sheet.cell(row=5, column=place["exception_id"]).value = keys[1][:14], ""
    sheet.cell(row=2, column=place["row_hash"]).value = sheet.cell(row=3, column=place["row_hash"]).value
    sheet.cell(row=2, column=place["decision"]).value, sheet.cell(row=2, column=place["owner"]).value = "assign", "zoe"
    book.save(path)
    refused = tieout("exception", "apply", path, "--as", "jane", "--home", wool, code=65).stderr
    assert "work.xlsx:5:exception_id: the row has a decision and names no exception" in refused
    sheet.cell(row=5, column=place["decision"]).value = None
    book.save(path)
    assert "work.xlsx:2:row_hash: the exception has changed" in tieout("exception", "apply", path, "--as", "jane", "--home", wool, code=65).stderr
    sheet.cell(row=2, column=place["exception_id"]).value, sheet.cell(row=2, column=place["decision"]).value = keys[0], "resolve"
    sheet.cell(row=5, column=place["exception_id"]).value = keys[3]
    sheet.cell(row=2, column=place["reason"]).value, sheet.cell(row=5, column=place["decision"]).value = "NO_SUCH_REASON", "solve"
    book.save(path)
    refused = tieout("exception", "apply", path, "--as", "jane", "--home", wool, code=65).stderr
    assert 'work.xlsx:2:reason: "NO_SUCH_REASON" is no reason code' in refused and refused.count("There are TIMING_CLEARED") == 1
    assert 'work.xlsx:5:decision: "solve" is none of resolve, write_off, assign, keep' in refused
    # a row that was edited
    book = openpyxl.load_workbook(path)
    sheet = book["Decisions"]
    for row in (2, 3, 4):
        sheet.cell(row=row, column=place["decision"]).value = None
    sheet.cell(row=5, column=place["decision"]).value, sheet.cell(row=5, column=place["owner"]).value = "assign", "x"
    sheet.cell(row=5, column=place["exception_id"]).value, sheet.cell(row=5, column=place["row_hash"]).value = keys[3], "0" * 16
    book.save(path)
    assert "work.xlsx:5:row_hash: the exception has changed" in tieout("exception", "apply", path, "--as", "jane", "--home", wool, code=65).stderr


def decide(path: Path, cells: dict[int, tuple[str | None, str, str]]) -> list[str]:
    """Write decision, reason and owner into rows of a workbook; the exceptions of these rows."""
    book = openpyxl.load_workbook(path)
    sheet = book["Decisions"]
    head = [cell.value for cell in sheet[1]]
    for row, values in cells.items():
        for name, value in zip(("decision", "reason", "owner"), values, strict=True):
            sheet.cell(row=row, column=head.index(name) + 1).value = value
    book.save(path)
    return [str(sheet.cell(row=row, column=head.index("exception_id") + 1).value) for row in cells]


def test_a_stale_workbook_does_not_undo_what_another_person_did_since(wool: Path, tmp_path: Path) -> None:
    """Jane resolves by her workbook, bob reopens; her workbook a second time leaves that row, with who and when, and takes the others."""
    path = tmp_path / "work.xlsx"
    tieout("exception", "report", "-o", path, "--home", wool)
    first, second, third = decide(path, {2: ("resolve", "SOURCE_CORRECTED", ""), 3: (None, "", "zoe"), 4: (None, "", "")})
    tieout("exception", "apply", path, "--as", "jane", "--home", wool)
    tieout("exception", "reopen", first, "--reason", "not yet", "--as", "bob", "--home", wool)
    decide(path, {2: ("resolve", "SOURCE_CORRECTED", ""), 3: ("resolve", "OTHER", ""), 4: ("resolve", "ERP_CORRECTED", "")})
    done = tieout("exception", "apply", path, "--as", "jane", "--home", wool, code=65)
    assert [line.split(": ")[1].split(" by")[0] for line in done.stdout.splitlines()] == ["resolved", "resolved"], "what she gave away herself is no reason"
    assert f"1 of its rows not taken:\n  work.xlsx:2: {first[:12]}: not taken: since this workbook was written the exception was reopened by bob at 20" in done.stderr
    assert {r["exception_id"]: r["state"] for r in rows(wool, "SELECT exception_id, state FROM exception")} | {first: "open", second: "resolved", third: "resolved"} == {
        r["exception_id"]: r["state"] for r in rows(wool, "SELECT exception_id, state FROM exception")}
    # what somebody else was given is not decided from the old sheet; a fresh one may
    other = tmp_path / "other.xlsx"
    tieout("exception", "report", "-o", other, "--home", wool)
    [one] = decide(other, {2: ("resolve", "OTHER", "")})
    tieout("exception", "assign", one, "--owner", "zoe", "--as", "bob", "--home", wool)
    assert "was assigned to zoe by bob at" in tieout("exception", "apply", other, "--as", "jane", "--home", wool, code=65).stderr
    tieout("exception", "report", "-o", other, "--home", wool)
    row = next(number for number, cell in enumerate(openpyxl.load_workbook(other)["Decisions"]["N"], 1) if cell.value == one)
    decide(other, {row: ("resolve", "OTHER", "")})
    assert "resolved by jane" in tieout("exception", "apply", other, "--as", "jane", "--home", wool).stdout


@pytest.mark.parametrize("forged", ["1", "9", "", "x"])
def test_what_a_workbook_says_of_its_own_age_cannot_be_edited(wool: Path, tmp_path: Path, forged: str) -> None:
    path = tmp_path / "work.xlsx"
    tieout("exception", "report", "-o", path, "--home", wool)
    [one] = decide(path, {2: ("resolve", "SOURCE_CORRECTED", "")})
    tieout("exception", "assign", one, "--owner", "zoe", "--as", "bob", "--home", wool)
    book = openpyxl.load_workbook(path)
    sheet = book["Decisions"]
    place = [cell.value for cell in sheet[1]].index("events") + 1
    sheet.cell(row=2, column=place).value = str(int(sheet.cell(row=2, column=place).value) + 1) if forged == "1" else forged
    book.save(path)
    assert "the exception has changed since the workbook was written, or its row was edited" in tieout("exception", "apply", path, "--as", "jane", "--home", wool, code=65).stderr


# --- files of another environment


FOREIGN = {
    "hp-us-odoo/Journal Entry (account.move).csv": lambda text: text.replace("__export__.account_move_2_", "tieout.production_hp-us_payout_x_", 1),
    "hp-us-odoo/Account (account.account).csv": lambda text: text.replace('"Active"', '"Active","Environment"', 1).replace('"True"\n', '"True","test"\n', 1).replace('"True"\n', '"True","production"\n', 1),
    "cascade-usd/finance_hp-us.csv.manifest.json": lambda _: '{"entity":"hp-us","environment":"staging","rows":3}\n',
}


def test_a_file_of_another_environment_cannot_enter(tmp_path: Path) -> None:
    """By an external id of Odoo, by a column of its own, by a manifest."""
    home = opened(tmp_path / "books")
    shutil.rmtree(home / "inbox")
    for name, change in FOREIGN.items():
        source, path = ROOT / "sample_data" / "books" / "inbox" / name, home / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(change(source.read_text(encoding="utf-8") if source.exists() else ""), encoding="utf-8")
    answer = tieout("run", "--only", "land", "--home", home, "--as-of", "2026-10-01", code=65).stderr
    assert answer.count("ENV_MIXED") == len(FOREIGN) and "these books are test" in answer
    assert [row["code"] for row in rows_of_dead(home)] == ["ENV_MIXED"] * len(FOREIGN)


def rows_of_dead(home: Path) -> list[dict[str, Any]]:
    return [json.loads(p.read_text(encoding="utf-8")) for p in (home / "dead-letters").rglob("*.reason.json")]


# --- matches that people confirm or undo


def test_what_a_person_decided_stands_in_the_next_night_until_it_is_taken_back(nights: Path) -> None:  # noqa: F811
    """A resolution, a match that is undone and one that is confirmed, with the nights between."""
    payout, line, other = "stripe-eur/po_B", "current/SKB0002", "current/SKB0009"
    proof = f"SELECT state, bank_line_key FROM payout_proof WHERE concat(account, '/', payout_id) = '{payout}'"
    for home in (nights / "undone", nights / "2026-10-02"):
        assert rows(home, proof) != [{"state": "proven", "bank_line_key": line}]
        assert rows(home, f"SELECT code FROM exception WHERE state = 'open' AND subject_key = '{payout}'") == [{"code": "PAYOUT_NOT_IN_BANK"}]
        assert rows(home, "SELECT state FROM exception WHERE subject_key = 'skerry/#106/1'") == [{"state": "resolved"}]
        assert [r["action"] for r in rows(home, "SELECT action FROM exception_event WHERE subject_key = 'skerry/#106/1'")] == ["opened", "resolved"]
    for home in (nights / "2026-10-03", nights / "books"):
        assert rows(home, proof) == [{"state": "proven", "bank_line_key": other}]
        assert rows(home, f"SELECT pass FROM match_bank_line WHERE left_key = '{payout}'") == [{"pass": "confirmed by a person"}]
        assert rows(home, f"SELECT state FROM exception WHERE code = 'PAYOUT_NOT_IN_BANK' AND subject_key = '{payout}'") == [{"state": "gone"}]
    said = rows(home, "SELECT kind, actor, before, after, comment FROM decision WHERE kind IN ('undo', 'confirm') ORDER BY kind DESC")
    assert [(d["kind"], d["before"], d["after"], d["comment"]) for d in said] == [("undo", "matched", "apart", "another shop's money"), ("confirm", "apart", "matched", "told by the bank")]


def test_a_line_without_order_is_given_to_a_capture(wool: Path) -> None:
    line, capture = "stripe-eur/txn_99", "skerry/#105/1"
    keys = f"'{line}', '{capture}'"
    found = f"SELECT code, state FROM exception WHERE subject_key IN ({keys}) ORDER BY code"
    assert rows(wool, found) == [{"code": "LINE_WITHOUT_ORDER", "state": "open"}, {"code": "UNSETTLED_OVERDUE", "state": "open"}]
    said = ("--reason", "x", "--as", "jane", "--home", wool)
    for words, told in (
        (("match", "confirm", line, capture), "no such pair"), (("match", "confirm", "stripe-eur/po_A", "current/SKB0001"), "matched already"),
        (("match", "undo", "0" * 24), "no standing match group"), (("exception", "reopen", one_exception(wool, "true")["exception_id"]), "no closed exception has this id"),
    ):
        assert told in tieout(*words, *said, code=65).stderr
    tieout("match", "confirm", capture, line, "--reason", "same card, same minute", "--as", "jane", "--home", wool)
    assert rows(wool, found) == [{"code": "LINE_WITHOUT_ORDER", "state": "gone"}, {"code": "SETTLED_AMOUNT_DIFF", "state": "open"}, {"code": "UNSETTLED_OVERDUE", "state": "gone"}]


def test_decisions_outside_test_are_signed(office: Office) -> None:
    """A night in staging, then every act that is about what it found, signed; an auditor finds nothing to object to."""
    for name in ("bad_2026-08-01.csv", "worse_2026-08-02.csv"):
        (office.home / "inbox" / "shop" / name).write_text(f"{name},b\n1,2\n", encoding="utf-8")
    office.do("run", "--as-of", "2026-10-01", code=65)
    found = rows(office.home, "SELECT exception_id FROM exception WHERE state = 'open' AND difference IS NOT NULL ORDER BY exception_id LIMIT 2")
    key = found[0]["exception_id"]
    for words in (
        ("exception", "resolve", key, "--reason", "ERP_CORRECTED"), ("exception", "assign", key, "--owner", "x"), ("exception", "reopen", key, "--reason", "x"),
        ("match", "undo", "0", "--reason", "x"), ("match", "confirm", "a", "b", "--reason", "x"), ("export", "run", "--again", "x"), ("mapping", "decline", "x", "--reason", "x"),
    ):
        assert "needs a signature" in tieout(*words, "--as", "jane" if words[0] != "mapping" else "bob", "--home", office.home, code=77).stderr
    office.do("exception", "assign", key, "--owner", "treasury", by="olaf")
    office.do("exception", "resolve", key, "--reason", "ERP_CORRECTED", by="jane")
    office.do("exception", "reopen", key, "--reason", "not yet", by="jane")
    office.do("dead-letter", "replay", "bad_2026-08-01.csv", by="olaf")
    assert "needs a signature" in tieout("dead-letter", "discard", "worse_2026-08-02.csv", "--reason", "x", "--as", "olaf", "--home", office.home, code=77).stderr
    office.do("dead-letter", "discard", "worse_2026-08-02.csv", "--reason", "a try", by="olaf")
    # the last decision publishes the others with it
    other = found[1]["exception_id"]
    assert "write-off proposed" in office.do("exception", "resolve", other, "--write-off", "--reason", "GOODWILL", by="jane")
    assert "written off by bob" in office.do("exception", "resolve", other, "--write-off", "--reason", "GOODWILL", by="bob")
    signed = rows(office.home, "SELECT kind, actor, signature FROM decision ORDER BY kind, actor")
    assert [(d["kind"], d["actor"]) for d in signed] == [
        ("assign", "olaf"), ("discard", "olaf"), ("reopen", "jane"), ("replay", "olaf"), ("resolve", "jane"), ("write_off", "bob"), ("write_off", "jane"),
    ]
    assert all((office.home / "ledger" / "acts" / f"{d['signature']}.json.sig").exists() for d in signed)
    assert [r["action"] for r in rows(office.home, f"SELECT action FROM exception_event WHERE exception_id = '{key}'")] == ["opened", "assigned", "resolved", "reopened"]
    assert rows(office.home, f"SELECT state FROM exception WHERE exception_id = '{key}'") == [{"state": "open"}]
    assert tieout("audit", "verify", "--home", office.home).stdout == ""
    assert {r["error"] for r in rows(office.home, "SELECT error FROM refused_act")} == {"UnsignedError"}
    assert '"event": "act.refused", "act": "resolve", "actor": "jane", "error": "UnsignedError"' in (office.home / "reports" / "log.jsonl").read_text(encoding="utf-8")
    in_force = rows(office.home, "SELECT file, proposal_id FROM mapping_event WHERE action = 'approved' AND row_key IS NULL ORDER BY file")
    assert rows(office.home, "SELECT DISTINCT file, proposal_id FROM run_mapping ORDER BY file") == in_force


# --- what a person with the disk in hand might try


def test_forged_decisions_are_found(office: Office, tmp_path: Path) -> None:
    """The writer of the ledger has somebody's signature, or none, and writes what nobody signed: the chain is well, the audit is not."""
    office.policy("25.00")
    document = tmp_path / "act.json"
    office.do("mapping", "propose", "--as", "jane", "--document", document)
    signature, data = office.sign(document, "propose", "jane"), document.read_bytes()
    office.policy("25000.00")
    with open_store(office.home) as store:
        change = mappings.changes(store, office.home / "mappings")[0]
        allowed = signing.signers(store.sealed()["persons"])
        hashes = [sha256(part).hexdigest() for part in (data, signature.read_bytes(), allowed)]
        store.kept.act({f"{hashes[0]}.json": data, f"{hashes[0]}.json.sig": signature.read_bytes(), f"{hashes[2]}.allowed_signers": allowed})
        signed = dict(zip(("document", "signature", "signers"), hashes, strict=True))
        rows = mappings.proposal_segments(store, [change], "jane", "", hashes[0])
        store.commit("decision", "forged", rows, source={"act": "propose", "actor": "jane", "signed": signed})
        event = mappings.event(store, change.proposal_id, change.file, change.base, change.content, "approved", "bob", "", None)
        store.commit("approval", "unsigned", [store.rows("mapping_event", [event])], source={"act": "approve", "actor": "bob"})
        store.commit("config", "seal", source={"seal": {**store.sealed(), "people": 1}})
    found = tieout("audit", "verify", "--home", office.home, code=70).stdout
    assert "the ledger holds something else than the signed document says" in found
    assert found.count("a decision without a signature") == 2


def test_a_forged_row_under_a_signed_proposal_is_found(office: Office) -> None:
    """The signed hash is kept, the rows under it are others."""
    office.policy("25.00")
    with open_books(office.home) as (store, config):
        act = Act(store, config, By("jane", office.keys / "jane"), "propose")
        act.admit()
        change = mappings.changes(store, office.home / "mappings")[0]
        assert act.ready([Item(change.file, change.base, {"proposal": change.proposal_id, "sha256": change.content, "reason": ""})])
        change.rows[0]["value"] = "99999.00"
        act.commit("decision", "forged", mappings.proposal_segments(store, [change], "jane", "", act.document_sha256))
    assert "the rows of policies are not those that were signed" in tieout("audit", "verify", "--home", office.home, code=70).stdout


MAY = {
    "operator": {"propose", "assign", "replay", "discard"},
    "accountant": {"propose", "assign", "replay", "discard", "resolve", "reopen", "confirm", "undo", "apply", "export", "reverse", "close_period", "approve_opening"},
    "approver": {"propose", "assign", "replay", "discard", "resolve", "reopen", "confirm", "undo", "apply", "export", "reverse", "close_period", "approve_opening", "reopen_period", "approve", "decline"},
    "auditor": set(),
}


def test_every_role_may_do_its_acts_and_no_other(office: Office) -> None:
    with open_books(office.home) as (store, config):
        for name, role in ROLES.items():
            allowed = signing.signers(store.sealed()["persons"]).decode()
            spaces = re.findall(rf'^{name} namespaces="([^"]*)"', allowed, re.M)
            assert {space.removeprefix("tieout-") for line in spaces for space in line.split(",")} == MAY[role]
            for act in signing.ACTS:
                one = Act(store, config, By(name, office.keys / name), act)
                if act in MAY[role]:
                    one.admit()
                else:
                    with pytest.raises(RoleError):
                        one.admit()
