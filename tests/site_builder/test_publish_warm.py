"""Publishing again after an edit: the same bytes as from scratch, with less work; and nothing slips by unscanned."""

from __future__ import annotations

import re
from datetime import date
from re import _parser as regex_parser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data import mots
from data.errors import DocumentError, ForbiddenContent
from data.fields import champs
from data.model import LISTES, Livret, Piece
from data.nomenclatures import load
from data.sensibilite import scan
from site_builder import documents as documents_module
from site_builder import gate, themes
from site_builder import publish as module
from site_builder.documents import Copies, cleaned
from site_builder.publish import draft, look_over, publish
from tests.data.samples import livret
from tests.site_builder.support import JOUR, publication, text_of, write_theme
from tests.site_builder.test_gate_leaks import cases

NIR = "1 84 12 76 451 089 46"
WORDS = ["", "Tout autre chose.", "congé maladie", "déléguée syndicale", "Accueil\ndu public", "2026", "- un\n- deux"]
FIELDS = [
    (liste, champ.nom)
    for liste, model in LISTES.items()
    for champ in champs(model)
    if champ.genre in {"texte", "markdown"} and champ.nom not in {"id", "media", "fichier"}
]


@pytest.fixture(scope="module")
def demo(demonstration):
    return demonstration


@pytest.fixture(scope="module")
def copies(demonstration):
    """The demonstration's documents, cleaned once for this module."""
    book, contents = demonstration
    kept = Copies()
    kept.all([piece for piece in book.pieces if piece.detenue], contents.__getitem__)
    return kept


def rewritten(book: Livret, liste: str, rank: int, nom: str, text: str) -> Livret:
    """A text of a row typed anew."""
    volet, _, place = liste.partition(".")
    rows = list(getattr(getattr(book, volet), place) if place else book.pieces)
    if not rows:
        return book
    rows[rank % len(rows)] = rows[rank % len(rows)].with_(**{nom: text})
    if not place:
        return book.with_(pieces=tuple(rows))
    return book.with_(**{volet: getattr(book, volet).with_(**{place: tuple(rows)})})


def dropped(book: Livret, liste: str, rank: int) -> Livret:
    """A row deleted."""
    volet, _, place = liste.partition(".")
    rows = list(getattr(getattr(book, volet), place) if place else book.pieces)
    if rows:
        del rows[rank % len(rows)]
    if not place:
        return book.with_(pieces=tuple(rows))
    return book.with_(**{volet: getattr(book, volet).with_(**{place: tuple(rows)})})


edits = st.one_of(
    st.tuples(st.just("text"), st.sampled_from(FIELDS), st.integers(0, 30), st.sampled_from(WORDS)),
    st.tuples(st.just("drop"), st.sampled_from(list(LISTES)), st.integers(0, 30), st.just("")),
    st.tuples(st.just("dossier"), st.sampled_from([0, 1]), st.just(0), st.just("")),
    st.tuples(st.just("theme"), st.sampled_from(["base", "parcours"]), st.just(0), st.just("")),
    st.tuples(st.just("setting"), st.sampled_from(["niveaux", "confidentiel", "selection"]), st.just(0), st.just("")),
    st.tuples(st.just("day"), st.just(0), st.integers(0, 4000), st.just("")),
)


@settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(st.lists(edits, min_size=1, max_size=5))
def test_after_any_edits_the_bytes_are_those_of_a_first_build(demo, copies, wanted):
    """Whatever is typed, deleted or chosen in between, publishing with what was there before changes nothing."""
    book, contents = demo
    dossier, theme, jour, previous = book.publications[0], "parcours", JOUR, None
    for kind, what, rank, text in wanted:
        match kind:
            case "text":
                book = rewritten(book, what[0], rank, what[1], text)
            case "drop":
                book = dropped(book, what, rank)
            case "dossier":
                dossier = book.publications[what]
            case "theme":
                theme = what
            case "setting":
                dossier = dossier.with_(**{what: not getattr(dossier, what)})
            case "day":
                jour = date.fromordinal(JOUR.toordinal() - rank)
        asked = {"jour": jour, "theme": theme}
        previous = publish(book, contents.__getitem__, dossier, **asked, previous=previous, copies=copies)
        first = publish(book, contents.__getitem__, dossier, **asked, copies=copies)
        assert previous == first
        assert previous.site.files == first.site.files
        assert previous.site.digest == first.site.digest
        shown = draft(book, dossier, **asked, previous=previous, copies=copies)
        assert shown.site.files == {k: v for k, v in first.site.files.items() if not k.startswith("documents/")}


def test_cleaned_copies_are_those_that_cleaning_gives(demo, copies):
    """What is kept is what cleaning anew would give, and what publishing without anything kept writes."""
    book, contents = demo
    dossier = book.publications[0]
    for piece in book.pieces[:12]:
        if piece.detenue:
            assert copies.get(piece) == cleaned(piece, contents[piece.id])
    with_copies = publish(book, contents.__getitem__, dossier, jour=JOUR, copies=copies)
    assert with_copies.site.files == publish(book, contents.__getitem__, dossier, jour=JOUR).site.files


