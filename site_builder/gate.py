"""The privacy gate: what of a livret one publication lets out, as a smaller livret.

Everything downstream (views, figures, timeline, PDF, exports) is computed from this smaller livret, so a
withheld row cannot show through a total, a link, a badge or a file name. The rules, in order:

1. a row is chosen by the publication: its list, its dates, added or removed one by one;
2. class 1 (personal) needs to be added one by one, or the publication to take the confidential;
3. class 2 (confidential) needs the publication to take the confidential;
4. class 3 (special category, RGPD art. 9) needs a recorded consent for that very row;
5. a field has its own class: personal and confidential fields go out only with the confidential, private notes
   only with a dossier that takes them, texts still to be corrected never;
6. a document is joined only when the publication names it and its own class passes;
7. a link to something withheld disappears;
8. a competence of level 0 is only a project, and would pass for a lack: it stays in, unless the démarche's own file
   asks for what is yet to be acquired (``reprend.a_acquerir``: the annual interview), and then says that it is one,
   levels shown or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from data import demarches
from data.competences import Competences
from data.experiences import Emploi
from data.fields import Element, Ligne, champs, lists_of
from data.french import fold
from data.model import LISTS_GROUPS, Livret, Piece
from data.publications import Publication
from data.sensibilite import suggested_class

Row = TypeVar("Row", bound=Ligne)
Held = TypeVar("Held", bound=Element)

NOTES = "note_privee"  # goes out only with a dossier that takes the notes
NEVER = frozenset({"a_corriger", "fichier"})  # a document's original name may say more than its title
PUBLIABLE, PERSONNEL, CONFIDENTIEL, CATEGORIE_PARTICULIERE = 0, 1, 2, 3
A_ACQUERIR = 0  # the mastery of a competence that is only a project

# A disponibilité may reveal the family or health, the post held meanwhile does not: only the position is left out.
# Parental leave tells of the family: the whole row does.
AVAILABILITY, PARENTAL_LEAVE = "disponibilite", "conge parental"


def default_publication(livret: Livret) -> Publication:
    """The publication used when none is named: the first that is still open, else everything publishable."""
    still_open = [p for p in livret.publications if p.fermee_le is None]
    if still_open:
        return still_open[0]
    return Publication(id="portfolio", titre="Portfolio professionnel")


def release(livret: Livret, publication: Publication) -> Livret:
    """The livret as this publication lets it out; see the module's rules."""
    chosen = {
        place_list: [row for row in rows if _chosen(place_list, row, publication) and _passes(row, publication)]
        for place_list, rows in _lists(livret)
    }
    named = set(publication.documents)
    pieces = [p for p in livret.pieces if p.id in named and p.detenue and _passes(p, publication)]
    kept = {row.id for rows in chosen.values() for row in rows} | {p.id for p in pieces}
    groups = {
        volet: _known(
            getattr(livret, volet),
            {
                nom: tuple(_bared(row, publication, kept) for row in chosen[f"{volet}.{nom}"])
                for nom, _ in lists_of(group)
            },
        )
        for volet, group in LISTS_GROUPS.items()
    }
    competences: Competences = groups["competences"]
    if not (publication.confidentiel and _takes_part(publication, "competences")):
        competences = competences.model_copy(update={"centres_interet": ""})
    return Livret.model_construct(
        schema_version=livret.schema_version,
        titulaire=_released_titulaire(livret, publication),
        formations=groups["formations"],
        experiences=groups["experiences"],
        competences=competences,
        pieces=tuple(_bared(piece, publication, kept) for piece in pieces),
        publications=(),
        envois=(),
        charte=None,
        reglages=_known(livret.reglages, {}),
    )


def effective_class(row: Ligne) -> int:
    """The class a row counts for: its own, or what its type calls for when the agent left it lower.

    Union training, a mandate or a parental leave needs an express consent whatever the row says of itself.
    """
    if row.sensibilite not in (PUBLIABLE, PERSONNEL, CONFIDENTIEL):  # nor is a class of a newer version any less
        return CATEGORIE_PARTICULIERE
    if isinstance(row, Emploi) and PARENTAL_LEAVE in _position(row):  # however it is worded
        return CATEGORIE_PARTICULIERE
    return max(row.sensibilite, suggested_class(row))


