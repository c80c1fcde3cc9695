// A plain socket for tests: sends any bytes, also those no client would, and reads what comes.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::system_test {

class RawConnection {
public:
    explicit RawConnection(std::uint16_t port);
    ~RawConnection();
    RawConnection(const RawConnection&) = delete;
    RawConnection& operator=(const RawConnection&) = delete;

    // False when the other side is gone.
    bool send(std::string_view bytes) const;
    // Reads until the text is there, the other side closes, or the time is over; all read so far.
    std::string read_until(std::string_view text, std::chrono::milliseconds time_max);
    // True when the other side closed within the time.
    bool closed_within(std::chrono::milliseconds time_max);

    // WebSocket: the handshake's status line, then frames. Text of the next text frame; nothing
    // when the socket closed, whose code is then in close_code().
    int upgrade(const std::string& target, const std::string& host, const std::string& session);
    std::optional<std::string> next_message(std::chrono::milliseconds time_max);
    void send_frame(std::uint8_t opcode, std::string_view payload) const;
    [[nodiscard]] int close_code() const { return close_code_; }
    [[nodiscard]] bool saw_pong() const { return saw_pong_; }

private:
    bool fill(std::chrono::milliseconds time_max); // one more read into buffer_
    bool need(std::size_t bytes, std::chrono::milliseconds time_max);
    int socket_ = -1;
    std::string buffer_;
    int close_code_ = 0;
    bool saw_pong_ = false;
};

} // namespace sallyport::system_test
