"""What a démarche makes of a livret: a dossier prepared, tables and figures on the pages, projects let out or not."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

import pytest

from data import demarches
from data.demarches.model import SORTIES
from data.model import Livret
from site_builder import gate, present
from site_builder.leaving import leaving
from site_builder.preparation import prepare
from tests.data.samples import livret
from tests.site_builder.support import JOUR, publication, rows_out

NB = "\u00a0"
ALL = demarches.codes()


def prepared(code: str, book: Livret) -> Any:
    return prepare(book, demarches.load(code), "", JOUR)


def tables(code: str, book: Livret, **wish: Any) -> dict[str, Any]:
    view = present.present(book, publication(demarche=code, **wish), JOUR)
    return {table.code: table for table in view.tableaux}


def figures(code: str, book: Livret) -> dict[str, tuple[str, str]]:
    view = present.present(book, publication(demarche=code), JOUR)
    return {one.code: (one.valeur.replace(NB, " "), one.unite) for one in view.chiffres}


# ── Preparing ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", ALL)
def test_an_empty_livret_is_prepared_and_reviewed(code):
    """A dossier can be made before anything is written: nothing is joined, and the review says what is missing."""
    made = prepared(code, Livret())
    assert (made.titre, made.demarche) == (demarches.load(code).libelle, code)
    assert (made.documents, made.inclus, made.consentements) == ((), (), ())
    assert demarches.review(gate.release(Livret(), made), made, JOUR)
    assert present.present(Livret(), made, JOUR).tableaux == ()


@pytest.mark.parametrize("code", ALL)
def test_the_demonstration_is_prepared_for_everything(demonstration, code):
    """Whatever for, the prepared dossier agrees to nothing, names only rows there are, and can be looked at."""
    book, _ = demonstration
    one, made = demarches.load(code), prepared(code, book)
    assert made.consentements == ()
    assert (made.confidentiel, made.notes) == (one.reprend.confidentiel, one.reprend.notes)
    assert {*made.inclus, *made.documents} <= set(book.rows)
    released = gate.release(book, made)
    assert released.experiences.emplois
    assert all(gate.effective_class(book.rows[ref]) < gate.CATEGORIE_PARTICULIERE for ref in released.rows)
    assert set(made.documents) <= set(released.rows)
    left = leaving(book, made, JOUR)
    assert left.blocked == ()
    assert not any(row.ref in {"k3", "k4", "k5", "f10"} for liste in left.listes for row in liste.lignes)
    view = present.present(book, made, JOUR)
    assert (view.demarche == "") is (code == "libre")
    assert view.mention == one.mention
    assert one.sorties[0] in SORTIES


@pytest.mark.parametrize("code", ALL)
def test_no_confidential_document_is_proposed_unless_the_dossier_is(demonstration, code):
    """Reports, bilans and what a démarche does not want are never proposed; of class 2 only in a confidential one."""
    book, _ = demonstration
    made, one = prepared(code, book), demarches.load(code)
    pieces = {piece.id: piece for piece in book.pieces}
    most = 2 if one.reprend.confidentiel else 1
    assert all(gate.effective_class(pieces[ref]) <= most for ref in made.documents)
    assert not {pieces[ref].type for ref in made.documents} & one.jamais


def test_documents_prove_rows_that_leave():
    """A document of an expected type is proposed for a row that leaves, held, and about nothing more sensitive."""
    book = livret(
        diplomes=[{"id": "d", "niveau": "6", "pieces": ["bon", "demande", "mixte", "autre"]}],
        actions=[{"id": "f", "type": "CST", "pieces": ["mixte", "syndical"]}],
        pieces=[
            {"id": "bon", "titre": "Licence", "type": "diplome", "taille": 3},
            {"id": "demande", "titre": "Licence", "type": "diplome", "taille": 0},
            {"id": "mixte", "titre": "Relevé", "type": "diplome", "taille": 3},
            {"id": "autre", "titre": "Photo", "type": "autre", "taille": 3},
            {"id": "syndical", "titre": "Attestation", "type": "attestation-formation", "taille": 3},
            {"id": "seul", "titre": "Ancien diplôme", "type": "diplome", "taille": 3},
        ],
    )
    assert prepared("dispense", book).documents == ("bon",)


def test_the_latest_cv_is_proposed_and_no_letter():
    """An old CV is left, and a letter was written to somebody in particular."""
    pieces = [
        {"id": "vieux", "titre": "CV", "type": "cv", "date": "2020", "taille": 3},
        {"id": "neuf", "titre": "CV", "type": "cv", "date": "2026", "taille": 3},
        {"id": "lettre", "titre": "Lettre", "type": "lettre-motivation", "date": "2026", "taille": 3},
    ]
    assert prepared("mutation", livret(pieces=pieces)).documents == ("neuf",)


def test_years_leave_old_posts_and_keep_old_diplomas():
    """Fifteen years of posts, and every diploma however old; a personal one still waits to be named."""
    book = livret(
        emplois=[{"id": "vieux", "debut": "2000", "fin": "2005"}, {"id": "neuf", "debut": "2020"}],
        diplomes=[{"id": "d", "date_obtention": "1998"}, {"id": "prive", "date_obtention": "1999", "sensibilite": 1}],
    )
    made = prepared("mutation", book)
    assert (str(made.depuis), made.inclus) == ("11/2011", ("d",))
    assert set(rows_out(gate.release(book, made))) == {"neuf", "d"}


def test_a_private_copy_takes_every_document_but_the_most_sensitive():
    """The whole livret joins all that is held, confidential included, and nothing of a special category."""
    pieces = [{"id": f"c{n}", "titre": "Papier", "taille": 3, "sensibilite": n} for n in range(4)]
    assert prepared("livret-complet", livret(pieces=pieces)).documents == ("c0", "c1", "c2")


def test_a_title_of_ones_own():
    """The title given is kept, without the spaces around it."""
    assert prepare(Livret(), demarches.load("vae"), " Ma VAE ", JOUR).titre == "Ma VAE"


# ── Projects ─────────────────────────────────────────────────────────────────────────────────────────────────────────

PROJECT = {"id": "c", "libelle": "Conduire un projet européen", "categorie": "savoir-faire", "niveau": 0}


@pytest.mark.parametrize("code", ["", "Mobilité interne", *ALL])
def test_only_the_interview_lets_a_project_out(code):
    """What is yet to be acquired leaves with the dossier of the interview, and with no other, however it is added."""
    book = livret(competences=[PROJECT], numerique=[{"id": "n", "outil": "SIG", "niveau": 0}])
    out = rows_out(gate.release(book, publication(demarche=code, inclus=["c", "n"], confidentiel=True)))
    assert set(out) == ({"c", "n"} if code == "entretien" else set())


def test_the_interview_is_prepared_with_its_projects():
    """They are added one by one, since the competences already acquired are left; a confidential one is not."""
    rows = [PROJECT, {"id": "d", "libelle": "Peindre", "niveau": 3}, PROJECT | {"id": "e", "sensibilite": 2}]
    made = prepared("entretien", livret(competences=rows))
    assert made.inclus == ("c",)
    assert set(rows_out(gate.release(livret(competences=rows), made))) == {"c"}


@pytest.mark.parametrize("niveaux", [True, False])
def test_a_project_never_passes_for_a_skill(tmp_path, monkeypatch, niveaux):
    """Wherever projects go out they stand apart, say what they are even without levels, and count for no skill."""
    asking = (demarches.home() / "entretien.toml").read_text("utf-8").replace('code = "entretien"', 'code = "projets"')
    (tmp_path / "projets.toml").write_text(asking.replace('abrege = ["grade", "missions"]\n', ""), "utf-8")
    monkeypatch.setattr(demarches, "home", lambda: tmp_path)
    book = livret(competences=[PROJECT, {"id": "d", "libelle": "Peindre", "categorie": "savoir-faire", "niveau": 3}])
    view = present.present(book, publication(demarche="projets", niveaux=niveaux), JOUR)
    groups = {group.titre: group.lignes for group in view.volets[2].listes[0].groupes}
    assert list(groups)[-1] == "À acquérir"
    (line,) = groups["À acquérir"]
    assert (line.ref, line.niveau, line.niveau_libelle) == ("c", None, "À acquérir")
    assert {one.code: one.valeur for one in view.chiffres}["competences"] == "1"
    assert [table.lignes for table in view.tableaux] == [(("Conduire un projet européen", ""),)]


# ── Tables and figures ───────────────────────────────────────────────────────────────────────────────────────────────

HALF = {"id": "e", "intitule": "Agente", "employeur": "Ville", "debut": "2020", "fin": "2021", "quotites": ["50"]}
PRIVATE = {"id": "p", "intitule": "Vendeuse", "employeur": "Bazar", "secteur": "prive", "debut": "2010", "fin": "2012"}


def test_experience_is_added_up_with_its_share_of_time():
    """Every sector counts, half time counts half, and each row says both lengths when they differ."""
    book = livret(emplois=[HALF, PRIVATE])
    table = tables("dispense", book)["experiences"]
    assert table.colonnes == ("Employeur", "Fonctions", "Dates", "Durée")
    assert [row[3] for row in table.lignes] == [f"1{NB}an (sur 2{NB}ans)", f"3{NB}ans"]
    assert table.total == ("Total", "", "", f"4{NB}ans")
    assert figures("dispense", book)["experience"] == ("4 ans", "d’expérience professionnelle")


def test_hours_follow_the_share_of_time():
    """1 607 hours a year of full time, half of it at half time; the total says that it is an estimate."""
    table = tables("vae", livret(emplois=[HALF, PRIVATE]))["heures"]
    assert [row[2:] for row in table.lignes] == [(f"50{NB}%", "1\u202f607 heures"), (f"100{NB}%", "4\u202f821 heures")]
    assert "estimé" in table.total[0]
    assert table.total[3] == "6\u202f428 heures"
    assert figures("vae", livret(emplois=[HALF, PRIVATE]))["heures"] == ("6\u202f428", "heures d’expérience")


def test_a_post_that_does_not_count_says_why():
    """A post without a date is listed, and told apart from those that are added up."""
    table = tables("vae", livret(emplois=[{"id": "e", "intitule": "Agente", "employeur": "Ville"}]))["heures"]
    assert table.lignes[0][3] == f"non compté{NB}: la date de début manque"
    assert table.total == ()


def test_a_waiver_lists_titles_and_days():
    """Titles with their level and date; trainings with their days, and a total that keeps days and hours apart."""
    book = livret(
        diplomes=[{"id": "d", "intitule": "Licence", "niveau": "6", "date_obtention": "2020-06"}],
        actions=[
            {
                "id": "a",
                "intitule": "Paie",
                "organisme": "CNFPT",
                "sessions": ["2011-04-04/2011-04-06"],
                "duree": "3 j",
            },
            {"id": "b", "intitule": "RGPD", "duree": "12 h", "sessions": ["2020"]},
        ],
    )
    found = tables("dispense", book)
    assert found["diplomes"].lignes == (("Licence", "Niveau 6", f"juin{NB}2020"),)
    assert [row[0] for row in found["formations"].lignes] == ["RGPD", "Paie"]
    assert found["formations"].total[3] == f"3{NB}jours et 12{NB}heures"


def test_the_statutory_table_tells_what_was_done_and_not_what_is_due():
    """A training followed and one waived are there; one that is late is for the agent's eyes, not for the reader's."""
    post = {"id": "e", "intitule": "Rédactrice", "employeur": "Ville", "secteur": "FPT", "statut": "stagiaire"}
    post |= {"categorie": "B", "cadre_emplois": "redacteurs", "debut": "2013-01-01", "nomination": "2013-01-01"}
    book = livret(
        emplois=[post],
        actions=[{"id": "f", "intitule": "Intégration", "type": "INT", "sessions": ["2013-06-10"], "duree": "3 j"}],
        dispenses=[{"id": "x", "formation": "INT", "duree": "2 j", "duree_due": "5 j", "date_decision": "2013-05-14"}],
    )
    (row,) = tables("promotion-interne", book)["statutaires"].lignes
    assert row == (
        "Formation d’intégration",
        "Intégration",
        f"10{NB}juin{NB}2013",
        f"3{NB}jours, 2{NB}jours en dispense",
        "Faite",
    )
    assert figures("promotion-interne", book)["statutaires"][0] == "1"
    assert "en retard" not in str(tables("promotion-interne", book)).lower()


def test_the_interview_keeps_to_two_years_of_training():
    """A training that ended more than two years ago is not proposed; one that is added is in the table."""
    rows = [
        {"id": "a", "intitule": "Récente", "sessions": ["2024-11-01"], "duree": "2 j"},
        {"id": "b", "intitule": "Ancienne", "sessions": ["2024-10-31"], "duree": "3 j"},
    ]
    book = livret(actions=rows)
    made = prepared("entretien", book)
    assert set(rows_out(gate.release(book, made))) == {"a"}
    added = present.present(book, made.with_(inclus=("b",)), JOUR)
    assert [row[0] for row in added.tableaux[0].lignes] == ["Récente", "Ancienne"]


def test_the_interview_is_short(demonstration):
    """Its pages keep a row's head, grade and missions; what a table tells is not listed again, and no link is dead."""
    book, _ = demonstration
    made = prepared("entretien", book).with_(inclus=("f20", "c14", "t1"), documents=("p43",))
    view = present.present(book, made, JOUR)
    lists = {liste.code: [line for g in liste.groupes for line in g.lignes] for v in view.volets for liste in v.listes}
    assert set(lists) == {"emplois", "competences", "tutorats"}
    (post,) = lists["emplois"]
    assert ({fait.nom for fait in post.faits}, {texte.nom for texte in post.textes}) == ({"grade"}, {"missions"})
    assert (view.chiffres, view.frise.annees, view.titulaire.presentation) == ((), (), "")
    shown = {line.ref for lines in lists.values() for line in lines} | {document.ref for document in view.documents}
    every = [line for lines in lists.values() for line in lines]
    links = [link.ref for line in every for link in (*line.competences, *line.preuves, *line.documents)]
    links += [link.ref for document in view.documents for link in document.prouve]
    assert links
    assert set(links) <= shown


