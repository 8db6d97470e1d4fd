"""A notebook turned into a script."""

# %%
import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.utils.data import DataLoader

# %%
batch_size, latent = 16, 32


class Generator(nn.Module):
    def __init__(self, latent):
        super().__init__()
        self.up = nn.Sequential(nn.ConvTranspose2d(latent, 8, 4), nn.BatchNorm2d(8), nn.Tanh())

    def forward(self, z):
        return self.up(z)


# %%
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
generator = Generator(latent)
generator = generator.to(device)
generator.load_state_dict(torch.load("generator.pt", map_location=device))

# %%
loader = DataLoader(torch.load("codes.pt"), batch_size)
for z in loader:
    with torch.no_grad():
        images = generator(z.to(device))  # TML301
    plt.imshow(images[0].permute(1, 2, 0).cpu())
