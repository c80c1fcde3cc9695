#include "retention/policy.hpp"

#include "base/limits.hpp"
#include "retention/internal/policy_checks.hpp"
#include "retention/internal/policy_reader.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <sodium.h>

namespace sallyport::retention {

namespace {

// Every field with its length before it, so that no two contents have one spelling.
void write_field(std::string& out, std::string_view name, std::string_view value) {
    out += fmt::format("{} {}:{}\n", name, value.size(), value);
}

void write_rule(std::string& out, const Rule& rule) {
    write_field(out, "rule", rule.id);
    write_field(out, "category", category_name(rule.category));
    write_field(out, "citizenship", rule.citizenship ? citizenship_name(*rule.citizenship) : "any");
    write_field(out, "purpose", purpose_name(rule.purpose));
    write_field(out, "store", store_name(rule.store));
    write_field(out, "clock_start", "capture");
    write_field(out, "counted_from", counted_from_name(rule.counted_from));
    write_field(out, "period", period_text(rule.period));
    for (const EndingEvent event :
         {EndingEvent::Decision, EndingEvent::ContextClosed, EndingEvent::HandOverAcknowledged}) {
        if (rule.ends_with.holds(event)) {
            write_field(out, "ends_with", ending_event_name(event));
        }
    }
    write_field(out, "action", action_name(rule.action));
    write_field(out, "renewed_by", renewal_name(rule.renewal));
    write_field(out, "warn_before", rule.warn_before ? period_text(*rule.warn_before) : "");
    write_field(out, "source", rule.source);
}

} // namespace

std::chrono::seconds ClockMargins::of(ClockQuality quality) const {
    switch (quality) {
    case ClockQuality::Synchronised:
        return synchronised;
    case ClockQuality::FreeRunning:
        return free_running;
    case ClockQuality::Unknown:
        return unknown;
    }
    return unknown;
}

std::string policy_hash_text(const PolicyHash& hash) {
    std::array<char, 2 * std::tuple_size_v<PolicyHash> + 1> text{};
    sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
    return text.data();
}

Result<Policy> Policy::read(std::string_view toml, const ErasureLead& lead) {
    internal::FaultList faults;
    internal::PolicyContent content = internal::read_policy_content(toml, faults);
    internal::check_policy(content, lead, faults);
    if (!faults.empty()) {
        return fail(ErrorCode::ConfigInvalid, "retention policy: " + faults.text());
    }
    Policy policy;
    policy.name_ = std::move(content.name);
    policy.version_ = std::move(content.version);
    policy.margins_ = content.margins;
    for (internal::ReadRule& rule : content.rules) {
        policy.rules_.push_back(std::move(rule.rule));
    }
    std::ranges::sort(policy.rules_, {}, &Rule::id);
    const std::string canonical = policy.canonical_content();
    crypto_hash_sha256(
        policy.hash_.data(),
        reinterpret_cast<const unsigned char*>(canonical.data()),
        canonical.size()
    );
    return policy;
}

Result<Rule> Policy::find_rule(const RuleKey& key) const {
    const auto found = std::ranges::find_if(rules_, [&](const Rule& rule) {
        return rule.category == key.category && rule.purpose == key.purpose &&
               rule.store == key.store &&
               rule.citizenship.value_or(key.citizenship) == key.citizenship;
    });
    if (found == rules_.end()) {
        return fail(
            ErrorCode::NotFound,
            fmt::format(
                "policy {} has no rule that allows keeping {} of {} for {} in {}",
                name_,
                category_name(key.category),
                citizenship_name(key.citizenship),
                purpose_name(key.purpose),
                store_name(key.store)
            )
        );
    }
    return *found;
}

const Rule* Policy::find_rule(std::string_view id) const {
    const auto found = std::ranges::find(rules_, id, &Rule::id);
    return found == rules_.end() ? nullptr : &*found;
}

std::string Policy::canonical_content() const {
    std::string out = "sallyport-retention-policy 1\n";
    write_field(out, "name", name_);
    write_field(out, "version", version_);
    write_field(out, "synchronised", std::to_string(margins_.synchronised.count()));
    write_field(out, "free_running", std::to_string(margins_.free_running.count()));
    write_field(out, "unknown", std::to_string(margins_.unknown.count()));
    for (const Rule& rule : rules_) {
        write_rule(out, rule);
    }
    return out;
}

bool is_protected_picture(Category category, Citizenship citizenship) {
    return category == Category::LivePicture && citizenship != Citizenship::NonCitizen;
}

} // namespace sallyport::retention
