"""The commands about the archive itself: new, demo, info, versions, restore, compact, password, recovery, schema."""

from __future__ import annotations

import secrets
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from data import passwords
from data.archive import Archive, ArchiveInfo, RecoveryKey, read_header
from data.errors import ArchiveExists, OutputError
from data.french import say_number
from data.model import Livret, Titulaire
from data.values import PartialDate
from editor import example
from editor.moments import say_time
from site_builder.documents import say_size
from site_builder.recovery_sheet import refuse_taken, write_sheet
from site_builder.terminal import (
    Application,
    ArchivePath,
    AsJson,
    FromStdin,
    confirm,
    note,
    read_new_secret,
    read_secret,
    say,
    say_json,
    waiting,
)

PROVED_GROUPS = 2

Sheet = Annotated[
    Path | None,
    typer.Option("--sheet", metavar="FICHE", help="Écrire la fiche de secours à imprimer (.pdf ou .html)."),
]


def register(app: Application) -> None:
    """Add these commands to the ``livret`` application."""
    for name, command in (
        ("new", new),
        ("demo", demo),
        ("info", info),
        ("versions", versions),
        ("restore", restore),
        ("compact", compact),
        ("password", password),
        ("recovery", recovery),
        ("schema", schema),
    ):
        app.command(name)(command)


def new(
    archive: ArchivePath,
    prenom: Annotated[str, typer.Option("--prenom", help="Votre prénom.")] = "",
    nom: Annotated[str, typer.Option("--nom", help="Votre nom d’usage.")] = "",
    sheet: Sheet = None,
    password_stdin: FromStdin = False,
) -> None:
    """Crée un livret vide et sa clé de secours."""
    if archive.exists():
        raise ArchiveExists(archive)
    if sheet is not None:
        refuse_taken(sheet)
    secret = read_new_secret(from_stdin=password_stdin)
    passwords.require(secret)
    empty = Livret(titulaire=Titulaire(prenom=prenom, nom=nom))
    with waiting("Création"):
        created = Archive.create(archive, secret, empty)
    with created:
        say(f"Livret créé : {archive}")
        _hand_over(created.recovery_key, archive, sheet)


def demo(
    archive: Annotated[Path, typer.Argument(metavar="LIVRET", help="Le fichier à créer.")] = Path("demo.livret"),
    force: Annotated[bool, typer.Option("--force", help="Remplacer une démonstration précédente.")] = False,
) -> None:
    """Crée le livret de démonstration. Une carrière fictive complète, avec ses documents."""
    if archive.exists() and not force:
        raise ArchiveExists(archive)
    with waiting("Fabrication des documents"):
        example.make(archive, replace=force)
    say(f"Livret de démonstration : {archive}")
    say(f"Mot de passe : {example.PASSWORD}")


def info(archive: ArchivePath, password_stdin: FromStdin = False, as_json: AsJson = False) -> None:
    """Dit ce qu’est ce fichier. Format, taille, versions, protection."""
    with _open(archive, password_stdin, read_only=True) as opened:
        found = opened.info()
        outdated = opened.needs_upgrade
    if as_json:
        say_json(_info_data(found, outdated=outdated))
        return
    for label, value in (
        ("Fichier", str(found.path)),
        ("Format", str(found.format)),
        ("Taille", say_size(found.size)),
        ("Versions", f"{say_number(found.versions)}, du {_moment(found.oldest)} au {_moment(found.newest)}"),
        ("Documents", f"{say_number(found.pieces)}, {say_size(found.pieces_size)}"),
        (
            "Protection",
            f"profil {found.profile.name}" + (" (une meilleure existe : livret password)" if outdated else ""),
        ),
    ):
        say(f"{label:<11}{value}")


def _info_data(found: ArchiveInfo, *, outdated: bool) -> dict[str, object]:
    return {
        "fichier": str(found.path),
        "format": found.format,
        "octets": found.size,
        "versions": found.versions,
        "premiere": found.oldest.isoformat(),
        "derniere": found.newest.isoformat(),
        "documents": found.pieces,
        "octets_documents": found.pieces_size,
        "profil": found.profile.name,
        "profil_depasse": outdated,
    }


def versions(archive: ArchivePath, password_stdin: FromStdin = False, as_json: AsJson = False) -> None:
    """Liste les versions enregistrées. La plus récente d’abord."""
    with _open(archive, password_stdin, read_only=True) as opened:
        found = opened.versions()
    if as_json:
        say_json([{"numero": v.numero, "date": v.date.isoformat(), "sha256": v.digest} for v in found])
        return
    for version in found:
        say(f"{version.numero:>6}   {_moment(version.date)}")


def restore(
    archive: ArchivePath,
    numero: Annotated[int, typer.Argument(metavar="VERSION", min=1, help="Le numéro donné par « livret versions ».")],
    password_stdin: FromStdin = False,
) -> None:
    """Reprend une version passée. Rien n’est effacé : elle devient une nouvelle version."""
    with _open(archive, password_stdin) as opened, waiting("Enregistrement"):
        made = opened.restore(numero)
    say(f"Version {numero} reprise : elle est maintenant la version {made.numero}.")


