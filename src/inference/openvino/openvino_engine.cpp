#include "inference/openvino/openvino_engine.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <openvino/openvino.hpp>
#include <strings.h>

namespace sallyport::inference {
namespace {

// Runs `work`; OpenVINO's exceptions end here.
template <class Work>
Status guarded(const std::string& operation, const Work& work) {
    try {
        work();
        return {};
    } catch (const ov::Exception& error) {
        return fail(
            ErrorCode::Internal,
            "OpenVINO failed to " + operation,
            Error(ErrorCode::Internal, error.what())
        );
    }
}

TensorInfo describe(const ov::Output<const ov::Node>& port) {
    TensorInfo info;
    if (!port.get_names().empty()) {
        info.name = port.get_any_name();
    }
    for (const std::size_t side : port.get_shape()) {
        info.shape.push_back(static_cast<std::int64_t>(side));
    }
    return info;
}

// The requests of one compiled model. Shared by the model and the requests that are out.
class Pool {
public:
    explicit Pool(std::vector<ov::InferRequest> requests) : idle_(std::move(requests)) {}

    [[nodiscard]] ov::InferRequest take() {
        std::unique_lock lock(mutex_);
        returned_.wait(lock, [this] { return !idle_.empty(); });
        ov::InferRequest request = std::move(idle_.back());
        idle_.pop_back();
        return request;
    }
    void give_back(ov::InferRequest request) {
        {
            const std::lock_guard lock(mutex_);
            idle_.push_back(std::move(request));
        }
        returned_.notify_one();
    }

private:
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<ov::InferRequest> idle_;
};

class OpenVINORequest final : public Request {
public:
    OpenVINORequest(std::shared_ptr<Pool> pool, std::size_t inputs, std::size_t outputs)
        : pool_(std::move(pool)), request_(pool_->take()) {
        for (std::size_t i = 0; i < inputs; ++i) {
            ov::Tensor tensor = request_.get_input_tensor(i);
            inputs_.emplace_back(tensor.data<float>(), tensor.get_size());
        }
        for (std::size_t i = 0; i < outputs; ++i) {
            ov::Tensor tensor = request_.get_output_tensor(i);
            outputs_.emplace_back(tensor.data<float>(), tensor.get_size());
        }
    }
    ~OpenVINORequest() override {
        for (const auto memory : inputs_) {
            ::explicit_bzero(memory.data(), memory.size_bytes());
        }
        for (const auto memory : outputs_) {
            ::explicit_bzero(memory.data(), memory.size_bytes());
        }
        pool_->give_back(std::move(request_));
    }
    OpenVINORequest(const OpenVINORequest&) = delete;
    OpenVINORequest& operator=(const OpenVINORequest&) = delete;

    [[nodiscard]] std::span<float> input(std::size_t index) override { return inputs_.at(index); }
    [[nodiscard]] std::span<const float> output(std::size_t index) const override {
        return outputs_.at(index);
    }
    [[nodiscard]] Status run() override {
        return guarded("run a model", [this] { request_.infer(); });
    }

private:
    std::shared_ptr<Pool> pool_;
    ov::InferRequest request_;
    std::vector<std::span<float>> inputs_;
    std::vector<std::span<float>> outputs_;
};

class OpenVINOModel final : public Model {
public:
    OpenVINOModel(ov::CompiledModel compiled, int requests) : compiled_(std::move(compiled)) {
        for (const auto& port : compiled_.inputs()) {
            inputs_.push_back(describe(port));
        }
        for (const auto& port : compiled_.outputs()) {
            outputs_.push_back(describe(port));
        }
        std::vector<ov::InferRequest> idle;
        for (int i = 0; i < requests; ++i) {
            idle.push_back(compiled_.create_infer_request());
        }
        pool_ = std::make_shared<Pool>(std::move(idle));
    }
    [[nodiscard]] const std::vector<TensorInfo>& inputs() const override { return inputs_; }
    [[nodiscard]] const std::vector<TensorInfo>& outputs() const override { return outputs_; }
    [[nodiscard]] Result<std::unique_ptr<Request>> begin() override {
        std::unique_ptr<Request> request;
        SALLYPORT_CHECK(guarded("prepare a request", [&] {
            request = std::make_unique<OpenVINORequest>(pool_, inputs_.size(), outputs_.size());
        }));
        return request;
    }

private:
    ov::CompiledModel compiled_;
    std::vector<TensorInfo> inputs_;
    std::vector<TensorInfo> outputs_;
    std::shared_ptr<Pool> pool_;
};

// Why this model cannot be fed through the port, or an empty text.
std::string mismatch(const ov::Model& model, const Shape& input_shape) {
    if (!input_shape.empty()) {
        if (model.inputs().size() != 1) {
            return "has another number of inputs than one";
        }
        const ov::PartialShape own = model.input().get_partial_shape();
        if (!own.rank().compatible(static_cast<std::int64_t>(input_shape.size()))) {
            return "has an input of another rank";
        }
    }
    const auto is_float = [](const auto& port) {
        return port.get_element_type() == ov::element::f32;
    };
    const auto inputs = model.inputs();
    const auto outputs = model.outputs();
    if (!std::all_of(inputs.begin(), inputs.end(), is_float) ||
        !std::all_of(outputs.begin(), outputs.end(), is_float)) {
        return "has tensors of another kind than float32";
    }
    return {};
}

class OpenVINOEngine final : public Engine {
public:
    explicit OpenVINOEngine(EngineOptions options) : options_(std::move(options)) {}

