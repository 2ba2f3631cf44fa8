"""What changed between two livrets, in French: every difference is told, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.demo import livret as demo
from data.fields import Champ, champs
from data.french import NBSP
from data.model import LISTES, VOLETS, Livret, Reglages, Titulaire
from data.publications import Envoi, Publication
from editor.change_words import LONGEST
from editor.changes import Change, changes, summary
from tests.data.samples import MODELS, livret, newer_keys, of_champ, rows_of

SECRET = "Zinnia xérophile"

CAREER = livret(
    actions=[
        {"id": "paie", "intitule": "La paie, niveau 1", "sessions": ["2014-02-03/2014-02-07"], "duree": "3 j"},
        {"id": "droit", "intitule": "Droit public"},
    ],
    emplois=[
        {"id": "chef", "intitule": "Cheffe de service", "employeur": "Ville de Bourg", "debut": "2009-03",
         "missions": "Encadrer\nRecruter", "competences": ["plan"], "statut": "titulaire"},
        {"id": "aide", "intitule": "Assistante"},
        {"id": "gest", "intitule": "Gestionnaire"},
        {"id": "agent", "intitule": "Agente d’accueil"},
    ],
    competences=[{"id": "plan", "libelle": "Élaborer un plan"}, {"id": "paye", "libelle": "Établir la paie"}],
    pieces=[{"id": "arr", "titre": "Arrêté de 2009"}],
    publications=[{"id": "mut", "titre": "Ma mutation", "demarche": "mutation"}],
)  # fmt: skip


def plain(says: str) -> str:
    return says.replace(NBSP, " ")


def told(before: Livret, after: Livret) -> list[str]:
    return [plain(change.says) for change in changes(before, after)]


def edit(career: Livret, change: Callable[[dict[str, Any]], object]) -> Livret:
    """The livret after a change to its JSON form."""
    data = career.to_data()
    change(data)
    return Livret.from_data(data)


def row(data: dict[str, Any], identifier: str) -> dict[str, Any]:
    """The JSON of one row, wherever it is."""
    lists = [data.get(nom, []) for nom in ("pieces", "publications")]
    lists += [rows for volet in VOLETS for rows in data.get(volet, {}).values()]
    return next(one for rows in lists for one in rows if one["id"] == identifier)


def with_fields(identifier: str, **fields: Any) -> Livret:
    return edit(CAREER, lambda data: row(data, identifier).update(fields))


@pytest.mark.parametrize(
    ("identifier", "fields", "says"),
    [
        ("chef", {"debut": "2009-04"}, "Emplois tenus › Cheffe de service › Début : 03/2009 → 04/2009."),
        ("chef", {"debut": None}, "Emplois tenus › Cheffe de service › Début : 03/2009 → (vide)."),
        ("chef", {"fin": "2012"}, "Emplois tenus › Cheffe de service › Fin : (vide) → 2012."),
        ("chef", {"intitule": "Directrice"},
         "Emplois tenus › Directrice › Poste ou fonction : Cheffe de service → Directrice."),
        ("chef", {"intitule": ""},
         "Emplois tenus › Cheffe de service › Poste ou fonction : Cheffe de service → (vide)."),
        ("chef", {"statut": "eleve"},
         "Emplois tenus › Cheffe de service › Statut : Fonctionnaire titulaire → Élève (CNFPT)."),
        ("chef", {"encadrement": 1200}, "Emplois tenus › Cheffe de service › Agents encadrés : (vide) → 1\u202f200."),
        ("chef", {"missions": "Encadrer\nRecruter\nFormer\nDécider"},
         "Emplois tenus › Cheffe de service › Missions principales : texte modifié (+2 lignes)."),
        ("chef", {"missions": "Encadrer"},
         "Emplois tenus › Cheffe de service › Missions principales : texte modifié (−1 ligne)."),
        ("chef", {"missions": "Diriger\nRecruter"},
         "Emplois tenus › Cheffe de service › Missions principales : texte modifié."),
        ("chef", {"missions": ""}, "Emplois tenus › Cheffe de service › Missions principales : texte effacé."),
        ("chef", {"realisations": "Un\nDeux\nTrois"},
         "Emplois tenus › Cheffe de service › Réalisations : texte ajouté (3 lignes)."),
        ("chef", {"competences": ["plan", "paye"]},
         "Emplois tenus › Cheffe de service : compétence « Établir la paie » reliée."),
        ("aide", {"competences": ["plan", "paye"]},
         "Emplois tenus › Assistante : compétences « Élaborer un plan » et « Établir la paie » reliées."),
        ("chef", {"competences": []}, "Emplois tenus › Cheffe de service : compétence « Élaborer un plan » retirée."),
        ("chef", {"pieces": ["arr"]}, "Emplois tenus › Cheffe de service : justificatif « Arrêté de 2009 » joint."),
        ("chef", {"note_privee": SECRET}, "Emplois tenus › Cheffe de service : note privée ajoutée."),
        ("chef", {"sensibilite": 2}, "Emplois tenus › Cheffe de service › Confidentialité : Publiable → Confidentiel."),
        ("chef", {"a_corriger": {"debut": "au printemps"}},
         "Emplois tenus › Cheffe de service : saisie à corriger, « au printemps »."),
        ("chef", {"employeur": "Ville  de Bourg"}, "Emplois tenus › Cheffe de service › Employeur : contenu modifié."),
        ("paie", {"sessions": ["2014-02", "2014-10-06"]},
         "Formations suivies › La paie, niveau 1 › Dates : 03/02/2014 – 07/02/2014 → 02/2014 ; 06/10/2014."),
        ("paie", {"duree": "14 h"}, "Formations suivies › La paie, niveau 1 › Durée : 3 j → 14 h."),
        ("plan", {"niveau": 0}, "Compétences › Élaborer un plan › Maîtrise : (vide) → À acquérir."),
        ("plan", {"contextes": ["formation"]},
         "Compétences › Élaborer un plan › Contexte d’acquisition : + « Parcours de formation »."),
        ("arr", {"original": False}, "Justificatifs › Arrêté de 2009 › Original détenu : (vide) → non."),
        ("mut", {"documents": ["arr"]}, "Dossiers › Ma mutation : justificatif « Arrêté de 2009 » joint."),
        ("mut", {"inclus": ["chef", "paie"]},
         "Dossiers › Ma mutation › Lignes ajoutées : + « Cheffe de service » et « La paie, niveau 1 »."),
        ("mut", {"coordonnees": ["telephone"]}, "Dossiers › Ma mutation › Coordonnées : + « Téléphone »."),
        ("mut", {"listes": ["formations.actions"]},
         "Dossiers › Ma mutation › Rubriques : (vide) → Formations suivies."),
        ("mut", {"niveaux": False}, "Dossiers › Ma mutation › Montrer les niveaux de maîtrise : oui → non."),
        ("mut", {"demarche": "detachement"}, "Dossiers › Ma mutation › Démarche : Mutation → Détachement."),
        ("mut", {"options": {"frise": {"couleur": "bleu"}}},
         "Dossiers › Ma mutation › Options du thème : contenu modifié."),
        ("mut", {"consentements": [{"ligne": "chef", "date": "2026"}]},
         "Dossiers › Ma mutation › Accords exprès : + « Cheffe de service »."),
        ("chef", {"futur_champ": 1},
         "Emplois tenus › Cheffe de service : information d’une version plus récente de Livret modifiée."),
    ],
)  # fmt: skip
def test_a_changed_field_is_told_in_the_words_of_the_screen(identifier, fields, says):
    """One field makes one sentence: its place by its titles, its values by their labels, rows by their names."""
    after = with_fields(identifier, **fields)
    (change,) = changes(CAREER, after)
    assert plain(change.says) == says
    assert (change.kind, change.ligne) == ("modification", identifier)


def test_several_rows_are_named_up_to_three():
    """A list of rows names three and counts the others."""
    career = livret(
        competences=[{"id": f"c{n}", "libelle": f"Savoir {n}"} for n in range(5)],
        emplois=[{"id": "chef", "intitule": "Cheffe"}],
    )
    after = edit(career, lambda data: row(data, "chef").update(competences=[f"c{n}" for n in range(5)]))
    assert told(career, after) == [
        "Emplois tenus › Cheffe : compétences « Savoir 0 », « Savoir 1 », « Savoir 2 » et 2 autres reliées."
    ]
    assert told(after, career)[0].endswith("et 2 autres retirées.")


def test_rows_that_came_and_went_are_told_by_name():
    """An added, a removed and a moved row each have a sentence that agrees with what the row is."""
    added = edit(
        CAREER, lambda data: data["formations"]["actions"].append({"id": "neuf", "intitule": "Marchés\u00a0publics"})
    )
    assert changes(CAREER, added) == (
        Change(
            "ajout", "formations.actions", "neuf", f"Formation suivie ajoutée{NBSP}: «{NBSP}Marchés publics{NBSP}»."
        ),
    )
    removed = edit(CAREER, lambda data: data["experiences"]["emplois"].pop(1))
    assert changes(CAREER, removed) == (
        Change("suppression", "experiences.emplois", "aide", f"Emploi supprimé{NBSP}: «{NBSP}Assistante{NBSP}»."),
    )


@pytest.mark.parametrize(
    ("order", "ligne", "says"),
    [
        ([3, 0, 1, 2], "agent", "Emploi déplacé : « Agente d’accueil », de la 4e à la 1re place."),
        ([1, 2, 0, 3], "chef", "Emploi déplacé : « Cheffe de service », de la 1re à la 3e place."),
        ([3, 2, 1, 0], "", "Emplois tenus : ordre des lignes modifié."),
    ],
)
def test_another_order_is_told(order, ligne, says):
    """A row moved is named with its places; an order altogether different is told as such."""

    def shuffle(data: dict[str, Any]) -> None:
        held = data["experiences"]["emplois"]
        data["experiences"]["emplois"] = [held[place] for place in order]

    (change,) = changes(CAREER, edit(CAREER, shuffle))
    assert (change.kind, change.ligne, plain(change.says)) == ("deplacement", ligne, says)


def test_a_row_removed_moves_no_other():
    """The rows after a removed or an inserted one keep their order, so nothing more is told."""
    after = edit(CAREER, lambda data: data["experiences"]["emplois"].insert(1, data["experiences"]["emplois"].pop(0)))
    assert len(changes(CAREER, after)) == 1
    gone = edit(CAREER, lambda data: data["experiences"]["emplois"].pop(0))
    assert [change.kind for change in changes(CAREER, gone)] == ["suppression"]
    assert [change.kind for change in changes(gone, CAREER)] == ["ajout"]


@pytest.mark.parametrize(
    ("data", "liste", "says"),
    [
        ({"titulaire": {"prenom": "Inès"}}, "titulaire", "Informations personnelles › Prénom : (vide) → Inès."),
        ({"titulaire": {"photo": "arr"}}, "titulaire",
         "Informations personnelles › Photo : (vide) → « Arrêté de 2009 »."),
        ({"titulaire": {"projet": SECRET}}, "titulaire",
         "Informations personnelles › Projet : texte ajouté (1 ligne)."),
        ({"titulaire": {"note_privee": SECRET}}, "titulaire", "Informations personnelles : note privée ajoutée."),
        ({"reglages": {"heures_par_jour": 7}}, "reglages", "Réglages › Heures par jour de formation : 6 → 7."),
        ({"charte": "2026-11-24"}, "charte", "Charte acceptée le 24/11/2026."),
        ({"futur_bloc": [1]}, "", "Information d’une version plus récente de Livret modifiée."),
    ],
)  # fmt: skip
def test_what_is_no_row_is_told_too(data, liste, says):
    """Identity, settings and charter are told, and a text of them is never quoted."""
    after = edit(CAREER, lambda held: held.update(data))
    (change,) = changes(CAREER, after)
    assert (change.liste, change.ligne, plain(change.says)) == (liste, "", says)


def test_interests_are_told_without_being_quoted():
    """The text on interests is told as a text."""
    after = edit(CAREER, lambda data: data["competences"].update(centres_interet="Chorale"))
    (change,) = changes(CAREER, after)
    assert change.liste == "competences.centres_interet"
    assert plain(change.says) == "Mes compétences › Centres d’intérêt : texte ajouté (1 ligne)."


def test_an_export_is_noted():
    """A line of the export log says which dossier went to whom, how and when; an erased one is told as well."""
    line = Envoi(date="2026-01-26T20:41:07+01:00", publication="mut", destinataire="Ville de Bourg", format="zip")
    sent = CAREER.with_(envois=(line,))
    assert told(CAREER, sent) == ["Envoi noté : « Ma mutation » (zip) pour Ville de Bourg, le 26/01/2026."]
    assert told(sent, CAREER) == ["Envoi effacé du journal : « Ma mutation » (zip) pour Ville de Bourg, le 26/01/2026."]
    bare = CAREER.with_(envois=(Envoi(date="hier"),))
    assert told(CAREER, bare) == ["Envoi noté : dossier, le hier."]
    twice = CAREER.with_(envois=(line, line))
    assert told(sent, twice) == ["Journal des envois modifié."]


def test_a_long_value_is_cut():
    """A long value is shown by its beginning, and two that begin alike are not shown as if they were equal."""
    after = with_fields("chef", employeur="Communauté d’agglomération " + "du très long nom " * 20)
    (says,) = told(CAREER, after)
    assert says.endswith("…")
    assert max(map(len, says.split(" → "))) <= len("Emplois tenus › Cheffe de service › Employeur : ") + LONGEST
    other = edit(after, lambda data: row(data, "chef").update(employeur=after.rows["chef"].employeur + "!"))
    assert told(after, other) == ["Emplois tenus › Cheffe de service › Employeur : contenu modifié."]


def test_a_private_note_and_a_long_text_are_never_quoted():
    """No word of a private note or of a text in Markdown comes out, in any list."""
    for liste, model in LISTES.items():
        for champ in champs(model):
            if champ.genre == "markdown":
                before = livret(**{liste.rpartition(".")[2]: [{"id": "x", champ.nom: "Bruyère callune"}]})
                after = livret(**{liste.rpartition(".")[2]: [{"id": "x", champ.nom: SECRET}]})
                (says,) = told(before, after)
                assert "modifié" in says
                assert not any(word in says for word in ("Bruyère", "callune", *SECRET.split()))


def test_equal_livrets_have_nothing_to_tell():
    """A livret and the same one read again are equal: no sentence, an empty summary."""
    career = demo()
    again = Livret.from_data(career.to_data())
    assert again is not career
    assert changes(career, career) == changes(career, again) == ()
    assert summary(()) == ""


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (CAREER, edit(CAREER, lambda data: data["formations"]["actions"].extend([{"id": "a"}, {"id": "b"}])),
         "2 formations suivies ajoutées"),
        (CAREER, with_fields("chef", debut="2010", fin="2011", note_privee="x"), "1 emploi modifié"),
        (CAREER, edit(CAREER, lambda data: data["pieces"].clear()), "1 justificatif supprimé"),
        (livret(), CAREER,
         "2 formations suivies ajoutées, 4 emplois ajoutés, 2 compétences ajoutées, et 2 autres changements"),
        (livret(), livret(vae=[{"id": "a"}, {"id": "b"}], concours=[{"id": "c"}, {"id": "d"}],
                          numerique=[{"id": "e"}, {"id": "f"}]),
         "2 VAE ajoutées, 2 concours ou examens ajoutés, 2 outils numériques ajoutés"),
        (CAREER, CAREER.with_(titulaire=Titulaire(prenom="Inès"), reglages=Reglages(heures_par_jour=7)),
         "informations personnelles modifiées, réglages modifiés"),
        (CAREER, CAREER.with_(charte="2026", envois=(Envoi(date="2026"), Envoi(date="2025"))),
         "2 envois notés, charte acceptée"),
        (CAREER, edit(CAREER, lambda data: data["experiences"]["emplois"].reverse()),
         "ordre modifié dans « Emplois tenus »"),
        (CAREER, CAREER.with_(futur=1), "autres informations modifiées"),
    ],
)  # fmt: skip
def test_the_summary_counts_by_list(before, after, says):
    """One line counts the rows by list and by what became of them, three groups at most, in gender and number."""
    assert plain(summary(changes(before, after))) == says


def test_the_summary_is_as_long_as_asked():
    """Fewer or more groups may be asked for; a single group more is told rather than counted."""
    found = changes(livret(), CAREER)
    assert summary(found, 1) == "2 formations suivies ajoutées, et 4 autres changements"
    assert summary(found, 4).endswith("1 dossier ajouté, 1 justificatif ajouté")


def settings_of(nom: str, model: type[Any]) -> st.SearchStrategy[Any]:
    own = [champ for champ in champs(model) if champ.genre != "table" or champ.nom == "a_corriger"]
    return st.fixed_dictionaries({}, optional={champ.nom: _held(nom, champ) for champ in own})


def _held(nom: str, champ: Champ) -> st.SearchStrategy[Any]:
    if nom == "reglages":
        return st.integers(1, 60)
    return (
        st.none() | st.lists(st.text(max_size=5), max_size=2).map(tuple) if champ.nom == "listes" else of_champ(champ)
    )


@st.composite
def careers(draw: st.DrawFn) -> Livret:
    """Livrets with a few rows in any list, known by one of three identifiers, so that two of them often share some."""
    data: dict[str, Any] = draw(newer_keys())
    identifiers = draw(st.permutations("abc"))
    for identifier in identifiers[: draw(st.integers(0, 3))]:
        model = draw(st.sampled_from(MODELS[:3] + MODELS[-1:]))
        (place,) = (liste for liste, held in LISTES.items() if held is model)
        volet, _, nom = place.partition(".")
        one = draw(rows_of(model)).model_dump() | {"id": identifier}
        (data.setdefault(volet, {}) if nom else data).setdefault(nom or volet, []).append(one)
    data["titulaire"] = draw(settings_of("titulaire", Titulaire))
    data["reglages"] = draw(settings_of("reglages", Reglages))
    data["publications"] = [draw(settings_of("publications", Publication)) | {"id": "p"}][: draw(st.integers(0, 1))]
    data["envois"] = [{"date": day} for day in draw(st.lists(st.sampled_from(["2026-01-02", "hier"]), max_size=2))]
    data["charte"] = draw(st.none() | st.just("2026"))
    return Livret.from_data(data)


@settings(deadline=None, max_examples=40)
@given(careers(), careers())
def test_any_difference_is_told_and_only_a_difference(before, after):
    """Whatever differs in the JSON form has at least one sentence, on one line, and a livret none against itself."""
    found = changes(before, after)
    assert bool(found) == (before.to_data() != after.to_data())
    assert bool(summary(found)) == bool(found)
    for change in found:
        assert change.says.endswith((".", "…", "!", "?"))
        assert len(change.says.splitlines()) == 1
        assert len(change.says) < 500
    assert changes(before, Livret.from_data(before.to_data())) == ()


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_every_field_of_every_list_is_told(data):
    """Two rows that differ have a sentence for each field that differs, naming the row's list."""
    model = data.draw(st.sampled_from(MODELS))
    (liste,) = (nom for nom, held in LISTES.items() if held is model)
    rows = [data.draw(rows_of(model)).model_dump() | {"id": "x"} for _ in range(2)]
    before, after = (livret(**{liste.rpartition(".")[2]: [one]}) for one in rows)
    was, now = before.rows["x"], after.rows["x"]
    found = changes(before, after)
    assert all(change.liste == liste and change.ligne == "x" for change in found)
    assert all(change.says.startswith(model.pluriel) for change in found)
    assert len(found) >= sum(getattr(was, champ.nom) != getattr(now, champ.nom) for champ in champs(model))


def test_one_edit_among_two_thousand_rows_is_found_at_once():
    """One row edited among 2 000 is found in 20 ms at most, and far less when the other rows are the same objects."""
    rows = [{"id": f"r{n}", "intitule": f"Formation {n}", "organisme": "CNFPT", "duree": "3 j"} for n in range(2000)]
    career = livret(actions=rows)
    actions = career.formations.actions
    edited = actions[999].with_(lieu="Nancy")
    after = career.with_(formations=career.formations.with_(actions=(*actions[:999], edited, *actions[1000:])))
    best = min(_timed(career, after) for _ in range(5))
    assert best < 0.02
    assert told(career, after) == ["Formations suivies › Formation 999 › Lieu : (vide) → Nancy."]


def _timed(before: Livret, after: Livret) -> float:
    start = time.perf_counter()
    changes(before, after)
    return time.perf_counter() - start
