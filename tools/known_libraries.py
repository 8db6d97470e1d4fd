"""What `build_known.py` surveys, and what it is told by hand because no wheel says it."""

from __future__ import annotations

import re

# Distributions by their name on the index; the import name follows after ":" where it is another one.
LIBRARIES = """
    accelerate allennlp asteroid bitsandbytes botorch captum compressai conformer coqui-tts:TTS darts deepchem
    denoising-diffusion-pytorch dgl diffusers e3nn efficientnet-pytorch einops ema-pytorch escnn facenet-pytorch
    fastai flair geoopt gluonts gpytorch huggingface-hub kornia laplace-torch:laplace lightly lightning
    lightning-bolts:pl_bolts local-attention lpips mmaction2:mmaction mmcv-lite:mmcv mmdet mmengine mmpretrain
    mmsegmentation:mmseg monai mosaicml:composer neuralforecast nnunetv2 open-clip-torch:open_clip optimum peft
    performer-pytorch piq pykeen pyro-ppl:pyro pytorch-crf:torchcrf pytorch-forecasting pytorch-ignite:ignite
    pytorch-metric-learning pytorch-msssim pytorch-tabnet rotary-embedding-torch schnetpack
    segmentation-models-pytorch sentence-transformers skorch speechbrain stable-baselines3 stanza tensordict
    tianshou timm torch-geometric torchaudio torchdiffeq torchdyn torchio torchmetrics torchrl torchsde torchtext
    torchtune torchvision transformers trl ultralytics vector-quantize-pytorch vit-pytorch x-transformers
    """

# Libraries that serve several frameworks under the same class names: only the torch side is read.
PATHS = {
    "dgl": r"^dgl/nn/pytorch/",
    "einops": r"^einops/(layers/(torch|_einmix|__init__)|[^/]*)\.py$",
    "gluonts": r"^gluonts/torch/",
}

# What of a vast library is worth its place, beside what it exports.
# transformers has thousands of layers under a prefix for each model: of most models only what it exports is listed,
# of these all of it, because other people's code takes them apart.
WORTH = {
    "torchrl": r"^torchrl\.(?!trainers\.algorithms\.configs\.)",
    "transformers": r"""(?x) ^transformers \. (?: (?!models\.) | models \. (?:
        albert | auto | bart | bert | blip | blip_2 | bloom | camembert | clip | deberta | deberta_v2 | deit |
        detr | dinov2 | distilbert | electra | encoder_decoder | falcon | gemma | gemma2 | gpt2 | gpt_neo |
        gpt_neox | gptj | hubert | layoutlm | layoutlmv3 | llama | llava | longformer | mbart | mistral |
        mixtral | mt5 | opt | phi | qwen2 | qwen2_vl | qwen3 | roberta | segformer | siglip | swin | t5 |
        timesformer | vit | vit_mae | wav2vec2 | wavlm | whisper | xlm_roberta | xlnet ) \. )""",
}
# A configuration is known by its name to everybody; those of rare models are not worth listing.
UNWORTHY = re.compile(r"Config$")

# A module in one release and a plain class in another: whichever is installed, the answer would be wrong for somebody.
CHANGED = {"torchtext": "Vocab"}  # a module since 0.9

# Another import name of the same library, also of a former release under another name.
ALIASES = {
    "lightning_fabric": "lightning",
    "mmcls": "mmpretrain",
    "pytorch_lightning": "lightning",
    "pytorch_pretrained_bert": "transformers",
    "pytorch_transformers": "transformers",
}

# fastai's metaclass calls nn.Module.__init__ before the class's own one (fastai.torch_core.PrePostInitMeta).
AUTOMATIC = frozenset({"fastai.torch_core.Module"})

# Libraries whose Module or Layer is not torch's.
NOT_TORCH = """
    autokeras brainstate chainer dynet elegy equinox flax haiku jittor keras keras_core keras_cv keras_nlp lasagne
    megengine mindspore mlx mxnet objax oneflow paddle penzai sonnet tensorflow tensorflow_addons tensorlayer tf_keras
    tflearn thinc tinygrad treex trax
    """

# Calling a kernel, mean, likelihood or model of these is not a call of its `forward`.
CALL_DIFFERS = "botorch gpytorch"

# The other frameworks' versions of names that the table has for torch.
OTHER_PATHS = tuple(
    f"einops.layers.{framework}.{name}"
    for framework in ("chainer", "flax", "gluon", "keras", "oneflow", "paddle", "tensorflow")
    for name in ("EinMix", "Rearrange", "Reduce", "WeightedEinsum")
)

