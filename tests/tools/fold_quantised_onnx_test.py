import pathlib
import tomllib
import unittest

import numpy
import onnx
import openvino
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

import fetch_files
import fold_quantised_onnx

INPUT = numpy.linspace(-1, 1, 6, dtype=numpy.float32).reshape(1, 6)


def quantised_model(weight_is_constant=True):
    """A product with a 6x4 weight, quantised along its first axis in blocks of 3, kept as 12x2."""
    numbers = numpy.random.default_rng(7)
    constants = {
        "weight_quantised": numbers.integers(-128, 128, (12, 2), dtype=numpy.int8),
        "weight_scale": numbers.uniform(0.01, 0.1, (4, 2)).astype(numpy.float32),
        "weight_zero_point": numbers.integers(-128, 128, (4, 2), dtype=numpy.int8),
        "weight_shape": numpy.array([6, 4], dtype=numpy.int64),
    }
    nodes = [
        helper.make_node(
            "DequantizeLinear", ["weight_quantised", "weight_scale", "weight_zero_point"],
            ["weight_flat"], name="weight", axis=0, block_size=3,
        ),
        helper.make_node("Reshape", ["weight_flat", "weight_shape"], ["weight"]),
        helper.make_node("MatMul", ["data", "weight"], ["result"]),
    ]
    inputs = [
        helper.make_tensor_value_info("data", TensorProto.FLOAT, [1, 6]),
        # What a quantiser leaves of the weight that it replaced.
        helper.make_tensor_value_info("weight_before", TensorProto.FLOAT, [6, 4]),
    ]
    if not weight_is_constant:
        del constants["weight_scale"]
        inputs.append(helper.make_tensor_value_info("weight_scale", TensorProto.FLOAT, [4, 2]))
    graph = helper.make_graph(
        nodes, "product", inputs,
        [helper.make_tensor_value_info("result", TensorProto.FLOAT, [1, 4])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)])


class FoldQuantisedOnnxTest(unittest.TestCase):
    def test_keeps_what_the_model_computes(self):
        model = quantised_model()
        before = ReferenceEvaluator(model).run(None, {"data": INPUT, "weight_before": None})[0]
        folded = onnx.load_model_from_string(
            fold_quantised_onnx.fold_bytes(model.SerializeToString())
        )
        onnx.checker.check_model(folded)
        self.assertEqual([node.op_type for node in folded.graph.node], ["MatMul"])
        after = ReferenceEvaluator(folded).run(None, {"data": INPUT})[0]
        numpy.testing.assert_array_equal(after, before)

    def test_leaves_only_inputs_that_are_used(self):
        model = quantised_model()
        fold_quantised_onnx.fold(model)
        self.assertEqual([value.name for value in model.graph.input], ["data"])
        self.assertEqual([tensor.name for tensor in model.graph.initializer], ["weight"])

    def test_gives_the_same_bytes_every_time(self):
        model = quantised_model().SerializeToString()
        self.assertEqual(
            fold_quantised_onnx.fold_bytes(model), fold_quantised_onnx.fold_bytes(model)
        )

    def test_refuses_weights_that_are_not_constant(self):
        with self.assertRaisesRegex(fold_quantised_onnx.FoldError, "weight_scale is not a constant"):
            fold_quantised_onnx.fold(quantised_model(weight_is_constant=False))

    def test_refuses_a_model_with_nothing_to_fold(self):
        model = quantised_model()
        fold_quantised_onnx.fold(model)
        with self.assertRaisesRegex(fold_quantised_onnx.FoldError, "no block-quantised weights"):
            fold_quantised_onnx.fold_bytes(model.SerializeToString())


class FetchedModelsTest(unittest.TestCase):
    def test_openvino_runs_the_folded_recogniser(self):
        with open(fetch_files.ROOT / fetch_files.LIST, "rb") as file:
            packages = tomllib.load(file)["package"]
        converted = [
            entry["to"] for package in packages for entry in package["file"] if "conversion" in entry
        ]
        self.assertEqual(converted, ["packs/default/sface.onnx"])
        path = pathlib.Path(fetch_files.ROOT, converted[0])
        model = openvino.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        self.assertEqual(len(model.inputs), 1)
        picture = numpy.random.default_rng(7).uniform(0, 255, (1, 3, 112, 112))
        template = model([picture.astype(numpy.float32)])[0]
        self.assertEqual(template.shape, (1, 128))
        self.assertTrue(numpy.isfinite(template).all())
        self.assertGreater(numpy.linalg.norm(template), 0)
