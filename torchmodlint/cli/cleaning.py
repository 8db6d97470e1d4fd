"""`torchmodlint clean`."""

from __future__ import annotations

from pathlib import Path

import click

from torchmodlint.cli.common import configurable, fail, settings_for
from torchmodlint.core.finding import Problem


@click.command()
@click.argument("paths", nargs=-1)
@configurable
@click.option("--cache-dir", type=click.Path(path_type=Path), metavar="DIR", help="The cache to remove.")
def clean(paths: tuple[str, ...], config_file: Path | None, isolated: bool, cache_dir: Path | None) -> None:
    """Remove what is remembered for the project of PATHS (default: here)."""
    from torchmodlint.core.cache_folder import chosen, clear

    if cache_dir is None:
        located = [Path(path) for path in paths or (".",)]
        settings = settings_for(located, config_file, isolated)
        cache_dir = chosen(settings.root, settings.cache_dir)
    try:
        removed = clear(cache_dir)
    except OSError as error:
        fail(Problem(str(cache_dir), f"cannot be removed: {error.strerror or error}"))
    except ValueError as error:
        fail(Problem(None, str(error)))
    click.echo(f"Removed {cache_dir}" if removed else "There is nothing to remove.")
