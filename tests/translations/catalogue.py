"""A gettext catalogue as a list of entries."""

import ast
import re
from dataclasses import dataclass, field


@dataclass
class Entry:
    msgid: str = ""
    msgid_plural: str = ""
    context: str = ""
    forms: list = field(default_factory=list)  # msgstr, or msgstr[0], msgstr[1], ...
    files: set = field(default_factory=set)
    flags: set = field(default_factory=set)

    @property
    def translated(self):
        return bool(self.forms) and all(self.forms)


def _entry_of(block):
    entry = Entry()
    texts = {}
    for line in block.splitlines():
        if line.startswith("#: "):
            entry.files.update(line[3:].split())
        elif line.startswith("#, "):
            entry.flags.update(flag.strip() for flag in line[3:].split(","))
        elif line.startswith('"'):
            texts[keyword] += ast.literal_eval(line)
        elif not line.startswith("#"):
            keyword, text = line.split(" ", 1)
            texts[keyword] = ast.literal_eval(text)
    entry.msgid = texts.get("msgid", "")
    entry.msgid_plural = texts.get("msgid_plural", "")
    entry.context = texts.get("msgctxt", "")
    entry.forms = [text for keyword, text in texts.items() if keyword.startswith("msgstr")]
    return entry


def entries(path):
    """All entries of a .po or .pot file; the first one is the header, whose msgid is empty."""
    blocks = re.split(r"\n\s*\n", path.read_text(encoding="utf-8").strip())
    return [_entry_of(block) for block in blocks if re.search(r"^msgid ", block, re.M)]
