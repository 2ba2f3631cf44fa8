"""How the command line speaks: French help and errors, no secret in an argument, one exit code a kind of failure.

Results go to standard output, everything else to standard error, so that ``--json`` can be piped. typer says
its own words in English and offers no catalogue: the few that can reach an agent are translated here.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
import typer.core
from typer._click.exceptions import (
    BadParameter,
    ClickException,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
    UsageError,
)

from data.errors import LivretError, say_os_error
from data.french import NBSP

USAGE_CODE = 2  # the command was not understood
OUTPUT_CODE = 6  # the disk refuses, as for a StorageFailure
INTERRUPTED_CODE = 130  # Ctrl+C, as every shell knows it
BUG_CODE = 70  # our fault (sysexits.h, EX_SOFTWARE)
INTERRUPTED = "Interrompu : rien n’a été changé."
PASSWORD_VARIABLE = "LIVRET_PASSWORD"  # noqa: S105 - the name of a variable, not a password

PHRASES = {
    "Arguments": "Arguments",
    "Options": "Options",
    "Commands": "Commandes",
    "required": "obligatoire",
    "default: {default}": "par défaut : {default}",
    "(dynamic)": "(calculé)",
    "env var: {var}": "variable : {var}",
    "(deprecated) ": "(abandonné) ",
    "Missing command.": "Il manque une commande.",
    "No such command {name!r}.": "La commande {name!r} n’existe pas.",
    "Aborted.": "Abandonné.",
    "Error": "Erreur",
}


def _translated(message: str) -> str:
    return PHRASES.get(message, message)


typer.core._ = _translated  # type: ignore[attr-defined]  # typer asks this name for each of its own words


ArchivePath = Annotated[Path, typer.Argument(metavar="LIVRET", help="Le fichier du livret (mon-livret.livret).")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Lire le mot de passe sur l’entrée standard.")]
AsJson = Annotated[bool, typer.Option("--json", help="Répondre en JSON, pour un script.")]


class _FrenchUsage:
    """The first line of the help, and the help option itself, in French."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=f"Usage{NBSP}: ")

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "Montre cette aide."
        return option


class FrenchCommand(_FrenchUsage, typer.core.TyperCommand):
    """A command whose help is in French."""


class FrenchGroup(_FrenchUsage, typer.core.TyperGroup):
    """A group of commands whose help is in French."""


Command = TypeVar("Command", bound=Callable[..., Any])


class Application(typer.Typer):
    """A typer application whose commands speak French."""

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Command], Command]:
        """Declare a command, as typer does."""
        return super().command(name, cls=FrenchCommand, **settings)


def application(**settings: Any) -> Application:
    """An application that speaks French and never prints a traceback."""
    return Application(
        cls=FrenchGroup,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        subcommand_metavar="COMMANDE [OPTIONS]…",
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        **settings,
    )


def run(app: typer.Typer, arguments: Sequence[str] | None = None) -> NoReturn:
    """Run an application, turn every failure into a sentence and an exit code, and leave.

    ``LIVRET_DEBUG=1`` shows the traceback of a bug; nothing else ever does.
    """
    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, "replace"), (sys.stderr, "replace")):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors=errors)  # Windows consoles still default to cp1252
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # what a library says of a damaged photograph is not for an agent
    sys.exit(_run(app, arguments))


def _run(app: typer.Typer, arguments: Sequence[str] | None) -> int:  # noqa: PLR0911 - one a kind of failure
    try:
        code = app(args=arguments, standalone_mode=False)
        sys.stdout.flush()
    except LivretError as error:
        complain(str(error))
        return error.exit_code
    except NoArgsIsHelpError as error:
        note(error.format_message())
        return USAGE_CODE
    except ClickException as error:
        complain(say_usage_error(error))
        return USAGE_CODE
    except (KeyboardInterrupt, EOFError, typer.Abort):
        complain(INTERRUPTED)
        return INTERRUPTED_CODE
    except BrokenPipeError:
        _let_go_of_output()  # a pager was closed
        return 0
    except OSError as error:
        _let_go_of_output()
        complain(f"Le résultat n’a pas pu être écrit : {say_os_error(error)}.")
        return OUTPUT_CODE
    except Exception as error:
        if os.environ.get("LIVRET_DEBUG"):
            raise
        complain(
            f"Une erreur imprévue s’est produite ({type(error).__name__}). Ce qui était enregistré est intact. "
            "C’est un défaut du programme : signalez-le, avec la commande utilisée."
        )
        return BUG_CODE
    if code == INTERRUPTED_CODE:
        complain(INTERRUPTED)
    return code if isinstance(code, int) else 0


