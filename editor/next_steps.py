"""What to do next: at most a handful of concrete things, the most useful first, each with the place where it is done.

Pure. One kind of remark gives one step, however many rows it is about: a list of forty faults helps nobody. What is
told in full stands elsewhere on the same screen; a step only says where to begin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from data.codes import attribute
from data.completeness import Manquante, completeness, expiring, missing
from data.evidence import Evidence, Place
from data.fields import champs
from data.french import NBSP, say_number
from data.model import LISTES, Livret, Titulaire
from data.obligations import Suivi, statutory
from editor.drafts import rows_of

MOST = 5
SOON = 6  # months
# The lists without which a livret says little, in the order one fills them.
FIRST_LISTS = (
    ("experiences.emplois", "Inscrivez votre poste actuel", "Le reste du parcours viendra ensuite, poste après poste."),
    ("formations.diplomes", "Ajoutez vos diplômes", "L’année et l’intitulé suffisent pour commencer."),
    ("formations.actions", "Notez vos formations", "Les attestations en donnent les dates et la durée."),
    ("competences.competences", "Dites ce que vous savez faire", "Un verbe, un objet, un contexte."),
)


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do: in a few words, why, and where; ``row`` is empty when it is about a whole list.

    ``liste`` is a list of the livret (``formations.actions``), or ``titulaire``, ``aide``, ``securite``.
    """

    says: str
    why: str
    liste: str
    row: str = ""
    icon: str = ":material/arrow_forward:"


@dataclass(frozen=True, slots=True)
class _Known:
    """What every question is asked of, computed once."""

    livret: Livret
    jour: date
    evidence: Evidence
    suivi: Sequence[Suivi]
    manquantes: Sequence[Manquante]
    key_verified: bool


def next_steps(
    livret: Livret,
    jour: date,
    *,
    evidence: Evidence | None = None,
    suivi: Sequence[Suivi] | None = None,
    key_verified: bool = False,
    most: int = MOST,
) -> tuple[NextStep, ...]:
    """The most useful things to do, first things first.

    Args:
        livret: whose.
        jour: today.
        evidence: the livret's, when it is known already.
        suivi: the statutory tracker, when it is known already.
        key_verified: whether the recovery key was typed back lately; nothing in the livret remembers it.
        most: how many at most.
    """
    evidence = evidence or Evidence.of(livret)
    known = _Known(
        livret,
        jour,
        evidence,
        statutory(livret, jour) if suivi is None else suivi,
        missing(livret, evidence),
        key_verified,
    )
    found: list[NextStep] = []
    for question in _QUESTIONS:
        found += question(known)
        if len(found) >= most:
            break
    return tuple(found[:most])


def _to_correct(known: _Known) -> Iterator[NextStep]:
    """What was typed and not understood comes first: it is in no dossier until it is corrected."""
    livret = known.livret
    waiting: list[tuple[str, str, str, str]] = [
        ("titulaire", "", nom, text) for nom, text in livret.titulaire.a_corriger.items()
    ]
    for place, row in livret.placed_rows():
        waiting += [(_liste(place), row.id, nom, text) for nom, text in row.a_corriger.items()]
    if not waiting:
        return
    liste, row_id, nom, text = waiting[0]
    model = LISTES.get(liste, Titulaire)
    titre = next((champ.titre for champ in champs(model) if champ.nom == nom), nom)
    head = "Corrigez une saisie" if len(waiting) == 1 else f"Corrigez {_count(len(waiting), 'saisie')}"
    why = f"«{NBSP}{text}{NBSP}» n’a pas été compris dans «{NBSP}{titre}{NBSP}»."
    yield NextStep(head, why, liste, row_id, ":material/edit_note:")


def _overdue(known: _Known) -> Iterator[NextStep]:
    late = [line for line in known.suivi if line.etat == "en_retard"]
    if late:
        line = late[-1]  # the latest weighs on the next promotion; older ones are in the tracker
        more = f" Et {_count(len(late) - 1, 'autre')} dans le suivi." if len(late) > 1 else ""
        yield NextStep(
            f"Régularisez «{NBSP}{line.obligation.libelle}{NBSP}»", f"{line.says}{more}", "formations.actions",
            icon=":material/event_busy:",
        )  # fmt: skip


