"""A software bill of materials for a wheel, as CycloneDX JSON: what is in it, and what it is installed with.

    python scripts/sbom.py dist/*.whl -o dist/results-widgets.cdx.json

The wheel holds the JavaScript packages that its THIRD_PARTY_NOTICES.txt names, and needs the Python packages of its
metadata, which are taken as they are installed beside the Python that runs this. Only the standard library, and the
same bytes for the same wheel and environment.
"""

import argparse
import email
import hashlib
import json
import re
import sys
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

Component = dict[str, Any]

NOTICES = "results_widgets/static/THIRD_PARTY_NOTICES.txt"
_BUNDLED = re.compile(
    r"^(?P<name>@?[\w./-]+) (?P<version>\d\S*) \((?P<licence>.+)\)$", re.MULTILINE
)
_NAME = re.compile(r"^[A-Za-z0-9][\w.-]*")
_SPDX = re.compile(r"[A-Za-z0-9.+-]+")


def bill(wheel: Path) -> dict[str, Any]:
    """The bill of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        (about,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        own = email.message_from_bytes(archive.read(about))
        notices = archive.read(NOTICES).decode("utf-8")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    product = _component("pypi", own["Name"], own["Version"], own["License-Expression"])
    needs = list(_needs(own.get_all("Requires-Dist")))
    product["hashes"] = [{"alg": "SHA-256", "content": digest}]
    bundled = [_component("npm", **found.groupdict()) for found in _BUNDLED.finditer(notices)]
    needed = _installed(list(needs))
    components = [*bundled, *(one for one, _ in needed.values())]
    direct = [needed[name][0]["bom-ref"] for name in needs]
    edges = {product["bom-ref"]: sorted([*direct, *(one["bom-ref"] for one in bundled)])}
    edges |= {
        one["bom-ref"]: sorted(needed[n][0]["bom-ref"] for n in names)
        for one, names in needed.values()
    }
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest)}",
        "version": 1,
        "metadata": {"component": {**product, "type": "library"}},
        "components": sorted(components, key=lambda one: one["bom-ref"]),
        "dependencies": [{"ref": ref, "dependsOn": on} for ref, on in sorted(edges.items())],
    }


def _component(kind: str, name: str, version: str, licence: str | None) -> Component:
    # A package URL writes the scope of npm's names as %40.
    purl = f"pkg:{kind}/{name.lower().replace('@', '%40')}@{version}"
    made: Component = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
    }
    if licence:
        key = "id" if _SPDX.fullmatch(licence) else "name"
        made["licenses"] = [{"license": {key: licence}}]
    return made


def _needs(lines: Sequence[str] | None) -> Iterator[str]:
    """The names of the packages that are needed without any extra, in the environment that runs this."""
    for line in lines or []:
        need, _, marker = line.partition(";")
        found = _NAME.match(need.strip())
        # Whether a package is needed on this system and by this Python, pip has decided.
        if found and "extra" not in marker and (not marker or _is_there(found[0])):
            yield _folded(found[0])


def _is_there(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed(names: list[str]) -> dict[str, tuple[Component, list[str]]]:
    """Each package needed, directly or not, with the names of those it needs."""
    found: dict[str, tuple[Component, list[str]]] = {}
    while names:
        name = names.pop()
        if name in found:
            continue
        installed = metadata.distribution(name)
        needs = list(_needs(installed.requires))
        licence = str(installed.metadata.json.get("license_expression") or "")
        found[name] = _component("pypi", name, installed.version, licence), needs
        names += needs
    return found


def main(arguments: Sequence[str]) -> int:
    """Writes the bill of the wheel that the command line names."""
    parser = argparse.ArgumentParser(description="Writes a wheel's bill of materials (CycloneDX).")
    parser.add_argument("wheel", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args(arguments)
    text = json.dumps(bill(options.wheel), indent=1, sort_keys=True)
    options.output.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
