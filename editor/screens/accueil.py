"""The home screen: where the livret stands, what to do next, the career at a glance, what to keep an eye on."""

from __future__ import annotations

from datetime import date
from html import escape

import streamlit as st

from data.evidence import Evidence
from data.french import NBSP, say_number
from data.model import LISTES, VOLETS, Livret
from data.obligations import statutory
from data.service import length_of_service
from data.training import volumes
from data.values import PartialDate
from editor import career, charts
from editor.drafts import liste_of
from editor.moments import today
from editor.next_steps import NextStep, next_steps
from editor.screens import suivi
from editor.screens.cles import VERIFIED
from editor.screens.frame import heading, plain
from editor.screens.going import go
from editor.session import state
from editor.workshop import workshop
from site_builder.markdown import typographic


def show() -> None:
    """Draw the screen."""
    livret, jour = workshop.livret, today()
    heading(_greeting(livret), _situation(livret))
    evidence, lines = Evidence.of(livret), statutory(livret, jour)
    steps = next_steps(livret, jour, evidence=evidence, suivi=lines, key_verified=state.get(VERIFIED, default=False))
    if not livret.rows:
        _welcome(steps)
        return
    st.html(_figures(livret, evidence, jour))
    left, right = st.columns([3, 2], gap="medium")
    with left, st.container(border=True, key="next_steps", height="stretch"):
        _steps(steps)
    with right, st.container(border=True, height="stretch"):
        suivi.deadlines(livret, jour)
    _charts(livret, jour)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        suivi.tracker(lines)
    with right:
        suivi.documents(livret, evidence)
    suivi.sections(livret, evidence)


def _greeting(livret: Livret) -> str:
    prenom = livret.titulaire.prenom.strip()
    return f"Bonjour {plain(prenom)}" if prenom else "Bonjour"


def _situation(livret: Livret) -> str:
    """The current post in a line: « Cheffe de service · Ville de Port-Aubréac, depuis janvier 2023 »."""
    post = livret.emploi_actuel
    if post is None:
        return ""
    periode = post.periode_ligne
    where = ", ".join(filter(None, [post.employeur, periode.words if periode else ""]))
    return plain(typographic(" · ".join(filter(None, [post.intitule_ligne, where]))))


def _welcome(steps: tuple[NextStep, ...]) -> None:
    """An empty livret: an invitation, the first steps, and what the livret will hold."""
    with st.container(border=True, key="next_steps"):
        st.header(f"À vous de jouer{NBSP}!", anchor=False)
        st.markdown(
            "Ce livret est à vous seul. Il se remplit à votre rythme, dans l’ordre qui vous plaît, et chaque saisie "
            "est enregistrée aussitôt. Pour commencer, par exemple\u00a0:"
        )
        _list(steps)
    st.header("Ce qu’il contiendra", anchor=False)
    for column, (volet, titre) in zip(st.columns(len(VOLETS), gap="medium"), VOLETS.items(), strict=True):
        with column:
            st.markdown(f"**{titre}**")
            with st.container(gap=None):
                for liste, model in LISTES.items():
                    if liste.startswith(f"{volet}."):
                        st.button(
                            model.pluriel, key=f"row_{liste}", type="tertiary", help=model.intro, on_click=go,
                            args=(liste,),
                        )  # fmt: skip


def _steps(steps: tuple[NextStep, ...]) -> None:
    st.header("Que faire maintenant", anchor=False)
    if steps:
        _list(steps)
    else:
        st.markdown(
            ":material/check_circle: Tout est en ordre. Revenez après votre prochaine formation ou un nouveau poste."
        )


def _list(steps: tuple[NextStep, ...]) -> None:
    for rank, step in enumerate(steps):
        with st.container(gap=None, key=f"step_{rank}"):
            st.button(
                plain(typographic(step.says)), key=f"go_{rank}", icon=step.icon, type="tertiary", on_click=go,
                args=(step.liste, step.row),
            )  # fmt: skip
            st.caption(plain(typographic(step.why)))


def _charts(livret: Livret, jour: date) -> None:
    def open_row(row: str) -> None:
        go(liste_of(livret, row), row)

    st.header("Mon parcours", anchor=False)
    frise = career.career(livret, jour)
    if frise:
        charts.draw(frise, "chart_career", open_row)
    else:
        st.caption("La frise se dessinera dès qu’un poste, un stage ou un diplôme aura une date.")
    st.header("Mes jours de formation, année par année", anchor=False)
    years = career.training(livret)
    if years:
        charts.draw(years, "chart_training", open_row)
    else:
        st.caption("Ce graphique apparaîtra dès qu’une formation suivie aura ses dates et sa durée.")


def _figures(livret: Livret, evidence: Evidence, jour: date) -> str:
    """Four figures: service, training, proved competences, documents."""
    service = length_of_service(livret, jour)
    total = volumes(livret).total
    competences = livret.competences.competences
    proved = sum(1 for one in competences if evidence.preuves(one.id).prouvee)
    held = sum(1 for piece in livret.pieces if piece.detenue)
    awaited = len(livret.pieces) - held
    figures = (
        ("Ancienneté corrigée", service.corrige.words if service.jours else "—", _as_of(jour)),
        ("Formation suivie", total.words or "—", _count(total.actions, "formation")),
        ("Compétences prouvées", f"{say_number(proved)} sur {say_number(len(competences))}",
         "par une expérience, une formation ou un document"),
        ("Justificatifs", say_number(held), f"dans le livret, et {say_number(awaited)} à recevoir" if awaited else
         "dans le livret"),
    )  # fmt: skip
    cells = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd><dd>{escape(more)}</dd></div>"
        for name, value, more in figures
    )
    return f'<dl class="livret-figures">{cells}</dl>'


def _as_of(jour: date) -> str:
    return f"service public, au {PartialDate.of(jour).words}"


def _count(number: int, noun: str) -> str:
    return f"en {say_number(number)}{NBSP}{noun}{'s' if number > 1 else ''}" if number else "aucune pour l’instant"
