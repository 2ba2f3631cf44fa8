"""« Publier »: a dossier, what would leave, then the portfolio itself; and the log of past exports.

Nothing is written before the button is pressed, and the button stands under what leaves.
"""

from __future__ import annotations

import webbrowser
from collections.abc import Mapping
from datetime import date, datetime
from html import escape
from pathlib import Path

import streamlit as st

from data.errors import LivretError
from data.french import NBSP
from data.model import Livret
from data.publications import Envoi, Publication
from data.values import PartialDate
from editor import dossiers, sending
from editor.screens import dossier as settings
from editor.screens.chosen import DOSSIER, pick, style
from editor.screens.frame import heading, notify, plain
from editor.screens.sortie import bullets, counted, what_leaves
from editor.session import state
from editor.showcase import showcase
from editor.workshop import workshop
from site_builder.leaving import Leaving
from site_builder.outputs import single_page

WRITING, SENT, READY = "publish_now", "publish_sent", "publish_ready"
SHORT = 12  # signs of a fingerprint: enough to tell two exports apart
TITLES = {sending.FOLDER: "Un dossier de pages", sending.SINGLE: "Une seule page"}
CAPTIONS = {
    sending.FOLDER: f"Plusieurs pages, les documents à part{NBSP}: léger à parcourir, à poser sur une clé USB ou un "
    "site web. Pour l’envoyer par courriel, il faut d’abord le compresser.",
    sending.SINGLE: f"Un fichier unique, documents compris{NBSP}: il s’envoie tel quel et s’ouvre d’un double-clic. "
    "Il pèse un tiers de plus, et certaines messageries refusent les fichiers HTML.",
}


def show() -> None:
    """The screen."""
    heading("Publier", "Choisissez un dossier, relisez ce qui sort, puis écrivez le portfolio. Rien ne part tout seul.")
    style()
    with st.container(key="publish_dossier", border=True):
        chosen = pick()
        settings.tools(chosen)
        settings.form(chosen)
    st.subheader("Ce qui sort", anchor=False)
    leaving = showcase.leaving(chosen)
    what_leaves(leaving)
    st.subheader("Écrire le portfolio", anchor=False)
    _output(chosen, leaving)
    st.subheader("Journal des envois", anchor=False)
    log(workshop.livret)


# ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _output(dossier: Publication, leaving: Leaving) -> None:
    form = st.radio(
        "Forme", list(TITLES), key="publish_form", format_func=TITLES.__getitem__, captions=list(CAPTIONS.values()),
        label_visibility="collapsed",
    )  # fmt: skip
    st.caption(
        f":material/info: Ce portfolio n’est pas protégé par un mot de passe{NBSP}: "
        "quiconque tient le fichier peut le lire."
    )
    archive = workshop.opened.path
    place = dossiers.default_place(archive, dossier, single=form == sending.SINGLE)
    typed = st.text_input(
        "Où l’écrire", value=str(place), key=f"publish_place_{dossier.id}_{form}_{place.name}",
        help=f"Le chemin complet. Un portfolio déjà écrit là par Livret est remplacé{NBSP}; rien d’autre ne l’est.",
    )  # fmt: skip
    if workshop.read_only:
        st.caption(
            f":material/visibility: Livret ouvert en lecture seule{NBSP}: le portfolio peut être écrit, "
            "mais l’envoi ne sera pas inscrit au journal."
        )
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Écrire le portfolio", type="primary", icon=":material/save_as:", key="write", on_click=_ask,
            args=(workshop.version, form), disabled=bool(leaving.blocked),
        )  # fmt: skip
        if form == sending.SINGLE:
            st.button(
                "Préparer un téléchargement", icon=":material/download:", key="prepare", on_click=_ask,
                args=(workshop.version, READY), disabled=bool(leaving.blocked),
                help="Le navigateur range alors la page avec vos autres téléchargements.",
            )  # fmt: skip
    if leaving.blocked:
        st.markdown(f":red[:material/block: À retirer d’abord{NBSP}: {plain(leaving.blocked[0])}]")
    match state.take(WRITING, ""):
        case "":
            pass
        case asked if asked == READY:
            _prepare(dossier, leaving)
        case asked:
            _write(dossier, leaving, typed, single=asked == sending.SINGLE)
    _done(dossier)


