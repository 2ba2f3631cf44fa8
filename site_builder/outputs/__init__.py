"""Where a built site goes: a folder, one page."""
