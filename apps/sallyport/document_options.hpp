// `sallyport document`: what is on the command line for travel documents and boarding passes.
#pragma once

#include <CLI/CLI.hpp>

namespace sallyport::app {

// The status is set by the command that runs.
void add_document(CLI::App& app, int& status);

} // namespace sallyport::app
