// The content of EF.SOD: LDSSecurityObject (Doc 9303-10 4.6.2.3, versions 0 and 1), and the tag 77
// around the file.
#pragma once

#include "base/result.hpp"
#include "documents/data_groups.hpp"
#include "documents/internal/openssl_handles.hpp"

#include <map>
#include <optional>
#include <string>

namespace sallyport::documents::internal {

struct SODWrapping {
    ByteView inside;          // the CMS structure
    std::size_t trailing = 0; // bytes behind the file
    bool wrapped = true;      // CardSecurity has no tag 77
    bool indefinite_length = false;
};
[[nodiscard]] Result<SODWrapping> unwrap_sod(ByteView file);

enum class SecurityObjectKind { LDS, LDSOldIdentifier, CardSecurity, Unknown };
[[nodiscard]] SecurityObjectKind kind_of_content(const std::string& content_type);

struct SecurityObject {
    long version = 0;
    const EVP_MD* digest = nullptr;
    std::map<DataGroup, Bytes> hashes;
    std::string lds_version; // version 1 only
};
[[nodiscard]] Result<SecurityObject> read_security_object(ByteView content);

} // namespace sallyport::documents::internal
