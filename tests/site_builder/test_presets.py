"""The seven dossiers of the trade, made from the demonstration and searched to the last byte of every output.

What goes in is named row by row, as an agent would have chosen it; what must not be there is looked for in the pages,
the PDF, the tables, the data and the zip, file names and metadata included.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from typing import Any

import pypdf
import pytest

from data import demarches
from data.demarches.model import SORTIES
from data.model import Livret
from data.publications import Publication
from site_builder import gate, present
from site_builder.outputs import forms
from site_builder.preparation import prepare
from tests.site_builder.every_output import PASSPHRASE, every_output, exported, hits, publisher, readable, shown
from tests.site_builder.support import JOUR, rows_out

NB, NNB = "\u00a0", "\u202f"
UNION = ("comité technique", "section syndicale", "Institut syndical", "syndic")
MANDATE = ("conseillère municipale", "Commune de Saint-Cœur-des-Forges")
BILAN = ("Cap Boussole",)
SECRETS = (*UNION, *MANDATE, *BILAN)
K_ROWS = ("k1", "k2", "k3", "k4", "k5")


def numbered(letter: str, first: int, last: int) -> tuple[str, ...]:
    """``e05`` to ``e11``."""
    return tuple(f"{letter}{number:02d}" for number in range(first, last + 1))


MUTATION = (
    "d2", "d4", "x2", "x3", "f09", "f12", "f17", "f19", "f20", "f22", *numbered("e", 5, 11), *numbered("c", 1, 5),
    *numbered("c", 8, 10), *numbered("c", 13, 17), *numbered("c", 20, 24), "l-anglais", "h-permis-b",
)  # fmt: skip
DISPENSE = ("d2", "x2", "f03", "f04", "f06", "f07", *numbered("e", 2, 6))
VAE = (*numbered("e", 5, 10), "f03", "f06", "f09", "f13", "f14", "t1")
PROMOTION = ("f08", "f09", "f12", "f17", "f19", "x1", "x2", "x3", "t1", "t2", "t3", "ds1")
CAREER = (*numbered("e", 2, 11), "e00a", "e00b", "e01")
INTERVIEW = ("e11", *numbered("f", 20, 24))


class Made:
    """One dossier of the demonstration and what came of it."""

    def __init__(self, book: Livret, contents: Mapping[str, bytes], dossier: Publication) -> None:
        self.book, self.dossier = book, dossier
        self.give = publisher(book, contents, dossier, JOUR)
        self.released = gate.release(book, dossier)
        self.out = rows_out(self.released)

    @cache  # noqa: B019 - kept no longer than the test
    def outputs(self) -> dict[str, str]:
        """Every output, as text."""
        refused = demarches.load(self.dossier.demarche).refuse
        return every_output(self.give, [code for code in SORTIES if not refused(code)])

    @property
    def view(self) -> Any:
        """What its pages show."""
        return present.present(self.book, self.dossier, JOUR)

    def table(self, code: str) -> Any:
        """One of its tables."""
        return next(table for table in self.view.tableaux if table.code == code)

    def titles(self, *refs: str) -> list[str]:
        """The titles of rows of the whole livret."""
        return [self.book.rows[ref].intitule_ligne for ref in refs]

    def missing(self, *refs: str) -> list[tuple[str, str]]:
        """Which of these rows are not in the outputs that show everything."""
        held = {
            code: self.outputs()[code] for code in ("dossier", "page", "pdf", "xlsx", "json") if code in self.outputs()
        }
        return [(code, title) for title in self.titles(*refs) for code in held if not hits({code: held[code]}, [title])]


@pytest.fixture
def made(demonstration: tuple[Livret, dict[str, bytes]]) -> Any:
    """Make a dossier: what the démarche proposes, then what an agent chose of it."""
    book, contents = demonstration

    def make(code: str, *, of: Livret | None = None, **chosen: Any) -> Made:
        livret = of or book
        proposed = prepare(livret, demarches.load(code), "", JOUR)
        return Made(livret, contents, proposed.with_(**chosen))

    return make


def picked(*refs: str, documents: tuple[str, ...] = ()) -> dict[str, Any]:
    """Rows named one by one, and nothing else."""
    return {"selection": True, "inclus": refs, "documents": documents}


def test_a_mutation(made):
    """The chosen rows are there; union, mandate, bilan, interview and telephone are in no byte of any output."""
    documents = ("p02", "p04", "p09", "p10", "p19", "p22", "p27", "p28", "p29", "p30", "p42", "p43", "p45", "p46")
    one = made("mutation", **picked(*MUTATION, documents=documents))
    assert set(one.out) == {*MUTATION, *documents}
    assert one.missing(*MUTATION) == []
    private = one.titles("f10", "k1", "k2", "k3", "k4", "k5", "p35", "p36", "p44")
    assert hits(one.outputs(), [*SECRETS, *private, one.book.titulaire.telephone, "Pour moi seule"]) == []
    assert hits(one.outputs(), [one.book.titulaire.courriel])
    told = demarches.review(one.released, one.dossier, JOUR)
    assert not any(found.genre in {"mots", "coordonnees", "lignes"} for found in told)


def test_a_waiver(made):
    """The case of 2013: a table of training days, twelve years and four months computed, nothing of private life."""
    one = made("dispense", **picked(*DISPENSE, documents=("p02", "p09", "p13", "p14", "p16", "p17", "p39", "p42")))
    assert {ref for ref in one.out if not ref.startswith("p")} == set(DISPENSE)
    assert one.missing(*DISPENSE) == []
    assert hits(one.outputs(), [*SECRETS, *one.titles("f10", *K_ROWS)]) == []
    assert "competences.langues" not in demarches.load("dispense").reprend.listes
    assert not one.released.competences.langues
    days = one.table("formations")
    assert [row[3] for row in days.lignes] == [f"22{NB}jours", f"3{NB}jours", f"8{NB}jours", f"5{NB}jours"]
    assert days.total[3] == f"38{NB}jours"
    assert one.table("experiences").total[3] == f"12{NB}ans et 4{NB}mois"
    for code in ("dossier", "page", "pdf"):
        assert "12 ans et 4 mois" in shown(one.outputs(), code)
    told = demarches.review(one.released, one.dossier, JOUR)
    assert not any(found.genre == "experience" for found in told)


def test_a_bilan(made):
    """Everything but the administrative papers, private notes included, marked confidential; no opinion."""
    book_documents = made("bilan").book.pieces
    documents = tuple(p.id for p in book_documents if p.detenue and p.id not in {"p20", "p40", "p41", "p42"})
    one = made("bilan", documents=documents)
    withheld = {"k3", "k4", "k5", "f10", "p20", "p40", "p41", "p42", "p47"}
    assert set(one.out) == set(one.book.rows) - withheld
    assert {"k1", "k2", "bc1", "bc2"} <= set(one.out)
    outputs = every_output(one.give, ("zip", "protegee", "page", "pdf"))
    assert hits(outputs, [*UNION, *MANDATE, *one.titles("k3", "k4", "k5")]) == []
    for code in outputs:
        assert "Confidentiel" in outputs[code]
        assert hits({code: outputs[code]}, ["Pour moi seule", one.book.titulaire.telephone])
    assert one.view.mention == "Confidentiel"
    assert not {"p40", "p41", "p42"} & set(made("bilan").dossier.documents)


def test_a_bilan_with_what_was_ticked(made):
    """A union activity that the agent agreed to show to the adviser is there, and the two others still are not."""
    agreed = made("bilan", consentements=[{"ligne": "k3", "date": "2026-11-23"}], documents=())
    assert {"k3", "k4", "k5"} & set(agreed.out) == {"k3"}
    outputs = every_output(agreed.give, ("zip",))
    assert hits(outputs, ["comité technique"])
    assert hits(outputs, ["section syndicale", *MANDATE]) == []


def test_a_validation(made):
    """Six posts and their trainings, with the hours that each one's share of time makes; no early post, no activity."""
    one = made("vae", **picked(*VAE, documents=("p13", "p16", "p19", "p23", "p24", "p42")))
    assert {ref for ref in one.out if not ref.startswith("p")} == set(VAE)
    assert one.missing(*VAE) == []
    rows = {row[0].partition(",")[0]: row for row in one.table("heures").lignes}
    assert len(rows) == 6
    assert rows["Gestionnaire formation"][3].replace(NNB, " ") == "1 607 heures"
    assert rows["Gestionnaire formation continue"][3].replace(NNB, " ") == "4 821 heures"
    assert one.table("heures").total[3].replace(NNB, " ") == "25 712 heures"
    early = [f"{one.book.rows[ref].intitule_ligne}" for ref in ("e00a", "e03", "e04")]
    without_papers = every_output(made("vae", **picked(*VAE)).give, ("page", "pdf"))
    assert hits(without_papers, [*early, "Association de loisirs"]) == []
    assert hits(one.outputs(), [*SECRETS, *one.titles(*K_ROWS)]) == []


