"""What a parameter of a given name usually is, in models. Sizes are chosen so that they divide each other.

Depths are 3, not 1: one layer repeated once hides what goes wrong with several.
"""

from __future__ import annotations

import re
from fnmatch import translate
from functools import cache, lru_cache

SIZE = "32"
SIZES = (
    "32",
    "64",
    "16",
    "8",
    "128",
    "4",
    "3",
    "2",
    "1",
    "256",
    "512",
    "7",
    "10",
    "12",
    "24",
    "48",
    "96",
    "100",
    "768",
)

# Patterns of names (fnmatch), each group with the expression; the first that matches counts.
_GROUPS: tuple[tuple[str, str], ...] = (
    ("None", "pretrained* *_pretrained weights weights_path checkpoint* *_checkpoint ckpt* *_ckpt resume* load_from"),
    ("torch.device('cpu')", "device *_device map_location"),
    ("torch.float32", "dtype *_dtype"),
    ("False", "verbose debug"),
    ("True", "bias *_bias affine elementwise_affine batch_first learn* trainable track_running_stats"),
    (
        "False",
        "use_* with_* is_* has_* enable* add_* if_* do_* no_* return_* *_flag causal inplace bidirectional freeze*",
    ),
    ("False", "*_only separable* deterministic requires_grad share* *shared* normalize* training symmetric residual"),
    ("0.1", "*dropout* *dropout *drop_rate* drop drop_* *_drop p *_prob *_p pdrop dp *_pdrop *_proba survival* prob"),
    ("1e-5", "eps *_eps epsilon *epsilon eps_* tol tolerance"),
    ("0.1", "momentum *_momentum bn_mom *smoothing* decay *_decay *learning_rate lr *_lr"),
    (
        "0.5",
        "alpha beta gamma lam lamb* lmbd* *_alpha *_beta *_gamma tau temperature temp *_temp* *threshold* thresh* thr",
    ),
    (
        "1.0",
        "sigma *_sigma sigma_* std *_std std_* *_scale scale *_weight weight *_coef* noise* margin *_gain gain",
    ),
    ("0.5", "*_rate rate mean *_mean *sparsity quantile *_prior variance *_var *_noise percent* *fraction* *frac"),
    ("64", "n_fft* *nfft* fft_size *fft_len* win_length *win_len* frame_length filter_length"),
    ("16", "hop* *hop_length* *hop_size *hop_len* n_mels num_mels *mel_bins n_mel* *mel_channels n_steps num_steps"),
    ("16000", "sample_rate *_sample_rate sr fs sampling_rate"),
    ("(64, 64)", "*_shape shape spatial_size input_resolution *hw output_size img_shape im_size"),
    ("4", "mlp_ratio *mlp_ratio ff_mult *_mult mult reduction_ratio squeeze_factor *expand_ratio* *ffn_expansion*"),
    ("0.5", "*ratio* *_factor_float"),
    ("2", "*expansion* *scale_factor *upscale* *downscale* *down_factor* factor *_factor *upsampl*rate*"),
    ("1", "*stride* stride strides *dilation* dilation *dilate* groups *_groups output_padding cardinality"),
    (SIZE, "num_feat* n_feat* num_channel* n_channel* num_filter* n_filter* num_hidden* n_hidden* num_unit* n_unit*"),
    (SIZE, "num_inputs n_inputs num_outputs n_outputs nchannels nhidden nfeat* num_in* num_out*"),
    ("4", "num_groups n_groups norm_groups ngroups"),
    ("2", "spatial_dims n_dims ndim ndims dimensions"),
    ("3", "*kernel* kernel_size ksize *_ks ks k_size filter_size *filter_width kw kh conv_width"),
    ("1", "padding pad paddings *_padding pad_size"),
    ("0", "*_idx *_index idx *_id id pad_id padding_idx *_token_id *rank local_rank seed *_seed offset start*"),
    ("4", "*head* nhead n_head *heads num_heads"),
    ("3", "*_layers layers n_layer num_layer *layer_num *depth* depth *blocks n_block* num_block* nblocks *repeat*"),
    ("3", "*stages *levels *_level level *stacks *stack *_cells *_steps n_steps steps *iter* *hops num_hop* n_flow* L"),
    ("10", "*classes* *n_class* *num_cls* *_labels *_categories nclass* num_tags n_tags n_out *out_dim*_cls num_cls"),
    ("100", "*vocab* *num_embeddings* ntoken* *n_token* *num_token* *_tokens *n_words num_chars n_symbols *dict_size*"),
    ("100", "*n_items *n_users *num_users *num_items *num_nodes *num_entities *n_entities *timesteps *num_codes*"),
    ("4", "*patch_size* patch_size patch ps *window_size* win_size chunk_size *bucket* block_size"),
    ("32", "*max_len* *seq_len* *seqlen* *seq_length* *max_seq* *length* *_len *lookback* *horizon* *n_ctx* T"),
    ("64", "*img_size* *image_size* *resolution* *img_dim* img_sz *image_dim* *crop_size* height width H W"),
    ("3", "*image_channels* *img_channels* *in_chans* *img_ch* *n_colors* *num_colors* *rgb*"),
    ("2", "*batch_size* batch *num_samples* n_samples num_views num_frames n_frames"),
    ("'mean'", "reduction"),
    ("'relu'", "activation *_activation act *_act act_* nonlinearity *_nonlinearity *activation_fn* nonlin *act_fn*"),
    ("'batch'", "norm norm_type normalization *_norm norm_*"),
    ("'bilinear'", "*interpolation* upsample_mode *interp_mode"),
    ("'zeros'", "padding_mode *pad_mode pad_type padding_type"),
    ("'mean'", "*pool* *aggr* *_mode mode pooling* *readout*"),
    ("'relu'", "*_type type *_method method"),
    ("4", "n k m num n_* num_* nb_* *_num number* no_of* top_k topk *_k K N M"),
    ("3", "order degree rank_*"),
    ("10", "epochs *_epochs *_epoch"),
    (SIZE, "*dim* *size* *feat* *channel* *hidden* *width* *units* *planes* *filters* *ch ch* *nf ngf ndf *embed* d_*"),
    (
        SIZE,
        "in_* out_* input* output* *_in *_out c1 c2 c_* inp oup *emb* *neurons* *nodes* *inputs *outputs d h w c *n_*",
    ),
)
VOCABULARY = tuple((pattern, expression) for expression, patterns in _GROUPS for pattern in patterns.split())


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern))


