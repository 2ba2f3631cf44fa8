"""What one tab remembers between two runs of a screen: the one place that touches ``st.session_state``.

A tab may be reloaded at any moment and forgets all of it; nothing that matters is kept here, only what is being
looked at. Widgets keep their values here too, under their keys.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

T = TypeVar("T")


class State:
    """A thin face over Streamlit's session state; ``value`` reads what a widget holds."""

    def get(self, name: str, default: T) -> T:
        """What was set, or the default."""
        found: T = st.session_state.get(name, default)
        return found

    def set(self, name: str, value: Any) -> None:
        """Remember something, or give a widget its value before it is drawn."""
        st.session_state[name] = value

    def take(self, name: str, default: T) -> T:
        """What was set, which is forgotten: a notice is shown once."""
        found: T = st.session_state.pop(name, default)
        return found

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What was set, made the first time it is asked for."""
        if name not in st.session_state:
            st.session_state[name] = make()
        found: T = st.session_state[name]
        return found

    def value(self, key: str) -> Any:
        """What a widget holds; None when it is not there."""
        return st.session_state.get(key)

    def has(self, name: str) -> bool:
        """Whether something is remembered under that name."""
        return name in st.session_state

    def forget(self) -> None:
        """Forget everything: a locked livret leaves nothing behind in the tab."""
        st.session_state.clear()


state = State()