def test_hours_of_a_post_that_was_not_always_full_time(made):
    """The post at 100 %, then 90 % since September 2024, counts fewer hours than its length says."""
    one = made("vae", **picked("e11"))
    (row,) = one.table("heures").lignes
    assert (row[2], row[3].replace(NNB, " ")) == (
        f"100{NNB}% puis 90{NNB}% depuis 09/2024",
        "5 904 heures",
    )
    assert "estimé" in one.table("heures").total[0]


def test_a_promotion(made):
    """The whole career and a complete statutory table; bilans and interview nowhere, nor the union without consent."""
    documents = ("p08", "p09", "p10", "p18", "p19", "p22", "p27", "p28", "p32", "p42")
    one = made("promotion-interne", **picked(*CAREER, *PROMOTION, documents=documents))
    assert {ref for ref in one.out if not ref.startswith("p")} == {*CAREER, *PROMOTION}
    assert one.missing(*CAREER, *PROMOTION) == []
    assert hits(one.outputs(), [*SECRETS, *one.titles("p35", "p36", "p44", "k3", "k4", "k5")]) == []
    said = " ".join(row[1] for row in one.table("statutaires").lignes)
    assert all(title.replace(" :", f"{NB}:") in said for title in one.titles("f08", "f09", "f12", "f17", "f19"))
    assert not any("En retard" in row for row in one.table("statutaires").lignes)
    assert len(one.table("carriere").lignes) == sum(ref.startswith("e") and ref != "e01" for ref in CAREER)
    told = demarches.review(one.released, one.dossier, JOUR)
    assert not any(found.liste == "formations.actions" for found in told)  # every attestation is joined


