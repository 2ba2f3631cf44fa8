"""Old livrets always open: one pure step per schema version, from dict to dict.

A step takes the JSON form of version n and gives that of version n + 1; it never looks at a model class,
so it stays right when the model moves on. Minor additions need no step: unknown keys are kept as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from data.errors import ContentError, NewerFormat, Problem

SCHEMA = 1  # rises when something is renamed, removed or changes meaning; additions do not raise it

Step = Callable[[dict[str, Any]], dict[str, Any]]
STEPS: dict[int, Step] = {}  # {1: to_2, …}


def migrate(data: dict[str, Any], steps: dict[int, Step] | None = None, target: int = SCHEMA) -> dict[str, Any]:
    """Bring a livret's JSON form to the current schema.

    Raises:
        ContentError: when the schema version is not a number from 1 on.
        NewerFormat: when a later program wrote it.
    """
    version = data.get("schema_version", 1)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ContentError([Problem(("schema_version",), "un nombre entier à partir de 1 est attendu")])
    if version > target:
        raise NewerFormat(version, target)
    steps = STEPS if steps is None else steps
    while version < target:
        data = {**steps[version](data), "schema_version": version + 1}
        version += 1
    return data
