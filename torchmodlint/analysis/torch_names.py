"""Names of torch's own API, sorted by what they give back.

Functions are canonical dotted names; methods and attributes are bare names. A name that gives back now a tensor and
now a tuple, by its arguments (max, unique, nonzero, median), is in none of the sets: no answer beats a wrong one.

Source: torch 2.13.0. Nearly all names were sorted by calling them on small tensors and looking at what came back,
the rest (those that need particular shapes) by their documentation. Names that later releases dropped or that
earlier ones lack do no harm here: a program that uses them means the same by them.
"""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    """The names in `text`; a word that ends in a dot is put before all the words after it."""
    prefix = ""
    names = set()
    for word in text.split():
        if word.endswith("."):
            prefix = word
        else:
            names.add(prefix + word)
    return frozenset(names)


# Make a tensor from sizes, numbers or foreign data. Some can make a 0-dim tensor; that needs a look at the arguments.
TENSOR_FACTORIES = _names(
    """
    torch.
    BFloat16Tensor BoolTensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor IntTensor LongTensor
    ShortTensor Tensor arange as_tensor asarray bartlett_window blackman_window empty empty_permuted empty_strided
    eye from_dlpack from_file from_numpy frombuffer full hamming_window hann_window kaiser_window linspace logspace
    normal ones rand randint randn randperm range scalar_tensor sparse_bsc_tensor sparse_bsr_tensor
    sparse_compressed_tensor sparse_coo_tensor sparse_csc_tensor sparse_csr_tensor tensor tril_indices triu_indices
    zeros
    torch.cuda.
    BFloat16Tensor BoolTensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor IntTensor LongTensor
    ShortTensor
    """
)

# Make a tensor with the shape, type and device of another one.
LIKE_FACTORIES = _names(
    """
    torch.
    empty_like full_like ones_like rand_like randint_like randn_like zeros_like
    """
)

