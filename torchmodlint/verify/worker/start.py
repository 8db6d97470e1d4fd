"""The worker's first file: run by path, in the user's interpreter, where torchmodlint need not be installed.

    python -B start.py fork|spawn|batch

Until the interpreter is known to be new enough, this must be understood by it, so it keeps to what Python 3.6 knows.
It says why it cannot go on in a frame on its standard output, as `verify.wire` has them.
"""

import sys

OLDEST = (3, 10)


def unavailable(why: str, detail: str) -> None:
    """End this process with a frame that says why no work can be done here."""
    import json
    import os

    body = json.dumps({"kind": "unavailable", "why": why, "detail": detail}).encode()
    os.write(1, len(body).to_bytes(4, "big") + body)
    os._exit(3)


def leave_own_folder() -> str:
    """Python puts a script's folder first on the path: take it away, so that our names never hide the user's."""
    import os

    own = os.path.dirname(os.path.abspath(__file__))
    if sys.path and os.path.abspath(sys.path[0]) == own:
        del sys.path[0]
    return own


def bring_torchmodlint(folder: str) -> None:
    """Make `import torchmodlint` work without its parent on the path: what else lies there is not the user's."""
    import importlib.util
    import os

    file = os.path.join(folder, "__init__.py")
    spec = importlib.util.spec_from_file_location("torchmodlint", file, submodule_search_locations=[folder])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["torchmodlint"] = module
    spec.loader.exec_module(module)


def main() -> None:
    import os

    own = leave_own_folder()
    if sys.version_info < OLDEST:
        unavailable("old-python", ".".join(str(part) for part in sys.version_info[:3]))
    sys.dont_write_bytecode = True
    bring_torchmodlint(os.path.dirname(os.path.dirname(own)))
    if sys.argv[1] == "fork":
        from torchmodlint.verify.worker.zygote import main as run
    elif sys.argv[1] == "spawn":
        from torchmodlint.verify.worker.spawned import supervise as run
    else:
        from torchmodlint.verify.worker.spawned import batch as run
    run()


if __name__ == "__main__":
    main()
