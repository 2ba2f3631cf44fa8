"""Hand a dossier over: the choice of a form, what it is good for, its passphrases, and the button that writes it.

A part of « Publier ». Nothing is written before the button is pressed, and the button stands under what leaves. A
passphrase is kept in the tab alone: neither the livret nor the log ever holds it.
"""

from __future__ import annotations

import webbrowser
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from html import escape
from pathlib import Path

import streamlit as st

from data import demarches
from data.demarches.model import Demarche
from data.errors import LivretError
from data.french import NBSP
from data.model import Livret
from data.passwords import strength
from data.publications import Envoi, Publication
from editor.screens.chosen import DOSSIER
from editor.screens.frame import acting, notify, plain
from editor.screens.lecteurs import Reader, readers_of
from editor.screens.sortie import bullets
from editor.session import state
from editor.showcase import showcase
from editor.workshop import workshop
from site_builder import dossiers, sending
from site_builder.documents import DEFAULT_TARGET, MEGA, TARGETS, say_size
from site_builder.leaving import Leaving
from site_builder.outputs import forms
from site_builder.outputs.forms import Asked, Form, Made

WRITING, SENT, READY = "publish_now", "publish_sent", "publish_ready"
SHORT = 12  # signs of a fingerprint: enough to tell two exports apart
MEDIA = {".html": "text/html", ".pdf": "application/pdf", ".zip": "application/zip", ".json": "application/json"}


@dataclass(frozen=True, slots=True)
class Order:
    """What the button asked for, and what was read above it: of which dossier, in which version of the livret."""

    dossier: str
    version: int
    form: str
    download: bool


def show(dossier: Publication, leaving: Leaving) -> None:
    """The choice of a form and everything that goes with it."""
    form = _pick(dossier)
    _tell(form)
    readers = readers_of(dossier, form) if form.secret else ()
    asked = _settings(dossier, form)
    place = dossiers.default_place(workshop.opened.path, dossier, form)
    typed = st.text_input(
        "Où l’écrire", value=str(place), key=f"publish_place_{dossier.id}_{form.code}_{place.name}",
        help=f"Le chemin complet. Ce que Livret avait déjà écrit là est remplacé{NBSP}; rien d’autre ne l’est.",
    )  # fmt: skip
    if workshop.read_only:
        st.caption(
            f":material/visibility: Livret ouvert en lecture seule{NBSP}: le dossier peut être écrit, "
            "mais l’envoi ne sera pas inscrit au journal."
        )
    weak = next((reader for reader in readers if not strength(reader.phrase).enough), None)
    disabled = bool(leaving.blocked) or weak is not None
    with st.container(horizontal=True, gap="small"):
        st.button(
            f"Écrire{NBSP}: {form.titre}", type="primary", icon=":material/save_as:", key="write", on_click=_ask,
            args=(Order(dossier.id, workshop.version, form.code, download=False),), disabled=disabled,
        )  # fmt: skip
        if form.suffixe:
            st.button(
                "Préparer un téléchargement", icon=":material/download:", key="prepare", on_click=_ask,
                args=(Order(dossier.id, workshop.version, form.code, download=True),), disabled=disabled,
                help="Le navigateur range alors le fichier avec vos autres téléchargements.",
            )  # fmt: skip
    if leaving.blocked:
        st.markdown(f":red[:material/block: À retirer d’abord{NBSP}: {plain(leaving.blocked[0])}]")
    order: Order | None = state.take(WRITING, None)
    # The button may have been pressed in the same breath as another choice: only what stood above it is written.
    if order is not None and not disabled and (order.dossier, order.form) == (dossier.id, form.code):
        _make(dossier, form, replace(asked, passphrases=tuple(r.phrase for r in readers)), readers, typed, order)
    _done(dossier, form)


def _ask(order: Order) -> None:
    """The button was pressed; if the livret changed since what leaves was shown, it is shown again first."""
    state.take(SENT, None)
    state.take(READY, None)
    if workshop.version == order.version:
        state.set(WRITING, order)
    else:
        notify(
            f"Le livret a changé pendant que vous relisiez{NBSP}: rien n’a été écrit. "
            f"Relisez «{NBSP}Ce qui sort{NBSP}»."
        )


