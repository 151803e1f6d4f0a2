"""Plain CSV files in pieces of whole records: what is not plain beyond doubt is left to the strict reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

PIECE = 1 << 21  # bytes that hold the end of at least one record; the strict reader takes records of up to twice as many
TRIES = 50  # line ends within one quoted value that a piece may have to be cut behind
MARK = b"\xef\xbb\xbf"


class NotPlainError(Exception):
    """The file, or a value in it, is none that the quick reader is sure of."""


class Plain:
    """The grammar of a file's records.

    Every record has exactly the header's width, each value is quoted as a whole or has no quote at all, and all line ends outside quotes are the
    same. A short record is the danger: a reader that fills it up with nothing would land it. A quote inside a value, a lone carriage return, an
    empty line and a last value that is not closed are no part of the grammar either.
    """

    def __init__(self, path: Path, width: int, delimiter: str):
        self.path, self.width = path, width
        self.cuts: list[tuple[int, int]] = []
        with path.open("rb") as file:
            start = file.read(PIECE).removeprefix(MARK)
        self.end = b"\r\n" if start[: start.find(b"\n")].endswith(b"\r") else b"\n"
        mark, line = re.escape(delimiter), self.end.decode()
        value = rf'(?:"(?:[^"]|"")*"|[^"{mark}\r\n]{"+" if width == 1 else "*"})'  # of one value alone an empty one would be an empty line
        self.grammar = rf"\A(?:{value}(?:{mark}{value}){{{width - 1}}}{line})+\z"
        self.header = re.compile(rf"(?s)(?:{value}(?:{mark}{value}){{{width - 1}}}{line}|.*)".encode())

    def pieces(self) -> Iterator[memoryview]:
        """The records below the header, some megabytes at a time; NotPlainError where they have not the grammar. Looked at once, however often they are read."""
        if self.cuts:
            with self.path.open("rb") as file:
                for start, end in self.cuts:
                    file.seek(start)
                    yield self._ended(file.read(end - start))
            return
        cuts: list[tuple[int, int]] = []
        start = 0
        with self.path.open("rb") as file:
            held = file.read(PIECE)
            skipped = len(MARK) if held.startswith(MARK) else 0
            while held:
                block = file.read(PIECE)
                size = self._cut(held, skipped) if block else len(held)
                data = self._ended(held[:size])[skipped:]
                if not block and not self._holds(data):
                    raise NotPlainError("no plain records")
                found = None if cuts else self.header.match(data)
                skipped += found.end() if found else 0
                yield data[found.end() if found else 0 :]
                cuts.append((start + skipped, start + size))
                held, start, skipped = held[size:] + block, start + size, 0
        self.cuts = cuts

    def _ended(self, data: bytes) -> memoryview:
        """The bytes with a line end behind the last record, which may lack it."""
        return memoryview(data if data.endswith(b"\n") else data + self.end)

    def _cut(self, held: bytes, skipped: int) -> int:
        """Where the last whole record ends: at a line end that makes everything before it whole records."""
        at = len(held)
        for _ in range(TRIES):
            at = held.rfind(b"\n", 0, at) + 1
            if at <= skipped:
                break
            if self._holds(memoryview(held)[skipped:at]):
                return at
            at -= 1
        raise NotPlainError("no plain records")

    def _holds(self, piece: memoryview) -> bool:
        offsets = pa.py_buffer(len(piece).to_bytes(4, "little").rjust(8, b"\0"))
        text = pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(piece)])
        try:
            text.validate(full=True)
        except pa.ArrowInvalid:
            raise NotPlainError("not UTF-8") from None
        return bool(pc.match_substring_regex(text, pattern=self.grammar)[0].as_py())
