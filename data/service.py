"""Length of service, hours worked, gaps and overlaps: the arithmetic of a career.

The administration counts in months of 30 days and years of 360, so that a calendar year is exactly one
year whatever its months; every stretch is laid on that axis, weighed by its *quotité*, and what several
posts cover at once is counted once, up to full time (two half-time posts do make one). A vague date takes
its widest reading: 2006 to 2008 is three years. Nothing here is a decision: the employer's *état des
services* is, and this one says how it counted, post by post.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from data.codes import code
from data.experiences import Emploi
from data.french import say_number
from data.model import Livret
from data.values import FULL_TIME, Anciennete, PartialDate, Periode, days360

SECTEURS_PUBLICS = frozenset({"FPT", "FPE", "FPH"})
POSITIONS_EXCLUES = frozenset({"disponibilite", "conge-parental"})
HEURES_PAR_AN = Decimal(1607)
_YEAR = Decimal(360)
_Post = tuple[date, date, Emploi]


@dataclass(frozen=True, slots=True)
class ServiceEmploi:
    """What one post counts for; ``motif`` says in French why it counts for nothing, empty when it does."""

    emploi: Emploi
    brut: Anciennete  # calendar time, whatever the quotité
    jours: Decimal  # of 30-day months, corrected by the quotité
    motif: str = ""

    @property
    def corrige(self) -> Anciennete:
        """Its length of service once corrected."""
        return Anciennete(int(self.jours))

    @property
    def heures(self) -> int:
        """The hours it stands for, at 1 607 a year of full time."""
        return hours(self.jours)


@dataclass(frozen=True, slots=True)
class EtatServices:
    """The length of service of a career, with the account of every post."""

    lignes: tuple[ServiceEmploi, ...]  # in the livret's order
    brut: Anciennete  # overlaps once, quotité ignored
    jours: Decimal  # overlaps once, up to full time
    jusqu_au: date

    @property
    def corrige(self) -> Anciennete:
        """The length of service corrected by the quotité."""
        return Anciennete(int(self.jours))

    @property
    def heures(self) -> int:
        """The hours it stands for, at 1 607 a year of full time (what a VAE asks)."""
        return hours(self.jours)

    @property
    def words(self) -> str:
        """``12 ans et 4 mois au 31 décembre 2012``."""
        return f"{self.corrige.words} au {PartialDate.of(self.jusqu_au).words}"


@dataclass(frozen=True, slots=True)
class Ecart:
    """A stretch of the career between posts, or held by two posts at once, with its sentence."""

    debut: date
    fin: date
    emplois: tuple[Emploi, Emploi]
    says: str

    @property
    def duree(self) -> Anciennete:
        """How long, in 30-day months."""
        return Anciennete(days360(self.debut, self.fin))


def hours(jours: Decimal) -> int:
    """Hours of work in so many days of 360-day years, at 1 607 hours a year."""
    return int((jours * HEURES_PAR_AN / _YEAR).quantize(Decimal(1), ROUND_HALF_UP))


def length_of_service(
    livret: Livret,
    jusqu_au: date,
    *,
    secteurs: Collection[str] | None = SECTEURS_PUBLICS,
    positions_exclues: Collection[str] = POSITIONS_EXCLUES,
    emplois: Collection[str] | None = None,
) -> EtatServices:
    """Count the service of a career up to a day, included.

    Args:
        livret: whose.
        jusqu_au: the last day that counts.
        secteurs: the sectors that count, None for all.
        positions_exclues: the positions that do not.
        emplois: only these posts, by identifier; None for all.
    """
    lignes: list[ServiceEmploi] = []
    steps: list[tuple[int, Decimal, int]] = []
    for emploi in livret.experiences.emplois:
        motif = _refusal(emploi, jusqu_au, secteurs, positions_exclues, emplois)
        if motif:
            lignes.append(ServiceEmploi(emploi, Anciennete(0), Decimal(0), motif))
            continue
        stretches = _stretches(emploi, jusqu_au)
        steps += [step for start, end, share in stretches for step in ((start, share, 1), (end, -share, -1))]
        brut = sum(end - start for start, end, _ in stretches)
        jours = sum(((end - start) * share for start, end, share in stretches), Decimal(0)) / FULL_TIME
        lignes.append(ServiceEmploi(emploi, Anciennete(brut), jours))
    brut, jours = _sweep(steps)
    return EtatServices(tuple(lignes), Anciennete(brut), jours, jusqu_au)


def gaps(livret: Livret, jusqu_au: date, *, at_least: int = 31) -> tuple[Ecart, ...]:
    """The stretches without any post that last ``at_least`` days; vague dates take their widest reading.

    Each is told without asking why: nobody has to explain an interruption.
    """
    posts = _dated(livret, jusqu_au)
    found = []
    for (_, last, before), (start, _, after) in _pairs(posts):
        debut, fin = last + timedelta(days=1), start - timedelta(days=1)
        if (start - debut).days >= at_least:
            says = (
                f"{_stretch(debut, fin)}, aucun poste entre « {before.intitule} » et « {after.intitule} » "
                f"({Anciennete(days360(debut, fin)).words}). Vous n’avez pas à vous en expliquer ; "
                "vérifiez seulement qu’il ne manque rien."
            )
            found.append(Ecart(debut, fin, (before, after), says))
    return tuple(found)


def overlaps(livret: Livret, jusqu_au: date) -> tuple[Ecart, ...]:
    """The stretches that two posts surely share; vague dates take their narrowest reading, so as not to cry wolf."""
    sure = []
    for emploi in livret.experiences.emplois:
        if emploi.debut is not None:
            start, end = emploi.debut.last, min(emploi.fin.first if emploi.fin else jusqu_au, jusqu_au)
            if start <= end:
                sure.append((start, end, emploi))
    found = []
    for (_, last, before), (start, end, after) in _pairs(sorted(sure, key=lambda post: post[:2])):
        if start <= last:
            fin = min(last, end)
            says = (
                f"{_stretch(start, fin)}, « {before.intitule} » et « {after.intitule} » se chevauchent. "
                "L’ancienneté ne compte ce temps qu’une fois, dans la limite d’un temps complet."
            )
            found.append(Ecart(start, fin, (before, after), says))
    return tuple(found)


def say_hours(heures: int) -> str:
    """``19 820 heures``, rounded as the reader expects."""
    return f"{say_number(heures)} heure{'s' if heures > 1 else ''}"


def _refusal(
    emploi: Emploi,
    jusqu_au: date,
    secteurs: Collection[str] | None,
    positions_exclues: Collection[str],
    emplois: Collection[str] | None,
) -> str:
    """Why a post counts for nothing, in French; empty when it counts."""
    motif = ""
    if emplois is not None and emploi.id not in emplois:
        motif = "poste non retenu"
    elif emploi.debut is None:
        motif = "la date de début manque"
    elif emploi.fin is not None and emploi.fin.last < emploi.debut.first:
        motif = "la fin précède le début"
    elif emploi.debut.first > jusqu_au:
        motif = "poste postérieur à la date retenue"
    elif secteurs is not None and code("secteurs", emploi.secteur) not in secteurs:
        motif = "secteur non retenu" if emploi.secteur else "le secteur n’est pas précisé"
    elif code("positions", emploi.position) in positions_exclues:
        motif = "position qui ne compte pas comme service effectif"
    return motif


def _axis(day: date) -> int:
    """A day's place on the axis of 360-day years."""
    return day.year * 360 + day.month * 30 + min(day.day, 30)


