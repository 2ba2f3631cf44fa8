"""Cells pasted from a spreadsheet: read by their headings or their order, and never lost in silence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.competences import Competence
from data.experiences import Emploi
from data.fields import champs
from data.formations import ActionFormation
from data.model import LISTES, Livret
from data.nomenclatures import label, load
from data.values import Duree, PartialDate
from editor import drafts, grids
from editor.pasting import pasted

EMPLOIS, ACTIONS, COMPETENCES = "experiences.emplois", "formations.actions", "competences.competences"


def champ(model, nom):
    return next(one for one in champs(model) if one.nom == nom)


def paste(text, model=ActionFormation, liste=ACTIONS):
    return pasted(text, model, [one for one in grids.columns(liste) if one.genre != "liens"])


def laid(**cells):
    """A line of cells in the order of the table's own columns."""
    return "\t".join(cells.get(one.nom, "") for one in grids.columns(ACTIONS) if one.genre != "liens")


def test_cells_without_headings_follow_the_table():
    """Copied from a spreadsheet laid out like the table, each cell falls in its column."""
    read = paste(f"{laid(intitule='La paie', duree='3 j', sessions='2014')}\r\n{laid(intitule='Le budget')}\r\n")
    assert [(row.intitule, str(row.duree or "")) for row in read.rows] == [("La paie", "3\u00a0j"), ("Le budget", "")]
    assert read.rows[0].sessions[0].debut == PartialDate(2014)
    assert read.remarks == ()
    assert [one.nom for one in read.columns] == [one.nom for one in grids.columns(ACTIONS) if one.genre != "liens"]


@pytest.mark.parametrize("between", ["\t", ";"])
def test_headings_say_which_column_is_which(between):
    """With the fields' names on the first line the order is free, whatever accents and capitals."""
    lines = [["DUREE", "Intitulé"], ["3 jours", "La paie"], ["", "Le budget"]]
    read = paste("\n".join(between.join(line) for line in lines))
    assert [(row.intitule, row.duree) for row in read.rows] == [("La paie", Duree.parse("3 j")), ("Le budget", None)]
    assert [one.nom for one in read.columns] == ["duree", "intitule"]


def test_labels_become_codes_and_free_values_stay():
    """« Titulaire » is what the list calls it; a status of another time is kept as it was typed."""
    read = paste("Poste ou fonction\tStatut\nAgente\tTITULAIRE\nAgente\tAuxiliaire de 1987", Emploi, EMPLOIS)
    assert [row.statut for row in read.rows] == ["titulaire", "Auxiliaire de 1987"]
    contexte = champ(Competence, "contextes")
    code = load(contexte.liste).codes[0]
    text = f"Libellé\tContexte d’acquisition\nLire\t{label(contexte.liste, code)} ; ailleurs"
    assert paste(text, Competence, COMPETENCES).rows[0].contextes == (code, "ailleurs")


def test_unreadable_cells_are_kept_with_a_remark():
    """« trois jours » stays in its row to be corrected, and its line is named."""
    read = paste("Intitulé\tDurée\nLa paie\t3 j\nLe budget\ttrois jours")
    assert read.rows[1].a_corriger == {"duree": "trois jours"}
    (remark,) = read.remarks
    assert remark.startswith("Ligne 2 : ")
    assert "trois jours" in remark


def test_what_has_no_place_is_told():
    """Cells beyond the last column, a column nobody knows and one that comes twice are named, never lost in silence."""
    read = paste("Intitulé\tDurée\nLa paie\t3 j\tOups\tEncore")
    assert read.remarks == ("Ligne 1 : 2 cellule(s) de trop, laissées de côté",)
    read = paste("Intitulé\tHumeur\tDurée\tIntitulé\nLa paie\tbonne\t3 j\tautre")
    assert read.rows[0].intitule == "La paie"
    assert [remark.split(" : ")[0] for remark in read.remarks] == ["Colonne « Humeur »", "Colonne « Intitulé »"]


def test_blank_lines_and_blank_texts_give_no_row():
    """Empty lines are skipped, and a text without a cell gives nothing."""
    assert [row.intitule for row in paste("\n\nLa paie\n\t\t\n\nLe budget\n").rows] == ["La paie", "Le budget"]
    for text in ("", "\n", "\t\t", " ; ", "Intitulé\tDurée"):
        assert paste(text).rows == ()


def test_a_cell_may_hold_lines_and_a_mark_that_is_never_closed():
    """A quoted cell keeps its lines; a lone quotation mark swallows nothing of what follows."""
    heading = champ(ActionFormation, "objectifs").titre
    read = paste(f'Intitulé\t{heading}\nLa paie\t"Un\nDeux ""trois"""')
    assert read.rows[0].objectifs == 'Un\nDeux "trois"'
    read = paste('Intitulé\tDurée\n"La paie\t3 j\nLe budget\t2 j')
    assert [row.intitule for row in read.rows] == ['"La paie', "Le budget"]
    assert len(paste("Intitulé\rLa paie\rLe budget").rows) == 2
    assert paste("x" * 200_000).rows[0].intitule == "x" * 200_000


@settings(max_examples=60, deadline=None)
@given(liste=st.sampled_from(list(LISTES)), text=st.text(max_size=60) | st.text('a;\t\n\r"1/ é', max_size=60))
def test_any_text_can_be_pasted(liste, text):
    """Whatever stands in the clipboard, reading it neither fails nor makes a livret that cannot be saved."""
    read = paste(text, LISTES[liste], liste)
    after = drafts.add_rows(Livret(), liste, read.rows)
    assert Livret.from_data(after.to_data()) == after