def test_a_promotion_with_a_union_mandate(made):
    """Where it may count, the union mandate goes in with an express consent for that very row, and only that one."""
    consent = [{"ligne": "k3", "date": "2026-11-23"}]
    without = made("promotion-interne", **picked(*CAREER, *PROMOTION, "k3", "k4"))
    assert not {"k3", "k4"} & set(without.out)
    agreed = made("promotion-interne", **picked(*CAREER, *PROMOTION, "k3", "k4"), consentements=consent)
    assert {"k3", "k4"} & set(agreed.out) == {"k3"}
    outputs = every_output(agreed.give, ("page", "pdf", "xlsx", "json"))
    assert {code for code, _ in hits(outputs, ["comité technique"])} == set(outputs)
    assert hits(outputs, ["section syndicale", *MANDATE, *BILAN, "Pour moi seule"]) == []


def test_an_interview(made, demonstration):
    """One page: the post, the trainings of late, what is to be learnt; nothing confidential, nothing special."""
    book, _ = demonstration
    wish = {"id": "c27", "libelle": "Conduire un projet européen", "categorie": "savoir-faire", "niveau": 0}
    rows = (*book.competences.competences, type(book.competences.competences[0]).model_validate(wish))
    with_wish = book.with_(competences=book.competences.with_(competences=rows))
    assert "c27" in prepare(with_wish, demarches.load("entretien"), "", JOUR).inclus
    one = made("entretien", of=with_wish, **picked(*INTERVIEW, "c27"))
    assert set(one.out) == {*INTERVIEW, "c27"}
    assert one.missing(*INTERVIEW, "c27") == []
    assert hits(one.outputs(), [*SECRETS, "Pour moi seule", *one.titles("f10", "p35", "p36", "p44", *K_ROWS)]) == []
    assert hits({code: one.outputs()[code] for code in ("page", "pdf")}, ["Compétences à développer"])
    assert one.table("a-acquerir").lignes == (("Conduire un projet européen", ""),)
    document = forms.make(forms.named("pdf"), one.give, forms.Asked()).content
    pages = len(pypdf.PdfReader(io.BytesIO(document)).pages)
    assert [
        found for found in demarches.review(one.released, one.dossier, JOUR, pages=pages) if found.genre == "pages"
    ] == []
    assert pages == 1


