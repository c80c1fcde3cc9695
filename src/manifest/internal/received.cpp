#include "manifest/internal/received.hpp"

#include "manifest/internal/edifact_separators.hpp"
#include "manifest/internal/mail_body.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace sallyport::manifest::internal {

namespace {

constexpr std::size_t nowhere = std::string_view::npos;

bool is_line_end(char character) {
    return character == '\n' || character == '\r';
}
bool is_blank(char character) {
    return character == ' ' || character == '\t';
}
// What may stand around messages and means nothing: blanks, line ends, STX, ETX, form feeds.
bool is_filler(char character) {
    const auto code = static_cast<unsigned char>(character);
    return code <= ' ' || code == 0x7F;
}

std::size_t skip_filler(std::string_view bytes, std::size_t position) {
    while (position < bytes.size() && is_filler(bytes[position])) {
        ++position;
    }
    return position;
}

// The text from here without line ends, up to a length.
std::string joined_lines(std::string_view bytes, std::size_t position, std::size_t length) {
    std::string text;
    text.reserve(length);
    while (position < bytes.size() && text.size() < length) {
        const std::string_view wanted = bytes.substr(position, length - text.size());
        const auto line_end = std::ranges::find_if(wanted, is_line_end);
        text.append(wanted.begin(), line_end);
        position += static_cast<std::size_t>(line_end - wanted.begin()) + 1;
    }
    return text;
}

// Whether what stands here is the beginning of an interchange beyond doubt.
bool interchange_begins(std::string_view bytes, std::size_t position) {
    constexpr std::size_t first_look = 10;
    const std::string near = joined_lines(bytes, position, first_look);
    if (near.size() < first_look || !may_separate(near[3])) {
        return false;
    }
    if (near.starts_with("UNB")) {
        return near.substr(4, 3) == "UNO" && may_separate(near[8]);
    }
    const std::string text = joined_lines(bytes, position, separators_look_ahead);
    if (near.starts_with("UNA")) {
        const SeparatorsRead read = read_separators(text);
        const std::size_t next = text.find_first_not_of(" \t", read.length);
        const bool followed = next != nowhere && (text.compare(next, 3, "UNB") == 0 ||
                                                  text.compare(next, 3, "UNG") == 0 ||
                                                  text.compare(next, 3, "UNH") == 0);
        // Six marks after it are a UNA, too, if perhaps one that cannot be used.
        return (read.advice != Advice::Unusable && followed) ||
               std::ranges::all_of(near.substr(3, 6), [](char character) {
                   return character == ' ' || may_separate(character);
               });
    }
    if (near.starts_with("UNG") || near.starts_with("UNH")) {
        return text.substr(0, 60).find("PAXLST") != nowhere;
    }
    return false;
}

std::size_t find_interchange(std::string_view bytes, std::size_t from) {
    for (std::size_t at = bytes.find("UN", from); at != nowhere; at = bytes.find("UN", at + 2)) {
        if (interchange_begins(bytes, at)) {
            return at;
        }
    }
    return nowhere;
}

// A file whose beginning is an interchange that was damaged: to be read for its faults.
std::size_t find_damaged_interchange(std::string_view bytes, std::size_t line) {
    while (line != nowhere && line < bytes.size()) {
        const std::size_t first = skip_filler(bytes, line);
        const std::string_view tag = bytes.substr(first, 3);
        if (tag == "UNA" || tag == "UNB" || tag == "UNH") {
            if (first + 3 >= bytes.size() || may_separate(bytes[first + 3])) {
                return first;
            }
        }
        line = bytes.find('\n', first);
    }
    return nowhere;
}

// A run of blanks and line ends with at least one line end. Each line of a quoted or indented mail
// begins with the same marks, which belong to no text.
struct Gap {
    std::size_t begin = 0;
    std::size_t line_end = nowhere; // the first one
    std::size_t next_line = 0;      // where the text of the line after the last one begins
    std::size_t end = 0;

