from typing import TYPE_CHECKING

from .factory import build, build_agent, build_pair

if TYPE_CHECKING:
    from .models.net import Net
