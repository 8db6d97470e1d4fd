"""Annotations taken apart."""

from __future__ import annotations

import libcst as cst
import pytest

from torchmodlint.analysis.annotations import alternatives, elements


def written(nodes: object) -> list[str]:
    return [cst.Module([]).code_for_node(node) for node in nodes]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("A", ["A"]),
        ("a.B", ["a.B"]),
        ("None", []),
        ("Optional[A]", ["A"]),
        ("typing.Optional[a.B]", ["a.B"]),
        ("Union[A, B, None]", ["A", "B"]),
        ("A | None", ["A"]),
        ("A | B | C", ["A", "B", "C"]),
        ("'A'", ["A"]),
        ("'Optional[A]'", ["A"]),
        ("Optional['A | B']", ["A", "B"]),
        ("Annotated[A, 'why']", ["A"]),
        ("Final[A]", ["A"]),
        ("(A, B)", ["A", "B"]),
        ("Base[int]", ["Base"]),
        ("list[A]", ["list[A]"]),
        ("'not python ('", ["'not python ('"]),
        ("''", ["''"]),
    ],
)
def test_alternatives(text: str, members: list[str]) -> None:
    assert written(alternatives(cst.parse_expression(text))) == members


@pytest.mark.parametrize(
    ("text", "kind", "element"),
    [
        ("list[A]", "list", "A"),
        ("typing.List[A | B]", "list", "A | B"),
        ("Dict[str, A]", "dict", "A"),
        ("tuple[A, ...]", "tuple", "A"),
        ("tuple[A]", "tuple", "A"),
        ("Sequence[A]", "generator", "A"),
        ("set[list[A]]", "set", "list[A]"),
    ],
)
def test_elements(text: str, kind: str, element: str) -> None:
    found = elements(cst.parse_expression(text))
    assert found is not None
    assert (found[0], written([found[1]])) == (kind, [element])


@pytest.mark.parametrize("text", ["A", "list", "Base[A]", "tuple[A, B]", "dict[A]", "Callable[[A], B]"])
def test_no_elements(text: str) -> None:
    assert elements(cst.parse_expression(text)) is None
