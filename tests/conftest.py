"""What several tests need: the sample month as closed books, and the option that rewrites expected files."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import json
import os
import resource
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

# What is compiled is kept, whatever is set around us: each worker, and each process that a test starts, would else compile everything anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
ROOT = Path(__file__).resolve().parent.parent
NOW = "2026-10-01T04:00:00"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite expected files; review the diff")


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors: a stalled server, a locked set of books or a browser is waited for, and meanwhile another test runs."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the long drills counted, over all processes."""
    counted: Counter[str] = Counter()
    for report in terminalreporter.stats.get("passed", []):
        counted.update(dict(report.user_properties))
    for told, count in sorted(counted.items()):
        terminalreporter.write_line(f"drill: {count:,} {told}")


def tieout(*words: str | Path, code: int | None = 0, env: dict[str, str] | None = None, apart: bool = False, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """The command, its exit code checked: within this process, which saves its start; as one of its own where it is to stand `apart`, limits or kills itself. `stdin` is what a person answers."""
    call, given = list(map(str, words)), {**os.environ, "TIEOUT_NOW": NOW, **(env or {})}
    done = _apart(call, given) if apart or "TIEOUT_FAILPOINT" in given else _within(call, given, stdin)
    assert code is None or done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def _apart(words: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    start = "import sys; from tieout.cli import main; sys.argv[0] = 'tieout'; main()"
    return subprocess.run([sys.executable, "-c", start, *words], cwd=ROOT, capture_output=True, text=True, env=env, check=False)


def _within(words: list[str], env: dict[str, str], stdin: str = "") -> subprocess.CompletedProcess[str]:
    from tieout.cli import main

    out, err, before, code = io.StringIO(), io.StringIO(), dict(os.environ), 0
    os.environ.update(env)
    try:
        with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            patch.setattr(sys, "argv", ["tieout", *words])
            patch.setattr(sys, "stdin", io.StringIO(stdin))
            patch.chdir(ROOT)
            main()
    except SystemExit as done:
        code = int(done.code or 0)
    finally:
        os.environ.clear()
        os.environ.update(before)
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())


def forge_note(home: Path) -> None:
    """Let the note of what was published say that the auditors' copy as it lies there is the one: only what its rows must be finds the edit then."""
    note, copy = home / "ledger" / "published.json", home / "audit" / "audit.duckdb"
    known = json.loads(note.read_text(encoding="utf-8"))
    note.chmod(0o640)
    files = [{**one, "sha256": hashlib.sha256(copy.read_bytes()).hexdigest()} for one in known["files"]]
    note.write_text(json.dumps({"files": files}), encoding="utf-8")


class Said(NamedTuple):
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def limits() -> Iterator[None]:
    """What a command within the process has limited (memory, processor time) does not outlast its test."""
    kinds = (resource.RLIMIT_AS, resource.RLIMIT_CPU)
    before = [resource.getrlimit(kind) for kind in kinds]
    yield
    for kind, known in zip(kinds, before, strict=True):
        resource.setrlimit(kind, known)


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """The command in this process, from its words to its exit code: quicker than a process of its own, and open to faults that a test injects."""
    from tieout.cli import main

    def call(*words: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["tieout", *map(str, words)])
        monkeypatch.setenv("TIEOUT_NOW", os.environ.get("TIEOUT_NOW", NOW))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        return Said(int(ended.value.code or 0), *capsys.readouterr())

    return call


def opened(home: Path) -> Path:
    """The sample month with its mappings in force and nothing landed."""
    tieout("init", home, "--sample")
    tieout("mapping", "propose", "--home", home, "--as", "jane")
    tieout("mapping", "approve", "--all", "--home", home, "--as", "jane")
    return home


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A copy of books that the first of the workers who asks has made; no two of them share a folder."""
    base = factory.getbasetemp()
    made = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"made-{name}"
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            make(made.with_suffix(".half"))
            made.with_suffix(".half").rename(made)
    return Path(shutil.copytree(made, factory.mktemp(name) / "books"))


def _close_month(home: Path) -> None:
    tieout("run", "--home", opened(home), "--as-of", "2026-10-01")


@pytest.fixture(scope="session")
def closed_month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample month after its night; tests that change it take a copy."""
    return once(tmp_path_factory, "month", _close_month)


def in_force(home: Path) -> Path:
    """The mapping files as they lie there, proposed and approved."""
    tieout("mapping", "propose", "--home", home, "--as", "jane")
    tieout("mapping", "approve", "--all", "--home", home, "--as", "jane")
    return home


def close_shop(home: Path) -> None:
    """The small shop and its night."""
    import _shop

    tieout("run", "--home", in_force(_shop.books(home)), "--as-of", "2026-10-01")


@pytest.fixture(scope="session")
def opened_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop before its night; tests that change it take a copy."""
    import _shop

    return once(tmp_path_factory, "opened-shop", lambda home: in_force(_shop.books(home)))


@pytest.fixture(scope="session")
def closed_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop after its night; tests that change it take a copy."""
    return once(tmp_path_factory, "shop", close_shop)


@pytest.fixture
def shop(closed_shop: Path, tmp_path: Path) -> Path:
    """A copy of the small shop's closed books."""
    return Path(shutil.copytree(closed_shop, tmp_path / "skerry"))


@pytest.fixture
def month(closed_month: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the closed month."""
    home = tmp_path / "books"
    shutil.copytree(closed_month, home)
    yield home
