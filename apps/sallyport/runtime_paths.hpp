// Where the program finds what lies beside it: schemas, pages, the default pack. A file in the
// source tree is used when the program runs from its build folder; SALLYPORT_HOME overrides it.
#pragma once

#include <filesystem>

namespace sallyport::app {

[[nodiscard]] std::filesystem::path home();
[[nodiscard]] inline std::filesystem::path default_pack() {
    return home() / "packs/default";
}
[[nodiscard]] inline std::filesystem::path schema_folder() {
    return home() / "schema";
}
[[nodiscard]] inline std::filesystem::path web_folder() {
    return home() / "web/dist";
}
[[nodiscard]] inline std::filesystem::path portraits_folder() {
    return home() / "build/portraits";
}
[[nodiscard]] inline std::filesystem::path demo_folder() {
    return home() / "demo";
}

} // namespace sallyport::app
