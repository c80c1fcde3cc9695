// Certificates of country signing authorities (CSCA) that documents are checked against, with their
// master lists and revocation lists (ICAO Doc 9303-12). A folder of DER files and an index; loaded
// once into an immutable store that is safe from any thread. A master list whose own signature does
// not lead to an anchor the operator named is not imported.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret_bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sallyport::documents {

struct CertificateSummary {
    std::string country; // of the subject, upper case
    std::string subject; // one line, RFC 2253 order; "unreadable" when the bytes are no certificate
    std::string serial;  // hex
    std::string sha256;  // hex of the DER
    std::string key;     // "RSA 4096", "EC brainpoolP384r1", "EC brainpoolP384r1 explicit"
    Instant not_before{};
    Instant not_after{};
    bool self_signed = false; // otherwise a link certificate
};

struct MasterListSummary {
    std::string file;
    bool signature_good = false;
    std::string signer;  // subject of the master list signer
    std::string reason;  // why the signature is not good, or the list not taken; empty otherwise
    std::string country; // of the authority above the signer: whose list it is
    std::optional<Instant> signed_at;
    std::size_t certificates = 0;
    std::size_t countries = 0;
    std::vector<CertificateSummary> content; // what the list carries, readable or not
};

// Reads a CSCA master list (CMS, Doc 9303-12 section 9) and checks its signature up to one of these
// anchors (self-signed DER certificates). MalformedInput when it is no such thing, PayloadTooLarge
// beyond the limits. Content is given also when the signature is bad, for looking at; import
// refuses it. Validity is judged at the time of signing, or at `now` when the list does not state
// one.
[[nodiscard]] Result<MasterListSummary> read_master_list(
    std::span<const std::uint8_t> bytes, std::span<const SecretBytes> anchors, Instant now
);

class TrustStore {
public:
    TrustStore(); // empty: nothing is anchored
    ~TrustStore();
    TrustStore(TrustStore&&) noexcept;
    TrustStore& operator=(TrustStore&&) noexcept;

    // NotFound when there is no such folder; MalformedInput naming the file that cannot be read;
    // DigestMismatch when a file is not the one its name states.
    [[nodiscard]] static Result<TrustStore> load(const std::filesystem::path& folder);

    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::vector<CertificateSummary> certificates() const; // by country, then subject
    [[nodiscard]] std::size_t countries() const;

    struct Impl; // OpenSSL stays inside
    [[nodiscard]] const Impl& impl() const { return *impl_; }

private:
    std::unique_ptr<Impl> impl_;
};

struct TrustImportRequest {
    std::filesystem::path store; // made when it is not there
    // Master lists (.ml), certificates (.cer, .crt, .der, .pem) and revocation lists (.crl). A
    // self-signed certificate named here becomes an anchor for master lists, now and later.
    std::vector<std::filesystem::path> files;
    std::vector<std::filesystem::path> anchors; // vouch for the lists of this import alone
    Instant now{};
};
struct TrustImport {
    std::vector<MasterListSummary> lists; // in the order they were named
    std::size_t added = 0;
    std::size_t removed =
        0;                // carried by an earlier version of the same list, no longer by this one
    bool applied = false; // false: a list is not vouched for, or is older than the one held
};

// All or nothing: a bad file leaves the store as it was. Durable and atomic: files are written
// first, and the index that names them is renamed into place last. Errors: InvalidArgument for a
// kind of file that is not known, MalformedInput, Forbidden for a certificate or revocation list
// that nobody in the store signed, AlreadyRunning during another import, IoFailed.
[[nodiscard]] Result<TrustImport> import_trust(const TrustImportRequest& request);

// Bytes of a certificate file, DER or PEM, as DER. Errors as above.
[[nodiscard]] Result<SecretBytes> read_certificate_file(const std::filesystem::path& path);

// A master list file, checked like an import but not imported.
[[nodiscard]] Result<MasterListSummary> read_master_list_file(
    const std::filesystem::path& path, std::span<const SecretBytes> anchors, Instant now
);

struct TrustDiff {
    std::vector<CertificateSummary> added;
    std::vector<CertificateSummary> removed;
};
[[nodiscard]] TrustDiff diff_lists(const MasterListSummary& older, const MasterListSummary& newer);

} // namespace sallyport::documents