# Compute one tensor from others. torch.where does so with three arguments; with one it gives a tuple. The pooling
# functions of nn.functional give a pair with return_indices=True.
TENSOR_FUNCTIONS = _names(
    """
    torch.
    abs absolute acos acosh adaptive_avg_pool1d add addbmm addcdiv addcmul addmm addmv addr adjoint all
    alpha_dropout amax amin angle any arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin argsort
    argwhere as_strided as_strided_scatter asin asinh atan atan2 atanh avg_pool1d baddbmm batch_norm bernoulli
    bilinear binary_cross_entropy_with_logits bincount binomial bitwise_and bitwise_left_shift bitwise_not
    bitwise_or bitwise_right_shift bitwise_xor block_diag bmm broadcast_to bucketize cartesian_prod cat cdist ceil
    celu chain_matmul channel_shuffle cholesky cholesky_inverse cholesky_solve clamp clamp_max clamp_min clip clone
    column_stack combinations complex concat concatenate conj conj_physical constant_pad_nd conv1d conv2d conv3d
    conv_tbc conv_transpose1d conv_transpose2d conv_transpose3d copysign corrcoef cos cosh cosine_embedding_loss
    cosine_similarity count_nonzero cov cross ctc_loss cumprod cumsum cumulative_trapezoid deg2rad dequantize det
    detach diag diag_embed diagflat diagonal diagonal_scatter diff digamma dist div divide dot dropout dsmm dstack
    einsum embedding eq erf erfc erfinv exp exp2 expm1 fake_quantize_per_channel_affine
    fake_quantize_per_tensor_affine feature_alpha_dropout feature_dropout fill fix flatten flip fliplr flipud
    float_power floor floor_divide fmax fmin fmod frac frobenius_norm gather gcd ge ger greater greater_equal
    grid_sampler group_norm gt hardshrink hash_tensor heaviside hinge_embedding_loss histc hstack hypot i0 igamma
    igammac imag index_add index_fill index_put index_reduce index_select inner instance_norm inverse isclose
    isfinite isin isinf isnan isneginf isposinf isreal istft kl_div kron layer_norm lcm ldexp le lerp less
    less_equal lgamma log log10 log1p log2 log_softmax logaddexp logaddexp2 logcumsumexp logdet logical_and
    logical_not logical_or logical_xor logit logsumexp lt lu_solve margin_ranking_loss masked_fill masked_scatter
    masked_select matmul matrix_exp matrix_power max_pool1d max_pool2d max_pool3d maximum mean minimum mm moveaxis
    movedim msort mul multinomial multiply mv mvlgamma nan_to_num nanmean nanquantile nansum narrow ne neg negative
    nextafter norm not_equal nuclear_norm orgqr ormqr outer pairwise_distance pdist permute pinverse pixel_shuffle
    pixel_unshuffle poisson poisson_nll_loss polar polygamma positive pow prelu prod put quantile
    quantize_per_channel quantize_per_tensor rad2deg ravel real reciprocal relu remainder renorm repeat_interleave
    reshape resolve_conj resolve_neg rms_norm roll rot90 round row_stack rrelu rsqrt rsub scatter scatter_add
    scatter_reduce searchsorted select select_scatter selu sgn sigmoid sign signbit sin sinc sinh slice_inverse
    slice_scatter softmax spmm sqrt square squeeze sspaddmm stack std stft sub subtract sum swapaxes swapdims t take
    take_along_dim tan tanh tensordot threshold tile trace transpose trapezoid trapz tril triplet_margin_loss triu
    true_divide trunc unflatten unsqueeze vander var vdot view_as_complex view_as_real vstack where xlogy
    torch.nn.functional.
    adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d
    adaptive_max_pool3d affine_grid alpha_dropout avg_pool1d avg_pool2d avg_pool3d batch_norm bilinear
    binary_cross_entropy binary_cross_entropy_with_logits celu channel_shuffle conv1d conv2d conv3d conv_tbc
    conv_transpose1d conv_transpose2d conv_transpose3d cosine_embedding_loss cosine_similarity cross_entropy
    ctc_loss dropout dropout1d dropout2d dropout3d elu embedding embedding_bag feature_alpha_dropout fold
    fractional_max_pool2d fractional_max_pool3d gaussian_nll_loss gelu glu grid_sample group_norm gumbel_softmax
    hardshrink hardsigmoid hardswish hardtanh hinge_embedding_loss huber_loss instance_norm interpolate kl_div
    l1_loss layer_norm leaky_relu linear linear_cross_entropy local_response_norm log_softmax logsigmoid lp_pool1d
    lp_pool2d lp_pool3d margin_ranking_loss max_pool1d max_pool2d max_pool3d max_unpool1d max_unpool2d max_unpool3d
    mish mse_loss multi_margin_loss multilabel_margin_loss multilabel_soft_margin_loss nll_loss normalize one_hot
    pad pairwise_distance pdist pixel_shuffle pixel_unshuffle poisson_nll_loss prelu relu relu6 rms_norm rrelu
    scaled_dot_product_attention selu sigmoid silu smooth_l1_loss soft_margin_loss softmax softmin softplus
    softshrink softsign tanh tanhshrink threshold triplet_margin_loss triplet_margin_with_distance_loss unfold
    upsample upsample_bilinear upsample_nearest
    torch.linalg.
    cholesky cond cross det diagonal eigvals eigvalsh householder_product inv ldl_solve lu_solve matmul matrix_exp
    matrix_norm matrix_power matrix_rank multi_dot norm pinv solve solve_triangular svdvals tensorinv tensorsolve
    vander vecdot vector_norm
    torch.special.
    airy_ai bessel_j0 bessel_j1 bessel_y0 bessel_y1 chebyshev_polynomial_t chebyshev_polynomial_u
    chebyshev_polynomial_v chebyshev_polynomial_w digamma entr erf erfc erfcx erfinv exp2 expit expm1 gammainc
    gammaincc gammaln hermite_polynomial_h hermite_polynomial_he i0 i0e i1 i1e laguerre_polynomial_l
    legendre_polynomial_p log1p log_ndtr log_softmax logit logsumexp modified_bessel_i0 modified_bessel_i1
    modified_bessel_k0 modified_bessel_k1 multigammaln ndtr ndtri polygamma psi round scaled_modified_bessel_k0
    scaled_modified_bessel_k1 shifted_chebyshev_polynomial_t shifted_chebyshev_polynomial_u
    shifted_chebyshev_polynomial_v shifted_chebyshev_polynomial_w sinc softmax spherical_bessel_j0 xlog1py xlogy
    zeta
    torch.fft.
    fft fft2 fftfreq fftn fftshift hfft hfft2 hfftn ifft ifft2 ifftn ifftshift ihfft ihfft2 ihfftn irfft irfft2
    irfftn rfft rfft2 rfftfreq rfftn
    """
)

