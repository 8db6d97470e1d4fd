"""Whole models that a library's functions build, and the modules that hang on them.

Facts: torchvision 0.29, timm 1.0, transformers 5.23. The parts are those names that the model classes of transformers
and torchvision bind to modules wherever they bind them at all.
"""

from __future__ import annotations

from torchmodlint.analysis import known
from torchmodlint.analysis.project import Ref

# What stands in torchvision.models for a function that builds a model: the start of its name, and the class.
_TORCHVISION = (
    ("alexnet", "AlexNet"),
    ("convnext", "ConvNeXt"),
    ("densenet", "DenseNet"),
    ("efficientnet", "EfficientNet"),
    ("googlenet", "GoogLeNet"),
    ("inception_v3", "Inception3"),
    ("maxvit", "MaxVit"),
    ("mnasnet", "MNASNet"),
    ("mobilenet_v2", "MobileNetV2"),
    ("mobilenet_v3", "MobileNetV3"),
    ("regnet", "RegNet"),
    ("resnet", "ResNet"),
    ("resnext", "ResNet"),
    ("shufflenet", "ShuffleNetV2"),
    ("squeezenet", "SqueezeNet"),
    ("swin", "SwinTransformer"),
    ("vgg", "VGG"),
    ("vit", "VisionTransformer"),
    ("wide_resnet", "ResNet"),
)
# Folders of torchvision.models whose functions build models around these, or variants of them.
_OTHERS = frozenset({"detection", "feature_extraction", "optical_flow", "quantization", "segmentation", "video"})
_BUILDERS = frozenset({"torchvision.models.get_model", "timm.create_model", "timm.models.create_model"})
_PARTS = {
    "torchvision": """
        AuxLogits aux_classifier avgpool backbone bn1 classifier conv1 encoder fc features head heads layer1 layer2
        layer3 layer4 norm roi_heads rpn
    """,
    "transformers": """
        audio_tower bert classifier cls decoder embed_positions embed_tokens embeddings encoder feature_extractor
        feature_projection final_layer_norm language_model layer layers lm_head ln_f model multi_modal_projector pooler
        qa_outputs roberta score shared text_model transformer vision_encoder vision_model vision_tower visual
        word_embeddings wpe wte
    """,
}
# The models of transformers whose checkpoints have dropout as a rule, by the start of their class names.
_DROPPING = (
    *("Albert", "Bart", "Bert", "Deberta", "DistilBert", "Electra", "GPT2", "Hubert", "MBart", "Roberta", "T5"),
    *("Wav2Vec2", "WavLM", "XLMRoberta"),
)
_MODELS = ("Model", "LMHeadModel", "Classification", "Generation", "ForMaskedLM", "ForCTC", "QuestionAnswering")
_SOME = "<model>"  # stands for a class of the library that is not known


def built_model(dotted: str) -> Ref | None:
    """The class of the model that calling `dotted` gives, as far as it is known; None when it gives something else."""
    library, _, rest = dotted.partition(".")
    owner, _, name = rest.rpartition(".")
    if dotted in _BUILDERS:
        return Ref(None, f"{library}.{_SOME}")
    if library == "torchvision" and owner.partition(".")[0] == "models":
        if not _OTHERS.intersection(owner.split(".")):
            return next(
                (Ref(None, f"torchvision.models.{cls}") for start, cls in _TORCHVISION if name.startswith(start)), None
            )
    if name in ("from_pretrained", "from_config") and library in ("transformers", "diffusers"):
        built = owner.rpartition(".")[2]
        entry = known.lookup(f"{library}.{built}")
        if entry is not None and entry.module:
            return Ref(None, f"{library}.{built}")
        if built.startswith("AutoModel"):
            return Ref(None, f"{library}.{_SOME}")
    return None


def part_of_model(cls: Ref, name: str) -> Ref | None:
    """The class, known or not, of the module that stands under `name` in the models of a library."""
    library = cls.name.partition(".")[0]
    if cls.source is None and name in _PARTS.get(library, "").split():
        return Ref(None, f"{library}.{_SOME}")
    return None


def is_moded_model(cls: Ref) -> bool:
    """Is a library's class one of those whole models that have batch norm, or dropout that is on by default?"""
    library, _, name = cls.name.rpartition(".")
    if library == "torchvision.models":
        return name != "VisionTransformer" and any(name == model for _, model in _TORCHVISION)
    return library.partition(".")[0] == "transformers" and name.startswith(_DROPPING) and name.endswith(_MODELS)
