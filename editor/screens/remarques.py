"""« Remarques »: what an advisor's page sent back, read before it is added, then dealt with one by one.

A remark is somebody else's text: it is shown as text, whatever it looks like.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from html import escape
from importlib.resources import files
from itertools import groupby

import streamlit as st

from data.errors import ForeignReturn
from data.french import NBSP, say_number
from data.model import LISTES, Livret
from data.remarques import A_TRAITER, ETATS, Remarque
from editor import drafts, remarks
from editor.moments import today
from editor.screens.frame import acting, heading, notify, plain
from editor.screens.going import go
from editor.session import state
from editor.workshop import workshop

WAITING = "remarks_waiting"  # in the tab: how many wait according to the menu (``app.py``)
ANSWERING = "remark_answering"
SHOWN, SERIAL = "remarks_shown", "remarks_serial"
EVERY = "toutes"
FILTERS = {"a-traiter": "À traiter", "acceptee": "Acceptées", "repondue": "Répondues", "ecartee": "Écartées"}
MOST_MEGABYTES = 1
WHOLE, GONE = "L’ensemble du portfolio", "Une ligne qui n’existe plus"


def show() -> None:
    """The screen."""
    heading(
        Remarque.pluriel,
        f"Ce qu’un conseiller a écrit en marge de votre portfolio{NBSP}: à reprendre, à répondre, à écarter.",
    )
    _recount()
    _style()
    if not workshop.read_only:
        _receive()
    _every()


def at_row(row: str) -> None:
    """The remarks that wait on one row, above its form; nothing when there is none."""
    held = remarks.waiting(workshop.livret, row)
    _recount()
    if not held:
        return
    _style()
    with st.container(key="row_remarks", gap="small"):
        many = len(held) > 1
        st.markdown(f":material/rate_review: **{len(held)} remarque{'s' if many else ''} à traiter sur cette ligne**")
        for one in held:
            _card(one)


def _recount() -> None:
    """Draw the navigation anew when the number in it is no longer true: only this screen was run."""
    count = len(remarks.waiting(workshop.livret))
    if state.get(WAITING, count) != count:
        st.rerun()


@cache
def _sheet() -> str:
    return (files("editor") / "static" / "remarques.css").read_text("utf-8")


def _style() -> None:
    st.html(f"<style>{_sheet()}</style>")


# ── Receiving ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _receive() -> None:
    """A place to drop the file, and what it holds, said before it is added.

    Any name will do: Streamlit refuses names that end like ours, and what a file is shows in it.
    """
    with st.container(border=True, key="remarks_receive"):
        file = st.file_uploader(
            "Ajouter un fichier de remarques", key=f"remarks_{state.get(SERIAL, 0)}", max_upload_size=MOST_MEGABYTES,
            help="Le fichier « .livret-retour » que le conseiller a enregistré depuis votre portfolio et vous a remis.",
        )  # fmt: skip
        if file is None:
            return
        try:
            retour = remarks.read(file.getvalue(), workshop.livret)
        except ForeignReturn as error:
            st.error(plain(str(error)), icon=":material/error:")
            return
        _offer(retour)


def _offer(retour: remarks.Retour) -> None:
    count = len(retour.remarques)
    who = f" de **{plain(retour.auteur)}**" if retour.auteur else ""
    when = f", enregistrées le {retour.date.words}" if retour.date else ""
    about = f", sur le dossier «{NBSP}{plain(retour.dossier)}{NBSP}»" if retour.dossier else ""
    if count:
        says = f"{say_number(count)} remarque{'s' if count > 1 else ''} à ajouter{who}{about}{when}."
        st.markdown(f":material/inbox: {says}")
    else:
        st.info(f"Rien de nouveau dans ce fichier{who}.", icon=":material/inbox:")
    for sentence in retour.says:
        st.caption(f":material/info: {sentence}")
    if not retour.connu and count:
        _dossier()
    with st.container(horizontal=True, gap="small"):
        if count:
            st.button(
                "L’ajouter à mon livret" if count == 1 else "Les ajouter à mon livret", type="primary",
                key="remarks_add", icon=":material/add:", on_click=_add, args=(retour,),
            )  # fmt: skip
        st.button("Laisser ce fichier", type="tertiary", key="remarks_leave", on_click=_forget)


def _dossier() -> None:
    """Which dossier was read, when the file names none of this livret: empty for none of them."""
    titles = {"": "Aucun de ceux-ci", **{one.id: one.titre or "(sans titre)" for one in workshop.livret.publications}}
    names = drafts.distinct(titles.items())
    st.selectbox(
        "Dossier lu par le conseiller", list(names), format_func=lambda one: names.get(one, one), key="remarks_dossier",
    )  # fmt: skip


def _forget() -> None:
    """Take the file away: another place to drop one stands where it was."""
    state.set(SERIAL, state.get(SERIAL, 0) + 1)


@acting
def _add(retour: remarks.Retour) -> None:
    jour = today()
    publication = retour.publication if retour.connu else state.value("remarks_dossier") or ""
    workshop.change(
        "ajouter des remarques", lambda livret: remarks.added(livret, retour, jour, publication=publication)
    )
    _forget()
    state.set(SHOWN, A_TRAITER)
    count = len(retour.remarques)
    notify("La remarque est ajoutée." if count == 1 else f"{say_number(count)} remarques sont ajoutées.")


# ── Dealing with them ────────────────────────────────────────────────────────────────────────────────────────────────


def _every() -> None:
    held = workshop.livret.remarques
    if not held:
        st.info(
            "Aucune remarque pour l’instant. Sur la page unique d’un dossier remis à un conseiller, celui-ci peut "
            "écrire à côté de chaque ligne, puis enregistrer un fichier qu’il vous rend.",
            icon=":material/rate_review:",
        )
        return
    counts = {etat: sum(one.etat == etat for one in held) for etat in FILTERS}
    labels = {etat: f"{name} · {counts[etat]}" for etat, name in FILTERS.items()} | {EVERY: f"Toutes · {len(held)}"}
    if state.get(SHOWN, "") not in labels:
        state.set(SHOWN, A_TRAITER)
    st.pills(
        "Remarques montrées", list(labels), key=SHOWN, format_func=labels.__getitem__, required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    wanted = state.get(SHOWN, A_TRAITER)
    shown = [one for one in held if wanted in (EVERY, one.etat)]
    if not shown:
        done = f"Rien à traiter{NBSP}: toutes les remarques ont reçu une suite."
        st.caption(done if wanted == A_TRAITER else "Aucune remarque de cette sorte.")
        return
    titles = {one.id: one.titre for one in workshop.livret.publications}
    for (liste, row), group in groupby(_in_order(workshop.livret, shown), key=lambda pair: pair[0]):
        with st.container(gap="xsmall", key=f"remarks_on_{row or 'whole'}"):
            _row(liste, row)
            for _, one in group:
                _card(one, titles)


def _in_order(livret: Livret, held: Sequence[Remarque]) -> list[tuple[tuple[str, str], Remarque]]:
    """Remarks with their list and row: on the whole first, then as the livret goes, on vanished rows last."""
    places = {
        row.id: (rank, ".".join(map(str, place[:-1]))) for rank, (place, row) in enumerate(livret.placed_rows(), 1)
    }
    last = len(places) + 1
    found = []
    for one in held:
        rank, liste = places.get(one.ligne, (last if one.ligne else 0, ""))
        found.append((rank, (liste, one.ligne), one))
    return [(where, one) for _, where, one in sorted(found, key=lambda item: (item[0], item[1]))]


def _row(liste: str, row: str) -> None:
    """What the remarks below are about, and the way there."""
    if not liste:
        st.markdown(f"**{GONE if row else WHOLE}**")
        return
    title = workshop.livret.rows[row].intitule_ligne
    st.button(
        f"{LISTES[liste].pluriel}{NBSP}: {plain(title)}", key=f"remark_row_{row}", type="tertiary",
        icon=":material/arrow_forward:", on_click=go, args=(liste, row), help="Aller à cette ligne",
    )  # fmt: skip


def _card(one: Remarque, titles: Mapping[str, str] | None = None) -> None:
    with st.container(border=True, key=f"remark_{one.id}", gap="xsmall"):
        st.html(_said(one, titles))
        if workshop.read_only:
            return
        with st.container(horizontal=True, gap="small", key=f"remark_acts_{one.id}"):
            if one.etat == A_TRAITER:
                _act("Accepter", "accept", ":material/check:", _accept, one, _ACCEPTING)
                _act("Répondre", "answer", ":material/reply:", _answer, one)
                _act("Écarter", "dismiss", ":material/close:", _dismiss, one)
            else:
                _act("Rouvrir", "reopen", ":material/undo:", _reopen, one)
                if one.etat == "repondue":
                    _act("Modifier la réponse", "answer", ":material/edit:", _answer, one)
                _act("Supprimer", "remove", ":material/delete:", _remove, one, "L’historique la garde.")
        if state.get(ANSWERING, "") == one.id:
            _reply(one)


_ACCEPTING = "Son texte rejoint la note privée de la ligne, où vous le retrouverez en la corrigeant."


def _act(
    label: str, name: str, icon: str, act: Callable[[Remarque], None], one: Remarque, help_: str | None = None
) -> None:
    st.button(label, key=f"remark_{name}_{one.id}", icon=icon, type="tertiary", on_click=act, args=(one,), help=help_)


def _said(one: Remarque, titles: Mapping[str, str] | None) -> str:
    """A remark as HTML: who, when, what, and the answer."""
    facts = [f"<strong>{escape(one.auteur)}</strong>" if one.auteur else "<strong>Sans nom</strong>"]
    facts += [one.date.words] if one.date else []
    if titles is not None:
        facts += [f"«{NBSP}{escape(titles[one.publication])}{NBSP}»"] if titles.get(one.publication) else []
        facts += [f'<span class="etat">{ETATS[one.etat]}</span>'] if one.etat != A_TRAITER else []
    answer = f'<p class="who">Votre réponse</p><p class="said">{escape(one.reponse)}</p>' if one.reponse else ""
    return (
        f'<div class="livret-remark"><p class="who">{" · ".join(facts)}</p><p class="said">{escape(one.texte)}</p>'
        f"{f'<div class=answer>{answer}</div>' if answer else ''}</div>"
    )


def _reply(one: Remarque) -> None:
    key = f"remark_reply_{one.id}"
    st.text_area(
        "Votre réponse", value=one.reponse, key=key, max_chars=5000,
        help="Elle sera montrée au conseiller, à côté de sa remarque, quand vous referez la page du dossier pour lui.",
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Enregistrer la réponse", key=f"remark_reply_save_{one.id}", type="primary", on_click=_replied,
            args=(one, key),
        )  # fmt: skip
        st.button(
            "Fermer", key=f"remark_reply_close_{one.id}", type="tertiary", on_click=state.set, args=(ANSWERING, "")
        )


@acting
def _accept(one: Remarque) -> None:
    workshop.change("accepter une remarque", lambda livret: remarks.accepted(livret, one.id))
    on_row = bool(drafts.liste_of(workshop.livret, one.ligne))
    notify(
        "La remarque a rejoint la note privée de la ligne."
        if on_row
        else "La remarque a rejoint votre note privée, dans «\u00a0Informations personnelles\u00a0»."
    )


def _answer(one: Remarque) -> None:
    state.set(ANSWERING, one.id)


@acting
def _replied(one: Remarque, key: str) -> None:
    text = str(state.value(key) or "")
    if not text.strip():
        notify("Écrivez d’abord votre réponse.")
        return
    workshop.change("répondre à une remarque", lambda livret: remarks.answered(livret, one.id, text))
    state.set(ANSWERING, "")


@acting
def _change(what: str, edit: Callable[[Livret, str], Livret], one: Remarque) -> None:
    workshop.change(what, lambda livret: edit(livret, one.id))


_dismiss = partial(_change, "écarter une remarque", remarks.dismissed)
_reopen = partial(_change, "rouvrir une remarque", remarks.reopened)
_remove = partial(_change, "supprimer une remarque", remarks.removed)
