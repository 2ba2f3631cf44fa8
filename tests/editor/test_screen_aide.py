"""The help as an agent meets it: searching, opening, going back."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from editor import guide


def screen() -> None:
    from editor.screens import aide  # noqa: PLC0415 - the function is run as a script of its own

    aide.show()


@pytest.fixture
def app() -> AppTest:
    """The help, just opened."""
    app = AppTest.from_function(screen, default_timeout=20).run()
    assert not app.exception
    return app


def labels(app: AppTest, place: str) -> list[str]:
    return [button.label for button in app.button if str(button.key).startswith(f"aide_ouvrir_{place}")]


def test_the_contents_list_every_topic_under_its_heading(app: AppTest):
    """The first thing seen is every topic and the way to the legal texts."""
    assert len(labels(app, "contenu")) == len(guide.topics()) + 1
    assert [heading.value for heading in app.header][:-1] == list(guide.GROUPES)


def test_searching_shows_what_was_found(app: AppTest):
    """A word brings topics and fields, with their number, and the contents make way."""
    app.text_input(key="aide_recherche").set_value("durée").run()
    assert not app.exception
    assert labels(app, "trouve")[0] == "Écrire une durée"
    assert any(label.startswith("Champ › Durée") for label in labels(app, "trouve"))
    assert labels(app, "contenu") == []
    assert any("résultats pour « durée »" in caption.value for caption in app.caption)


def test_searching_in_vain_says_so(app: AppTest):
    """Nothing found is told, with what to try."""
    app.text_input(key="aide_recherche").set_value("kwyjibo").run()
    assert "Rien ne correspond" in app.info[0].value


def test_opening_a_topic_shows_its_text_and_going_back_the_results(app: AppTest):
    """A hit opens its topic; the way back leads to the same results."""
    app.text_input(key="aide_recherche").set_value("durée").run()
    app.button(key="aide_ouvrir_trouve0_durees").click().run()
    assert not app.exception
    assert app.header[0].value == "Écrire une durée"
    assert any("### Des heures ou des jours" in text.value for text in app.markdown)
    app.button(key="aide_retour").click().run()
    assert labels(app, "trouve")[0] == "Écrire une durée"


def test_searching_anew_leaves_an_open_topic(app: AppTest):
    """Typing in the search box is enough to come back to results."""
    app.button(key="aide_ouvrir_contenu_dates").click().run()
    assert app.header[0].value == "Écrire une date"
    app.text_input(key="aide_recherche").set_value("mutation").run()
    assert labels(app, "trouve")
    assert not app.header


@pytest.mark.parametrize("topic", guide.topics(), ids=lambda topic: topic.slug)
def test_every_topic_can_be_read_and_followed(app: AppTest, topic: guide.Topic):
    """Each topic is shown with its first paragraph, and offers those to read next."""
    app.button(key=f"aide_ouvrir_contenu_{topic.slug}").click().run()
    assert not app.exception
    assert app.header[0].value == topic.titre
    assert len(labels(app, "voir")) == len(topic.voir)


def test_the_legal_references_can_be_read(app: AppTest):
    """The list of legal texts opens from the contents and closes again."""
    app.button(key=f"aide_ouvrir_contenu_{guide.REFERENCES}").click().run()
    assert not app.exception
    assert app.header[0].value == "Les références juridiques"
    app.button(key="aide_retour").click().run()
    assert len(labels(app, "contenu")) == len(guide.topics()) + 1