def _let_go_of_output() -> None:
    """Forget what standard output could not take: Python would try again, and fail, while it ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say_usage_error(error: ClickException) -> str:
    """What was wrong with the command, in French."""
    hint = ""
    context = getattr(error, "ctx", None)
    if context is not None:
        hint = f"\nAide{NBSP}: {context.command_path} --help"
    match error:
        case NoSuchOption():
            what = f"L’option {error.option_name} n’existe pas."
            if error.possibilities:
                what += f" Vouliez-vous {' ou '.join(sorted(error.possibilities))} ?"
        case MissingParameter():
            what = f"Il manque {_parameter(error)}."
        case BadParameter():
            what = f"{_parameter(error)} : {_value(error.message)}"
        case UsageError():
            what = _usage(error.message)
        case _:
            what = error.message
    return what + hint


def _usage(message: str) -> str:
    if "unexpected extra argument" in message:
        return f"Il y a un mot de trop : {message.rsplit('(', maxsplit=1)[-1].rstrip(')')}."
    if message.startswith("Option") and "requires" in message:
        return f"L’option {message.split(chr(39))[1]} attend une valeur."
    return message.replace("Did you mean", "Vouliez-vous").replace("?", " ?")


def _value(message: str) -> str:
    """What is wrong with a value; typer leaves numbers to pydantic, which speaks English."""
    if "valid integer" in message:
        return "un nombre entier est attendu."
    if found := re.search(r"(greater|less) than or equal to (-?\d+)", message):
        return f"il faut {'au moins' if found[1] == 'greater' else 'au plus'} {found[2]}."
    return "cette valeur n’a pas la forme attendue." if message.startswith("Input should") else message


def _parameter(error: BadParameter) -> str:
    hint = error.param_hint or (error.param.get_error_hint() if error.param else "un argument")
    return (hint if isinstance(hint, str) else " / ".join(hint)).replace("'", "")


def say(text: str = "") -> None:
    """A result, on standard output, at once: whoever reads a pipe may be waiting for it."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """Something worth knowing that is not the result, on standard error."""
    sys.stderr.write(f"{text}\n")


def complain(text: str) -> None:
    """What went wrong, on standard error; a word that is no text (half a character) is shown as « ? »."""
    sys.stderr.write(f"livret : {text}\n".encode(errors="replace").decode())


def say_json(value: Any) -> None:
    """A result for a script."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


@contextmanager
def waiting(text: str) -> Iterator[None]:
    """Say what takes a moment, on a terminal only, and wipe it once done."""
    if not sys.stderr.isatty():
        yield
        return
    sys.stderr.write(f"{text}…")
    sys.stderr.flush()
    try:
        yield
    finally:
        sys.stderr.write(f"\r{' ' * (len(text) + 1)}\r")
        sys.stderr.flush()


def stepper(text: str) -> Callable[[int, int], None]:
    """A progress callback (done, total), shown on a terminal only."""

    def step(done: int, total: int) -> None:
        if sys.stderr.isatty():
            end = "\r" + " " * 60 + "\r" if done >= total else ""
            sys.stderr.write(f"\r{text} {done}/{total}{end}")
            sys.stderr.flush()

    return step


def confirm(question: str) -> bool:
    """Ask before what cannot be undone; anything but a yes is a no."""
    sys.stderr.write(f"{question} (oui / non) ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() in {"o", "oui"}


def read_secret(prompt: str, *, from_stdin: bool) -> str:
    """A password: from standard input, the environment or the keyboard; never from an argument others could see."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if (secret := os.environ.get(PASSWORD_VARIABLE)) is not None:
        return secret
    return _typed(prompt)


def read_new_secret(*, from_stdin: bool, replacing: bool = False) -> str:
    """A new password, typed twice when it is typed; one that replaces another is not looked for where that one is."""
    if from_stdin or (PASSWORD_VARIABLE in os.environ and not replacing):
        return read_secret("", from_stdin=from_stdin)
    while True:
        first = _typed("Nouveau mot de passe : ")
        if first == _typed("Le même, une seconde fois : "):
            return first
        note("Les deux saisies diffèrent. Recommençons.")


def _typed(prompt: str) -> str:
    import getpass  # noqa: PLC0415 - only when somebody types

    if not sys.stdin.isatty():
        raise UsageError(
            "Aucun mot de passe : tapez-le dans un terminal, donnez --password-stdin, "
            f"ou la variable {PASSWORD_VARIABLE}."
        )
    return getpass.getpass(prompt, stream=sys.stderr)
