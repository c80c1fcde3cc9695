// A log event is a literal of plain letters; a text made at run time could hold anything.
#include "observability/log.hpp"

#include <string>

void note([[maybe_unused]] const std::string& text) {
#ifndef SALLYPORT_CONTROL
    sallyport::observability::log_info(text.c_str()); // must not compile: free text
#else
    sallyport::observability::log_info("gallery.published");
#endif
}
