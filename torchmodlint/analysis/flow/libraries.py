"""What library functions do to gradients and to the models they are given, by dotted name.

Facts: torch 2.13, torchvision 0.24, timm 1.0, transformers 5, Lightning 2.5, accelerate 1.x documentation.
"""

from __future__ import annotations

from torchmodlint.analysis.flow.things import OFF, ON


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Context managers and decorators that switch gradients, and what to.
GRADIENTS = {
    f"{package}{name}": kind
    for package in ("torch.", "torch.autograd.", "torch.autograd.grad_mode.")
    for name, kind in (("no_grad", OFF), ("inference_mode", OFF), ("enable_grad", ON), ("set_grad_enabled", ON))
}
SWITCHES = frozenset(name for name in GRADIENTS if name.endswith(("set_grad_enabled", "inference_mode")))
AT_ONCE = frozenset(name for name in GRADIENTS if name.endswith("set_grad_enabled"))  # acts when it is called
NEUTRAL_MANAGERS = frozenset({"contextlib.nullcontext", "contextlib.suppress"})

# They give back what they are given, or the same model in another coat.
WRAPPERS = frozenset(
    {
        "torch.nn.DataParallel",
        "torch.nn.DistributedDataParallel",
        "torch.nn.FullyShardedDataParallel",
        "torch.nn.parallel.DataParallel",
        "torch.nn.parallel.DistributedDataParallel",
        "torch.nn.parallel.distributed.DistributedDataParallel",
        "torch.nn.SyncBatchNorm.convert_sync_batchnorm",
        "torch.distributed.fsdp.FullyShardedDataParallel",
        "torch.distributed.fsdp.fully_shard",
        "torch.compile",
        "torch.jit.script",
        "torch.jit.trace",
        "torch.jit.freeze",
        "apex.parallel.DistributedDataParallel",
        "apex.parallel.convert_syncbn_model",
    }
)
COPIES = frozenset(
    {"copy.deepcopy", "copy.copy", "torch.optim.swa_utils.AveragedModel", "ema_pytorch.EMA"}
    | {f"timm.utils.{path}ModelEma{v}" for path in ("", "model_ema.") for v in ("", "V2", "V3")}
)
# Methods of engines that take models, optimizers and loaders, and give the same back, ready for the machine or not.
PREPARE = frozenset({"prepare", "prepare_model", "setup", "setup_module", "unwrap_model"})
PREPARERS = frozenset({"apex.amp.initialize", "deepspeed.initialize", "accelerate.Accelerator.prepare"})

ITERATORS = frozenset(
    {"list", "tuple", "set", "sorted", "reversed", "iter", "filter", "frozenset", "tqdm.tqdm", "tqdm.auto.tqdm"}
    | {"tqdm.notebook.tqdm", "tqdm.trange", "rich.progress.track", "itertools.chain", "itertools.islice"}
    | {"itertools.cycle", "tqdm.std.tqdm", "tqdm.tqdm_notebook", "tqdm.autonotebook.tqdm", "alive_progress.alive_it"}
)
NUMBERS = frozenset({"float", "int", "len", "bool", "str", "print", "range", "isinstance", "hasattr", "type", "id"})
# Made of constants and random numbers: what goes through a model in a shape probe, a warm-up, a count of operations.
DUMMIES = frozenset(
    f"torch.{name}" for name in ("rand", "randn", "randint", "zeros", "ones", "empty", "full", "eye")
) | frozenset(f"numpy.{name}" for name in ("zeros", "ones", "random.rand", "random.randn"))
LIKES = frozenset(
    {
        "torch.rand_like",
        "torch.randn_like",
        "torch.zeros_like",
        "torch.ones_like",
        "torch.empty_like",
        "torch.full_like",
    }
)
# They run a model in a mode of their own choice, and give it and all its parts the mode of the whole again.
SUMMARIES = frozenset({"torchinfo.summary", "torchinfo.torchinfo.summary", "thop.profile", "thop.profile.profile"})
GRADIENT_REQUESTS = frozenset({"torch.autograd.backward", "torch.autograd.grad"})

TRANSFORMS = ("torch.func.", "torch.autograd.", "functorch.")  # they differentiate the functions they are given
# Libraries whose functions leave the modes of the models they are given alone.
HARMLESS = _names(
    """
    torch torchvision numpy np sklearn scipy math pandas matplotlib PIL cv2 wandb accelerate einops logging tensorboard
    tensorboardX pickle json safetensors mlflow tqdm
    """
)
RISKY = (
    "torch.ao.",
    "torch.quantization.",
    "torch.onnx.",
    "torch.utils.bottleneck",
    "torch.hub.",
    "torch.optim.swa_utils",
)