    [[nodiscard]] std::size_t trailing() const { return line_end - begin; }
    [[nodiscard]] std::size_t leading() const { return end - next_line; }
};

Gap gap_at(std::string_view bytes, std::size_t position, std::string_view marks) {
    Gap gap{.begin = position, .line_end = nowhere, .next_line = position, .end = position};
    while (gap.end < bytes.size()) {
        if (is_blank(bytes[gap.end])) {
            ++gap.end;
        } else if (is_line_end(bytes[gap.end])) {
            gap.line_end = std::min(gap.line_end, gap.end);
            ++gap.end;
            const std::string_view line = bytes.substr(gap.end);
            gap.end += line.starts_with(marks) ? marks.size() : 0;
            gap.next_line = gap.end;
        } else {
            break;
        }
    }
    return gap;
}

// How lines of one interchange were padded, from all line ends inside its segments.
class Padding {
public:
    void see(std::string_view bytes, const Gap& gap) {
        ++lines_;
        least_ = std::min(least_, gap.trailing());
        most_ = std::max(most_, gap.trailing());
        tabs_ = tabs_ || bytes.substr(gap.begin, gap.trailing()).find('\t') != nowhere;
    }
    [[nodiscard]] std::size_t lines() const { return lines_; }

    // How many of the blanks at the end of a broken line are text. When every line ends in blanks,
    // that many are padding; what one has beyond that was text, unless lines of different length
    // were filled up. Else blanks are text, up to three: no text of a list has more in a row.
    [[nodiscard]] std::size_t text_blanks(std::size_t trailing) const {
        constexpr std::size_t lines_to_trust_one_blank = 3;
        if (tabs_) {
            return 0;
        }
        const bool padded = least_ >= 2 || (least_ == 1 && lines_ >= lines_to_trust_one_blank);
        if (padded && most_ - least_ >= 2) {
            return 0;
        }
        return padded ? trailing - least_ : in_text(trailing);
    }
    [[nodiscard]] static std::size_t in_text(std::size_t blanks) {
        constexpr std::size_t text_blanks_max = 3;
        return blanks > text_blanks_max ? 0 : blanks;
    }

private:
    std::size_t lines_ = 0;
    std::size_t least_ = nowhere;
    std::size_t most_ = 0;
    bool tabs_ = false;
};

// Walks over one interchange, from behind its UNA to behind its end.
class InterchangeWalk {
public:
    InterchangeWalk(
        std::string_view bytes,
        std::size_t start,
        const Separators& separators,
        std::string_view marks
    )
        : bytes_(bytes), separators_(separators), marks_(marks), position_(start) {
        for (const char character : {' ', '\t', '\r', '\n', separators.terminator}) {
            stops_.add(character);
        }
        stops_.add(separators.release);
    }

    // Calls inside(gap) for line ends within segments, between(begin, end) for what separates
    // segments. Returns where the interchange ends.
    template <class Inside, class Between>
    std::size_t run(const Inside& inside, const Between& between) {
        while (true) {
            const std::size_t begin = position_;
            position_ = skip_between(begin);
            between(begin, position_);
            if (position_ >= bytes_.size() || !take_segment(inside) || ends_here()) {
                return position_;
            }
        }
    }

private:
    // Fillers and marks before a segment; never a separator, which may be a control character.
    [[nodiscard]] std::size_t skip_between(std::size_t position) const {
        while (position < bytes_.size() && is_filler(bytes_[position]) &&
               bytes_[position] != separators_.terminator) {
            const bool line_end = is_line_end(bytes_[position]);
            ++position;
            if (line_end && bytes_.substr(position).starts_with(marks_)) {
                position += marks_.size();
            }
        }
        return position;
    }

    // What is neither blank nor separator, at once; whether that was the rest of the text.
    bool skip_plain() {
        position_ = stops_.find(bytes_, position_);
        return position_ == bytes_.size();
    }

    // False when the text ends inside the segment.
    template <class Inside>
    bool take_segment(const Inside& inside) {
        tag_size_ = 0;
        bool released = false;
        while (position_ < bytes_.size()) {
            if (!released && tag_size_ == tag_.size() && skip_plain()) {
                return false;
            }
            const char character = bytes_[position_];
            if (is_blank(character) || is_line_end(character)) {
                const Gap gap = gap_at(bytes_, position_, marks_);
                if (gap.line_end != nowhere && gap.end < bytes_.size()) {
                    inside(gap);
                } else if (gap.line_end == nowhere) {
                    released = false;
                }
                position_ = gap.end;
                continue;
            }
            ++position_;
            if (released) {
                released = false;
            } else if (character == separators_.terminator) {
                return true;
            } else {
                released = separators_.release == character;
            }
            if (tag_size_ < tag_.size()) {
                tag_[tag_size_++] = character;
            }
        }
        return false;
    }