def test_a_document_is_cleaned_once(demo, monkeypatch):
    """The second time nothing is read nor cleaned, whatever its title has become."""
    book, contents = demo
    dossier = book.publications[1]
    kept, asked = Copies(), []
    first = publish(book, lambda one: asked.append(one) or contents[one], dossier, jour=JOUR, copies=kept)
    assert sorted(asked) == sorted(dossier.documents)
    asked.clear()
    book = rewritten(book, "pieces", [piece.id for piece in book.pieces].index("p02"), "titre", "Autre titre")
    steps = []
    publish(
        book, asked.append, dossier, jour=JOUR, copies=kept, previous=first, progress=lambda *step: steps.append(step)
    )
    assert not asked
    assert not steps


def test_another_nature_is_another_copy():
    """How a document is cleaned depends on its nature: the copy made for one never stands for the other."""
    kept = Copies()
    text = Piece(id="p", titre="Note", media="text/plain", taille=3)
    assert kept.one(text, lambda _: b"abc") == b"abc"
    with pytest.raises(DocumentError):
        kept.one(text.with_(media="application/pdf"), lambda _: b"abc")
    assert kept.get(text.with_(media="application/pdf")) is None


def test_copies_weigh_no_more_than_allowed(monkeypatch):
    """The oldest are let go, and what was asked for is given all the same; progress counts what was there."""
    kept, steps = Copies(most=5), []
    rows = [Piece(id=name, titre=name, media="text/plain", taille=3) for name in "abc"]
    contents = {"a": b"aaa", "b": b"bbb", "c": b"c"}
    assert kept.all(rows, contents.__getitem__) == contents
    assert [kept.get(row) for row in rows] == [None, b"bbb", b"c"]
    kept.all(rows, contents.__getitem__, lambda *step: steps.append(step))
    assert steps == [(3, 3)]
    kept.forget()
    assert [kept.get(row) for row in rows] == [None] * 3


def test_a_theme_read_anew_is_rendered_anew(tmp_path):
    """After a theme's files changed and were read again, no page of the time before is kept."""
    page = "<html lang='fr'><head><title>t</title></head><body>{}</body></html>"
    home = write_theme(tmp_path / "essai", {"page.html": page.format("avant")})
    book, dossier = livret(emplois=[{"id": "e", "intitule": "Agente"}]), publication()
    first = publish(book, bytes, dossier, jour=JOUR, theme=str(home))
    again = publish(book, bytes, dossier, jour=JOUR, theme=str(home), previous=first)
    assert again.site.pages["index.html"] is first.site.pages["index.html"]
    write_theme(tmp_path / "essai", {"page.html": page.format("après")})
    themes.forget()
    changed = publish(book, bytes, dossier, jour=JOUR, theme=str(home), previous=again)
    assert "après" in text_of(changed.site)
    assert "avant" not in text_of(changed.site)


@pytest.mark.parametrize(
    "body",
    [
        "{{ site }}",
        '{{ site["volets"] }}',
        '{{ site|attr("volets") }}',
        '{{ [site]|map(attribute="volets")|list }}',
        "{% set s = site %}{{ s.volets }}",
        "{% macro m(s) %}{{ s }}{% endmacro %}{{ m(site) }}",
        "{{ site.volets }}",
    ],
)
def test_a_theme_that_takes_the_site_whole_is_rendered_anew(tmp_path, body):
    """However a theme reads the site, what it shows after an edit is what it would show at first."""
    page = f"<html lang='fr'><head><title>t</title></head><body>{body}</body></html>"
    theme = themes.find(str(write_theme(tmp_path / "essai", {"page.html": page})))
    before, after = (livret(emplois=[{"id": "e", "intitule": text}]) for text in ("Avant", "Après"))
    first = publish(before, bytes, publication(), jour=JOUR, theme=theme)
    again = publish(after, bytes, publication(), jour=JOUR, theme=theme, previous=first)
    assert again.site.files == publish(after, bytes, publication(), jour=JOUR, theme=theme).site.files
    assert "Après" in text_of(again.site)


@pytest.mark.parametrize("name", [theme.name for theme in themes.available()])
def test_the_pages_of_our_own_themes_can_be_kept(name):
    """Our themes read the site field by field: after an edit only what it touches is rendered."""
    book = livret(emplois=[{"id": "e", "intitule": "Agente"}], competences=[{"id": "c", "libelle": "Écouter"}])
    first = publish(book, bytes, publication(), jour=JOUR, theme=name)
    after = rewritten(book, "experiences.emplois", 0, "missions", "Autre chose.")
    again = publish(after, bytes, publication(), jour=JOUR, theme=name, previous=first)
    assert again.site.pages["competences.html"] is first.site.pages["competences.html"]
    assert again.site.pages["experiences.html"] is not first.site.pages["experiences.html"]


