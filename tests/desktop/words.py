"""The applet's texts in a language, as they stand on the screen."""

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path.append(str(TESTS / "translations"))

from catalogue import entries  # noqa: E402

CATALOGUES = TESTS.parent / "dialogs" / "translations"


class Words:
    def __init__(self, language):
        path = CATALOGUES / f"{language}.po"
        found = entries(path)[1:] if language != "en" else []
        self._texts = {entry.msgid: entry.forms[0] for entry in found if entry.translated}

    def __call__(self, english):
        return self._texts.get(english, english).replace("&", "")
