"""What is open in this process: one archive, the livret as it is being edited, and how to take a step back.

One process edits one livret, whatever the number of tabs: they all look at this workshop, and every change goes
through ``change``. A change is on the disk when it returns, or ``failure`` says in French why it is not; it is then
kept here, and written with the next one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data.archive import Archive, RecoveryKey
from data.errors import LivretError, ReadOnly
from data.model import Livret

MOST_STEPS = 200  # a livret shares all but the row that changed with the one before it: a step weighs little
_LOOKS_EVERY = 2.0  # seconds between two looks at the clock
MERGED_WITHIN = 20.0  # seconds during which typing on in one text is one step back


class Locked(LivretError):
    """Something was asked of a livret that has been locked meanwhile, from another tab or by the clock."""

    def __init__(self) -> None:
        super().__init__("Le livret est verrouillé : ouvrez-le de nouveau avec votre mot de passe.")


@dataclass(frozen=True, slots=True)
class Step:
    """A change that can be taken back: its name, and the livret it was made on."""

    what: str
    livret: Livret
    merging: str = ""
    at: float = 0.0


class Workshop:
    """The state of the process; its methods may be called from any thread."""

    def __init__(self) -> None:
        self._guard = threading.RLock()
        self.path: Path | None = None
        self.archive: Archive | None = None
        self.version = 0  # rises with every change, whichever tab made it
        self.opening = 0  # rises with every livret opened: a tab tells by it that what it shows is another one's
        self.saved_at: datetime | None = None
        self.failure = ""
        self.locked_by_idleness = False
        self._livret: Livret | None = None
        self._pending: dict[str, bytes] = {}
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._active = time.monotonic()

    # Opening and locking

    @property
    def open(self) -> bool:
        """Whether a livret is unlocked."""
        return self.archive is not None

    @property
    def read_only(self) -> bool:
        """Whether the livret can only be looked at, because another program is writing to it."""
        return self.archive is not None and self.archive.read_only

    def unlock(self, path: Path, secret: str, *, read_only: bool = False) -> None:
        """Open an archive with its password or its recovery key.

        Raises:
            LivretError: a French sentence; what was open before stays open.
        """
        with self._guard:
            if self.open and self.path is not None and path.resolve() == self.path.resolve():
                return  # another tab was quicker
            archive = Archive.open(path, secret, read_only=read_only)
            try:
                livret = archive.livret
            except LivretError:
                archive.close()
                raise
            self.hold(path, archive, livret)

    def hold(self, path: Path, archive: Archive, livret: Livret | None = None) -> None:
        """Take charge of an open archive, one just created for instance."""
        with self._guard:
            self.lock()
            self.path, self.archive = path, archive
            self._livret = livret or archive.livret
            self.saved_at = archive.current.date.astimezone()
            self.locked_by_idleness = False
            self.version += 1
            self.opening += 1
            self.touch()
            threading.Thread(target=self._watch, args=(self.opening,), daemon=True, name="verrouillage").start()

    def lock(self) -> None:
        """Forget everything that was decrypted; nothing is pending but what ``failure`` says could not be written."""
        with self._guard:
            if self.archive is not None:
                self.archive.close()
            self.archive = self._livret = None
            self._pending.clear()
            self._done.clear()
            self._undone.clear()
            self.failure = ""
            self.version += 1

    def touch(self) -> None:
        """Note that somebody is there."""
        self._active = time.monotonic()

    @property
    def idle_seconds(self) -> float:
        """How long nobody has done anything."""
        return time.monotonic() - self._active

    def _watch(self, opening: int) -> None:
        """Lock when nobody has been there for as long as the livret's own setting says, and everything is written."""
        while self.opening == opening and self.open:
            with self._guard:
                left = self._idle_left()
                if left <= 0 and not self.failure and self.opening == opening:
                    self.lock()
                    self.locked_by_idleness = True
                    return
            time.sleep(min(max(left, _LOOKS_EVERY / 10), _LOOKS_EVERY))

    def _idle_left(self) -> float:
        livret = self._livret
        return max(1, livret.reglages.verrouillage_minutes) * 60 - self.idle_seconds if livret else _LOOKS_EVERY

    # Reading

    @property
    def livret(self) -> Livret:
        """The livret as it stands.

        Raises:
            Locked: none is open.
        """
        livret = self._livret
        if livret is None:
            raise Locked
        return livret

    def piece(self, identifier: str) -> bytes:
        """A document's bytes.

        Raises:
            Locked: none is open.
            PieceMissing, DamagedArchive: as the archive says.
        """
        with self._guard:
            if self.archive is None:
                raise Locked
            if identifier in self._pending:
                return self._pending[identifier]
            return self.archive.piece(identifier)

    @property
    def opened(self) -> Archive:
        """The archive, for what is asked of the file itself.

        Raises:
            Locked: none is open.
        """
        archive = self.archive
        if archive is None:
            raise Locked
        return archive

    @property
    def recovery_key(self) -> RecoveryKey:
        """The key to print."""
        return self.opened.recovery_key

    # Changing

    def changing(self) -> threading.RLock:
        """To read, decide and change without another tab in between: ``with workshop.changing():``."""
        return self._guard

    def change(
        self,
        what: str,
        edit: Callable[[Livret], Livret],
        pieces: Mapping[str, bytes] | None = None,
        *,
        merging: str = "",
    ) -> None:
        """Change the livret and save it.

        Args:
            what: the change in a few French words, for « Annuler : … ».
            edit: gives the livret as it should be; pure.
            pieces: bytes of the documents it adds, by identifier.
            merging: changes that bear the same mark and follow each other closely are one step back.

        Raises:
            Locked: none is open.
            ReadOnly: the livret can only be looked at.
        """
        with self._guard:
            self.touch()
            before = self.livret
            if self.read_only:
                raise ReadOnly
            after = edit(before)
            if after is before or after == before:
                return
            last = self._done[-1] if self._done else None
            now = time.monotonic()
            if not (merging and last and last.merging == merging and now - last.at < MERGED_WITHIN):
                self._done = [*self._done[-MOST_STEPS + 1 :], Step(what, before, merging, now)]
            self._undone.clear()
            self._take(after, pieces or {})

    @property
    def undoable(self) -> str:
        """What « Annuler » would take back, in words; empty when there is nothing."""
        return self._done[-1].what if self._done else ""

    @property
    def redoable(self) -> str:
        """What « Rétablir » would bring back, in words; empty when there is nothing."""
        return self._undone[-1].what if self._undone else ""

    def undo(self) -> str:
        """Take the last change back; gives its name."""
        return self._swing(self._done, self._undone)

    def redo(self) -> str:
        """Bring back the last change taken back; gives its name."""
        return self._swing(self._undone, self._done)

    def retry(self) -> None:
        """Try once more to write what could not be written."""
        with self._guard:
            self._take(self.livret, {})

    def reopen_and_keep(self) -> None:
        """After another program wrote to the file: read it again, and make what is shown here its next version.

        Nothing is lost: the other program's versions stay in the history.
        """
        with self._guard:
            archive, mine = self.opened, self.livret
            archive.close()
            try:
                self.archive = Archive.open(archive.path, str(archive.recovery_key))
            except LivretError as error:
                self.failure = str(error)
                return
            self._take(mine, {})

    def restored(self, numero: int) -> None:
        """Take a past version up again as a new one; « Annuler » brings back what stood before.

        Raises:
            VersionMissing, DamagedArchive: as the archive says.
        """
        with self._guard:
            old = self.opened.livret_at(numero)
            self.change(f"reprendre la version {numero}", lambda _: old)

    def _swing(self, source: list[Step], target: list[Step]) -> str:
        with self._guard:
            self.touch()
            if not source or not self.open:
                return ""
            if not {*self.opened.piece_ids(), *self._pending}.issuperset(source[-1].livret.piece_ids()):
                source.clear()  # a document went away with the erased history: these steps lead nowhere any more
                return ""
            step = source.pop()
            target.append(Step(step.what, self.livret))
            self._take(step.livret, {})
            return step.what

    def _take(self, livret: Livret, pieces: Mapping[str, bytes]) -> None:
        self._livret = livret
        self._pending.update(pieces)
        self.version += 1
        try:
            self.opened.save(livret, self._pending)
        except LivretError as error:
            self.failure = str(error)
            return
        if self._pending:  # a document that only a step taken back cites is wanted again when it is brought back
            written = frozenset(self.opened.piece_ids())
            self._pending = {name: self._pending[name] for name in self._pending.keys() - written}
        self.failure = ""
        self.saved_at = datetime.now().astimezone()


workshop = Workshop()
