"""When an agent entered each cadre d'emplois or took on a responsibility: what opens the statutory trainings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from data.codes import attribute, code, entry
from data.experiences import Emploi
from data.model import Livret
from data.nomenclatures import cadre_of_grade, flat

_STAYS = frozenset({"mutation", "reintegration"})  # ways in that keep the cadre d'emplois
_YEAR = 364  # days between the first and the last of a year's contract


@dataclass(frozen=True, slots=True)
class Nomination:
    """The entry into a cadre d'emplois, or into a post for a contractuel; it opens statutory trainings."""

    jour: date
    emploi: Emploi
    cadre: str  # code, or the text as typed
    categorie: str  # A, B, C, or empty when nothing says it
    contractuel: bool = False


def nominations(livret: Livret) -> tuple[Nomination, ...]:
    """The entries into a cadre d'emplois, from what the posts say, oldest first.

    A stated date is believed; else the stage or the first titulaire post of another category or cadre. A
    mutation, a reinstatement, a mere change of grade or of statute's name opens nothing.
    """
    found: list[Nomination] = []
    for post in territorial(livret):
        one = opened_by(post)
        last = found[-1] if found else None
        if one and (last is None or _opens(one, last)):
            found.append(one)
    return tuple(sorted(found, key=lambda one: one.jour))


def opened_by(post: Emploi) -> Nomination | None:
    """The nomination that a post would be, were it the first; None when it opens no statutory training."""
    famille = attribute("statuts", post.statut, "famille")
    since = post.nomination or post.debut
    if since is None or (famille not in {"fonctionnaire", "contractuel"} and post.nomination is None):
        return None
    contractuel = famille == "contractuel"
    if contractuel and post.fin and post.debut and (post.fin.last - post.debut.first).days < _YEAR:
        return None
    cadre = entry("cadres_emplois", post.cadre_emplois) or cadre_of_grade(post.grade_actuel)
    category = post.categorie or (cadre.attributs.get("categorie", "") if cadre else "")
    return Nomination(
        since.first,
        post,
        cadre.code if cadre else post.cadre_emplois,
        attribute("categories", category, "categorie", ""),
        contractuel,
    )


def _opens(one: Nomination, last: Nomination) -> bool:
    """Whether a post is a new nomination, coming after the one in force."""
    if one.contractuel != last.contractuel:
        return not one.contractuel  # entering the statute opens its trainings; a contract after it does not
    if one.emploi.nomination is not None:
        return one.jour > last.jour and (one.cadre, one.categorie) != (last.cadre, last.categorie)
    mode = code("modes_entree", one.emploi.mode_entree)
    if mode in _STAYS or one.contractuel:
        return False
    if one.categorie != last.categorie and one.categorie:
        return True
    return bool(mode and one.cadre and one.cadre != last.cadre)


def territorial(livret: Livret) -> list[Emploi]:
    """The posts of the fonction publique territoriale that have a start, oldest first."""
    posts = [post for post in livret.experiences.emplois if post.debut and code("secteurs", post.secteur) == "FPT"]
    return sorted(posts, key=lambda post: post.debut.first if post.debut else date.max)


def assignments(livret: Livret, obligation: str) -> Iterator[tuple[date, Emploi]]:
    """The days a career took what an obligation is about: a responsibility, a first team, a mairie's secretariat."""
    posts = territorial(livret)
    if obligation == "poste-responsabilite":
        taken = [post for post in posts if post.poste_responsabilite]
        yield from {
            post.poste_responsabilite.first: post for post in reversed(taken) if post.poste_responsabilite
        }.items()
        return
    for post in posts:
        text = flat(f"{post.intitule} {post.metier}")
        runs = "secretaire general" in text and "mairie" in text
        if post.debut and (post.encadrement if obligation == "management" else runs):
            yield post.debut.first, post
            return  # the first only