    [[nodiscard]] Result<std::unique_ptr<Model>>
    load(const std::filesystem::path& file, const Shape& input_shape) override {
        const std::string name = file.filename().string();
        std::error_code missing;
        if (!std::filesystem::is_regular_file(file, missing)) {
            return fail(ErrorCode::ModelMissing, "the model " + name + " is missing");
        }
        std::shared_ptr<ov::Model> model;
        SALLYPORT_CHECK(guarded("read " + name, [&] { model = core_.read_model(file.string()); }));
        if (const std::string why = mismatch(*model, input_shape); !why.empty()) {
            return fail(ErrorCode::ModelMismatch, "the model " + name + " " + why);
        }
        if (!input_shape.empty()) {
            const Status reshaped = guarded("reshape " + name, [&] {
                model->reshape(ov::PartialShape(
                    std::vector<ov::Dimension>(input_shape.begin(), input_shape.end())
                ));
            });
            if (!reshaped.has_value()) {
                return fail(
                    ErrorCode::ModelMismatch,
                    "the model " + name + " does not take this shape",
                    reshaped.error()
                );
            }
        }
        if (model->is_dynamic()) {
            return fail(ErrorCode::ModelMismatch, "the model " + name + " leaves its shapes open");
        }
        std::unique_ptr<Model> loaded;
        SALLYPORT_CHECK(guarded("compile " + name, [&] {
            loaded = std::make_unique<OpenVINOModel>(
                core_.compile_model(model, "CPU", properties()), options_.parallel_requests
            );
        }));
        return loaded;
    }

private:
    [[nodiscard]] ov::AnyMap properties() const {
        ov::AnyMap properties{
            // Left to itself the library picks bf16 on newer processors, and scores would depend on
            // the machine.
            ov::hint::inference_precision(ov::element::f32),
            ov::hint::performance_mode(ov::hint::PerformanceMode::LATENCY),
            ov::num_streams(options_.parallel_requests),
            // The library counts threads over all streams.
            ov::inference_num_threads(options_.parallel_requests * options_.threads_per_request),
            // Every model would pin its threads to the same first processors.
            ov::hint::enable_cpu_pinning(false),
        };
        if (!options_.cache_dir.empty()) {
            properties.insert(ov::cache_dir(options_.cache_dir.string()));
        }
        return properties;
    }

    EngineOptions options_;
    ov::Core core_;
};

} // namespace

Result<std::unique_ptr<Engine>> make_openvino_engine(const EngineOptions& options) {
    if (options.parallel_requests < 1 || options.threads_per_request < 1) {
        return fail(
            ErrorCode::InvalidArgument, "inference needs at least one request and one thread"
        );
    }
    std::unique_ptr<Engine> engine;
    SALLYPORT_CHECK(guarded("start", [&] { engine = std::make_unique<OpenVINOEngine>(options); }));
    return engine;
}

} // namespace sallyport::inference