# ── Choosing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _pick(dossier: Publication) -> Form:
    """The form: a family, then one of it; those that suit the procedure come first."""
    demarche = demarches.load(dossier.demarche)
    offered = [form for form in forms.forms() if not demarche.refuse(form.code)]
    first = forms.named(demarche.sorties[0]) if demarche.sorties else offered[0]
    family_key, key = f"publish_family_{dossier.id}", f"publish_form_{dossier.id}"
    families = [code for code in forms.GROUPS if any(form.groupe == code for form in offered)]
    family = st.segmented_control(
        "Famille", families, key=family_key, format_func=forms.GROUPS.__getitem__, required=True,
        default=None if state.has(family_key) else first.groupe, label_visibility="collapsed",
    )  # fmt: skip
    mine = [form for form in offered if form.groupe == (family or first.groupe)]
    mine.sort(key=lambda form: demarche.sorties.index(form.code) if form.code in demarche.sorties else len(offered))
    if state.get(key, "") not in [form.code for form in mine]:
        state.set(key, mine[0].code)
    titles = {form.code: _title(form, demarche) for form in mine}
    code = st.radio(
        "Forme", list(titles), key=key, format_func=titles.__getitem__, label_visibility="collapsed",
        captions=[form.resume for form in mine],
    )  # fmt: skip
    return forms.named(code)


def _title(form: Form, demarche: Demarche) -> str:
    if form.code in demarche.sorties:
        return f"{form.titre} :green-badge[conseillé pour cette démarche]"
    return f"{form.titre} :orange-badge[déconseillé]" if demarche.raison(form.code) else form.titre


def _tell(form: Form) -> None:
    """What a form is good for and where it stops, in plain words."""
    good = "".join(f"<li>{escape(sentence)}</li>" for sentence in form.atouts)
    bad = "".join(f"<li>{escape(sentence)}</li>" for sentence in form.limites)
    st.html(
        f'<div class="livret-pour-contre"><div><p>Pour</p><ul>{good}</ul></div>'
        f'<div><p>Limites</p><ul class="limites">{bad}</ul></div></div>'
    )


def _settings(dossier: Publication, form: Form) -> Asked:
    """What a form takes beside the dossier: a weight, an invitation to write remarks."""
    asked = Asked()
    if why := demarches.load(dossier.demarche).raison(form.code):
        st.warning(why, icon=":material/warning:")
    if form.cible:
        target = st.segmented_control(
            "Poids à ne pas dépasser", TARGETS, default=DEFAULT_TARGET, key=f"target_{dossier.id}", required=True,
            format_func=lambda target: f"{target // MEGA}{NBSP}Mo",
            help="Les portails de candidature refusent les fichiers trop lourds. Les images sont allégées au besoin.",
        )  # fmt: skip
        asked = replace(asked, target=int(target or DEFAULT_TARGET))
    if form.code in forms.READ_ALOUD:
        invite = st.toggle(
            "Inviter le lecteur à écrire des remarques", value=demarches.load(dossier.demarche).remarques,
            key=f"invite_{dossier.id}",
            help="Un bouton apparaît près de chaque ligne. Le lecteur enregistre ses remarques dans un petit fichier "
            "qu’il vous renvoie, et que vous reprenez dans «\u00a0Remarques\u00a0». Rien ne passe par internet.",
        )  # fmt: skip
        asked = replace(asked, invite=bool(invite), echanges=workshop.livret.remarques)
    return asked


# ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _make(
    dossier: Publication, form: Form, asked: Asked, readers: tuple[Reader, ...], typed: str, order: Order
) -> None:
    settled = dossiers.settled(dossier, workshop.livret, date.today())  # noqa: DTZ011 - the agent's own day
    to = ", ".join(reader.name for reader in readers if reader.name.strip())
    known = {envoi.sha256 for envoi in workshop.livret.envois}
    try:
        with st.spinner(f"Écriture{NBSP}: {form.titre}…"):
            made = forms.make(form, partial(showcase.publish, settled), asked)
            if order.download:
                state.set(READY, (dossier.id, settled, made, readers, to))
                return
            path = sending.destination(typed, workshop.opened.path, settled, form)
            sent = sending.write(made, path, known, to)
    except LivretError as error:
        st.error("  \n".join(plain(line) for line in str(error).splitlines()), icon=":material/error:")
        return
    state.set(SENT, (_record(settled, sent.envoi), sent, readers))
    st.rerun()  # the log and the state of saving above show it


