"""Structural rules of PDF/A-3b (ISO 19005-3, 6.1, 6.6, 6.8), as far as they can be read off a file.

This is no validator: that none could be run is said in docs/spec/pdf.md.
"""

import re

import pikepdf


def faults_of_embedding(pdf):
    """What 6.8 forbids about embedded files."""
    associated = {
        spec.objgen
        for item in pdf.objects
        if isinstance(item, pikepdf.Dictionary | pikepdf.Stream) and "/AF" in item
        for spec in (item.AF if isinstance(item.AF, pikepdf.Array) else [item.AF])
    }
    found = []
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Dictionary) or "/EF" not in item:
            continue
        if not re.fullmatch(r"/[\w.+-]+/[\w.+-]+", str(item.EF.F.get("/Subtype", ""))):
            found.append("no MIME type")
        if "/F" not in item or "/UF" not in item:
            found.append("not named twice")
        if "/AFRelationship" not in item:
            found.append("no relationship")
        if item.objgen not in associated:
            found.append("not associated")
    return found


def faults_of_file(pdf):
    """What else can be seen: identification, intent, encryption, fonts, scripts."""
    root = pdf.Root
    meta = root.Metadata.read_bytes().decode()
    intents = [str(one.S) for one in root.get("/OutputIntents", [])]
    checks = {
        "not identified": re.search(r"pdfaid:part>3<.*pdfaid:conformance>B<", meta, re.DOTALL),
        "no output intent": intents == ["/GTS_PDFA1"],
        "metadata is packed": "/Filter" not in root.Metadata,
        "encrypted": not pdf.is_encrypted,
        "no id": len(pdf.trailer.ID) == 2,
        "acts by itself": not {"/OpenAction", "/AA"} & set(root.keys()),
        "fonts are not embedded": all(_is_embedded(one) for one in pdf.objects),
    }
    return [fault for fault, holds in checks.items() if not holds]


def _is_embedded(item):
    if not isinstance(item, pikepdf.Dictionary) or item.get("/Type") != "/FontDescriptor":
        return True
    return bool({"/FontFile2", "/FontFile3"} & set(item.keys()))
