"""Before a livret is open: choose one, create one, try the demonstration, and unlock."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from data.archive import Archive, read_header
from data.errors import ArchiveBusy, LivretError
from data.french import NBSP
from data.model import Livret
from editor import example, places
from editor.screens import secret_fields
from editor.session import state
from editor.workshop import workshop

INVITATION = "Votre livret individuel de formation, dans un fichier que vous seul pouvez ouvrir."


def show() -> None:
    """The screen before all others."""
    with st.container(horizontal_alignment="center"), st.container(width=620, key="threshold"):
        if state.get("creating", default=False):
            _create()
        elif workshop.path is not None:
            _unlock(workshop.path)
        else:
            _choose()


def _choose() -> None:
    """No livret yet: three ways in."""
    st.title("Livret", anchor=False)
    st.markdown(INVITATION)
    with st.container(border=True, key="way_new"):
        st.header("Créer mon livret", anchor=False)
        st.caption("Cinq minutes : un fichier, un mot de passe, une fiche de secours à imprimer.")
        st.button(
            "Créer mon livret", type="primary", icon=":material/note_add:", key="create",
            on_click=lambda: state.set("creating", value=True),
        )  # fmt: skip
    with st.container(border=True, key="way_open"):
        st.header("Ouvrir un livret", anchor=False)
        for path in places.recent():
            st.button(
                f"{path.name}", help=str(path.parent), key=f"recent_{path}", icon=":material/book_2:", type="tertiary",
                on_click=_take, args=(path,),
            )  # fmt: skip
        _browse("open", livrets=True)
    with st.container(border=True, key="way_demo"):
        st.header("Essayer avec l’exemple", anchor=False)
        st.caption("Une carrière inventée de vingt-six ans, avec ses 46 documents, pour tout essayer sans risque.")
        if st.button("Ouvrir l’exemple", icon=":material/explore:", key="demo"):
            _demo()


def _take(path: Path) -> None:
    workshop.path = path


def _browse(prefix: str, *, livrets: bool) -> Path:
    """A folder to go through, and the livrets in it; gives the folder being looked at."""
    key = f"{prefix}_folder"
    folder = Path(state.once(key, lambda: str(places.documents())))
    with st.expander(f"Parcourir{NBSP}: {folder}", icon=":material/folder_open:", expanded=not livrets):
        typed = st.text_input(
            "Dossier, ou chemin complet d’un livret" if livrets else "Dossier", value=str(folder),
            key=f"{key}_typed_{folder}",
        )  # fmt: skip
        wanted = places.typed(typed or str(folder))
        if livrets and places.is_file(wanted):
            st.button("Ouvrir ce livret", key=f"{key}_file", on_click=_take, args=(wanted,))
            return folder
        if wanted != folder and places.is_folder(wanted):
            state.set(key, str(wanted))
            st.rerun()
        try:
            seen = places.look(folder)
        except LivretError as error:
            st.error(str(error), icon=":material/error:")
            return folder
        with st.container(gap=None, height=240 if len(seen.folders) > 5 else "content", key=f"{key}_list"):  # noqa: PLR2004
            if folder.parent != folder:
                st.button(
                    "Dossier parent", icon=":material/arrow_upward:", type="tertiary", key=f"{key}_up",
                    on_click=state.set, args=(key, str(folder.parent)),
                )  # fmt: skip
            if livrets:
                for path in seen.livrets:
                    st.button(
                        path.name, icon=":material/book_2:", type="tertiary", key=f"{key}_{path.name}",
                        on_click=_take, args=(path,),
                    )  # fmt: skip
            for path in seen.folders:
                st.button(
                    path.name, icon=":material/folder:", type="tertiary", key=f"{key}_in_{path.name}",
                    on_click=state.set, args=(key, str(path)),
                )  # fmt: skip
        if livrets and not seen.livrets:
            st.caption("Aucun livret (.livret) dans ce dossier.")
    return folder


def _demo() -> None:
    try:
        path = places.example()
        with st.spinner("Préparation de l’exemple et de ses documents…"):
            if not path.exists():
                example.make(path)
            workshop.unlock(path, example.PASSWORD)
    except (LivretError, OSError) as error:
        said = str(error) if isinstance(error, LivretError) else "L’exemple n’a pas pu être écrit sur ce disque."
        st.error(said, icon=":material/error:")
        return
    st.rerun()


def _unlock(path: Path) -> None:
    """Ask for the password, or the recovery key."""
    st.title("Livret", anchor=False)
    if workshop.locked_by_idleness:
        st.info("Le livret s’est verrouillé faute d’activité. Tout est enregistré.", icon=":material/lock_clock:")
    if not places.is_there(path):
        st.warning(f"Il n’y a pas de livret à cet endroit{NBSP}: {path}", icon=":material/help:")
        st.button("Choisir un autre livret", key="other", on_click=_other)
        return
    with st.container(border=True, key="unlock"):
        st.header(path.name, anchor=False)
        st.caption(str(path.parent))
        with st.form("unlocking", border=False):
            secret = st.text_input(
                "Mot de passe, ou clé de secours", type="password", key="secret", autocomplete="current-password",
                help="Mot de passe oublié\u202f? Tapez ici la clé de la fiche de secours, avec ou sans ses tirets.",
            )  # fmt: skip
            pressed = st.form_submit_button("Ouvrir", type="primary", icon=":material/lock_open:", width="stretch")
        if pressed:
            _open(path, str(secret or ""), read_only=False)
        if busy := state.get("busy", default=""):
            st.warning(busy, icon=":material/lock_person:")
            if st.button("Ouvrir en lecture seule", key="read_only"):
                _open(path, str(secret or ""), read_only=True)
    st.button("Choisir un autre livret", type="tertiary", key="other", on_click=_other)


def _other() -> None:
    workshop.path = None
    workshop.locked_by_idleness = False
    state.take("busy", default="")


def _open(path: Path, secret: str, *, read_only: bool) -> None:
    try:
        read_header(path)
        with st.spinner("Ouverture…"):
            workshop.unlock(path, secret, read_only=read_only)
    except ArchiveBusy as error:
        state.set("busy", str(error))
        st.rerun()
    except LivretError as error:
        st.error(str(error), icon=":material/error:")
        return
    places.remember(path)
    state.forget()
    st.rerun()


def _create() -> None:
    """A new livret: its file, then its password; the sheet and the charter follow once it exists."""
    st.caption("Étape 1 sur 4")
    st.title("Votre fichier, votre mot de passe", anchor=False)
    folder = _browse("new", livrets=False)
    name = st.text_input("Nom du fichier", value=places.DEFAULT_NAME, key="new_name")
    path = folder / _named(str(name or ""))
    taken = places.is_there(path)
    if taken:
        st.warning(
            f"{path} existe déjà{NBSP}: choisissez un autre nom. Rien n’est jamais écrasé.", icon=":material/warning:"
        )
    else:
        st.caption(f"Le livret sera{NBSP}: {path}")
    with st.container(border=True, key="new_secret"):
        password = secret_fields.new_password("new")
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Retour", key="back", icon=":material/arrow_back:", on_click=lambda: state.set("creating", value=False)
        )
        go = st.button(
            "Créer le livret", type="primary", icon=":material/check:", key="make", disabled=taken or password is None
        )
    if go and password is not None:
        try:
            with st.spinner("Création…"):
                archive = Archive.create(path, password, Livret())
        except LivretError as error:
            st.error(str(error), icon=":material/error:")
            return
        workshop.hold(path, archive)
        places.remember(path)
        state.forget()
        st.rerun()


def _named(name: str) -> str:
    """A file name with its suffix, whatever path was typed with it left out."""
    bare = Path(name.replace("\\", "/")).name.strip() or places.DEFAULT_NAME
    return bare if bare.endswith(places.SUFFIX) else f"{bare}{places.SUFFIX}"