# Names of things that are objects; asked only where the parameter is not used as something else.
RECORDS = (
    "config",
    "cfg",
    "conf",
    "args",
    "opt",
    "opts",
    "hparams",
    "params",
    "options",
    "hps",
    "*_config",
    "*_cfg",
    "*_args",
)
MODULES = (
    "model",
    "backbone",
    "encoder",
    "decoder",
    "net",
    "network",
    "module",
    "layer",
    "head",
    "neck",
    "submodule",
    "*_model",
    "*_module",
    "*_layer",
    "*_net",
    "*_encoder",
    "*_decoder",
    "*_network",
    "embedding*",
    "*_backbone",
    "generator",
    "discriminator",
    "body",
    "tail",
    "stem",
    "block",
    "embedder",
    "predictor",
    "estimator",
    "feature_extractor",
    "base_model",
    "*_block",
    "*_head",
    "conv",
    "extractor",
    "projector",
    "*_embedding",
)
LOSSES = ("loss", "criterion", "loss_fn", "*_loss", "*_criterion", "loss_func*")
CALLABLES = (
    "fn",
    "func",
    "function",
    "*_fn",
    "*_func",
    "*_function",
    "activation",
    "act",
    "*_activation",
    "*_act",
    "norm_layer",
    "act_layer",
    "*norm_layer*",
    "transform",
)
TENSORS = (
    "tensor",
    "*_tensor",
    "*_matrix",
    "matrix",
    "adj",
    "adjacency",
    "edge_index",
    "data",
    "x",
    "inputs_tensor",
    "points",
    "vertices",
    "mat",
    "graph_adj",
)


_PATTERNS = tuple((_compiled(pattern), expression) for pattern, expression in VOCABULARY)


@lru_cache(maxsize=4096)
def by_name(name: str) -> str | None:
    """The expression that a parameter of this name usually gets, or None for a name that says nothing."""
    name = name.lower() if len(name) > 1 else name
    return next((expression for pattern, expression in _PATTERNS if pattern.match(name)), None)


@lru_cache(maxsize=4096)
def is_like(name: str, patterns: tuple[str, ...]) -> bool:
    """Does the name match one of the patterns?"""
    return any(_compiled(pattern).match(name.lower()) for pattern in patterns)
