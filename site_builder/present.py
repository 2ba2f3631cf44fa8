"""From a released livret to the views a theme reads: words, order, links, timeline, key figures.

Driven by the model: a field added there shows in every theme without a line here. Only the few fields that
make a row's head (who, when, how long) are named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from data import nomenclatures
from data.competences import Competence
from data.experiences import Emploi
from data.fields import Champ, Ligne, champs, lists_of
from data.formations import ActionFormation
from data.french import NBSP
from data.model import LISTS_GROUPS, VOLETS, Livret, Piece
from data.publications import Publication
from data.values import Anciennete, Duree, PartialDate, Periode, days360
from site_builder import gate, markdown
from site_builder.asked import what_is_asked
from site_builder.documents import neutral_names, say_media, say_size
from site_builder.ordering import grouped, level_of, recent_first
from site_builder.spelling import spell
from site_builder.timeline import timeline
from site_builder.view import (
    DocumentView,
    FaitView,
    FriseView,
    GroupeView,
    LienView,
    LigneView,
    ListeView,
    SiteView,
    TexteView,
    TitulaireView,
    VoletView,
)

ORGANISMES = (
    "employeur",
    "organisme",
    "etablissement",
    "prestataire",
    "certificateur",
    "organisateur",
    "commanditaire",
)
DATES = frozenset({"debut", "fin", "date", "sessions", "date_obtention", "date_decision"})
HEAD = frozenset({*ORGANISMES, *DATES, "duree"})  # shown in a row's head, not among its facts
SHARED = frozenset({"id", "pieces", "sensibilite", "competences", *gate.NEVER})


def present(
    livret: Livret, publication: Publication, jour: date, *, sizes: Mapping[str, int] | None = None
) -> SiteView:
    """The views of one publication of a livret, on a given day.

    ``livret`` is the whole livret: the gate is passed here, once, and nothing below sees more than it released.
    ``sizes`` are those of the documents as they leave, once cleaned; without them, as they are kept.
    """
    return views(gate.release(livret, publication), gate.proved(livret), publication, jour, sizes=sizes)


def views(
    released: Livret,
    proved: frozenset[str],
    publication: Publication,
    jour: date,
    *,
    sizes: Mapping[str, int] | None = None,
    names: Mapping[str, str] | None = None,
    whole: bool = False,
) -> SiteView:
    """The views of what the gate has released already; ``proved`` is the gate's word on which rows are justified.

    ``names`` are the file names of the documents; without them, their neutral ones. ``whole`` shows every row in its
    list with all its fields, even where the procedure asks for short pages that tell rows in a table.
    """
    presenter = _Presenter(released, proved, jour, sizes or {}, names or neutral_names(released.pieces))
    asked = what_is_asked(released, publication, presenter.shown, jour)
    short = asked.short and not whole
    if short:
        presenter.only, presenter.told = asked.only, asked.told
    return SiteView(
        titre=publication.titre,
        introduction=markdown.render(publication.introduction),
        titulaire=_titulaire(released, short=short),
        demarche=asked.demarche,
        chiffres=asked.chiffres,
        tableaux=asked.tableaux,
        frise=timeline(released, presenter.lien, jour) if not short else FriseView((), (), (), 0),
        volets=tuple(presenter.volet(code, titre) for code, titre in VOLETS.items()),
        documents=tuple(presenter.document(piece) for piece in released.pieces),
        mention=asked.mention or ("Confidentiel" if publication.confidentiel else ""),
        date=PartialDate.of(jour).words,
    )


@dataclass
class _Presenter:
    """Turns released rows into views; knows where each row stands so that links need no second look."""

    livret: Livret
    proved: frozenset[str]
    jour: date
    sizes: Mapping[str, int]
    names: Mapping[str, str]
    places: dict[str, tuple[str, Ligne]] = field(init=False)
    shown_by: dict[str, list[Ligne]] = field(init=False)
    proves: dict[str, list[Ligne]] = field(init=False)
    links: dict[str, LienView] = field(init=False, default_factory=dict)
    only: tuple[str, ...] | None = field(init=False, default=None)
    told: frozenset[str] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        self.places = {}
        self.shown_by = defaultdict(list)
        self.proves = defaultdict(list)
        for place, row in self.livret.placed_rows():
            self.places[row.id] = ("documents" if place[0] == "pieces" else str(place[0]), row)
            if "competences" in _shape(type(row)).has:
                for competence in getattr(row, "competences"):  # noqa: B009 - has it
                    self.shown_by[competence].append(row)
            for piece in row.pieces:
                self.proves[piece].append(row)

    def lien(self, row: Ligne) -> LienView:
        if row.id not in self.links:
            page, _ = self.places[row.id]
            intitule = markdown.typographic(row.intitule_ligne)
            self.links[row.id] = LienView(page, row.id, intitule, _organisme(row) or _annees(row))
        return self.links[row.id]

    def liens(self, ids: Iterable[str]) -> tuple[LienView, ...]:
        return tuple(self.lien(self.places[i][1]) for i in ids if i in self.places and i not in self.told)

    def shown(self, row: Ligne) -> bool:
        """Whether something published shows a competence, or a document proves it."""
        return bool(self.shown_by.get(row.id)) or row.id in self.proved

    def volet(self, code: str, titre: str) -> VoletView:
        group = getattr(self.livret, code)
        listes = []
        for nom, model in lists_of(LISTS_GROUPS[code]):
            if rows := [row for row in getattr(group, nom) if row.id not in self.told]:
                groupes = tuple(
                    GroupeView(titre=heading, lignes=tuple(self.ligne(row) for row in members))
                    for heading, members in grouped(nom, rows)
                )
                listes.append(ListeView(code=nom, titre=model.pluriel, groupes=groupes, total=len(rows)))
        return VoletView(
            code=code, titre=titre, listes=tuple(listes), texte=markdown.render(getattr(group, "centres_interet", ""))
        )

    def ligne(self, row: Ligne) -> LigneView:
        shape = _shape(type(row))
        faits, textes = [], []
        for champ in shape.shown:
            value = getattr(row, champ.nom)
            unwanted = self.only is not None and champ.nom not in self.only
            if unwanted or (not value and value is not False and value != 0):
                continue
            if champ.genre == "markdown":
                textes.append(TexteView(champ.nom, champ.titre, markdown.render(value)))
            elif text := spell(champ, value):
                faits.append(FaitView(champ.nom, champ.titre, text))
        level = level_of(row)
        period = row.periode_ligne
        shown_by = sorted(self.shown_by.get(row.id, ()), key=recent_first) if isinstance(row, Competence) else ()
        return LigneView(
            ref=row.id,
            intitule=markdown.typographic(row.intitule_ligne),
            organisme=_organisme(row),
            periode=_dates(row),
            annees=_annees(row),
            duree=_duree(row, self.jour),
            en_cours=period is not None and period.en_cours,
            niveau=level or None,
            niveau_libelle="" if level is None else nomenclatures.label("echelle_maitrise", str(level)),
            faits=tuple(faits),
            textes=tuple(textes),
            competences=self.liens(getattr(row, "competences")) if "competences" in shape.has else (),  # noqa: B009 - has it
            preuves=self.liens(other.id for other in shown_by),
            documents=self.liens(row.pieces),
            justifie=row.id in self.proved or any(other.id in self.proved for other in shown_by),
        )

    def document(self, piece: Piece) -> DocumentView:
        return DocumentView(
            ref=piece.id,
            titre=markdown.typographic(piece.titre),
            type=nomenclatures.label("types_piece", piece.type),
            date=piece.date.words if piece.date else "",
            emetteur=piece.emetteur,
            media=say_media(piece.media),
            taille=say_size(self.sizes.get(piece.id, piece.taille)),
            pages=piece.pages or 0,
            fichier=f"documents/{self.names[piece.id]}",
            prouve=self.liens(row.id for row in self.proves.get(piece.id, ())),
        )


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a kind of row has, looked up once a kind rather than once a row."""

    shown: tuple[Champ, ...]  # neither its title, its head nor plumbing
    organismes: tuple[Champ, ...]
    has: frozenset[str]


