"""Files of a sync folder as somebody would make them who knows their formats, digest and all."""

import hashlib
import random

NO_DIGEST = "0" * 64
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
TIME = "2026-11-22T10:10:10.000Z"


def sealed(xml):
    content = (DECLARATION + xml).encode()
    digest = hashlib.sha256(content).hexdigest()
    return content.replace(NO_DIGEST.encode(), digest.encode(), 1)


def patient_file(patient, rows):
    return sealed(f'<patient xmlns="urn:cloud-folder-sync:patient" format="1" id="{patient}" '
                  f'digest="{NO_DIGEST}">\n{rows}</patient>\n')


def site_file(writer, name):
    return sealed(f'<site xmlns="urn:cloud-folder-sync:site" format="1" writer="{writer}" '
                  f'digest="{NO_DIGEST}" name="{name}" program="0.1.0" last-sync="{TIME}"/>\n')


def segment_file(writer, number, entries="", oldest=1, written=TIME):
    return sealed(f'<segment xmlns="urn:cloud-folder-sync:segment" format="1" writer="{writer}" '
                  f'digest="{NO_DIGEST}" number="{number}" oldest="{oldest}" '
                  f'written="{written}">\n{entries}</segment>\n')


def entry(patient, *versions):
    return f'  <entry patient="{patient}" digest="{"a" * 64}" versions="{" ".join(versions)}"/>\n'


def uuid(number):
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def versions(count, seed=1):
    dice = random.Random(seed)
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return [f"0000000{seed}." + "".join(dice.choices(signs, k=16)) for _ in range(count)]


def row(number, table, fields, version="00000009.AAAAAAAAAAAAAAAA", attributes="", at=TIME):
    if isinstance(fields, dict):
        fields = "".join(f'    <field name="{name}">{value}</field>\n'
                         for name, value in fields.items())
    start = (f'  <row id="{number if isinstance(number, str) else uuid(number)}" table="{table}" '
             f'by="{version}" at="{at}"{attributes}')
    return f"{start}>\n{fields}  </row>\n" if fields else f"{start}/>\n"
