"""The catalogues fit the program's texts, and a translation can stand where the English stood."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from catalogue import entries

FOLDER = Path(__file__).resolve().parents[2] / "dialogs" / "translations"
TEMPLATE = FOLDER / "cloud-folder-sync.pot"
LANGUAGES = {"de": 2, "es": 2, "fr": 2, "it": 2, "ja": 1, "pt": 2, "ro": 3}  # and plural forms
MNEMONIC = re.compile(r"&(\w)")
PLACE = re.compile(r"\{\d\}")


def mnemonics(text):
    return [letter.lower() for letter in MNEMONIC.findall(text.replace("&&", ""))]


def ends_alike(text, translation):
    endings = (("...", ("...", "…")), (":", (":", "：")))
    return all(text.endswith(ending) == translation.endswith(others)
               for ending, others in endings)


def translations():
    for language in LANGUAGES:
        for entry in entries(FOLDER / f"{language}.po")[1:]:
            for form in filter(None, entry.forms):
                yield language, entry, form


class Translations(unittest.TestCase):
    def assert_each(self, holds):
        """`holds(entry, form)` is true of every translation."""
        wrong = [(language, entry.msgid, form) for language, entry, form in translations()
                 if not holds(entry, form)]
        self.assertEqual(wrong, [])

    def test_every_language_has_its_catalogue(self):
        self.assertEqual(sorted(LANGUAGES), sorted(path.stem for path in FOLDER.glob("*.po")))

    def test_the_template_is_what_the_sources_say(self):
        with tempfile.TemporaryDirectory() as folder:
            fresh = Path(folder) / "fresh.pot"
            subprocess.run([str(FOLDER / "update.sh"), "--template", str(fresh)], check=True)
            self.assertEqual(fresh.read_text(encoding="utf-8"),
                             TEMPLATE.read_text(encoding="utf-8"),
                             "run dialogs/translations/update.sh")

    def test_every_text_is_translated_and_none_is_a_guess(self):
        wanted = {(entry.context, entry.msgid) for entry in entries(TEMPLATE)[1:]}
        for language in LANGUAGES:
            with self.subTest(language=language):
                done = {(entry.context, entry.msgid)
                        for entry in entries(FOLDER / f"{language}.po")[1:]
                        if entry.translated and "fuzzy" not in entry.flags}
                self.assertEqual(sorted(wanted - done), [])

    def test_gettext_accepts_formats_and_plural_forms(self):
        for language, forms in LANGUAGES.items():
            path = FOLDER / f"{language}.po"
            with self.subTest(language=language):
                done = subprocess.run(["msgfmt", "--check", "-o", "/dev/null", str(path)],
                                      capture_output=True, text=True, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                header = entries(path)[0].forms[0]
                self.assertIn(f"Language: {language}\n", header)
                self.assertIn(f"nplurals={forms};", header)

    def test_places_are_those_of_the_english(self):
        self.assert_each(lambda entry, form: set(PLACE.findall(form)) ==
                         set(PLACE.findall(entry.msgid_plural or entry.msgid)))

    def test_a_text_has_a_mnemonic_where_the_english_has_one(self):
        self.assert_each(
            lambda entry, form: len(mnemonics(form)) == len(mnemonics(entry.msgid)))

    def test_what_differs_by_its_mnemonic_still_does(self):
        for language in LANGUAGES:
            found = {}  # of each source file: the translation's letter -> the English letters
            for entry in entries(FOLDER / f"{language}.po")[1:]:
                if not entry.translated or not mnemonics(entry.msgid):
                    continue
                for file in entry.files:
                    place = found.setdefault((file, mnemonics(entry.forms[0])[0]), {})
                    place[mnemonics(entry.msgid)[0]] = entry.forms[0]
            for (file, letter), texts in found.items():
                with self.subTest(language=language, file=file, letter=letter):
                    self.assertEqual(len(texts), 1, sorted(texts.values()))

    def test_labels_and_commands_end_as_the_english(self):
        self.assert_each(lambda entry, form: ends_alike(entry.msgid, form))


if __name__ == "__main__":
    unittest.main()
