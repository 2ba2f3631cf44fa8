"""Something that takes time and may be refused: a word while it lasts, and the refusal in French."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from data.errors import LivretError
from editor.screens.frame import plain


def attempt(doing: str, action: Callable[[], object]) -> bool:
    """Do something under a spinner; when it is refused, say why below, and that it was not done."""
    with st.spinner(doing):
        try:
            action()
        except LivretError as error:
            st.error(plain(str(error)), icon=":material/error:")
            return False
    return True
