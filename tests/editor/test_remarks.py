"""An advisor's return, honest or hostile: what is read of it, what is refused and why, and what becomes of a remark."""

from __future__ import annotations

import json
import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import ForeignReturn
from data.model import Livret
from data.remarques import HEAVIEST, LONGEST, LONGEST_NAME, MOST
from data.values import PartialDate
from editor import drafts, remarks
from site_builder import markdown
from tests.data.samples import json_values, livret

JOUR = date(2026, 11, 23)
BOOK = livret(
    emplois=[{"id": "e1", "intitule": "Agente d’accueil", "note_privee": "À moi."}, {"id": "e2", "intitule": "Cheffe"}],
    pieces=[{"id": "doc", "titre": "Diplôme"}],
    publications=[{"id": "bilan", "titre": "Bilan de compétences"}],
)


def said(*remarques: Any, **more: Any) -> dict[str, Any]:
    """A file's content, sound unless said otherwise."""
    sound = {"format": "livret-retour", "version": 1, "publication": "bilan", "date": "2026-11-03", "auteur": "Mme T"}
    return {**sound, "remarques": list(remarques), **more}


def one(**fields: Any) -> dict[str, Any]:
    """A sound remark, unless said otherwise."""
    return {"ligne": "e1", "texte": "Précisez.", "date": "2026-11-02", **fields}


def read(content: Any, book: Livret = BOOK) -> remarks.Retour:
    """What is read of JSON, of a text or of bytes."""
    if not isinstance(content, str | bytes):
        content = json.dumps(content)
    return remarks.read(content.encode() if isinstance(content, str) else content, book)


def received(*remarques: Any, book: Livret = BOOK) -> Livret:
    """A livret to which a return was added."""
    return remarks.added(book, read(said(*remarques), book), JOUR)


def test_a_return_is_read_whole():
    """Who, when, on which dossier, on which rows; an empty remark is none, an empty row is the whole."""
    found = read(said(one(), one(ligne="", texte="Bien.", date=""), one(ligne="doc"), one(texte="  \n ")))
    assert (found.publication, found.dossier, found.connu) == ("bilan", "Bilan de compétences", True)
    assert (found.auteur, found.date) == ("Mme T", PartialDate(2026, 11, 3))
    assert [(r.ligne, r.texte, r.date) for r in found.remarques] == [
        ("e1", "Précisez.", PartialDate(2026, 11, 2)),
        ("", "Bien.", None),
        ("doc", "Précisez.", PartialDate(2026, 11, 2)),
    ]
    assert all((r.publication, r.auteur, r.etat) == ("bilan", "Mme T", "a-traiter") for r in found.remarques)
    assert (found.deja, found.perdues, found.says) == (0, 0, [])


def test_a_file_saved_with_a_mark_at_its_head_is_read():
    """A byte-order mark, which Windows programs add, is no fault."""
    assert len(read(b"\xef\xbb\xbf" + json.dumps(said(one())).encode()).remarques) == 1


def test_what_is_unknown_is_ignored():
    """Keys of a newer minor version, or of anybody, are left where they are, whatever they are called."""
    odd = {"__proto__": {"etat": "acceptee"}, "constructor": 1, "etat": "acceptee", "id": "e1", "reponse": "x"}
    (found,) = read(said(one(**odd), __proto__={"admin": True}, futur=[1.5, None])).remarques
    assert (found.etat, found.reponse) == ("a-traiter", "")
    assert found.id != "e1"
    assert not found.__pydantic_extra__


