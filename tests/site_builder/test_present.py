"""From a livret to what a theme shows: words, order, links both ways, figures."""

from __future__ import annotations

import pytest

from data import demo
from data.fields import champs
from data.model import LISTES
from site_builder import present
from site_builder.documents import say_size
from tests.data.samples import livret
from tests.site_builder.support import JOUR, one_row, publication

NB = "\u00a0"


def view_of(book, **wish):
    return present.present(book, publication(**wish), JOUR)


def lists(view):
    return {liste.code: liste for volet in view.volets for liste in volet.listes}


def lines(view, nom):
    return [line for groupe in lists(view)[nom].groupes for line in groupe.lignes]


def facts(line):
    return {fait.nom: fait.texte for fait in line.faits}


def test_an_empty_livret():
    """Nothing published: three parts without a list, no figure, no timeline, no document; the name all the same."""
    view = view_of(livret(titulaire={"prenom": "Anaïs", "nom": "Exemple"}))
    assert [(volet.code, volet.listes, volet.texte) for volet in view.volets] == [
        ("formations", (), ""), ("experiences", (), ""), ("competences", (), ""),
    ]  # fmt: skip
    assert (view.chiffres, view.frise.barres, view.documents, view.mention) == ((), (), (), "")
    assert (view.titulaire.prenom, view.titulaire.nom, view.titulaire.situation) == ("Anaïs", "Exemple", "")
    assert view.date == f"23{NB}novembre{NB}2026"


def test_the_most_recent_first():
    """What still runs comes first, then by end, then by beginning; what has no date comes last, by title."""
    rows = [
        {"id": "vieux", "debut": "2000", "fin": "2005"},
        {"id": "b", "intitule": "B"},
        {"id": "a", "intitule": "A"},
        {"id": "en-cours", "debut": "2010"},
        {"id": "plus-neuf-en-cours", "debut": "2015"},
        {"id": "court", "debut": "2004", "fin": "2005"},
        {"id": "recent", "debut": "2006", "fin": "2009-06"},
        {"id": "plus-recent", "debut": "2007", "fin": "2009-07"},
    ]
    assert [line.ref for line in lines(view_of(livret(emplois=rows)), "emplois")] == [
        "plus-neuf-en-cours", "en-cours", "plus-recent", "recent", "court", "vieux", "a", "b",
    ]  # fmt: skip


def test_competences_are_grouped_and_the_best_come_first():
    """In the nomenclature’s order of categories, free ones after, each by mastery then by title."""
    rows = [
        {"id": "a", "libelle": "Zoner", "categorie": "savoir-faire", "niveau": 2},
        {"id": "b", "libelle": "Animer", "categorie": "savoir-faire", "niveau": 2},
        {"id": "c", "libelle": "Piloter", "categorie": "savoir-faire", "niveau": 4},
        {"id": "d", "libelle": "Droit", "categorie": "connaissance"},
        {"id": "e", "libelle": "Rire", "categorie": "Autre chose"},
    ]
    liste = lists(view_of(livret(competences=rows)))["competences"]
    found = {groupe.titre: [line.ref for line in groupe.lignes] for groupe in liste.groupes}
    assert list(found.values())[-1] == ["e"]
    assert ["c", "b", "a"] in found.values()
    assert (liste.total, "Autre chose" in found) == (5, True)


def test_links_go_both_ways():
    """A post links to its competences and documents; they link back to it, each to the page where it stands."""
    book = livret(
        emplois=[{"id": "e", "intitule": "Gestionnaire", "employeur": "Ville", "competences": ["c"], "pieces": ["p"]}],
        actions=[{"id": "f", "intitule": "Excel", "sessions": ["2019"], "competences": ["c"]}],
        competences=[{"id": "c", "libelle": "Élaborer"}],
        pieces=[{"id": "p", "titre": "Arrêté", "taille": 2000, "media": "application/pdf"}],
    )
    view = view_of(book, documents=["p"])
    (post,), (skill,), (document,) = lines(view, "emplois"), lines(view, "competences"), view.documents
    assert [(one.page, one.ref, one.intitule) for one in post.competences] == [("competences", "c", "Élaborer")]
    assert [(one.page, one.ref) for one in post.documents] == [("documents", "p")]
    assert [(one.page, one.ref, one.detail) for one in skill.preuves] == [
        ("formations", "f", "2019"), ("experiences", "e", "Ville"),
    ]  # fmt: skip
    assert [(one.page, one.ref) for one in document.prouve] == [("experiences", "e")]
    assert (post.justifie, skill.justifie) == (True, True)
    assert document.fichier == "documents/01-arrete.pdf"
    assert (document.media, document.taille) == ("PDF", say_size(2000))