def _ask(version: int, what: str) -> None:
    """The button was pressed; if the livret changed since what leaves was shown, it is shown again first."""
    state.take(SENT, None)
    state.take(READY, None)
    if workshop.version == version:
        state.set(WRITING, what)
    else:
        notify(
            f"Le livret a changé pendant que vous relisiez{NBSP}: rien n’a été écrit. "
            f"Relisez «{NBSP}Ce qui sort{NBSP}»."
        )


def _write(dossier: Publication, leaving: Leaving, typed: str, *, single: bool) -> None:
    form = sending.SINGLE if single else sending.FOLDER
    settled = dossiers.settled(dossier, workshop.livret, date.today())  # noqa: DTZ011 - the agent's own day
    try:
        with st.spinner("Écriture du portfolio…"):
            path = sending.destination(typed, workshop.opened.path, dossier, form)
            sent = sending.write(showcase.publish(settled, unique=single), path, leaving, single=single)
    except LivretError as error:
        _refused(error)
        return
    state.set(SENT, (_record(settled, sent.envoi), sent))
    st.rerun()  # the log and the state of saving above show it


def _prepare(dossier: Publication, leaving: Leaving) -> None:
    settled = dossiers.settled(dossier, workshop.livret, date.today())  # noqa: DTZ011 - the agent's own day
    try:
        with st.spinner("Préparation de la page…"):
            made = showcase.publish(settled, unique=True)
            content = single_page.inline(made.site)
    except LivretError as error:
        _refused(error)
        return
    state.set(READY, (dossier.id, content, settled, sending.envoi(made, content, leaving)))


def _refused(error: LivretError) -> None:
    st.error("  \n".join(plain(line) for line in str(error).splitlines()), icon=":material/error:")


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


def _done(dossier: Publication) -> None:
    """What was just written or made ready, and how to open it."""
    if (found := state.get(SENT, None)) and found[0] == dossier.id:
        _written(found[1])
    if (ready := state.get(READY, None)) and ready[0] == dossier.id:
        _, content, settled, envoi = ready
        name = dossiers.default_place(workshop.opened.path, dossier, single=True).name
        st.download_button(
            f"Télécharger {name}", data=content, file_name=name, mime="text/html", icon=":material/download:",
            key="download", on_click=_downloaded, args=(settled, envoi),
        )  # fmt: skip


def _written(sent: sending.Sent) -> None:
    with st.container(border=True, key="sent"):
        st.success("Le portfolio est écrit.", icon=":material/task_alt:")
        st.html(f'<p class="livret-path">{escape(str(sent.first))}</p>')
        st.caption(
            f"Pour l’ouvrir{NBSP}: dans vos fichiers, double-cliquez sur «{NBSP}{plain(sent.first.name)}{NBSP}». "
            f"Empreinte{NBSP}: {sent.envoi.sha256[:SHORT]}…"
        )
        st.button(
            "L’ouvrir maintenant", icon=":material/open_in_new:", key="open_sent", on_click=_open, args=(sent.first,)
        )
        if workshop.read_only or workshop.failure:
            st.caption("L’envoi n’a pas pu être inscrit au journal.")
        if sent.faults:
            st.warning("**Remarques sur ce thème**\n\n" + bullets(sent.faults), icon=":material/warning:")


def _open(path: Path) -> None:
    if not webbrowser.open(path.as_uri()):
        notify(f"Aucun navigateur n’a répondu{NBSP}: ouvrez ce fichier depuis vos dossiers.")


def _downloaded(dossier: Publication, envoi: Envoi) -> None:
    _record(dossier, envoi)
    state.take(READY, None)
    notify("La page est dans vos téléchargements.")


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
    return f'<tr><th scope="row">{escape(say_moment(envoi.date))}</th>{"".join(f"<td>{c}</td>" for c in cells)}</tr>'


def say_moment(text: str) -> str:
    """A date and time of the log in words; one that cannot be read is shown as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{PartialDate.of(moment.date()).words} à {moment.hour}{NBSP}h{NBSP}{moment:%M}"
