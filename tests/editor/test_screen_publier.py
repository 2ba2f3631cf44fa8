"""The screen « Publier »: the dossier's settings, what leaves, the portfolio on the disk, the log of exports."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data import demo
from data.archive import Archive
from data.keys import CHEAPEST
from data.publications import Envoi
from editor.showcase import showcase
from editor.workshop import workshop
from site_builder.outputs import forms
from site_builder.publish import Published
from tests.data.samples import livret
from tests.editor.widgets import drawn

PASSWORD = "sept mots sans rapport entre eux"
NIR = "1 84 12 76 451 089 46"
KEY = "publish_place_{}_{}_{}"


def screen() -> None:
    from editor.screens import publier  # noqa: PLC0415 - AppTest runs this function alone

    publier.show()


def book(**more):
    """A small livret with a row of each class and a document."""
    return livret(
        titulaire={"prenom": "Anaïs", "nom": "Delorvanne", "courriel": "anais@example.org", "ville": "Haute-Ère"},
        emplois=[
            {"id": "e1", "intitule": "Agente d’accueil", "debut": "2010"},
            {"id": "e2", "intitule": "Mandat syndical", "debut": "2012", "sensibilite": 3},
            {"id": "e3", "intitule": "Poste confidentiel", "debut": "2015", "sensibilite": 2, **more},
        ],
        diplomes=[{"id": "d1", "intitule": "Licence"}],
        pieces=[{"id": "doc", "titre": "Diplôme", "media": "text/plain", "taille": 9}],
        publications=[{"id": "mut", "titre": "Mutation", "theme": "base", "destinataire": "Ville de Haute-Ère"}],
    )


@pytest.fixture
def hold(tmp_path):
    def held(content, *, read_only: bool = False) -> Path:
        path = tmp_path / "essai.livret"
        archive = Archive.create(path, PASSWORD, content, pieces={"doc": b"un texte."}, profile=CHEAPEST)
        if read_only:
            archive.close()
            archive = Archive.open(path, PASSWORD, read_only=True)
        workshop.hold(path, archive)
        return path

    yield held
    workshop.lock()


FAMILY = {form.code: form.groupe for form in forms.forms()}


def run(form: str = forms.FOLDER, of: str = "mut", **state) -> AppTest:
    """The screen with a form chosen, as one click does."""
    app = AppTest.from_function(screen, default_timeout=60)
    app.session_state[f"publish_family_{of}"] = FAMILY[form]
    app.session_state[f"publish_form_{of}"] = form
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def mutation():
    return workshop.livret.publications[0]


def field(app: AppTest, kind: str, nom: str):
    return getattr(app, kind)(key=f"dossier_mut_{nom}")


def test_what_leaves_is_shown_before_anything_is_written(hold, tmp_path):
    """Rows, documents and contact details are on the screen with their names, and the disk is untouched."""
    hold(book())
    app = run()
    said = html(app)
    assert "Agente d’accueil" in said
    assert "Licence" in said
    assert "Catégorie particulière, sans votre accord (1)" in said
    assert "Confidentiel (1)" in said
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == ["essai.livret"]
    assert not workshop.livret.envois


def test_the_folder_is_written_and_logged(hold, tmp_path):
    """The button writes the pages where they were asked for, and the log keeps the site's own fingerprint."""
    hold(book())
    app = run()
    app.button(key="write").click().run()
    assert not app.exception
    home = tmp_path / "portfolio-mutation"
    assert b"Agente d" in (home / "experiences.html").read_bytes()
    (envoi,) = workshop.livret.envois
    made = showcase.publish(mutation(), unique=False)
    assert isinstance(made, Published)
    assert (envoi.sha256, envoi.format, envoi.publication) == (made.site.digest, "Un dossier de pages web", "mut")
    assert (envoi.destinataire, envoi.categorie_3) == ("Ville de Haute-Ère", ())
    assert envoi.date[-6] in "+-"
    assert workshop.opened.livret.envois == workshop.livret.envois
    assert str(home / "index.html") in html(app)
    assert any(one.value.startswith("Écrit") for one in app.success)
    assert envoi.sha256[:12] in html(app)


