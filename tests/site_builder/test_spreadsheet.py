"""XLSX and CSV: cells are what they are, nothing is ever computed, and every list has its table."""

from __future__ import annotations

import csv as csv_module
import io
import re
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from python_calamine import CalamineWorkbook

from data.fields import champs
from data.model import LISTES
from site_builder.outputs import spreadsheet
from site_builder.outputs.sheets import SHORT, Column, Sheet
from site_builder.outputs.spreadsheet import _sheet_names, harmless
from site_builder.publish import Published
from site_builder.view import TableauView
from tests.data.samples import texts
from tests.site_builder.exports_support import made

HOSTILE = [
    "=1+1",
    "+33 6",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0\u202f=1",
    "\ufeff=1",
    "\u200b@x",
    "＝1+1",
    "－2",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.example","y")',
]


def book_of(portfolio: Published) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(io.BytesIO(spreadsheet.xlsx(portfolio).content))


def table(portfolio: Published, name: str) -> list[dict[str, object]]:
    """A sheet by its header row."""
    head, *rows = book_of(portfolio).get_sheet_by_name(name).to_python()
    return [dict(zip(head, row, strict=True)) for row in rows]


def parts(portfolio: Published) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(spreadsheet.xlsx(portfolio).content)) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def csv_rows(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv_module.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_first_sheet_says_what_the_workbook_is(whole):
    """Whose it is, of which day, what it does not hold, and each sheet with how many rows it has."""
    book = book_of(whole)
    said = [row for row in book.get_sheet_by_name("Lisez-moi").to_python() if any(row)]
    assert said[0][0] == "Portfolio professionnel"
    told = {row[0]: row[1] for row in said}
    assert told["Établi le"] == "23\u00a0novembre\u00a02026"
    assert told["Nom d’usage"] == "D’Orvanne-Lestrac"
    assert told["Emplois tenus"] == "12\u00a0lignes"
    assert told["Dispenses accordées"] == "1\u00a0ligne"
    assert "46\u00a0documents joints" in told["À savoir"]
    assert book.sheet_names[1:] == [name for name in told if name in book.sheet_names]


def test_every_list_has_a_sheet_whose_name_fits():
    """Excel's 31 signs hold every list's name, none twice."""
    titles = [SHORT.get(place.rpartition(".")[2], model.pluriel) for place, model in LISTES.items()]
    assert all(len(title) <= 31 for title in titles)
    assert len(set(titles)) == len(titles)


def test_cells_are_what_they_are():
    """A known day is a date, a month a text, a number a number, a length a number beside its unit."""
    actions = [
        {"id": "a", "intitule": "Paie", "duree": "3.5 j", "sessions": ["2019"]},
        {"id": "b", "intitule": "Droit", "duree": "14 h"},
    ]
    posts = [{"id": "c", "intitule": "Agente", "debut": "2019-03-04", "fin": "2020-05", "encadrement": 5}]
    portfolio = made(actions=actions, emplois=posts)
    first, second = sorted(table(portfolio, "Formations suivies"), key=lambda row: row["Durée"])
    assert (first["Durée"], first["Durée (unité)"], first["Dates"]) == (3.5, "jours", "2019")
    assert (second["Durée"], second["Durée (unité)"]) == (14.0, "heures")
    (post,) = table(portfolio, "Emplois tenus")
    assert post["Début"] == date(2019, 3, 4)
    assert post["Fin"] == "05/2020"
    assert post["Agents encadrés"] == 5.0
    assert post["Justifié"] == "non"


def test_a_day_that_excel_miscounts_is_a_text():
    """Excel believes in 29 February 1900: before March of that year a day is written out."""
    (row,) = table(
        made(emplois=[{"id": "a", "intitule": "A", "debut": "1900-02-28", "fin": "1900-03-01"}]), "Emplois tenus"
    )
    assert (row["Début"], row["Fin"]) == ("28/02/1900", date(1900, 3, 1))


def test_links_are_titles(whole):
    """Competences, documents and proofs are named by their titles, never by an identifier."""
    text = "\n".join(parts(whole).values())
    ids = [row.id for row in whole.released.rows.values() if len(row.id) > 2]
    assert not [one for one in ids if re.search(rf"\b{re.escape(one)}\b", text)]
    (row,) = [row for row in table(whole, "Formations suivies") if row["Intitulé"].startswith("GPEEC")]
    assert row["Compétences"].split("\u00a0; ")[0] == "Conduire une démarche de GPEEC"
    (known,) = [row for row in table(whole, "Compétences") if row["Libellé"] == "Encadrer une équipe de 5 agents"]
    assert "Animer une équipe au quotidien" in known["Preuves"]


def test_long_texts_are_plain_with_bullets(whole):
    """Missions are one bullet a line, without the marks of Markdown."""
    missions = table(whole, "Emplois tenus")[0]["Missions principales"].split("\n")
    assert len(missions) == 7
    assert all(line.startswith("• ") for line in missions)


def test_columns_in_which_nothing_is_said_are_left_out_of_the_workbook_only(mutation):
    """A sheet shows what there is to see; a CSV has every column every time, for whoever reads it by name."""
    head = book_of(mutation).get_sheet_by_name("Emplois tenus").to_python()[0]
    files = {one.name: csv_rows(one.content) for one in spreadsheet.csv(mutation)}
    full = files["emplois-tenus.csv"][0]
    assert set(head) < set(full)
    shown = [champ.titre for champ in champs(LISTES["experiences.emplois"]) if not champ.interne]
    assert full == [titre for titre in shown if titre != "Confidentialité"] + ["Justifié"]


def test_no_cell_is_a_formula_nor_a_link(whole):
    """However a text begins, the workbook has neither formula, nor hyperlink, nor anything outside itself."""
    hostile = made(emplois=[{"id": f"r{n}", "intitule": text, "service": text} for n, text in enumerate(HOSTILE)])
    for portfolio in (whole, hostile):
        for name, xml in parts(portfolio).items():
            assert not re.search(r"<f[ >]|<hyperlink|externalLink|TargetMode", xml), name
    assert {row["Poste ou fonction"] for row in table(hostile, "Emplois tenus")} >= {
        "=1+1",
        "-2",
        "+33\u00a06"[:3] + " 6",
    }


def test_a_workbook_tells_nothing_of_the_machine(whole):
    """No author, and the day asked for as its date of creation: two runs give the same bytes."""
    core = parts(whole)["docProps/core.xml"]
    assert "<dc:creator></dc:creator>" in core
    assert set(re.findall(r"\d{4}-\d{2}-\d{2}T", core)) == {"2026-11-23T"}
    with zipfile.ZipFile(io.BytesIO(spreadsheet.xlsx(whole).content)) as packed:
        assert {entry.date_time[0] for entry in packed.infolist()} == {1980}


def test_sheets_are_ready_to_read_and_to_print(whole):
    """A frozen bold header, a filter, wrapped texts; printed across, one page wide, the header on each page."""
    held = parts(whole)
    for name, xml in held.items():
        if name.startswith("xl/worksheets/sheet"):
            assert 'orientation="landscape"' in xml
            assert 'fitToHeight="0"' in xml
            if "sheet1.xml" not in name:
                assert 'state="frozen"' in xml
                assert "<autoFilter" in xml
    assert held["xl/workbook.xml"].count("_xlnm.Print_Titles") == len(book_of(whole).sheet_names) - 1


def test_control_characters_and_escapes_come_back_as_typed():
    """What XML forbids is dropped; a text that looks like Excel's own escape is not taken for one."""
    portfolio = made(emplois=[{"id": "a", "intitule": 'a\x00b\x0b_x0041_<&>"\U0001f600'}])
    assert table(portfolio, "Emplois tenus")[0]["Poste ou fonction"] == 'ab_x0041_<&>"\U0001f600'


def test_a_text_too_long_for_a_cell_is_cut_and_told():
    """Excel takes 32 767 signs: a longer text ends with a mark, the sentence says so, and CSV has it whole."""
    long = "mot\U0001f600 " * 10_000
    portfolio = made(emplois=[{"id": "a", "intitule": "A", "missions": long}])
    exported = spreadsheet.xlsx(portfolio)
    shown = table(portfolio, "Emplois tenus")[0]["Missions principales"]
    assert shown.endswith("… (suite coupée)")
    assert 32_000 < len(shown.encode("utf-16-le")) // 2 <= 32_767
    assert "1\u00a0texte trop long a été coupé (limite d’Excel)." in exported.missing
    posts = next(one for one in spreadsheet.csv(portfolio) if one.name == "emplois-tenus.csv")
    assert csv_rows(posts.content)[1][csv_rows(posts.content)[0].index("Missions principales")] == long.strip()


def test_sheet_names_are_made_fit_for_excel():
    """Forbidden signs go, long names are cut, and no two sheets have one name, whatever its capitals."""
    tables = [
        Sheet(f"t{n}", title, (), ())
        for n, title in enumerate(["A/B?", "a b", "'x'", "lisez-moi", "é" * 40, "É" * 40, "[]"])
    ]
    names = _sheet_names(tables)
    assert names[:4] == ["A B", "a b (2)", "x", "lisez-moi (2)"]
    assert names[-1] == "t6"
    assert all(len(name) <= 31 for name in names)
    assert len({name.casefold() for name in names}) == len(names)


def test_the_tables_of_a_procedure_are_sheets_too(mutation):
    """What the procedure asks for comes last, with its total, its texts as texts."""
    tableau = TableauView("jours", "Jours : 2024/2025", ("Formation", "Jours"), (("=Paie", "3"),), ("Total", "3"))
    asked = replace(mutation, view=replace(mutation.view, tableaux=(tableau,)))
    assert book_of(asked).sheet_names[-1] == "Jours   2024 2025"
    rows = book_of(asked).get_sheet_by_index(len(book_of(asked).sheet_names) - 1).to_python()
    assert rows == [["Formation", "Jours"], ["=Paie", "3"], ["Total", "3"]]
    last = spreadsheet.csv(asked)[-1]
    assert last.name == "jours-2024-2025.csv"
    assert csv_rows(last.content)[1] == ["'=Paie", "3"]


# CSV -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_a_spreadsheet_would_compute_is_held_back(text):
    """Whatever blank or script it begins with, what looks like a formula begins with an apostrophe."""
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "« -2 »", "• un", "l’été", "'=1", "3 + 4", "\u00a0texte"])
def test_an_innocent_text_is_left_as_it_is(text):
    """An apostrophe is never added where nothing would be computed."""
    assert harmless(text) == text


