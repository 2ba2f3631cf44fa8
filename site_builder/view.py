"""What a theme may see: the published context, one sentence a field.

Views are built only from what was released for a publication (see ``gate``), so a field that is not
published cannot be printed by any theme, PDF or export. They have no absent attribute: a missing text is
empty, a missing list has no items. ``themes/CONTEXT.md`` is generated from this file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup


def said(sentence: str) -> Any:
    """Declare a field of the context with the sentence that documents it."""
    return field(metadata={"says": sentence})


@dataclass(frozen=True, slots=True)
class LienView:
    """A link to a row or a document of the same site; ``url(lien)`` gives its address."""

    page: str = said("Code of the page it leads to: accueil, formations, experiences, competences or documents.")
    ref: str = said("Anchor on that page; empty for the page itself.")
    intitule: str = said("The text to show.")
    detail: str = said("A few words more: an organisation, a year; may be empty.")


@dataclass(frozen=True, slots=True)
class FaitView:
    """One short fact of a row, such as its place or its type."""

    nom: str = said("The field's name in the model, for a theme that treats it apart.")
    titre: str = said("Its French label.")
    texte: str = said("Its value, ready to read.")


@dataclass(frozen=True, slots=True)
class TexteView:
    """One long text of a row."""

    nom: str = said("The field's name in the model.")
    titre: str = said("Its French label.")
    html: Markup = said("Safe HTML made from the agent's Markdown.")


@dataclass(frozen=True, slots=True)
class LigneView:
    """One row: a diploma, a post, a competence, a language."""

    ref: str = said("Its anchor, unique in the whole site.")
    intitule: str = said("Its title.")
    organisme: str = said("Employer, school or body; may be empty.")
    periode: str = said("When, in words; may be empty.")
    annees: str = said("When, in years only: « 2014 » or « 2009 – 2019 »; may be empty.")
    duree: str = said("How long, in words; may be empty.")
    en_cours: bool = said("Whether it still runs.")
    niveau: int | None = said("Mastery from 1 to 4 for a competence; none elsewhere, or when levels are hidden.")
    niveau_libelle: str = said("The words of that level; may be empty.")
    faits: tuple[FaitView, ...] = said("Its short facts, in the model's order.")
    textes: tuple[TexteView, ...] = said("Its long texts, in the model's order.")
    competences: tuple[LienView, ...] = said("The competences it used or developed.")
    preuves: tuple[LienView, ...] = said("For a competence: the posts, trainings and activities that show it.")
    documents: tuple[LienView, ...] = said("The joined documents that prove it.")
    justifie: bool = said("Whether the agent holds a document that proves it, joined or not.")


@dataclass(frozen=True, slots=True)
class GroupeView:
    """Rows of a list that belong together."""

    titre: str = said("Its heading; empty when the list is not divided.")
    lignes: tuple[LigneView, ...] = said("Its rows, in reading order.")


@dataclass(frozen=True, slots=True)
class ListeView:
    """One list of a part, such as the posts or the languages; never empty."""

    code: str = said("Its name in the model: emplois, actions, langues…")
    titre: str = said("Its French heading.")
    groupes: tuple[GroupeView, ...] = said("Its rows, in groups; one untitled group when it is not divided.")
    total: int = said("How many rows it has.")


@dataclass(frozen=True, slots=True)
class VoletView:
    """One of the three parts of the livret; present even when nothing of it is published."""

    code: str = said("formations, experiences or competences: also the code of its page.")
    titre: str = said("Mes formations, Mes expériences or Mes compétences.")
    listes: tuple[ListeView, ...] = said("Its lists that have rows.")
    texte: Markup = said("A free text of the part (centres d'intérêt); may be empty.")


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A joined document."""

    ref: str = said("Its anchor on the documents page.")
    titre: str = said("What it is.")
    type: str = said("Its kind, in words.")
    date: str = said("Its date, in words; may be empty.")
    emetteur: str = said("Who issued it; may be empty.")
    media: str = said("Its nature for a reader: PDF, JPEG…")
    taille: str = said("Its size, in words.")
    pages: int = said("Its number of pages; 0 when that has no meaning.")
    fichier: str = said("Its path in the site, for ``fichier()``.")
    prouve: tuple[LienView, ...] = said("The published rows it proves.")


@dataclass(frozen=True, slots=True)
class ChiffreView:
    """A key figure."""

    code: str = said("anciennete, formation, competences, justificatifs…")
    valeur: str = said("The figure itself, ready to read.")
    unite: str = said("What it counts, in the right number.")
    detail: str = said("A few words more; may be empty.")


