#include "manifest/internal/edifact_tokenizer.hpp"

#include "base/limits.hpp"
#include "manifest/internal/received.hpp"

namespace sallyport::manifest::internal {

void Segment::clear() {
    text_.clear();
    components_.clear();
    elements_.clear();
    repeats = false;
}

void Segment::keep_first_element() {
    if (elements_.size() > 1) {
        text_.resize(components_[elements_[1]]);
        components_.resize(elements_[1]);
        elements_.resize(1);
    }
}

Place EdifactTokenizer::place() const {
    return {segments_, offsets_ == nullptr ? position_ : offsets_->at(position_)};
}

void EdifactTokenizer::skip_blanks() {
    while (position_ < bytes_.size() && is_blank(bytes_[position_])) {
        ++position_;
    }
}

Advice EdifactTokenizer::take_advice() {
    skip_blanks();
    const SeparatorsRead read = read_separators(rest().substr(0, separators_look_ahead));
    separators_ = read.separators;
    stops_ = stop_set_of(separators_);
    position_ += read.length;
    return read.advice;
}

// The text up to the next separator, at once.
void EdifactTokenizer::take_plain(Segment& segment, std::size_t end) {
    if (released_ || repeating_) {
        return;
    }
    const std::size_t begin = position_;
    position_ = stops_.find(bytes_.substr(0, end), begin);
    segment.append(bytes_.substr(begin, position_ - begin));
}

// Anything but the end of the segment.
void EdifactTokenizer::take_character(Segment& segment, char character) {
    if (!released_) {
        if (separators_.release == character) {
            released_ = true;
            return;
        }
        if (character == separators_.element) {
            segment.begin_element();
            repeating_ = false;
            return;
        }
        if (separators_.repetition == character) {
            repeating_ = true;
            segment.repeats = true;
            return;
        }
        if (character == separators_.component) {
            if (!repeating_) {
                segment.begin_component();
            }
            return;
        }
    }
    released_ = false;
    if (!repeating_) {
        segment.append({&character, 1});
    }
}

EdifactTokenizer::Outcome EdifactTokenizer::next(Segment& segment) {
    skip_blanks();
    segment.clear();
    released_ = false;
    repeating_ = false;
    if (position_ >= bytes_.size()) {
        return Outcome::End;
    }
    ++segments_;
    segment.place = {
        segments_, offsets_ == nullptr ? position_ : offsets_->at_ascending(position_, jump_)
    };
    segment.begin_element();
    const std::size_t begin = position_;
    while (position_ < bytes_.size() && position_ - begin < limits::edifact_segment_chars_max) {
        take_plain(segment, begin + limits::edifact_segment_chars_max);
        if (position_ == bytes_.size() || position_ - begin == limits::edifact_segment_chars_max) {
            break;
        }
        const char character = bytes_[position_++];
        if (character == separators_.terminator && !released_) {
            return Outcome::Segment;
        }
        take_character(segment, character);
    }
    if (position_ == bytes_.size()) {
        return Outcome::Unterminated;
    }
    segment.keep_first_element();
    while (position_ < bytes_.size()) {
        const char character = bytes_[position_++];
        if (released_) {
            released_ = false;
        } else if (character == separators_.terminator) {
            break;
        } else {
            released_ = separators_.release == character;
        }
    }
    return Outcome::TooLong;
}

} // namespace sallyport::manifest::internal