def _stretches(emploi: Emploi, jusqu_au: date) -> list[tuple[int, int, Decimal]]:
    """The post cut at each change of its quotité: start, end (excluded) and share, on the axis."""
    assert emploi.debut is not None  # noqa: S101 - _refusal saw to it
    last = min(emploi.fin.last, jusqu_au) if emploi.fin else jusqu_au
    start, end = _axis(emploi.debut.first), _axis(last + timedelta(days=1))
    changes = sorted((_axis(q.depuis.first) if q.depuis else start, q.pourcent) for q in emploi.quotites)
    share, cuts = FULL_TIME, []
    for place, pourcent in changes:
        if place <= start:
            share = pourcent
        elif place < end:
            cuts.append((place, pourcent))
    stretches = []
    for place, pourcent in cuts:
        stretches.append((start, place, share))
        start, share = place, pourcent
    return [*stretches, (start, end, share)]


def _sweep(steps: list[tuple[int, Decimal, int]]) -> tuple[int, Decimal]:
    """Days covered by anything, and days weighed by what is worked at once, full time at most."""
    covered, weighed, share, open_, since = 0, Decimal(0), Decimal(0), 0, 0
    for place, change, count in sorted(steps):
        if open_:
            covered += place - since
            weighed += (place - since) * min(share, FULL_TIME)
        since, share, open_ = place, share + change, open_ + count
    return covered, weighed / FULL_TIME


def _dated(livret: Livret, jusqu_au: date) -> list[_Post]:
    posts = []
    for emploi in livret.experiences.emplois:
        # Without its start a post may have begun at any time: no gap is claimed before it.
        start = emploi.debut.first if emploi.debut else date.min
        periode = emploi.periode_ligne
        if periode is not None and start <= jusqu_au:
            end = min(periode.fin.last, jusqu_au) if periode.fin else jusqu_au
            posts.append((start, end, emploi))
    return sorted(posts, key=lambda post: post[:2])


def _pairs(posts: Sequence[_Post]) -> Iterator[tuple[_Post, _Post]]:
    """Each post with the one before it that lasts longest: enough to find every gap, and linear."""
    ahead = iter(posts)
    longest = next(ahead, None)
    for post in ahead:
        if longest is not None:
            yield longest, post
            longest = max(longest, post, key=lambda held: held[1])


def _stretch(debut: date, fin: date) -> str:
    words = Periode(PartialDate.of(debut), PartialDate.of(fin)).words
    return f"Le {words}" if debut == fin else f"{words[0].upper()}{words[1:]}"
