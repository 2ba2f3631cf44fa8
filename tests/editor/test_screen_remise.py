"""Handing over from « Publier »: dossiers for a procedure, what is missing, forms, and what is kept of passphrases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.archive import Archive
from data.keys import CHEAPEST
from data.passwords import strength
from data.publications import Publication
from editor.screens import lecteurs
from editor.workshop import workshop
from site_builder import dossiers
from site_builder.outputs import bundle, forms, protected_page
from tests.editor.test_screen_publier import PASSWORD, book, html, run
from tests.editor.widgets import drawn

FAMILY = {form.code: form.groupe for form in forms.forms()}


@pytest.fixture
def held(tmp_path) -> Path:
    """A livret opened in the workshop."""
    path = tmp_path / "essai.livret"
    workshop.hold(path, Archive.create(path, PASSWORD, book(), pieces={"doc": b"un texte."}, profile=CHEAPEST))
    yield path
    workshop.lock()


def held_dossier() -> Publication:
    return workshop.livret.publications[0]


def codes(app: AppTest) -> list[str]:
    """Every passphrase on the screen."""
    return [one.value for one in app.code]


def test_a_dossier_is_prepared_for_its_procedure(held):
    """The procedure chooses the lists, what is confidential and the notes; nothing that needs an agreement is taken."""
    app = run()
    app.selectbox(key="new_dossier_demarche").select("bilan").run()
    assert any("conseiller" in one.value for one in app.caption)
    app.button(key="create_dossier").click().run()
    assert not app.exception
    _, made = workshop.livret.publications
    assert (made.demarche, made.titre) == ("bilan", "Bilan de compétences")
    assert (made.confidentiel, made.notes, made.consentements) == (True, True, ())
    assert app.selectbox(key=drawn(app, "dossier_choice")).value == made.id
    assert app.radio(key=f"publish_form_{made.id}").value == forms.ZIP
    assert app.toggle(key=f"invite_{made.id}").value


def test_a_button_pressed_before_the_screen_is_drawn_again_takes_the_last_choices(held):
    """On a slow machine the procedure is chosen and the button pressed in one breath: that procedure is prepared."""
    app = run()
    app.selectbox(key="new_dossier_demarche").select("bilan")
    app.text_input(key="new_dossier").set_value("Mon bilan")
    app.button(key="create_dossier").click().run()
    assert not app.exception
    assert [(one.demarche, one.titre) for one in workshop.livret.publications[1:]] == [("bilan", "Mon bilan")]


def test_only_what_was_read_is_written(held):
    """Another dossier chosen in the breath that presses the button: what leaves of it was not shown, nothing leaves."""
    copy = held_dossier().with_(id="copie", titre="Copie")
    workshop.change("copier", lambda livret: dossiers.with_dossier(livret, copy))
    app = run(forms.PROTECTED, publish_family_copie=FAMILY[forms.PROTECTED], publish_form_copie=forms.PROTECTED)
    app.selectbox(key=drawn(app, "dossier_choice")).set_value("copie")
    app.button(key="write").click().run()
    assert not app.exception
    assert not workshop.livret.envois


@pytest.mark.parametrize("code", [forms.PROTECTED, forms.ZIP])
def test_a_passphrase_weakened_as_the_button_is_pressed_writes_nothing(held, code):
    """The button was still enabled; the phrase it would have used is looked at again."""
    app = run(code)
    app.toggle(key=next(one.key for one in app.toggle if one.key.endswith("_mine"))).set_value(True).run()
    next(one for one in app.text_input if one.label == "Votre phrase de passe").set_value(PASSWORD + " demain").run()
    next(one for one in app.text_input if one.label == "Votre phrase de passe").set_value("soleil")
    app.button(key="write").click().run()
    assert not app.exception
    assert not workshop.livret.envois


def test_taking_a_reader_away_twice_leaves_the_others(monkeypatch):
    """A double click takes away or redraws one reader, never its neighbour."""
    monkeypatch.setattr(lecteurs.st, "session_state", {})
    first, second = lecteurs.Reader("Mme Un", "un"), lecteurs.Reader("M. Deux", "deux")
    lecteurs.state.set("readers", [first, second])
    lecteurs._redraw("readers", first)
    lecteurs._redraw("readers", first)
    drawn_again = lecteurs.state.get("readers", [])[0]
    assert (drawn_again.name, drawn_again.phrase != "un") == ("Mme Un", True)
    lecteurs._withdraw("readers", drawn_again)
    lecteurs._withdraw("readers", drawn_again)
    assert lecteurs.state.get("readers", []) == [second]


def test_what_the_procedure_lacks_is_told_with_the_way_to_it(held):
    """Missing documents come first; a finding about a row leads to that very row."""
    app = run()
    app.selectbox(key="dossier_mut_demarche").set_value("mutation").run()
    said = " ".join(one.value for one in app.markdown)
    assert "Lettre de motivation" in said
    buttons = [one for one in app.button if one.key.startswith("finding_")]
    buttons[0].click().run()
    assert app.session_state["goto"][0]


def test_each_reader_of_a_protected_page_has_a_passphrase(held, tmp_path):
    """Drawn by chance, shown, in no file: each opens the page, the log has names and no phrase."""
    app = run(forms.PROTECTED)
    app.button(key=next(one.key for one in app.button if one.key.endswith("_more"))).click().run()
    phrases = codes(app)
    assert len(phrases) == 2
    assert all(strength(phrase).enough for phrase in phrases)
    names = [one for one in app.text_input if one.label == "Destinataire" and "_name" in one.key]
    names[1].set_value("Mme Exemple").run()
    app.button(key="write").click().run()
    assert not app.exception
    page = (tmp_path / "portfolio-protege-mutation.html").read_bytes()
    for phrase in phrases:
        assert b"Agente d" in protected_page.unprotect(page, phrase)
    (envoi,) = workshop.livret.envois
    assert envoi.destinataire == "Ville de Haute-Ère, Mme Exemple"
    assert set(phrases) <= set(codes(app))
    kept = json.dumps(workshop.opened.livret.to_data(), ensure_ascii=False)
    assert not any(phrase in kept for phrase in phrases)


def test_a_weak_passphrase_of_ones_own_disables_the_button(held):
    """A passphrase one writes oneself must be strong enough; until then nothing can be written."""
    app = run(forms.PROTECTED)
    app.toggle(key=next(one.key for one in app.toggle if one.key.endswith("_mine"))).set_value(True).run()
    field = next(one for one in app.text_input if one.label == "Votre phrase de passe")
    field.set_value("soleil").run()
    assert app.button(key="write").disabled
    assert any("Trop facile à deviner" in one.value for one in app.markdown)
    next(one for one in app.text_input if one.label == "Votre phrase de passe").set_value(PASSWORD + " demain").run()
    assert not app.button(key="write").disabled


def test_the_zip_is_written_with_its_sheet(held, tmp_path):
    """The zip opens with the passphrase on the screen, and its sheet lies beside it."""
    app = run(forms.ZIP)
    (phrase,) = codes(app)
    app.button(key="write").click().run()
    assert not app.exception
    inside = bundle.unpack((tmp_path / "dossier-mutation.zip").read_bytes(), phrase)
    assert {"portfolio/index.html", "portfolio.pdf", "tableaux.xlsx", "livret.json"} <= inside.keys()
    assert (tmp_path / "dossier-mutation-fiche-de-remise.pdf").is_file()
    assert "fiche-de-remise" in html(app)


@pytest.mark.parametrize("code", [form.code for form in forms.forms() if not form.secret])
def test_every_other_form_is_written(held, tmp_path, code):
    """The button writes it, and the screen says where and what there is to know of it."""
    app = run(code)
    app.button(key="write").click().run()
    assert not app.exception
    assert not app.error
    (envoi,) = workshop.livret.envois
    assert envoi.format == forms.named(code).titre
    assert str(tmp_path) in html(app)


def test_a_form_says_where_it_stops():
    """Every form has its advantages and its limits in words; unprotected or beyond recall, it says so."""
    for form in forms.forms():
        assert form.atouts
        assert form.limites
        if not form.secret:
            assert any("protégé" in one for one in form.limites), form.code
        if form.groupe != "donnees":
            assert any("ne se reprend pas" in one or "se recopie" in one for one in form.limites), form.code
    limits = " ".join(forms.named("zip").limites + forms.named("protegee").limites)
    for warning in ("7-Zip", "messageries", "clé USB"):
        assert warning in limits


def test_two_dossiers_are_compared(held):
    """What one lets out and the other does not is named."""
    app = run()
    app.text_input(key="new_dossier").set_value("Autre").run()
    app.button(key="create_dossier").click().run()
    said = html(app)
    assert "Seulement dans" in said


def test_a_closed_dossier_shows_the_livret_of_its_day(held, tmp_path):
    """Closed, then made again after an edit, it gives the very same page."""
    app = run(forms.PAGE)
    app.button(key="write").click().run()
    page = tmp_path / "portfolio-mutation.html"
    before = page.read_bytes()
    app.button(key="close_dossier").click().run()
    workshop.change("ailleurs", lambda now: now.with_(titulaire=now.titulaire.with_(titre="Autre accroche")))
    app = run(forms.PAGE, dossier="mut")
    app.button(key="write").click().run()
    assert not app.exception
    assert page.read_bytes() == before
    app.button(key="open_dossier").click().run()
    app.button(key="write").click().run()
    assert b"Autre accroche" in page.read_bytes()
