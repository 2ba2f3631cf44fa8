"""The promise of the privacy gate as a whole: nothing withheld is in any output, not even through a figure.

Livrets are generated from the model itself, every text of every row holding a mark found nowhere else; what may
leave is worked out here from the written rules, never by asking the gate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.fields import Champ, Ligne, champs
from data.model import LISTES, Livret, Titulaire
from data.publications import Publication
from data.values import PartialDate
from site_builder import gate, themes
from site_builder.build import Site
from site_builder.outputs import single_page
from site_builder.publish import publish
from tests.site_builder.support import JOUR, text_of, theme_telling_all

MARK = re.compile(r"zq[0-9]{5}qz")
PERSONAL_FIELDS = {"contact", "suites", "synthese", "preconisations"}
NEVER = {"a_corriger", "fichier", "photo"}
DATES = ["1999", "2005-03", "2012-07-14", "2019", "2025-12-31"]
PLACES = [place for place in LISTES if place != "pieces"]
# None, the one that takes what is yet to be acquired, and those whose tables and figures count something.
DEMARCHES = ["", "entretien", "mutation", "dispense", "vae", "promotion-interne"]


@dataclass
class Case:
    """A livret, a dossier, and the marks by what holds them."""

    data: dict[str, Any]
    publication: Publication
    contents: dict[str, bytes] = field(default_factory=dict)
    of_rows: dict[str, tuple[str, str]] = field(default_factory=dict)  # mark → row, field
    of_contents: dict[str, str] = field(default_factory=dict)  # mark → document
    of_titulaire: dict[str, str] = field(default_factory=dict)  # mark → field
    shown_settings: set[str] = field(default_factory=set)  # marks of the dossier's own shown texts
    interests: str = ""

    @property
    def livret(self) -> Livret:
        """The livret itself."""
        return Livret.from_data(self.data)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    numbers = count(draw(st.integers(0, 999)))

    def mark() -> str:
        return f"zq{next(numbers):05d}qz"

    ids = [f"r{n}" for n in range(draw(st.integers(1, 10)))]
    docs = [f"d{n}" for n in range(draw(st.integers(0, 3)))]
    some = st.lists(st.sampled_from(ids + docs), unique=True, max_size=6)
    case = Case({}, Publication(id="x"))
    rows: dict[str, list[dict[str, Any]]] = {}
    for ident in ids:
        place = draw(st.sampled_from(PLACES))
        rows.setdefault(place, []).append(_row(draw, case, place, ident, ids, docs, mark))
    pieces = []
    for ident in docs:
        piece = _row(draw, case, "pieces", ident, ids, docs, mark)
        content_mark = mark()
        case.contents[ident] = content_mark.encode()
        case.of_contents[content_mark] = ident
        pieces.append(piece | {"media": "text/plain", "taille": draw(st.sampled_from([0, 10]))})
    case.data = {"formations": {}, "experiences": {}, "competences": {}, "pieces": pieces}
    for place, held in rows.items():
        volet, nom = place.split(".")
        case.data[volet][nom] = held
    case.interests = mark()
    case.data["competences"]["centres_interet"] = case.interests
    case.data["titulaire"] = {"futur": mark(), "a_corriger": {"nom": mark()}}
    for nom in Titulaire.model_fields:
        if nom != "a_corriger":
            case.data["titulaire"][nom] = one = mark()
            case.of_titulaire[one] = nom
    case.data["publications"] = [{"id": "autre", "titre": mark(), "introduction": mark()}]
    case.data["envois"] = [{"date": "2026-01-01", "destinataire": mark()}]
    title, introduction = mark(), mark()
    case.shown_settings = {title, introduction}
    case.publication = Publication.model_validate(
        {
            "id": "dossier",
            "titre": title,
            "introduction": introduction,
            "destinataire": mark(),
            "coordonnees": draw(st.lists(st.sampled_from(["courriel", "telephone", "ville"]), unique=True)),
            "listes": draw(st.none() | st.lists(st.sampled_from(PLACES), unique=True)),
            "depuis": draw(st.none() | st.sampled_from(DATES)),
            "inclus": draw(some),
            "exclus": draw(st.just([]) | some),
            "selection": draw(st.booleans()),
            "documents": draw(some),
            "confidentiel": draw(st.booleans()),
            "consentements": [{"ligne": one, "date": "2026"} for one in draw(some)],
            "niveaux": draw(st.booleans()),
            "notes": draw(st.booleans()),
            "demarche": draw(st.sampled_from(DEMARCHES)),
        }
    )
    return case


def _row(
    draw: st.DrawFn, case: Case, place: str, ident: str, ids: list[str], docs: list[str], mark: Any
) -> dict[str, Any]:
    row: dict[str, Any] = {"id": ident, "futur": mark(), "sensibilite": draw(st.sampled_from([0, 0, 1, 2, 3]))}
    for champ in champs(LISTES[place]):
        if champ.nom not in {"id", "sensibilite", "media", "taille", "pages"} or (
            champ.nom == "taille" and champ.genre == "texte"
        ):
            value = _value(draw, champ, ids, docs, mark)
            for one in MARK.findall(str(value)):
                case.of_rows[one] = (ident, champ.nom)
            row[champ.nom] = value
    if place == "experiences.emplois":
        row["position"] = draw(st.sampled_from(["", "Congé parental ", "Disponibilité "])) + row["position"]
        row["secteur"] = "FPT"
    return row


def _value(draw: st.DrawFn, champ: Champ, ids: list[str], docs: list[str], mark: Any) -> Any:  # noqa: C901, PLR0911, PLR0912 - one branch a genre
    if champ.nom == "pieces":
        return draw(st.lists(st.sampled_from(docs), unique=True, max_size=2)) if docs else []
    if champ.nom == "a_corriger":
        return {"debut": mark()}
    if champ.nom == "niveau" and champ.defaut is None:
        return draw(st.sampled_from([None, 0, 1, 4]))
    match champ.genre:
        case "texte" | "choix" | "markdown":
            return mark()
        case "textes":
            return [mark(), mark()]
        case "date":
            return draw(st.none() | st.sampled_from(DATES))
        case "periodes":
            return [draw(st.sampled_from(DATES)) for _ in range(draw(st.integers(0, 2)))]
        case "duree":
            return draw(st.sampled_from([None, "3 j", "7.5 h", "1 j"]))
        case "etapes":
            return [f"{draw(st.sampled_from(DATES))} : {mark()}"]
        case "quotites":
            return ["80 %"]
        case "entier":
            return draw(st.sampled_from([None, 3]))
        case "oui_non":
            return draw(st.booleans()) if champ.nom != "original" else None
        case "liens":
            return draw(st.lists(st.sampled_from(ids), unique=True, max_size=3))
    raise AssertionError(f"no value for the genre {champ.genre} of {champ.nom}")


def placed(book: Livret) -> Iterator[tuple[str, Ligne]]:
    for place, row in book.placed_rows():
        yield ("pieces" if place[0] == "pieces" else f"{place[0]}.{place[1]}"), row


def may_leave(case: Case, place: str, row: Ligne) -> bool:
    """The written rules for a row, said again."""
    wish = case.publication
    if place == "pieces":
        chosen = row.id in wish.documents and row.taille > 0
    elif row.id in wish.exclus:
        chosen = False
    elif row.id in wish.inclus:
        chosen = True
    else:
        chosen = not wish.selection and (wish.listes is None or place in wish.listes) and recent(row, wish.depuis)
    classe = 3 if getattr(row, "position", "").startswith("Congé parental") else row.sensibilite
    agreed = {
        0: True,
        1: wish.confidentiel or row.id in wish.inclus or place == "pieces",
        2: wish.confidentiel,
        3: row.id in {consent.ligne for consent in wish.consentements},
    }[classe]
    return chosen and agreed and (getattr(row, "niveau", None) != 0 or wish.demarche == "entretien")


def recent(row: Ligne, depuis: PartialDate | None) -> bool:
    period = row.periode_ligne
    return depuis is None or period is None or period.fin is None or period.fin.last >= depuis.first


def field_may_leave(case: Case, row: Ligne, nom: str) -> bool:
    if nom == "note_privee":
        return case.publication.notes
    if nom in NEVER or (nom in PERSONAL_FIELDS and not case.publication.confidentiel):
        return False
    held_back = nom == "position" and getattr(row, "position", "").startswith("Disponibilité")
    return not held_back or case.publication.confidentiel


def allowed_marks(case: Case) -> set[str]:
    """The marks that may be in an output."""
    book, wish = case.livret, case.publication
    out = {row.id: row for place, row in placed(book) if may_leave(case, place, row)}
    allowed = set(case.shown_settings)
    allowed |= {m for m, (i, nom) in case.of_rows.items() if i in out and field_may_leave(case, out[i], nom)}
    allowed |= {m for m, i in case.of_contents.items() if i in out}
    open_fields = {"prenom", "nom", "titre", "presentation", *wish.coordonnees}
    open_fields |= {"projet"} if wish.confidentiel else set()
    allowed |= {m for m, nom in case.of_titulaire.items() if nom in open_fields}
    return allowed | ({case.interests} if wish.confidentiel else set())


def titles_released(case: Case) -> set[str]:
    """The marks that an output must hold: the title of every released row, the first text of each document."""
    book = case.livret
    out = {row.id: row for place, row in placed(book) if may_leave(case, place, row)}
    return {m for m, (i, nom) in case.of_rows.items() if i in out and nom == champs(type(out[i]))[0].nom}


@pytest.fixture(scope="module")
def theme_paths(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A theme that hides nothing, then every theme that comes with the program."""
    telling = theme_telling_all(tmp_path_factory.mktemp("themes"))
    return [str(telling.home), *sorted(str(path.parent) for path in themes.bundled_home().glob("*/theme.toml"))]


