"""Every error Livret shows, as one tree; each class owns its French sentence.

    LivretError                     whatever an agent may be told; the message is the whole text to show
    ├── ArchiveError                the file
    │   ├── ArchiveMissing            no such file
    │   ├── ArchiveExists             refuses to overwrite
    │   ├── WrongPassword             nothing is lost: ask again
    │   │   └── MistypedKey             meant as a recovery key, and not one: says what is wrong with it
    │   ├── PasswordRefused           empty or absurdly long
    │   ├── PasswordTooWeak           a new password that a computer would find
    │   ├── MemoryShort               this computer cannot spare what the password's protection takes
    │   ├── DamagedArchive            bytes changed: offer an earlier version or a copy
    │   ├── NewerFormat               written by a later Livret: upgrade
    │   ├── ArchiveBusy               another editor holds it
    │   ├── ReadOnly                  opened without the right to write
    │   ├── ChangedOutside            the file is not the one that was opened
    │   ├── PieceMissing              no such document
    │   ├── VersionMissing            no such version
    │   ├── ArchiveFull               a document, a livret or the whole file would pass the format's bounds
    │   └── StorageFailure            disk full, folder read-only, drive gone: the old state stands
    ├── ContentError                what was typed or imported; carries every Problem at once
    ├── ForeignReturn               a file of remarks that is none, or is not whole
    └── BuildError                  the site
        ├── ThemeError                the theme's author, or the choice of theme
        ├── OptionError               an option the theme does not know, or a value it does not take
        ├── OutputError               where the site was to be written
        ├── DocumentError             a joined document that cannot be read, hence not cleaned
        ├── TooHeavy                  a complete dossier over its size target, its pictures at their least
        └── ForbiddenContent          a published text holds a NIR or an IBAN

This file has more than 300 lines because each class owns its sentence, and one tree is best read on one page.
A raise site gives the facts; the class makes the sentence out of them.
Programming mistakes are not here: they stay ``ValueError``, ``TypeError``, and are bugs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class LivretError(Exception):
    """Anything an agent may be told; ``str(error)`` is the French text to show, whole.

    ``exit_code`` is what the command line returns for it (documented in README.md).
    """

    exit_code = 1


class ArchiveError(LivretError):
    """The archive file cannot be used as asked; nothing in it was lost."""

    exit_code = 3


class ArchiveMissing(ArchiveError):
    """No file at that place."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Aucun livret à cet endroit : {path}. Vérifiez le nom et le dossier, "
            "ou créez un livret avec « livret new »."
        )


class ArchiveExists(ArchiveError):
    """A file stands where a new archive was to be made; it is never overwritten."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} existe déjà et n’a pas été touché. Choisissez un autre nom, ou déplacez ce fichier.")


class WrongPassword(ArchiveError):
    """Neither a password nor a recovery key that opens this file."""

    exit_code = 4

    def __init__(self) -> None:
        super().__init__(
            "Ce mot de passe n’ouvre pas ce livret. Rien n’est perdu : vérifiez les majuscules et le clavier, "
            "ou utilisez la clé de secours imprimée à la création."
        )


class MistypedKey(WrongPassword):
    """A recovery key was meant, and a character is wrong, missing or in excess.

    Args:
        what: the French clause that says what is wrong, without a final period; its subject is the key.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        ArchiveError.__init__(
            self, f"Cette clé de secours n’est pas recopiée exactement : {what}. Reprenez-la groupe par groupe."
        )


class PasswordRefused(ArchiveError):
    """No password at all, or one longer than the format takes."""

    exit_code = 4

    def __init__(self, most: int) -> None:
        super().__init__(f"Le mot de passe ne peut être ni vide, ni plus long que {most} octets.")


class PasswordTooWeak(ArchiveError):
    """A new password that a computer would find."""

    exit_code = 4

    def __init__(self, judgement: str) -> None:
        super().__init__(
            f"Ce mot de passe est {judgement} : un ordinateur finirait par le trouver. Prenez sept mots sans rapport "
            "entre eux, ou quatorze signes mêlant minuscules, majuscules et chiffres, ne servant nulle part ailleurs."
        )


