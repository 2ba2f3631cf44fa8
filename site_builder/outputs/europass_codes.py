"""The codes that Europass expects, from those of the livret's own lists."""

from __future__ import annotations

from typing import Final

# ISO 639-3, by the code of the list of languages; the others are written out.
LANGUAGES: Final = {
    "fr": "fra", "en": "eng", "de": "deu", "es": "spa", "it": "ita", "pt": "por", "ar": "ara", "nl": "nld",
    "pl": "pol", "ro": "ron", "ru": "rus", "tr": "tur", "uk": "ukr", "zh": "zho", "ja": "jpn", "lsf": "fsl",
    "br": "bre", "eu": "eus", "ca": "cat", "co": "cos", "oc": "oci", "gsw": "gsw", "rcf": "rcf", "gcf": "gcf",
    "ty": "tah",
}  # fmt: skip

# The five skills of the European framework, by the field of the livret, in the order in which Europass has them.
CEF: Final = {
    "ecouter": "CEF-Understanding-Listening",
    "lire": "CEF-Understanding-Reading",
    "converser": "CEF-Speaking-Interaction",
    "parler": "CEF-Speaking-Production",
    "ecrire": "CEF-Writing-Production",
}
LEVELS: Final = frozenset({"A1", "A2", "B1", "B2", "C1", "C2"})

LICENCES: Final = frozenset(
    {"AM", "A1", "A2", "A", "B1", "B", "BE", "C1", "C1E", "C", "CE", "D1", "D1E", "D", "DE"}
)  # fmt: skip

PUBLIC: Final = frozenset({"FPT", "FPE", "FPH"})  # the sectors that are French by definition

# How a national number is dialled from abroad, by its first four digits; the others belong to the mainland.
DIALLED: Final = {
    "0262": "262", "0263": "262", "0269": "262", "0639": "262", "0692": "262", "0693": "262",
    "0590": "590", "0690": "590", "0691": "590",
    "0594": "594", "0694": "594",
    "0596": "596", "0696": "596", "0697": "596",
}  # fmt: skip
MAINLAND: Final = "33"
