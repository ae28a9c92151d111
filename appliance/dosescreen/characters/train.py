"""Training the networks: ``python -m appliance.dosescreen.characters.train fine FONTS WEIGHTS``.

FONTS is a folder of outline fonts, WEIGHTS where what was learnt is kept: training goes on from
there, and writes ``fine.onnx`` beside it. An hour a network on one core is little; it takes PyTorch
and onnx, which the appliance itself does not need: ``pip install .[training]``.

HELD_OUT families are never trained with: they measure how unknown fonts are read. Of the others
each network has four fifths, not the same ones.
"""

import sys
import time
from hashlib import sha256
from math import cos, pi
from pathlib import Path
from typing import Any

import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from appliance.dosescreen.characters.alphabet import ALPHABET
from appliance.dosescreen.characters.network import GEOMETRIES
from appliance.dosescreen.characters.specimens import IGNORED, Faces, batches
from appliance.dosescreen.characters.strips import Geometry
from appliance.dosescreen.characters.typefaces import families, has

BATCH, MINUTES, RATE, WARM_UP_STEPS, REPORTED_STEPS = 16, 60.0, 2e-3, 200, 100
BLANK_WEIGHT = 0.35
"""Most frames hold no middle of a character."""
OPSET = 13
HELD_OUT = (
    *("cantarell", "carlito", "courier prime", "fantasque", "gentium", "linbiolinum", "play"),
    *("pt", "roboto"),  # ParaType's fonts: PTS55F …
    *("lut", "ncen"),  # Lucida Typewriter and New Century Schoolbook
)
"""How the names of families begin that are left out."""


def _convolution(
    inward: int, outward: int, kernel: tuple[int, int], **how: tuple[int, int]
) -> nn.Sequential:
    how.setdefault("padding", (kernel[0] // 2, kernel[1] // 2))
    layer = nn.Conv2d(inward, outward, kernel, bias=False, **how)
    return nn.Sequential(layer, nn.BatchNorm2d(outward), nn.ReLU())


def _fine() -> nn.Sequential:
    return nn.Sequential(
        _convolution(1, 16, (3, 3)),
        nn.MaxPool2d((2, 1)),
        _convolution(16, 32, (3, 3)),
        nn.MaxPool2d((2, 1)),
        _convolution(32, 48, (3, 3)),
        nn.MaxPool2d((2, 1)),
        _convolution(48, 72, (3, 3)),
        _convolution(72, 112, (3, 5), padding=(0, 2)),
        _convolution(112, 112, (1, 3)),
        nn.Conv2d(112, len(ALPHABET) + 1, 1),
    )


def _coarse() -> nn.Sequential:
    return nn.Sequential(
        _convolution(1, 20, (5, 5), stride=(2, 1), padding=(2, 2)),
        _convolution(20, 40, (3, 3), stride=(2, 2)),
        _convolution(40, 56, (3, 3)),
        _convolution(56, 72, (3, 3), stride=(2, 1)),
        _convolution(72, 128, (4, 5), padding=(0, 2)),
        nn.Conv2d(128, len(ALPHABET) + 1, 1),
    )


STRUCTURES = {"fine": _fine, "coarse": _coarse}


def faces_for(name: str, fonts: Path) -> Faces:
    """The typefaces a network is trained with."""
    paths = sorted(path for kind in ("ttf", "otf", "ttc") for path in fonts.rglob(f"*.{kind}"))
    own = [path for path in paths if _is_for(name, path.stem)]
    chosen = {family: faces for family, faces in families(own) if _is_for(name, family)}
    eastern = {path.stem for path in own if has(path, "量線")}
    return Faces(chosen, [face for each in eastern & chosen.keys() for face in chosen[each]])


def _is_for(name: str, family: str) -> bool:
    if family.casefold().startswith(HELD_OUT):
        return False
    return sha256(f"{name} {family[:6].casefold()}".encode()).digest()[0] % 5 > 0


def train(name: str, fonts: Path, weights: Path, minutes: float = MINUTES) -> nn.Sequential:
    """A network trained on strips of ``fonts`` for so many minutes, from ``weights`` if there."""
    seed = int(time.time())
    torch.manual_seed(seed)
    network = STRUCTURES[name]()
    if weights.exists():
        network.load_state_dict(torch.load(weights))
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-4)
    balance = torch.ones(len(ALPHABET) + 1)
    balance[0] = BLANK_WEIGHT
    loss = nn.CrossEntropyLoss(weight=balance, ignore_index=IGNORED)
    begun = time.monotonic()
    strips = batches(faces_for(name, fonts), GEOMETRIES[name], BATCH, seed)
    for step, (images, outputs) in enumerate(strips):
        done = (time.monotonic() - begun) / (60 * minutes)
        if done >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, step / WARM_UP_STEPS) * (1 + cos(pi * done)) / 2
        wrong = loss(network(torch.from_numpy(images))[:, :, 0], torch.from_numpy(outputs))
        optimiser.zero_grad()
        wrong.backward()
        optimiser.step()
        if step % REPORTED_STEPS == 0:
            print(f"{name} {done:.0%} {step} {wrong.item():.4f}", flush=True)  # noqa: T201
            torch.save(network.state_dict(), weights)
    torch.save(network.state_dict(), weights)
    return network.eval()


