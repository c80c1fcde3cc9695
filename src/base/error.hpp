// What can go wrong, as a value. An Error is a code that callers branch on, one short sentence for
// the operator, and the chain of causes below it. It never holds personal data: no names, document
// numbers, pictures or file contents; it may name files, limits, segment numbers and libraries.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport {

// One code for each thing a caller can do something different about. transport/error_map.cpp gives
// every code its HTTP status; a code without one does not compile.
enum class ErrorCode {
    InvalidArgument,      // a field is missing, out of range or of the wrong kind
    MalformedInput,       // a message or body that cannot be parsed at all
    UnsupportedMediaType, // the content type is not one the route accepts
    PayloadTooLarge,      // larger than the stated limit
    ImageUndecodable,     // not a picture, cut short, or broken inside
    ImageUnsupported,     // a picture of a kind that is not read (CMYK, 16 bits a sample)
    ImageTooLarge,        // more pixels, or more scans, than the stated limit
    NotFound,
    AlreadyExists, // the same thing was recorded before
    StateConflict, // the object is not in a state that allows this
    ContextClosed,
    IdempotencyMismatch, // the key was used before with another request
    Unauthenticated,
    Forbidden,
    HostRejected, // Host or Origin header does not name this server
    MethodNotAllowed,
    QueueFull, // a bounded queue is full; try again
    DeadlineExceeded,
    ModelMissing,
    ModelMismatch,  // templates or calibration of another pack
    DigestMismatch, // a file is not the one that was pinned
    NoCalibration,
    StorageFull,
    StorageReadOnly,
    StorageFailed,
    SealBroken, // sealed bytes do not open: wrong key or altered
    AlreadyRunning,
    ConfigInvalid,
    IoFailed,
    NotReady,
    Internal,
};

// Stable, lower-case, hyphenated name of the code, for problem types, logs and metrics.
[[nodiscard]] std::string_view error_code_name(ErrorCode code);
[[nodiscard]] const std::vector<ErrorCode>& all_error_codes();

class [[nodiscard]] Error {
public:
    Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}
    Error(ErrorCode code, std::string message, Error cause)
        : code_(code), message_(std::move(message)),
          cause_(std::make_shared<const Error>(std::move(cause))) {}

    [[nodiscard]] ErrorCode code() const { return code_; }
    [[nodiscard]] const std::string& message() const { return message_; }
    [[nodiscard]] const Error* cause() const { return cause_.get(); }
    // "message: cause: cause", for one log line.
    [[nodiscard]] std::string describe() const;

private:
    ErrorCode code_;
    std::string message_;
    std::shared_ptr<const Error> cause_;
};

} // namespace sallyport
