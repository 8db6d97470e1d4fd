"""Models of libraries: which come in training mode, which do not, and engines that set it."""

import lightning.pytorch as pl
import segmentation_models_pytorch as smp
import timm
import torch
import torchvision
from diffusers import UNet2DModel
from sentence_transformers import SentenceTransformer
from torch import nn
from torchvision import models
from torchvision.models import ResNet50_Weights, resnet50
from transformers import AutoModel, AutoModelForSequenceClassification
from ultralytics import YOLO


class Lit(pl.LightningModule):
    def __init__(self, width=8):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(width, width), nn.Dropout(0.3))

    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, batch_idx):
        return self(batch).mean()

    def validation_step(self, batch, batch_idx):
        self.log("loss", self(batch).mean())

    def predict_step(self, batch, batch_idx):
        return self(batch)


def torchvision_weights(x):
    model = resnet50(weights=ResNet50_Weights.DEFAULT)
    with torch.no_grad():
        return model(x)  # TML301


def torchvision_pretrained(x):
    model = models.vgg16(pretrained=True)
    model.classifier[6] = nn.Linear(4096, 2)
    with torch.inference_mode():
        return model(x)  # TML301


def torchvision_in_eval(x):
    model = torchvision.models.resnet18(weights="IMAGENET1K_V1").eval()
    with torch.no_grad():
        return model(x)


def torchvision_without_weights(x):
    model = models.resnet18(weights=None)
    with torch.no_grad():
        return model(x)


def torchvision_flag(x, pretrained):
    """Whether anything is loaded is the caller's choice; the mode is wrong whenever it is."""
    model = models.resnet18(pretrained=False)
    model.fc = nn.Identity()
    with torch.no_grad():
        return model(x)


def torchvision_fine_tuned(loader):
    model = models.resnet18(weights="DEFAULT")
    optimizer = torch.optim.SGD(model.fc.parameters(), lr=0.1)
    for x, y in loader:
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def timm_pretrained(loader):
    model = timm.create_model("convnext_tiny", pretrained=True, num_classes=0)
    with torch.no_grad():
        return [model(x) for x in loader]  # TML301


def timm_random(x):
    model = timm.create_model("convnext_tiny", pretrained=False)
    with torch.no_grad():
        return model(x)


def timm_in_eval(loader):
    model = timm.create_model("convnext_tiny", pretrained=True)
    model = model.eval()
    with torch.no_grad():
        return [model(x) for x in loader]


def segmentation(path, x):
    model = smp.Unet("resnet34", encoder_weights=None, classes=1)
    model.load_state_dict(torch.load(path))
    with torch.no_grad():
        return model(x)  # TML301


def transformers_models(batch):
    """`from_pretrained` ends in eval()."""
    model = AutoModel.from_pretrained("bert-base-uncased")
    classifier = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased").to("cuda")
    with torch.no_grad():
        return model(**batch), classifier(**batch).logits


def other_pretrained(batch):
    unet = UNet2DModel.from_pretrained("google/ddpm-cat-256")
    encoder = SentenceTransformer("all-MiniLM-L6-v2")
    detector = YOLO("yolov8n.pt")
    with torch.no_grad():
        return unet(batch, 1), encoder(batch), detector(batch)


def from_the_hub(x):
    model = torch.hub.load("pytorch/vision", "resnet18", pretrained=True)
    with torch.no_grad():
        return model(x)


def scripted(path, x):
    """The mode was saved with the program."""
    model = torch.jit.load(path)
    with torch.no_grad():
        return model(x)


def pickled(path, x):
    """So it was with the whole model."""
    model = torch.load(path, weights_only=False)
    with torch.no_grad():
        return model(x)


def exported(path, x):
    model = torch.export.load(path).module()
    with torch.no_grad():
        return model(x)


def lightning_checkpoint(path, x):
    model = Lit.load_from_checkpoint(path)
    with torch.no_grad():
        return model(x)  # TML301


def lightning_checkpoint_on_cpu(path, x):
    model = Lit.load_from_checkpoint(path, map_location="cpu", width=16)
    model.freeze()
    return model(x)


def lightning_checkpoint_in_eval(path, x):
    model = Lit.load_from_checkpoint(checkpoint_path=path).eval()
    with torch.no_grad():
        return model(x)


def lightning_trainer(path, loader):
    model = Lit()
    model.load_state_dict(torch.load(path)["state_dict"])
    trainer = pl.Trainer(accelerator="auto")
    trainer.test(model, loader)
    return trainer.predict(model, loader)


def traced(path):
    """Tracing and export warn of, or choose, the mode themselves."""
    model = resnet50(weights="DEFAULT")
    dummy = torch.rand(1, 3, 224, 224)
    torch.onnx.export(model, dummy, path)
    return torch.jit.trace(model, dummy)


def counted():
    from thop import profile

    model = resnet50(weights="DEFAULT")
    return profile(model, inputs=(torch.randn(1, 3, 224, 224),))


def feature_extraction(x):
    from torchvision.models.feature_extraction import create_feature_extractor

    model = create_feature_extractor(resnet50(weights="DEFAULT").eval(), ["layer4"])
    with torch.no_grad():
        return model(x)
