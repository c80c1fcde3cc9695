#include "manifest/internal/mail_body.hpp"

#include <algorithm>
#include <array>

namespace sallyport::manifest::internal {

namespace {

constexpr std::string_view header_name = "content-transfer-encoding:";

char lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                                : character;
}

// A line without its line end, and where the next one begins.
struct Line {
    std::string_view text;
    std::size_t next = 0;
};
Line line_at(std::string_view bytes, std::size_t position) {
    const std::size_t end = bytes.find('\n', position);
    if (end == std::string_view::npos) {
        return {bytes.substr(position), bytes.size()};
    }
    std::string_view text = bytes.substr(position, end - position);
    if (text.ends_with('\r')) {
        text.remove_suffix(1);
    }
    return {text, end + 1};
}

enum class Encoding { None, QuotedPrintable, Base64 };

Encoding encoding_of(std::string_view line) {
    if (line.empty() || lower(line.front()) != header_name.front()) {
        return Encoding::None;
    }
    std::string text(line.substr(0, 80));
    std::ranges::transform(text, text.begin(), lower);
    if (!text.starts_with(header_name)) {
        return Encoding::None;
    }
    if (text.find("quoted-printable") != std::string::npos) {
        return Encoding::QuotedPrintable;
    }
    return text.find("base64") != std::string::npos ? Encoding::Base64 : Encoding::None;
}

int hex_value(char character) {
    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    const char small = lower(character);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

int base64_value(char character) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t index = alphabet.find(character);
    return index == std::string_view::npos ? -1 : static_cast<int>(index);
}

// Copies a file line by line, decoding the bodies that a header announced.
class MailDecoder {
public:
    explicit MailDecoder(std::string_view bytes) : bytes_(bytes) {}
    std::optional<DecodedMail> decode();

private:
    void take_body_line(std::size_t position, const Line& line);
    void take_quoted_printable(std::size_t position, const Line& line);
    void take_base64(std::size_t position, std::string_view line);
    void copy(std::size_t position, std::size_t end) {
        mail_.offsets.add(mail_.text.size(), position);
        mail_.text += bytes_.substr(position, end - position);
    }

    std::string_view bytes_;
    DecodedMail mail_;
    Encoding announced_ = Encoding::None; // by the header block being read
    bool in_body_ = false;                // of an encoded part
    std::uint32_t group_ = 0;             // base64 characters not yet written
    int group_size_ = 0;
};

void MailDecoder::take_quoted_printable(std::size_t position, const Line& line) {
    std::size_t end = line.text.find_last_not_of(" \t");
    end = end == std::string_view::npos ? 0 : end + 1; // blanks there are the transport's
    mail_.offsets.add(mail_.text.size(), position);
    std::size_t index = 0;
    while (index < end) {
        const char character = line.text[index];
        const int high = index + 2 < line.text.size() ? hex_value(line.text[index + 1]) : -1;
        const int low = index + 2 < line.text.size() ? hex_value(line.text[index + 2]) : -1;
        if (character == '=' && high >= 0 && low >= 0) {
            mail_.text.push_back(static_cast<char>(high * 16 + low));
            index += 3;
            mail_.offsets.add(mail_.text.size(), position + index);
        } else if (character == '=' && index + 1 == end) {
            return; // a soft line break
        } else {
            mail_.text.push_back(character);
            ++index;
        }
    }
    copy(position + line.text.size(), line.next);
}

void MailDecoder::take_base64(std::size_t position, std::string_view line) {
    for (std::size_t index = 0; index < line.size(); ++index) {
        const int value = base64_value(line[index]);
        if (value < 0) {
            continue;
        }
        group_ = (group_ << 6U) | static_cast<std::uint32_t>(value);
        ++group_size_;
        if (group_size_ > 1) {
            // 6 + 6 bits give a byte, and so does each of the next two characters.
            const auto bits = static_cast<unsigned>(6 * group_size_ - 8 * (group_size_ - 1));
            mail_.offsets.add(mail_.text.size(), position + index);
            mail_.text.push_back(static_cast<char>((group_ >> bits) & 0xFFU));
        }
        group_size_ %= 4;
    }
}

void MailDecoder::take_body_line(std::size_t position, const Line& line) {
    if (line.text.starts_with("--")) { // the boundary after the part
        in_body_ = false;
        announced_ = Encoding::None;
        mail_.text.push_back('\n');
        copy(position, line.next);
    } else if (announced_ == Encoding::Base64) {
        take_base64(position, line.text);
    } else {
        take_quoted_printable(position, line);
    }
}

std::optional<DecodedMail> MailDecoder::decode() {
    bool encoded = false;
    for (std::size_t position = 0; position < bytes_.size();) {
        const Line line = line_at(bytes_, position);
        if (in_body_) {
            take_body_line(position, line);
        } else {
            const Encoding named = encoding_of(line.text);
            announced_ = named == Encoding::None ? announced_ : named;
            if (line.text.empty() && announced_ != Encoding::None) {
                in_body_ = true;
                encoded = true;
                group_size_ = 0;
            }
            copy(position, line.next);
        }
        position = line.next;
    }
    return encoded ? std::optional(std::move(mail_)) : std::nullopt;
}

} // namespace

std::optional<DecodedMail> decode_mail(std::string_view bytes) {
    // Most files have no such header: one look at each line instead of a copy.
    for (std::size_t position = 0; position < bytes.size();) {
        const Line line = line_at(bytes, position);
        if (encoding_of(line.text) != Encoding::None) {
            return MailDecoder(bytes).decode();
        }
        position = line.next;
    }
    return std::nullopt;
}

} // namespace sallyport::manifest::internal
