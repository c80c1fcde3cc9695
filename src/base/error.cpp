#include "base/error.hpp"

namespace sallyport {

std::string_view error_code_name(ErrorCode code) {
    switch (code) {
    case ErrorCode::InvalidArgument:
        return "invalid-argument";
    case ErrorCode::MalformedInput:
        return "malformed-input";
    case ErrorCode::UnsupportedMediaType:
        return "unsupported-media-type";
    case ErrorCode::PayloadTooLarge:
        return "payload-too-large";
    case ErrorCode::ImageUndecodable:
        return "image-undecodable";
    case ErrorCode::ImageUnsupported:
        return "image-unsupported";
    case ErrorCode::ImageTooLarge:
        return "image-too-large";
    case ErrorCode::NotFound:
        return "not-found";
    case ErrorCode::AlreadyExists:
        return "already-exists";
    case ErrorCode::StateConflict:
        return "state-conflict";
    case ErrorCode::ContextClosed:
        return "context-closed";
    case ErrorCode::IdempotencyMismatch:
        return "idempotency-mismatch";
    case ErrorCode::Unauthenticated:
        return "unauthenticated";
    case ErrorCode::Forbidden:
        return "forbidden";
    case ErrorCode::HostRejected:
        return "host-rejected";
    case ErrorCode::MethodNotAllowed:
        return "method-not-allowed";
    case ErrorCode::QueueFull:
        return "queue-full";
    case ErrorCode::DeadlineExceeded:
        return "deadline-exceeded";
    case ErrorCode::ModelMissing:
        return "model-missing";
    case ErrorCode::ModelMismatch:
        return "model-mismatch";
    case ErrorCode::DigestMismatch:
        return "digest-mismatch";
    case ErrorCode::NoCalibration:
        return "no-calibration";
    case ErrorCode::StorageFull:
        return "storage-full";
    case ErrorCode::StorageReadOnly:
        return "storage-read-only";
    case ErrorCode::StorageFailed:
        return "storage-failed";
    case ErrorCode::SealBroken:
        return "seal-broken";
    case ErrorCode::AlreadyRunning:
        return "already-running";
    case ErrorCode::ConfigInvalid:
        return "config-invalid";
    case ErrorCode::IoFailed:
        return "io-failed";
    case ErrorCode::NotReady:
        return "not-ready";
    case ErrorCode::Internal:
        return "internal";
    }
    return "internal";
}

const std::vector<ErrorCode>& all_error_codes() {
    static const std::vector<ErrorCode> codes = [] {
        std::vector<ErrorCode> all;
        for (int value = 0; value <= static_cast<int>(ErrorCode::Internal); ++value) {
            all.push_back(static_cast<ErrorCode>(value));
        }
        return all;
    }();
    return codes;
}

std::string Error::describe() const {
    std::string text = message_;
    for (const Error* below = cause(); below != nullptr; below = below->cause()) {
        text += ": ";
        text += below->message();
    }
    return text;
}

} // namespace sallyport