@pytest.mark.parametrize("place", ["emplois", "introduction", "titulaire", "piece", "interets"])
def test_a_number_typed_between_two_builds_is_found(place):
    """Scanning only what changed lets nothing by, wherever it was typed."""
    book = livret(
        emplois=[{"id": "e", "intitule": "Agente"}],
        pieces=[{"id": "p", "titre": "Note", "media": "text/plain", "taille": 3}],
    )
    dossier = publication(documents=["p"], confidentiel=True)
    before = draft(book, dossier, jour=JOUR)
    match place:
        case "emplois":
            book = rewritten(book, "experiences.emplois", 0, "missions", NIR)
        case "introduction":
            dossier = dossier.with_(introduction=NIR)
        case "titulaire":
            book = book.with_(titulaire=book.titulaire.with_(presentation=NIR))
        case "piece":
            book = rewritten(book, "pieces", 0, "titre", NIR)
        case "interets":
            book = book.with_(competences=book.competences.with_(centres_interet=NIR))
    with pytest.raises(ForbiddenContent):
        draft(book, dossier, jour=JOUR, previous=before)


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    cases(), st.lists(st.tuples(st.sampled_from(FIELDS), st.integers(0, 9), st.sampled_from([*WORDS, NIR])), max_size=4)
)
def test_looking_part_by_part_finds_what_looking_at_the_whole_does(case, typed):
    """Same findings, same places, same order as one scan of everything, at first and after each edit."""
    book, looked = case.livret, None
    for step in [None, *typed]:
        if step is not None:
            (liste, nom), rank, text = step
            book = rewritten(book, liste, rank, nom, text)
        released = gate.release(book, case.publication)
        looked = look_over(released, case.publication, looked)
        whole = scan(released.model_copy(update={"publications": (case.publication,)}))
        assert list(looked.findings) == whole


def test_a_part_that_did_not_change_is_not_scanned_again(monkeypatch):
    """One mission rewritten costs the scan of the posts only."""
    book, dossier = livret(emplois=[{"id": "e", "intitule": "Agente"}], diplomes=[{"id": "d"}]), publication()
    before = look_over(gate.release(book, dossier), dossier)
    scanned = []
    monkeypatch.setattr(module, "scan", lambda part: scanned.append(part) or scan(part))
    after = rewritten(book, "experiences.emplois", 0, "missions", "Autre chose.")
    look_over(gate.release(after, dossier), dossier, before)
    assert [list(part.rows) for part in scanned] == [["e"]]


def test_no_word_that_reveals_can_span_two_texts():
    """Texts are joined by a line break to be searched: no motif matches one, so each text is judged by itself."""
    patterns = [
        pattern
        for gate_ in mots._gates()
        for words in gate_.words.values()
        for word in words
        for pattern in (word.motif, *word.sauf)
    ]
    assert len(patterns) > 100
    assert not [pattern.pattern for pattern in patterns if _may_match_a_line_break(regex_parser.parse(pattern.pattern))]
    assert _may_match_a_line_break(regex_parser.parse(r"a(?:\s|b)c"))
    assert _may_match_a_line_break(regex_parser.parse(r"[^a]"))
    assert "classe" not in {entry.code for entry in load("mots_sensibles").entries}


def _may_match_a_line_break(tree) -> bool:
    """Whether something in a parsed pattern takes a line break; what is not known here does."""
    for op, value in tree:
        match str(op):
            case "LITERAL":
                found = value == ord("\n")
            case "AT":
                found = str(value) != "AT_BOUNDARY"
            case "IN":
                negated = str(value[0][0]) == "NEGATE"
                found = _class_takes(value[negated:]) is not negated
            case "MAX_REPEAT" | "MIN_REPEAT":
                found = _may_match_a_line_break(value[2])
            case "SUBPATTERN":
                found = _may_match_a_line_break(value[3])
            case "ASSERT_NOT" | "ASSERT":
                found = _may_match_a_line_break(value[1])
            case "BRANCH":
                found = any(map(_may_match_a_line_break, value[1]))
            case _:
                found = True
        if found:
            return True
    return False


def _class_takes(items) -> bool:
    known = {"CATEGORY_WORD", "CATEGORY_DIGIT"}
    return any(
        value == ord("\n") if str(op) == "LITERAL"
        else value[0] <= ord("\n") <= value[1] if str(op) == "RANGE"
        else str(value) not in known
        for op, value in items
    )  # fmt: skip


def test_the_demo_is_cleaned_by_several_hands_into_the_same_copies(demo, monkeypatch):
    """Cleaning only what is missing gives the copies in the order of the documents."""
    book, contents = demo
    pieces = [piece for piece in book.pieces if piece.detenue][:6]
    kept = Copies()
    kept.all(pieces[3:], contents.__getitem__)
    found = kept.all(pieces, contents.__getitem__)
    assert list(found) == [piece.id for piece in pieces]
    assert found == documents_module.all_cleaned(pieces, contents.__getitem__)
    assert not re.search(rb"/Author", b"".join(found.values()))
