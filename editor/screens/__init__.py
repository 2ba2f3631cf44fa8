"""The screens of the editor, one a module; each has ``show``."""
