#include "raw_connection.hpp"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace sallyport::system_test {

namespace {

constexpr std::uint8_t opcode_text = 0x1;
constexpr std::uint8_t opcode_close = 0x8;
constexpr std::uint8_t opcode_pong = 0xA;

std::uint8_t byte_at(const std::string& text, std::size_t index) {
    return static_cast<std::uint8_t>(text[index]);
}

} // namespace

RawConnection::RawConnection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (socket_ < 0 ||
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw std::runtime_error("no connection to the server");
    }
}

RawConnection::~RawConnection() {
    ::close(socket_);
}

bool RawConnection::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool RawConnection::fill(std::chrono::milliseconds time_max) {
    pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, static_cast<int>(time_max.count())) <= 0) {
        return false;
    }
    std::array<char, 65536> part{};
    const ssize_t count = ::recv(socket_, part.data(), part.size(), 0);
    if (count <= 0) {
        return false;
    }
    buffer_.append(part.data(), static_cast<std::size_t>(count));
    return true;
}

std::string RawConnection::read_until(std::string_view text, std::chrono::milliseconds time_max) {
    const auto deadline = std::chrono::steady_clock::now() + time_max;
    while (buffer_.find(text) == std::string::npos && std::chrono::steady_clock::now() < deadline) {
        if (!fill(std::chrono::duration_cast<std::chrono::milliseconds>(
                deadline - std::chrono::steady_clock::now()
            ))) {
            break;
        }
    }
    return std::exchange(buffer_, {});
}

bool RawConnection::closed_within(std::chrono::milliseconds time_max) {
    const auto deadline = std::chrono::steady_clock::now() + time_max;
    std::array<char, 4096> part{};
    while (true) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now()
        );
        pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
        if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) {
            return false;
        }
        if (::recv(socket_, part.data(), part.size(), 0) <= 0) {
            return true;
        }
    }
}

int RawConnection::upgrade(
    const std::string& target, const std::string& host, const std::string& session
) {
    send(
        "GET " + target + " HTTP/1.1\r\nHost: " + host +
        "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: sallyport_session=" +
        session + "\r\n\r\n"
    );
    const auto time_max = std::chrono::seconds(5);
    const auto deadline = std::chrono::steady_clock::now() + time_max;
    while (buffer_.find("\r\n\r\n") == std::string::npos &&
           std::chrono::steady_clock::now() < deadline) {
        if (!fill(time_max)) {
            return 0;
        }
    }
    const int status = std::stoi(buffer_.substr(9, 3));
    buffer_.erase(0, buffer_.find("\r\n\r\n") + 4);
    return status;
}

bool RawConnection::need(std::size_t bytes, std::chrono::milliseconds time_max) {
    while (buffer_.size() < bytes) {
        if (!fill(time_max)) {
            return false;
        }
    }
    return true;
}

std::optional<std::string> RawConnection::next_message(std::chrono::milliseconds time_max) {
    while (need(2, time_max)) {
        const std::uint8_t opcode = byte_at(buffer_, 0) & 0x0FU;
        std::size_t size = byte_at(buffer_, 1) & 0x7FU;
        std::size_t header = 2;
        if (size == 126) {
            if (!need(4, time_max)) {
                return std::nullopt;
            }
            size = static_cast<std::size_t>(byte_at(buffer_, 2)) << 8U | byte_at(buffer_, 3);
            header = 4;
        }
        if (!need(header + size, time_max)) {
            return std::nullopt;
        }
        std::string payload = buffer_.substr(header, size);
        buffer_.erase(0, header + size);
        if (opcode == opcode_text) {
            return payload;
        }
        if (opcode == opcode_close) {
            close_code_ =
                payload.size() < 2 ? 1005 : byte_at(payload, 0) << 8 | byte_at(payload, 1);
            return std::nullopt;
        }
        saw_pong_ |= opcode == opcode_pong;
    }
    return std::nullopt;
}

void RawConnection::send_frame(std::uint8_t opcode, std::string_view payload) const {
    // RFC 6455 5.3: a client masks; the mask of zero is one, too.
    std::string frame;
    frame += static_cast<char>(0x80U | opcode);
    if (payload.size() < 126) {
        frame += static_cast<char>(0x80U | payload.size());
    } else {
        frame += static_cast<char>(0x80U | 126U);
        frame += static_cast<char>(payload.size() >> 8U);
        frame += static_cast<char>(payload.size() & 0xFFU);
    }
    frame.append(4, '\0');
    frame += payload;
    send(frame);
}

} // namespace sallyport::system_test
