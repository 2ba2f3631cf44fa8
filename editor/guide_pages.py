"""The help on paper and in lists: a topic as one printable page, the legal references as HTML, a hit with its marks.

Everything is escaped by the template or by ``Markup``. The page is whole, asks nothing of any network, prints on A4.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from data.values import PartialDate
from editor.guide import Hit, Reference, Topic, references_of
from site_builder import markdown
from site_builder.render import secured

_HEADING = re.compile(r"(?m)^## (.+)$")


def printable(topic: Topic, jour: date) -> bytes:
    """A topic as a page of its own, to be printed or handed over."""
    before, *rest = _HEADING.split(topic.texte)
    sections = [(titre, markdown.render(texte)) for titre, texte in zip(rest[::2], rest[1::2], strict=True)]
    page = _template("feuille.html").render(
        topic=topic,
        chapeau=markdown.render(before),
        sections=sections,
        references=references_of(topic),
        jour=PartialDate.of(jour).words,
    )
    return secured(page).encode()


def references_html(references: Sequence[Reference], label: str) -> str:
    """Legal references as a list for a screen; what is less than sure says so."""
    return _template("references.html").render(references=references, label=label)


def marked(hit: Hit) -> Markup:
    """A hit's excerpt, with what was looked for set off."""
    parts, at = [], 0
    for start, end in hit.marques:
        parts += [escape(hit.extrait[at:start]), Markup("<mark>{}</mark>").format(hit.extrait[start:end])]
        at = end
    return Markup("").join([*parts, escape(hit.extrait[at:])])


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FunctionLoader(lambda wanted: (files("editor") / "aide" / wanted).read_text("utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
