"""An advisor's return: read without trust, added to the livret, answered. Pure, without Streamlit, without the disk.

The file was written by a page on somebody else's computer, and may have been written by anything. What is read of it
is a few texts and dates within bounds; they stay plain text wherever they are shown.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from data.errors import ForeignReturn
from data.fields import ID_PATTERN
from data.french import NBSP, say_number
from data.model import Livret
from data.remarques import A_TRAITER, FORMAT, HEAVIEST, LONGEST, LONGEST_NAME, MOST, VERSION, Etat, Remarque
from data.values import PartialDate
from editor import drafts

_ID = re.compile(ID_PATTERN)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LONGEST_NUMBER = 9  # digits
_JOINERS = "\u200c\u200d"  # invisible, and needed inside words and pictures
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#~|])")


@dataclass(frozen=True, slots=True)
class Retour:
    """What a file brings to a livret."""

    publication: str  # the dossier it says it was written on
    dossier: str  # that dossier's title; empty when the livret has none by that name
    connu: bool  # whether the livret has that dossier
    auteur: str
    date: PartialDate | None  # the day it was saved
    remarques: tuple[Remarque, ...]  # those that the livret does not hold yet
    deja: int  # those that it holds, or that the file says twice
    perdues: int  # how many of the new ones are on a row that is no longer there

    @property
    def says(self) -> list[str]:
        """What there is to know before adding it, a sentence each."""
        new, told = len(self.remarques), []
        if self.deja:
            told.append(
                f"1 remarque est déjà dans votre livret{NBSP}: elle ne sera pas ajoutée deux fois."
                if self.deja == 1
                else f"{say_number(self.deja)} remarques sont déjà dans votre livret{NBSP}: "
                "elles ne seront pas ajoutées deux fois."
            )
        if self.perdues:
            told.append(
                f"1 remarque porte sur une ligne qui n’existe plus{NBSP}: elle est gardée."
                if self.perdues == 1
                else f"{say_number(self.perdues)} remarques portent sur des lignes qui n’existent plus{NBSP}: "
                "elles sont gardées."
            )
        if not self.connu and new:
            told.append(f"Le dossier qui a été lu n’est pas dans ce livret{NBSP}: dites ci-dessous lequel c’était.")
        return told


def read(content: bytes, livret: Livret) -> Retour:
    """What a received file holds, compared with a livret.

    Raises:
        ForeignReturn: the file is not such a return, or anything in it is out of bounds; it says what.
    """
    found = _object(_parsed(content), "le fichier")
    if found.get("format") != FORMAT:
        raise ForeignReturn("il ne vient pas d’un portfolio de Livret")
    version = found.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ForeignReturn("il ne dit pas de quelle version il est")
    if version > VERSION:
        raise ForeignReturn("il vient d’une version plus récente de Livret que la vôtre, qu’il faut mettre à jour")
    publication = _identifier(found, "publication")
    if not publication:
        raise ForeignReturn("il ne dit pas quel dossier il commente")
    auteur = " ".join(_text(found, "auteur", LONGEST_NAME).split())
    held = found.get("remarques")
    if not isinstance(held, list):
        raise ForeignReturn(f"«{NBSP}remarques{NBSP}» devrait être une liste")
    if len(held) > MOST:
        raise ForeignReturn(f"il contient plus de {say_number(MOST)} remarques")
    every = [_remark(_object(one, "une remarque"), publication, auteur) for one in held]
    written = [one for one in every if one.texte]
    fresh = _fresh(livret, written)
    dossier = next((one for one in livret.publications if one.id == publication), None)
    return Retour(
        publication=publication,
        dossier=dossier.titre if dossier else "",
        connu=dossier is not None,
        auteur=auteur,
        date=_day(found),
        remarques=tuple(fresh),
        deja=len(written) - len(fresh),
        perdues=sum(1 for one in fresh if one.ligne and one.ligne not in livret.rows),
    )


def _parsed(content: bytes) -> Any:
    """The JSON value of a file, whose size is bounded before anything else."""
    if len(content) > HEAVIEST:
        raise ForeignReturn(f"il pèse plus de 1{NBSP}Mo")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ForeignReturn("ce n’est pas un fichier de texte") from None
    if not text.strip():
        raise ForeignReturn("il est vide")
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_int=_number, parse_constant=_no_number)
    except RecursionError:
        raise ForeignReturn("il est emboîté trop profondément") from None
    except ValueError:
        raise ForeignReturn("il ne se lit pas jusqu’au bout") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ForeignReturn("un même nom y est écrit deux fois")
    return found


def _number(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ForeignReturn("un nombre y est démesuré")
    return int(text)


def _no_number(_: str) -> Any:
    raise ForeignReturn("une valeur n’y est pas un nombre")


def _object(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ForeignReturn(f"{what} n’a pas la forme attendue")
    return value


def _typed(held: Mapping[str, Any], name: str) -> str:
    value = held.get(name, "")
    if not isinstance(value, str):
        raise ForeignReturn(f"«{NBSP}{name}{NBSP}» devrait être un texte")
    return value


def _text(held: Mapping[str, Any], name: str, longest: int) -> str:
    value = _typed(held, name)
    if len(value) > longest:
        raise ForeignReturn(f"«{NBSP}{name}{NBSP}» a plus de {say_number(longest)} signes")
    return cleaned(value)


def _identifier(held: Mapping[str, Any], name: str) -> str:
    value = _typed(held, name)
    if value and not _ID.fullmatch(value):
        raise ForeignReturn(f"«{NBSP}{name}{NBSP}» n’est pas un identifiant")
    return value


def _day(held: Mapping[str, Any]) -> PartialDate | None:
    value = _typed(held, "date")
    if not value:
        return None
    try:
        if _DAY.fullmatch(value):
            return PartialDate.parse(value)
    except ValueError:
        pass
    raise ForeignReturn(f"«{NBSP}date{NBSP}» n’est pas un jour")


def _remark(held: Mapping[str, Any], publication: str, auteur: str) -> Remarque:
    return Remarque(
        publication=publication,
        ligne=_identifier(held, "ligne"),
        texte=_text(held, "texte", LONGEST),
        auteur=auteur,
        date=_day(held),
    )


def cleaned(text: str) -> str:
    """A text without what does not show: controls, signs that turn the direction of reading, halves of characters."""
    lines = re.sub(r"\r\n?|[\u2028\u2029\x85\v\f]", "\n", text)
    shown = "".join(
        sign for sign in lines if sign in "\n\t" + _JOINERS or unicodedata.category(sign) not in {"Cc", "Cf", "Cs"}
    )
    return unicodedata.normalize("NFC", shown).strip()


def _fresh(livret: Livret, remarques: Iterable[Remarque]) -> list[Remarque]:
    """Those that are new: another text, another row or another author than any before."""
    known = {(one.texte, one.ligne, one.auteur) for one in livret.remarques}
    fresh = []
    for one in remarques:
        if (key := (one.texte, one.ligne, one.auteur)) not in known:
            known.add(key)
            fresh.append(one)
    return fresh


# What becomes of them


def added(livret: Livret, retour: Retour, jour: date, *, publication: str | None = None) -> Livret:
    """The livret with the remarks of a return that it does not hold yet.

    Args:
        livret: as it stands by now.
        retour: what was read.
        jour: the day they are received.
        publication: the dossier they are about, when the agent says it is another than the file does.
    """
    about = retour.publication if publication is None else publication
    fresh = [one.with_(publication=about, recue_le=PartialDate.of(jour)) for one in _fresh(livret, retour.remarques)]
    return livret.with_(remarques=(*livret.remarques, *fresh)) if fresh else livret


def waiting(livret: Livret, ligne: str | None = None) -> list[Remarque]:
    """The remarks nobody has dealt with yet: all of them, or those on one row."""
    return [one for one in livret.remarques if one.etat == A_TRAITER and ligne in (None, one.ligne)]


def accepted(livret: Livret, identifier: str) -> Livret:
    """A remark taken: its text joins the private note of its row, or of the agent when it is on no row that is left."""
    one = _found(livret, identifier)
    if one is None:
        return livret
    livret = _marked(livret, identifier, etat="acceptee")
    liste = drafts.liste_of(livret, one.ligne)
    if not liste:
        holder = livret.titulaire
        return livret.with_(titulaire=holder.with_(note_privee=_noted(holder.note_privee, one)))
    rows = [
        row.with_(note_privee=_noted(row.note_privee, one)) if row.id == one.ligne else row
        for row in drafts.rows_of(livret, liste)
    ]
    return drafts.with_rows(livret, liste, rows)


def _noted(note: str, one: Remarque) -> str:
    """A private note with a remark at its end, once; a note is Markdown and the remark is not."""
    line = _MARKDOWN.sub(r"\\\1", f"{headed(one)}{NBSP}: {one.texte}")
    return note if line in note else f"{note.rstrip()}\n\n{line}".lstrip()


def headed(one: Remarque) -> str:
    """« Remarque de Mme Tessier, le 3 novembre 2026 », as far as it is known."""
    who = f" de {one.auteur}" if one.auteur else ""
    when = f", le {one.date.words}" if one.date else ""
    return f"Remarque{who}{when}"


def answered(livret: Livret, identifier: str, reponse: str) -> Livret:
    """A remark with the agent's answer; an empty one is no answer and changes nothing."""
    text = cleaned(reponse)
    return _marked(livret, identifier, etat="repondue", reponse=text) if text else livret


def dismissed(livret: Livret, identifier: str) -> Livret:
    """A remark put aside."""
    return _marked(livret, identifier, etat="ecartee")


def reopened(livret: Livret, identifier: str) -> Livret:
    """A remark to be dealt with again; its answer, and what joined a private note, stay."""
    return _marked(livret, identifier, etat=A_TRAITER)


def removed(livret: Livret, identifier: str) -> Livret:
    """The livret without a remark; the history keeps it."""
    kept = tuple(one for one in livret.remarques if one.id != identifier)
    return livret if len(kept) == len(livret.remarques) else livret.with_(remarques=kept)


def _found(livret: Livret, identifier: str) -> Remarque | None:
    return next((one for one in livret.remarques if one.id == identifier), None)


def _marked(livret: Livret, identifier: str, *, etat: Etat, reponse: str | None = None) -> Livret:
    if _found(livret, identifier) is None:
        return livret
    changes: dict[str, Any] = {"etat": etat} | ({} if reponse is None else {"reponse": reponse})
    return livret.with_(
        remarques=tuple(one.with_(**changes) if one.id == identifier else one for one in livret.remarques)
    )