# Constructors of library models that come in training mode, whole or with weights.
MODEL_ZOOS = ("torchvision.models.", "segmentation_models_pytorch.", "timm.models.")
DETECTORS = "torchvision.models.detection."  # called with targets, they give losses in training mode alone
ZOOS = ("torchvision", "segmentation_models_pytorch", "timm")
MODEL_MAKERS = frozenset({"timm.create_model", "timm.models.create_model"})
PRETRAINED = ("pretrained", "weights", "encoder_weights", "checkpoint_path")

# Methods of modules and tensors after which a thing is the same thing.
SELF_METHODS = _names(
    """
    to cuda cpu half float double bfloat16 type xpu ipu to_empty share_memory requires_grad_ compile
    """
)
# Methods of modules that change neither mode nor weights.
QUIET_METHODS = _names(
    """
    parameters named_parameters buffers named_buffers state_dict zero_grad extra_repr get_parameter get_buffer
    get_submodule register_buffer register_parameter register_module add_module register_forward_hook
    register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook register_backward_hook
    get_extra_state size dim numel shape append extend insert update add pop clear items keys values get index
    remove copy format join split strip replace startswith endswith lower upper write read close info warning error
    debug log add_scalar add_scalars add_image step zero set_epoch save exists mkdir glob set_postfix
    set_description
    """
)
PARTS = frozenset({"children", "modules", "named_children", "named_modules"})
PARAMETERS = frozenset({"parameters", "named_parameters"})
# Methods of tensors and functions of torch that give indices or truth values, which have no graph.
FLAT = _names("argmax argmin argsort nonzero eq ne gt ge lt le isnan isinf isfinite")
RANKING = _names("sort topk kthvalue")  # they give values, with their graph, and indices
ALONG = _names("max min median nanmedian")  # so do these along a dimension
# What a tensor's method gives without its graph, or as a plain number.
DETACHING = FLAT | {"detach", "detach_", "bool", "long", "int", "byte"}
NUMERIC = frozenset({"item", "tolist", "size", "dim", "numel", "nelement"})

# Methods that Lightning calls in eval mode and without gradients, or in training mode with them.
LIGHTNING = ("lightning.", "pytorch_lightning.", "lightning_fabric.")
HOOKS_IN_EVAL = frozenset(
    f"{prefix}{name}{suffix}"
    for name in ("validation", "test", "predict")
    for prefix, suffix in (("", "_step"), ("on_", "_batch_start"), ("on_", "_batch_end"), ("on_", "_epoch_end"))
) | frozenset({"validation_epoch_end", "test_epoch_end", "validation_step_end", "test_step_end"})

LOADING, TRAINING, SWITCHING = "load_state_dict(", "backward(", ".eval("  # in the text of a helper's file
WORDS = (LOADING, TRAINING, SWITCHING)
MODES = frozenset({SWITCHING, ".train(", ".training ="})  # what sets a mode
# A helper in whose file none of these stands changes neither modes nor gradients.
HINTS = MODES.union(WORDS, {"no_grad", "inference_mode", "backward", "set_grad_enabled", "enable_grad", ".training"})
IN_LOOP = "loop"  # a helper that may switch modes is called in a loop
# Functions named so look at a model, or write it away, and leave its mode alone; unless they are to load one.
LOOKING = ("save", "checkpoint", "log", "print", "plot", "clip", "count", "write", "watch", "report", "dump", "upload")
BUT_NOT = ("load", "resume", "restore", "train", "eval")


def only_looks(name: str) -> bool:
    """Does a function out of sight, by its name, leave the modes of models alone?"""
    return says(name, LOOKING) and not switches(name)


def switches(name: str) -> bool:
    """Does the name of something out of sight speak of modes, or of loading?"""
    return says(name, BUT_NOT) or "mode" in name.lower().split("_")


def says(name: str, words: tuple[str, ...]) -> bool:
    """Does a part of a name, as underscores part it, begin with one of the words?"""
    return any(part.startswith(words) for part in name.lower().split("_"))


# Words without which a function changes neither modes nor gradients itself.
TELLING = frozenset(
    {"eval", "train", "training", "backward", "no_grad", "inference_mode", "set_grad_enabled", "enable_grad", "grad"}
    | {"load_state_dict", "requires_grad", "requires_grad_"}
)
