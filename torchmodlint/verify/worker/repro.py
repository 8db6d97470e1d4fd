"""A short script that shows a confirmed finding by hand, for people who would rather see than believe."""

from __future__ import annotations

import ast
import builtins

import torch

from torchmodlint.verify.wire import Question
from torchmodlint.verify.worker.case import Case
from torchmodlint.verify.worker.inputs.search import Inputs
from torchmodlint.verify.worker.observe import cuda_shim

# What to look at once `module` is built, by code; {name} is the attribute, {call} the arguments of forward. Rules
# without an entry are shown by the construction itself, which raises.
LOOKS: dict[str, tuple[str, ...]] = {
    "TML103": ("print([name for name, _ in module.named_modules()], vars(module).keys())",),
    "TML104": ("print([name for name, _ in module.named_modules()], vars(module).keys())",),
    "TML110": ("print('{name}' in dict(module.named_parameters()), module.{name}.requires_grad)",),
    "TML111": ("print('{name}' in module.state_dict(), module.to('meta').{name}.device)",),
    "TML112": ("print(type(module.{name}), '{name}' in dict(module.named_parameters()))",),
    "TML113": ("print(module.{name})", "print(module)  # without them"),
    "TML114": ("print(module.{name})", "print([name for name, _ in module.named_parameters()])  # without them"),
    "TML116": ("print(len(list(module.modules())), len(list(module.named_modules(remove_duplicate=False))))",),
    "TML121": ("print('{name}' in dict(module.named_children()), module.{name} is type(module).{name})",),
    "TML308": ("print([name for name, each in module.named_parameters() if each.requires_grad])",),
    "TML309": ("print(module.eval())", "print([name for name, each in module.named_modules() if each.training])"),
    "TML311": ("module.train()", "print([name for name, each in module.named_modules() if each.training])"),
    "TML312": ("print([(name, each.training) for name, each in module.named_modules()])",),
}
WITHOUT_CUDA = "torch.Tensor.cuda = lambda self, *_, **__: self.clone()  # only where there is no CUDA device"
CALLS: dict[str, tuple[str, ...]] = {
    "TML201": (
        "for name, each in module.named_modules():",
        "    each.register_forward_pre_hook(lambda *_, name=name: print('hook of', name or 'the module'))",
        "module({call})  # the hook of what is called by forward() stays silent",
    ),
    "TML202": (
        "module.register_forward_pre_hook(lambda *_: print('hook'))",
        "module({call})  # the hook stays silent",
    ),
    "TML305": ("module.eval()", "print(module({call}))", "print(module({call}))  # another result for the same input"),
}


def script(case: Case, question: Question) -> str | None:
    """The script, or None where the object is not one that a plain import and a call would give."""
    attempt = case.__dict__.get("attempt")
    if attempt is None or attempt.plan is None or case.loaded.strategy != "real":
        return None
    if "device" in cuda_shim.ways and not torch.cuda.is_available():
        return None  # it names a device that there is not
    call = attempt.plan.call
    names = sorted(_names(call) & case.loaded.namespace.keys())
    lines = ["import torch"]
    if names and case.loaded.importer is not None:
        lines = ["import sys", "", *lines, "", f"sys.path.insert(0, {case.loaded.importer.territory.roots[0]!r})"]
    if names:
        lines.append(f"from {case.loaded.job.module} import {', '.join(names)}")
    lines.append("")
    if "cuda" in cuda_shim.ways:
        lines.append(WITHOUT_CUDA)
    lines.append(f"module = {call}")
    looks = LOOKS.get(question.code, ())
    inputs = case.__dict__.get("found_inputs")
    if question.code in CALLS and isinstance(inputs, Inputs):
        looks = CALLS[question.code]
    elif question.code in CALLS:
        return None
    text = inputs.text if isinstance(inputs, Inputs) else ""
    lines += [line.replace("{name}", question.attribute or "").replace("{call}", text) for line in looks]
    return "\n".join(lines) + "\n"


def _names(expression: str) -> set[str]:
    """The global names that an expression reads, torch and the builtins left out."""
    read = {node.id for node in ast.walk(ast.parse(expression, mode="eval")) if isinstance(node, ast.Name)}
    return {name for name in read if name != "torch" and not hasattr(builtins, name)}