TOO_LONG = "x" * (LONGEST + 1)
HOSTILE = [
    ("empty", b"", "il est vide"),
    ("blank", b" \n", "il est vide"),
    ("huge", b" " * (HEAVIEST + 1), "il pèse plus de 1"),
    ("binary", b"\x00\xff\xfe", "pas un fichier de texte"),
    ("another encoding", json.dumps(said(one())).encode("utf-16"), "pas un fichier de texte"),
    ("null bytes", b"\x00\x00", "ne se lit pas"),
    ("text", "Bonjour", "ne se lit pas"),
    ("HTML", "<html><script>alert(1)</script></html>", "ne se lit pas"),
    ("cut short", json.dumps(said(one()))[:-5], "ne se lit pas"),
    ("two values", json.dumps(said()) * 2, "ne se lit pas"),
    ("deep lists", "[" * 400_000, "emboîté"),
    ("deep objects", '{"a":' * 150_000 + "1" + "}" * 150_000, "emboîté"),
    ("NaN", '{"format": NaN}', "pas un nombre"),
    ("infinity", '{"x": -Infinity}', "pas un nombre"),
    ("a number without end", '{"version": ' + "9" * 900_000 + "}", "démesuré"),
    ("the same key twice", '{"format": "livret-retour", "format": "x"}', "deux fois"),
    ("the same key twice, deeper", '{"a": [{"texte": "1", "texte": "2"}]}', "deux fois"),
    ("a list", [], "le fichier n’a pas la forme"),
    ("null", "null", "le fichier n’a pas la forme"),
    ("another format", said(format="livret"), "pas d’un portfolio"),
    ("no format", {"remarques": []}, "pas d’un portfolio"),
    ("a format that is no text", said(format=["livret-retour"]), "pas d’un portfolio"),
    ("a newer version", said(version=2), "plus récente"),
    ("version zero", said(version=0), "quelle version"),
    ("a version that is a text", said(version="1"), "quelle version"),
    ("a version that is true", said(version=True), "quelle version"),
    ("no version", said(version=None), "quelle version"),
    ("no dossier", said(publication=""), "quel dossier"),
    ("a dossier that is a list", said(publication=["bilan"]), "publication"),
    ("a dossier that climbs", said(publication="../../etc"), "pas un identifiant"),
    ("an author that is a number", said(auteur=3), "auteur"),
    ("an author without end", said(auteur="x" * (LONGEST_NAME + 1)), "auteur"),
    ("a day that cannot be", said(date="2026-02-31"), "pas un jour"),
    ("a day in words", said(date="hier"), "pas un jour"),
    ("a day in other digits", said(date="２０２６-11-03"), "pas un jour"),
    ("no list", said(remarques=None), "liste"),
    ("an object for a list", said(remarques={"0": one()}), "liste"),
    ("too many", said(*[{}] * (MOST + 1)), "plus de 2"),
    ("a remark that is a text", said("x"), "une remarque n’a pas"),
    ("a remark that is a list", said([one()]), "une remarque n’a pas"),
    ("a text that is a number", said(one(texte=1)), "texte"),
    ("a text that is nothing", said(one(texte=None)), "texte"),
    ("a text too long", said(one(texte=TOO_LONG)), "5\u202f000 signes"),
    ("a row that is an object", said(one(ligne={})), "ligne"),
    ("a row that is a path", said(one(ligne="e1/../e2")), "pas un identifiant"),
    ("a row that is markup", said(one(ligne="<b>")), "pas un identifiant"),
    ("a row with a line end", said(one(ligne="e1\n")), "pas un identifiant"),
    ("a day that is a number", said(one(date=20261103)), "date"),
]


@pytest.mark.parametrize(("content", "why"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_a_hostile_file_is_refused_in_french_at_once(content, why):
    """Whatever is wrong, one sentence says it, within the blink of an eye, and says what to do."""
    before = time.perf_counter()
    with pytest.raises(ForeignReturn) as caught:
        read(content)
    assert time.perf_counter() - before < 5  # a busy machine is slow
    assert why in str(caught.value)
    assert "Rien n’a été ajouté." in str(caught.value)
    assert len(str(caught.value)) < 400


@given(st.binary(max_size=300) | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_read_or_refused(content):
    """No file makes anything but a return or a refusal."""
    try:
        told = "\n".join(remarks.read(content, BOOK).says)
    except ForeignReturn as error:
        told = error.what
    assert "\x00" not in told


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("ligne", "texte", "date", "futur"), json_values)))
def test_any_remark_is_read_or_refused(fields):
    """Whatever stands in a remark, the livret that takes it can be written and read again."""
    try:
        book = received(fields)
    except ForeignReturn:
        return
    assert Livret.from_data(json.loads(json.dumps(book.to_data()).encode())) == book