def export(network: nn.Sequential, name: str, geometry: Geometry) -> onnx.ModelProto:
    """The network in ONNX, its normalisation folded into its convolutions."""
    layers = [layer for layer in network.modules() if not isinstance(layer, nn.Sequential)]
    nodes: list[Any] = []
    constants: list[Any] = []
    at = "strip"
    for number, layer in enumerate(layers):
        if isinstance(layer, nn.BatchNorm2d):
            continue
        to = f"layer{number}"
        if isinstance(layer, nn.Conv2d):
            after = layers[number + 1] if number + 1 < len(layers) else None
            kernel, bias = _folded(layer, after)
            constants += [
                numpy_helper.from_array(kernel, f"{to}w"),
                numpy_helper.from_array(bias, f"{to}b"),
            ]
            how = {"strides": list(layer.stride), "pads": [*layer.padding, *layer.padding]}
            nodes.append(helper.make_node("Conv", [at, f"{to}w", f"{to}b"], [to], **how))
        elif isinstance(layer, nn.ReLU):
            nodes.append(helper.make_node("Relu", [at], [to]))
        else:
            size = list(layer.kernel_size)
            nodes.append(helper.make_node("MaxPool", [at], [to], kernel_shape=size, strides=size))
        at = to
    return _model(name, geometry, nodes, constants)


def _folded(layer: nn.Conv2d, after: object) -> tuple[Any, Any]:
    kernel = layer.weight.detach().numpy().copy()
    if not isinstance(after, nn.BatchNorm2d) or after.running_var is None:
        return kernel, layer.bias.detach().numpy() if layer.bias is not None else None
    scale = (after.weight / torch.sqrt(after.running_var + after.eps)).detach().numpy()
    bias = after.bias.detach().numpy() - after.running_mean.numpy() * scale
    return kernel * scale[:, None, None, None], bias


def _model(
    name: str, geometry: Geometry, nodes: list[Any], constants: list[Any]
) -> onnx.ModelProto:
    frames = geometry.columns // geometry.stride
    strip = [1, 1, geometry.rows, geometry.columns]
    scores = [1, len(ALPHABET) + 1, 1, frames]
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("strip", TensorProto.FLOAT, strip)],
        [helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, scores)],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    return model


if __name__ == "__main__":
    chosen, folder, kept = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    trained = train(chosen, folder, kept, *map(float, sys.argv[4:]))
    onnx.save(export(trained, chosen, GEOMETRIES[chosen]), kept.with_name(f"{chosen}.onnx"))
