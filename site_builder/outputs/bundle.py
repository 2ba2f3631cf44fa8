"""The advisor's zip: everything of one dossier in an encrypted file, for whoever may install 7-Zip.

A WinZip AES-256 archive (AE-2) hides contents and nothing else: the names of its entries, their number and sizes can
be read without the passphrase. So entries only bear the names of ``INSIDE``, and documents and tables their rank.
Nor does it prove that no entry was dropped or renamed: the BagIt bag inside does.

One entry is in clear, before the bag: most recipients meet the file in a Windows Explorer that shows its entries but
cannot decrypt one, and there it is what can be read. It stands outside the bag, which is whole without it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from data.errors import BuildError, DamagedArchive, WrongPassword
from data.french import NBSP
from data.passwords import require
from site_builder.build import ENTRY, Site
from site_builder.documents import EXTENSIONS
from site_builder.outputs import bag, single_page
from site_builder.outputs.aes_zip import sealed, unsealed
from site_builder.outputs.bundle_texts import OPENING, guide
from site_builder.publish import Published

TOP, README, GUIDE = "dossier/", "LISEZ-MOI.txt", "lisez-moi.txt"
MOST = 1_900_000_000  # bytes: beyond two gigabytes some unzippers give up, and it is made in memory
LONGEST_PASSPHRASE = 99  # 7-Zip takes no more for a zip
# Every name an entry may bear, « # » for a rank, and what the file is.
INSIDE = {
    f"portfolio/{ENTRY}": "le portfolio, à lire dans un navigateur",
    "portfolio/documents/#": "les documents joints au portfolio",
    "portfolio.pdf": "le portfolio à lire page à page ou à imprimer",
    "dossier-complet.pdf": "le portfolio et ses documents en un seul PDF",
    "tableaux.xlsx": "les informations en tableaux (Excel, LibreOffice)",
    "csv/#": "les mêmes tableaux, un fichier par rubrique",
    "livret.json": "les données, au format de Livret",
    "jsonresume.json": "les données, au format JSON Resume",
    "europass.xml": "les données, au format Europass",
    GUIDE: "ce que contient ce dossier et comment vérifier qu’il est entier",
}
_SUFFIXES = "|".join(sorted(suffix for suffix, _ in EXTENSIONS.values()))
_RANKED = re.compile(rf"(portfolio/documents)/\d{{2,4}}\.(?:{_SUFFIXES})|(csv)/\d{{2,4}}\.csv")
_DOCUMENT = re.compile(r'\b(src|href)="documents/')
_TYPABLE = re.compile(r"[!-~](?:[ -~]*[!-~])?")
_CLEAR = (README, OPENING)


@dataclass(frozen=True, slots=True)
class BundleInfo:
    """Who hands what to whom."""

    titre: str
    titulaire: str
    destinataire: str = ""
    demarche: str = ""  # its code

    @classmethod
    def of(cls, made: Published) -> BundleInfo:
        """As the publication says it."""
        who = made.view.titulaire
        return cls(
            made.view.titre,
            f"{who.prenom} {who.nom}".strip(),
            made.publication.destinataire,
            made.publication.demarche,
        )


@dataclass(frozen=True, slots=True)
class Packed:
    """A zip that was read back and found whole."""

    content: bytes = field(repr=False)
    sha256: str  # of the whole file
    tag_manifest: str  # SHA-512 of the bag's last word, which stands for everything inside: the same for equal contents
    names: tuple[str, ...]  # of the payload's files

    @property
    def size(self) -> int:
        """Its weight in bytes."""
        return len(self.content)

    @property
    def inside(self) -> dict[str, str]:
        """What it holds, in the order of ``INSIDE``: a name, « # » where there are several, and what that is."""
        held = {_kind(name) for name in self.names}
        return {name: says for name, says in INSIDE.items() if name in held}


def page(site: Site) -> bytes:
    """The page of a site built with ``unique=True``, whole but for its documents, which stay beside it.

    Opened straight from the window of an archive program, which takes out that one file, it still looks as it should.
    """
    beside = _DOCUMENT.sub(r'\1="./documents/', site.files[ENTRY].decode())
    return single_page.inline(Site({**site.files, ENTRY: beside.encode()}))


