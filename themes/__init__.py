"""Bundled themes: data only, no Python; this file lets ``importlib.resources`` find them."""
