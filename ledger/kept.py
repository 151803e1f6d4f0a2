"""What is kept as it was delivered or signed: landed files, compressed, under the hash of their bytes, and the documents of acts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from . import places
from .durable import file_hash, fsync_file, link_new, write_new
from .errors import TamperedError
from .failpoints import failpoint

CHUNK = 1 << 20


@dataclass(frozen=True)
class Packed:
    """A file compressed under a temporary name: hash and size of the original, and the compressed bytes' own hash."""

    path: Path
    sha256: str
    bytes: int
    kept: str


class Kept:
    """The kept files of the books in `home`."""

    def __init__(self, home: Path):
        self.home = home

    @contextmanager
    def packing(self, file: Path) -> Iterator[Future[Packed]]:
        """Compress a file's bytes beside what is done meanwhile; what is not kept then is removed."""
        temporary = self.home / "ledger" / "tmp" / f"raw-{os.getpid()}"
        try:
            with ThreadPoolExecutor(1) as beside:
                yield beside.submit(_packed, file, temporary)
        finally:
            places.remove(temporary)

    def keep(self, packed: Packed, *, personal: bool) -> str:
        """Keep a file's compressed bytes under the hash of the original; people's data goes to the vault. Their own hash."""
        if there := self.path(packed.sha256):
            return file_hash(there)
        fsync_file(packed.path)
        link_new(packed.path, self.home / "ledger" / ("vault" if personal else "raw") / f"{packed.sha256}.zst", 0o600)
        failpoint("raw.linked")
        return packed.kept

    def path(self, file_id: str) -> Path | None:
        """Where a landed file's bytes are kept."""
        return next((p for p in (self.home / "ledger" / d / f"{file_id}.zst" for d in ("raw", "vault")) if p.exists()), None)

    def open(self, file_id: str) -> BinaryIO:
        """A landed file's bytes as they were delivered."""
        path = self.path(file_id)
        if path is None:
            raise TamperedError("the kept file is missing", where=f"ledger/raw/{file_id}.zst")
        stream: BinaryIO = pa.CompressedInputStream(pa.OSFile(str(path)), "zstd")
        return stream

    def act(self, files: Mapping[str, bytes]) -> None:
        """Keep a signed document, its signature and its allowed signers, for verification with ssh-keygen alone."""
        for name, data in files.items():
            write_new(self.home / "ledger" / "acts" / name, data)


def _packed(path: Path, temporary: Path) -> Packed:
    digest, size = sha256(), 0
    with path.open("rb") as source, pa.OSFile(str(temporary), "wb") as target, pa.CompressedOutputStream(target, "zstd") as out:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
    return Packed(temporary, digest.hexdigest(), size, file_hash(temporary))


def unpacked(path: Path) -> str:
    """The hash of a kept file's bytes as they were delivered; another one where they cannot be read."""
    digest = sha256()
    try:
        with pa.OSFile(str(path)) as file, pa.CompressedInputStream(file, "zstd") as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
    except (OSError, pa.ArrowInvalid):
        digest.update(b"damaged")
    return digest.hexdigest()
