"""The home screen: figures, next steps, charts, tracker, and the empty livret's invitation."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from data import demo
from data.archive import Archive
from data.keys import CHEAPEST
from data.model import Livret, Titulaire
from editor import moments
from editor.screens import accueil, suivi
from editor.workshop import workshop

JOUR = date(2026, 11, 24)


def screen() -> None:
    from editor.screens import accueil  # noqa: PLC0415 - AppTest runs this function alone

    accueil.show()


def bare(livret: Livret) -> Livret:
    """A career without the bytes of its documents."""
    return livret.with_(pieces=tuple(piece.with_(taille=0) for piece in livret.pieces))


@pytest.fixture
def shown(tmp_path, monkeypatch):
    """Draw the screen on a livret, on the day of the demonstration."""
    for module in (moments, accueil):
        monkeypatch.setattr(module, "today", lambda: JOUR)

    def draw(livret: Livret) -> AppTest:
        path = tmp_path / "mon.livret"
        workshop.hold(path, Archive.create(path, "essai", livret, profile=CHEAPEST))
        app = AppTest.from_function(screen, default_timeout=30).run()
        assert not app.exception
        return app

    yield draw
    workshop.lock()


def texts(app: AppTest) -> str:
    """Everything the screen says, pages of HTML included."""
    pages = [str(one.proto.body) for one in app.get("html")]
    return "\n".join([*(one.value for one in (*app.markdown, *app.caption, *app.header)), *pages])


def test_the_screen_greets_and_tells_four_figures(shown):
    """The first name, the current post and the four figures of the demonstration are there."""
    app = shown(bare(demo.livret()))
    assert app.title[0].value == "Bonjour Anaïs"
    said = texts(app)
    assert "Ville de Port-Aubréac" in said
    for figure in (
        "26\N{NO-BREAK SPACE}ans",
        "104,5\N{NO-BREAK SPACE}jours et 76\N{NO-BREAK SPACE}heures",
        "26 sur 26",
    ):
        assert f"<dd>{figure}</dd>" in said
    assert "<dt>Justificatifs</dt><dd>0</dd><dd>dans le livret, et 47 à recevoir</dd>" in said


def test_a_step_leads_to_its_row(shown):
    """A click on a step asks the navigation for the very row it is about."""
    app = shown(bare(demo.livret()))
    app.button(key="go_1").click().run()
    assert not app.exception
    assert app.session_state["goto"] == ("competences.habilitations", "h-sst")


def test_the_tracker_tells_what_is_late_with_its_text_and_folds_what_is_done(shown):
    """A late obligation stands open with its badge, sentence and legal text; those met are in a table."""
    app = shown(bare(demo.livret()))
    said = texts(app)
    assert ":red-badge[:material/event_busy: En retard]" in said
    assert "L’échéance du 6\N{NO-BREAK SPACE}mai\N{NO-BREAK SPACE}2021 est passée" in said
    assert "Art. L. 422-21, 1° du CGFP" in said
    assert "Faites ou dispensées\N{NO-BREAK SPACE}: 8" in [one.label for one in app.expander]
    assert "secondaire, à vérifier" in said


def test_what_expires_and_what_is_missing_lead_to_their_rows(shown):
    """An expired certificate and a missing document are told, and each is the way to its row."""
    livret = bare(demo.livret())
    app = shown(livret)
    assert ":red-badge[Expirée] depuis le 30\N{NO-BREAK SPACE}novembre\N{NO-BREAK SPACE}2024" in texts(app)
    first = livret.formations.diplomes[0]
    app.button(key=f"open_missing_{first.id}").click().run()
    assert app.session_state["goto"] == ("formations.diplomes", first.id)


def test_both_charts_are_drawn_with_their_tables(shown):
    """Each chart has a table that tells the same, and what was converted is said."""
    app = shown(bare(demo.livret()))
    assert [one.label for one in app.expander if one.label == "Voir en tableau"] == ["Voir en tableau"] * 2
    said = texts(app)
    assert "Frise de votre parcours, de 1998 à 2026" in said
    assert "6\N{NO-BREAK SPACE}heures par jour" in said


def test_completeness_is_told_list_by_list_with_what_to_do(shown):
    """Each list has its share and its sentence; a list that lacks nothing says a hundred."""
    said = texts(shown(bare(demo.livret())))
    assert "Joignez le justificatif de" in said
    assert "<span>26\N{NO-BREAK SPACE}lignes</span><span>100\N{NO-BREAK SPACE}%</span>" in said
    assert "Rien encore. Médailles d’honneur" in said


def test_a_list_is_never_said_whole_while_something_lacks():
    """Two hundred rows out of two hundred and one are 99 %, not 100."""
    from data.completeness import Completude  # noqa: PLC0415

    assert "99\N{NO-BREAK SPACE}%" in suivi._progress(Completude("pieces", "X", 201, 1004, 1005, ()))


def test_an_empty_livret_invites(shown):
    """Nothing is broken when there is nothing: an invitation, the first steps, what the livret will hold."""
    app = shown(Livret(titulaire=Titulaire(prenom="Zoé", nom="Lar")))
    assert app.title[0].value == "Bonjour Zoé"
    assert app.header[0].value == "À vous de jouer\N{NO-BREAK SPACE}!"
    assert not app.get("expander")
    app.button(key="row_formations.diplomes").click().run()
    assert app.session_state["goto"] == ("formations.diplomes", "")


def test_without_dates_the_screen_says_what_will_appear(shown):
    """Rows without any date give sentences in the place of the charts, and no tracker."""
    livret = Livret.from_data({"schema_version": 1, "formations": {"actions": [{"id": "f1", "intitule": "La paie"}]}})
    app = shown(livret)
    said = texts(app)
    assert "La frise se dessinera" in said
    assert "Ce graphique apparaîtra" in said
    assert "Le suivi commence avec un emploi" in said


def test_an_agents_words_are_shown_and_never_obeyed(shown):
    """Markdown and HTML in a first name or a title are shown as they were typed."""
    livret = bare(demo.livret())
    first = livret.formations.actions[-1].with_(intitule="<b>x</b> **y**", pieces=())
    livret = livret.with_(
        titulaire=livret.titulaire.with_(prenom="*Ada*"),
        formations=livret.formations.with_(actions=(*livret.formations.actions[:-1], first)),
    )
    app = shown(livret)
    assert app.title[0].value == "Bonjour \\*Ada\\*"
    assert "<b>x</b>" not in "".join(str(one.proto.body) for one in app.get("html"))
    assert any("\\<b\\>x" in one.label for one in app.button)
