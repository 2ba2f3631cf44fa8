"""« Ce qui sort »: everything that a dossier would let out, said before anything is written; a part of « Publier »."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import streamlit as st

from data.french import NBSP
from editor.screens.frame import plain
from site_builder.comparing import Comparison
from site_builder.leaving import Leaving, Named


def what_leaves(leaving: Leaving) -> None:
    """Everything that would leave, what forbids it first, then what should be read again."""
    if leaving.blocked:
        st.error(
            f"**Ce dossier ne peut pas être publié{NBSP}: il contient des données qui ne doivent jamais sortir.**\n\n"
            + bullets(leaving.blocked),
            icon=":material/block:",
        )
    if leaving.warnings:
        st.warning(
            f"**À relire{NBSP}: des mots qui en disent peut-être plus que vous ne voulez.**\n\n"
            + bullets(leaving.warnings),
            icon=":material/warning:",
        )
    if leaving.a_corriger:
        st.warning(
            f"**À corriger{NBSP}: une saisie mal comprise ne sort pas, la ligne part sans elle.**\n\n"
            + bullets(f"{row.rubrique} › {row.titre}" for row in leaving.a_corriger),
            icon=":material/edit_note:",
        )
    if leaving.consenties:
        st.info(
            "**Lignes de catégorie particulière, montrées avec votre accord**\n\n"
            + bullets(f"{row.rubrique} › {row.titre}" for row in leaving.consenties),
            icon=":material/shield_person:",
        )
    st.html(_figures(leaving))
    _names(leaving)


def comparison(found: Comparison, one: str, other: str) -> str:
    """What sets two dossiers apart, as HTML."""
    parts = [f"<p>{counted(found.common, 'ligne')} et documents sortent des deux.</p>"]
    for title, rows in ((one, found.only_one), (other, found.only_other)):
        parts.append(_group(f"Seulement dans «{NBSP}{title}{NBSP}» ({len(rows)})", rows, rubrique=True))
    if found.settings:
        lines = "".join(
            f'<tr><th scope="row">{escape(s.titre)}</th><td>{escape(s.one)}</td><td>{escape(s.other)}</td></tr>'
            for s in found.settings
        )
        heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in ("Réglage", one, other))
        heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in ("Réglage", one, other))
        parts.append(
            f'<div class="livret-table"><table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>'
        )
    return f'<div class="livret-compare">{"".join(parts)}</div>'


def _figures(leaving: Leaving) -> str:
    shown = " et ".join(label.lower() for label, _ in leaving.coordonnees) or "aucune coordonnée"
    figures = [
        ("Lignes", leaving.total, f"dans {counted(len(leaving.listes), 'rubrique')}" if leaving.listes else "aucune"),
        ("Documents", len(leaving.documents), "nettoyés et renommés"),
        ("Coordonnées", len(leaving.coordonnees), shown + (", et la photo" if leaving.photo else "")),
        ("Restent chez vous", leaving.stay, "lignes et documents"),
    ]
    cells = (f"<div><dt>{a}</dt><dd>{b}</dd><dd>{escape(c)}</dd></div>" for a, b, c in figures)
    return f'<dl class="livret-figures">{"".join(cells)}</dl>'


def _names(leaving: Leaving) -> None:
    """The names behind the figures, to be unfolded."""
    with st.expander(f"Lignes qui sortent ({leaving.total})", icon=":material/list:", key="leaving_rows"):
        for liste in leaving.listes:
            st.html(_group(f"{liste.titre} ({len(liste.lignes)})", liste.lignes))
        if not leaving.listes:
            st.caption("Aucune ligne.")
    with st.expander(
        f"Documents joints ({len(leaving.documents)})", icon=":material/attach_file:", key="leaving_documents"
    ):
        items = [
            f"{escape(one.titre)}<br><small>{one.media}, {one.taille}{_pages(one.pages)}<br>{one.fichier}</small>"
            for one in leaving.documents
        ]
        st.html(_list(items))
        st.caption(
            f"Leur copie part sans ses données cachées (lieu de prise de vue, auteur, commentaires){NBSP}; "
            "l’original reste intact dans le livret."
        )
    with st.expander("Identité, textes et coordonnées", icon=":material/badge:", key="leaving_identity"):
        items = [escape(leaving.identite or "Aucun nom"), *map(escape, leaving.textes)]
        items += [f"{escape(label)}{NBSP}: {escape(value)}" for label, value in leaving.coordonnees]
        items.append("Photo" if leaving.photo else "Pas de photo")
        st.html(_list(items))
    with st.expander(f"Ce qui reste dans votre livret ({leaving.stay})", icon=":material/lock:", key="staying"):
        for group in leaving.restent:
            st.html(_group(f"{group.raison} ({len(group.lignes)})", group.lignes, rubrique=True))
        st.caption("Les saisies à corriger ne sortent jamais ; les notes privées, seulement si ce dossier les demande.")


def _group(title: str, rows: Iterable[Named], *, rubrique: bool = False) -> str:
    items = [escape(row.titre) + (f" <small>{escape(row.rubrique)}</small>" if rubrique else "") for row in rows]
    return f"<p><strong>{escape(title)}</strong></p>{_list(items)}"


def _list(items: Iterable[str]) -> str:
    return f'<ul class="livret-leaves">{"".join(f"<li>{item}</li>" for item in items)}</ul>'


def _pages(count: int) -> str:
    return f", {counted(count, 'page')}" if count else ""


def counted(count: int, noun: str) -> str:
    """A number with its noun, in the plural when there are several."""
    return f"{count}{NBSP}{noun}{'s' if count > 1 else ''}"


def bullets(sentences: Iterable[str]) -> str:
    """Sentences as a list, each letter for letter."""
    return "\n".join(f"- {plain(sentence)}" for sentence in sentences)