@pytest.mark.parametrize(
    ("nom", "fields", "expected"),
    [
        ("emplois", {"debut": "2010", "fin": "2019"}, ("2010 – 2019", "10 ans")),
        ("emplois", {"debut": "2010", "fin": "2010"}, ("2010", "1 an")),
        ("emplois", {"debut": "2024-12"}, ("depuis 2024", "1 an et 11 mois")),
        ("emplois", {}, ("", "")),
        ("emplois", {"debut": "2019", "fin": "2018"}, ("2019", "1 an")),
        ("actions", {"sessions": ["2014-02-03 / 2014-02-07"], "duree": "5 j"}, ("2014", "5 jours")),
        ("actions", {"duree": "1,5 h"}, ("", "1,5 heure")),
        ("diplomes", {"date_obtention": "1998-07"}, ("1998", "")),
        ("vae", {"etapes": ["2018-03 : recevabilité", "2019-12 : jury"]}, ("2018 – 2019", "")),
    ],
)
def test_when_and_how_long(nom, fields, expected):
    """Years and lengths in words, from dates as vague as they are; a training’s length is the attested one."""
    (line,) = lines(view_of(one_row(nom, intitule="x", **fields)), nom)
    assert (line.annees.replace(NB, " "), line.duree.replace(NB, " ")) == expected


def test_several_sessions_are_told_in_order():
    """Each session of a training is told, in order of time."""
    (line,) = lines(view_of(one_row("actions", sessions=["2014-10-06", "2014-02-03 / 2014-02-07"])), "actions")
    first, second = line.periode.replace(NB, " ").split(" et ")
    assert "février 2014" in first
    assert second == "6 octobre 2014"


def test_every_filled_field_is_shown_somewhere():
    """A field of any row, once filled, is in its view: in the head, a fact, a text, a link; none is lost in silence."""
    held = {"media", "taille", "fichier", "pages", "original", "etat", "id", "sensibilite", "note_privee", "a_corriger"}
    for place, model in LISTES.items():
        if place == "pieces":
            continue
        for champ in champs(model):
            if (
                champ.nom in held
                or champ.genre in {"liens", "oui_non", "entier", "nombre"}
                or (champ.nom == "niveau" and champ.defaut is None)
            ):
                continue
            value, said = {
                "texte": ("Zythum", "Zythum"), "choix": ("Zythum", "Zythum"), "markdown": ("Zythum", "Zythum"),
                "textes": (["Zythum"], "Zythum"), "date": ("1987-05", "1987"), "periodes": (["1987-05"], "1987"),
                "duree": ("37 j", "37"), "etapes": (["1987-05 : Zythum"], "Zythum"), "quotites": (["37 %"], "37"),
            }[champ.genre]  # fmt: skip
            row = {champ.nom: value, "sensibilite": 0}
            if champ.nom == "fin":
                row["debut"] = "1980"
            view = view_of(one_row(place.split(".")[1], **row), confidentiel=True)
            assert said in str(view.volets), f"{place}.{champ.nom}"


def test_words_rather_than_codes():
    """A code of a nomenclature is read as its label, a free value as it was typed, numbers in French."""
    (line,) = lines(
        view_of(one_row("emplois", intitule="x", position="detachement", statut="Chargé de mission", encadrement=1200)),
        "emplois",
    )
    assert facts(line)["position"].startswith("Détachement")
    assert facts(line)["statut"] == "Chargé de mission"
    assert facts(line)["encadrement"] == "1\u202f200"


def test_a_no_is_not_told_and_a_nought_is():
    """« non » is the absence of a fact; nobody supervised is one."""
    (line,) = lines(view_of(one_row("habilitations", intitule="Permis B", employeur_seulement=False)), "habilitations")
    assert "employeur_seulement" not in facts(line)
    (line,) = lines(view_of(one_row("emplois", intitule="x", encadrement=0)), "emplois")
    assert facts(line)["encadrement"] == "0"


