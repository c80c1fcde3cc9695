// Ids of different kinds do not stand in for one another, equal as their bytes are.
#include "domain/ids.hpp"

void close_context(const sallyport::domain::ContextId& context);

void mistaken(
    [[maybe_unused]] const sallyport::domain::TravelerId& traveler,
    [[maybe_unused]] const sallyport::domain::ContextId& context
) {
#ifndef SALLYPORT_CONTROL
    close_context(traveler); // must not compile: a traveler is no context
#else
    close_context(context);
#endif
}
