"""Help: one search over topics, fields and legal texts; topics to read, to print, and to go on from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import streamlit as st

from editor import guide
from editor.guide import Hit, Topic
from editor.guide_pages import marked, printable, references_html
from editor.screens.frame import heading, plain
from editor.session import state

_OPENED, _SEARCHED = "aide_ouverte", "aide_recherche"
_COLUMNS = 3
_MOST_HITS = 25
_READING = 760  # pixels: about 80 signs a line

_SECTION = re.compile(r"(?m)^##(?= )")  # a topic's own title is of the second level here


def show() -> None:
    """The whole screen: what was opened, else what was searched, else the contents."""
    heading("Aide", "Une rubrique à lire, ou un mot à chercher.")
    words = st.text_input(
        "Chercher dans l’aide",
        key=_SEARCHED,
        type="search",
        live=True,
        placeholder="Un mot : durée, mutation, mot de passe…",
        on_change=_leave,
        width=_READING,
    )
    opened = state.get(_OPENED, "")
    if opened == guide.REFERENCES:
        _references()
    elif opened:
        _read(guide.topic(opened))
    elif words and words.strip():
        _found(words)
    else:
        _contents()


def open_topic(slug: str) -> None:
    """Show a topic the next time this screen is drawn; for a button here or on another screen."""
    state.set(_OPENED, slug)


def _leave() -> None:
    state.set(_OPENED, "")


def _contents() -> None:
    for groupe in guide.GROUPES:
        st.header(groupe, anchor=False)
        held = [topic for topic in guide.topics() if topic.groupe == groupe]
        for start in range(0, len(held), _COLUMNS):
            _cards(held[start : start + _COLUMNS])
    st.header("Le droit", anchor=False)
    with st.container(border=True, key="aide_carte_references", width=_READING, gap="xsmall"):
        _opener("Les références juridiques", guide.REFERENCES, "contenu")
        st.caption("Les textes sur lesquels s’appuie Livret, avec la date à laquelle chacun a été vérifié.")


def _cards(topics: Sequence[Topic]) -> None:
    columns = st.columns(_COLUMNS, gap="small")
    for column, topic in zip(columns, topics, strict=False):
        with column, st.container(border=True, key=f"aide_carte_{topic.slug}", height="stretch", gap="xsmall"):
            _opener(topic.titre, topic.slug, "contenu")
            st.caption(topic.resume)


def _found(words: str) -> None:
    hits = guide.search(words)
    if not hits:
        st.info(
            "Rien ne correspond. Essayez un mot plus court, ou un seul mot à la fois.", icon=":material/search_off:"
        )
        return
    count = f"{len(hits)}\u00a0résultats" if len(hits) > 1 else "1\u00a0résultat"
    more = f" Voici les {_MOST_HITS} premiers ; ajoutez un mot pour préciser." if len(hits) > _MOST_HITS else ""
    st.caption(f"{count} pour «\u00a0{words.strip()}\u00a0».{more}")
    for rank, hit in enumerate(hits[:_MOST_HITS]):
        _hit(hit, rank)


def _hit(hit: Hit, rank: int) -> None:
    with st.container(key=f"aide_trouve_{rank}", gap="xxsmall", width=_READING):
        _opener(hit.titre, hit.ouvre, f"trouve{rank}")
        st.html(f'<p class="aide-extrait">{marked(hit)}</p>')


def _opener(titre: str, slug: str, place: str) -> None:
    st.button(plain(titre), key=f"aide_ouvrir_{place}_{slug}", type="tertiary", on_click=open_topic, args=(slug,))


def _back() -> None:
    searched = str(state.value(_SEARCHED) or "").strip()
    label = "Retour aux résultats" if searched else "Toutes les rubriques"
    st.button(label, key="aide_retour", icon=":material/arrow_back:", type="tertiary", on_click=_leave)


def _read(topic: Topic) -> None:
    _back()
    with st.container(key="aide_page", width=_READING):
        st.header(topic.titre, anchor=False)
        st.html(f'<p class="aide-chapeau">{topic.resume}</p>')
        st.markdown(_SECTION.sub("###", topic.texte), anchors=False)
        if topic.references:
            with st.expander("Les textes, et la date de leur vérification", icon=":material/gavel:"):
                st.html(references_html(guide.references_of(topic), "Textes cités"))
        _print(topic)
        st.markdown("**À lire aussi**")
        for slug in topic.voir:
            _opener(guide.topic(slug).titre, slug, "voir")


def _print(topic: Topic) -> None:
    st.download_button(
        "Enregistrer la page pour l’imprimer",
        printable(topic, date.today()),  # noqa: DTZ011 - the day on this computer's clock is the one to print
        file_name=f"livret-{topic.slug}.html",
        mime="text/html",
        key="aide_imprimer",
        icon=":material/print:",
        on_click="ignore",
        help="Ouvrez le fichier, puis imprimez-le depuis le navigateur, sur papier ou en PDF.",
    )


def _references() -> None:
    _back()
    with st.container(key="aide_page", width=_READING):
        st.header("Les références juridiques", anchor=False)
        st.html(
            '<p class="aide-chapeau">Les textes changent. Chacun porte la date à laquelle nous l’avons vérifié ; '
            "ce qui n’est pas confirmé par un texte ou une page officielle le dit. En cas de doute, demandez à votre "
            "service du personnel ou à votre centre de gestion.</p>"
        )
        st.caption("Un lien ouvre votre navigateur sur un site extérieur : Livret, lui, n’y va jamais.")
        st.html(references_html(guide.legal_references(), "Références juridiques"))
