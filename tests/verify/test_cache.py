"""Remembered verdicts: taken up again when nothing has changed, and never otherwise."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.paths import ROOT
from torchmodlint.core.cache_folder import clear
from torchmodlint.core.verdict import Outcome, Reason, Verdict
from torchmodlint.verify import cache as module
from torchmodlint.verify.cache import Cache, own_code, surroundings
from torchmodlint.verify.interpreter import Interpreter
from torchmodlint.verify.wire import FileJob, Options, PackageJob, Question

HERE = Interpreter(Path("/env/bin/python"), "as asked for", "3.12.1", "2.6.0", "marker")
QUESTION = Question(0, "TML113", 4, 9, 4, 20, owner="Net", attribute="layers")
FILE = FileJob("/p/net.py", "net.py", "net", "class Net: ...\n", (QUESTION,), {"Net": "Net(3)"})
PACKAGE = PackageJob("/p", ("/p",), (FILE,))
SEEN = Verdict(
    Outcome.CONFIRMED, Reason.OBSERVED, "seen", {"hidden": 5}, "meta", 0.1, "`Net()`", ("einops",), "x = 1\n"
)


def made(folder: Path, around: str = "same", interpreter: Interpreter = HERE, options: Options | None = None) -> Cache:
    return Cache(folder / "cache", around, interpreter, options or Options())


def test_what_was_put_is_got(tmp_path: Path) -> None:
    cache = made(tmp_path)
    key = cache.key(PACKAGE, FILE, QUESTION)
    assert cache.get(key) is None
    cache.put(key, SEEN)
    assert made(tmp_path).get(key) == SEEN
    assert cache.key(PACKAGE, FILE, replace(QUESTION, id=7)) == key, "the number of a question is that of a run"


def test_every_circumstance_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = made(tmp_path)
    keys = [
        cache.key(PACKAGE, FILE, QUESTION),
        cache.key(PACKAGE, FILE, replace(QUESTION, code="TML114")),
        cache.key(PACKAGE, FILE, replace(QUESTION, line=5)),
        cache.key(PACKAGE, FILE, replace(QUESTION, related=((1, "here"),))),
        cache.key(PACKAGE, replace(FILE, text="class Net: pass\n"), QUESTION),
        cache.key(PACKAGE, replace(FILE, examples={"Net": "Net(4)"}), QUESTION),
        cache.key(PACKAGE, replace(FILE, module="pkg.net"), QUESTION),
        cache.key(replace(PACKAGE, roots=("/p", "/q")), FILE, QUESTION),
        made(tmp_path, "other").key(PACKAGE, FILE, QUESTION),
        made(tmp_path, interpreter=replace(HERE, torch="2.7.0")).key(PACKAGE, FILE, QUESTION),
        made(tmp_path, interpreter=replace(HERE, python="3.12.2")).key(PACKAGE, FILE, QUESTION),
        made(tmp_path, interpreter=replace(HERE, marker="einops came")).key(PACKAGE, FILE, QUESTION),
        made(tmp_path, options=Options(device="meta")).key(PACKAGE, FILE, QUESTION),
        made(tmp_path, options=Options(sandbox="off")).key(PACKAGE, FILE, QUESTION),
        made(tmp_path, options=Options(timeout=20)).key(PACKAGE, FILE, QUESTION),
    ]
    monkeypatch.setattr(module, "own_code", lambda: "a mended probe")
    keys.append(made(tmp_path).key(PACKAGE, FILE, QUESTION))
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("reason", list(Reason))
def test_chance_is_not_remembered(tmp_path: Path, reason: Reason) -> None:
    cache = made(tmp_path)
    cache.put("key", replace(SEEN, outcome=Outcome.INCONCLUSIVE, reason=reason))
    assert (cache.get("key") is None) is (reason in {Reason.TIMEOUT, Reason.MEMORY, Reason.CRASHED})


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"key": "other", "verdict": {}}',
        b'{"key": "key", "verdict": {"outcome": "maybe"}}',
        b'{"key": "key", "verdict": 3}',
        b"[" * 100_000,
    ],
)
def test_damaged_entries_count_as_none(tmp_path: Path, damage: bytes) -> None:
    cache = made(tmp_path)
    cache.put("key", SEEN)
    (cache.folder / "key.json").write_bytes(damage)
    assert cache.get("key") is None
    cache.put("key", SEEN)
    assert cache.get("key") == SEEN


def test_entry_under_another_name_is_none(tmp_path: Path) -> None:
    cache = made(tmp_path)
    cache.put("one", SEEN)
    (cache.folder / "one.json").rename(cache.folder / "two.json")
    assert cache.get("two") is None


def test_folder_is_marked_for_backups_and_git(tmp_path: Path) -> None:
    made(tmp_path).put("key", SEEN)
    home = tmp_path / "cache"
    assert (home / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55\n")
    assert (home / ".gitignore").read_text() == "*\n"
    assert clear(home)
    assert not home.exists()
    assert not clear(home)


def test_only_what_is_ours_is_removed(tmp_path: Path) -> None:
    made(tmp_path).put("key", SEEN)
    home = tmp_path / "cache"
    (home / "notes.txt").write_text("mine")
    assert clear(home)
    assert [file.name for file in home.iterdir()] == ["notes.txt"]
    for tag in (None, "Signature: 8a477f597d28d172789f06886806bc55\n# made by another tool\n"):
        if tag:
            (home / "CACHEDIR.TAG").write_text(tag)
        with pytest.raises(ValueError, match=r"is no cache of torchmodlint: it has no CACHEDIR\.TAG that says so"):
            clear(home)
    assert len(list(home.iterdir())) == 2


def test_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    cache = made(tmp_path)
    cache.put("key", SEEN)
    cache.prune()
    assert cache.get("key") is None


def test_the_longest_unused_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ENTRIES", 10)
    cache = made(tmp_path)
    now = time.time()
    for number in range(11):
        cache.put(f"key{number}", SEEN)
        os.utime(cache.folder / f"key{number}.json", (now - 1000 + number, now - 1000 + number))
    assert cache.get("key0") == SEEN, "asked for, so it is the youngest now"
    for name, age in (("old.tmp", 7200), ("new.tmp", 10)):
        (cache.folder / name).write_text("")
        os.utime(cache.folder / name, (now - age, now - age))
    cache.prune()
    left = {file.name for file in cache.folder.iterdir()}
    assert left == {"key0.json", "new.tmp", *(f"key{number}.json" for number in range(4, 11))}


def test_processes_may_write_at_once(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom tests.verify.test_cache import made, SEEN\n"
        "cache = made(Path(sys.argv[1]))\n"
        "for round in range(30):\n"
        "    for key in 'abc':\n"
        "        cache.put(key, SEEN)\n"
        "        assert cache.get(key) == SEEN\n"
        "    cache.prune()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], env=environment, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    assert [process.communicate()[1] for process in running] == [b"", b"", b""]
    assert {file.name for file in made(tmp_path).folder.iterdir()} == {"a.json", "b.json", "c.json"}


class TestSurroundings:
    """What a verdict may rest on besides the file itself."""

    def digest(self, *folders: Path) -> str:
        found = surroundings(folders)
        assert found is not None
        return found

    @pytest.mark.parametrize("name", ["base.py", "deep/er/base.py", "settings.yaml", "deep/shape.json"])
    def test_another_file_changes_comes_and_goes(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "net.py").write_text("from base import Base\n")
        without = self.digest(tmp_path)
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("width = 3\n")
        first = self.digest(tmp_path)
        times = file.stat()
        file.write_text("width = 4\n")
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
        second = self.digest(tmp_path)
        file.rename(file.with_name("moved" + file.suffix))
        assert len({without, first, second, self.digest(tmp_path)}) == 4

    def test_what_is_no_source_does_not_count(self, tmp_path: Path) -> None:
        (tmp_path / "net.py").write_text("x = 1\n")
        before = self.digest(tmp_path)
        for name in (".git/x.py", "node_modules/x.py", "__pycache__/x.py", "data/picture.png", "env/pyvenv.cfg"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text("")
        (tmp_path / "env" / "x.py").write_text("")
        made(tmp_path).put("key", SEEN)
        assert self.digest(tmp_path) == before
        (tmp_path / "net.py").touch()
        assert self.digest(tmp_path) == before, "only what stands in it counts"

    def test_large_files_count_by_size_and_time(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "WHOLE", 10)
        file = tmp_path / "labels.json"
        file.write_text("[" + "0," * 20 + "0]")
        before = self.digest(tmp_path)
        os.utime(file, ns=(1, 1))
        assert self.digest(tmp_path) != before

    @pytest.mark.parametrize(("limit", "value"), [("MOST_FILES", 2), ("MOST_BYTES", 20), ("PATIENCE", -1.0)])
    def test_too_much_to_compare(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: float
    ) -> None:
        for number in range(3):
            (tmp_path / f"{number}.py").write_text("x = 123456\n")
        assert surroundings([tmp_path]) is not None
        monkeypatch.setattr(module, limit, value)
        assert surroundings([tmp_path]) is None

    def test_several_folders(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "x.py").write_text(name)
        both = self.digest(tmp_path / "a", tmp_path / "b")
        assert self.digest(tmp_path / "b", tmp_path / "a", tmp_path / "a") == both
        assert self.digest(tmp_path / "a") != both
        assert self.digest(tmp_path, tmp_path / "a") == self.digest(tmp_path), "what lies within is read once"

    @pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
    def test_links_are_followed_and_circles_end(self, tmp_path: Path) -> None:
        (tmp_path / "project").mkdir()
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "project" / "link").symlink_to(tmp_path / "elsewhere")
        (tmp_path / "elsewhere" / "round").symlink_to(tmp_path / "project")
        before = self.digest(tmp_path / "project")
        (tmp_path / "elsewhere" / "x.py").write_text("")
        assert self.digest(tmp_path / "project") != before


def test_digest_of_the_verifier_covers_probes() -> None:
    assert len(own_code()) == 64
    assert own_code() == own_code()


def test_entries_are_small_and_plain(tmp_path: Path) -> None:
    cache = made(tmp_path)
    cache.put("key", SEEN)
    assert json.loads((cache.folder / "key.json").read_text())["verdict"]["outcome"] == "confirmed"
