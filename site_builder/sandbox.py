"""The fence around a theme's templates: no Python, no change to anything, and of a view only its documented fields.

jinja2's sandbox judges every attribute it is asked for, one by one, which takes half the time of a rendering.
The fields of a view are known beforehand and harmless, so they pass at once; everything else is judged as before.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import fields, is_dataclass
from typing import Any

from jinja2.sandbox import ImmutableSandboxedEnvironment

from site_builder import view

_DOCUMENTED: dict[type, frozenset[str]] = {
    kind: frozenset(field.name for field in fields(kind))
    for kind in vars(view).values()
    if isinstance(kind, type) and is_dataclass(kind)
}
_NOTHING: frozenset[str] = frozenset()

fields_read: ContextVar[set[str] | None] = ContextVar("fields_read", default=None)
"""While a page is rendered: the fields of the site that its templates asked for."""


class ThemeEnvironment(ImmutableSandboxedEnvironment):
    """Where templates run."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What ``obj.attribute`` gives in a template."""
        if attribute in _DOCUMENTED.get(type(obj), _NOTHING):
            if type(obj) is view.SiteView and (read := fields_read.get()) is not None:
                read.add(attribute)
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)
