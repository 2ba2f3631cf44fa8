"""A part of the livret: its lists, each a table to type in, and the form of the row that is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from data.completeness import completeness
from data.evidence import Evidence
from data.fields import Champ, Ligne, champs, lists_of
from data.french import NBSP
from data.model import LISTES, LISTS_GROUPS, VOLETS
from data.nomenclatures import label
from data.places import say_problem
from editor import drafts, grids
from editor.markdown_field import markdown_field, typed
from editor.screens import apercu, collage, fiche
from editor.screens.frame import acting, heading, notify, plain
from editor.session import state
from editor.workshop import workshop

TALLEST = 460  # pixels of table before it scrolls
ROW = 35
SPARE, LEAST_LINES = 3, 5  # lines of room to type in
INTROS = {
    "formations": f"Diplômes, formations suivies ou données, concours, VAE{NBSP}: ce que vous avez appris, et quand.",
    "experiences": "Postes, stages, tutorats, engagements, dans et hors de la fonction publique.",
    "competences": f"Ce que vous savez, savez faire et savez être{NBSP}; vos langues, vos outils, vos habilitations.",
}


def show(volet: str) -> None:
    """The screen of one of the three parts."""
    heading(VOLETS[volet], INTROS[volet])
    listes = [f"{volet}.{nom}" for nom, _ in lists_of(LISTS_GROUPS[volet])]
    key = f"liste_{volet}"
    if state.get(key, "") not in listes:
        state.set(key, listes[0])
    with st.container(key="lists"):
        st.pills(
            "Rubrique", listes, key=key, label_visibility="collapsed", required=True,
            format_func=lambda one: f"{LISTES[one].pluriel} · {len(drafts.rows_of(workshop.livret, one))}",
        )  # fmt: skip
    liste = state.get(key, listes[0])
    with st.container(horizontal=True, vertical_alignment="center", key="intro"):
        st.caption(LISTES[liste].intro, width="stretch")
        shown = st.toggle("Aperçu à côté", key="beside", help="Le portfolio, tenu à jour pendant que vous remplissez.")
    if shown:
        left, right = st.columns([3, 2], gap="medium")
        with right, st.container(key="beside_site"):  # drawn first: it is what is waited for
            apercu.beside(volet, str(state.get(f"row_{liste}", "")))
        with left:
            _whole(volet, liste)
    else:
        _whole(volet, liste)


def _whole(volet: str, liste: str) -> None:
    table(liste)
    if volet == "competences":
        _interets()


def table(liste: str) -> None:
    """A list as a table, with its form below."""
    rows = drafts.rows_of(workshop.livret, liste)
    words, order = _tools(liste)
    shown = drafts.in_order(drafts.matching(rows, words), order)
    if rows and not shown:
        st.info("Aucune ligne ne contient ces mots.", icon=":material/search_off:")
        return
    grid = _grid(liste, shown, words)
    if not rows and workshop.read_only:
        st.info("Rien dans cette rubrique.", icon=":material/inbox:")
        return
    _draw(grid, shown)
    _to_correct(liste)
    if shown:
        kept = {row.id: row for row in drafts.rows_of(workshop.livret, liste)}
        every = [kept[one] for one in (*grid.ids, *grid.added) if one in kept]
        if every:
            fiche.draw(liste, every)
    elif any(grid.added):
        fiche.draw(liste, drafts.rows_of(workshop.livret, liste))
    else:
        _first_row(liste)


def _tools(liste: str) -> tuple[str, drafts.Order]:
    """What stands above a table: add, paste, search, sort."""
    model = LISTES[liste]
    orders = {order.titre: order for order in drafts.orders(model)}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="tools"):
        if not workshop.read_only:
            st.button(
                f"Ajouter {model.singulier}", type="primary", icon=":material/add:", key="add",
                on_click=_add, args=(liste,),
            )  # fmt: skip
            if st.button("Coller depuis un tableur", icon=":material/content_paste:", key="paste"):
                collage.paste(liste)
        words = st.text_input(
            "Rechercher", type="search", live=True, key=f"search_{liste}", placeholder="Rechercher…",
            label_visibility="collapsed", icon=":material/search:", width="stretch",
        )  # fmt: skip
        key = f"order_{liste}"
        titre = st.selectbox(
            "Trier", list(orders), key=key, label_visibility="collapsed", width=270, required=True,
        )  # fmt: skip
    return words or "", orders[titre or next(iter(orders))]


def _grid(liste: str, shown: Sequence[Ligne], words: str) -> grids.Grid:
    """The table as the browser holds it, given anew when the livret changed from elsewhere or another view is asked."""
    name = f"table_{liste}"
    order = state.get(f"order_{liste}", "")
    held: tuple[grids.Grid, str, str] | None = state.get(name, None)
    if held and held[0].version == workshop.version and held[1:] == (words, order):
        # Streamlit forgets a widget that one run does not draw; what was typed in it is in the livret.
        untouched = not held[0].seen and not held[0].typed
        if untouched or state.has(held[0].key):
            return held[0]
    serial = state.get("serial", 0) + 1
    state.set("serial", serial)
    grid = grids.make(workshop.livret, liste, shown, workshop.version, serial)
    state.set(name, (grid, words, order))
    return grid


def _draw(grid: grids.Grid, shown: Sequence[Ligne]) -> None:
    """The table itself. Whatever it is given must not change while its key stays: it would forget what was typed."""
    if grid.given is None:
        grid.given = _given(grid, shown)
    st.data_editor(**grid.given, on_change=lambda: _changed(grid))


def _given(grid: grids.Grid, shown: Sequence[Ligne]) -> dict[str, Any]:
    evidence = Evidence.of(workshop.livret)
    frame = grid.frame.copy()
    frame.insert(0, "_open", ["Ouvrir"] * len(grid.ids))
    frame.insert(1, "_mark", [_mark(row, evidence) for row in shown])
    frame["_mark"] = frame["_mark"].astype("string")
    lines = max(len(grid.ids) + SPARE, LEAST_LINES)
    return {
        "data": frame,
        "key": grid.key,
        "hide_index": True,
        "num_rows": "fixed" if workshop.read_only else "dynamic",
        "column_config": _columns(grid),
        "placeholder": "",
        "height": min(TALLEST, ROW * (lines + 1) + 3),
        "disabled": True if workshop.read_only else ["_mark"],
        "alt": f"{LISTES[grid.liste].pluriel}{NBSP}: tableau modifiable",
    }


def _mark(row: Ligne, evidence: Evidence) -> str:
    """The state of a row in a word: to correct, proved, declared."""
    if row.a_corriger:
        return "À corriger"
    if evidence.liste(row.id) == "competences.competences":
        count = len(evidence.preuves(row.id).lignes)
        return f"{count} preuve{'s' if count > 1 else ''}" if count else "Sans preuve"
    if evidence.liste(row.id) == "pieces":
        count = len(evidence.prouve.get(row.id, ()))
        return f"{count} ligne{'s' if count > 1 else ''}" if count else "Non relié"
    return "Justifié" if evidence.etat(row) == "justifie" else "Déclaré"


def _columns(grid: grids.Grid) -> dict[str, Any]:
    config = st.column_config
    found: dict[str, Any] = {
        "_open": config.ButtonColumn(
            "Fiche", key=f"open_{grid.key}", type="tertiary", width=80, pinned=True, on_click=lambda: _open(grid)
        ),
        "_mark": config.TextColumn(
            "Relié à" if grid.liste == "pieces" else "Preuve",
            width=100,
            help=f"Justifié{NBSP}: un document de l’archive prouve cette ligne.",
        ),
    }
    rows = drafts.rows_of(workshop.livret, grid.liste)
    for champ in grids.columns(grid.liste):
        found[champ.nom] = _column(grid.liste, champ, rows)
    return found


def _column(liste: str, champ: Champ, rows: Sequence[Ligne]) -> Any:
    config = st.column_config
    said: dict[str, Any] = {"label": champ.titre, "width": grids.widths(liste)[champ.nom], "help": champ.aide}
    match champ.genre:
        case "choix":
            options = [label(champ.liste, str(one)) for one in drafts.choices(champ, rows)]
            pending = [row.a_corriger[champ.nom] for row in rows if champ.nom in row.a_corriger]
            return config.SelectboxColumn(**said, options=list(dict.fromkeys(["", *options, *pending])))
        case "liens":
            names = list(drafts.link_names(workshop.livret, champ).values())
            return config.MultiselectColumn(**said, options=names, color="auto")
        case "entier":
            return config.NumberColumn(**said, min_value=0, step=1)
        case "oui_non":
            return config.CheckboxColumn(**said)
        case _:
            return config.TextColumn(**said)


def _open(grid: grids.Grid) -> None:
    pressed = state.value(f"open_{grid.key}")
    if pressed:
        fiche.choose(grid.liste, grid.row_at(pressed["row"]))


@acting
def _changed(grid: grids.Grid) -> None:
    """Take what was typed in the table; while rows stay, the table stays too and the cursor with it."""
    with workshop.changing():
        stale = grid.version != workshop.version  # changed from another tab since the table was given
        taken = grids.take(grid, workshop.livret, state.value(grid.key))
        if taken.what:
            workshop.change(taken.what, lambda _: taken.livret)
    if taken.touched:
        fiche.choose(grid.liste, taken.touched)
    if taken.anew and taken.what:
        notify("Supprimé. «\u00a0Annuler\u00a0» rétablit, et l’historique garde tout.")
    grid.version = -1 if taken.anew or stale else workshop.version
    if taken.touched:
        for problem in drafts.to_correct(taken.livret, grid.liste, taken.touched):
            notify(say_problem(taken.livret, problem))


def _to_correct(liste: str) -> None:
    """The entries of this list that were kept without being understood."""
    livret = workshop.livret
    waiting = drafts.to_correct(livret, liste)
    if waiting:
        said = [f"- {plain(say_problem(livret, one))}" for one in waiting[:8]]
        more = [f"- … et {len(waiting) - 8} autres"] if len(waiting) > 8 else []  # noqa: PLR2004 - enough to read
        head = "Gardé tel quel, à corriger" + f"{NBSP}:"
        st.warning("\n".join([head, "", *said, *more]), icon=":material/edit_note:")


def _first_row(liste: str) -> None:
    says = next(one.says for one in completeness(workshop.livret) if one.liste == liste)
    st.info(
        f"{says[0] if says else ''} Écrivez dans la première ligne du tableau, ou commencez par une fiche.",
        icon=":material/edit:",
    )


@acting
def _add(liste: str) -> None:
    row = LISTES[liste]()
    workshop.change("ajouter une ligne", lambda livret: drafts.add_rows(livret, liste, [row], first=True))
    state.set(f"search_{liste}", "")
    fiche.choose(liste, row.id)


def _interets() -> None:
    """The free text of the part."""
    titled = next(champ for champ in champs(LISTS_GROUPS["competences"]) if champ.nom == "centres_interet")
    name = "centres_interet"
    with st.expander(titled.titre, icon=":material/interests:", key="interets"):
        if workshop.read_only:
            st.markdown(workshop.livret.competences.centres_interet or ":gray[Rien d’écrit.]")
            return
        text = workshop.livret.competences.centres_interet
        fresh = state.get("interets_version", -1) != workshop.version
        key = state.tell(name, text, elsewhere=True) if fresh else state.key(name)
        state.set("interets_version", workshop.version)

        @acting
        def take() -> None:
            now = typed(key)
            if not state.heard(key, now):
                return
            what = f"modifier «{NBSP}{titled.titre}{NBSP}»"
            workshop.change(what, lambda livret: drafts.edit_interets(livret, now), merging=name)
            if key == state.key(name):
                state.set("interets_version", workshop.version)

        markdown_field(titled.titre, text, key=key, help_=titled.aide, on_change=take)
