"""The screen « Aperçu »: the dossier, the theme and its options, the size of the screen."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from data import demo
from data.archive import Archive
from data.keys import CHEAPEST
from editor.showcase import showcase
from editor.workshop import workshop
from site_builder import themes
from tests.data.samples import livret
from tests.editor.widgets import drawn

PASSWORD = "sept mots sans rapport entre eux"


def screen() -> None:
    from editor.screens import apercu  # noqa: PLC0415 - AppTest runs this function alone

    apercu.show()


def column() -> None:
    from editor.screens import apercu  # noqa: PLC0415 - AppTest runs this function alone

    apercu.beside("experiences", "e05")


@pytest.fixture
def hold(tmp_path):
    def held(content, *, read_only: bool = False) -> None:
        path = tmp_path / "essai.livret"
        archive = Archive.create(path, PASSWORD, content, pieces={}, profile=CHEAPEST)
        if read_only:
            archive.close()
            archive = Archive.open(path, PASSWORD, read_only=True)
        workshop.hold(path, archive)

    yield held
    workshop.lock()


def bare_demo():
    """The demonstration without the bytes of its documents."""
    book = demo.livret()
    return book.with_(pieces=tuple(piece.with_(taille=0) for piece in book.pieces))


def run(script=screen, **state) -> AppTest:
    app = AppTest.from_function(script, default_timeout=30)
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    return app


def frames(app: AppTest) -> list[str]:
    return [element.proto.src for element in app.get("iframe")]


def dossier(identifier: str = "portfolio"):
    return next(one for one in workshop.livret.publications if one.id == identifier)


def test_the_first_dossier_is_shown_in_its_theme(hold):
    """The screen opens on the first page of the first dossier, and that page can be fetched."""
    hold(bare_demo())
    app = run()
    (address,) = frames(app)
    assert address.startswith("/apercu/portfolio.parcours/index.html?v=")
    assert b"</html>" in showcase.page(address.removeprefix("/apercu/").partition("?")[0])[0]


def test_every_theme_is_offered_with_its_words_and_picture(hold):
    """Each theme has its title, its summary, its picture and a button; the chosen one cannot be chosen again."""
    hold(bare_demo())
    app = run()
    said = " ".join(element.value for element in (*app.markdown, *app.caption))
    for theme in themes.available():
        assert theme.title in said
        assert theme.summary.split(":")[0].strip() in said
        assert app.button(key=f"theme_{theme.name}").disabled is (theme.name == "parcours")
    assert len(app.get("image")) == len(themes.available())


def test_a_theme_chosen_is_the_dossiers(hold):
    """The choice is saved in the dossier, so that publishing uses it, and the preview shows it."""
    hold(bare_demo())
    app = run()
    app.button(key="theme_base").click().run()
    assert dossier().theme == "base"
    assert workshop.opened.livret == workshop.livret
    assert frames(app)[0].startswith("/apercu/portfolio.base/")


def test_options_are_those_the_theme_declares_and_are_saved(hold):
    """Each option has the widget of its type; a value is saved with the dossier, the default is not written down."""
    hold(bare_demo())
    app = run()
    assert app.toggle(key="option_portfolio_parcours_frise").value is True
    app.toggle(key="option_portfolio_parcours_frise").set_value(False).run()
    app.color_picker(key="option_portfolio_parcours_accent").pick("#AA0000").run()
    assert dossier().options == {"parcours": {"frise": False, "accent": "#aa0000"}}
    app.toggle(key="option_portfolio_parcours_frise").set_value(True).run()
    assert dossier().options == {"parcours": {"accent": "#aa0000"}}
    css, _ = showcase.page("portfolio.parcours/assets/options.css")
    assert b"#aa0000" in css


def test_undo_brings_the_option_back_on_the_screen(hold):
    """A widget shows what the dossier holds, not what it was last set to."""
    hold(bare_demo())
    app = run()
    app.toggle(key="option_portfolio_parcours_frise").set_value(False).run()
    app.button(key="undo").click().run()
    assert app.toggle(key=drawn(app, "option_portfolio_parcours_frise")).value is True


def test_the_first_choice_makes_a_dossier_when_there_is_none(hold):
    """A livret without a dossier is shown as a whole; choosing a theme gives it its first dossier, dated."""
    hold(livret(emplois=[{"id": "e1", "intitule": "Agente", "debut": "2010"}]))
    app = run()
    assert frames(app)
    assert not workshop.livret.publications
    app.button(key="theme_base").click().run()
    (made,) = workshop.livret.publications
    assert (made.titre, made.theme) == ("Portfolio professionnel", "base")
    assert made.creee_le is not None
    assert frames(app)[0].startswith(f"/apercu/{made.id}.base/")


def test_another_dossier_can_be_looked_at(hold):
    """Choosing a dossier shows its site, and the choice is there on other screens of the tab."""
    hold(bare_demo())
    app = run()
    app.selectbox(key="dossier_choice").set_value("mutation").run()
    assert frames(app)[0].startswith("/apercu/mutation.")
    assert app.session_state["dossier"] == "mutation"


@pytest.mark.parametrize(
    ("screen_name", "count"), [("ordinateur", 1), ("tablette", 1), ("telephone", 1), ("ensemble", 2)]
)
def test_the_screens_are_shown_alone_or_side_by_side(hold, screen_name, count):
    """Each size is one frame, side by side are two."""
    hold(bare_demo())
    assert len(frames(run(apercu_screen=screen_name))) == count


def test_another_page_can_be_chosen(hold):
    """The pages of the site are offered, and the frame goes to the one chosen."""
    hold(bare_demo())
    assert "/competences.html?v=" in frames(run(apercu_page="competences.html"))[0]
    assert "/index.html?v=" in frames(run(apercu_page="nulle-part.html"))[0]


def test_what_cannot_be_shown_is_a_sentence(hold):
    """A theme that does not exist, or a number that must not leave, is told where the site would be."""
    book = bare_demo()
    hold(book.with_(publications=(book.publications[0].with_(theme="disparu"),)))
    app = run()
    assert not frames(app)
    assert "ce thème n’existe pas" in app.error[0].value
    app.button(key="theme_base").click().run()
    assert frames(app)


def test_a_livret_opened_for_reading_lets_themes_be_tried(hold):
    """Another theme can be looked at and nothing is saved; the options cannot be changed."""
    hold(bare_demo(), read_only=True)
    app = run()
    before = workshop.livret
    app.button(key="theme_base").click().run()
    assert frames(app)[0].startswith("/apercu/portfolio.base/")
    assert workshop.livret is before
    assert app.color_picker(key="option_portfolio_base_accent").disabled


def test_a_closed_dossier_keeps_its_look(hold):
    """A closed dossier does not change any more: neither its theme nor its options."""
    book = bare_demo()
    closed = book.publications[0].with_(fermee_le="2026-01-01")
    hold(book.with_(publications=(closed,)))
    app = run(dossier="portfolio")
    assert app.button(key="theme_base").disabled
    assert app.toggle(key="option_portfolio_parcours_frise").disabled


def test_beside_a_table_stands_the_page_of_that_part(hold):
    """The compact preview shows the page of the part being edited, and says which row it is about."""
    hold(bare_demo())
    (address,) = frames(run(column))
    assert "/experiences.html?v=" in address
    assert address.endswith("&ligne=e05")