def outputs(book: Livret, case: Case, theme: str) -> Iterator[Site]:
    """Every output of a dossier in a theme: the folder's files, the single page."""
    for unique in (False, True):
        made = publish(book, case.contents.__getitem__, case.publication, jour=JOUR, theme=theme, unique=unique)
        yield made.site
        if unique:
            yield Site({"page.html": single_page.inline(made.site)})


def all_marks(site: Site) -> set[str]:
    return set(MARK.findall(text_of(site) + " ".join(site.files)))


settle = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@settle
@given(case=cases())
def test_no_byte_of_any_output_holds_what_was_withheld(theme_paths, case):
    """Whatever the livret, the classes and the dossier, an output holds released texts only, in every theme."""
    allowed, book = allowed_marks(case), case.livret
    for theme in theme_paths:
        for site in outputs(book, case, theme):
            assert all_marks(site) <= allowed


@settle
@given(case=cases())
def test_everything_released_is_there(theme_paths, case):
    """The gate withholds nothing that the dossier takes: every released title is in the pages."""
    site = next(outputs(case.livret, case, theme_paths[0]))
    assert titles_released(case) <= all_marks(site)


@settle
@given(case=cases())
def test_what_is_withheld_changes_nothing(theme_paths, case):
    """Removing every withheld row and field from the livret changes not a byte: no figure, count or bar tells of it."""
    whole = case.livret
    smaller = without_the_withheld(case)
    theme = theme_paths[0]  # it prints the whole context, so that what it does not show no theme can
    for one, other in zip(outputs(whole, case, theme), outputs(smaller, case, theme), strict=True):
        assert one.files == other.files