def test_the_current_post_is_the_situation():
    """Who the agent is today: post, grade, employer, from the running post that began last."""
    rows = [
        {"id": "a", "intitule": "Ancien", "debut": "2010"},
        {"id": "b", "intitule": "Responsable", "employeur": "Ville", "debut": "2020", "grade": "Attachée"},
        {"id": "c", "intitule": "Fini", "debut": "2021", "fin": "2022"},
    ]
    assert view_of(livret(emplois=rows)).titulaire.situation == "Responsable · Attachée · Ville"


def figures(book, **wish):
    return {c.code: (c.valeur, c.unite, c.detail.replace(NB, " ")) for c in view_of(book, **wish).chiffres}


def test_key_figures_of_training():
    """Days and hours are never added up; a single one is singular."""
    rows = [{"id": "a", "duree": "1 j"}, {"id": "b", "duree": "0,5 j"}, {"id": "c", "duree": "7 h"}, {"id": "d"}]
    assert figures(livret(actions=rows))["formation"] == (
        "1,5",
        "jour de formation",
        "en 4 formations suivies, et 7 heures",
    )
    assert figures(livret(actions=rows[2:3]))["formation"] == ("7", "heures de formation", "en 1 formation suivie")
    assert "formation" not in figures(livret(actions=rows[3:]))


def test_key_figures_of_service():
    """Service counts public posts up to the day; a private one counts for nothing, and nothing is not a figure."""
    public = {"id": "a", "debut": "2016-11-24", "secteur": "FPT"}
    private = {"id": "b", "debut": "2000", "fin": "2010", "secteur": "prive"}
    valeur, _, detail = figures(livret(emplois=[public, private]))["anciennete"]
    assert (valeur.replace(NB, " "), detail) == ("10 ans", "au 23 novembre 2026")
    assert "anciennete" not in figures(livret(emplois=[private]))


def test_key_figures_of_competences_and_diplomas():
    """How many competences, how many of them shown; the highest level among diplomas and certifications."""
    book = livret(
        competences=[{"id": "c"}, {"id": "d"}, {"id": "e", "pieces": ["p"]}],
        emplois=[{"id": "x", "competences": ["c"]}],
        pieces=[{"id": "p", "taille": 3}],
        diplomes=[{"id": "y", "niveau": "4"}, {"id": "w", "niveau": "sans"}],
        certifications=[{"id": "z", "niveau": "6"}],
    )
    found = figures(book)
    assert found["competences"] == ("3", "compétences", "dont 2 montrées par une expérience ou un justificatif")
    assert found["niveau"][0] == "6"
    assert figures(livret(competences=[{"id": "c"}]))["competences"] == ("1", "compétence", "")


def test_the_confidential_is_marked():
    """A dossier that takes the confidential says so on every page."""
    assert view_of(livret(), confidentiel=True).mention == "Confidentiel"


def test_the_size_of_a_document_is_that_of_the_copy_that_leaves():
    """Once cleaned, a document has the size of its clean copy, not that of the archive."""
    book = one_row("pieces", titre="Photo", taille=9_000_000, media="image/jpeg")
    view = present.present(book, publication(documents=["ligne"]), JOUR, sizes={"ligne": 1_200_000})
    assert view.documents[0].taille == f"1,2{NB}Mo"


def test_levels():
    """A level has its words; hidden, it has neither."""
    (line,) = lines(view_of(one_row("competences", libelle="x", niveau=3)), "competences")
    assert (line.niveau, bool(line.niveau_libelle)) == (3, True)
    (line,) = lines(view_of(one_row("competences", libelle="x", niveau=3), niveaux=False), "competences")
    assert (line.niveau, line.niveau_libelle) == (None, "")


def test_the_demonstration_links_to_what_it_shows():
    """In a whole career, every link leads to a row or a document that is shown, on the page it names."""
    book = demo.livret()
    for wish in book.publications:
        view = present.present(book, wish, JOUR)
        shown = {
            line.ref: volet.code
            for volet in view.volets
            for li in volet.listes
            for g in li.groupes
            for line in g.lignes
        }
        shown |= {document.ref: "documents" for document in view.documents}
        every = [line for volet in view.volets for li in volet.listes for g in li.groupes for line in g.lignes]
        links = [one for line in every for one in (*line.competences, *line.preuves, *line.documents)]
        links += [bar.lien for bar in view.frise.barres] + [mark.lien for mark in view.frise.reperes]
        links += [one for document in view.documents for one in document.prouve]
        assert links
        assert all(shown[link.ref] == link.page for link in links)
        assert sum(li.total for volet in view.volets for li in volet.listes) == len(every)