    // After UNZ; and where UNZ is missing, after UNT or UNE that are followed by other text or by
    // another interchange.
    [[nodiscard]] bool ends_here() const {
        const std::string_view tag(tag_.data(), tag_size_);
        if (tag.starts_with("UNZ")) {
            return true;
        }
        if (!tag.starts_with("UNT") && !tag.starts_with("UNE")) {
            return false;
        }
        const std::string next = peek_tag();
        return next.starts_with("UN") ? next == "UNA" : next != "U";
    }

    // The next three characters, which may stand on two lines.
    [[nodiscard]] std::string peek_tag() const {
        std::string next;
        std::size_t position = skip_between(position_);
        while (position < bytes_.size() && next.size() < 3) {
            if (is_blank(bytes_[position]) || is_line_end(bytes_[position])) {
                position = gap_at(bytes_, position, marks_).end;
            } else {
                next.push_back(bytes_[position++]);
            }
        }
        return next;
    }

    std::string_view bytes_;
    Separators separators_;
    StopSet stops_; // what matters within a segment
    std::string_view marks_;
    std::size_t position_;
    std::array<char, 3> tag_{};
    std::size_t tag_size_ = 0;
};

// Blanks and quoting marks between the line's beginning and the interchange.
std::string_view line_marks(std::string_view bytes, std::size_t start) {
    std::size_t line = start;
    while (line > 0 && !is_line_end(bytes[line - 1])) {
        --line;
        if (bytes[line] != '>' && !is_blank(bytes[line])) {
            return {};
        }
    }
    return bytes.substr(line, start - line);
}

class Unwrapper {
public:
    explicit Unwrapper(std::string_view bytes) : bytes_(bytes) {}
    Received run();

private:
    std::size_t take_interchange(std::size_t start);
    std::size_t take_advice(std::size_t start, std::size_t length);
    std::size_t take_lines(InterchangeWalk walk, std::size_t taken, const Padding& padding);
    void take(std::size_t begin, std::size_t end) {
        if (begin < end) {
            received_.offsets.add(received_.text.size(), begin);
            received_.text += bytes_.substr(begin, end - begin);
        }
    }
    // Counts text that is not part of any interchange.
    void pass_over(std::size_t begin, std::size_t end);

    std::string_view bytes_;
    Received received_;
};

void Unwrapper::pass_over(std::size_t begin, std::size_t end) {
    begin = std::min(skip_filler(bytes_.substr(0, end), begin), end);
    while (end > begin && is_filler(bytes_[end - 1])) {
        --end;
    }
    if (begin == end) {
        return;
    }
    if (received_.interchanges == 0) {
        received_.bytes_before += end - begin;
        return;
    }
    received_.after_offset = received_.bytes_after == 0 ? begin : received_.after_offset;
    received_.bytes_after += end - begin;
}

// UNA, whose characters are counted and may include a blank; returns where it ends.
std::size_t Unwrapper::take_advice(std::size_t start, std::size_t length) {
    std::size_t position = start;
    while (length > 0 && position < bytes_.size()) {
        if (!is_line_end(bytes_[position])) {
            take(position, position + 1);
            --length;
        }
        ++position;
    }
    return position;
}

// Without line ends, marks and padding; returns from where on the interchange is still to be taken.
std::size_t Unwrapper::take_lines(InterchangeWalk walk, std::size_t taken, const Padding& padding) {
    walk.run(
        [&](const Gap& gap) {
            take(taken, gap.begin + padding.text_blanks(gap.trailing()));
            taken = gap.end - Padding::in_text(gap.leading());
        },
        [&](std::size_t begin, std::size_t next) {
            if (begin < next) {
                take(taken, begin);
                taken = next;
            }
        }
    );
    return taken;
}

std::size_t Unwrapper::take_interchange(std::size_t start) {
    const SeparatorsRead read = read_separators(joined_lines(bytes_, start, separators_look_ahead));
    ++received_.interchanges;
    if (read.advice == Advice::Unusable) {
        take(start, bytes_.size()); // the reader says what is wrong with it
        return bytes_.size();
    }
    const std::string_view marks = line_marks(bytes_, start);
    const std::size_t body = take_advice(start, read.length);
    Padding padding;
    bool in_one_line = true;
    const std::size_t end = InterchangeWalk(bytes_, body, read.separators, marks)
                                .run(
                                    [&](const Gap& gap) { padding.see(bytes_, gap); },
                                    [&](std::size_t begin, std::size_t next) {
                                        in_one_line = in_one_line && begin == next;
                                    }
                                );
    std::size_t taken = body;
    if (padding.lines() > 0 || !in_one_line) {
        taken = take_lines(InterchangeWalk(bytes_, body, read.separators, marks), body, padding);
    }
    take(taken, end);
    received_.lines_mended += padding.lines();
    return end;
}

Received Unwrapper::run() {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    std::size_t position = bytes_.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    std::size_t start = find_interchange(bytes_, position);
    if (start == nowhere) {
        start = find_damaged_interchange(bytes_, position);
    }
    while (start != nowhere) {
        pass_over(position, start);
        position = take_interchange(start);
        const std::size_t next = skip_filler(bytes_, position);
        start = interchange_begins(bytes_, next) ? next : find_interchange(bytes_, position);
    }
    if (received_.interchanges > 0) {
        pass_over(position, bytes_.size());
    }
    return std::move(received_);
}

} // namespace