def without_the_withheld(case: Case) -> Livret:
    """The livret with only what may leave, and bare documents, since « justifié » may be told of a released row."""
    book, wish = case.livret, case.publication
    kept: dict[str, list[dict[str, Any]]] = {}
    for place, row in placed(book):
        stays = may_leave(case, place, row)
        dumped = row.model_dump(mode="json")
        if place == "pieces" and not stays:
            dumped = {"id": row.id, "taille": row.taille, "sensibilite": row.sensibilite}
        elif not stays:
            continue
        dumped.pop("futur", None)
        for champ in champs(LISTES[place]):
            if not field_may_leave(case, row, champ.nom):
                dumped.pop(champ.nom, None)
        if not wish.niveaux and isinstance(dumped.get("niveau"), int) and dumped["niveau"] != 0:
            dumped["niveau"] = None
        kept.setdefault(place, []).append(dumped)
    who = book.titulaire
    open_fields = {"prenom", "nom", "titre", "presentation", *wish.coordonnees} | (
        {"projet"} if wish.confidentiel else set()
    )
    data: dict[str, Any] = {
        "titulaire": {nom: getattr(who, nom) for nom in open_fields},
        "pieces": kept.pop("pieces", []),
        "formations": {},
        "experiences": {},
        "competences": {"centres_interet": case.interests if wish.confidentiel else ""},
    }
    for place, rows in kept.items():
        volet, nom = place.split(".")
        data[volet][nom] = rows
    return Livret.from_data(data)


@pytest.mark.parametrize(
    ("name", "broken"), [("PERSONNEL", 9), ("_passes", lambda *_: True), ("_chosen", lambda *_: True)]
)
def test_the_property_sees_a_planted_leak(theme_paths, monkeypatch, name, broken):
    """A gate that lets a personal field, a confidential row or a removed row through is caught."""
    rows = [
        {"id": "r", "intitule": "zq00001qz", "contact": "zq00002qz"},
        {"id": "s", "intitule": "zq00003qz", "sensibilite": 2},
        {"id": "t", "intitule": "zq00004qz"},
    ]
    case = Case({"experiences": {"emplois": rows}}, Publication(id="dossier", titre="Dossier", exclus=("t",)))
    case.of_rows = {row["intitule"]: (row["id"], "intitule") for row in rows} | {"zq00002qz": ("r", "contact")}
    assert all_marks(next(outputs(case.livret, case, theme_paths[0]))) == {"zq00001qz"} == allowed_marks(case)
    monkeypatch.setattr(gate, name, broken)
    assert not all_marks(next(outputs(case.livret, case, theme_paths[0]))) <= allowed_marks(case)


def test_the_property_sees_a_figure_that_tells(theme_paths):
    """A hidden training shows in the total of days as soon as it is not hidden: the comparison is not blind."""
    actions = [
        {"id": "a", "intitule": "Excel", "sessions": ["2019"], "duree": "3 j"},
        {"id": "b", "intitule": "Droit", "sessions": ["2020"], "duree": "4 j", "sensibilite": 2},
    ]
    hidden = Case({"formations": {"actions": actions}}, Publication(id="dossier", titre="Dossier"))
    shown = Case(hidden.data, Publication(id="dossier", titre="Dossier", confidentiel=True))
    three, seven = (text_of(next(outputs(c.livret, c, theme_paths[0]))) for c in (hidden, shown))
    assert "valeur=&#39;3&#39;" in three
    assert "valeur=&#39;7&#39;" in seven
    assert "4\xa0jours" not in three