@dataclass(frozen=True, slots=True)
class TableauView:
    """A table that the procedure asks for, such as the days of each training for a waiver."""

    code: str = said("Its name, for a theme that treats it apart.")
    titre: str = said("Its heading.")
    colonnes: tuple[str, ...] = said("The headings of its columns.")
    lignes: tuple[tuple[str, ...], ...] = said("Its rows: one text a column.")
    total: tuple[str, ...] = said("A last row that sums up, one text a column; empty when there is none.")


@dataclass(frozen=True, slots=True)
class BarreView:
    """A period of the timeline, placed in percent of its width."""

    genre: str = said("emploi, stage, tutorat or activite.")
    lien: LienView = said("The row it stands for.")
    organisme: str = said("Employer or body; may be empty.")
    periode: str = said("When, in words.")
    annee: int = said("The year it began.")
    debut: float = said("Left edge, in percent of the timeline's width.")
    largeur: float = said("Width, in percent.")
    rang: int = said("Row from 0 on, so that periods which overlap do not collide.")
    en_cours: bool = said("Whether it still runs.")


@dataclass(frozen=True, slots=True)
class RepereView:
    """A dated event of the timeline: a diploma, a competition."""

    genre: str = said("diplome, certification or concours.")
    lien: LienView = said("The row it stands for.")
    date: str = said("When, in words.")
    annee: int = said("Its year.")
    position: float = said("Place, in percent of the timeline's width.")
    rang: int = said("Row from 0 on, so that labels a quarter of the width long do not collide, to the right or left.")


@dataclass(frozen=True, slots=True)
class AnneeView:
    """One tick of the timeline and the training followed that year."""

    annee: int = said("The year.")
    position: float = said("Place of 1 January, in percent of the timeline's width.")
    jours: str = said("Training followed that year, counted in days, in words; empty when none.")
    heures: str = said("Training followed that year, counted in hours, in words; empty when none.")
    part: float = said("That training in percent of the fullest year, both units taken together.")


@dataclass(frozen=True, slots=True)
class FriseView:
    """The career as a timeline."""

    annees: tuple[AnneeView, ...] = said("Every year covered, from the first to the current one.")
    barres: tuple[BarreView, ...] = said("The periods, oldest first.")
    reperes: tuple[RepereView, ...] = said("The dated events, oldest first.")
    rangs: int = said("How many rows the periods need.")


@dataclass(frozen=True, slots=True)
class TitulaireView:
    """Whose portfolio it is; contact details only when this publication shows them."""

    prenom: str = said("First name.")
    nom: str = said("Name in use.")
    titre: str = said("One line under the name; may be empty.")
    situation: str = said("Current post, grade and employer, in words; may be empty.")
    presentation: Markup = said("A few lines; safe HTML, may be empty.")
    projet: Markup = said("The professional project; safe HTML, empty unless released.")
    courriel: str = said("E-mail; empty unless released.")
    telephone: str = said("Telephone; empty unless released.")
    ville: str = said("Town; empty unless released.")


@dataclass(frozen=True, slots=True)
class SiteView:
    """Everything a theme has to show."""

    titre: str = said("The publication's title.")
    introduction: Markup = said("The publication's introduction; safe HTML, may be empty.")
    titulaire: TitulaireView = said("Whose portfolio it is.")
    demarche: str = said("The procedure it serves, in words: « Mutation »; empty when there is none in particular.")
    chiffres: tuple[ChiffreView, ...] = said("Key figures.")
    tableaux: tuple[TableauView, ...] = said("The tables that the procedure asks for; often none.")
    frise: FriseView = said("The career as a timeline.")
    volets: tuple[VoletView, ...] = said("The three parts, in the decree's order.")
    documents: tuple[DocumentView, ...] = said("The joined documents.")
    mention: str = said("A mention to show on every page, such as « Confidentiel »; may be empty.")
    date: str = said("The day it was made, in words.")


@dataclass(frozen=True, slots=True)
class SectionView:
    """A part of a page."""

    code: str = said("accueil, formations, experiences, competences or documents: names its template.")
    titre: str = said("Its heading.")
    volet: VoletView | None = said("The part it shows; none for accueil and documents.")


@dataclass(frozen=True, slots=True)
class PageView:
    """The page being rendered."""

    code: str = said("accueil, formations, experiences, competences, documents, or « page » for the single page.")
    titre: str = said("Its title.")
    sections: tuple[SectionView, ...] = said("What it shows: one section a page, or all of them on the single page.")
    navigation: tuple[LienView, ...] = said("The entries of the menu, in order.")
    unique: bool = said("Whether this is the single page that holds everything.")
