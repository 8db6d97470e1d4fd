"""Where in the project a name is defined: for what a star import would have brought, had it worked."""

from __future__ import annotations

import os
import re
import types
from collections.abc import Callable, Iterator
from typing import Any

from torchmodlint.verify.worker.importer.files import texts
from torchmodlint.verify.worker.importer.territory import Territory

MOST = 3  # files that are tried for one name


def elsewhere(territory: Territory, path: str, importing: Callable[[str], types.ModuleType]) -> Callable[[str], Any]:
    """What finds a name that the file at `path` imports, in the project's other files. It raises KeyError."""

    def find(name: str) -> Any:
        for module in _defining(territory, path, name):
            try:
                value = getattr(importing(module), name)
            except (Exception, SystemExit):
                continue
            return value
        raise KeyError(name)

    return find


def _defining(territory: Territory, path: str, name: str) -> Iterator[str]:
    """The modules that define the name at module level, the nearest to the file first."""
    definition = re.compile(rf"^(?:class|def) {re.escape(name)}\b|^{re.escape(name)}\s*=", re.MULTILINE)
    found = [each for each, text in texts(territory.folder).items() if each != path and definition.search(text)]
    found.sort(key=lambda each: (-len(os.path.commonpath([each, path])), each))
    for each in found[:MOST]:
        for root in territory.roots:
            if each.startswith(root + os.sep):
                yield os.path.relpath(each, root)[: -len(".py")].replace(os.sep, ".").removesuffix(".__init__")
                break
