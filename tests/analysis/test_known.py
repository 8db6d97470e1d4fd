"""The table of library classes: facts anybody can check by hand, and the shape of the file."""

from __future__ import annotations

import ast
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from torchmodlint.analysis.known import TABLE, Known, covers, lookup

STATES = {"", "?", "p", "b", "m", "pb", "pm", "bm", "pbm"}


def known(dotted: str) -> Known:
    found = lookup(dotted)
    assert found is not None, f"{dotted} is not in the table"
    return found


@pytest.fixture(scope="module")
def table() -> Any:
    return json.loads(TABLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("dotted", "state"),
    [
        ("torch.nn.Linear", "p"),
        ("torch.nn.modules.linear.Linear", "p"),
        ("torch.nn.Embedding", "p"),
        ("torch.nn.LayerNorm", "p"),
        ("torch.nn.PReLU", "p"),
        ("torch.nn.LSTM", "pm"),
        ("torch.nn.MultiheadAttention", "pm"),
        ("torch.nn.BatchNorm2d", "pbm"),
        ("torch.nn.Dropout", "m"),
        ("torch.nn.RReLU", "m"),
        ("torch.nn.ReLU", ""),
        ("torch.nn.AvgPool2d", ""),
        ("torch.nn.Identity", ""),
        ("torch.nn.MSELoss", ""),
        ("torch.nn.CrossEntropyLoss", "?"),
        ("torch.nn.InstanceNorm2d", "?"),
        ("torch.nn.Module", "?"),
        ("torchvision.models.resnet.BasicBlock", "pbm"),
        ("torchvision.ops.FrozenBatchNorm2d", "b"),
        ("torchvision.ops.StochasticDepth", "m"),
        ("timm.layers.DropPath", "m"),
        ("transformers.models.llama.modeling_llama.LlamaRMSNorm", "p"),
        ("transformers.activations.NewGELUActivation", ""),
        ("torch_geometric.nn.GCNConv", "p"),
        ("einops.layers.torch.Rearrange", ""),
        ("einops.layers.torch.EinMix", "p"),
    ],
)
def test_state_of_module(dotted: str, state: str) -> None:
    found = known(dotted)
    assert found.module
    assert found.state == state


@pytest.mark.parametrize(
    "dotted",
    [
        "pytorch_lightning.LightningModule",
        "lightning.pytorch.LightningModule",
        "transformers.PreTrainedModel",
        "transformers.BertModel",
        "diffusers.ModelMixin",  # the name says mixin, the class is a module
        "diffusers.models.modeling_utils.ModelMixin",
        "mmengine.model.BaseModule",
        "pyro.nn.PyroModule",
        "gpytorch.Module",
        "torch_geometric.nn.MessagePassing",
        "torchmetrics.Metric",
        "fairseq.models.FairseqEncoder",
        "fastai.torch_core.Module",
        "speechbrain.nnet.linear.Linear",
        "stable_baselines3.common.torch_layers.BaseFeaturesExtractor",
    ],
)
def test_library_base_is_module(dotted: str) -> None:
    assert known(dotted).module


@pytest.mark.parametrize(
    "dotted",
    [
        "torch.utils.data.Dataset",
        "torch.utils.data.Sampler",
        "torch.autograd.Function",
        "torch.optim.Optimizer",
        "torch.optim.Adam",
        "torch.distributions.Distribution",
        "torch.Tensor",
        "torch.nn.Parameter",
        "torch.fx.Transformer",
        "transformers.GenerationMixin",
        "transformers.BertConfig",
        "diffusers.ConfigMixin",
        "huggingface_hub.PyTorchModelHubMixin",
        "pytorch_lightning.LightningDataModule",
        "ray.rllib.models.torch.torch_modelv2.TorchModelV2",
        "keras.layers.Layer",
        "tensorflow.keras.Model",
        "flax.linen.Module",
        "haiku.Module",
        "mlx.nn.Module",
        "paddle.nn.Layer",
        "mindspore.nn.Cell",
        "oneflow.nn.Module",
        "equinox.Module",
        "einops.layers.keras.Rearrange",
    ],
)
def test_no_torch_module(dotted: str) -> None:
    assert not known(dotted).module


