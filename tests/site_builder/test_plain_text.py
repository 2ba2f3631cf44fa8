"""The agent's Markdown in formats that know none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from site_builder import markdown
from site_builder.outputs.plain_text import items, paragraphs, plain, prose, simplified, styled
from tests.data.samples import texts

MISSIONS = "Tenir **la barre** :\n\n- un\n- *deux*\n  1. a\n  2. b\n- trois\n\nEt voilà."


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", ""),
        ("Un.\n\nDeux\nencore.", "Un.\n\nDeux encore."),
        ("Un  \nautre", "Un\nautre"),
        ("- un\n- deux", "• un\n• deux"),
        ("3. un\n4. deux", "3. un\n4. deux"),
        ("- un\n\n  suite\n- deux", "• un\nsuite\n• deux"),
        ("-\n\nAprès", "Après"),
        ("# Titre\n\nTexte", "Titre\n\nTexte"),
        ("[le CNFPT](https://cnfpt.example/a)", "le CNFPT (https://cnfpt.example/a)"),
        ("[moi](mailto:a@b.example)", "moi (a@b.example)"),
        ("<https://cnfpt.example>", "https://cnfpt.example"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n1 | 2"),
        ("```\nx = 1\n  y\n```", "x = 1\n  y"),
        ("~~non~~ <b>gras</b> & co", "non <b>gras</b> & co"),
        ("Bonjour !", "Bonjour\u202f!"),
    ],
)
def test_plain_text_says_what_the_page_says(source, said):
    """Paragraphs, items, addresses and French spaces are kept; the marks of Markdown are not."""
    assert plain(source) == said


def test_nested_items_keep_their_rank_and_their_parent():
    """A nested list is indented in the whole text, and belongs to its item among the items."""
    assert plain(MISSIONS) == "Tenir la barre\u00a0:\n• un\n• deux\n  1. a\n  2. b\n• trois\nEt voilà."
    assert items(MISSIONS) == ("un", "deux\n1. a\n2. b", "trois")
    assert prose(MISSIONS) == "Tenir la barre\u00a0:\n\nEt voilà."
    assert paragraphs(MISSIONS) == ("Tenir la barre\u00a0:", "un", "deux", "a", "b", "trois", "Et voilà.")


@pytest.mark.parametrize(
    ("source", "lost"),
    [("Texte", False), ("- un", False), ("**a**", True), ("# a", True), ("`a`", True), ("<p>", False)],
)
def test_what_plain_text_loses_is_known(source, lost):
    """Bold, headings and code are lost in a plain text; paragraphs and lists are not."""
    assert styled(source) is lost


def test_simplified_html_keeps_a_handful_of_tags():
    """Headings, tables, code and attributes go; paragraphs, lists, bold, italics and links stay, escaped."""
    source = (
        "# T\n\n**a** *b* `c` ~~d~~ <i>e</i>\n\n| f | g |\n|---|---|\n| 1 | 2 |\n\n[h](https://x.example/?a&b)\n\n1. i"
    )
    assert simplified(markdown.render(source)) == (
        "<p>T</p><p><strong>a</strong> <em>b</em> c d &lt;i&gt;e&lt;/i&gt;</p><p>f | g</p><p>1 | 2</p>"
        '<p><a href="https://x.example/?a&amp;b">h</a></p><ol><li>i</li></ol>'
    )


@settings(max_examples=200, deadline=None)
@given(texts)
def test_no_text_breaks_any_of_them(text):
    """Whatever is typed, no tag of ours is in a plain text, only the allowed ones in a simplified one."""
    whole = plain(text)
    assert whole == whole.strip(" \n")
    assert sorted("".join(whole.split())) >= sorted("".join(prose(text).split()))
    found = re.findall(r"<(/?\w+)", simplified(markdown.render(text)))
    assert {tag.strip("/") for tag in found} <= {"p", "br", "ul", "ol", "li", "strong", "em", "a"}
