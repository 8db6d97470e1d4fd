"""`python -m tests.benchmarks fetch FOLDER`: the packages that the goals are about, as folders, at pinned versions.

Each wheel is unzipped to `FOLDER/name-version`. Nothing of it is installed or imported, and no dependency is taken.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

PACKAGES = {
    "torchvision": "0.29.2",
    "timm": "1.0.31",
    "torch_geometric": "2.8.1",
    "monai": "1.6.1",
    "diffusers": "0.42.1",
    "transformers": "5.23.0",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where to unzip them; those there are kept")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(PACKAGES)}; all if left out")


def main(options: argparse.Namespace) -> int:
    unknown = sorted(set(options.names) - set(PACKAGES))
    if unknown:
        raise SystemExit(f"{', '.join(unknown)}: not among {', '.join(PACKAGES)}")
    for name in options.names or PACKAGES:
        place = _place(options.folder, name)
        if not place.exists():
            download(name, place)
        print(place / name)
    return 0


def fetched(folder: Path) -> list[Path]:
    """The packages that were fetched to a folder."""
    return [place / name for name in PACKAGES if (place := _place(folder, name)).exists()]


def _place(folder: Path, name: str) -> Path:
    return folder / f"{name}-{PACKAGES[name]}"


def download(name: str, place: Path) -> None:
    """Unzip the wheel of a package."""
    with TemporaryDirectory() as wheels:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*command, "--dest", wheels, f"{name}=={PACKAGES[name]}"], check=True)
        (wheel,) = Path(wheels).iterdir()
        part = place.with_suffix(".part")  # so that what is there is whole
        ZipFile(wheel).extractall(part)
        part.rename(place)
