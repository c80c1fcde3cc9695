#include "imaging/codec.hpp"
#include "imaging/geometry.hpp"
#include "suites.hpp"

#include <benchmark/benchmark.h>

namespace sallyport::bench {

namespace {

using benchmark::State;

// Runs one operation of the picture in a loop; an operation that fails ends its benchmark.
template <class Operation>
void measure(State& state, Operation operation) {
    for (auto step : state) {
        auto result = operation();
        if (!result.has_value()) {
            state.SkipWithError(result.error().describe().c_str());
            break;
        }
        benchmark::DoNotOptimize(result);
    }
}

} // namespace

void register_picture_benchmarks(const std::vector<NamedPicture>& pictures) {
    const NamedPicture& picture = pictures.front();
    const auto add = [](const char* name, auto operation) {
        benchmark::RegisterBenchmark(name, [operation](State& state) {
            measure(state, operation);
        })->Unit(benchmark::kMillisecond);
    };
    add("picture/decode_jpeg/640x480", [&picture] { return imaging::decode_image(picture.jpeg); });
    add("picture/encode_jpeg/640x480",
        [&picture] { return imaging::encode_jpeg(picture.image, 90); });
    add("picture/resize/640x480_to_320x240",
        [&picture] { return imaging::resize(picture.image, 320, 240); });
    add("picture/align/112x112", [&picture] {
        constexpr imaging::Landmarks eyes_nose_mouth{
            {{280.0F, 200.0F},
             {360.0F, 205.0F},
             {318.0F, 250.0F},
             {285.0F, 295.0F},
             {352.0F, 298.0F}}
        };
        return imaging::align_face(picture.image, eyes_nose_mouth);
    });
}

} // namespace sallyport::bench
