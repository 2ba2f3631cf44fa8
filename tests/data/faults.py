"""Disks that fail: at a boundary, in the middle of a write, by filling up, by forgetting what was not flushed.

Each takes the place of ``data.storage.Disk``. ``PowerCut`` is no Exception: no handler of ours may soften it, and once
it has struck, nothing more reaches the disk.
"""

# ruff: noqa: D102 - the verbs are those of Disk

from __future__ import annotations

import errno
import os
import random
import signal
from collections.abc import Callable
from pathlib import Path

from data.model import Livret
from data.storage import Disk

SECTOR = 512


class PowerCut(BaseException):
    """The machine stopped."""


class CountingDisk(Disk):
    """Calls ``strike`` at every boundary, with its number and, for a write, what was about to be written."""

    def __init__(self) -> None:
        super().__init__()
        self.boundaries = 0

    def strike(self, verb: str, write: Callable[[bytes], None] | None = None, data: bytes = b"") -> None:
        """What happens at a boundary, before the verb is done."""

    def _boundary(self, verb, write=None, data=b""):
        self.boundaries += 1
        self.strike(verb, write, data)

    def writing(self, path, *, new=False):
        self._boundary("open")
        return super().writing(path, new=new)

    def write(self, file, at, data):
        self._boundary("write", lambda part: super(CountingDisk, self).write(file, at, part), data)
        super().write(file, at, data)

    def truncate(self, file, size):
        self._boundary("truncate")
        super().truncate(file, size)

    def flush(self, file):
        self._boundary("flush")
        super().flush(file)

    def flush_folder(self, folder):
        self._boundary("flush_folder")
        super().flush_folder(folder)

    def replace(self, source, target):
        self._boundary("replace")
        super().replace(source, target)

    def remove(self, path):
        self._boundary("remove")
        super().remove(path)


class DyingDisk(CountingDisk):
    """Stops for ever at boundary ``at``; of a write, the first ``torn`` part (0 to 1) still lands."""

    def __init__(self, at: int, torn: float = 0.0) -> None:
        super().__init__()
        self.at = at
        self.torn = torn

    def strike(self, verb, write=None, data=b""):
        if self.boundaries == self.at and write:
            write(data[: int(len(data) * self.torn)])
        if self.boundaries >= self.at:
            raise PowerCut


class KillingDisk(DyingDisk):
    """The same, for real: the process kills itself, and no handler runs."""

    def strike(self, verb, write=None, data=b""):
        if self.boundaries == self.at:
            if write:
                write(data[: int(len(data) * self.torn)])
            os.kill(os.getpid(), signal.SIGKILL)


class RefusingDisk(CountingDisk):
    """Answers with an error at boundary ``at``, ``times`` times in a row, and works again afterwards.

    Flushing a folder never raises: Disk promises it.
    """

    def __init__(self, at: int, code: int = errno.ENOSPC, torn: float = 0.5, times: int = 1) -> None:
        super().__init__()
        self.at, self.code, self.torn, self.times = at, code, torn, times

    def strike(self, verb, write=None, data=b""):
        if verb != "flush_folder" and self.at <= self.boundaries < self.at + self.times:
            if write:
                write(data[: int(len(data) * self.torn)])
            raise OSError(self.code, os.strerror(self.code))


class ForgetfulDisk(Disk):
    """Loses, when ``crash`` is called, what was never flushed: any sectors of any write, names in reverse order.

    The files in ``folder`` are rewritten as such a machine could find them when it starts again: each file holds its
    flushed bytes and a random choice of the sectors written since; names made, replaced or removed since the folder
    was last flushed are undone from the last one back, to a random depth.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.durable: dict[int, bytes] = {}
        self.names: dict[str, int] = {}
        for path in folder.iterdir():
            self._know(path)
        self.past: list[dict[str, int]] = [dict(self.names)]
        self.files: dict[int, Path] = {}
        self.keep: dict[int, Path] = {}

    def _know(self, path):
        node = path.stat().st_ino
        self.durable[node] = path.read_bytes()
        self.names[path.name] = node

    def _current(self):
        return {path.name: path.stat().st_ino for path in self.folder.iterdir()}

    def _note(self):
        for path in self.folder.iterdir():  # a second name, so that an inode outlives its removal
            node = path.stat().st_ino
            if node not in self.keep:
                link = self.folder.parent / f"inode-{self.folder.name}-{node}"
                os.link(path, link)
                self.keep[node] = link
                self.durable.setdefault(node, b"")
        self.past.append(self._current())

    def writing(self, path, *, new=False):
        context = super().writing(path, new=new)
        disk = self

        class Noted:
            def __enter__(self):
                file = context.__enter__()
                disk._note()
                return file

            def __exit__(self, *error):
                return context.__exit__(*error)

        return Noted()

    def flush(self, file):
        super().flush(file)
        node = os.fstat(file.fileno()).st_ino
        self.durable[node] = os.pread(file.fileno(), 1 << 30, 0)

    def flush_folder(self, folder):
        super().flush_folder(folder)
        self.past = [self._current()]

    def replace(self, source, target):
        super().replace(source, target)
        self._note()

    def remove(self, path):
        super().remove(path)
        self._note()

    def crash(self, chance: random.Random) -> None:
        """Leave in the folder what a machine could find there after losing its power now."""
        names = chance.choice([*self.past, self._current()])
        nodes = {node: (self.keep.get(node), self.durable.get(node, b"")) for node in names.values()}
        contents = {}
        for node, (link, flushed) in nodes.items():
            latest = link.read_bytes() if link else flushed
            contents[node] = _between(flushed, latest, chance)
        for path in self.folder.iterdir():
            path.unlink()
        for name, node in names.items():
            (self.folder / name).write_bytes(contents[node])
        for link in self.keep.values():
            link.unlink()


def _between(flushed: bytes, latest: bytes, chance: random.Random) -> bytes:
    """Some sectors as flushed, others as last written; a size that was not flushed may or may not have landed."""
    size = chance.choice([len(flushed), len(latest)])
    likely = chance.choice([0.0, 0.1, 0.5, 0.9, 1.0])
    result = bytearray()
    for at in range(0, size, SECTOR):
        source = latest if chance.random() < likely else flushed
        result += source[at : at + SECTOR].ljust(min(SECTOR, size - at), b"\0")
    return bytes(result[:size])


def livret(name: str, **pieces: bytes) -> Livret:
    """A small livret that holds ``pieces`` under those identifiers."""
    rows = [{"id": id_, "titre": id_, "taille": len(data)} for id_, data in pieces.items()]
    return Livret.from_data({"titulaire": {"nom": name}, "pieces": rows})
