"""An encoder as one ONNX file, for the queries that web processes read without torch."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from recommendations.taste.encoders import OnnxEncoder, SentenceEncoder
from recommendations.taste.weights import EncoderMissing


def export_onnx(name: str, *, folder: Path, sha256: str) -> float:
    """Write the encoder as one ONNX file, once, and return its largest difference from torch.

    Raises:
        EncoderMissing: the weights are wrong, or the export differs from torch by over 1e-3.
    """
    import torch

    reference = SentenceEncoder(name, sha256=sha256, device="cpu")
    transformer: Any = reference.model[0].auto_model
    transformer.eval()
    # The plain attention: the fused one leaves out the mask when it is traced.
    transformer.set_attn_implementation("eager")

    class States(torch.nn.Module):
        def forward(self, input_ids, attention_mask):
            return transformer(input_ids=input_ids, attention_mask=attention_mask)[0]

    folder.mkdir(parents=True, exist_ok=True)
    path, draft = folder / "model.onnx", folder / "draft.onnx"
    sample = torch.ones((2, 9), dtype=torch.int64)
    mask = sample.clone()
    mask[1, 5:] = 0  # A padded sample, or the mask counts as constant and drops out.
    rows, tokens = torch.export.Dim("rows", max=512), torch.export.Dim("tokens", max=256)
    # The older exporter (dynamo=False) gives wrong numbers for this model.
    program = torch.onnx.export(
        States().eval(),
        (sample, mask),
        input_names=["input_ids", "attention_mask"],
        output_names=["states"],
        dynamic_shapes=({0: rows, 1: tokens}, {0: rows, 1: tokens}),
        dynamo=True,
        verbose=False,
    )
    if program is None:
        raise EncoderMissing("torch gave no ONNX program; is another version of onnx installed?")
    program.save(str(draft), external_data=False)
    draft.replace(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    (folder / "model.onnx.sha256").write_text(digest + "\n")
    texts = [f"{'A quiet film about starting over. ' * (1 + i % 5)}{i}" for i in range(20)]
    exported = OnnxEncoder(name, folder=folder)
    difference = float(np.abs(exported.encode(texts) - reference.encode(texts)).max())
    if not difference <= 1e-3:
        path.unlink()
        raise EncoderMissing(f"the exported encoder differs from torch by {difference:.2g}")
    return difference