# Give a tuple or list of tensors.
TUPLE_FUNCTIONS = _names(
    """
    torch.
    adaptive_max_pool1d aminmax broadcast_tensors chunk cummax cummin dsplit frexp geqrf gradient histogram
    histogramdd hsplit kthvalue lobpcg lu lu_unpack max_pool1d_with_indices meshgrid mode pca_lowrank qr slogdet
    sort split split_with_sizes std_mean svd svd_lowrank tensor_split topk triangular_solve unbind unsafe_chunk
    unsafe_split unsafe_split_with_sizes var_mean vsplit
    torch.nn.functional.
    adaptive_max_pool1d_with_indices adaptive_max_pool2d_with_indices adaptive_max_pool3d_with_indices
    fractional_max_pool2d_with_indices fractional_max_pool3d_with_indices max_pool1d_with_indices
    max_pool2d_with_indices max_pool3d_with_indices multi_head_attention_forward
    torch.linalg.
    cholesky_ex eig eigh inv_ex ldl_factor ldl_factor_ex lstsq lu lu_factor lu_factor_ex qr slogdet solve_ex svd
    """
)

# Methods of Tensor that give one tensor. `to`, `cpu`, `float` and the like give the tensor itself when nothing
# changes. `type` without an argument gives a str and is left out.
TENSOR_METHODS = _names(
    """
    abs absolute acos acosh add addbmm addcdiv addcmul addmm addmv addr adjoint all amax amin angle any arccos
    arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin argsort argwhere as_strided as_strided_scatter
    as_subclass asin asinh atan atan2 atanh baddbmm bernoulli bfloat16 bincount bitwise_and bitwise_left_shift
    bitwise_not bitwise_or bitwise_right_shift bitwise_xor bmm bool broadcast_to byte cdouble ceil cfloat chalf char
    cholesky cholesky_inverse cholesky_solve clamp clamp_max clamp_min clip clone coalesce conj conj_physical
    contiguous copysign corrcoef cos cosh count_nonzero cov cpu cross cuda cumprod cumsum deg2rad dequantize det
    detach diag diag_embed diagflat diagonal diagonal_scatter diff digamma dist div divide dot double eq erf erfc
    erfinv exp exp2 expand expand_as expm1 fix flatten flip fliplr flipud float float_power floor floor_divide fmax
    fmin fmod frac gather gcd ge ger greater greater_equal gt half hardshrink heaviside histc hypot i0 igamma
    igammac index index_add index_copy index_fill index_put index_reduce index_select inner int int_repr inverse
    isclose isfinite isinf isnan isneginf isposinf isreal istft kron lcm ldexp le lerp less less_equal lgamma log
    log10 log1p log2 log_softmax logaddexp logaddexp2 logcumsumexp logdet logical_and logical_not logical_or
    logical_xor logit logsumexp long lt lu_solve masked_fill masked_scatter masked_select matmul matrix_exp
    matrix_power maximum mean minimum mm moveaxis movedim msort mul multinomial multiply mv mvlgamma nan_to_num
    nanmean nanquantile nansum narrow narrow_copy ne neg negative new_empty new_empty_strided new_full new_ones
    new_tensor new_zeros nextafter nonzero_static norm not_equal orgqr ormqr outer permute pin_memory pinverse
    polygamma positive pow prelu prod put quantile rad2deg ravel reciprocal relu remainder renorm repeat
    repeat_interleave reshape reshape_as resolve_conj resolve_neg roll rot90 round rsqrt scatter scatter_add
    scatter_reduce select select_scatter sgn short sigmoid sign signbit sin sinc sinh slice_scatter smm softmax
    sparse_mask sqrt square squeeze sspaddmm std stft sub subtract sum sum_to_size swapaxes swapdims t take
    take_along_dim tan tanh tile to to_dense to_mkldnn to_padded_tensor to_sparse to_sparse_bsc to_sparse_bsr
    to_sparse_coo to_sparse_csc to_sparse_csr trace transpose tril triu true_divide trunc type_as unflatten unfold
    unsqueeze var vdot view view_as where xlogy xpu
    """
)

# Those of them that make a fresh tensor on the device of their owner.
NEW_METHODS = _names(
    """
    new_empty new_empty_strided new_full new_ones new_tensor new_zeros
    """
)

