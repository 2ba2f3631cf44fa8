"""Which pages a site has, and where each stands; pure."""

from __future__ import annotations

from dataclasses import dataclass

from site_builder.view import LienView, PageView, SectionView, SiteView

HOME = "accueil"
PATHS = {
    HOME: "index.html",
    "formations": "formations.html",
    "experiences": "experiences.html",
    "competences": "competences.html",
    "documents": "documents.html",
}
TITLES = {HOME: "Accueil", "documents": "Documents"}


@dataclass(frozen=True, slots=True)
class Planned:
    """One page to render and the path it will have."""

    path: str
    page: PageView


def plan(view: SiteView, *, unique: bool = False) -> tuple[Planned, ...]:
    """The pages of a site in menu order, or the one page that holds everything.

    A part with nothing published has no page, so that no menu entry leads to an empty one.
    """
    sections = [SectionView(HOME, TITLES[HOME], None)]
    sections += [SectionView(v.code, v.titre, v) for v in view.volets if v.listes or v.texte]
    if view.documents:
        sections.append(SectionView("documents", TITLES["documents"], None))
    menu = tuple(LienView(section.code, "", section.titre, "") for section in sections)
    if unique:
        page = PageView(code="page", titre=view.titre, sections=tuple(sections), navigation=menu, unique=True)
        return (Planned("index.html", page),)
    return tuple(
        Planned(PATHS[s.code], PageView(code=s.code, titre=s.titre, sections=(s,), navigation=menu, unique=False))
        for s in sections
    )


def address(lien: LienView, page: PageView) -> str:
    """The relative address of a link, seen from a page; the same from ``file://``, any host, any sub-folder."""
    if page.unique:
        return f"#{lien.ref or lien.page}"
    if lien.page == page.code:
        return f"#{lien.ref}" if lien.ref else PATHS[lien.page]
    return f"{PATHS[lien.page]}#{lien.ref}" if lien.ref else PATHS[lien.page]
