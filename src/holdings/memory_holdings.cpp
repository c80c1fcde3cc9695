#include "holdings/memory_holdings.hpp"

#include "base/limits.hpp"
#include "holdings/internal/held_order.hpp"

#include <set>
#include <utility>

namespace sallyport::holdings {

Status MemoryHoldings::add(std::string_view document_number, HeldPhoto photo) {
    const std::string key = domain::normalised_document_number(document_number);
    if (key.empty()) {
        return fail(ErrorCode::InvalidArgument, "a held photo needs a document number");
    }
    if (photo.bytes.empty()) {
        return fail(ErrorCode::InvalidArgument, "the held photo is empty");
    }
    if (photo.bytes.size() > limits::image_bytes_max) {
        return fail(ErrorCode::ImageTooLarge, "the held photo is larger than the limit");
    }
    const std::lock_guard lock(mutex_);
    std::vector<HeldPhoto>& photos = photos_[key];
    if (photos.size() >= limits::photos_per_traveler_max) {
        return fail(
            ErrorCode::QueueFull, "this document has as many held photos as the limit allows"
        );
    }
    photos.push_back(std::move(photo));
    return {};
}

std::size_t MemoryHoldings::forget(std::string_view document_number) {
    const std::lock_guard lock(mutex_);
    const auto found = photos_.find(domain::normalised_document_number(document_number));
    if (found == photos_.end()) {
        return 0;
    }
    const std::size_t count = found->second.size();
    photos_.erase(found);
    return count;
}

Result<std::vector<HeldPhoto>> MemoryHoldings::photos_of(const domain::Traveler& traveler) {
    std::set<std::string> numbers; // a list may name one document twice
    for (const domain::TravelDocument& document : traveler.documents) {
        numbers.insert(domain::normalised_document_number(document.number));
    }
    std::vector<HeldPhoto> held;
    const std::lock_guard lock(mutex_);
    for (const std::string& number : numbers) {
        const auto found = photos_.find(number);
        if (found != photos_.end()) {
            held.insert(held.end(), found->second.begin(), found->second.end());
        }
    }
    internal::order_and_limit(held);
    return held;
}

} // namespace sallyport::holdings