@cache
def _shape(model: type[Ligne]) -> _Shape:
    fields = champs(model)
    head = HEAD | {"niveau", "categorie"} if model is Competence else HEAD  # a level and a group heading say them
    return _Shape(
        shown=tuple(c for c in fields[1:] if c.nom not in head and c.nom not in SHARED and not c.interne),
        organismes=tuple(c for nom in ORGANISMES for c in fields if c.nom == nom),
        has=frozenset(c.nom for c in fields),
    )


def _organisme(row: Ligne) -> str:
    """Who: the employer, school or body."""
    for champ in _shape(type(row)).organismes:
        if found := getattr(row, champ.nom):
            return markdown.typographic(nomenclatures.label(champ.liste, found) if champ.liste else found)
    return ""


def _dates(row: Ligne) -> str:
    sessions: Sequence[Periode] = row.sessions if isinstance(row, ActionFormation) else ()
    if len(sessions) > 1:
        return " et ".join(period.words for period in sorted(sessions))
    period = row.periode_ligne
    return period.words if period else ""


def _annees(row: Ligne) -> str:
    period = row.periode_ligne
    if period is None:
        return ""
    if period.fin is None:
        return f"depuis{NBSP}{period.debut.year}"
    same = period.fin.year == period.debut.year
    return str(period.debut.year) if same else f"{period.debut.year}{NBSP}–{NBSP}{period.fin.year}"


def _duree(row: Ligne, jour: date) -> str:
    """The attested length, or for a post the time it lasted."""
    if "duree" in _shape(type(row)).has:
        duree: Duree | None = getattr(row, "duree")  # noqa: B009 - has it
        return duree.words if duree else ""
    if isinstance(row, Emploi) and (period := row.periode_ligne):
        return lasted(period, jour)
    return ""


def lasted(period: Periode, jour: date) -> str:
    """How long a post lasted, up to a day, in years and months."""
    end = jour if period.fin is None else min(jour, period.fin.last)
    return Anciennete(days360(period.debut.first, end)).words


def _titulaire(released: Livret, *, short: bool) -> TitulaireView:
    who = released.titulaire
    post = released.emploi_actuel
    parts = [post.intitule, post.grade_actuel, post.employeur] if post else []
    return TitulaireView(
        prenom=markdown.typographic(who.prenom),
        nom=markdown.typographic(who.nom),
        titre=markdown.typographic(who.titre),
        situation=markdown.typographic(" · ".join(part for part in parts if part)),
        presentation=markdown.render("" if short else who.presentation),
        projet=markdown.render(who.projet),
        courriel=who.courriel,
        telephone=who.telephone,
        ville=who.ville,
    )
