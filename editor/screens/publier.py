"""« Publier »: a dossier, what would leave, the form in which it is handed over; and the log of past exports."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from data import demarches
from data.demarches.rules import Constat
from data.model import Livret
from data.publications import Envoi, Publication
from editor.screens import dossier as settings
from editor.screens import remise
from editor.screens.chosen import pick, style
from editor.screens.frame import heading, plain
from editor.screens.going import go
from editor.screens.remise import SHORT
from editor.screens.sortie import counted, what_leaves
from editor.showcase import showcase
from editor.workshop import workshop
from site_builder import gate

MOST_FINDINGS = 12  # at once: more would hide what leaves below


def show() -> None:
    """The screen."""
    heading("Publier", "Choisissez un dossier, relisez ce qui sort, puis remettez-le. Rien ne part tout seul.")
    style()
    with st.container(key="publish_dossier", border=True):
        chosen = pick()
        settings.tools(chosen)
        settings.form(chosen)
    leaving = showcase.leaving(chosen)
    _complete(chosen)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.subheader("Ce qui sort", anchor=False)
        st.link_button(
            "Relevé à imprimer", f"/ce-qui-sort/{chosen.id}.html", icon=":material/print:", type="tertiary",
            help="Une page à relire au calme, et à garder.",
        )  # fmt: skip
    what_leaves(leaving)
    st.subheader("Remettre le dossier", anchor=False)
    remise.show(chosen, leaving)
    st.subheader("Journal des envois", anchor=False)
    log(workshop.livret)


# ── What is missing ──────────────────────────────────────────────────────────────────────────────────────────────────


def _complete(dossier: Publication) -> None:
    """What the procedure expects and the dossier lacks, each with the way to its place."""
    shown = showcase.source(dossier)
    found = demarches.review(gate.release(shown.livret, dossier), dossier, shown.jour)
    if not found:
        return
    missing = [one for one in found if one.gravite == "manque"]
    st.subheader("Pour cette démarche", anchor=False)
    for title, icon, some in (
        (f"Ce qui manque ({len(missing)})", ":material/rule:", missing),
        (f"Ce qui aiderait ({len(found) - len(missing)})", ":material/lightbulb:", found[len(missing) :]),
    ):
        if some:
            with st.expander(title, icon=icon, key=f"review_{some[0].gravite}", expanded=some is missing):
                for rank, one in enumerate(some[:MOST_FINDINGS]):
                    _finding(one, f"finding_{one.gravite}_{rank}")
                if len(some) > MOST_FINDINGS:
                    st.caption(f"Et {counted(len(some) - MOST_FINDINGS, 'autre')}, une fois ceux-ci réglés.")


def _finding(one: Constat, key: str) -> None:
    """A sentence, what it rests on, and a button to the row it is about."""
    says, there = st.columns([7, 1], vertical_alignment="center")
    with says:
        base = f" :small[:gray[{plain(one.base)}]]" if one.base else ""
        st.markdown(f"{plain(one.says)}{base}")
    if one.liste not in ("", "publication"):
        with there:
            st.button(
                "Y aller", icon=":material/arrow_forward:", type="tertiary", key=f"{key}_go", on_click=go,
                args=(one.liste, one.ligne),
            )  # fmt: skip


# ── The log ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def log(livret: Livret) -> None:
    """The past exports, the latest first."""
    if not livret.envois:
        st.caption("Aucun envoi pour l’instant. Chaque portfolio écrit d’ici s’inscrit à ce journal.")
        return
    titles = {dossier.id: dossier.titre for dossier in livret.publications}
    rows = "".join(_line(envoi, titles) for envoi in reversed(livret.envois))
    heads = "".join(
        f'<th scope="col">{head}</th>' for head in ("Date", "Dossier", "Destinataire", "Format", "Empreinte")
    )
    st.html(f'<div class="livret-table"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>')


def _line(envoi: Envoi, titles: Mapping[str, str]) -> str:
    form = escape(envoi.format)
    if envoi.categorie_3:
        form += f" <small>dont {counted(len(envoi.categorie_3), 'ligne')} de catégorie particulière</small>"
    cells = [
        escape(titles.get(envoi.publication, "dossier supprimé")), escape(envoi.destinataire or "—"), form,
        f'<code title="{escape(envoi.sha256)}">{escape(envoi.sha256[:SHORT])}</code>',
    ]  # fmt: skip
    return f'<tr><th scope="row">{escape(envoi.quand)}</th>{"".join(f"<td>{c}</td>" for c in cells)}</tr>'