@pytest.mark.parametrize(
    ("texte", "kept"),
    [
        ("a\u202eb\u2066c\u200fd\u061ce", "abcde"),  # signs that turn the direction of reading
        ("a\x00b\x07c\x1b[31md", "abc[31md"),
        ("a\u200bb\ufeffc\U000e0041d\u00ade", "abcde"),  # what does not show
        ("\ud800a\udfff", "a"),  # halves of characters, which no file can hold
        ("un\r\ndeux\rtrois\u2028quatre", "un\ndeux\ntrois\nquatre"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("e\u0301te\u0301", "été"),
        ("👩\u200d🏫 \tbien", "👩\u200d🏫 \tbien"),
        ("\u202e\u2066", ""),
    ],
)
def test_a_text_is_cleaned_of_what_does_not_show(texte, kept):
    """Controls and signs that deceive the eye are taken out; what is written stays, markup included, as text."""
    found = read(said(one(texte=texte))).remarques
    assert [r.texte for r in found] == ([kept] if kept else [])


def test_a_remark_is_not_added_twice():
    """The same text on the same row by the same author is one remark, in a file and from one file to the next."""
    book = received(one(), one(date="2026-11-05"), one(ligne="e2"), one(texte="Autre."))
    assert [r.ligne for r in book.remarques] == ["e1", "e2", "e1"]
    assert all(r.recue_le == PartialDate(2026, 11, 23) for r in book.remarques)
    again = read(said(one(), one(texte="Encore.")), book)
    assert (len(again.remarques), again.deja) == (1, 1)
    assert "déjà dans votre livret" in again.says[0]
    assert remarks.added(book, read(said(one()), book), JOUR) is book
    other = read(said(one(), auteur="M. Untel"), book)
    assert len(other.remarques) == 1


def test_a_return_read_before_and_added_twice_is_added_once():
    """Two tabs, or two presses of the button: the second finds the remarks there."""
    retour = read(said(one(), one(ligne="e2")))
    book = remarks.added(BOOK, retour, JOUR)
    assert remarks.added(book, retour, JOUR) is book


def test_rows_that_are_gone_are_told_and_kept():
    """A remark on a row deleted since is kept, and its number is told."""
    found = read(said(one(ligne="parti"), one(ligne="aussi"), one()))
    assert (found.perdues, len(found.remarques)) == (2, 3)
    assert found.says == ["2 remarques portent sur des lignes qui n’existent plus\u00a0: elles sont gardées."]
    assert [r.ligne for r in remarks.added(BOOK, found, JOUR).remarques] == ["parti", "aussi", "e1"]


def test_an_unknown_dossier_is_told_and_may_be_chosen():
    """A return on a dossier that this livret does not have is acceptable, on the dossier that the agent names."""
    found = read(said(one(), publication="ailleurs"))
    assert (found.connu, found.dossier) == (False, "")
    assert "n’est pas dans ce livret" in found.says[0]
    (kept,) = remarks.added(BOOK, found, JOUR, publication="bilan").remarques
    assert kept.publication == "bilan"
    assert remarks.added(BOOK, found, JOUR, publication="").remarques[0].publication == ""


def test_an_accepted_remark_joins_the_private_note_of_its_row():
    """The note gains the remark with its author and day, once, and nothing else of the row changes."""
    book = received(one(), one(ligne="e2", texte="Deux\nlignes."))
    first, second = book.remarques
    book = remarks.accepted(remarks.accepted(book, first.id), second.id)
    rows = book.experiences.emplois
    wanted = "Remarque de Mme T, le 2\u00a0novembre\u00a02026\u00a0: "
    assert rows[0].note_privee == f"À moi.\n\n{wanted}Précisez."
    assert rows[1].note_privee == f"{wanted}Deux\nlignes."
    assert rows[0].with_(note_privee="À moi.") == BOOK.experiences.emplois[0]
    assert [r.etat for r in book.remarques] == ["acceptee", "acceptee"]
    again = remarks.accepted(remarks.reopened(book, first.id), first.id)
    assert again.experiences.emplois == book.experiences.emplois


@pytest.mark.parametrize("ligne", ["", "parti"])
def test_an_accepted_remark_without_a_row_joins_the_agents_own_note(ligne):
    """What is on the whole, or on a row that is gone, is not lost."""
    book = received(one(ligne=ligne))
    book = remarks.accepted(book, book.remarques[0].id)
    assert "Précisez." in book.titulaire.note_privee
    assert book.experiences == BOOK.experiences


def test_an_accepted_remark_stays_text_in_a_note():
    """A note is Markdown: links, headings, emphasis and HTML of a remark show as they were typed, and do nothing."""
    texte = "# Titre\n[clic](https://exemple.example) *gras* _fin_ `code` <b>x</b> \\*"
    book = received(one(texte=texte))
    note = remarks.accepted(book, book.remarques[0].id).experiences.emplois[0].note_privee
    html = markdown.render(note)
    for wanted in ("# Titre", "[clic](https://exemple.example)", "*gras*", "_fin_", "`code`", "&lt;b&gt;x", "\\*"):
        assert wanted in html
    assert not any(tag in html for tag in ("<a", "<em", "<strong", "<code", "<b>", "intertitre"))


def test_answering_putting_aside_and_opening_again():
    """Each changes the state of that remark alone; an answer stays until another replaces it."""
    book = received(one(), one(ligne="e2"))
    first, second = (r.id for r in book.remarques)
    book = remarks.answered(book, first, " Oui,\u202e bientôt. ")
    assert [(r.etat, r.reponse) for r in book.remarques] == [("repondue", "Oui, bientôt."), ("a-traiter", "")]
    assert remarks.answered(book, second, "  ") is book
    book = remarks.dismissed(book, second)
    assert remarks.waiting(book) == []
    book = remarks.reopened(book, first)
    assert [(r.etat, r.reponse) for r in remarks.waiting(book)] == [("a-traiter", "Oui, bientôt.")]
    assert [r.id for r in remarks.waiting(book, "e1")] == [first]
    assert remarks.waiting(book, "e2") == []
    assert [r.id for r in remarks.removed(book, first).remarques] == [second]


@pytest.mark.parametrize("edit", [remarks.accepted, remarks.dismissed, remarks.reopened, remarks.removed])
def test_a_remark_that_is_gone_changes_nothing(edit):
    """Another tab was quicker: the livret stays the very same."""
    book = received(one())
    assert edit(book, "inconnu") is book


def test_a_deleted_row_leaves_its_remarks():
    """Deleting a row keeps what was said of it: bringing the row back finds it again."""
    book = drafts.remove_rows(received(one()), "experiences.emplois", {"e1"})
    assert [r.ligne for r in book.remarques] == ["e1"]


def test_a_full_return_is_taken_in_a_moment():
    """The most remarks that a file may hold are read and added without a wait."""
    every = [one(texte=f"Remarque {number}", ligne="e1" if number % 2 else "parti") for number in range(MOST)]
    before = time.perf_counter()
    book = received(*every)
    assert time.perf_counter() - before < 10  # a busy machine is slow
    assert len(book.remarques) == MOST
