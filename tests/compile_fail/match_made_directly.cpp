// A Match comes from a complete search through decide(), not from whoever has a traveler at hand.
#include "domain/verdict.hpp"

sallyport::domain::Verdict admit(const sallyport::domain::TravelerId& traveler) {
#ifndef SALLYPORT_CONTROL
    return sallyport::domain::Match(traveler, 0.9F); // must not compile: the constructor is private
#else
    const sallyport::domain::ScoredIdentity best{traveler, 0.9F};
    return sallyport::domain::decide(std::span(&best, 1), {}, {}, {});
#endif
}
