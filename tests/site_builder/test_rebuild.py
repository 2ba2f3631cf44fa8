"""Building again after an edit: the same bytes as from scratch, and only the pages that changed."""

from datetime import date

import pytest

from data import demo
from site_builder import build as build_module
from site_builder import gate, present, themes
from site_builder.build import build

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def livret():
    return demo.livret()


def view_of(livret):
    publication = gate.default_publication(livret).model_copy(update={"documents": ()})
    return present.present(livret, publication, DAY)


def edited(livret, **changes):
    posts = livret.experiences.emplois
    emplois = (posts[0].with_(**changes), *posts[1:])
    return livret.model_copy(update={"experiences": livret.experiences.model_copy(update={"emplois": emplois})})


EDITS = [
    {"missions": "Tout autre chose."},
    {"intitule": "Un autre poste"},
    {"employeur": "Une autre commune"},
    {"competences": ()},
    {"sensibilite": 3},
    {"debut": "1999"},
]


@pytest.mark.parametrize("theme", [theme.name for theme in themes.available()])
@pytest.mark.parametrize("changes", EDITS, ids=[next(iter(edit)) for edit in EDITS])
def test_a_rebuild_gives_what_a_build_gives(livret, theme, changes):
    """Pages taken from the build before are those that rendering would have given again."""
    loaded = themes.find(theme)
    before = build(view_of(livret), loaded)
    after = view_of(edited(livret, **changes))
    assert build(after, loaded, previous=before).files == build(after, loaded).files


def test_only_what_changed_is_rendered_again(livret, monkeypatch):
    """A mission rewritten renders the page of the posts, not that of the competences."""
    rendered = []
    real = build_module.render
    monkeypatch.setattr(
        build_module, "render", lambda planned, *rest: rendered.append(planned.path) or real(planned, *rest)
    )
    theme = themes.find("parcours")
    before = build(view_of(livret), theme)
    rendered.clear()
    build(view_of(edited(livret, missions="Tout autre chose.")), theme, previous=before)
    assert "experiences.html" in rendered
    assert not {"formations.html", "competences.html"}.intersection(rendered)


def test_another_option_or_theme_renders_everything_again(livret):
    """Nothing of another look is kept."""
    view = view_of(livret)
    before = build(view, themes.find("base"))
    assert build(view, themes.find("parcours"), previous=before).files == build(view, themes.find("parcours")).files
