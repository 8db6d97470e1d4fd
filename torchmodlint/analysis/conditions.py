"""On which conditions a node runs, once the function that holds it is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from torchmodlint.analysis.lineage import Lineage
from torchmodlint.analysis.shadows import loops
from torchmodlint.analysis.tree import children

# What further statements may stand in, functions and classes apart.
_HOLDING = frozenset(
    {cst.SimpleStatementLine, cst.IndentedBlock, cst.SimpleStatementSuite, cst.If, cst.Else, cst.For, cst.While}
    | {cst.Try, cst.TryStar, cst.ExceptHandler, cst.ExceptStarHandler, cst.Finally, cst.With, cst.Match, cst.MatchCase}
)


def conditions(lineage: Lineage, node: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """The tests that decide whether `node` runs, up to the function that holds it, lambdas passed through.

    They are the tests around it and those above it that may have left the function or the loop before.
    """
    inner = node
    for outer in lineage.above(node):
        if isinstance(outer, cst.FunctionDef):
            return
        if isinstance(outer, cst.If | cst.IfExp | cst.While) and inner is not outer.test:
            yield outer.test
        elif isinstance(outer, cst.BooleanOperation) and inner is outer.right:
            yield outer.left
        elif isinstance(outer, cst.BaseComp) and inner is not outer.for_in:
            for loop in loops(outer):
                yield from (one.test for one in loop.ifs)
        elif isinstance(outer, cst.MatchCase) and outer.guard is not None and inner is not outer.guard:
            yield outer.guard
        elif isinstance(outer, cst.Match) and inner is not outer.subject:
            yield outer.subject
        elif isinstance(outer, cst.IndentedBlock | cst.Module):
            yield from _exits(outer.body, inner)
        inner = outer


def _exits(body: Sequence[cst.CSTNode], until: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """The tests in the statements before `until` after which nothing more of the block may run."""
    for statement in body:
        if statement is until:
            return
        stack: list[tuple[cst.CSTNode, bool]] = [(statement, True)]  # with: does `continue` in it leave the block?
        while stack:
            node, straight = stack.pop()
            if type(node) is cst.Assert:
                yield node.test
            if type(node) is cst.If and (_leaves(node.body, straight) or _leaves(node.orelse, straight)):
                yield node.test
            if type(node) in _HOLDING:
                straight = straight and type(node) not in (cst.For, cst.While)
                stack.extend((child, straight) for child in children(node))


def _leaves(body: cst.BaseSuite | cst.If | cst.Else | None, straight: bool) -> bool:
    if isinstance(body, cst.Else):
        body = body.body
    if not isinstance(body, cst.BaseSuite) or not body.body:
        return False
    last: cst.CSTNode = body.body[-1]
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    return isinstance(last, cst.Return | cst.Raise) or (straight and isinstance(last, cst.Continue | cst.Break))
