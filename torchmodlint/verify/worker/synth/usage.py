"""How a function uses a parameter: called, iterated, asked for attributes; followed into what it is handed on to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

TENSOR_METHODS = frozenset(
    {"size", "dim", "view", "unsqueeze", "squeeze", "clone", "detach", "float", "numel", "to", "permute"}
)
TENSOR = TENSOR_METHODS | {"shape", "ndim", "dtype", "device"}
MODULE = frozenset(
    {
        "parameters",
        "modules",
        "children",
        "named_parameters",
        "named_modules",
        "named_children",
        "state_dict",
        "weight",
        "bias",
        "in_features",
        "out_features",
        "in_channels",
        "out_channels",
        "eval",
        "train",
        "apply",
        "forward",
        "requires_grad_",
        "register_forward_hook",
        "embedding_dim",
    }
)
MAPPING = frozenset({"items", "keys", "values", "get", "pop", "update", "setdefault"})
TEXT = frozenset({"lower", "upper", "startswith", "endswith", "split", "strip", "replace", "format", "capitalize"})
SEQUENCE = frozenset({"append", "extend", "insert", "index", "reverse", "sort", "count"})


@dataclass
class Usage:
    """What is known of one value. `attributes` and `keys` are used in turn; `choices` are constants it is compared
    with, or keys of what it is looked up in."""

    called: int = 0  # 1 and the number of arguments
    built: bool = False  # called in the constructor already: a class, most likely
    iterated: bool = False
    unpacked: int = 0
    longest_index: int | None = None
    indexed: bool = False
    mapping: bool = False
    numeric: bool = False
    truthy: bool = False
    text: bool = False
    tensor: bool = False
    module: bool = False
    names_torch: str = ""  # "nn" where getattr(nn, value) is asked
    classes: list[type] = field(default_factory=list)
    choices: list[Any] = field(default_factory=list)
    attributes: dict[str, Usage] = field(default_factory=dict)
    optional: dict[str, Usage] = field(default_factory=dict)
    keys: dict[str, Usage] = field(default_factory=dict)
    item: Usage | None = None
    returned: Usage | None = None  # what calling it gives
    dims: int = 0  # dimensions of a tensor, where the code counts them
    layers: list[str] = field(default_factory=list)  # "self.fc": what the value itself is handed to

    def attribute(self, name: str) -> Usage:
        """The usage of an attribute of the value."""
        return self.attributes.setdefault(name, self.optional.get(name) or Usage())

    def key(self, name: str) -> Usage:
        """The usage of the value under a key."""
        return self.keys.setdefault(name, Usage())

    def element(self) -> Usage:
        """The usage of what is in it."""
        if self.item is None:
            self.item = Usage()
        return self.item

    def result(self) -> Usage:
        """The usage of what calling it gives."""
        if self.returned is None:
            self.returned = Usage()
        return self.returned

    def choose(self, *constants: Any) -> None:
        """It is compared with these."""
        for constant in constants:
            if not any(type(constant) is type(each) and constant == each for each in self.choices):
                self.choices.append(constant)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.attributes)

    @property
    def is_sequence(self) -> bool:
        """A list or a tuple: it is iterated, indexed by numbers, or unpacked."""
        return (self.iterated or self.indexed or self.unpacked > 0 or bool(self.names & SEQUENCE)) and not (
            self.is_mapping or self.is_module
        )

    @property
    def is_mapping(self) -> bool:
        return self.mapping or bool(self.keys) or bool(self.names & MAPPING - {"get", "pop"}) or "get" in self.names

    @property
    def is_text(self) -> bool:
        return self.text or bool(self.names & TEXT)

    @property
    def is_module(self) -> bool:
        return self.module or bool(self.names & MODULE)

    @property
    def is_tensor(self) -> bool:
        asked = {"shape", "ndim"} & self.names or any(
            self.attributes[each].called for each in TENSOR_METHODS & self.names
        )
        return self.tensor or (bool(asked) and self.names <= TENSOR)

    @property
    def is_record(self) -> bool:
        """An object of its own kind: a configuration, mostly."""
        return bool(self.names) and not (self.is_tensor or self.is_module or self.is_text or self.is_mapping)
