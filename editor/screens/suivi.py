"""What to keep an eye on, on the home screen: deadlines, missing documents, statutory training, completeness."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

import streamlit as st

from data.completeness import Completude, Manquante, completeness, expiring, missing
from data.evidence import Evidence, Place
from data.french import NBSP, say_number
from data.model import LISTES, VOLETS, Livret
from data.nomenclatures import load
from data.obligations import ETATS, EtatSuivi, Suivi
from data.values import PartialDate
from editor import charts
from editor.screens.frame import plain
from editor.screens.going import go
from site_builder.markdown import typographic

SHOWN = 4  # documents and deadlines shown at once; the others are one click away
OPEN = frozenset({"en_retard", "en_cours", "a_venir"})
BADGES: dict[EtatSuivi, str] = {
    "faite": ":green-badge[:material/check: {}]",
    "en_cours": ":blue-badge[:material/schedule: {}]",
    "en_retard": ":red-badge[:material/event_busy: {}]",
    "a_venir": ":gray-badge[:material/event: {}]",
    "dispensee": ":gray-badge[:material/done_all: {}]",
}


def deadlines(livret: Livret, jour: date) -> None:
    """Habilitations, certificates and language tests that expire, or have."""
    st.header("Échéances", anchor=False)
    soon = expiring(livret, jour)
    if not soon:
        st.caption("Rien n’expire dans l’année qui vient.")
    for echeance in soon[-SHOWN:]:
        badge = ":red-badge[Expirée]" if echeance.expiree else ":orange-badge[Bientôt]"
        when = PartialDate.of(echeance.fin).words
        verb = "depuis le" if echeance.expiree else "le"
        _row(f"expiring_{echeance.ligne.id}", echeance.ligne.intitule_ligne, f"{badge} {verb} {when}", echeance.place,
             echeance.ligne.id)  # fmt: skip


def documents(livret: Livret, evidence: Evidence) -> None:
    """The rows that the decree wants proved and that no document proves."""
    st.header("Justificatifs manquants", anchor=False)
    absent = missing(livret, evidence)
    if not absent:
        st.caption("Chaque ligne qui en demande un a son justificatif.")
    for one in absent[:SHOWN]:
        _missing(one)
    if len(absent) > SHOWN:
        with st.expander(f"Et {say_number(len(absent) - SHOWN)} de plus"):
            for one in absent[SHOWN:]:
                _missing(one)


def _missing(one: Manquante) -> None:
    states = {piece.etat for piece in one.annoncees}
    badge = (
        ":blue-badge[Demandé]"
        if "demandee" in states
        else ":red-badge[Perdu]" if "perdue" in states else ":gray-badge[À joindre]"
    )  # fmt: skip
    _row(f"missing_{one.ligne.id}", one.ligne.intitule_ligne, f"{badge} {LISTES[_liste(one.place)].pluriel}", one.place,
         one.ligne.id)  # fmt: skip


def _row(key: str, titre: str, says: str, place: Place, row: str) -> None:
    """A row of the livret: its name is the way to it, and below, what is to be known of it."""
    with st.container(gap=None, key=f"row_{key}"):
        st.button(plain(typographic(titre)), key=f"open_{key}", type="tertiary", on_click=go, args=(_liste(place), row))
        st.markdown(f":small[{says}]")


def tracker(lines: Sequence[Suivi]) -> None:
    """The statutory trainings: what is open first, what is over one click away."""
    st.header("Mes formations statutaires", anchor=False)
    if not lines:
        st.caption(
            "Le suivi commence avec un emploi de fonctionnaire territorial dont la date de nomination, la catégorie "
            "et le cadre d’emplois sont remplis."
        )
        return
    pending = [line for line in lines if line.etat in OPEN]
    rank = {"en_retard": 0, "en_cours": 1, "a_venir": 2}
    for number, line in enumerate(sorted(pending, key=lambda one: rank[one.etat])):
        _card(line, number)
    if not pending:
        st.caption("Toutes vos obligations sont remplies à ce jour.")
    over = [line for line in lines if line.etat not in OPEN]
    if over:
        count = say_number(len(over))
        with st.expander(f"Faites ou dispensées{NBSP}: {count}", icon=":material/check:"):
            rows = [
                (f"{line.obligation.libelle}, {_when(line)}", line.says, f"{ETATS[line.etat]}. {_law(line)}")
                for line in reversed(over)
            ]
            headings = ("Formation", "Où j’en suis", "État et texte")
            st.html(charts.table(headings, rows, "Formations statutaires faites ou dispensées."))
    st.caption(
        "Ce suivi aide à se souvenir et ne vaut pas conseil juridique\u00a0: votre service des ressources humaines et "
        "le CNFPT décident. Il se déduit de vos emplois, de vos formations et de vos dispenses."
    )


def _card(line: Suivi, number: int) -> None:
    with st.container(border=True, key=f"suivi_{number}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(typographic(line.obligation.libelle))}**", width="stretch")
            st.markdown(BADGES[line.etat].format(ETATS[line.etat]), width="content")
        st.markdown(plain(typographic(line.says)))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(
                plain(typographic(" · ".join(filter(None, [_post(line), _when(line), _law(line)])))), width="stretch"
            )
            if line.etat != "a_venir":
                st.button(
                    "Inscrire une formation", key=f"suivi_go_{number}", icon=":material/add:", type="tertiary",
                    on_click=go, args=("formations.actions",),
                )  # fmt: skip


def _when(line: Suivi) -> str:
    if line.debut is None:
        return "sans échéance"
    start = PartialDate.of(line.debut).words
    return f"du {start} au {PartialDate.of(line.echeance).words}" if line.echeance else f"depuis le {start}"


def _post(line: Suivi) -> str:
    return line.emploi.intitule_ligne if line.emploi else ""


def _law(line: Suivi) -> str:
    """The text that asks for it, and a word when our source for it is not an official one."""
    rules = line.obligation.attributs
    types = (load("types_formation").get(kind) for kind in rules["types_formation"])
    bases = (rules.get("base_legale"), *(kind.attributs.get("base_legale") for kind in types if kind))
    text = next((str(base) for base in bases if base), "décret n° 2008-512")
    doubt = "" if rules["confiance"] == "confirmé" else " (durée d’après une source secondaire, à vérifier)"
    return f"{text[:1].upper()}{text[1:]}{doubt}"


def sections(livret: Livret, evidence: Evidence) -> None:
    """How complete every list is, part by part."""
    st.header("Mon livret, rubrique par rubrique", anchor=False)
    found = {one.liste: one for one in completeness(livret, evidence)}
    for column, (volet, titre) in zip(st.columns(len(VOLETS), gap="large"), VOLETS.items(), strict=True):
        with column:
            st.markdown(f"**{titre}**")
            for liste, one in found.items():
                if liste.startswith(f"{volet}.") or (volet == "competences" and liste == "pieces"):
                    _section(one)


def _section(one: Completude) -> None:
    with st.container(gap=None, key=f"row_{one.liste}"):
        st.button(one.titre, key=f"section_{one.liste}", type="tertiary", on_click=go, args=(one.liste,))
        st.html(_progress(one))


def _progress(one: Completude) -> str:
    says = "".join(f"<p>{escape(typographic(text))}</p>" for text in one.says)
    if not one.lignes:
        return f'<div class="livret-list">{says}</div>'
    percent = int(one.ratio * 100)  # 99 % until nothing lacks
    count = f"{say_number(one.lignes)}{NBSP}ligne{'s' if one.lignes > 1 else ''}"
    return (
        f'<div class="livret-list"><div class="count"><span>{count}</span><span>{percent}{NBSP}%</span></div>'
        f'<div class="livret-bar" aria-hidden="true"><i style="width:{percent}%"></i></div>{says}</div>'
    )


def _liste(place: Place) -> str:
    nom = ".".join(map(str, place[:2]))
    return nom if nom in LISTES else str(place[0])
