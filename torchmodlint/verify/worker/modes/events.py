"""What a run takes down: calls of modules, assignments to attributes, backward passes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from torch import nn

if TYPE_CHECKING:
    from torchmodlint.verify.wire import Question

REHEARSED = "in a run of the code around it with a recording module"


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands. Lines and columns are 1-based, as those of findings."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def flagged(self, file: str, question: Question) -> bool:
        """Is this the expression that the question is about?"""
        mine = (self.file, self.line, self.column, self.end_line, self.end_column)
        return mine == (file, question.line, question.column, question.end_line, question.end_column)


@dataclass(eq=False)
class Called:
    """One call of a module, and the state in which it found the module and torch.

    `places` are the calls under way, the module's own last. `known` says that the mode was set, or the module built,
    in sight; `doubt` why it is not, or why it may not be so after all. `flags` are the training flags of the module
    and of all it holds. `walked` turns true when gradients are sent back through its result, `stepped` when
    `backward()` does so, which leaves them in the parameters; `escaped` says where the
    result went, with its graph, out of sight.
    """

    places: tuple[Place, ...]
    module: nn.Module
    family: frozenset[int]
    training: bool
    flags: frozenset[bool]
    known: bool
    doubt: str | None
    grad: bool
    inference: bool
    records: bool
    loaded: Place | None
    mode_set: Place | None
    at: int
    plain: bool = True  # a call of the module itself, and not of one of its methods
    inner: bool = False  # made by the `forward` of another module
    walked: bool = False
    stepped: bool = False
    escaped: str | None = None

    def under(self, file: str, question: Question) -> bool:
        """Did it happen in the call that the question is about, or is it that call?"""
        return any(place.flagged(file, question) for place in self.places)

    def on_line(self, file: str, line: int) -> bool:
        """Did it happen in a call that begins on the line?"""
        return any(place.file == file and place.line == line for place in self.places)

    def kin(self, other: Called) -> bool:
        """Are both the same module, or is one a part or a wrapper of the other?"""
        return not self.family.isdisjoint(other.family)


@dataclass(eq=False)
class Switched:
    """A module was put in a mode, by a call of `train` or `eval`."""

    places: tuple[Place, ...]
    family: frozenset[int]
    training: bool
    at: int

    def under(self, file: str, question: Question) -> bool:
        """Is it the call that the question is about, or did it happen in that?"""
        return any(place.flagged(file, question) for place in self.places)


@dataclass(eq=False)
class Assigned:
    """An attribute was assigned to a module or to a parameter; what was so before and afterwards."""

    file: str
    line: int
    name: str
    target: Any  # the Recorder or the nn.Parameter itself
    before: dict[str, object]
    after: dict[str, object]
    plain: bool = True  # no property of a class in sight


@dataclass(eq=False)
class Walked:
    """A backward pass was asked for. `error` is what torch said to that."""

    places: tuple[Place, ...]
    sources: frozenset[Called]
    grad: bool
    error: str | None
    doubt: str | None
    at: int
    mixed: bool  # something that may have had a graph of its own went into it

    def under(self, file: str, question: Question) -> bool:
        """Is it the call that the question is about, or did it happen in that?"""
        return any(place.flagged(file, question) for place in self.places)


@dataclass(eq=False)
class Mentioned:
    """A statement that only names a method of a module: `model.eval`."""

    place: Place
    name: str
    receiver: Any
    before: bool | None
    after: bool | None


@dataclass(eq=False)
class Returned:
    """What a method of an object gave that was called from outside."""

    method: str
    itself: bool
    nothing: bool


@dataclass
class Tape:
    """Everything that one run took down, in order within each kind. `setting` says in words what run it was.

    `inputs` are the lines on which something that is no parameter is made to require gradients.
    """

    setting: str = REHEARSED
    calls: list[Called] = field(default_factory=list)
    switches: list[Switched] = field(default_factory=list)
    assignments: list[Assigned] = field(default_factory=list)
    backwards: list[Walked] = field(default_factory=list)
    mentions: list[Mentioned] = field(default_factory=list)
    results: list[Returned] = field(default_factory=list)
    inputs: list[int] = field(default_factory=list)