def _expiring(known: _Known) -> Iterator[NextStep]:
    soon = expiring(known.livret, known.jour, months=SOON)
    if soon:
        first = next((one for one in soon if not one.expiree), soon[-1])
        more = f" Et {_count(len(soon) - 1, 'autre échéance', 'autres échéances')}." if len(soon) > 1 else ""
        yield NextStep(
            f"Renouvelez «{NBSP}{first.ligne.intitule_ligne}{NBSP}»", f"{first.says}{more}", _liste(first.place),
            first.ligne.id, ":material/update:",
        )  # fmt: skip


def _missing(known: _Known) -> Iterator[NextStep]:
    if known.manquantes:
        first, count = known.manquantes[0], len(known.manquantes)
        head = f"Joignez {_count(count, 'justificatif')}" if count > 1 else "Joignez un justificatif"
        start = "Pour commencer, " if count > 1 else ""
        yield NextStep(head, f"{start}{first.says}", _liste(first.place), first.ligne.id, ":material/attach_file:")


def _empty(known: _Known) -> Iterator[NextStep]:
    if not (known.livret.titulaire.prenom and known.livret.titulaire.nom) and not known.livret.titulaire.a_corriger:
        yield NextStep("Dites qui vous êtes", "Votre nom ouvre chaque dossier.", "titulaire", icon=":material/person:")
    for liste, says, why in FIRST_LISTS:
        if not rows_of(known.livret, liste):
            yield NextStep(says, why, liste, icon=":material/add:")


def _incomplete(known: _Known) -> Iterator[NextStep]:
    """The list whose fields lack the most; evidence has its own steps."""
    lacking = [
        (sum(1 for row in rows_of(known.livret, one.liste) if _lacks(row)), one)
        for one in completeness(known.livret, known.evidence)
        if one.lignes and one.ratio < 1
    ]
    count, worst = max(lacking, key=lambda pair: pair[0], default=(0, None))
    if worst is not None and count:
        row = next(row for row in rows_of(known.livret, worst.liste) if _lacks(row))
        says = next((one for one in worst.says if one.startswith("Remplissez")), "")
        yield NextStep(f"Complétez «{NBSP}{worst.titre}{NBSP}»", says, worst.liste, row.id, ":material/checklist:")


def _lacks(row: object) -> bool:
    model = type(row)
    return any(
        champ.requis and getattr(row, champ.nom) in (None, "", ())
        for champ in champs(model)  # type: ignore[arg-type]
    )


def _unproved(known: _Known) -> Iterator[NextStep]:
    bare = [one for one in known.livret.competences.competences if not known.evidence.preuves(one.id).prouvee]
    if bare:
        head = "Prouvez une compétence" if len(bare) == 1 else f"Prouvez {_count(len(bare), 'compétence')}"
        why = f"Reliez «{NBSP}{bare[0].intitule_ligne}{NBSP}» à une expérience, une formation ou un document."
        yield NextStep(head, why, "competences.competences", bare[0].id, ":material/link:")


def _adrift(known: _Known) -> Iterator[NextStep]:
    adrift = [
        piece
        for piece in known.evidence.orphelines
        if not attribute("types_piece", piece.type, "complement", default=False)
    ]
    if adrift:
        head = "Reliez un document" if len(adrift) == 1 else f"Reliez {_count(len(adrift), 'document')}"
        why = f"«{NBSP}{adrift[0].intitule_ligne}{NBSP}» n’est relié à aucune ligne."
        yield NextStep(head, why, "pieces", adrift[0].id, ":material/link:")


def _charte(known: _Known) -> Iterator[NextStep]:
    if known.livret.charte is None:
        yield NextStep(
            "Lisez la charte du livret", "Elle dit à qui il appartient, et ce que personne ne peut vous demander.",
            "aide", icon=":material/handshake:",
        )  # fmt: skip


def _recovery(known: _Known) -> Iterator[NextStep]:
    if not known.key_verified:
        yield NextStep(
            "Vérifiez votre clé de secours", "Savez-vous encore où elle est rangée ? Elle seule remplace un mot de "
            "passe oublié.", "securite", icon=":material/key:",
        )  # fmt: skip


_QUESTIONS = (
    _to_correct, _overdue, _expiring, _missing, _empty, _incomplete, _unproved, _adrift, _charte, _recovery,
)  # fmt: skip


def _liste(place: Place) -> str:
    nom = ".".join(map(str, place[:2]))
    return nom if nom in LISTES else str(place[0])


def _count(number: int, one: str, many: str = "") -> str:
    return f"{say_number(number)}{NBSP}{(many or f'{one}s') if number > 1 else one}"
