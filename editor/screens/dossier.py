"""The settings of a dossier: for whom, which rows, which documents, which contact details; a part of « Publier »."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, get_args

import streamlit as st

from data import demarches
from data.fields import Champ, champs
from data.french import NBSP
from data.model import LISTES, Livret, Titulaire
from data.nomenclatures import label, load
from data.publications import Coordonnee, Publication
from data.values import PartialDate
from editor import drafts
from editor.screens.chosen import DOSSIER, change, fixed
from editor.screens.frame import notify, plain
from editor.screens.sortie import comparison
from editor.session import state
from editor.showcase import showcase
from editor.workshop import workshop
from site_builder import dossiers, gate, preparation
from site_builder.comparing import compare

NEW = "new_dossier_open"
Read = Callable[[Any], Any]
CHAMPS: Mapping[str, Champ] = {champ.nom: champ for champ in champs(Publication)}
CONTACT = {champ.nom: champ.titre for champ in champs(Titulaire) if champ.nom in get_args(Coordonnee)}
RUBRIQUES = {liste: model.pluriel for liste, model in LISTES.items() if liste != "pieces"}


def tools(dossier: Publication) -> None:
    """Start another dossier, close this one."""
    if workshop.read_only:
        return
    with st.container(horizontal=True, gap="small", key="dossier_tools"):
        with st.popover("Nouveau dossier", icon=":material/add:", key=NEW, on_change="rerun"):
            _new(dossier)
        if not dossiers.kept(workshop.livret, dossier):
            return
        _compare(dossier)
        if dossier.fermee_le is None:
            st.button(
                "Fermer ce dossier", icon=":material/lock:", type="tertiary", key="close_dossier", on_click=_close,
                args=(dossier, True), help=CHAMPS["fermee_le"].aide,
            )  # fmt: skip
        else:
            st.button(
                "Rouvrir ce dossier", icon=":material/lock_open:", type="tertiary", key="open_dossier",
                on_click=_close, args=(dossier, False),
            )  # fmt: skip


def _new(dossier: Publication) -> None:
    """Another dossier: prepared for a procedure, or copied from the one shown."""
    known = {one.code: one for one in demarches.all()}
    chosen = st.selectbox(
        CHAMPS["demarche"].titre, list(known), key="new_dossier_demarche", index=None,
        format_func=lambda code: known[code].libelle, placeholder="Pour quelle démarche ?",
    )  # fmt: skip
    demarche = known.get(chosen or "")
    if demarche:
        st.caption(f"{plain(demarche.resume)} {plain(demarche.conseil)}")
    st.text_input(
        CHAMPS["titre"].titre, key="new_dossier", help=CHAMPS["titre"].aide,
        placeholder=demarche.libelle if demarche and demarche.code != demarches.FREE else dossiers.FIRST_TITLE,
    )  # fmt: skip
    st.checkbox(
        "Partir d’une copie du dossier affiché", key="new_dossier_copy",
        help="Tout est repris, sauf le destinataire et les accords exprès, donnés un dossier à la fois.",
    )  # fmt: skip
    st.button(
        "Créer ce dossier", type="primary", key="create_dossier", on_click=_create, args=(dossier,),
    )  # fmt: skip


def _compare(dossier: Publication) -> None:
    """What sets the dossier shown apart from another."""
    others = {one.id: one for one in workshop.livret.publications if one.id != dossier.id}
    if not others:
        return
    with st.popover("Comparer", icon=":material/compare_arrows:"):
        chosen = st.selectbox(
            "Comparer avec",
            list(others),
            key=f"compare_{dossier.id}",
            format_func=lambda one: others[one].titre or one,
        )
        if chosen not in others:
            return
        other = others[chosen]
        found = compare((showcase.source(dossier).livret, dossier), (showcase.source(other).livret, other))
        st.html(comparison(found, dossier.titre, other.titre))


def form(dossier: Publication) -> None:
    """The fields."""
    if dossier.fermee_le is not None:
        st.info(
            f"Ce dossier est fermé depuis le {dossier.fermee_le.words}{NBSP}: il ne change plus, et montre le livret "
            "tel qu’il était. Vous pouvez le remettre de nouveau, à l’identique.",
            icon=":material/lock:",
        )
    left, right = st.columns(2, gap="medium")
    with left:
        _field(st.text_input, dossier, "titre")
        _field(st.text_input, dossier, "destinataire", placeholder="Mairie de…, direction des ressources humaines")
        demarches = [*load("demarches").codes, *filter(None, [dossier.demarche])]
        _field(
            st.selectbox, dossier, "demarche", shown=dossier.demarche or None, read=_code, index=None,
            options=list(dict.fromkeys(demarches)), format_func=lambda code: label("demarches", code),
            accept_new_options=True, placeholder="Choisir ou écrire…",
        )  # fmt: skip
    with right:
        _field(st.text_area, dossier, "introduction", height=190, placeholder="Madame, Monsieur…")
    left, right = st.columns(2, gap="medium")
    with left:
        _field(
            st.pills, dossier, "coordonnees", shown=list(dossier.coordonnees), read=tuple,
            options=list(CONTACT), selection_mode="multi", format_func=CONTACT.__getitem__,
        )  # fmt: skip
        _field(st.toggle, dossier, "niveaux")
    with right:
        _field(
            st.multiselect, dossier, "listes", shown=list(dossier.listes or ()), read=lambda held: tuple(held) or None,
            options=list(RUBRIQUES), format_func=lambda one: RUBRIQUES.get(one, one), placeholder="Toutes",
        )  # fmt: skip
    held = {piece.id for piece in workshop.livret.pieces if piece.detenue}
    names = {one: name for one, name in drafts.names(workshop.livret, "pieces").items() if one in held}
    _field(
        st.multiselect, dossier, "documents", shown=[one for one in dossier.documents if one in names], read=tuple,
        options=list(names), format_func=names.__getitem__, placeholder="Aucun document joint",
    )  # fmt: skip
    with st.expander("Choisir plus finement", icon=":material/tune:", key="dossier_fine"):
        _fine(dossier)


def _fine(dossier: Publication) -> None:
    """Rows one by one, dates, what is confidential, agreements."""
    rows = _row_names(workshop.livret)
    for nom in ("inclus", "exclus"):
        _field(
            st.multiselect, dossier, nom, shown=[one for one in getattr(dossier, nom) if one in rows], read=tuple,
            options=list(rows), format_func=rows.__getitem__, placeholder="Aucune",
        )  # fmt: skip
    left, right = st.columns(2, gap="medium")
    with left:
        _field(st.toggle, dossier, "selection")
        _field(st.toggle, dossier, "confidentiel")
        _field(st.toggle, dossier, "notes")
    with right:
        depuis = "" if dossier.depuis is None else str(dossier.depuis)
        _field(st.text_input, dossier, "depuis", shown=depuis, read=_date, placeholder="2010, 03/2010 ou 15/03/2010")
    _consents(dossier, rows)


def _consents(dossier: Publication, rows: Mapping[str, str]) -> None:
    """The agreement to show each row of a special category, asked for one by one."""
    sensitive = [
        row for row in workshop.livret.rows.values() if gate.effective_class(row) >= gate.CATEGORIE_PARTICULIERE
    ]
    if not sensitive:
        return
    agreed = {one.ligne: one.date for one in dossier.consentements}
    st.markdown(f"**{CHAMPS['consentements'].titre}**", help=CHAMPS["consentements"].aide)
    st.caption(
        "Ces lignes touchent à la santé, à la famille, à un syndicat, à un mandat ou à des croyances. "
        f"Elles ne sortent de ce dossier que si vous l’acceptez ici{NBSP}; vous pouvez revenir sur votre accord."
    )
    for row in sensitive:
        key = state.give(f"consent_{dossier.id}_{row.id}", row.id in agreed)
        name = plain(rows.get(row.id, row.intitule_ligne))
        since = f" (accord du {agreed[row.id].words})" if row.id in agreed else ""
        st.checkbox(
            f"J’accepte de montrer «{NBSP}{name}{NBSP}» dans ce dossier{since}", value=row.id in agreed, key=key,
            on_change=_consent, args=(dossier, row.id, key), disabled=fixed(dossier),
        )  # fmt: skip


def _field(
    widget: Callable[..., Any],
    dossier: Publication,
    nom: str,
    *,
    shown: Any = None,
    read: Read | None = None,
    **more: Any,
) -> None:
    """A field of the dossier: labelled by the model, always showing what is kept, saved as soon as it is left."""
    champ, name = CHAMPS[nom], f"dossier_{dossier.id}_{nom}"
    refused: str | None = state.get(f"{name}_refused", None)
    held = refused if refused is not None else getattr(dossier, nom) if shown is None and read is None else shown
    key = state.give(name, held)
    if default := _DEFAULTS.get(widget):
        more[default] = held
    else:
        state.insist(key)
    widget(
        champ.titre, key=key, help=champ.aide, disabled=fixed(dossier), on_change=_take,
        args=(dossier, nom, name, key, read), **more,
    )  # fmt: skip
    if refused is not None:
        st.markdown(f":red[:material/error: {plain(state.get(f'{name}_why', ''))}]")


_DEFAULTS: dict[Callable[..., Any], str] = {
    st.text_input: "value", st.text_area: "value", st.toggle: "value", st.pills: "default", st.multiselect: "default",
}  # fmt: skip


def _take(dossier: Publication, nom: str, name: str, key: str, read: Read | None) -> None:
    typed = state.value(key)
    if not state.heard(key, typed):
        return
    state.take(f"{name}_refused", None)
    try:
        value = read(typed) if read else typed
    except ValueError as error:  # kept on the screen, to be corrected there
        state.set(f"{name}_refused", typed)
        state.set(f"{name}_why", str(error))
        return
    what = f"modifier «{NBSP}{CHAMPS[nom].titre}{NBSP}» du dossier"
    change(what, dossier, lambda now: now.with_(**{nom: value}), merging=name if nom == "introduction" else "")


def _code(typed: str | None) -> str:
    entry = load("demarches").get(typed) if typed else None
    return entry.code if entry else typed or ""


def _date(typed: str) -> PartialDate | None:
    return PartialDate.parse(typed) if typed.strip() else None


def _consent(dossier: Publication, row: str, key: str) -> None:
    agreed = bool(state.value(key))
    if not state.heard(key, agreed):
        return
    what = "donner un accord exprès" if agreed else "retirer un accord exprès"
    change(what, dossier, lambda now: dossiers.with_consent(now, row, _today(), agreed=agreed))


def _create(dossier: Publication) -> None:
    """Read the choices now: the button may be pressed before the screen was drawn with the last of them."""
    code = state.value("new_dossier_demarche")
    demarche = demarches.load(code) if code else None
    title: str = state.value("new_dossier") or ""
    if state.value("new_dossier_copy"):
        new = dossiers.duplicated(dossier, title.strip() or f"{dossier.titre} (copie)", _today())
        new = new.with_(demarche=demarche.code) if demarche else new
    else:
        wanted = demarche or demarches.load(demarches.FREE)
        default = wanted.libelle if demarche and wanted.code != demarches.FREE else dossiers.FIRST_TITLE
        new = preparation.prepare(workshop.livret, wanted, title.strip() or default, _today())
    titre = new.titre
    workshop.change(f"créer le dossier {titre}", lambda livret: dossiers.with_dossier(livret, new))
    state.set(DOSSIER, new.id)
    for key, empty in ((NEW, False), ("new_dossier", ""), ("new_dossier_demarche", None), ("new_dossier_copy", False)):
        state.set(key, empty)
    notify(f"Dossier créé{NBSP}: {plain(titre)}")


def _close(dossier: Publication, close: bool) -> None:
    """Close a dossier on what the archive holds at this moment, or take it up again."""
    if not close:
        change("rouvrir un dossier", dossier, dossiers.reopened)
        return
    if workshop.failure:
        notify("Fermez ce dossier une fois vos derniers changements enregistrés.")
        return
    version = workshop.opened.current.numero
    change("fermer un dossier", dossier, lambda now: dossiers.closed(now, _today(), version))


def _row_names(livret: Livret) -> dict[str, str]:
    """Every row but the documents, with its list."""
    found = {}
    for liste, titre in RUBRIQUES.items():
        for identifier, name in drafts.names(livret, liste).items():
            found[identifier] = f"{titre} · {name}"
    return found


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the agent's own day
