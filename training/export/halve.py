"""Stores the weights of an ONNX file as fp16; arithmetic stays fp32. Serves every exporter of this folder's neighbours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def halve(path: Path, floor: int = 4096) -> list[str]:
    """Every fp32 weight of `floor` numbers or more goes behind a Cast, names that only mean something to the exporter go.

    The file is checked and written in place. Returns the operators of the graph, sorted.
    """
    model = onnx.load(str(path))
    graph, casts = model.graph, []
    for tensor in list(graph.initializer):
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < floor:
            continue
        half = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), f"{tensor.name}_fp16")
        casts.append(helper.make_node("Cast", [half.name], [tensor.name], to=TensorProto.FLOAT, name=f"widen_{tensor.name}"))
        graph.initializer.remove(tensor)
        graph.initializer.append(half)
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
    for node in graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    model.producer_name, model.producer_version, model.doc_string = "renalens-training", "1", ""
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return sorted({n.op_type for n in graph.node})