def compact(
    archive: ArchivePath,
    erase: Annotated[
        bool, typer.Option("--erase-history", help="Ne garder que la version actuelle. C’est définitif.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ne pas demander de confirmation.")] = False,
    password_stdin: FromStdin = False,
) -> None:
    """Allège l’historique. Restent tout ce qui date de 24 heures, puis une version par jour, puis une par mois."""
    if erase and not yes:
        read_header(archive)
        if not confirm("Effacer tout l’historique de ce livret ?"):
            raise typer.Abort
    with _open(archive, password_stdin) as opened:
        before = opened.info().size
        with waiting("Réécriture"):
            removed = opened.erase_history() if erase else opened.thin(datetime.now(UTC))
        after = opened.info().size
    plural = "s" if removed > 1 else ""
    say(f"{say_number(removed)} version{plural} retirée{plural} ; {say_size(before)} → {say_size(after)}.")


def password(archive: ArchivePath, password_stdin: FromStdin = False) -> None:
    """Change le mot de passe. L’ancien (ou la clé de secours) est demandé d’abord.

    Avec --password-stdin : l’ancien sur la première ligne, le nouveau sur la seconde.
    """
    with _open(archive, password_stdin) as opened:
        secret = (
            sys.stdin.readline().rstrip("\r\n") if password_stdin else read_new_secret(from_stdin=False, replacing=True)
        )
        passwords.require(secret)
        with waiting("Réécriture"):
            opened.change_password(secret)
    say("Mot de passe changé. L’ancien n’ouvre plus ce fichier ; il ouvre toujours vos copies plus anciennes.")


def recovery(
    archive: ArchivePath,
    sheet: Sheet = None,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Remplacer la clé : tout est rechiffré, l’ancienne fiche ne sert plus.")
    ] = False,
    password_stdin: FromStdin = False,
) -> None:
    """Vérifie, imprime ou remplace la clé de secours. Sans option : vérifie celle que vous tapez."""
    if not sheet and not new_key:
        _verify(archive, password_stdin=password_stdin)
        return
    read_header(archive)
    if sheet is not None:
        refuse_taken(sheet)
    secret = read_secret(f"Mot de passe de {archive.name} : ", from_stdin=password_stdin)
    with waiting("Ouverture"):
        opened = Archive.open(archive, secret, read_only=not new_key)
    with opened:
        if new_key:
            with waiting("Rechiffrement de tout le livret"):
                opened.new_recovery_key(secret)
            say("Nouvelle clé de secours. Détruisez l’ancienne fiche.")
        _hand_over(opened.recovery_key, archive, sheet)


def _verify(archive: Path, *, password_stdin: bool) -> None:
    """Open the archive with the key as it was written down: the only check that proves anything."""
    read_header(archive)
    typed = read_secret("Clé de secours, telle qu’elle est écrite sur la fiche : ", from_stdin=password_stdin)
    RecoveryKey.parse(typed)
    with waiting("Vérification"), Archive.open(archive, typed, read_only=True):
        pass
    say("Cette clé ouvre ce livret. Rangez la fiche.")


def schema() -> None:
    """Donne le schéma JSON du livret. Pour qui voudrait le lire avec un autre programme."""
    from data.schema import json_schema  # noqa: PLC0415 - builds the whole schema

    say_json(json_schema())


def _open(archive: Path, password_stdin: bool, *, read_only: bool = False) -> Archive:
    read_header(archive)  # a missing or foreign file is told before a password is asked for
    secret = read_secret(f"Mot de passe de {archive.name} : ", from_stdin=password_stdin)
    with waiting("Ouverture"):
        return Archive.open(archive, secret, read_only=read_only)


def _hand_over(key: RecoveryKey, archive: Path, sheet: Path | None) -> None:
    """Show or write the recovery key, and on a terminal have it proved: a key nobody noted saves nobody."""
    try:
        written = write_sheet(key, archive, date.today(), sheet) if sheet else None  # noqa: DTZ011 - the agent's own day
    except OutputError:
        _show(key)  # the archive has this key already: it must not be lost with its sheet
        raise
    if written:
        say(f"Fiche de secours à imprimer, puis à effacer du disque : {written}")
    else:
        _show(key)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return
    for index in sorted(secrets.SystemRandom().sample(range(len(key.groups)), PROVED_GROUPS)):
        while input(f"Pour vérifier, tapez le groupe n° {index + 1} de la clé : ").strip().upper() != key.groups[index]:
            note("Ce n’est pas ce groupe. Regardez la fiche.")
    say("Clé vérifiée.")


def _show(key: RecoveryKey) -> None:
    say("\nClé de secours, à recopier sur papier et à ranger loin de l’ordinateur :\n")
    say(f"    {key}\n")


def _moment(when: datetime) -> str:
    return f"{PartialDate.of(when.astimezone().date()).words} à {say_time(when)}"