def _record(dossier: Publication, envoi: Envoi) -> str:
    """Note an export in the log, and keep the dossier it was made of; gives the identifier of the one now looked at."""
    if workshop.read_only:
        return dossiers.current(workshop.livret, dossier.id).id

    def logged(livret: Livret) -> Livret:
        known = dossiers.kept(livret, dossier)
        return dossiers.logged(livret if known else dossiers.with_dossier(livret, dossier), envoi)

    workshop.change("inscrire un envoi au journal", logged)
    state.set(DOSSIER, dossier.id)
    return dossier.id


def _done(dossier: Publication, form: Form) -> None:
    """What was just written or made ready, and how to open it."""
    if (found := state.get(SENT, None)) and found[0] == dossier.id:
        _written(found[1], found[2])
    if (ready := state.get(READY, None)) and ready[0] == dossier.id and ready[2].form == form:
        _, settled, made, readers, to = ready
        name = dossiers.default_name(dossier, form)
        with st.container(border=True, key="ready"):
            st.download_button(
                f"Télécharger {name} ({say_size(made.size)})", data=made.content, file_name=name,
                mime=MEDIA.get(form.suffixe, "application/octet-stream"), icon=":material/download:", key="download",
                on_click=_downloaded, args=(settled, sending.envoi(made, to)),
            )  # fmt: skip
            _said(made, readers)


def _written(sent: sending.Sent, readers: tuple[Reader, ...]) -> None:
    with st.container(border=True, key="sent"):
        st.success(f"Écrit{NBSP}: {sent.made.form.titre} ({say_size(sent.made.size)}).", icon=":material/task_alt:")
        st.html("".join(f'<p class="livret-path">{escape(str(path))}</p>' for path in (sent.first, *sent.beside)))
        zipped = sent.made.form.code == forms.ZIP
        how = (
            "7-Zip (gratuit) et la phrase de passe"
            if zipped
            else f"dans vos fichiers, double-cliquez sur «{NBSP}{plain(sent.first.name)}{NBSP}»"
        )
        st.caption(f"Pour l’ouvrir{NBSP}: {how}. Empreinte{NBSP}: {sent.envoi.sha256[:SHORT]}…")
        with st.container(horizontal=True, gap="small"):
            if not zipped:
                st.button(
                    "L’ouvrir maintenant", icon=":material/open_in_new:", key="open_sent", on_click=_open,
                    args=(sent.first,),
                )  # fmt: skip
            for path in sent.beside[:1]:
                st.button(
                    "Fiche de remise à imprimer", icon=":material/print:", key="open_sheet", on_click=_open,
                    args=(path,),
                )  # fmt: skip
        if workshop.read_only or workshop.failure:
            st.caption("L’envoi n’a pas pu être inscrit au journal.")
        _said(sent.made, readers)


def _said(made: Made, readers: tuple[Reader, ...]) -> None:
    """What there is to know of a form that was made: passphrases to give, what was reduced, what is missing."""
    if made.form.secret:
        st.markdown("**À donner par un autre moyen que le fichier**")
        for reader in readers:
            if reader.name.strip():
                st.caption(plain(reader.name))
            st.code(reader.phrase, language=None, wrap_lines=True)
    if made.says:
        st.info(f"**À savoir**\n\n{bullets(made.says)}", icon=":material/info:")
    if made.faults:
        st.warning("**Remarques sur ce thème**\n\n" + bullets(made.faults), icon=":material/warning:")


def _open(path: Path) -> None:
    if not webbrowser.open(path.as_uri()):
        notify(f"Aucun programme n’a répondu{NBSP}: ouvrez ce fichier depuis vos dossiers.")


@acting
def _downloaded(dossier: Publication, envoi: Envoi) -> None:
    _record(dossier, envoi)
    state.take(READY, None)
    notify("Le fichier est dans vos téléchargements.")