def only_a_project(row: Ligne, publication: Publication) -> bool:
    """Whether a row is yet to be acquired, in a dossier whose démarche does not ask for that."""
    if getattr(row, "niveau", None) != A_ACQUERIR:
        return False
    return demarches.free(publication.demarche) or not demarches.load(publication.demarche).reprend.a_acquerir


def proved(livret: Livret) -> frozenset[str]:
    """The rows that a held document proves, joined or not.

    Only this yes or no leaves the archive, and only for released rows: it tells *justifié* from *déclaré*.
    """
    held = {piece.id for piece in livret.pieces if piece.detenue}
    return frozenset(row.id for _, rows in _lists(livret) for row in rows if held.intersection(row.pieces))


def _position(row: Emploi) -> str:
    return " ".join(fold(row.position).replace("-", " ").split())


def _lists(livret: Livret) -> Iterable[tuple[str, tuple[Ligne, ...]]]:
    for volet, group in LISTS_GROUPS.items():
        for nom, _ in lists_of(group):
            yield f"{volet}.{nom}", getattr(getattr(livret, volet), nom)


def _takes_part(publication: Publication, volet: str) -> bool:
    """Whether a publication takes a part of the livret as such, and not only rows of it."""
    if publication.selection:
        return False
    return publication.listes is None or any(nom.startswith(f"{volet}.") for nom in publication.listes)


def _chosen(place_list: str, row: Ligne, publication: Publication) -> bool:
    if row.id in publication.exclus:
        return False
    if row.id in publication.inclus:
        return True
    if publication.selection or (publication.listes is not None and place_list not in publication.listes):
        return False
    period = row.periode_ligne
    if publication.depuis is None or period is None:
        return True
    return period.fin is None or period.fin.last >= publication.depuis.first


def _passes(row: Ligne, publication: Publication) -> bool:
    if only_a_project(row, publication):
        return False
    level = effective_class(row)
    if level == PUBLIABLE:
        return True
    if level == PERSONNEL:
        named = isinstance(row, Piece) or row.id in publication.inclus
        return named or publication.confidentiel
    if level == CONFIDENTIEL:
        return publication.confidentiel
    return any(consent.ligne == row.id for consent in publication.consentements)


def _bared(row: Row, publication: Publication, kept: set[str]) -> Row:
    """The row without its withheld fields, nor links to what is withheld, nor keys this version does not know."""
    changes: dict[str, Any] = {}
    for field in champs(type(row)):
        if field.nom == NOTES:
            withheld = not publication.notes
        else:
            withheld = field.nom in NEVER or (field.classe >= PERSONNEL and not publication.confidentiel)
        if withheld:
            changes[field.nom] = field.defaut
        elif field.lien:
            value = getattr(row, field.nom)
            changes[field.nom] = tuple(link for link in value if link in kept)
    level = getattr(row, "niveau", None)
    if not publication.niveaux and isinstance(level, int) and level != A_ACQUERIR:
        changes["niveau"] = None
    if isinstance(row, Emploi) and AVAILABILITY in _position(row) and not publication.confidentiel:
        changes["position"] = ""
    return _known(row, changes)


def _known(element: Held, changes: Mapping[str, Any]) -> Held:
    """A changed copy without the keys of a newer version: what is not known cannot be judged."""
    copy = element.model_copy(update=changes)
    if copy.__pydantic_extra__:
        object.__setattr__(copy, "__pydantic_extra__", {})
    return copy


def _released_titulaire(livret: Livret, publication: Publication) -> Any:
    shown = {nom: getattr(livret.titulaire, nom) for nom in ("prenom", "nom", "titre", "presentation")}
    shown |= {nom: getattr(livret.titulaire, nom) for nom in publication.coordonnees}
    if publication.confidentiel:
        shown["projet"] = livret.titulaire.projet
    return type(livret.titulaire)(**shown)