def test_nothing_of_a_withheld_row_shows_in_a_table():
    """Tables and totals are made of what leaves: with or without a withheld row they are the same."""
    shown = {"emplois": [PRIVATE], "actions": [{"id": "f", "intitule": "Paie", "duree": "3 j", "sessions": ["2020"]}]}
    hidden = {
        "emplois": [PRIVATE, HALF | {"sensibilite": 2}],
        "actions": [
            *shown["actions"],
            {"id": "g", "intitule": "Union", "type": "SYND", "duree": "2 j", "sessions": ["2020"]},
        ],
    }
    for code in ALL:
        one, other = (present.present(livret(**rows), publication(demarche=code), JOUR) for rows in (shown, hidden))
        assert astuple(one) == astuple(other)


def test_a_free_dossier_asks_for_nothing():
    """Without a démarche, or with the free one, a page has no table and names no procedure."""
    for code in ("", "libre"):
        view = present.present(livret(emplois=[HALF]), publication(demarche=code), JOUR)
        assert (view.demarche, view.tableaux, view.mention) == ("", (), "")
    assert present.present(livret(), publication(demarche="Mobilité"), JOUR).demarche == "Mobilité"


def test_a_confidential_dossier_is_marked_whatever_it_is_for():
    """A démarche marks its pages; any dossier that takes the confidential is marked as such."""
    assert present.present(livret(), publication(demarche="bilan"), JOUR).mention == "Confidentiel"
    assert (
        present.present(livret(), publication(demarche="mutation", confidentiel=True), JOUR).mention == "Confidentiel"
    )
    assert present.present(livret(), publication(demarche="mutation"), JOUR).mention == ""
