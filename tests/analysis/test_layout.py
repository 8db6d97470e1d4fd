"""Which file an import means: re-exports, src folders, scripts beside each other, folders named like libraries."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.packages import meaning, shown, write
from torchmodlint.analysis.project import Project


class TestReExport:
    def test_through_inits(self, tmp_path: Path) -> None:
        files = {
            "pkg/__init__.py": "from .models import Net\n",
            "pkg/models/__init__.py": "from .net import Net as Net\n",
            "pkg/models/net.py": "class Net: ...\n",
            "use.py": "import pkg\nfrom pkg import Net\n",
        }
        write(tmp_path, files)
        assert meaning(tmp_path, "use.py", "Net") == ["pkg/models/net.py:Net"]
        assert meaning(tmp_path, "use.py", "pkg.Net") == ["pkg/models/net.py:Net"]
        assert meaning(tmp_path, "use.py", "pkg.models.Net") == ["pkg/models/net.py:Net"]

    def test_lazy_package_shows_its_names_to_type_checkers(self, tmp_path: Path) -> None:
        init = """
            from typing import TYPE_CHECKING
            from .lazy import LazyModule
            if TYPE_CHECKING:
                from .net import Net
            else:
                import sys
                sys.modules[__name__] = LazyModule(__name__)
            """
        write(tmp_path, {"pkg/__init__.py": init, "pkg/net.py": "class Net: ...\n", "use.py": "from pkg import Net\n"})
        assert meaning(tmp_path, "use.py", "Net") == ["pkg/net.py:Net"]

    def test_class_named_like_its_file(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {
                "pkg/__init__.py": "from .Net import Net\n",
                "pkg/Net.py": "class Net: ...\n",
                "use.py": "from pkg import Net\nfrom pkg.Net import Net as Direct\n",
            },
        )
        assert meaning(tmp_path, "use.py", "Direct") == ["pkg/Net.py:Net"]

    def test_in_a_circle(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.py": "from b import X\n", "b.py": "from c import X\n", "c.py": "from a import X\n"})
        for file in ("a.py", "b.py", "c.py"):
            assert meaning(tmp_path, file, "X") == []

    def test_circle_with_a_way_out(self, tmp_path: Path) -> None:
        text = "try:\n    from b import X\nexcept ImportError:\n    from torch.nn import Linear as X\n"
        write(tmp_path, {"a.py": text, "b.py": "from a import X\n"})
        project = Project(tmp_path)
        forth = [meaning(tmp_path, file, "X", project) for file in ("a.py", "b.py", "a.py")]
        project = Project(tmp_path)
        back = [meaning(tmp_path, file, "X", project) for file in ("b.py", "a.py", "b.py")]
        assert forth[0] == forth[2] == back[1]
        assert back[0] == back[2] == forth[1]

    def test_chain_of_a_hundred_hops_ends(self, tmp_path: Path) -> None:
        files = {f"m{at}.py": f"from m{at + 1} import X\n" for at in range(100)}
        write(tmp_path, {**files, "m100.py": "class X: ...\n"})
        assert meaning(tmp_path, "m0.py", "X") in ([], ["m100.py:X"])
        assert meaning(tmp_path, "m90.py", "X") == ["m100.py:X"]


class TestLayout:
    def test_src(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {
                "src/pkg/__init__.py": "",
                "src/pkg/net.py": "class Net: ...\n",
                "src/pkg/use.py": "from pkg.net import Net\n",
                "tests/test_net.py": "from pkg.net import Net\n",
            },
        )
        assert meaning(tmp_path, "src/pkg/use.py", "Net") == ["src/pkg/net.py:Net"]
        assert meaning(tmp_path, "tests/test_net.py", "Net") == ["src/pkg/net.py:Net"]

    def test_namespace_package(self, tmp_path: Path) -> None:
        write(tmp_path, {"space/models/net.py": "class Net: ...\n", "use.py": "from space.models.net import Net\n"})
        assert meaning(tmp_path, "use.py", "Net") == ["space/models/net.py:Net"]

    def test_namespace_package_has_no_names(self, tmp_path: Path) -> None:
        write(tmp_path, {"space/models/net.py": "class Net: ...\n", "use.py": "from space.models import Net\n"})
        assert meaning(tmp_path, "use.py", "Net") == []

    def test_relative_import_in_a_namespace_package(self, tmp_path: Path) -> None:
        write(tmp_path, {"space/a.py": "class A: ...\n", "space/b.py": "from .a import A\nfrom . import a\n"})
        assert meaning(tmp_path, "space/b.py", "A") == ["space/a.py:A"]
        assert meaning(tmp_path, "space/b.py", "a.A") == ["space/a.py:A"]

    def test_script_imports_its_neighbour(self, tmp_path: Path) -> None:
        write(tmp_path, {"scripts/train.py": "from model import Net\n", "scripts/model.py": "class Net: ...\n"})
        assert meaning(tmp_path, "scripts/train.py", "Net") == ["scripts/model.py:Net"]

    def test_script_in_a_package_imports_its_neighbour(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {
                "pkg/__init__.py": "",
                "pkg/bin/__init__.py": "",
                "pkg/bin/train.py": "from model import Net\n",
                "pkg/bin/model.py": "class Net: ...\n",
            },
        )
        assert meaning(tmp_path, "pkg/bin/train.py", "Net") == ["pkg/bin/model.py:Net"]

    def test_files_of_one_name_in_two_folders(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {
                "a/model.py": "class Net: ...\n",
                "a/use.py": "from model import Net\n",
                "b/model.py": "class Net: ...\n",
                "b/use.py": "from model import Net\n",
            },
        )
        assert meaning(tmp_path, "a/use.py", "Net") == ["a/model.py:Net"]
        assert meaning(tmp_path, "b/use.py", "Net") == ["b/model.py:Net"]

    def test_package_before_file_of_the_same_name(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {"net/__init__.py": "class Net: ...\n", "net.py": "class Net: ...\n", "use.py": "from net import Net\n"},
        )
        assert meaning(tmp_path, "use.py", "Net") == ["net/__init__.py:Net"]

    def test_nothing_is_found_above_the_root(self, tmp_path: Path) -> None:
        write(tmp_path, {"outside.py": "class Net: ...\n", "root/use.py": "from outside import Net\n"})
        project = Project(tmp_path / "root")
        assert meaning(tmp_path, "root/use.py", "Net", project) == ["outside.Net"]

    def test_folder_named_like_a_library(self, tmp_path: Path) -> None:
        """A checkout may hold `torch/` with patches, or `transformers/` with notes: the library is meant."""
        write(
            tmp_path,
            {"torch/notes.py": "class Module: ...\n", "use.py": "from torch import nn\nimport torch.nn as n\n"},
        )
        assert meaning(tmp_path, "use.py", "nn.Module") == ["torch.nn.Module"]
        assert meaning(tmp_path, "use.py", "n.Module") == ["torch.nn.Module"]

    def test_library_that_is_the_project_itself(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {
                "timm/__init__.py": "",
                "timm/layers.py": "class DropPath: ...\n",
                "timm/net.py": "from timm.layers import DropPath\n",
            },
        )
        assert meaning(tmp_path, "timm/net.py", "DropPath") == ["timm/layers.py:DropPath"]

    def test_name_in_sys_path_of_a_missing_file(self, tmp_path: Path) -> None:
        project = Project(tmp_path)
        assert project.resolve(project.source(tmp_path / "gone.py"), "torch") == ()

    def test_relative_root(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(tmp_path, {"pkg/__init__.py": "", "pkg/a.py": "class A: ...\n", "use.py": "from pkg.a import A\n"})
        monkeypatch.chdir(tmp_path)
        project = Project(Path())
        (ref,) = project.resolve(project.source(Path("use.py")), "A")
        assert shown(ref, tmp_path) == "pkg/a.py:A"


class TestSource:
    def test_one_object_a_file(self, tmp_path: Path) -> None:
        project = Project(tmp_path)
        assert project.source(tmp_path / "a.py") is project.source(tmp_path / "." / "a.py")

    @pytest.mark.parametrize(
        ("file", "dotted"),
        [("pkg/sub/a.py", "pkg.sub.a"), ("pkg/sub/__init__.py", "pkg.sub"), ("loose/a.py", "a"), ("a.py", "a")],
    )
    def test_dotted_name(self, tmp_path: Path, file: str, dotted: str) -> None:
        write(tmp_path, {"pkg/__init__.py": "", "pkg/sub/__init__.py": ""})
        assert Project(tmp_path).source(tmp_path / file).dotted == dotted

    def test_text_that_was_given_is_not_read(self, tmp_path: Path) -> None:
        write(tmp_path, {"a.py": "class Old: ...\n", "b.py": "from a import New\n"})
        project = Project(tmp_path)
        project.source(tmp_path / "a.py", "class New: ...\n")
        assert meaning(tmp_path, "b.py", "New", project) == ["a.py:New"]

    def test_unreadable_file_has_no_names(self, tmp_path: Path) -> None:
        (tmp_path / "a.py").write_bytes(b"# coding: utf-8\nclass A: ...\n\xff\n")
        write(tmp_path, {"b.py": "from a import A\n"})
        assert meaning(tmp_path, "b.py", "A") == []

    def test_declared_encoding(self, tmp_path: Path) -> None:
        (tmp_path / "a.py").write_bytes("# coding: latin-1\nclass Größe: ...\n".encode("latin-1"))
        write(tmp_path, {"b.py": "from a import Größe\n"})
        assert meaning(tmp_path, "b.py", "Größe") == ["a.py:Größe"]
