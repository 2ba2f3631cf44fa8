"""The statutory-training tracker: what the decree asked of this career, by when, and what was done about it.

Promotion interne depends on it (décret n° 2008-512, art. 16), and no employer's software follows the agent
from one employer to the next. Deadlines, lengths and who is bound come from the nomenclature ``obligations``;
here is only how a career gives them their dates. A line helps to remember: it is no legal advice, and it says
how sure its own source is.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from data.codes import code
from data.experiences import Emploi
from data.formations import ActionFormation, Dispense
from data.french import fold
from data.model import Livret
from data.nomenclatures import Entry, load
from data.nominations import Nomination, assignments, nominations, opened_by
from data.training import any_hours, in_days, say_days
from data.values import PartialDate

EtatSuivi = Literal["faite", "en_cours", "en_retard", "a_venir", "dispensee"]
ETATS: dict[EtatSuivi, str] = {
    "faite": "Faite",
    "en_cours": "En cours",
    "en_retard": "En retard",
    "a_venir": "À venir",
    "dispensee": "Dispensée",
}

# Since when each text binds (décret n° 2008-512, art. 20; loi n° 2019-828; loi n° 2023-1380); a line older than
# its text is not owed, and shows only when it was met.
_DECRET_2008 = date(2008, 7, 1)
_SINCE: dict[str, date] = {
    "integration": _DECRET_2008,
    "professionnalisation-1": _DECRET_2008,
    "professionnalisation-1-promotion": _DECRET_2008,
    "professionnalisation-carriere": _DECRET_2008,
    "poste-responsabilite": _DECRET_2008,
    "management": date(2019, 8, 8),
    "secretaire-general-mairie": date(2024, 1, 1),
}
# Five days for everybody until décret n° 2015-1385 made it ten in categories A and B.
_TEN_DAYS_SINCE, _FIVE_DAYS = date(2016, 1, 1), 5
# Art. 15 of the same decree: training for a responsibility exempts from the running period and opens a new one.
_EXEMPTED_BY = {"professionnalisation-carriere": "PROR"}
_NEVER = date.max


@dataclass(frozen=True, slots=True)
class Suivi:
    """One obligation of this career: its window, what it asks, what was done."""

    obligation: Entry
    emploi: Emploi | None  # the post it comes from
    categorie: str
    debut: date | None
    echeance: date | None  # the last day; None where no text sets one
    jours_min: Decimal | None  # None where no text sets a length in days
    jours_max: Decimal | None
    jours_faits: Decimal
    jours_dispenses: Decimal
    converti: bool  # whether hours were counted as days, at the livret's hours a day
    etat: EtatSuivi
    actions: tuple[ActionFormation, ...]
    dispenses: tuple[Dispense, ...]
    exoneree_par: ActionFormation | None = None  # the training that took the place of this one (art. 15)

    @property
    def reste(self) -> Decimal:
        """The days still to follow before the minimum is reached."""
        return max(Decimal(0), (self.jours_min or Decimal(0)) - self.jours_faits - self.jours_dispenses)

    @property
    def says(self) -> str:
        """One French sentence: where this obligation stands, and what is left to do."""
        if self.exoneree_par is not None and self.etat == "dispensee":
            return f"Exonérée : « {self.exoneree_par.intitule} » en tient lieu et ouvre une nouvelle période."
        left = f"il reste {say_days(self.reste)} à suivre" if self.reste else "elle reste à suivre"
        waived = f", dont {say_days(self.jours_dispenses)} en dispense" if self.jours_dispenses else ""
        due = PartialDate.of(self.echeance).words if self.echeance else ""
        return {
            "faite": f"Faite : {say_days(self.jours_faits + self.jours_dispenses)}{waived}.",
            "dispensee": f"Dispensée : {say_days(self.jours_dispenses)}.",
            "en_cours": f"À suivre au plus tard le {due} : {left}." if due else f"Sans échéance : {left}.",
            "a_venir": f"S’ouvrira le {PartialDate.of(self.debut).words}." if self.debut else "À venir.",
            "en_retard": f"L’échéance du {due} est passée : {left}, ou à inscrire si vous l’avez suivie.",
        }[self.etat]


def statutory(livret: Livret, jour: date) -> tuple[Suivi, ...]:
    """Every obligation that applies to the career as it stands on a day, oldest first, undated last."""
    career = _Career(livret, jour, nominations(livret))
    lines = [line for obligation in load("obligations").entries for line in _lines(career, obligation)]
    return tuple(sorted(lines, key=lambda line: line.debut or _NEVER))


@dataclass(frozen=True, slots=True)
class _Career:
    """What every obligation is measured against."""

    livret: Livret
    jour: date
    nominations: Sequence[Nomination]


@dataclass(frozen=True, slots=True)
class _Window:
    """When an obligation runs for one nomination or assignment; trainings begun before ``close`` count."""

    emploi: Emploi | None
    categorie: str
    open: date | None
    due: date | None
    close: date
    overtaken: bool = False  # a later nomination came before its deadline: what was not done is no longer owed
    exempt: ActionFormation | None = None


def _lines(career: _Career, obligation: Entry) -> Iterator[Suivi]:
    windows = list(_windows(career, obligation))
    since = _since(obligation)
    for index, window in enumerate(windows):
        line = _line(career, obligation, window, last=index == len(windows) - 1)
        owed = not window.overtaken and (window.open is None or window.open >= since)
        if owed or line.actions or line.dispenses:
            yield line


def _since(obligation: Entry) -> date:
    return _SINCE.get(obligation.code, date.min)


def _windows(career: _Career, obligation: Entry) -> Iterator[_Window]:
    rules = obligation.attributs
    months = rules.get("delai_mois")
    ends = [one.jour for one in career.nominations[1:]] + [_NEVER]
    bound = [(one, end) for one, end in zip(career.nominations, ends, strict=False) if _binds(rules, one)]
    if rules["origine"] == "nomination":
        for one, end in bound:
            due = _due(one.jour, months)
            overtaken = end <= min(due or _NEVER, career.jour)
            yield _Window(one.emploi, one.categorie, one.jour, due, end, overtaken)
    elif rules["origine"] == "période":
        for one, end in bound:
            yield from _periods(career, obligation, one, end)
    elif rules["origine"] == "affectation":
        taken = sorted(assignments(career.livret, obligation.code), key=lambda item: item[0])
        stops = [start for start, _ in taken[1:]] + [_NEVER]
        for (start, post), stop in zip(taken, stops, strict=False):
            one = opened_by(post) or Nomination(start, post, "", "")
            if _binds(rules, one):
                yield _Window(post, one.categorie, start, _due(start, months), stop)
    elif bound:
        yield _Window(None, bound[-1][0].categorie, None, None, _NEVER)


def _periods(career: _Career, obligation: Entry, one: Nomination, end: date) -> Iterator[_Window]:
    """The periods of one nomination up to the one that runs; the first alone when it has not begun."""
    rules = obligation.attributs
    resets = _resets(career, _EXEMPTED_BY.get(obligation.code, ""))
    start, first = max(_add_months(one.jour, rules.get("debut_mois", 0)), _since(obligation)), True
    while start < end and (first or start <= career.jour):
        due = _due(start, rules["periodicite_mois"]) or _NEVER
        exempt = next((action for day, action in resets if start <= day <= min(due, end)), None)
        after = exempt.periode_ligne.fin.last if exempt and exempt.periode_ligne and exempt.periode_ligne.fin else due
        close = min(after + timedelta(days=1), end)
        yield _Window(one.emploi, one.categorie, start, after, close, exempt is None and end <= due, exempt)
        start, first = after + timedelta(days=1), False


def _resets(career: _Career, kind: str) -> list[tuple[date, ActionFormation]]:
    """The trainings of a type that are over, by their last day."""
    found = []
    for action in career.livret.formations.actions:
        periode = action.periode_ligne
        if kind in _types(action) and periode and periode.fin and periode.fin.last <= career.jour:
            found.append((periode.fin.last, action))
    return sorted(found, key=lambda item: item[0])


def _binds(rules: Mapping[str, Any], one: Nomination) -> bool:
    """Whether an obligation applies to a nomination, as far as the nomenclature can tell."""
    mode = code("modes_entree", one.emploi.mode_entree)
    contracts_since = rules.get("contractuels_depuis")
    return (
        (one.cadre in rules["cadres"] if "cadres" in rules else one.cadre not in rules.get("cadres_exclus", ()))
        and ("modes_entree" not in rules or mode in rules["modes_entree"])
        and mode not in rules.get("modes_entree_exclus", ())
        and (not one.categorie or "jours" not in rules or one.categorie in rules["jours"])
        and (not one.contractuel or (contracts_since is not None and one.jour >= date.fromisoformat(contracts_since)))
    )


def _line(career: _Career, obligation: Entry, window: _Window, *, last: bool) -> Suivi:
    per_day = career.livret.reglages.heures_par_jour
    types = frozenset(obligation.attributs["types_formation"])
    actions = tuple(a for a in career.livret.formations.actions if _counts(a, types, window, career.jour))
    dispenses = tuple(d for d in career.livret.formations.dispenses if _waives(d, types, window, last=last))
    done, waived = in_days(actions, per_day), in_days(dispenses, per_day)
    least, most = _required(obligation, window, dispenses)
    if least is not None:
        least += in_days([d for d in career.livret.formations.dispenses if _carries(d, actions)], per_day)
        most = max(most or least, least)
    return Suivi(
        obligation=obligation,
        emploi=window.emploi,
        categorie=window.categorie,
        debut=window.open,
        echeance=window.due,
        jours_min=least,
        jours_max=most,
        jours_faits=done,
        jours_dispenses=waived,
        converti=any_hours(actions) or any_hours(dispenses),
        etat=_state(window, career.jour, met=_met(least, done, waived, actions), only_waived=not actions),
        actions=actions,
        dispenses=dispenses,
        exoneree_par=window.exempt,
    )


def _types(action: ActionFormation) -> frozenset[str]:
    """The types of a training; an agent writes « MGT / PROR » when it is both."""
    return frozenset(code("types_formation", part.strip()) for part in re.split(r"[/,;+]", action.type))


def _counts(action: ActionFormation, types: frozenset[str], window: _Window, jour: date) -> bool:
    """Whether a training followed in the window is of those that the obligation asks for."""
    if types.isdisjoint(_types(action)) or code("resultats", action.resultat) == "abandon":
        return False
    periode = action.periode_ligne
    if periode is None or periode.debut.first > jour:
        return False
    return (window.open is None or periode.debut.last >= window.open) and periode.debut.first < window.close


def _waives(dispense: Dispense, types: frozenset[str], window: _Window, *, last: bool) -> bool:
    """Whether a waiver is about this obligation; an undated one goes to the latest nomination."""
    if code("types_formation", dispense.formation) not in types:
        return False
    day = dispense.date_decision
    if day is None:
        return last
    return (window.open is None or day.last >= window.open) and day.first < window.close


def _carries(dispense: Dispense, actions: Sequence[ActionFormation]) -> bool:
    """Whether days waived elsewhere were added to one of these trainings (art. 13): the agent names it."""
    told = fold(dispense.report)
    return bool(told) and any(action.id == dispense.report or fold(action.intitule) in told for action in actions)


def _required(
    obligation: Entry, window: _Window, dispenses: Sequence[Dispense]
) -> tuple[Decimal | None, Decimal | None]:
    """The least and most days asked; a waiver's own decision is believed before the nomenclature."""
    stated = [d.duree_due.valeur for d in dispenses if d.duree_due and d.duree_due.unite == "j"]
    if stated:
        return max(stated), max(stated)
    ranges: Mapping[str, Mapping[str, int]] = obligation.attributs.get("jours", {})
    found = [ranges[window.categorie]] if window.categorie in ranges else list(ranges.values())
    if not found:
        return None, None
    least, most = min(one["min"] for one in found), max(one["max"] for one in found)
    if obligation.code == "integration" and window.open and window.open < _TEN_DAYS_SINCE:
        least = most = _FIVE_DAYS
    return Decimal(least), Decimal(most)


def _met(least: Decimal | None, done: Decimal, waived: Decimal, actions: Sequence[ActionFormation]) -> bool:
    return bool(actions or waived) if least is None else done + waived >= least


def _state(window: _Window, jour: date, *, met: bool, only_waived: bool) -> EtatSuivi:
    if window.exempt is not None and not met:
        return "dispensee"
    if met:
        return "dispensee" if only_waived else "faite"
    if window.open is not None and window.open > jour:
        return "a_venir"
    return "en_retard" if window.due is not None and window.due < jour else "en_cours"


def _due(start: date, months: int | None) -> date | None:
    """The last day of a delay of so many months."""
    return None if months is None else _add_months(start, months) - timedelta(days=1)


def _add_months(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
