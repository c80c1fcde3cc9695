// The port to an inference library: models with float tensors, nothing more. An Engine loads
// models; a Model keeps a bounded pool of requests and may be used from any thread; a Request
// belongs to one thread at a time and goes back to its pool when it is destroyed. Its input and
// output memory is overwritten then, because it holds faces and templates. Errors: ModelMissing (no
// such file), ModelMismatch (a shape or name the model does not have), Internal (the library
// failed).
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sallyport::inference {

using Shape = std::vector<std::int64_t>;

struct TensorInfo {
    std::string name; // empty when the model has none
    Shape shape;
};

class Request {
public:
    virtual ~Request() = default;
    // Memory to write the input into, in the order of Model::inputs().
    [[nodiscard]] virtual std::span<float> input(std::size_t index) = 0;
    [[nodiscard]] virtual Status run() = 0;
    // Valid after run() until the request is destroyed or run again.
    [[nodiscard]] virtual std::span<const float> output(std::size_t index) const = 0;
};

class Model {
public:
    virtual ~Model() = default;
    [[nodiscard]] virtual const std::vector<TensorInfo>& inputs() const = 0;
    [[nodiscard]] virtual const std::vector<TensorInfo>& outputs() const = 0;
    // Waits while as many requests are out as may run in parallel.
    [[nodiscard]] virtual Result<std::unique_ptr<Request>> begin() = 0;
};

struct EngineOptions {
    int parallel_requests = 2;
    int threads_per_request = 1;
    std::filesystem::path cache_dir; // compiled models; empty: none
};

class Engine {
public:
    virtual ~Engine() = default;
    // `input_shape` fixes the shape of a model with one input; empty keeps the model's own.
    [[nodiscard]] virtual Result<std::unique_ptr<Model>>
    load(const std::filesystem::path& file, const Shape& input_shape) = 0;
};

} // namespace sallyport::inference
