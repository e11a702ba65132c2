#!/usr/bin/env python3
"""Writes the tables of icon names: src/icons/tables/*.rs, diagrams.txt and brand-licences.txt.

    npm pack simple-icons@16.37.0 simple-icons@14.15.0 simple-icons@13.21.0
    npm pack lucide-static@0.487.0 lucide-static@1.62.0
    (unpack each into a folder of its own)
    pip download diagrams==0.25.1 --no-deps   (unpack, or install it)
    assets/icons/generate.py SIMPLE_ICONS_FOLDER... LUCIDE_FOLDER... DIAGRAMS_FOLDER

The drawings themselves come from the crates `icondata_si` and `icondata_lu`; only what these lack is
taken from the npm packages: titles, colours, and how Lucide spells its names. Of several folders of
one kind, the first that knows an icon decides. The folder of `diagrams` holds `diagrams/` and
`resources/`. Run it from `crates/fmc-diagram` after `cargo fetch`.
"""

import ast
import json
import pathlib
import re
import subprocess
import sys
import unicodedata

TABLES = pathlib.Path("src/icons/tables")
ASSETS = pathlib.Path("assets/icons")


def statics(crate):
    """The names of all icons of a crate, in the order of the crate."""
    metadata = json.loads(subprocess.check_output(["cargo", "metadata", "--format-version=1"]))
    manifest = next(it["manifest_path"] for it in metadata["packages"] if it["name"] == crate)
    text = (pathlib.Path(manifest).parent / "src/lib.rs").read_text()
    return re.findall(r"^pub static (\w+):", text, re.M)


def write_table(path, crate, title, rows):
    lines = [
        f"// Long because: it names every icon of `{crate}`; `assets/icons/generate.py` writes it.",
        f"//! {title}",
        "",
        f"pub(super) static ICONS: [(&str, &str); {len(rows)}] = [",
    ]
    for name, record in sorted(rows, key=lambda it: it[1].split("|")[0].encode()):
        lines.append(f"    ({crate}::{name}.data, {json.dumps(record, ensure_ascii=False)}),")
    path.write_text("\n".join(lines + ["];", ""]))
    subprocess.check_call(["rustfmt", "--edition", "2024", str(path)])


def slug(title):
    """How simple-icons makes a file name of a title."""
    replaced = {"+": "plus", ".": "dot", "&": "and", "đ": "d", "ħ": "h", "ı": "i", "ĸ": "k", "ŀ": "l",
                "ł": "l", "ß": "ss", "ŧ": "t", "ø": "o"}
    text = "".join(replaced.get(it, it) for it in title.lower())
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFD", text))


def brands(folders):
    known, licences = {}, {}
    for folder in folders:
        data = next(it for it in [folder / "data/simple-icons.json", folder / "_data/simple-icons.json"]
                    if it.exists())
        entries = json.loads(data.read_text())
        for entry in entries if isinstance(entries, list) else entries["icons"]:
            name = entry.get("slug") or slug(entry["title"])
            name = name.replace("_", "")
            known.setdefault(name, (entry["title"], entry["hex"].upper()))
            if "license" in entry:
                licence = entry["license"]
                text = " ".join(it for it in [licence.get("type"), licence.get("url")] if it)
                licences.setdefault(name, text)
    rows, stated = [], []
    for static in statics("icondata_si"):
        name = static.removeprefix("Si").lower()
        title, colour = known.get(name) or sys.exit(f"no colour of {name}: give an older simple-icons")
        assert "|" not in title
        rows.append((static, f"{name}|{title}|{colour}"))
        if name in licences:
            stated.append(f"{name} {licences[name]}")
    (ASSETS / "brand-licences.txt").write_text("\n".join(sorted(stated)) + "\n")
    write_table(TABLES / "brands.rs", "icondata_si",
                "Brands of simple-icons: name, title and the brand's own colour.", rows)


def lucide(folders):
    known = {}
    for folder in folders:
        for icon in sorted((folder / "icons").glob("*.svg")):
            known.setdefault(icon.stem.replace("-", ""), icon.stem)
    rows = []
    for static in statics("icondata_lu"):
        name = known[static.removeprefix("Lu").lower()]
        rows.append((static, f"{name}|{name.replace('-', ' ').capitalize()}|"))
    write_table(TABLES / "lucide.rs", "icondata_lu", "Signs of Lucide: name and title.", rows)


def diagrams(folder):
    """Paths of all images, with the classes that show each where the name does not say it."""
    classes = {}
    for module in sorted((folder / "diagrams").rglob("*.py")):
        tree = ast.parse(module.read_text())
        name = ".".join(module.relative_to(folder / "diagrams").with_suffix("").parts)
        icons, parents = {}, {}
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                parents[node.name] = [it.id for it in node.bases if isinstance(it, ast.Name)]
                for part in node.body:
                    if isinstance(part, ast.Assign) and part.targets[0].id == "_icon":
                        icons[node.name] = part.value.value
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
                if node.value.id in icons:
                    icons[node.targets[0].id] = icons[node.value.id]
        for cls, icon in icons.items():
            if isinstance(icon, str):
                classes.setdefault(f"{name.replace('.', '/')}/{icon}".removesuffix(".png"), []).append(cls)
    lines = []
    paths = {}
    for image in (folder / "resources").rglob("*.png"):
        path = str(image.relative_to(folder / "resources").with_suffix(""))
        paths[path] = None
    for path in sorted(paths, key=str.encode):
        flat = re.sub(r"[^a-z0-9]", "", path.rsplit("/", 1)[1].lower())
        others = sorted(it for it in classes.get(path, []) if it.lower() != flat)
        lines.append(" ".join([path, *others]))
    missing = sorted(set(classes) - set(paths))
    if missing:
        print("classes without an image:", missing, file=sys.stderr)
    (ASSETS / "diagrams.txt").write_text("\n".join(lines) + "\n")


def named(folder):
    """The name of the npm package in this folder."""
    manifest = folder / "package.json"
    return json.loads(manifest.read_text())["name"] if manifest.exists() else "diagrams"


folders = [pathlib.Path(it) for it in sys.argv[1:]]
if len({named(it) for it in folders}) < 3:
    sys.exit(__doc__)
brands([it for it in folders if named(it) == "simple-icons"])
lucide([it for it in folders if named(it) == "lucide-static"])
diagrams(next(it for it in folders if named(it) == "diagrams"))
