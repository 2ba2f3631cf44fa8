"""The screen « Remarques », and a row's remarks above its form: what is received is told, added, and dealt with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.archive import Archive
from data.keys import CHEAPEST
from data.model import Livret
from editor.workshop import workshop
from tests.data.samples import livret

HOSTILE = "<script>alert(1)</script> **gras** [clic](https://exemple.example)\n# Titre\n- puce"


def screen() -> None:
    from editor.screens import remarques  # noqa: PLC0415 - AppTest runs this function alone

    remarques.show()


def form() -> None:
    from editor.screens import fiche  # noqa: PLC0415 - see above
    from editor.workshop import workshop  # noqa: PLC0415

    fiche.draw("experiences.emplois", workshop.livret.experiences.emplois)


def book(*remarques: dict[str, Any]) -> Livret:
    """Two posts, a dossier, and remarks."""
    return livret(
        emplois=[{"id": "e1", "intitule": "Agente *principale*"}, {"id": "e2", "intitule": "Cheffe"}],
        publications=[{"id": "bilan", "titre": "Bilan"}],
        remarques=list(remarques),
    )


def one(identifier: str = "r1", **fields: Any) -> dict[str, Any]:
    return {"id": identifier, "publication": "bilan", "ligne": "e1", "texte": "Précisez.", "auteur": "Mme T", **fields}


def file(*remarques: dict[str, Any], **more: Any) -> bytes:
    sound = {"format": "livret-retour", "version": 1, "publication": "bilan", "date": "2026-11-03", "auteur": "Mme T"}
    return json.dumps({**sound, "remarques": list(remarques), **more}).encode()


@pytest.fixture
def hold(tmp_path):
    def held(content: Livret, *, read_only: bool = False) -> Path:
        path = tmp_path / "essai.livret"
        archive = Archive.create(path, "essai", content, profile=CHEAPEST)
        if read_only:
            archive.close()
            archive = Archive.open(path, "essai", read_only=True)
        workshop.hold(path, archive)
        return path

    yield held
    workshop.lock()


def run(function=screen, **state: Any) -> AppTest:
    app = AppTest.from_function(function, default_timeout=30)
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, key: str) -> None:
    app.button(key=key).click().run()
    assert not app.exception


def drop(app: AppTest, content: bytes, name: str = "remarques-2026-11-03.livret-retour") -> None:
    (place,) = app.file_uploader
    place.upload(name, content, "application/octet-stream").run()
    assert not app.exception


def html(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def texts(app: AppTest) -> str:
    return "\n".join(said.value for said in (*app.markdown, *app.caption, *app.info, *app.error))


def keys(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button}


def test_an_empty_screen_says_what_it_is_for(hold):
    """Without a remark the screen says where remarks come from, and takes a file."""
    hold(book())
    app = run()
    assert "Aucune remarque pour l’instant." in texts(app)
    assert len(app.file_uploader) == 1


def test_a_file_is_told_before_it_is_added(hold):
    """What it holds is summed up and nothing is added; the button adds it, saves it and gives the place back."""
    hold(book(one()))
    app = run()
    drop(
        app,
        file({"ligne": "e1", "texte": "Précisez."}, {"ligne": "e2", "texte": "Bien."}, {"ligne": "x", "texte": "?"}),
    )
    said = texts(app)
    assert "2 remarques à ajouter de **Mme T**, sur le dossier «\u00a0Bilan\u00a0»" in said
    assert "1 remarque est déjà dans votre livret" in said
    assert "1 remarque porte sur une ligne qui n’existe plus" in said
    assert len(workshop.livret.remarques) == 1
    press(app, "remarks_add")
    assert [r.ligne for r in workshop.livret.remarques] == ["e1", "e2", "x"]
    assert workshop.livret.remarques[1].recue_le is not None
    assert workshop.opened.livret.remarques == workshop.livret.remarques
    assert "remarks_add" not in keys(app)
    assert "Une ligne qui n’existe plus" in texts(app)
    assert workshop.undo() == "ajouter des remarques"


def test_a_hostile_file_is_refused_with_a_sentence(hold):
    """A file of another kind is refused in words, nothing can be added, and the screen stands."""
    hold(book(one()))
    app = run()
    drop(app, b"[" * 100_000)
    assert "emboîté trop profondément" in app.error[0].value
    assert "remarks_add" not in keys(app)
    assert "remark_accept_r1" in keys(app)


def test_a_file_on_an_unknown_dossier_asks_which(hold):
    """The agent says which dossier was read; none is an answer."""
    hold(book())
    app = run()
    drop(app, file({"ligne": "e1", "texte": "Bien."}, publication="ailleurs"))
    assert "n’est pas dans ce livret" in texts(app)
    app.selectbox(key="remarks_dossier").set_value("bilan")  # and pressed before the screen is drawn again
    press(app, "remarks_add")
    assert [r.publication for r in workshop.livret.remarques] == ["bilan"]


def test_a_file_can_be_left(hold):
    """What was dropped is taken away without a trace."""
    hold(book())
    app = run()
    drop(app, file({"ligne": "e1", "texte": "Bien."}))
    press(app, "remarks_leave")
    assert "remarks_add" not in keys(app)
    assert workshop.livret.remarques == ()


def test_remarks_are_shown_as_text_under_their_row(hold):
    """The livret's own order, the whole first; names and texts show their signs, and none of them does anything."""
    hold(book(one("r2", ligne="e2"), one(texte=HOSTILE, auteur="<b>T</b>"), one("r3", ligne="")))
    app = run()
    said = html(app)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **gras** [clic](https://exemple.example)\n# Titre" in said
    assert "&lt;b&gt;T&lt;/b&gt;" in said
    assert "<script" not in said
    order = [said.index(text) for text in ("Précisez.", "alert(1)")]
    assert order == sorted(order)
    assert "**L’ensemble du portfolio**" in texts(app)
    assert "Agente \\*principale\\*" in app.button(key="remark_row_e1").label
    press(app, "remark_row_e2")
    assert app.session_state["goto"] == ("experiences.emplois", "e2")


def test_accepting_answering_putting_aside(hold):
    """Each remark is dealt with from its card, leaves the list of those waiting, and can be opened again."""
    hold(book(one(), one("r2", ligne="e2"), one("r3", ligne="")))
    app = run()
    press(app, "remark_accept_r1")
    assert "Précisez." in workshop.livret.experiences.emplois[0].note_privee
    press(app, "remark_answer_r2")
    press(app, "remark_reply_save_r2")
    assert workshop.livret.remarques[1].etat == "a-traiter"
    app.text_area(key="remark_reply_r2").set_value("Oui.").run()
    press(app, "remark_reply_save_r2")
    press(app, "remark_dismiss_r3")
    assert [(r.etat, r.reponse) for r in workshop.livret.remarques] == [
        ("acceptee", ""),
        ("repondue", "Oui."),
        ("ecartee", ""),
    ]
    assert "Rien à traiter" in texts(app)
    app.button_group(key="remarks_shown").set_value("repondue").run()
    assert "Votre réponse" in html(app)
    press(app, "remark_reopen_r2")
    assert workshop.livret.remarques[1].etat == "a-traiter"
    app.button_group(key="remarks_shown").set_value("toutes").run()
    press(app, "remark_remove_r3")
    assert [r.id for r in workshop.livret.remarques] == ["r1", "r2"]


def test_a_row_shows_what_waits_on_it(hold):
    """Above the form of a row stand its own waiting remarks; accepting one there fills the private note at once."""
    hold(book(one(texte="Chiffrez."), one("r2", ligne="e2"), one("r3", etat="ecartee")))
    app = run(form)
    assert "1 remarque à traiter sur cette ligne" in texts(app)
    assert {key for key in keys(app) if key.startswith("remark_accept")} == {"remark_accept_r1"}
    press(app, "remark_accept_r1")
    assert "à traiter" not in texts(app)
    assert "Chiffrez." in workshop.livret.experiences.emplois[0].note_privee


def test_reading_only_shows_and_changes_nothing(hold):
    """A livret that can only be looked at shows its remarks, without a button to deal with them or a place to drop."""
    hold(book(one()), read_only=True)
    app = run()
    assert "Précisez." in html(app)
    assert not app.file_uploader
    assert not [key for key in keys(app) if key.startswith("remark_") and not key.startswith("remark_row")]