void OffsetMap::add(std::size_t derived, std::size_t source) {
    std::size_t last = jumps_.empty() ? 0 : jumps_.size() - 1;
    if (at_ascending(derived, last) == source) {
        return;
    }
    jumps_.emplace_back(static_cast<std::uint32_t>(derived), static_cast<std::uint32_t>(source));
}

std::size_t OffsetMap::at(std::size_t derived) const {
    const auto after = std::ranges::upper_bound(jumps_, derived, {}, [](const auto& jump) {
        return std::size_t{jump.first};
    });
    if (after == jumps_.begin()) {
        return derived;
    }
    const auto& [from, to] = *std::prev(after);
    return to + (derived - from);
}

std::size_t OffsetMap::at_ascending(std::size_t derived, std::size_t& jump) const {
    while (jump + 1 < jumps_.size() && jumps_[jump + 1].first <= derived) {
        ++jump;
    }
    if (jumps_.empty() || derived < jumps_[jump].first) {
        return derived;
    }
    return jumps_[jump].second + (derived - jumps_[jump].first);
}

void OffsetMap::rebase(const OffsetMap& source) {
    if (jumps_.empty()) {
        *this = source;
        return;
    }
    // A jump of the source that lies within a stretch of this map counts there, too.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> rebased;
    for (std::size_t index = 0; index < jumps_.size(); ++index) {
        const auto [derived, from] = jumps_[index];
        rebased.emplace_back(derived, static_cast<std::uint32_t>(source.at(from)));
        const std::uint32_t length =
            index + 1 < jumps_.size() ? jumps_[index + 1].first - derived : UINT32_MAX - derived;
        auto jump = std::ranges::upper_bound(source.jumps_, from, {}, [](const auto& each) {
            return each.first;
        });
        for (; jump != source.jumps_.end() && jump->first - from < length; ++jump) {
            rebased.emplace_back(derived + (jump->first - from), jump->second);
        }
    }
    jumps_ = std::move(rebased);
}

Received unwrap_received(std::string_view bytes) {
    const std::optional<DecodedMail> mail = decode_mail(bytes);
    if (!mail) {
        return Unwrapper(bytes).run();
    }
    Received received = Unwrapper(mail->text).run();
    if (received.interchanges == 0) {
        return Unwrapper(bytes).run(); // the header stood for another part
    }
    received.offsets.rebase(mail->offsets);
    received.after_offset = mail->offsets.at(received.after_offset);
    received.transfer_encoded = true;
    return received;
}

bool holds_interchange(std::string_view bytes) {
    if (find_interchange(bytes, 0) != nowhere) {
        return true;
    }
    const std::optional<DecodedMail> mail = decode_mail(bytes);
    return mail && find_interchange(mail->text, 0) != nowhere;
}

} // namespace sallyport::manifest::internal
