"""Configuration: where it is found, what wins, and how faults are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from torchmodlint.config import DEFAULTS, ConfigError, common_directory, explained, find, load
from torchmodlint.core.selector import RuleId
from torchmodlint.core.settings import PerFileIgnore, Settings

RULES = [
    RuleId("TML101", "missing-super-init", True),
    RuleId("TML113", "modules-in-plain-container", True),
    RuleId("TML122", "tied-by-copy", False),
]


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def loaded(cwd: Path, *paths: str, **more: object) -> Settings:
    return load([Path(path) for path in paths], RULES, cwd, **more)  # type: ignore[arg-type]


def faults(cwd: Path, **more: object) -> list[tuple[str | None, str]]:
    with pytest.raises(ConfigError) as caught:
        loaded(cwd, **more)
    return [(problem.path, problem.message) for problem in caught.value.problems]


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    settings = loaded(tmp_path)
    assert settings.codes == {"TML101", "TML113"}
    assert settings.config_file is None
    assert (settings.root, settings.base) == (tmp_path, tmp_path)
    assert (settings.output_format, settings.show_source, settings.force_exclude) == ("text", True, False)
    assert set(settings.origins.values()) == {"default"}


def test_every_key(tmp_path: Path) -> None:
    write(
        tmp_path / "pyproject.toml",
        """
        [tool.torchmodlint]
        select = ["TML1"]
        extend-select = ["tied-by-copy"]
        ignore = ["missing-super-init"]
        exclude = ["gen/"]
        force-exclude = true
        output-format = "concise"
        show-source = false
        python = ".venv"
        verify-timeout = 30
        verify-memory = 2.5
        cache-dir = "../kept"
        [tool.torchmodlint.per-file-ignores]
        "tests/*" = ["TML11", "tied-by-copy"]
        [tool.torchmodlint.examples]
        "pkg.net.Net" = "Net(dim=64), x=(2, 3, 32, 32)"
        """,
    )
    settings = loaded(tmp_path)
    assert settings.codes == {"TML113", "TML122"}
    assert settings.exclude == ("gen/",)
    assert settings.force_exclude
    assert settings.output_format == "concise"
    assert not settings.show_source
    assert settings.per_file_ignores == (PerFileIgnore("tests/*", frozenset({"TML113", "TML122"})),)
    assert (settings.python, settings.verify_timeout, settings.verify_memory) == (".venv", 30.0, 2.5)
    assert settings.cache_dir == tmp_path.parent / "kept"
    assert settings.examples == {"pkg.net.Net": "Net(dim=64), x=(2, 3, 32, 32)"}
    assert set(settings.origins.values()) == {"pyproject.toml"}


def test_interpreter_is_relative_to_the_file_when_it_is_there(tmp_path: Path) -> None:
    write(tmp_path / "torchmodlint.toml", 'python = "env"\n')
    write(tmp_path / "src" / "net.py", "")
    assert loaded(tmp_path / "src").python == "env", "a command"
    (tmp_path / "env").mkdir()
    assert loaded(tmp_path / "src").python == str(tmp_path / "env")
    assert loaded(tmp_path / "src", command_line={"python": "env"}).python == "env"


def test_nearest_file_wins_and_is_the_only_one(tmp_path: Path) -> None:
    outer = write(tmp_path / "pyproject.toml", '[tool.torchmodlint]\nignore = ["TML101"]\n')
    inner = write(tmp_path / "a" / "torchmodlint.toml", 'ignore = ["TML113"]\n')
    write(tmp_path / "a" / "b" / "pyproject.toml", "[tool.other]\n")
    write(tmp_path / "a" / "b" / "net.py", "")
    assert find(tmp_path / "a" / "b") == inner
    assert loaded(tmp_path, "a/b/net.py").codes == {"TML101"}
    assert loaded(tmp_path, "a/b/net.py").root == tmp_path / "a"
    assert loaded(tmp_path, "a/b/net.py", "x.py").config_file == outer
    assert loaded(tmp_path).config_file == outer


def test_own_file_wins_over_pyproject_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", '[tool.torchmodlint]\nignore = ["TML101"]\n')
    own = write(tmp_path / "torchmodlint.toml", "")
    assert loaded(tmp_path).config_file == own


def test_files_elsewhere_without_a_configuration_get_the_one_here(tmp_path: Path) -> None:
    here = write(tmp_path / "here" / "torchmodlint.toml", "")
    write(tmp_path / "there" / "net.py", "")
    settings = loaded(tmp_path / "here", "../there/net.py")
    assert settings.config_file == here
    assert settings.root == tmp_path / "there"


def test_given_file_and_isolation(tmp_path: Path) -> None:
    write(tmp_path / "torchmodlint.toml", 'ignore = ["TML101"]\n')
    other = write(tmp_path / "ci" / "strict.toml", 'select = ["ALL"]\n')
    settings = loaded(tmp_path, file=other)
    assert settings.codes == {"TML101", "TML113", "TML122"}
    assert settings.base == tmp_path, "patterns of a file from elsewhere are relative to where we are"
    assert loaded(tmp_path, isolated=True).codes == {"TML101", "TML113"}
    assert faults(tmp_path, file=Path("none.toml")) == [("none.toml", "no such configuration file")]


def test_command_line_wins(tmp_path: Path) -> None:
    write(tmp_path / "torchmodlint.toml", 'ignore = ["TML101"]\nexclude = ["a/"]\noutput-format = "json"\n')
    settings = loaded(tmp_path, command_line={"extend-select": ["TML122"], "exclude": ["b/"]})
    assert settings.codes == {"TML113", "TML122"}, "the file's selection stays below"
    assert settings.exclude == ("b/",)
    assert settings.origins["exclude"] == "command line"
    assert settings.origins["output-format"] == "torchmodlint.toml"
    assert settings.origins["show-source"] == "default"
    assert loaded(tmp_path, command_line={"select": ["TML101"]}).codes == {"TML101"}


def test_root_is_the_repository_without_a_configuration(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path / "pkg" / "net.py", "")
    assert loaded(tmp_path / "pkg", "net.py").root == tmp_path


def test_faults_are_named_all_at_once_with_the_nearest_spelling(tmp_path: Path) -> None:
    write(
        tmp_path / "torchmodlint.toml",
        """
        extend_select = ["TML101"]
        ignore = "TML101"
        select = ["TML1", "tied-by-copies", 3]
        exclude = [1]
        force-exclude = "yes"
        output-format = "jsn"
        per-file-ignores = { "tests/*" = "TML101" }
        verify-timout = 3
        verify-timeout = 0
        verify-memory = true
        cache-dir = ""
        python = 3
        examples = { "pkg.Net" = "64" }
        """,
    )
    wanted = '"per-file-ignores" must be a table of patterns and lists of rules, such as "tests/*" = ["TML111"], not '
    wanted += "{'tests/*': 'TML101'}"
    assert faults(tmp_path) == [
        ("torchmodlint.toml", 'unknown key "extend_select"; did you mean "extend-select"?'),
        ("torchmodlint.toml", '"ignore" must be a list of texts, such as ["..."], not \'TML101\''),
        (
            "torchmodlint.toml",
            "\"select\" must be a list of texts, such as [\"...\"], not ['TML1', 'tied-by-copies', 3]",
        ),
        ("torchmodlint.toml", '"exclude" must be a list of texts, such as ["..."], not [1]'),
        ("torchmodlint.toml", "\"force-exclude\" must be true or false, not 'yes'"),
        (
            "torchmodlint.toml",
            '"output-format" must be one of text, concise, json, github, not \'jsn\'; did you mean "json"?',
        ),
        ("torchmodlint.toml", wanted),
        ("torchmodlint.toml", 'unknown key "verify-timout"; did you mean "verify-timeout"?'),
        ("torchmodlint.toml", '"verify-timeout" must be a number above 0, not 0'),
        ("torchmodlint.toml", '"verify-memory" must be a number above 0, not True'),
        ("torchmodlint.toml", "\"cache-dir\" must be the path of a directory, not ''"),
        ("torchmodlint.toml", '"python" must be the path of an interpreter or of a virtual environment, not 3'),
        (
            "torchmodlint.toml",
            (
                '"examples" must be a table of classes and the ways to build them, such as '
                "\"pkg.net.Net\" = \"Net(dim=64), x=(2, 3, 32, 32)\", not {'pkg.Net': '64'}"
            ),
        ),
    ]


@pytest.mark.parametrize("text", ["", "64", "Net", "Net(", "Net() +", "x=Net()", ")(", "*Net()"])
def test_example_that_builds_nothing(tmp_path: Path, text: str) -> None:
    write(tmp_path / "torchmodlint.toml", f'examples = {{ "net.Net" = "{text}" }}')
    [(_, message)] = faults(tmp_path)
    assert message.startswith('"examples" must be a table of classes')


@pytest.mark.parametrize(
    "text",
    ['select = ["tied-by-copies"]', 'ignore = ["tied-by-copies"]', 'per-file-ignores = { "a" = ["tied-by-copies"] }'],
)
def test_unknown_rules_are_named(tmp_path: Path, text: str) -> None:
    write(tmp_path / "torchmodlint.toml", text)
    key = text.split(" ")[0]
    unknown = f'"{key}": unknown rule selector "tied-by-copies"; did you mean "tied-by-copy"?'
    assert faults(tmp_path) == [("torchmodlint.toml", unknown)]


def test_unknown_rule_on_the_command_line(tmp_path: Path) -> None:
    [(path, message)] = faults(tmp_path, command_line={"ignore": ["TML1134"]})
    assert path is None
    assert message == '--ignore: unknown rule selector "TML1134"; did you mean "TML113"?'


@pytest.mark.parametrize("name", ["torchmodlint.toml", "pyproject.toml"])
def test_broken_toml_is_a_fault(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, "[tool.torchmodlint]\nselect = 3 4\n")
    [(path, message)] = faults(tmp_path)
    assert path == name
    assert message.startswith("is not valid TOML: ")
    assert "at line 2" in message


def test_broken_pyproject_that_does_not_speak_of_us_is_none_of_our_business(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool.other\n")
    assert loaded(tmp_path).config_file is None


def test_table_that_is_none(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool]\ntorchmodlint = 3\n")
    assert faults(tmp_path) == [("pyproject.toml", "[tool.torchmodlint] must be a table")]


def test_byte_order_mark_in_a_configuration(tmp_path: Path) -> None:
    (tmp_path / "torchmodlint.toml").write_bytes(b'\xef\xbb\xbfignore = ["TML101"]\r\n')
    assert loaded(tmp_path).codes == {"TML113"}


def test_common_directory(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b" / "c.py", "")
    assert common_directory([], tmp_path) == tmp_path
    assert common_directory([Path("a")], tmp_path) == tmp_path / "a"
    assert common_directory([Path("a/b/c.py"), Path("a/d.py")], tmp_path) == tmp_path / "a"


def test_explained_is_toml_that_gives_the_same_again(tmp_path: Path) -> None:
    write(tmp_path / "torchmodlint.toml", 'ignore = ["TML101"]\nper-file-ignores = { "a\\"b" = ["TML113"] }\n')
    text = explained(loaded(tmp_path, command_line={"show-source": False}))
    assert 'ignore = ["TML101"]  # torchmodlint.toml\n' in text
    assert "show-source = false  # command line\n" in text
    assert "# select: the rules that are on by default\n" in text
    assert text.endswith("# rules in force: TML113\n")
    again = write(tmp_path / "again" / "torchmodlint.toml", text)
    assert (
        explained(loaded(tmp_path, file=again)).count("again/torchmodlint.toml") == len(DEFAULTS) - 2
    )  # without the three that are unset, and once above
