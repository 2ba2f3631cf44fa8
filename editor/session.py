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

    # Widgets whose value may change from elsewhere

    def key(self, name: str) -> str:
        """The key under which a widget is drawn at present."""
        given = self.get(_given(name), 0)
        return f"{name}_{given}" if given else name

    def tell(self, name: str, value: Any, *, elsewhere: bool = False) -> str:
        """Note what a widget is told to hold, and give the key it must bear: a new one when the value is news to it.

        A page that has not been told yet repeats the value it had with anything else that is done on it, and Streamlit
        takes that for typing: an undone change would be done again, a document just linked would be unlinked. Under
        another key that repetition is another widget's, which ``heard`` knows to have said nothing new.

        Args:
            name: of the widget.
            value: what it is to hold. Right after something was typed in it this is what was understood, maybe in
                another spelling: the key stays, and the cursor with it.
            elsewhere: the livret was changed from elsewhere since.
        """
        key = self.key(name)
        understood = self.take(_typed(key), default=False) and not elsewhere
        told = self._told(key)
        if told and value not in told and not understood:
            self.set(_given(name), self.get(_given(name), 0) + 1)
            key, told = self.key(name), []
        self.set(_told(key), [*(one for one in told if one != value), value])
        return key

    def give(self, name: str, value: Any, *, elsewhere: bool = False) -> str:
        """Give a widget its value before it is drawn; gives its key, as ``tell`` does.

        The widget must be given it as its default too: of two runs close together Streamlit sends the page only what
        the second one says, so that it would draw an empty field, and repeat that. One that cannot be emptied once it
        has a default (a drop-down, a number) is told its value at every run by ``insist``.
        """
        key = self.tell(name, value, elsewhere=elsewhere)
        if key not in st.session_state or st.session_state[key] != value:
            st.session_state[key] = value
        return key

    def insist(self, key: str) -> None:
        """Tell the page once more what a widget holds."""
        st.session_state[key] = st.session_state[key]

    def heard(self, key: str, value: Any) -> bool:
        """Whether what a widget reports was typed: it may only repeat what it was told."""
        told = self._told(key)
        self.set(_typed(key), value=True)
        self.set(_told(key), told[-1:] if value in told else [value])
        return value not in told

    def typed(self, key: str) -> bool:
        """Whether a widget reported something since it was last told what to hold."""
        return self.get(_typed(key), default=False)

    def _told(self, key: str) -> list[Any]:
        return self.get(_told(key), list[Any]())

    def has(self, name: str) -> bool:
        """Whether something is remembered under that name."""
        return name in st.session_state

    def forget(self) -> None:
        """Forget everything: a locked livret leaves nothing behind in the tab."""
        st.session_state.clear()


def _given(name: str) -> str:
    return f"{name} given"  # how many times under another key


def _told(key: str) -> str:
    return f"{key} told"  # what it was told to hold: as it was typed, and as that was understood


def _typed(key: str) -> str:
    return f"{key} typed"


state = State()
