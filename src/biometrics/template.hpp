// A template: the unit vector a recogniser makes of an aligned face, with the pack it came from.
// Biometric data: memory is zeroed when freed, there is no formatter, it is moved or cloned by
// name.
#pragma once

#include "base/result.hpp"
#include "base/secret_bytes.hpp"
#include "domain/threshold_policy.hpp"

#include <span>

namespace sallyport::biometrics {

class Template {
public:
    Template() = default;
    // Scales values to length one. InvalidArgument when empty, not finite or all zero.
    [[nodiscard]] static Result<Template>
    make(domain::TemplateVersion version, std::span<const float> values);
    Template(Template&&) = default;
    Template& operator=(Template&&) = default;
    [[nodiscard]] Template clone() const;

    [[nodiscard]] const domain::TemplateVersion& version() const { return version_; }
    [[nodiscard]] std::span<const float> values() const { return values_; }

private:
    Template(const Template&) = default;
    domain::TemplateVersion version_;
    SecretFloats values_;
};

// Cosine, -1 to 1. ModelMismatch when the packs differ.
[[nodiscard]] Result<float> compare(const Template& left, const Template& right);

} // namespace sallyport::biometrics