# By hand: (library, state) -> modules. Where there is no wheel, or the survey cannot see it.
MODULES: dict[tuple[str, str], str] = {
    ("allennlp", ""): "Model",
    ("apex", "?"): "DistributedDataParallel",
    ("apex", "p"): """
        FusedDense FusedDenseGeluDense FusedLayerNorm FusedRMSNorm MLP MixedFusedLayerNorm MixedFusedRMSNorm
        """,
    ("apex", "pbm"): "SyncBatchNorm",
    ("deepspeed", "?"): "DeepSpeedEngine PipelineEngine PipelineModule",
    ("deepspeed", "p"): "MoE",
    ("detectron2", ""): "Backbone DenseDetector LastLevelMaxPool ROIAlign ROIAlignRotated ROIHeads",
    ("detectron2", "?"): """
        BaseKeypointRCNNHead BaseMaskRCNNHead CNNBlockBase FPN GeneralizedRCNN MViT PanopticFPN ProposalNetwork RPN
        ROIPooler ResNet RetinaNet SemanticSegmentor SwinTransformer ViT
        """,
    ("detectron2", "b"): "DefaultAnchorGenerator FrozenBatchNorm2d RotatedAnchorGenerator",
    ("detectron2", "p"): """
        CascadeROIHeads Conv2d ConvTranspose2d DeformConv FastRCNNOutputLayers LastLevelP6P7 ModulatedDeformConv
        Res5ROIHeads SemSegFPNHead StandardROIHeads StandardRPNHead
        """,
    ("detectron2", "pbm"): "BatchNorm2d NaiveSyncBatchNorm",
    ("fairscale", "?"): "FullyShardedDataParallel Pipe ShardedDataParallel",
    ("fairseq", ""): """
        BaseFairseqModel FairseqCriterion FairseqDecoder FairseqEncoder FairseqIncrementalDecoder LegacyFairseqCriterion
        """,
    ("fairseq", "?"): """
        CompositeEncoder FairseqEncoderDecoderModel FairseqEncoderModel FairseqLanguageModel FairseqModel
        FairseqMultiModel LayerDropModuleList SinusoidalPositionalEmbedding
        """,
    ("fairseq", "m"): "FairseqDropout",
    ("fairseq", "p"): "Fp32GroupNorm Fp32LayerNorm LearnedPositionalEmbedding",
    ("fairseq", "pm"): """
        MultiheadAttention TransformerDecoder TransformerDecoderLayer TransformerEncoder TransformerEncoderLayer
        TransformerLanguageModel TransformerModel TransformerSentenceEncoder
        """,
    ("flash_attn", "m"): "FlashCrossAttention FlashSelfAttention",
    ("flash_attn", "p"): "FusedDense FusedMLP GatedMlp Mlp ParallelMHA RMSNorm",
    ("flash_attn", "pm"): "DropoutAddLayerNorm MHA",
    ("mamba_ssm", "p"): "Mamba Mamba2 MambaLMHeadModel MixerModel RMSNorm",
    ("mmcv", ""): "BaseModule",  # in mmcv before 2.0, since then in mmengine
    ("mmcv", "?"): "ModuleDict ModuleList Sequential",
    ("mmengine", "?"): "ModuleDict ModuleList Sequential",
    ("nflows", ""): "Distribution Transform",
    ("nflows", "?"): "CompositeTransform Flow InverseTransform",
    ("nflows", "b"): "StandardNormal",
    ("normflows", ""): "BaseDistribution Flow",
    ("normflows", "?"): "ConditionalNormalizingFlow NormalizingFlow",
    ("gpytorch", "?"): """
        IndependentMultitaskVariationalStrategy Kernel MultitaskVariationalStrategy
        """,  # a kernel has a length scale or none, as the subclass says; the strategies hold what they are given
    ("lightning", ""): "LightningModule",
    ("ray", ""): "TorchRLModule",
    ("torch_geometric", ""): "MessagePassing",  # its aggregation is a plain sum unless told otherwise
    ("torch_geometric", "pm"): "PMLP",  # its normalisation keeps no statistics
    ("torchmetrics", "?"): "Metric MetricCollection",  # their states move along but are no buffers
    ("transformers", ""): "PreTrainedModel",  # what it holds depends on the configuration of the subclass
}

# By hand: library -> classes that are no modules, beside those that the survey finds.
OTHERS: dict[str, str] = {
    "apex": "FusedAdam FusedLAMB FusedNovoGrad FusedSGD",
    "deepspeed": "DeepSpeedCPUAdam FusedAdam FusedLamb LayerSpec TiedLayerSpec",
    "detectron2": """
        BitMasks Box2BoxTransform Boxes CfgNode DatasetMapper DefaultPredictor DefaultTrainer HookBase ImageList
        Instances LazyCall Matcher ShapeSpec SimpleTrainer TrainerBase Visualizer
        """,
    "fairscale": "OSS",
    "fairseq": "FairseqDataset FairseqIncrementalState FairseqOptimizer FairseqTask LegacyFairseqTask",
    "huggingface_hub": "ModelHubMixin PyTorchModelHubMixin",
    "ray": "ModelV2 RLModule TorchModelV2",
    "diffusers": "DiffusionPipeline",
    "torch_geometric": "Batch Data Dataset HeteroData InMemoryDataset",
    "transformers": "FlaxPreTrainedModel TFPreTrainedModel",
}

_SUBCLASSED = {"ModuleDict": "dict", "ModuleList": "list", "Sequential": "sequential"}  # with an init_cfg besides
CONTAINERS: dict[str, dict[str, str]] = {"mmcv": _SUBCLASSED, "mmengine": _SUBCLASSED}
