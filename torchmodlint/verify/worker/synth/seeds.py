"""The drafts that the search begins with: calls in the project, examples in documentation, defaults, guesses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from torchmodlint.verify.worker.synth.blueprint import Blueprint
from torchmodlint.verify.worker.synth.callsites import Site, sites
from torchmodlint.verify.worker.synth.docstrings import examples
from torchmodlint.verify.worker.synth.draft import Draft
from torchmodlint.verify.worker.synth.guess import Guesser
from torchmodlint.verify.worker.synth.plan import Origin
from torchmodlint.verify.worker.synth.vocabulary import SIZE, is_like

LOADS = ("pretrained*", "*_pretrained", "*weights*", "checkpoint*", "*_checkpoint", "ckpt*", "load_*", "download*")
MOST = 4  # of each kind


def seeds(blueprint: Blueprint, guesser: Guesser) -> Iterator[Draft]:
    """The drafts, the most believable first. Calls come before guesses, but a call of which something is lost after."""
    off = offline(blueprint)
    known = list(_sites(blueprint, off))
    yield from (draft for draft, whole in known if whole)
    required = blueprint.required
    if not required:
        yield Draft(off, origin="default")
    values = {name: guesser.first(name) for name in required}
    rest = _rest(blueprint, guesser)
    if required or rest:
        yield Draft({**off, **values}, rest)
    if rest:
        yield Draft({**off, **values})
    for draft, whole in known:
        if not whole:
            # What the call does say is kept, and the rest is guessed: no call like this was seen.
            yield replace(draft, values={**values, **draft.values}, origin="guess", witness=None)
    simple = dict.fromkeys(required, SIZE)
    if required and simple != values:
        yield Draft({**off, **simple})


def _sites(blueprint: Blueprint, off: dict[str, str]) -> Iterator[tuple[Draft, bool]]:
    """Calls in the project and in documentation, with whether all their arguments could be had."""
    loaded, cls = blueprint.loaded, blueprint.cls
    name = blueprint.call.rpartition(".")[2]
    folder = loaded.importer.territory.folder if loaded.importer is not None else ""
    calls = sites(name, folder, loaded.job.path, loaded.job.text, blueprint.scope) if folder else []
    try:
        line = loaded.definition(blueprint.call).lineno
    except Exception:  # a class of another file
        line = 1
    document = loaded.namespace.get("__doc__")
    documented = examples(cls, name, document, loaded.job.display, line, blueprint.scope)
    for origin, found in (("call site", calls), ("docstring", documented)):
        for site in found[:MOST]:
            draft = _bound(blueprint, site, origin)  # type: ignore[arg-type]
            if draft is not None:
                values = {**off, **_unloaded(draft.values)}
                if values != draft.values:  # the same call, but for what would load weights
                    draft = draft.mended("no weights are loaded", values)
                yield draft, not site.lost


def _bound(blueprint: Blueprint, site: Site, origin: Origin) -> Draft | None:
    """A call's arguments by the names of the parameters; None when the call does not fit."""
    if not site.arguments and not site.keywords:
        return None
    values: dict[str, str] = {}
    rest: list[str] = []
    places = [
        one for one in blueprint.parameters.values() if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)
    ]
    variable = any(one.kind is one.VAR_POSITIONAL for one in blueprint.parameters.values())
    for index, argument in enumerate(site.arguments):
        if index < len(places):
            values[places[index].name] = argument
        elif variable:
            rest.append(argument)
        else:
            return None
    for name, value in site.keywords.items():
        if name not in blueprint.parameters and not blueprint.takes_any:
            return None
        values[name] = value
    return Draft(values, tuple(rest), origin, site.witness)


def offline(blueprint: Blueprint) -> dict[str, str]:
    """Overrides of the defaults that would load weights."""
    found = {}
    for name, one in blueprint.parameters.items():
        if one.default is one.empty or not is_like(name, LOADS):
            continue
        if one.default is True:
            found[name] = "False"
        elif isinstance(one.default, str) or "Weights" in type(one.default).__name__:
            found[name] = "None"
    return found


def _unloaded(values: Mapping[str, str]) -> dict[str, str]:
    """The values of a call, none of which loads weights."""
    changed = dict(values)
    for name, value in values.items():
        if is_like(name, LOADS) and (value == "True" or value.startswith(("'", '"')) or "Weights" in value):
            changed[name] = "False" if value == "True" else "None"
    return changed


def _rest(blueprint: Blueprint, guesser: Guesser) -> tuple[str, ...]:
    """Three values for *args, where the constructor uses them itself."""
    for name, one in blueprint.parameters.items():
        if one.kind is one.VAR_POSITIONAL and not blueprint.takes_any:
            usage = blueprint.usages.get(name)
            if usage is not None and (usage.iterated or usage.indexed):
                element = guesser.element(name.removesuffix("s"), usage.element())
                return (element,) * 3
    return ()
