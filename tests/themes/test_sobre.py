"""Sobre: what its options say is what its pages show."""

from __future__ import annotations

import re

import pytest

from data import demo
from data.publications import Publication
from data.values import PartialDate
from site_builder import themes
from site_builder.build import build
from site_builder.present import present


@pytest.fixture(scope="module")
def career():
    """The demonstration's career, without its documents."""
    return present(demo.livret(), Publication(id="p", titre="Essai"), PartialDate(2026, 11, 23).first)


def pages(career, **chosen) -> dict[str, str]:
    """The HTML of every page, by path."""
    files = build(career, themes.find("sobre"), chosen).files
    return {path: content.decode() for path, content in files.items() if path.endswith(".html")}


def numbers(html: str) -> list[str]:
    """The numbers shown, in order."""
    return re.findall(r'<span class="numero">([\d.]+)</span>', html)


def test_contents_headings_and_menu_say_the_same_numbers(career):
    """A list has in the contents the number that it has on its own page; the menu numbers the parts."""
    made = pages(career)
    home = made["index.html"]
    contents = numbers(home[home.index('class="sommaire"') :])
    assert contents[:2] == ["1", "1.1"]
    for path, html in made.items():
        for liste, number in re.findall(r'id="titre-(\w+)"><span class="numero">([\d.]+)</span>', html):
            assert re.search(rf'href="{path}#liste-{liste}"><span class="numero">{re.escape(number)}</span>', home)
        assert numbers(html)[:3] == ["1", "2", "3"]


def test_numbers_can_be_left_out(career):
    """Without numbering no page shows one."""
    assert not any(numbers(html) for html in pages(career, numerotation=False).values())


def test_one_typeface_is_asked_for(career):
    """A page links the sheet of the typeface chosen, and only that one."""
    for chosen, other in (("baton", "empattements"), ("empattements", "baton")):
        for html in pages(career, police=chosen).values():
            assert f"assets/{chosen}.css" in html
            assert f"assets/{other}.css" not in html


def test_the_timeline_and_its_entry_in_the_contents_go_together(career):
    """The timeline is shown and listed, or neither."""
    assert pages(career)["index.html"].count("bloc-frise") > 1
    assert "frise-dessin" not in (without := pages(career, frise=False)["index.html"])
    assert "bloc-frise" not in without


def test_nothing_waits_behind_a_fold(career):
    """Everything is unfolded, on every page."""
    assert not any("<details" in html for html in pages(career).values())
