"""The sets of torch's names: they do not contradict each other, and well-known names are where they belong."""

from __future__ import annotations

import pytest

from torchmodlint.analysis import torch_names as names


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("torch.zeros", names.TENSOR_FACTORIES),
        ("torch.LongTensor", names.TENSOR_FACTORIES),
        ("torch.cuda.FloatTensor", names.TENSOR_FACTORIES),
        ("torch.zeros_like", names.LIKE_FACTORIES),
        ("torch.cat", names.TENSOR_FUNCTIONS),
        ("torch.einsum", names.TENSOR_FUNCTIONS),
        ("torch.nn.functional.relu", names.TENSOR_FUNCTIONS),
        ("torch.linalg.norm", names.TENSOR_FUNCTIONS),
        ("torch.meshgrid", names.TUPLE_FUNCTIONS),
        ("torch.linalg.svd", names.TUPLE_FUNCTIONS),
        ("view", names.TENSOR_METHODS),
        ("new_zeros", names.NEW_METHODS),
        ("add_", names.SELF_METHODS),
        ("chunk", names.TUPLE_METHODS),
        ("item", names.NON_TENSOR_METHODS),
        ("size", names.NON_TENSOR_METHODS),
        ("requires_grad_", names.MODULE_SELF_METHODS),
        ("state_dict", names.MODULE_API),
        ("_parameters", names.MODULE_TABLES),
        ("torch.optim.AdamW", names.OPTIMIZERS),
        ("dataclasses.dataclass", names.DATACLASS_DECORATORS),
    ],
)
def test_well_known_name(name: str, where: frozenset[str]) -> None:
    assert name in where


@pytest.mark.parametrize("name", ["torch.max", "torch.unique", "torch.nonzero", "torch.median", "torch.save"])
def test_name_that_gives_now_this_now_that_is_nowhere(name: str) -> None:
    everything = names.TENSOR_FACTORIES | names.LIKE_FACTORIES | names.TENSOR_FUNCTIONS | names.TUPLE_FUNCTIONS
    assert name not in everything
    methods = names.TENSOR_METHODS | names.TUPLE_METHODS | names.NON_TENSOR_METHODS
    assert name.removeprefix("torch.") not in methods


def test_sets_of_functions_are_disjoint() -> None:
    sets = [names.TENSOR_FACTORIES, names.LIKE_FACTORIES, names.TENSOR_FUNCTIONS, names.TUPLE_FUNCTIONS]
    assert len(frozenset().union(*sets)) == sum(map(len, sets))


def test_sets_of_methods_are_disjoint() -> None:
    sets = [names.TENSOR_METHODS, names.TUPLE_METHODS, names.SELF_METHODS, names.NON_TENSOR_METHODS]
    assert len(frozenset().union(*sets)) == sum(map(len, sets))
    assert names.NEW_METHODS <= names.TENSOR_METHODS


def test_methods_in_place_end_in_an_underscore() -> None:
    assert all(name.endswith("_") for name in names.SELF_METHODS)
    assert "requires_grad_" not in names.SELF_METHODS


def test_methods_that_return_the_module_are_its_api() -> None:
    assert names.MODULE_SELF_METHODS <= names.MODULE_API
