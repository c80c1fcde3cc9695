// Every limit on input, queues and waits, with its reason. Beyond a limit the answer is a stated
// refusal (413, 429, or a refer), never growth. Profiles and configuration may lower these.
#pragma once

#include <chrono>
#include <cstddef>

namespace sallyport::limits {

// --- pictures -----------------------------------------------------------------------------------
// A gate camera's JPEG is 0.1 to 2 MB; a 24-megapixel phone picture is about 10 MB.
inline constexpr std::size_t image_bytes_max = 16U << 20U;
// 40 megapixels decode to 120 MB of RGB, which one worker can afford.
inline constexpr std::size_t image_pixels_max = 40'000'000;
inline constexpr int image_side_px_max = 12'000;
// A progressive JPEG of a camera has about 10 scans; a bomb has thousands.
inline constexpr int jpeg_scans_max = 100;
// Frames of one capture: a burst of a second at ten frames a second.
inline constexpr std::size_t capture_frames_max = 10;
// Faces looked at in a frame; more is a crowd, not a queue.
inline constexpr std::size_t frame_faces_max = 32;

// --- messages -----------------------------------------------------------------------------------
inline constexpr std::size_t manifest_bytes_max = 8U << 20U;
// The largest airliner seats 853; a cruise ship carries 9,950 people.
inline constexpr std::size_t manifest_travelers_max = 20'000;
inline constexpr std::size_t manifest_segments_max = 1'000'000;
inline constexpr std::size_t edifact_segment_chars_max = 4'096;
inline constexpr std::size_t manifest_faults_max = 1'000;
inline constexpr std::size_t json_bytes_max = 1U << 20U;
inline constexpr std::size_t json_depth_max = 16;

// --- galleries ----------------------------------------------------------------------------------
inline constexpr std::size_t photos_per_traveler_max = 8;
// A folder of held photos is for demonstrations and small sites; more belongs into a database.
inline constexpr std::size_t holdings_photos_max = 1'000'000;
inline constexpr std::size_t holdings_csv_bytes_max = 128U << 20U; // about a hundred bytes a row
inline constexpr std::size_t gallery_templates_max = 4'000'000;
// Candidates handed to the decision: the best one and those that could tie with it.
inline constexpr std::size_t search_candidates_max = 8;

// --- transactions -------------------------------------------------------------------------------
inline constexpr std::size_t transaction_subjects_max = 12; // a full minibus
inline constexpr std::size_t transactions_open_max = 512;
// Captures that never reached a search (no face, too dark) before the transaction refers.
inline constexpr int captures_unusable_max = 10;
inline constexpr std::chrono::seconds transaction_timeout{120};
inline constexpr std::chrono::seconds request_deadline{10};

// --- server -------------------------------------------------------------------------------------
inline constexpr std::size_t http_header_bytes_max = 16U << 10U;
inline constexpr std::size_t http_body_bytes_max = 20U << 20U;
inline constexpr std::size_t http_connections_max = 256;
// Requests waiting for a worker: at 25 ms each this is about half a second of work on one core.
inline constexpr std::size_t work_queue_max = 64;
inline constexpr std::size_t websocket_outbox_messages_max = 256;
inline constexpr std::size_t websocket_sessions_max = 128;
inline constexpr std::size_t idempotency_key_chars_max = 128;
inline constexpr std::size_t gallery_builds_waiting_max = 32;
inline constexpr std::size_t sessions_max = 256;
inline constexpr std::size_t start_tokens_max = 64;

} // namespace sallyport::limits