def test_the_whole_livret(made):
    """Everything, in the two outputs that are encrypted: no clear byte tells anything, and the passphrase opens all."""
    one = made("livret-complet")
    assert set(one.out) == set(one.book.rows) - {"k3", "k4", "k5", "f10", "p20", "p47"}
    outputs = one.outputs()
    assert set(outputs) == {"protegee", "zip"}
    for code, text in outputs.items():
        assert hits({code: text}, [*one.titles("bc1", "p44", "e11", "d1"), "Pour moi seule"])
        assert hits({code: text}, [*UNION, *MANDATE]) == []
        content = forms.make(forms.named(code), one.give, forms.Asked(passphrases=(PASSPHRASE,))).content
        assert not any(word.encode() in content for word in ("Dorvanne", "Lestrac", "Cheffe", "Port-Aubr"))


# ── The search itself ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", SORTIES)
def test_the_search_reads_every_output(made, code):
    """A word that is in a dossier is found in each of its outputs: the searches above are not blind."""
    one = made("libre", **picked("k1", "e08"), consentements=[])
    outputs = every_output(one.give, (code,))
    assert hits(outputs, ["Les Jardins partagés de l’Ère", "jardins PARTAGES"]) == [
        (code, "Les Jardins partagés de l’Ère"), (code, "jardins PARTAGES"),
    ]  # fmt: skip


@pytest.mark.parametrize("code", ["page", "protegee", "zip", "dossier", "dossier-complet"])
def test_the_search_reads_the_documents(made, code):
    """What only a joined document says is found where documents are: inlined, beside the pages, bound or zipped."""
    one = made("libre", **picked("e04", documents=("p19",)))
    assert hits(every_output(one.give, (code,)), ["Construire et piloter un plan de formation"])


def test_the_search_reads_names_metadata_and_attachments(made):
    """A file name, an address, the title of a PDF and the data attached to it are read like the rest."""
    assert hits({"x": " ".join(readable("a/comit%C3%A9-technique.txt", b""))}, ["comité technique"]) == []
    assert hits({"x": " ".join(readable("comité-technique.txt", b""))}, ["comité technique"])
    page = b'<a href="comit%C3%A9-technique.pdf" title="sec&shy;tion">&eacute;lue</a>'
    assert len(hits({"x": " ".join(readable("a", page))}, ["comité technique", "élue", "section"])) == 3
    one = made("mutation", **picked("e08"), titre="Zythum")
    content = forms.make(forms.named("pdf"), one.give, forms.Asked()).content
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert "Zythum" in str(reader.metadata)
    assert reader.attachments
    assert exported(one.give)


def test_every_output_is_searched():
    """Each output that a démarche may name is one that the program makes, and the other way round."""
    assert {form.code for form in forms.forms()} == set(SORTIES)
