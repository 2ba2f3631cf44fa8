"""From a livret and a publication to a static portfolio; knows no Streamlit and no password."""
