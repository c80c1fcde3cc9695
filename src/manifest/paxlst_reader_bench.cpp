// How long one list of a wide-body takes to read: as sent, and as a telegram brings it. Figures,
// never pass or fail.
#include "manifest/passenger_list.hpp"

#include <benchmark/benchmark.h>
#include <fmt/core.h>
#include <string>
#include <string_view>

namespace sallyport::manifest {

namespace {

std::string made_up_list(std::size_t travelers) {
    std::string text = "UNA:+.? 'UNB+UNOA:4+XX:ZZ+UTOAPIS:ZZ+261130:1810+77++APIS'"
                       "UNG+PAXLST+XX+UTOAPIS+261130:1810+1+UN+D:05B'"
                       "UNH+M1+PAXLST:D:05B:UN:IATA'BGM+745'NAD+MS+++DESK'COM+555 0100:TE'"
                       "TDT+20+XX100+++XX'LOC+125+AMS'DTM+189:2612010940:201'LOC+87+JFK'"
                       "DTM+232:2612011155:201'";
    for (std::size_t index = 0; index < travelers; ++index) {
        text += fmt::format(
            "NAD+FL+++TESTER{0}:ALEX:MARIA'ATT+2++F'DTM+329:740812'MEA+CT++1'FTX+BAG+++XX{0:06}'"
            "LOC+22+JFK'LOC+174+UTO'LOC+178+AMS'LOC+179+JFK'NAT+2+UTO'RFF+AVF:A{0:05}'"
            "RFF+ABO:U{0}'RFF+SEA:{0}A'DOC+P:110:111+D{0:07}'DTM+36:320415'LOC+91+UTO'",
            index
        );
    }
    // MS, COM and the flight's segments, UNH, BGM, CNT, UNT beside 16 of each traveler.
    return text +
           fmt::format("CNT+42:{}'UNT+{}+M1'UNE+1+1'UNZ+1+77'", travelers, 16 * travelers + 11);
}

std::string in_lines(std::string_view text, std::size_t width) {
    std::string lines = "QU UTOXXHDR\r\n.HDQXXYY 301810\r\n";
    for (std::size_t position = 0; position < text.size(); position += width) {
        lines += text.substr(position, width);
        lines += "\r\n";
    }
    return lines;
}

void read_list_bench(benchmark::State& state, const std::string& text) {
    for (auto _ : state) {
        const ListReading reading = read_paxlst(text);
        if (reading.has_errors()) {
            state.SkipWithError("the list has errors");
            break;
        }
        benchmark::DoNotOptimize(reading.lists.data());
    }
    state.SetBytesProcessed(
        static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(text.size())
    );
}

void paxlst_as_sent(benchmark::State& state) {
    read_list_bench(state, made_up_list(static_cast<std::size_t>(state.range(0))));
}
void paxlst_as_received(benchmark::State& state) {
    constexpr std::size_t telegram_width = 69;
    read_list_bench(
        state, in_lines(made_up_list(static_cast<std::size_t>(state.range(0))), telegram_width)
    );
}

BENCHMARK(paxlst_as_sent)->Arg(260)->Arg(5'000)->Unit(benchmark::kMillisecond);
BENCHMARK(paxlst_as_received)->Arg(260)->Arg(5'000)->Unit(benchmark::kMillisecond);

} // namespace

} // namespace sallyport::manifest