class MemoryShort(ArchiveError):
    """The key derivation found no memory; closing programs helps, the file is fine."""

    def __init__(self, mebibytes: int) -> None:
        super().__init__(
            f"Il faut {mebibytes} Mio de mémoire libre pour vérifier le mot de passe, et cet ordinateur ne les a pas. "
            "Fermez d’autres programmes et recommencez : le livret est intact."
        )


class DamagedArchive(ArchiveError):
    """The bytes are not those Livret wrote: truncated, flipped, swapped, or hostile.

    Args:
        what: the French clause that says what is wrong, without a final period.
    """

    exit_code = 5

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(
            f"Ce fichier est abîmé ou n’est pas un livret : {what}. Il n’a pas été modifié. "
            "Reprenez votre dernière copie de sauvegarde."
        )


class NewerFormat(ArchiveError):
    """Written by a later Livret than this one."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            f"Ce livret est au format {found} ; cette version du programme lit jusqu’au format {known}. "
            "Installez une version plus récente de Livret."
        )


class ArchiveBusy(ArchiveError):
    """Another program holds the lock."""

    def __init__(self, path: Path, holder: str = "") -> None:
        who = f" par {holder}" if holder else ""
        super().__init__(
            f"{path.name} est déjà ouvert{who}. Fermez l’autre fenêtre de Livret, ou ouvrez ce livret en lecture seule."
        )


class ReadOnly(ArchiveError):
    """A change was asked of an archive opened for reading only."""

    def __init__(self) -> None:
        super().__init__("Ce livret est ouvert en lecture seule : rien ne peut y être enregistré.")


class ChangedOutside(ArchiveError):
    """The file on disk is no longer the one that was opened; saving over it would lose somebody's work."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path.name} a été modifié par un autre programme depuis son ouverture. "
            "Rien n’a été enregistré : rouvrez le livret avant de continuer."
        )


class PieceMissing(ArchiveError):
    """The livret names a document that the archive does not hold."""

    def __init__(self, piece: str) -> None:
        super().__init__(f"Le document {piece} n’est pas dans l’archive.")


class VersionMissing(ArchiveError):
    """The version asked for does not exist, or was thinned away."""

    def __init__(self, numero: int) -> None:
        super().__init__(f"Il n’y a pas de version {numero} dans ce livret. « livret versions » en donne la liste.")


class ArchiveFull(ArchiveError):
    """What was to be saved passes the bounds of the format; nothing was written.

    Args:
        what: the French clause that says which bound, without a final period.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"Rien n’a été enregistré : {what}. Ce qui était enregistré auparavant est intact.")


class StorageFailure(ArchiveError):
    """The disk, the folder or the drive refused; what was saved before still stands.

    Args:
        path: the file that was to be written.
        cause: the operating system's own error, of which only the reason is shown.
        reading: the file was only to be read.
    """

    exit_code = 6

    def __init__(self, path: Path, cause: OSError, *, reading: bool = False) -> None:
        reason = say_os_error(cause)
        if reading:
            super().__init__(f"Impossible de lire {path} : {reason}. Le fichier n’a pas été modifié.")
        else:
            super().__init__(
                f"Impossible d’écrire {path} : {reason}. "
                "Ce qui était enregistré auparavant est intact. Libérez de la place ou choisissez un autre dossier."
            )


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in what was typed or read, and its place.

    ``where`` is a path into the livret, such as ``("formations", "actions", 2, "duree")``.
    """

    where: tuple[str | int, ...]
    says: str

    def __str__(self) -> str:
        place = " › ".join(str(step + 1) if isinstance(step, int) else step for step in self.where)
        return f"{place} : {self.says}" if place else self.says


class ContentError(LivretError):
    """What was typed or imported does not fit the model; every Problem is told at once."""

    exit_code = 7

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = "Un point est à corriger" if count == 1 else f"{count} points sont à corriger"
        super().__init__("\n".join([f"{head} :", *(f"  • {problem}" for problem in self.problems)]))


class ForeignReturn(LivretError):
    """A file received as an advisor's remarks is not one, or was changed on its way; nothing was added.

    Args:
        what: the French clause that says what is wrong, without a final period.
    """

    exit_code = 7

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(
            f"Ce fichier n’est pas un retour de conseiller, ou il est abîmé : {what}. Rien n’a été ajouté. "
            "Demandez le fichier « .livret-retour » que la page a enregistré, sans l’ouvrir ni le modifier."
        )


