"""Folds block-quantised weights of an ONNX model into plain float initialisers.

    fold_quantised_onnx.py QUANTISED.onnx FOLDED.onnx

OpenVINO refuses DequantizeLinear with a block_size. Each such node (axis, block_size) over constants
becomes a float initialiser holding (x - zero_point) * scale, and so does a Reshape of its result.
The same input gives the same bytes.
"""

import argparse
import sys

import numpy
import onnx
from onnx import numpy_helper


class FoldError(Exception):
    """The model holds something that this tool does not fold."""


def _attribute(node, name, default):
    for attribute in node.attribute:
        if attribute.name == name:
            return onnx.helper.get_attribute_value(attribute)
    return default


def _dequantise(node, constants):
    """The value of a DequantizeLinear node, or None when it is not block-quantised."""
    block_size = _attribute(node, "block_size", 0)
    if block_size == 0:
        return None
    missing = [name for name in node.input if name and name not in constants]
    if missing:
        raise FoldError(f"{node.name}: {missing[0]} is not a constant")

    quantised = constants[node.input[0]]
    scale = constants[node.input[1]]
    axis = _attribute(node, "axis", 1)
    length = quantised.shape[axis]

    def spread(per_block):
        return numpy.repeat(per_block, block_size, axis=axis).take(range(length), axis=axis)

    # A wider type first: the difference of two bytes does not fit a byte.
    value = quantised.astype(numpy.int32)
    if len(node.input) > 2 and node.input[2]:
        value = value - spread(constants[node.input[2]].astype(numpy.int32))
    return value.astype(numpy.float32) * spread(scale).astype(numpy.float32)


def fold(model):
    """Folds the model in place; returns how many DequantizeLinear nodes went."""
    graph = model.graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    results = {output.name for output in graph.output}
    folded = {}
    kept = []
    count = 0
    for node in graph.node:
        if node.op_type == "DequantizeLinear":
            value = _dequantise(node, constants)
            if value is not None:
                folded[node.output[0]] = value
                count += 1
                continue
        if node.op_type == "Reshape" and node.input[0] in folded and node.input[1] in constants:
            shape = [int(size) for size in constants[node.input[1]]]
            folded[node.output[0]] = folded[node.input[0]].reshape(shape)
            continue
        kept.append(node)

    used = results.union(*(node.input for node in kept))
    tensors = [tensor for tensor in graph.initializer if tensor.name in used]
    tensors += [
        numpy_helper.from_array(numpy.ascontiguousarray(value, dtype="<f4"), name)
        for name, value in folded.items()
        if name in used
    ]
    # A quantiser leaves the names of the weights it replaced among the inputs; an engine would ask
    # for each of them.
    inputs = [value for value in graph.input if value.name in used]
    infos = [value for value in graph.value_info if value.name in used]
    for field, values in (
        ("node", kept), ("initializer", tensors), ("input", inputs), ("value_info", infos)
    ):
        graph.ClearField(field)
        getattr(graph, field).extend(values)
    return count


def fold_bytes(quantised):
    """The folded model, serialised, of a serialised model."""
    model = onnx.load_model_from_string(quantised)
    if fold(model) == 0:
        raise FoldError("the model holds no block-quantised weights")
    return model.SerializeToString(deterministic=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("quantised")
    parser.add_argument("folded")
    arguments = parser.parse_args()
    try:
        with open(arguments.quantised, "rb") as file:
            content = fold_bytes(file.read())
        with open(arguments.folded, "wb") as file:
            file.write(content)
    except (FoldError, OSError) as error:
        print(f"fold_quantised_onnx: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
