"""A cache that is damaged, made up by somebody else, written by several processes, or cannot be written at all."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.remembering import FILES, agree, all_of, check, pack, write
from tests.paths import ROOT
from torchmodlint.core.cache_folder import chosen, clear, prepare
from torchmodlint.engine.linted import NOTHING, unpacked
from torchmodlint.engine.pack import locked

if TYPE_CHECKING:
    from collections.abc import Iterator


def signed(lines: list[Any]) -> bytes:
    """A pack with a checksum that fits, as whoever wants to deceive would make it."""
    rest = b"".join(one if isinstance(one, bytes) else json.dumps(one).encode() + b"\n" for one in lines)
    return blake2b(rest, digest_size=16).hexdigest().encode() + b"\n" + rest


@pytest.mark.thorough
def test_damage_counts_as_no_cache(project: Path) -> None:
    cold = check(project)
    whole = pack(project).read_bytes()
    chance = random.Random(0)
    damaged = [b"", b"\n", b"\n\n\n", b"\xff" * 100, whole[:40], whole[:-1], whole[33:], whole * 2]
    for _ in range(60):
        at = chance.randrange(len(whole))
        damaged.append(whole[:at] + bytes([chance.randrange(256) for _ in range(chance.randrange(1, 9))]) + whole[at:])
        damaged.append(whole[: chance.randrange(len(whole))])
    for content in damaged:
        pack(project).write_bytes(content)
        result = check(project)
        assert all_of(result) == all_of(cold)
        assert result.remembered == 0


def _everywhere(value: Any, chance: random.Random) -> Iterator[Any]:
    """Copies of a JSON value with something else in one place."""
    wrong: list[Any] = [None, True, -1, 2**70, 1.5, "x", "\x1b[31m", "\0", [], {}, [[]], {"a": []}, "../../etc/passwd"]
    for _ in range(250):
        copy = json.loads(json.dumps(value))
        holder: Any = copy
        while True:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not keys:
                break
            key = chance.choice(keys)
            if isinstance(holder[key], (dict, list)) and holder[key] and chance.random() < 0.85:
                holder = holder[key]
                continue
            holder[key] = chance.choice(wrong)
            break
        yield copy


@pytest.mark.thorough
def test_wrong_types_with_a_right_checksum_do_no_harm(project: Path) -> None:
    check(project)
    check(project)
    second, third = (json.loads(line) for line in pack(project).read_text().splitlines()[1:])
    chance = random.Random(1)
    for changed in _everywhere([second, third], chance):
        pack(project).write_bytes(signed(changed))
        result = check(project)  # what it finds may be what was made up, but nothing breaks
        assert result.files == len(FILES)
        text = "".join(finding.message for finding in result.findings)
        assert text.isprintable()
    for lines in ([b"[" * 100_000], [b"[" * 100_000 + b"\n", third], [second, b"{" * 5], [second, [[], []]], [1, 2]):
        pack(project).write_bytes(signed(lines))
        assert check(project).files == len(FILES)


@pytest.mark.parametrize(
    "parts", [None, 1, [1], [0, [], []], [0, [[1]], [], []], [True, [], [], []], "text", [-1, 1, 1, 1]]
)
def test_what_cannot_have_been_packed_is_refused(parts: object) -> None:
    if not parts:
        assert unpacked(parts, "a.py") == NOTHING
        return
    with pytest.raises(ValueError, match=r"no|not"):
        unpacked(parts, "a.py")


def test_special_files_are_not_read(project: Path) -> None:
    check(project)
    file = pack(project)
    file.unlink()
    file.mkdir()
    assert agree(project).remembered == 0
    shutil.rmtree(file)
    if hasattr(os, "mkfifo"):
        os.mkfifo(file)
        assert agree(project).remembered == 0


def test_several_processes_at_once(project: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TORCHMODLINT_CACHE_DIR": str(project.parent / "cache")}
    for number in range(12):
        write(project, {f"more{number}.py": FILES["pkg/net.py"]})
    command = [sys.executable, "-m", "torchmodlint", "check", "-q", "-j1", "--output-format", "concise"]

    def start(*files: str) -> subprocess.Popen[str]:
        pipes = subprocess.PIPE
        return subprocess.Popen([*command, *files], cwd=project, env=environment, stdout=pipes, stderr=pipes, text=True)

    running = [start(*(f"more{number}.py" for number in range(first, 12, 3))) for first in range(3)]
    running += [start("more0.py", "more1.py")]
    outputs = [process.communicate() for process in running]
    assert all(process.returncode == 1 and not error for process, (_, error) in zip(running, outputs, strict=True))
    assert list((project.parent / "cache" / "results").glob("*.lock")) == []
    names = json.loads(pack(project).read_text().splitlines()[1])[0]
    assert set(names) == {f"more{number}.py" for number in range(12)}, "none has overwritten what another found"


def test_lock_that_nobody_holds_any_more_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torchmodlint.engine.pack as pack_module

    lock = tmp_path / "x.lock"
    lock.touch()
    monkeypatch.setattr(pack_module, "PATIENCE", 0.05)
    with locked(tmp_path / "x.json"):
        assert lock.exists()
    assert lock.exists(), "it is not ours to remove"
    os.utime(lock, (0, 0))
    with locked(tmp_path / "x.json"):
        assert lock.exists()
    assert not lock.exists()


def test_place_that_cannot_be_written_is_no_error(project: Path) -> None:
    (project.parent / "cache").write_text("a file")
    assert agree(project).remembered == 0


def test_link_in_the_place_of_our_part_is_left_alone(project: Path) -> None:
    elsewhere = project.parent / "elsewhere"
    elsewhere.mkdir()
    (project.parent / "cache").mkdir()
    (project.parent / "cache" / "results").symlink_to(elsewhere)
    agree(project)
    assert list(elsewhere.iterdir()) == []


def test_results_are_removed_with_the_rest(project: Path) -> None:
    check(project)
    home = project.parent / "cache"
    prepare(home, "verdicts")
    (home / "verdicts" / "x.json").write_text("{}")
    assert clear(home)
    assert not home.exists()
    elsewhere = project / "pkg"
    prepare(home, "results").rmdir()
    (home / "results").symlink_to(elsewhere)
    assert clear(home)
    assert len(list(elsewhere.glob("*.py"))) == 6
    assert not home.exists()


def test_place_is_the_project_else_the_user_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TORCHMODLINT_CACHE_DIR", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home" / "caches"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "home" / "caches"))
    assert chosen(tmp_path) == tmp_path / ".torchmodlint_cache"
    assert chosen(tmp_path, tmp_path / "kept") == tmp_path / "kept"
    (tmp_path / ".torchmodlint_cache").write_text("a file")
    assert chosen(tmp_path).name == "torchmodlint"
    assert chosen(tmp_path).is_relative_to(tmp_path / "home")
    (tmp_path / ".torchmodlint_cache").unlink()
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert chosen(tmp_path).is_relative_to(tmp_path / "home")
    monkeypatch.setenv("TORCHMODLINT_CACHE_DIR", str(tmp_path / "asked"))
    assert chosen(tmp_path, tmp_path / "kept") == tmp_path / "asked"