@pytest.mark.parametrize(
    ("dotted", "container"),
    [
        ("torch.nn.ModuleList", "list"),
        ("torch.nn.modules.container.ModuleDict", "dict"),
        ("torch.nn.Sequential", "sequential"),
        ("torch.nn.ParameterList", "parameters-list"),
        ("torch.nn.ParameterDict", "parameters-dict"),
        ("mmcv.runner.ModuleList", "list"),
        ("torch.nn.Linear", ""),
    ],
)
def test_containers(dotted: str, container: str) -> None:
    assert known(dotted).container == container


def test_same_name_means_what_its_path_says() -> None:
    assert known("torch.nn.Transformer").module
    assert not known("torch.fx.Transformer").module


def test_only_fastai_initialises_by_itself() -> None:
    assert known("fastai.torch_core.Module").init == "automatic"
    assert known("fastai.layers.SimpleSelfAttention").init == "automatic"
    assert known("fastai.layers.ConvLayer").init == "needed"  # a subclass of nn.Sequential
    assert known("torch.nn.Module").init == "needed"
    assert known("pytorch_lightning.LightningModule").init == "needed"


def test_other_import_name_gives_the_same_class() -> None:
    assert known("pytorch_lightning.LightningModule") == known("lightning.LightningModule")


def test_quantised_layer_has_unknown_state() -> None:
    assert known("torch.ao.nn.quantized.Linear").state == "?"


@pytest.mark.parametrize(
    "dotted",
    [
        "",
        "torch",
        "torch.nn",
        "torch.nn.NoSuchLayer",
        "torch.nn.functional.relu",
        "nowhere.Linear",
        "keras.layers",
        ".",
    ],
)
def test_unknown_name_gives_none(dotted: str) -> None:
    assert lookup(dotted) is None


def test_name_that_is_module_and_not_is_left_out() -> None:
    # torchvision.transforms.Compose is a plain class, torchvision.transforms.v2.Compose a module.
    assert lookup("torchvision.transforms.Compose") is None


@pytest.mark.parametrize("library", ["torch", "timm", "pytorch_lightning", "huggingface_hub", "keras", "tinygrad"])
def test_covers(library: str) -> None:
    assert covers(library)


def test_covers_no_stranger() -> None:
    assert not covers("numpy")
    assert not covers("torch.nn")


def test_table_is_sorted_and_without_duplicates(table: Any) -> None:
    assert list(table["libraries"]) == sorted(table["libraries"])
    assert table["not_torch"].split() == sorted(set(table["not_torch"].split()))
    for library, entry in table["libraries"].items():
        texts = [*entry["modules"].values(), entry.get("others", ""), entry.get("automatic", "")]
        for text in texts:
            assert text == " ".join(sorted(set(text.split()))), library
        names = [name for text in [*entry["modules"].values(), entry.get("others", "")] for name in text.split()]
        assert len(names) == len(set(names)), f"{library} says two things of one class"
        assert set(entry["modules"]) <= STATES
        modules = {name for text in entry["modules"].values() for name in text.split()}
        assert set(entry.get("automatic", "").split()) <= modules
        assert set(entry.get("containers", {})) <= modules


def test_aliases_lead_to_libraries_of_the_table(table: Any) -> None:
    assert set(table["aliases"].values()) <= set(table["libraries"])
    assert set(table["aliases"]).isdisjoint(table["libraries"])


def test_table_stays_small() -> None:
    assert TABLE.stat().st_size <= 250 * 1024


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")
def test_every_exported_layer_of_installed_torch_is_known() -> None:
    spec = importlib.util.find_spec("torch")  # finds the package and does not run it
    assert spec is not None
    assert spec.origin is not None
    text = (Path(spec.origin).parent / "nn" / "modules" / "__init__.py").read_text(encoding="utf-8")
    exported: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            exported = ast.literal_eval(node.value)
    assert "Linear" in exported
    assert [name for name in exported if name[0].isupper() and lookup(f"torch.nn.{name}") is None] == []


def test_a_class_that_changed_its_nature_is_left_out() -> None:
    assert lookup("torchtext.vocab.Vocab") is None