# Methods that change the tensor in place and give it back. requires_grad_ does so too, but changes what the tensor
# is, so rules look at it by itself.
SELF_METHODS = _names(
    """
    abs_ absolute_ acos_ acosh_ add_ addbmm_ addcdiv_ addcmul_ addmm_ addmv_ addr_ apply_ arccos_ arccosh_ arcsin_
    arcsinh_ arctan2_ arctan_ arctanh_ as_strided_ asin_ asinh_ atan2_ atan_ atanh_ baddbmm_ bernoulli_ bitwise_and_
    bitwise_left_shift_ bitwise_not_ bitwise_or_ bitwise_right_shift_ bitwise_xor_ cauchy_ ceil_ clamp_ clamp_max_
    clamp_min_ clip_ conj_physical_ copy_ copysign_ cos_ cosh_ cumprod_ cumsum_ deg2rad_ detach_ digamma_ div_
    divide_ eq_ erf_ erfc_ erfinv_ exp2_ exp_ expm1_ exponential_ fill_ fill_diagonal_ fix_ float_power_ floor_
    floor_divide_ fmod_ frac_ gcd_ ge_ geometric_ greater_ greater_equal_ gt_ heaviside_ hypot_ i0_ igamma_ igammac_
    index_add_ index_copy_ index_fill_ index_put_ index_reduce_ lcm_ ldexp_ le_ lerp_ less_ less_equal_ lgamma_
    log10_ log1p_ log2_ log_ log_normal_ logical_and_ logical_not_ logical_or_ logical_xor_ logit_ lt_ map2_ map_
    masked_fill_ masked_scatter_ mul_ multiply_ mvlgamma_ nan_to_num_ ne_ neg_ negative_ nextafter_ normal_
    not_equal_ polygamma_ pow_ put_ rad2deg_ random_ reciprocal_ relu_ remainder_ renorm_ resize_ resize_as_
    resize_as_sparse_ round_ rsqrt_ scatter_ scatter_add_ scatter_reduce_ set_ sgn_ share_memory_ sigmoid_ sign_
    sin_ sinc_ sinh_ sparse_resize_ sparse_resize_and_clear_ sqrt_ square_ squeeze_ sub_ subtract_ swapaxes_
    swapdims_ t_ tan_ tanh_ transpose_ tril_ triu_ true_divide_ trunc_ uniform_ unsqueeze_ xlogy_ zero_
    """
)

# Methods of Tensor that give a tuple of tensors.
TUPLE_METHODS = _names(
    """
    aminmax chunk cummax cummin dsplit frexp geqrf histogram hsplit kthvalue lu mode qr slogdet sort split
    split_with_sizes svd tensor_split topk triangular_solve unbind unsafe_chunk unsafe_split unsafe_split_with_sizes
    vsplit
    """
)

# Methods of Tensor that give numbers, sizes, arrays or nothing.
NON_TENSOR_METHODS = _names(
    """
    allclose backward const_data_ptr data_ptr dense_dim dim dim_order element_size equal get_device is_coalesced
    is_complex is_conj is_contiguous is_distributed is_floating_point is_inference is_neg is_nonzero is_pinned
    is_same_size is_set_to is_shared is_signed item ndimension nelement numel numpy q_per_channel_axis q_scale
    q_zero_point qscheme record_stream register_hook register_post_accumulate_grad_hook retain_grad size sparse_dim
    storage storage_offset storage_type stride tolist untyped_storage
    """
)

# Attributes of a tensor that are tensors themselves. `grad` may be None.
TENSOR_PROPERTIES = _names(
    """
    H T data imag mH mT real
    """
)

# Methods of nn.Module that give back the module: those whose body returns self, read from torch/nn/modules/module.py.
MODULE_SELF_METHODS = _names(
    """
    apply bfloat16 cpu cuda double eval float half ipu mtia requires_grad_ share_memory to to_empty train type xpu
    """
)

# Every public attribute of a bare nn.Module instance, by dir().
MODULE_API = _names(
    """
    T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches
    eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict
    modules mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook
    register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook
    register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook
    register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_
    set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu zero_grad
    """
)

# What nn.Module.__init__ puts on the instance besides `training`, by vars().
MODULE_TABLES = _names(
    """
    _backward_hooks _backward_pre_hooks _buffers _forward_hooks _forward_hooks_always_called
    _forward_hooks_with_kwargs _forward_pre_hooks _forward_pre_hooks_with_kwargs _is_full_backward_hook
    _load_state_dict_post_hooks _load_state_dict_pre_hooks _modules _non_persistent_buffers_set _parameters
    _state_dict_hooks _state_dict_pre_hooks
    """
)

# Optimizers that torch.optim exports, without the abstract Optimizer.
OPTIMIZERS = _names(
    """
    torch.optim.
    ASGD Adadelta Adafactor Adagrad Adam AdamW Adamax LBFGS Muon NAdam RAdam RMSprop Rprop SGD SparseAdam
    """
)

# Decorators that write __init__ and __eq__ and thereby set __hash__ to None unless told otherwise (dataclasses docs,
# `eq` and `unsafe_hash`).
DATACLASS_DECORATORS = _names(
    """
    dataclasses.dataclass pydantic.dataclasses.dataclass
    """
)

# The same by attrs (attrs docs, Hashing). Its `frozen` is not here: frozen classes stay hashable.
ATTRS_DECORATORS = _names(
    """
    attr.attributes attr.attrs attr.dataclass attr.define attr.mutable attr.s attrs.define attrs.mutable
    """
)
