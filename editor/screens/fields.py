"""One form field for each kind of value of the model: its widget, its help, its problem, and what typing does.

A field writes as soon as it is left. What is not understood stays in it, with the reason below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from data.competences import Competence
from data.fields import Champ, Element, Ligne
from data.model import Livret
from data.nomenclatures import label, load
from editor import drafts
from editor.markdown_field import markdown_field, typed
from editor.screens.frame import acting, plain
from editor.session import state
from editor.workshop import workshop

LINES = frozenset({"etapes", "quotites"})  # one value a line
EXAMPLES = {
    "date": "ex. 03/2009",
    "duree": "ex. 3 j, 14 h",
    "periodes": "ex. 03/02/2014 – 07/02/2014",
    "quotites": "ex. 90 % depuis 09/2024",
    "etapes": "ex. 03/2019 : recevabilité",
}


class Form:
    """The fields of one row, or of the holder; ``prefix`` tells its widgets from others'.

    Args:
        prefix: of the widgets' keys.
        row: what is shown.
        rows: the rows of the same list, whose free values are offered too.
        problems: why entries were not understood, by field.
        edit: cells typed anew to an edited livret.
        fresh: whether the values come from elsewhere and replace what the widgets hold.
        saved: called once a change is taken, with the version of the workshop before it.
    """

    def __init__(
        self,
        prefix: str,
        row: Element,
        *,
        rows: Sequence[Element],
        problems: Mapping[str, str],
        edit: Callable[[Livret, Mapping[str, Any]], Livret],
        fresh: bool,
        saved: Callable[[int], None],
    ) -> None:
        self.prefix, self.row, self.rows, self.problems = prefix, row, rows, problems
        self.edit, self.fresh, self.saved = edit, fresh, saved

    def draw(self, champ: Champ) -> None:
        """The widget of one field, and its problem."""
        name = f"{self.prefix}_{champ.nom}"
        if champ.genre == "markdown":
            self._markdown(champ, name)
        else:
            key, value = state.key(name), self._value(champ)
            if self.fresh or state.typed(key) or not state.has(key):  # « mars 2009 » is shown as understood: 03/2009
                key = state.give(name, value, elsewhere=self.fresh)
            self._widget(champ, name, key, value)
        if says := self.problems.get(champ.nom):
            st.markdown(f":red[:material/error: {plain(says)}]")

    def _value(self, champ: Champ) -> Any:
        """What the widget is to hold."""
        value = getattr(self.row, champ.nom)
        if champ.genre in {"liens", "textes"}:
            known = self._linked(champ)
            return [one for one in value or () if champ.genre == "textes" or one in known]
        if champ.genre in {"entier", "oui_non"}:
            return value
        pending: str = getattr(self.row, "a_corriger", {}).get(champ.nom, "")
        if pending and champ.nom != "sensibilite":
            return pending
        if champ.genre == "choix":
            return None if value == "" else value
        if isinstance(value, tuple):
            return ("\n" if champ.genre in LINES else " ; ").join(map(str, value))
        return "" if value is None else str(value)

    def _linked(self, champ: Champ) -> dict[str, str]:
        return drafts.link_names(workshop.livret, champ)

    def _widget(self, champ: Champ, name: str, key: str, value: Any) -> None:
        said: dict[str, Any] = {
            "label": f"{champ.titre} *" if champ.requis else champ.titre,
            "key": key,
            "help": champ.aide,
            "on_change": acting(self._take),
            "args": (champ, name, key),
            "disabled": workshop.read_only,
        }
        match champ.genre:
            case "choix":
                self._choice(champ, said)
            case "oui_non":
                if champ.defaut is None:
                    state.insist(key)
                    st.selectbox(
                        **said, options=[True, False], index=None, placeholder="Non précisé", format_func=_yes_no
                    )
                else:
                    st.toggle(**said, value=value)
            case "entier":
                state.insist(key)
                st.number_input(**said, value=None, min_value=0, step=1, placeholder="—")
            case "liens":
                self._links(champ, said, value)
            case "textes":
                st.multiselect(
                    **said, options=_with(load(champ.liste).codes, [*value, *state.value(key)]), default=value,
                    format_func=lambda one: label(champ.liste, one), accept_new_options=True,
                    placeholder="Choisir ou écrire…",
                )  # fmt: skip
            case genre if genre in LINES:
                st.text_area(**said, value=value, height=100, placeholder=EXAMPLES[genre])
            case genre:
                st.text_input(**said, value=value, placeholder=EXAMPLES.get(genre))

    def _choice(self, champ: Champ, said: Mapping[str, Any]) -> None:
        """A drop-down; free values are welcome, except where a class decides what leaves."""
        closed = champ.nom == "sensibilite"
        state.insist(said["key"])
        options = _with(drafts.choices(champ, self.rows), [state.value(said["key"])])
        st.selectbox(
            **said, options=options, format_func=lambda one: label(champ.liste, str(one)),
            accept_new_options=not closed, placeholder="Choisir" if closed else "Choisir ou écrire…",
            index=0 if closed else None,
        )  # fmt: skip
        if closed:
            entry = load(champ.liste).get(str(state.value(said["key"])))
            st.caption(str(entry.attributs["explication"]) if entry else "")

    def _links(self, champ: Champ, said: Mapping[str, Any], value: list[str]) -> None:
        """A pick list; a competence that does not exist yet is created by writing it."""
        known = self._linked(champ)
        new = champ.lien == "competences"
        st.multiselect(
            **said, options=_with(known, state.value(said["key"])), default=value, accept_new_options=new,
            format_func=lambda one: known.get(one, one),
            placeholder="Choisir, ou écrire une nouvelle compétence…" if new else "Choisir…",
        )  # fmt: skip

    def _markdown(self, champ: Champ, name: str) -> None:
        text = str(getattr(self.row, champ.nom))
        if workshop.read_only:
            st.markdown(f"**{champ.titre}**")
            st.markdown(text or ":gray[Rien d’écrit.]")
            return
        key = state.tell(name, text, elsewhere=True) if self.fresh else state.key(name)
        markdown_field(
            champ.titre, text, key=key, help_=champ.aide, on_change=lambda: acting(self._take)(champ, name, key)
        )

    def _take(self, champ: Champ, name: str, key: str) -> None:
        """What a widget's change does; the widget then shows the value as it was understood."""
        cell = typed(key) if champ.genre == "markdown" else state.value(key)
        if not state.heard(key, cell):
            return
        created: list[Ligne] = []
        if champ.genre == "liens" and champ.lien == "competences":
            known = self._linked(champ)
            ids = {libelle: one for one, libelle in known.items()}  # a page not told yet repeats one just created
            created = [Competence(libelle=one) for one in cell if one not in known and one not in ids]
            ids |= {one.libelle: one.id for one in created if isinstance(one, Competence)}
            cell = list(dict.fromkeys(ids.get(one, one) for one in cell))
            state.set(key, cell)
        elif champ.genre == "choix" and isinstance(cell, str) and (entry := load(champ.liste).get(cell)):
            cell = entry.code

        def edit(livret: Livret) -> Livret:
            if created:
                livret = drafts.add_rows(livret, "competences.competences", created)
            return self.edit(livret, {champ.nom: cell})

        merging = key if champ.genre == "markdown" else ""
        with workshop.changing():
            before = workshop.version
            workshop.change(f"modifier « {champ.titre} »", edit, merging=merging)
            if key == state.key(name):  # otherwise the widget that took its place does not show it yet
                self.saved(before)


def _with(options: Any, held: Any) -> list[Any]:
    """Options, and what is held even when it is none of them."""
    offered = list(options)
    return offered + [one for one in held or () if one is not None and one not in offered]


def _yes_no(value: bool) -> str:
    return "Oui" if value else "Non"