@settings(max_examples=300, deadline=None)
@given(texts)
def test_no_text_leaves_as_a_formula(text):
    """After the apostrophe, no cell begins with a sign that computes, whatever blanks stand before."""
    assert harmless(text).lstrip("\ufeff\u200b\u2060 \t\r\n\u00a0\u202f")[:1] not in {*"=+-@", "＝", "＋", "－", "＠"}


def test_csv_opens_in_french_excel(whole):
    """Semicolons, UTF-8 with its mark, CRLF, a decimal comma, French dates; texts quoted, line ends kept inside."""
    files = {one.name: one.content for one in spreadsheet.csv(whole)}
    trainings = csv_rows(files["formations-suivies.csv"])
    length = trainings[0].index("Durée")
    assert {row[length] for row in trainings[1:]} >= {"0,5", "18"}
    assert re.sub(rb'"[^"]*"', b"", files["formations-suivies.csv"]).count(b"\r\n") == len(trainings)
    assert csv_rows(files["permis-et-habilitations.csv"])[1][3] == "11/03/2025"
    assert ["Nom d’usage", "D’Orvanne-Lestrac"] in csv_rows(files["titulaire.csv"])
    assert all(len({len(row) for row in csv_rows(content)}) == 1 for content in files.values())


def test_a_negative_number_stays_a_number():
    """Only texts are held back: a number from another program keeps its sign."""
    portfolio = made(emplois=[{"id": "a", "intitule": "-A", "encadrement": -5}])
    head, row = csv_rows(spreadsheet.csv(portfolio)[1].content)
    assert (row[0], row[head.index("Agents encadrés")]) == ("'-A", "-5")
    assert table(portfolio, "Emplois tenus")[0]["Agents encadrés"] == -5.0


def test_an_empty_livret_has_nothing_but_its_first_sheet(nothing):
    """No list, no table; the workbook still says what it is."""
    assert book_of(nothing).sheet_names == ["Lisez-moi"]
    assert [one.name for one in spreadsheet.csv(nothing)] == ["titulaire.csv"]


def test_a_columns_width_follows_what_it_holds():
    """A short column is narrow, a long text is wide, and neither without end."""
    width = spreadsheet._width
    assert width(Column("N"), ["1"]) == 10
    assert width(Column("Intitulé"), ["x" * 20]) == 22
    assert width(Column("Intitulé"), ["x" * 500]) == 34
    assert width(Column("Missions", long=True), ["x" * 500]) == 60


def test_the_note_for_oneself_leaves_only_when_asked():
    """A private note is a column of the dossier that takes the notes, and of no other."""
    rows = {"emplois": [{"id": "a", "intitule": "A", "note_privee": "Secret"}]}
    with_notes = made(**rows, dossier={"notes": True})
    assert table(with_notes, "Emplois tenus")[0]["Note privée"] == "Secret"
    assert "Secret" not in "".join(parts(made(**rows)).values())
