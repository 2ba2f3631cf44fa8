"""JSON Resume 1.x: the open format of CVs, for the tools and themes that read it.

Where a row goes when the format has no word for it:

- internships stand among the posts (``work``), as the format has no other place for work on a stranger's premises;
- a certification that has a level of the national framework is a diploma (``education``), the others ``certificates``;
- a training followed is a certificate when something attests it, else an entry of ``education`` with its contents;
- a training given is a project (``projects``), a network of professionals a voluntary engagement (``volunteer``).

Everything is plain text: the format says nothing of Markdown nor of HTML. What has no place is kept whole under
``meta`` → ``x-livret``, which is open in every version of the schema, and told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from data.codes import code
from data.competences import Competence, Habilitation, Langue, Numerique
from data.experiences import Activite, Distinction, Emploi, Stage, Tutorat
from data.fields import Ligne, champs
from data.formations import ActionDispensee, ActionFormation, Certification, Concours, Diplome, Titre
from data.nomenclatures import label
from site_builder.outputs.exported import Exported, filled
from site_builder.outputs.json_resume_rest import OURS, left_over
from site_builder.outputs.lines import Line, Lines, recent_first
from site_builder.outputs.plain_text import items, paragraphs, plain, prose
from site_builder.publish import Published

NAME: Final = "json-resume.json"
SCHEMA: Final = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
VERSION: Final = "v1.0.0"

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+", re.ASCII)
_ATTESTED = frozenset({"attestation", "evaluation", "certification"})
_SKILLS_OF_LANGUAGE = ("ecouter", "lire", "converser", "parler", "ecrire")
_LONGEST_INTEREST = 60  # beyond, it is a sentence, not an interest

# What of each row is said elsewhere than in its head, and so is not left over.
_SAID: dict[type[Ligne], frozenset[str]] = {
    Emploi: frozenset({"ville", "nature_employeur", "taille", "missions", "realisations"}),
    Stage: frozenset({"ville", "type", "missions"}),
    Diplome: frozenset({"specialite", "mention", "contenu"}),
    Certification: frozenset(),  # see ``_said``
    ActionFormation: frozenset(),  # the same
    ActionDispensee: frozenset({"role", "contenu"}),
    Tutorat: frozenset({"role", "contenu"}),
    Activite: frozenset({"missions"}),
    Concours: frozenset({"voie", "resultat", "precision"}),
    Distinction: frozenset({"description"}),
    Competence: frozenset({"domaine"}),
    Langue: frozenset({"niveau", *_SKILLS_OF_LANGUAGE}),
    Numerique: frozenset({"niveau", "usage", "certification"}),
    Habilitation: frozenset(),
}


def export(made: Published) -> Exported:
    """What a dossier releases, as a JSON Resume."""
    lines = Lines(made)
    left, missing = left_over(made, lines, _said, email=bool(_EMAIL.fullmatch(made.released.titulaire.courriel)))
    resume = filled(
        basics=_basics(made),
        work=_work(lines),
        volunteer=_volunteer(lines),
        education=_education(lines),
        awards=_awards(lines),
        certificates=_certificates(lines),
        publications=[_publication(line) for line in lines.of(Distinction) if _kind(line) == "publication"],
        skills=_skills(lines),
        languages=[_language(line) for line in lines.of(Langue)],
        interests=[{"name": name} for name in _interests(made.released.competences.centres_interet)],
        projects=[_given(line) for line in lines.of(ActionDispensee)],
    )
    meta = {"version": VERSION, "lastModified": f"{made.jour.isoformat()}T00:00:00", **filled(**{OURS: left})}
    said = json.dumps({"$schema": SCHEMA, **resume, "meta": meta}, ensure_ascii=False, indent=2)
    return Exported(NAME, f"{said}\n".encode("utf-8", "replace"), tuple(missing))


def _basics(made: Published) -> dict[str, Any]:
    who, view = made.released.titulaire, made.view.titulaire
    return filled(
        name=f"{view.prenom} {view.nom}".strip(),
        label=view.titre or view.situation,
        email=who.courriel if _EMAIL.fullmatch(who.courriel) else "",
        phone=who.telephone,
        summary=plain(who.presentation),
        location=filled(city=view.ville),
    )


def _dated(line: Line[Any]) -> dict[str, str]:
    return filled(startDate=line.debut, endDate=line.fin)


def _facts(line: Line[Any], *noms: str) -> str:
    """Some short facts of a row in one text, as the site words them."""
    return ", ".join(fait.texte for nom in noms for fait in line.view.faits if fait.nom == nom)


def _work(lines: Lines) -> list[dict[str, Any]]:
    found: list[tuple[tuple[int, int], dict[str, Any]]] = []
    for post in lines.of(Emploi):
        highlights = [*items(post.row.missions), *paragraphs(post.row.realisations)]
        said = _position(post, _facts(post, "nature_employeur", "taille"), prose(post.row.missions), highlights)
        found.append((recent_first(post), said))
    for stage in lines.of(Stage):
        said = _position(stage, _facts(stage, "type"), prose(stage.row.missions), items(stage.row.missions))
        found.append((recent_first(stage), said))
    return [said for _, said in sorted(found, key=lambda one: one[0])]


def _position(line: Line[Any], description: str, summary: str, highlights: Iterable[str]) -> dict[str, Any]:
    return filled(
        name=line.view.organisme,
        position=line.view.intitule,
        location=_facts(line, "ville"),
        description=description,
        **_dated(line),
        summary=summary,
        highlights=list(highlights),
    )


def _volunteer(lines: Lines) -> list[dict[str, Any]]:
    networks = (line for line in lines.of(Distinction) if _kind(line) == "reseau")
    return [
        *(_engaged(line, line.row.contenu, _facts(line, "role")) for line in lines.of(Tutorat)),
        *(_engaged(line, line.row.missions) for line in lines.of(Activite)),
        *(_engaged(line, line.row.description) for line in networks),
    ]


def _engaged(line: Line[Any], text: str, role: str = "") -> dict[str, Any]:
    return filled(
        organization=line.view.organisme,
        position=f"{role} – {line.view.intitule}" if role else line.view.intitule,
        **_dated(line),
        summary=prose(text),
        highlights=list(items(text)),
    )


def _graduated(row: Titre) -> bool:
    """Whether a title is a diploma: initial education, or a level of the national framework."""
    return isinstance(row, Diplome) or code("niveaux", row.niveau).isdigit()


def _attested(line: Line[ActionFormation]) -> bool:
    return line.view.justifie or code("resultats", line.row.resultat) in _ATTESTED


def _education(lines: Lines) -> list[dict[str, Any]]:
    titles: list[Line[Any]] = [*lines.of(Diplome), *(c for c in lines.of(Certification) if _graduated(c.row))]
    found = [
        filled(
            institution=line.view.organisme,
            studyType=line.view.intitule,
            area=_facts(line, "specialite"),
            endDate=line.fin,
            score=_facts(line, "mention"),
            courses=list(paragraphs(line.row.contenu)),
        )
        for line in sorted(titles, key=recent_first)
    ]
    followed = [
        filled(
            institution=line.view.organisme,
            studyType=_facts(line, "type"),
            area=line.view.intitule,
            **_dated(line),
            courses=list(paragraphs(line.row.objectifs)),
        )
        for line in lines.of(ActionFormation)
        if not _attested(line)
    ]
    return found + followed


def _certificates(lines: Lines) -> list[dict[str, Any]]:
    titles: list[Line[Any]] = [
        *(line for line in lines.of(Certification) if not _graduated(line.row)),
        *(line for line in lines.of(ActionFormation) if _attested(line)),
    ]
    held = [
        filled(name=line.view.intitule, date=line.row.debut.iso if line.row.debut else "", issuer=line.view.organisme)
        for line in lines.of(Habilitation)
    ]
    return [
        filled(name=line.view.intitule, date=line.fin or line.debut, issuer=line.view.organisme)
        for line in sorted(titles, key=recent_first)
    ] + held


def _awards(lines: Lines) -> list[dict[str, Any]]:
    given = (line for line in lines.of(Distinction) if _kind(line) not in ("publication", "reseau"))
    return [
        *(_award(line, _facts(line, "voie", "resultat", "precision")) for line in lines.of(Concours)),
        *(_award(line, plain(line.row.description)) for line in given),
    ]


def _award(line: Line[Any], summary: str) -> dict[str, Any]:
    return filled(title=line.view.intitule, date=line.fin, awarder=line.view.organisme, summary=summary)


def _given(line: Line[ActionDispensee]) -> dict[str, Any]:
    role = _facts(line, "role")
    return filled(
        name=line.view.intitule,
        description=prose(line.row.contenu),
        highlights=list(items(line.row.contenu)),
        **_dated(line),
        roles=[role] if role else [],
        entity=line.view.organisme,
        type="formation donnée",
    )


def _kind(line: Line[Distinction]) -> str:
    return code("types_distinction", line.row.type)


def _publication(line: Line[Distinction]) -> dict[str, Any]:
    return filled(
        name=line.view.intitule,
        publisher=line.view.organisme,
        releaseDate=line.fin,
        summary=plain(line.row.description),
    )


def _skills(lines: Lines) -> list[dict[str, Any]]:
    known = [
        filled(
            name=line.view.intitule,
            level=line.view.niveau_libelle,
            keywords=[
                word for word in (label("categories_competence", line.row.categorie), _facts(line, "domaine")) if word
            ],
        )
        for line in lines.of(Competence)
    ]
    digital = [
        filled(
            name=line.view.intitule,
            level=_facts(line, "niveau"),
            keywords=[word for word in (_facts(line, "usage"), _facts(line, "certification")) if word],
        )
        for line in lines.of(Numerique)
    ]
    return known + digital


def _language(line: Line[Langue]) -> dict[str, Any]:
    """A language; its fluency is the level of the European framework, and that of each skill when it is known."""
    titles = {champ.nom: champ.titre for champ in champs(Langue)}
    skills = [
        f"{titles[nom].lower()} {code('cecrl', value)}"
        for nom in _SKILLS_OF_LANGUAGE
        if (value := getattr(line.row, nom))
    ]
    level, detail = _facts(line, "niveau"), ", ".join(skills)
    return filled(language=line.view.intitule, fluency=f"{level} ({detail})" if level and detail else level or detail)


def _interests(text: str) -> list[str]:
    """What an agent listed: items, or the parts of one line between commas; a sentence stays whole."""
    if listed := items(text):
        return [*filter(None, [prose(text)]), *listed]
    whole = plain(text).rstrip(".")
    parts = [part.strip() for part in re.split(r"[,;\n]", whole) if part.strip()]
    if "." in whole or any(len(part) > _LONGEST_INTEREST for part in parts):
        return [plain(text)]
    return parts


def _said(line: Line[Any]) -> frozenset[str] | None:
    """The fields of a row that have a place; None when the row itself has none."""
    if isinstance(line.row, Certification) and _graduated(line.row):
        return _SAID[Diplome]
    if isinstance(line.row, ActionFormation) and not _attested(line):
        return frozenset({"type", "objectifs"})
    if isinstance(line.row, Distinction) and _kind(line) == "reseau":
        return frozenset({"type", "description"})
    return _SAID.get(type(line.row))
