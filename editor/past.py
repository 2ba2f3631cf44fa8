"""Past versions, read once: decrypting one takes a few milliseconds, and a page of history shows a dozen.

What was read is remembered for the archive it came from and no longer: when the workshop locks it lets go of the
archive, and with the archive goes everything that was decrypted here.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from data.archive import Archive
from data.model import Livret
from editor.changes import changes, summary

MOST = 64  # versions, and as many sentences, in memory at once
T = TypeVar("T")


class Past:
    """A memory of past versions; its methods may be called from any thread."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._guard = threading.Lock()
        self._kept: WeakKeyDictionary[Archive, OrderedDict[Hashable, Any]] = WeakKeyDictionary()

    def __len__(self) -> int:
        with self._guard:
            return sum(len(held) for held in self._kept.values())

    def livret(self, archive: Archive, numero: int) -> Livret:
        """The livret as it was.

        Raises:
            LivretError: the version is gone, or cannot be read.
        """
        return self._once(archive, numero, lambda: archive.livret_at(numero))

    def says(self, archive: Archive, before: int, after: int) -> str:
        """What changed from one version to another, in a sentence.

        Raises:
            LivretError: one of them is gone, or cannot be read.
        """

        def compared() -> str:
            found = changes(self.livret(archive, before), self.livret(archive, after))
            return found[0].says if len(found) == 1 else summary(found)

        return self._once(archive, (before, after), compared)

    def _once(self, archive: Archive, key: Hashable, make: Callable[[], T]) -> T:
        with self._guard:
            held = self._kept.setdefault(archive, OrderedDict())
            if key in held:
                held.move_to_end(key)
                known: T = held[key]
                return known
        made = make()
        with self._guard:
            held[key] = made
            while len(held) > 2 * self._most:
                held.popitem(last=False)
        return made


past = Past()