class BuildError(LivretError):
    """The site could not be made; what was published before is untouched."""

    exit_code = 8


class ThemeError(BuildError):
    """A theme is missing, malformed or fails while rendering.

    Args:
        theme: the theme's name, as asked for.
        what: the French clause that says what is wrong, without a final period.
    """

    def __init__(self, theme: str, what: str) -> None:
        self.theme = theme
        super().__init__(f"Thème « {theme} » : {_ended(what)}")


class OptionError(BuildError):
    """An option the theme does not know, or a value it does not take."""

    def __init__(self, theme: str, what: str) -> None:
        super().__init__(
            f"Thème « {theme} » : {_ended(what)} « livret theme list » montre les thèmes et leurs options."
        )


class OutputError(BuildError):
    """The place to write to refused, or is not ours to replace."""

    exit_code = 6

    def __init__(self, path: Path, what: str) -> None:
        remedy = _REMEDIES.get(what, "")
        super().__init__(f"Rien n’a été écrit dans {path} : {what}. Ce qui s’y trouvait est intact.{remedy}")


_FULL, _CLOSED, _GONE = (
    "le disque est plein",
    "vous n’avez pas le droit d’écrire à cet endroit",
    "ce dossier n’existe pas (ou plus)",
)
_REMEDIES = {
    _FULL: " Libérez de la place, ou choisissez un autre disque.",
    _CLOSED: " Choisissez un dossier à vous, « Documents » par exemple.",
    _GONE: " Rebranchez le disque ou la clé, ou choisissez un autre dossier.",
}


class DocumentError(BuildError):
    """A joined document cannot be read, and so cannot be cleaned before it leaves."""

    def __init__(self, titre: str, kind: str) -> None:
        super().__init__(
            f"Le document « {titre} » ne se lit pas comme {kind} : il ne peut pas être nettoyé avant de partir. "
            "Retirez-le de ce dossier ou remplacez-le par une copie saine."
        )


class TooHeavy(BuildError):
    """A complete dossier passes its size target, its images at the least that can still be read.

    Args:
        size, target: both in words, as « 3,4 Mo ».
        heaviest: the documents that weigh most, each with its size in words.
        way_out: the French clause that says which larger target would do, or that none would; no final period.
    """

    def __init__(self, size: str, target: str, heaviest: Sequence[str], way_out: str) -> None:
        most = f" Ce qui pèse le plus : {', '.join(heaviest)}." if heaviest else ""
        super().__init__(
            f"Le dossier complet pèse encore {size}, images réduites au plus bas lisible : la limite choisie est de "
            f"{target}.{most} {way_out}."
        )


class ForbiddenContent(BuildError):
    """A published text holds what must never leave: a social security number, a bank account.

    Args:
        places: where each one stands, in words; never the number itself.
    """

    def __init__(self, places: Sequence[str]) -> None:
        super().__init__(
            "Ce dossier ne peut pas être publié : il contient des données qui ne doivent jamais sortir.\n"
            + "\n".join(f"  • {place}" for place in places)
        )


def _ended(clause: str) -> str:
    """A clause with its final period, unless it ends as a question."""
    return clause if clause.endswith("?") else f"{clause}."


def say_os_error(cause: OSError) -> str:
    """The reason of an operating-system error, in French; never a path, never a traceback."""
    import errno  # noqa: PLC0415 - only when something failed

    reasons = {
        errno.ENOSPC: _FULL,
        getattr(errno, "EDQUOT", -1): "votre quota d’espace disque est atteint",
        errno.EACCES: _CLOSED,
        errno.EPERM: _CLOSED,
        errno.EROFS: "ce disque est en lecture seule",
        errno.ENOENT: _GONE,
        errno.ENOTDIR: "ce chemin passe par un fichier qui n’est pas un dossier",
        errno.EISDIR: "c’est un dossier, pas un fichier",
        errno.EEXIST: "un fichier de ce nom existe déjà",
        errno.EIO: "le disque ne répond pas correctement",
        errno.EFBIG: "le fichier serait trop gros pour ce disque",
        errno.EBUSY: "le fichier est utilisé par un autre programme",
        errno.ENAMETOOLONG: "le nom est trop long",
    }
    return reasons.get(cause.errno or 0, f"le système répond « {cause.strerror or type(cause).__name__} »")
