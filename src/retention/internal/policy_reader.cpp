#include "retention/internal/policy_reader.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <toml++/toml.h>

namespace sallyport::retention::internal {

namespace {

constexpr std::size_t text_chars_max = 500;

// One table of the file: which keys it may have, and their values.
class TableReader {
public:
    TableReader(const toml::table& table, std::string what, FaultList& faults)
        : table_(table), what_(std::move(what)), faults_(faults), line_(table.source().begin.line) {
    }

    std::string text(std::string_view key) {
        const toml::node* node = find(key);
        return node == nullptr ? missing(key) : text_of(*node, key);
    }
    std::string text_or(std::string_view key, std::string_view standard) {
        const toml::node* node = find(key);
        return node == nullptr ? std::string(standard) : text_of(*node, key);
    }
    Period period(std::string_view key) { return read_period(text(key), key); }
    std::optional<Period> optional_period(std::string_view key) {
        if (find(key) == nullptr) {
            return std::nullopt;
        }
        return period(key);
    }
    // A name out of a fixed list; Read is one of the *_from_name functions.
    template <class Read>
    auto named(std::string_view key, const std::string& name, Read read) {
        const auto value = read(name);
        if (!value && !name.empty()) {
            complain(key, fmt::format("'{}' is no {}", name, key));
        }
        complete_ = complete_ && value.has_value();
        return value;
    }
    std::vector<std::string> texts(std::string_view key) {
        std::vector<std::string> list;
        const toml::node* node = find(key);
        if (node == nullptr) {
            return list;
        }
        const toml::array* array = node->as_array();
        if (array == nullptr) {
            complain(key, fmt::format("'{}' must be a list", key));
            return list;
        }
        for (const toml::node& item : *array) {
            list.push_back(text_of(item, key));
        }
        return list;
    }
    const toml::node* find(std::string_view key) {
        seen_.emplace_back(key);
        return table_.get(key);
    }
    void refuse_unknown() {
        for (const auto& [key, value] : table_) {
            if (std::ranges::find(seen_, key.str()) == seen_.end()) {
                faults_.add(
                    key.source().begin.line,
                    fmt::format("'{}' is not a field of {}", printable(key.str()), what_)
                );
                complete_ = false;
            }
        }
    }
    void complain(std::string_view key, std::string text) {
        const toml::node* node = table_.get(key);
        faults_.add(node == nullptr ? line_ : node->source().begin.line, std::move(text));
        complete_ = false;
    }
    [[nodiscard]] std::size_t line() const { return line_; }
    [[nodiscard]] bool complete() const { return complete_; }

private:
    static std::string printable(std::string_view text) {
        std::string out(text.substr(0, 40));
        std::ranges::replace_if(out, [](char c) { return c < ' ' || c > '~'; }, '?');
        return out;
    }
    std::string missing(std::string_view key) {
        complain(key, fmt::format("'{}' is missing in {}", key, what_));
        return {};
    }
    std::string text_of(const toml::node& node, std::string_view key) {
        const auto value = node.value_exact<std::string>();
        if (!value || value->empty() || value->size() > text_chars_max) {
            faults_.add(
                node.source().begin.line,
                fmt::format("'{}' must be a text of 1 to {} characters", key, text_chars_max)
            );
            complete_ = false;
            return {};
        }
        return *value;
    }
    Period read_period(const std::string& text, std::string_view key) {
        if (text.empty()) {
            return {};
        }
        const Result<Period> period = parse_period(text);
        if (!period.has_value()) {
            complain(key, fmt::format("'{}': {}", key, period.error().message()));
            return {};
        }
        return *period;
    }

