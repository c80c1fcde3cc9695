// A bare number is no threshold: it would not say for which pack it holds.
#include "domain/verdict.hpp"

sallyport::domain::Verdict judge(std::span<const sallyport::domain::ScoredIdentity> best_first) {
#ifndef SALLYPORT_CONTROL
    return sallyport::domain::decide(best_first, {}, 0.5F, {}); // must not compile: of which pack?
#else
    return sallyport::domain::decide(best_first, {}, {0.5F, {}, 1e-6}, {});
#endif
}