def test_the_single_page_is_written_and_logged(hold, tmp_path):
    """One file, where it was asked for; the log keeps the fingerprint of that very file."""
    hold(book())
    app = run(forms.PAGE)
    place = KEY.format("mut", "page", "portfolio-mutation.html")
    app.text_input(key=place).set_value(str(tmp_path / "ailleurs" / "cv.html")).run()
    app.button(key="write").click().run()
    page = tmp_path / "ailleurs" / "cv.html"
    (envoi,) = workshop.livret.envois
    assert (envoi.sha256, envoi.format) == (sha256(page.read_bytes()).hexdigest(), "Une seule page web")


def test_a_row_agreed_to_leaves_and_is_logged(hold, tmp_path):
    """A row of class 3 leaves once agreed to, for this dossier, and the log names it."""
    hold(book())
    app = run()
    app.checkbox(key="consent_mut_e2").check().run()
    assert [one.ligne for one in mutation().consentements] == ["e2"]
    assert "avec votre accord" in app.info[0].value
    app.button(key="write").click().run()
    assert workshop.livret.envois[0].categorie_3 == ("e2",)
    assert b"Mandat syndical" in (tmp_path / "portfolio-mutation" / "experiences.html").read_bytes()
    app.checkbox(key="consent_mut_e2").uncheck().run()
    assert not mutation().consentements


def test_what_must_not_leave_disables_the_button(hold, tmp_path):
    """A social security number is told with its place, never repeated, and nothing can be written."""
    hold(book(missions=f"Mon numéro : {NIR}", id="e4", sensibilite=0))
    app = run()
    assert app.button(key="write").disabled
    assert "Emplois tenus" in app.error[0].value
    assert NIR not in app.error[0].value
    assert not list(tmp_path.glob("portfolio*"))


def test_a_change_between_reading_and_writing_is_shown_first(hold, tmp_path):
    """What was typed in another tab meanwhile is not sent unread: the screen shows it, and asks again."""
    hold(book())
    app = run()
    workshop.change("ailleurs", lambda now: now.with_(titulaire=now.titulaire.with_(titre="Autre accroche")))
    app.button(key="write").click().run()
    assert not list(tmp_path.glob("portfolio*"))
    assert not workshop.livret.envois
    app.button(key="write").click().run()
    assert list(tmp_path.glob("portfolio*"))


def test_somebodys_folder_is_not_replaced(hold, tmp_path):
    """A folder that holds other files is refused with a sentence; nothing is lost nor logged."""
    hold(book())
    home = tmp_path / "portfolio-mutation"
    home.mkdir()
    (home / "mes photos.txt").write_text("à moi", encoding="utf-8")
    app = run()
    app.button(key="write").click().run()
    assert "ne viennent pas de Livret" in app.error[0].value
    assert [path.name for path in home.iterdir()] == ["mes photos.txt"]
    assert not workshop.livret.envois


def test_the_livrets_own_place_is_refused(hold):
    """The portfolio can never take the place of the archive, nor lie inside its name."""
    path = hold(book())
    before = path.read_bytes()
    app = run()
    for typed in (str(path), str(path / "dedans"), path.name):
        app.text_input(key=KEY.format("mut", "dossier", "portfolio-mutation")).set_value(typed).run()
        app.button(key="write").click().run()
        assert "la place de votre livret" in app.error[0].value
    assert path.read_bytes() == before


def test_the_page_can_be_downloaded_instead(hold):
    """The page is made ready in memory; it is logged when it is taken, not before."""
    hold(book())
    app = run(forms.PAGE)
    app.button(key="prepare").click().run()
    assert not app.exception
    (button,) = app.get("download_button")
    assert "portfolio-mutation.html" in button.proto.label
    assert not workshop.livret.envois
    _, _, made, _, _ = app.session_state["publish_ready"]
    assert made.sha256 == sha256(made.content).hexdigest()
    assert b"Agente d" in made.content


