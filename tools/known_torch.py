"""torch's own classes for `torchmodlint/analysis/known.json`, by hand.

torch is not surveyed like the other libraries: everybody uses these classes, so each letter was checked against a
constructed instance. `check_torch.py` in this folder repeats that with whatever torch it is run under.
A letter stands for the default arguments; "?" where the arguments decide (InstanceNorm is empty by default and has
parameters with affine=True; wrappers hold what they are given).
"""

from __future__ import annotations

MODULES: dict[str, str] = {
    "p": """
        AdaptiveLogSoftmaxWithLoss Bilinear Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d
        Embedding EmbeddingBag GRUCell GroupNorm LSTMCell LayerNorm LazyConv1d LazyConv2d LazyConv3d
        LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d LazyLinear Linear NonDynamicallyQuantizableLinear
        PReLU ParameterDict ParameterList RMSNorm RNNCell
        RNNCellBase _ConvNd _ConvTransposeNd
        """,
    # The recurrent layers and attention take a dropout argument, 0 by default: they may differ in eval mode.
    "pm": """
        GRU LSTM MultiheadAttention RNN RNNBase Transformer TransformerDecoder TransformerDecoderLayer
        TransformerEncoder TransformerEncoderLayer
        """,
    "pbm": """
        BatchNorm1d BatchNorm2d BatchNorm3d LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d SyncBatchNorm _BatchNorm
        """,
    "m": "AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout RReLU _DropoutNd",
    "": """
        AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d
        AvgPool1d AvgPool2d AvgPool3d CELU CTCLoss ChannelShuffle CircularPad1d CircularPad2d CircularPad3d
        ConstantPad1d ConstantPad2d ConstantPad3d CosineEmbeddingLoss CosineSimilarity CrossMapLRN2d DeQuantStub ELU
        Flatten Fold FractionalMaxPool2d FractionalMaxPool3d GELU GLU GaussianNLLLoss Hardshrink Hardsigmoid Hardswish
        Hardtanh HingeEmbeddingLoss HuberLoss Identity KLDivLoss L1Loss LPPool1d LPPool2d LPPool3d LeakyReLU
        LocalResponseNorm LogSigmoid LogSoftmax MSELoss MarginRankingLoss MaxPool1d MaxPool2d MaxPool3d MaxUnpool1d
        MaxUnpool2d MaxUnpool3d Mish MultiLabelMarginLoss PairwiseDistance PixelShuffle PixelUnshuffle PoissonNLLLoss
        ReLU ReLU6 ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d
        SELU SiLU Sigmoid SmoothL1Loss SoftMarginLoss Softmax Softmax2d Softmin Softplus Softshrink Softsign Tanh
        Tanhshrink Threshold TripletMarginLoss Unflatten Unfold Upsample UpsamplingBilinear2d UpsamplingNearest2d
        ZeroPad1d ZeroPad2d ZeroPad3d
        _AdaptiveAvgPoolNd _AdaptiveMaxPoolNd _AvgPoolNd _CircularPadNd _ConstantPadNd _LPPoolNd _Loss _MaxPoolNd
        _MaxUnpoolNd _ReflectionPadNd _ReplicationPadNd
        """,
    # Losses with a weight argument keep it in a buffer, which is None by default.
    "?": """
        ActivationWrapper AveragedModel BCELoss BCEWithLogitsLoss CheckpointWrapper Container CrossEntropyLoss
        DataParallel DistributedDataParallel DistributedDataParallelCPU FakeQuantize FakeQuantizeBase
        FixedQParamsFakeQuantize FixedQParamsObserver FloatFunctional FullyShardedDataParallel
        FusedMovingAvgObsFakeQuantize GraphModule HistogramObserver InstanceNorm1d InstanceNorm2d InstanceNorm3d
        InterpreterModule LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d LinearCrossEntropyLoss LossWrapper
        MinMaxObserver Module ModuleDict ModuleList MovingAverageMinMaxObserver MovingAveragePerChannelMinMaxObserver
        MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss NLLLoss2d NoopObserver ObserverBase OffloadWrapper
        OptimizedModule ParametrizationList PerChannelMinMaxObserver Pipe PipeSequential PlaceholderObserver QuantStub
        QuantWrapper RecordingObserver RecursiveScriptModule RemoteModule ReuseInputObserver ScriptModule Sequential
        TopLevelTracedModule TracedModule TripletMarginWithDistanceLoss UnflattenedModule
        UniformQuantizationObserverBase
        _FusedModule _InstanceNorm _LazyNormBase _NormBase _WeightedLoss
        """,
}

CONTAINERS: dict[str, str] = {
    "ModuleDict": "dict",
    "ModuleList": "list",
    "ParameterDict": "parameters-dict",
    "ParameterList": "parameters-list",
    "Sequential": "sequential",
}

# What people subclass, annotate or build beside modules.
OTHERS = """
    ASGD AbsTransform Adadelta Adafactor Adagrad Adam AdamW Adamax AffineTransform BatchSampler Bernoulli Beta
    Binomial Buffer CPUOffload CatTransform Categorical Cauchy ChainDataset ChainedScheduler Chi2 ComposeTransform
    ConcatDataset ConstantLR ContinuousBernoulli CorrCholeskyTransform CosineAnnealingLR CosineAnnealingWarmRestarts
    CumulativeDistributionTransform CyclicLR DataLoader Dataset DeviceMesh Dirichlet DistributedOptimizer
    DistributedSampler Distribution Event ExpTransform Exponential ExponentialFamily ExponentialLR FSDPModule
    FisherSnedecor Function FunctionCtx Future Gamma GeneralizedPareto Generator Geometric GradScaler Graph Gumbel
    HalfCauchy HalfNormal Independent IndependentTransform InplaceFunction Interpreter InverseGamma IterDataPipe
    IterableDataset Kumaraswamy LBFGS LKJCholesky LRScheduler LambdaLR Laplace LazyModuleMixin
    LinearCrossEntropyOptions LinearLR LogNormal LogisticNormal LowRankMultivariateNormal LowerCholeskyTransform
    MapDataPipe MixedPrecision MixedPrecisionPolicy MixtureSameFamily MultiStepLR Multinomial MultiplicativeLR
    MultivariateNormal Muon NAdam NegativeBinomial NestedIOFunction Node Normal OneCycleLR OneHotCategorical
    OneHotCategoricalStraightThrough Optimizer PackedSequence Parameter Pareto Poisson PolynomialLR
    PositiveDefiniteTransform PostLocalSGDOptimizer PowerTransform ProcessGroup Proxy RAdam RMSprop RandomSampler
    ReduceLROnPlateau RelaxedBernoulli RelaxedOneHotCategorical ReshapeTransform Rprop SGD SWALR Sampler
    SequentialLR SequentialSampler ShardingStrategy SigmoidTransform Size SoftmaxTransform SoftplusTransform
    SparseAdam StackDataset StackTransform StepLR StickBreakingTransform Stream StudentT Subset SubsetRandomSampler
    SummaryWriter TanhTransform Tensor TensorDataset TorchDispatchMode TorchFunctionMode Tracer Transform
    TransformedDistribution TypedStorage Uniform UninitializedBuffer UninitializedParameter UntypedStorage Variable
    VonMises Weibull WeightedRandomSampler Wishart WorkerInfo ZeroRedundancyOptimizer _LRScheduler
    _SingleLevelFunction
    """

# Dotted names whose last component means a module elsewhere in torch (nn.Transformer, nn.Softmax...).
PATHS: dict[str, str] = {
    "torch.fx.Transformer": "other",
    "torch.fx.interpreter.Transformer": "other",
}
