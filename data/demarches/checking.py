"""What a dossier lacks for its démarche, and what would help it: all of it in one pass, blocking nothing.

It looks at what the gate let out, so that it can never tell of a row that stays in; it says nothing of the documents
that the agent holds and did not join.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from data.codes import attribute, code
from data.demarches.model import Demarche, PieceAttendue
from data.demarches.rules import DOSSIER, Checked, Constat, check
from data.french import NBSP
from data.model import LISTES, Livret
from data.publications import Publication


def everything(
    demarche: Demarche, released: Livret, publication: Publication, jour: date, pages: int | None
) -> tuple[Constat, ...]:
    """What is missing, then what would help, each once; see ``demarches.review``."""
    checked = Checked(released, publication, jour, pages)
    found = [*_expected(demarche, checked)]
    for regle in demarche.regles:
        found += check(regle, checked)
    found += [*_unwelcome(demarche, checked), *_left(demarche, checked), *_to_mask(checked)]
    return tuple(_once(sorted(found, key=lambda one: one.gravite != "manque")))


def _once(found: Iterable[Constat]) -> Iterator[Constat]:
    """Each field of a row once, by what weighs most."""
    told: set[object] = set()
    for one in found:
        key = (one.liste, one.ligne, one.champ) if one.ligne and one.champ else one.says
        if key not in told:
            told.add(key)
            yield one


def _joined(piece: PieceAttendue, checked: Checked) -> bool:
    return any(code("types_piece", one.type) in piece.types for one in checked.released.pieces)


def _expected(demarche: Demarche, checked: Checked) -> Iterator[Constat]:
    """The documents that the procedure expects and that are not joined."""
    for piece in demarche.pieces:
        concerned = not piece.avec or any(checked.rows(liste) for liste in piece.avec)
        if piece.attente == "attendue" and concerned and not _joined(piece, checked):
            says = f"Pièce attendue, non jointe{NBSP}: {piece.titre}. {piece.phrase}"
            yield Constat("piece", "manque", says, liste="pieces")


def _unwelcome(demarche: Demarche, checked: Checked) -> Iterator[Constat]:
    """The joined documents that had better stay in."""
    for document in checked.released.pieces:
        for piece in demarche.pieces:
            if piece.attente == "jamais" and code("types_piece", document.type) in piece.types:
                says = f"«{NBSP}{document.intitule_ligne}{NBSP}» est joint. {piece.phrase}"
                yield Constat("piece", "conseil", says, liste="pieces", ligne=document.id)


def _left(demarche: Demarche, checked: Checked) -> Iterator[Constat]:
    """What leaves although this procedure leaves it out by default."""
    for laisse in demarche.laisse:
        for liste in laisse.listes:
            rows = checked.rows(liste)
            if rows and not (demarche.reprend.a_acquerir and all(getattr(row, "niveau", None) == 0 for row in rows)):
                says = f"Ce dossier reprend «{NBSP}{LISTES[liste].pluriel}{NBSP}». {laisse.raison}"
                yield Constat("laisse", "conseil", says, liste=liste, ligne=rows[0].id if len(rows) == 1 else "")
        for nom in laisse.coordonnees:
            if getattr(checked.released.titulaire, nom):
                says = f"Ce dossier montre {_CONTACTS[nom]}. {laisse.raison}"
                yield Constat("laisse", "conseil", says, liste=DOSSIER, champ="coordonnees")


_CONTACTS = {"courriel": "votre courriel", "telephone": "votre téléphone", "ville": "votre ville"}


def _to_mask(checked: Checked) -> Iterator[Constat]:
    """What kinds of document carry and no reader should see, to be looked at once more."""
    for document in checked.released.pieces:
        if hidden := attribute("types_piece", document.type, "a_masquer", ()):
            what = ", ".join(hidden)
            says = f"«{NBSP}{document.intitule_ligne}{NBSP}»{NBSP}: masquez ce qui s’y lirait encore ({what})."
            yield Constat("masquer", "conseil", says, liste="pieces", ligne=document.id)