    const toml::table& table_;
    std::string what_;
    FaultList& faults_;
    std::size_t line_;
    std::vector<std::string> seen_;
    bool complete_ = true;
};

std::optional<EndingEvent> ending(TableReader& reader, const std::string& name) {
    return reader.named("ends_with", name, ending_event_from_name);
}

ReadRule read_rule(const toml::table& table, FaultList& faults) {
    TableReader reader(table, "a rule", faults);
    ReadRule read;
    Rule& rule = read.rule;
    rule.id = reader.text("id");
    rule.category = reader.named("category", reader.text("category"), category_from_name)
                        .value_or(Category::LivePicture);
    if (const std::string name = reader.text("citizenship"); name != "any") {
        rule.citizenship = reader.named("citizenship", name, citizenship_from_name);
    }
    rule.purpose = reader.named("purpose", reader.text("purpose"), purpose_from_name)
                       .value_or(Purpose::Verification);
    rule.store =
        reader.named("store", reader.text("store"), store_from_name).value_or(Store::Staging);
    if (const std::string start = reader.text("clock_start");
        !start.empty() && start != "capture") {
        reader.complain(
            "clock_start", "'clock_start' must be \"capture\": every clock starts with it"
        );
    }
    rule.period = reader.period("period");
    rule.counted_from =
        reader
            .named(
                "counted_from", reader.text_or("counted_from", "capture"), counted_from_from_name
            )
            .value_or(CountedFrom::Capture);
    for (const std::string& name : reader.texts("ends_with")) {
        if (const auto event = ending(reader, name)) {
            rule.ends_with.add(*event);
        }
    }
    rule.action =
        reader.named("action", reader.text("action"), action_from_name).value_or(Action::Erase);
    rule.renewal =
        reader.named("renewed_by", reader.text_or("renewed_by", "never"), renewal_from_name)
            .value_or(Renewal::Never);
    rule.warn_before = reader.optional_period("warn_before");
    rule.source = reader.text("source");
    reader.refuse_unknown();
    read.line = reader.line();
    read.complete = reader.complete();
    return read;
}

std::chrono::seconds read_margin(TableReader& reader, std::string_view key) {
    const Period period = reader.period(key);
    if (period.years != 0 || period.months != 0 || period.days != 0) {
        reader.complain(key, fmt::format("'{}' must be given in h, min or s", key));
    }
    return period.time;
}

void read_margins(TableReader& file, PolicyContent& content, FaultList& faults) {
    const toml::node* node = file.find("clock_margins");
    const toml::table* table = node == nullptr ? nullptr : node->as_table();
    if (table == nullptr) {
        file.complain("clock_margins", "the table 'clock_margins' is missing");
        return;
    }
    TableReader reader(*table, "clock_margins", faults);
    content.margins.synchronised = read_margin(reader, "synchronised");
    content.margins.free_running = read_margin(reader, "free_running");
    content.margins.unknown = read_margin(reader, "unknown");
    reader.refuse_unknown();
}

void read_rules(TableReader& file, PolicyContent& content, FaultList& faults) {
    const toml::node* node = file.find("rule");
    const toml::array* rules = node == nullptr ? nullptr : node->as_array();
    if (rules == nullptr || rules->size() > limits::retention_rules_max) {
        file.complain(
            "rule", fmt::format("there must be 1 to {} [[rule]]", limits::retention_rules_max)
        );
        return;
    }
    for (const toml::node& item : *rules) {
        if (const toml::table* table = item.as_table()) {
            content.rules.push_back(read_rule(*table, faults));
        } else {
            faults.add(item.source().begin.line, "'rule' must be a list of tables");
        }
    }
}

} // namespace

void FaultList::add(std::size_t line, std::string text) {
    ++count_;
    if (faults_.size() < limits::retention_faults_max) {
        faults_.push_back(line == 0 ? std::move(text) : fmt::format("line {}: {}", line, text));
    }
}

std::string FaultList::text() const {
    std::string text = fmt::format("{}", fmt::join(faults_, "; "));
    if (count_ > faults_.size()) {
        text += fmt::format("; and {} more", count_ - faults_.size());
    }
    return text;
}

PolicyContent read_policy_content(std::string_view toml, FaultList& faults) {
    PolicyContent content;
    if (toml.size() > limits::retention_policy_bytes_max) {
        faults.add(0, "the file is larger than the limit for a policy");
        return content;
    }
    toml::table table;
    try {
        table = toml::parse(toml);
    } catch (const toml::parse_error& error) {
        faults.add(error.source().begin.line, std::string(error.description()));
        return content;
    }
    TableReader file(table, "a retention policy", faults);
    content.name = file.text("name");
    content.version = file.text("version");
    read_margins(file, content, faults);
    read_rules(file, content, faults);
    file.refuse_unknown();
    return content;
}

} // namespace sallyport::retention::internal