def test_the_fields_are_saved_as_they_are_left(hold):
    """Title, recipient, lists, documents and levels are saved in the dossier, under the model's own labels."""
    hold(book())
    app = run()
    assert field(app, "text_input", "titre").label == "Titre"
    field(app, "text_input", "destinataire").set_value("CDG").run()
    field(app, "text_area", "introduction").set_value("Madame, Monsieur").run()
    field(app, "toggle", "niveaux").set_value(False).run()
    field(app, "multiselect", "listes").set_value(["formations.diplomes"]).run()
    field(app, "multiselect", "documents").set_value(["doc"]).run()
    now = mutation()
    assert (now.destinataire, now.introduction, now.niveaux) == ("CDG", "Madame, Monsieur", False)
    assert (now.listes, now.documents) == (("formations.diplomes",), ("doc",))
    assert "Rubriques non reprises" in html(app)
    field(app, "multiselect", "listes").set_value([]).run()
    assert mutation().listes is None


def test_a_date_not_understood_is_kept_to_be_corrected(hold):
    """What was typed stays in the field with the reason below; the dossier keeps what it had."""
    hold(book())
    app = run()
    field(app, "text_input", "depuis").set_value("hier").run()
    assert field(app, "text_input", "depuis").value == "hier"
    assert any("n’est pas une date" in one.value for one in app.markdown)
    assert mutation().depuis is None
    field(app, "text_input", "depuis").set_value("03/2011").run()
    assert str(mutation().depuis) == "03/2011"
    assert not any("n’est pas une date" in one.value for one in app.markdown)


def test_a_dossier_is_created_copied_and_closed(hold):
    """A copy takes everything but the recipient and the agreements; a closed dossier offers no change."""
    hold(book())
    app = run()
    app.checkbox(key="consent_mut_e2").check().run()
    app.text_input(key="new_dossier").set_value("Ma VAE").run()
    app.checkbox(key="new_dossier_copy").check().run()
    app.button(key="create_dossier").click().run()
    _, copy = workshop.livret.publications
    assert (copy.titre, copy.theme, copy.destinataire, copy.consentements) == ("Ma VAE", "base", "", ())
    assert app.selectbox(key=drawn(app, "dossier_choice")).value == copy.id
    app.button(key="close_dossier").click().run()
    assert workshop.livret.publications[1].fermee_le is not None
    assert app.text_input(key=f"dossier_{copy.id}_titre").disabled
    app.button(key="open_dossier").click().run()
    assert workshop.livret.publications[1].fermee_le is None


def test_without_a_dossier_the_first_export_keeps_one(hold, tmp_path):
    """Everything publishable can be published at once; the log then names a dossier that exists."""
    hold(book().with_(publications=()))
    app = run(of="portfolio")
    app.button(key="write").click().run()
    assert not app.exception
    (kept,) = workshop.livret.publications
    assert workshop.livret.envois[0].publication == kept.id
    assert (tmp_path / "portfolio-professionnel" / "index.html").is_file()
    assert app.success


def test_a_livret_opened_for_reading_publishes_without_logging(hold, tmp_path):
    """Nothing can be edited; the portfolio can be written, and the screen says that the log is not."""
    hold(book(), read_only=True)
    app = run()
    assert field(app, "text_input", "titre").disabled
    assert any("ne sera pas inscrit au journal" in one.value for one in app.caption)
    app.button(key="write").click().run()
    assert not app.exception
    assert (tmp_path / "portfolio-mutation" / "index.html").is_file()
    assert not workshop.livret.envois
    assert any("n’a pas pu être inscrit" in one.value for one in app.caption)


def test_the_log_is_told_in_words(hold):
    """Past exports are listed latest first: when, which dossier, to whom, how, and the start of the fingerprint."""
    base = demo.livret()
    hold(base.with_(pieces=tuple(piece.with_(taille=0) for piece in base.pieces)))
    said = html(run())
    assert said.index("19\u00a0octobre\u00a02026 à 18\u00a0h\u00a022") < said.index("26\u00a0janvier\u00a02026")
    assert "5f0c5b1f0b1a</code>" in said
    assert "Candidature au poste de responsable formation" in said


def test_a_moment_that_cannot_be_read_is_shown_as_it_is():
    """A log line written by hand is never lost."""
    assert Envoi(date="un jour").quand == "un jour"
