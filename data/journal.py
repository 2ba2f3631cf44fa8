"""The rollback journal: what a save is about to overwrite, kept beside the archive until the save is on the disk.

A save overwrites the central directory, the one thing without which a zip is mute. The journal holds that directory
and enough to tell, after a crash, whose it is: a journal left beside a file it does not belong to (an older copy put
back, another archive under the same name) must never be applied. The rule stands in FORMAT.md, under the same words.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Self

from data.directory import Directory
from data.errors import DamagedArchive

_MAGIC = b"LIVRET-JOURNAL 1\n"
_DIGEST = 32
MOST_JOURNAL = 16 << 20


def digest(data: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Journal:
    """The directory that stood at the end of the file, and what is about to stand there.

    Args:
        head: digest of the clear entries, which name the archive until its password changes.
        old: the directory to come back to.
        following: digest of the new one.
    """

    head: str
    old: Directory
    following: str

    def to_bytes(self) -> bytes:
        """The journal as a file; it ends with the digest of all the rest, so a torn one is known for what it is."""
        old = self.old
        facts = {"entete": self.head, "debut": old.start, "taille": len(old.written), "suivant": self.following}
        whole = _MAGIC + json.dumps(facts).encode("ascii") + b"\n" + old.written
        return whole + hashlib.sha256(whole).digest()

    @classmethod
    def from_bytes(cls, written: bytes) -> Self | None:
        """Read a journal; anything but a whole one is None: the archive had not been touched yet."""
        whole, seal = written[:-_DIGEST], written[-_DIGEST:]
        if not whole.startswith(_MAGIC) or hashlib.sha256(whole).digest() != seal:
            return None
        line, _, directory = whole[len(_MAGIC) :].partition(b"\n")
        try:
            facts: dict[str, Any] = json.loads(line)
            old = Directory.parse(directory, int(facts["debut"]))
            return cls(str(facts["entete"]), old, str(facts["suivant"])) if len(directory) == facts["taille"] else None
        except (ValueError, KeyError, TypeError, RecursionError, DamagedArchive):
            return None

    def applies_to(self, head: bytes, size: int, found: Directory | None) -> bool:
        """Whether the file is in the middle of the very save this journal announces.

        Args:
            head: the clear entries found in the file.
            size: the size of the file.
            found: the file's own directory when it is sound, else None.
        """
        if digest(head) != self.head or size < self.old.start:
            return False
        return found is None or digest(found.written) == self.following
