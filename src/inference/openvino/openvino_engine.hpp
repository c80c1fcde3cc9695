// The Engine on OpenVINO: reads ONNX, TFLite and OpenVINO's own format. Results are float32 and
// equal from run to run, whatever the number of threads.
#pragma once

#include "inference/engine.hpp"

namespace sallyport::inference {

// InvalidArgument for counts below one; Internal when the library cannot start.
[[nodiscard]] Result<std::unique_ptr<Engine>> make_openvino_engine(const EngineOptions& options);

} // namespace sallyport::inference
