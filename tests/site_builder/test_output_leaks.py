"""The promise of the privacy gate in every form of every theme: no byte holds what was not released.

The livrets, their marks and the rules said again are those of ``test_gate_leaks``; here each example is handed over in
every form, and each form is opened down to its streams, metadata, cells and entry names.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.model import Livret
from data.publications import Publication
from site_builder import gate, themes
from site_builder.outputs import forms
from tests.site_builder.every_output import bare, every_output, publisher
from tests.site_builder.support import JOUR
from tests.site_builder.test_gate_leaks import Case, allowed_marks, cases, titles_released

MARK = re.compile(r"zq[0-9]{5}qz")
THEMES = sorted(theme.name for theme in themes.available() if theme.bundled)
# The protected page holds the single page, letter for letter, and takes a second: twice is enough.
QUICK = [form.code for form in forms.forms() if form.code != forms.PROTECTED]
settle = settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))


def marks(case: Case, theme: str, wanted: list[str]) -> dict[str, set[str]]:
    """The marks that can be read in each form of a dossier."""
    give = publisher(case.livret, case.contents, case.publication, JOUR, theme=theme)
    return {code: set(MARK.findall(bare(text))) for code, text in every_output(give, wanted).items()}


@pytest.mark.parametrize("theme", THEMES)
@settle
@given(case=cases())
def test_no_form_of_any_theme_holds_what_was_withheld(theme, case):
    """Pages, PDF, complete dossier, zip, spreadsheet and data hold released texts only; the pages hold them all."""
    allowed, found = allowed_marks(case), marks(case, theme, QUICK)
    for code, seen in found.items():
        assert seen <= allowed, code
    for code in (forms.PAGE, forms.PDF, forms.COMPLETE, forms.ZIP, forms.JSON, forms.CSV):
        assert titles_released(case) <= found[code], code


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases(), theme=st.sampled_from(THEMES))
def test_the_protected_page_holds_no_more_than_the_page(case, theme):
    """Decrypted, the protected page holds the same marks as the single page."""
    found = marks(case, theme, [forms.PAGE, forms.PROTECTED])
    assert found[forms.PROTECTED] == found[forms.PAGE] <= allowed_marks(case)


def test_the_property_sees_a_leak_in_every_form(monkeypatch):
    """A gate that lets a confidential row through is caught in each form, PDF streams and zip entries included."""
    rows = [{"id": "r", "intitule": "zq00001qz"}, {"id": "s", "intitule": "zq00003qz", "sensibilite": 2}]
    case = Case({"experiences": {"emplois": rows}}, Publication(id="dossier", titre="Dossier"))
    case.of_rows = {row["intitule"]: (row["id"], "intitule") for row in rows}
    every = [form.code for form in forms.forms()]
    assert all(seen == {"zq00001qz"} for seen in marks(case, "base", every).values())
    monkeypatch.setattr(gate, "_passes", lambda *_: True)
    assert all("zq00003qz" in seen for seen in marks(case, "base", every).values())


def test_the_marks_survive_what_a_form_does_to_a_text():
    """A mark in a long text, a title and a document's name is found again in every form that shows it."""
    row = {"id": "r", "intitule": "zq00001qz", "missions": "Avec *zq00002qz* et zq00003qz."}
    case = Case({"experiences": {"emplois": [row]}}, Publication(id="dossier", titre="zq00004qz"))
    found = marks(case, "base", QUICK)
    for code in (
        forms.PAGE,
        forms.FOLDER,
        forms.PDF,
        forms.COMPLETE,
        forms.ZIP,
        forms.XLSX,
        forms.JSON,
        forms.EUROPASS,
    ):
        assert {"zq00001qz", "zq00002qz", "zq00003qz"} <= found[code], code
    assert isinstance(case.livret, Livret)
