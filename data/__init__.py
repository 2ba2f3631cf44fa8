"""The livret and the archive that keeps it; no Jinja, no Streamlit, no network."""