def contents(made: Published, extras: Mapping[str, bytes], *, index: bytes | None = None) -> dict[str, bytes]:
    """What goes into the zip: the portfolio, its documents once, the other outputs, and a guide.

    Args:
        made: published with ``unique=True`` and ``discreet=True``.
        extras: other outputs of the same publication, under names of ``INSIDE``; tables as ``csv/<title>.csv``, which
            become ranks (the presence of a table may tell something), their titles being kept in the guide.
        index: the page instead of ``page(made.site)``, its documents under ``documents/``.
    """
    documents = {f"portfolio/{name}": data for name, data in made.site.files.items() if name.startswith("documents/")}
    tables = [name for name in extras if name.startswith("csv/")]
    ranked = {f"csv/{rank:02d}.csv": name for rank, name in enumerate(tables, 1)}
    payload = {
        f"portfolio/{ENTRY}": page(made.site) if index is None else index,
        **documents,
        **{name: data for name, data in extras.items() if name not in tables},
        **{rank: extras[name] for rank, name in ranked.items()},
    }
    titles = {f"portfolio/{document.fichier}": document.titre for document in made.view.documents}
    titles |= {rank: name.removeprefix("csv/").removesuffix(".csv") for rank, name in ranked.items()}
    _refuse_telling(payload)
    says = {name: titles.get(name) or INSIDE[_kind(name)] for name in payload}
    info = BundleInfo.of(made)
    return {**payload, GUIDE: guide(info.titre, info.titulaire, made.jour, says)}


def pack(payload: Mapping[str, bytes], passphrase: str, jour: date, info: BundleInfo) -> Packed:
    """Make the zip in memory, then read it back with the passphrase before anybody else does.

    Args:
        payload: the content, as ``contents`` gives it.
        passphrase: at best drawn by ``data.passphrase``.
        jour: the day it bears, as do all its entries.
        info: what its bag says of it, under encryption.

    Raises:
        PasswordTooWeak: a computer would find the passphrase.
        BuildError: not every archive program can take the passphrase, or the whole is too heavy.
        ValueError: a name that tells something, for it would be read without the passphrase.
    """
    require(passphrase)
    if len(passphrase) > LONGEST_PASSPHRASE or not _TYPABLE.fullmatch(passphrase):
        raise BuildError(
            f"Cette phrase de passe ne conviendrait pas à tous les logiciels d’archive{NBSP}: écrivez-la sans accents, "
            f"sans espace au début ni à la fin, en {LONGEST_PASSPHRASE} signes au plus."
        )
    _refuse_telling(payload)
    if sum(map(len, payload.values())) > MOST:
        raise BuildError(
            f"Ce dossier dépasse 1,9{NBSP}Go. Joignez moins de documents, ou faites-en plusieurs dossiers."
        )
    files = bag.made(payload, {"External-Description": info.titre, "Contact-Name": info.titulaire}, jour)
    content = sealed(_CLEAR, {f"{TOP}{name}": data for name, data in files.items()}, passphrase.encode("ascii"), jour)
    if unpack(content, passphrase) != dict(payload):
        raise _damaged("il n’a pas été relu tel qu’il a été écrit")
    last = hashlib.sha512(files[bag.TAG_MANIFEST]).hexdigest()
    return Packed(content, hashlib.sha256(content).hexdigest(), last, tuple(sorted(payload)))


def unpack(content: bytes, passphrase: str) -> dict[str, bytes]:
    """What a zip of ours holds, once every byte of its entries, every name and every digest is found right.

    Raises:
        BuildError: it is not what was packed, or not with this passphrase.
    """
    try:
        entries = unsealed(content, _CLEAR, passphrase.encode())
        if not all(name.startswith(TOP) for name in entries):
            raise _damaged("il contient autre chose que le dossier")
        return bag.content({name.removeprefix(TOP): data for name, data in entries.items()})
    except WrongPassword:
        raise BuildError(
            "Cette phrase de passe n’ouvre pas ce dossier. Vérifiez les mots et les espaces, un seul entre deux mots."
        ) from None
    except DamagedArchive as damaged:
        raise _damaged(damaged.what) from None
    except ValueError as wrong:
        raise _damaged(str(wrong)) from None


def _kind(name: str) -> str:
    """A name with « # » for its rank, as it stands in ``INSIDE``."""
    ranked = _RANKED.fullmatch(name)
    return f"{ranked[1] or ranked[2]}/#" if ranked else name


def _refuse_telling(payload: Mapping[str, bytes]) -> None:
    telling = [name for name in payload if "#" in name or _kind(name) not in INSIDE]
    if telling:
        raise ValueError(f"not a neutral name for an entry: {telling[0]!r}")


def _damaged(what: str) -> BuildError:
    return BuildError(
        f"Ce fichier n’est pas (ou plus) un dossier chiffré par Livret{NBSP}: {what}. Préparez-le de nouveau."
    )
