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
// JPEG 2000 decodes into 4 bytes a sample: 16 megapixels are 192 MB. A chip's portrait has under
// one megapixel, one tile and 6 resolutions.
inline constexpr std::size_t jpeg2000_pixels_max = 16'000'000;
inline constexpr std::size_t jpeg2000_tiles_max = 1'024;
inline constexpr int jpeg2000_resolutions_max = 16;
// Precincts and code-blocks together, each about 200 bytes: code-blocks of 32 x 32 at 16 megapixels
// and three colours are 65,000.
inline constexpr std::size_t jpeg2000_blocks_max = 200'000;
// Quality layers times precincts: what is walked through even when it is empty.
inline constexpr std::size_t jpeg2000_packets_max = 2'000'000;
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
// A round-the-world ticket has 16 flights; a person with four passports and a visa in each has 8.
inline constexpr std::size_t manifest_legs_max = 64;
inline constexpr std::size_t manifest_documents_max = 32;
inline constexpr std::size_t manifest_faults_max = 1'000;
inline constexpr std::size_t json_bytes_max = 1U << 20U;
inline constexpr std::size_t json_depth_max = 16;

// --- files of travel documents ------------------------------------------------------------------
// EF.DG2 of a chip is 10 to 40 KB; an ISO/IEC 39794-5 record with every field nests 16 deep.
inline constexpr std::size_t chip_file_bytes_max = 1U << 20U;
inline constexpr int tlv_depth_max = 32;
inline constexpr std::size_t tlv_elements_max = 4'096;
inline constexpr std::size_t chip_portraits_max = 16; // Doc 9303-10 4.7.2 allows 9 templates
inline constexpr std::size_t security_infos_max = 64;
inline constexpr std::size_t chip_faults_max = 32; // oddities noted of one file

// --- Passive Authentication and the trust store -------------------------------------------------
// An EF.SOD of the field has 1 to 3 KB; several embedded certificates and long names still fit.
inline constexpr std::size_t sod_bytes_max = 64U << 10U;
// A signer and the authority above it; every further one costs a comparison.
inline constexpr std::size_t cms_certificates_max = 16;
inline constexpr int cms_signers_max = 4; // Doc 9303-10 recommends one
inline constexpr int certificate_name_entries_max = 64;
inline constexpr std::size_t certificate_bytes_max = 64U << 10U; // the field has 1 to 3 KB
// The German list of 2026 has 0.9 MB and 588 certificates of 112 countries.
inline constexpr std::size_t master_list_bytes_max = 16U << 20U;
inline constexpr std::size_t master_list_certificates_max = 8'192;
inline constexpr std::size_t crl_bytes_max = 16U << 20U;
inline constexpr std::size_t trust_index_bytes_max = 16U << 20U;
inline constexpr std::size_t trust_import_files_max = 1'024;
// Authorities of one name or key identifier whose key is tried on a document signer: each costs a
// signature check of about a millisecond. The largest state of the field has 24 certificates.
inline constexpr std::size_t anchors_tried_max = 64;
// A master list signer, and link certificates that lead to the named anchor.
inline constexpr int master_list_path_max = 4;

// --- machine-readable zones and boarding passes -------------------------------------------------
// A zone has 90 characters; the rest is room for blanks and line ends.
inline constexpr std::size_t mrz_text_chars_max = 512;
// Four legs with full variable fields and a security field come to 1,446 characters.
inline constexpr std::size_t boarding_pass_chars_max = 2'048;
// Codes looked at in a picture: a printed pass carries one or two.
inline constexpr std::size_t picture_codes_max = 8;

// --- ANSI/NIST transactions ---------------------------------------------------------------------
// Two pictures of the largest kind that is read; a face record of a gate holds 0.1 to 2 MB.
inline constexpr std::size_t nist_transaction_bytes_max = 2 * image_bytes_max;
// 1.003 counts at most 999 records.
inline constexpr std::size_t nist_records_max = 999;
// An item costs about 80 bytes of memory for one byte of the file: 5 MB at most. A record with
// every field of a face has some 200 items.
inline constexpr std::size_t nist_items_max = 65'536;
inline constexpr std::size_t nist_text_chars_max = 4'096; // written text; the standard sets no end

// --- flight rolls and answers -------------------------------------------------------------------
// Entries that may share a document number or a name with birth date before it names nobody: some
// systems send one number for everybody who has none.
inline constexpr std::size_t roll_key_holders_max = 64;
// Documents, references and names remembered of one traveler over all versions.
inline constexpr std::size_t roll_keys_max = 64;
// Segments in error that one acknowledgement names; CONTRL has room for 999 of a message.
inline constexpr std::size_t acknowledgement_errors_max = 999;
inline constexpr std::size_t code_table_bytes_max = 64U << 10U;

// --- the public log -----------------------------------------------------------------------------
// Readers must accept 16 signatures, of which post-quantum ones have up to 5 KB; a checkpoint with
// three witnesses has 0.6 KB.
inline constexpr std::size_t note_bytes_max = 128U << 10U;
inline constexpr std::size_t note_signatures_max = 64;
inline constexpr std::size_t note_key_name_bytes_max = 255;
// Leaves of one batch, padding included: a second of the busiest site has under a hundred.
inline constexpr std::size_t log_batch_leaves_max = 65'536;
// A file of the history of checkpoints is followed by the next one when it has this size: some
// thousand checkpoints.
inline constexpr std::size_t log_history_file_bytes = 1U << 20U;
// Faults that a verification of the log lists; it goes on counting leaves beyond.
inline constexpr std::size_t log_faults_max = 100;

// --- contexts -----------------------------------------------------------------------------------
inline constexpr std::size_t context_name_bytes_max = 100;
// Messages about one flight. Carriers that send one message for each passenger reach about a
// thousand on a large aircraft, changes included; every new one is folded with all before it.
inline constexpr std::size_t versions_per_context_max = 2'000;
// Messages of which a list of versions says what they changed: each is two folds of all before it.
inline constexpr std::size_t versions_compared_max = 100;
inline constexpr std::size_t versions_bytes_max = 64U << 20U; // of one context, as they were sent

// --- custody ------------------------------------------------------------------------------------
// 128 bytes each in two files, about 60 in memory: 512 MB a file when full.
inline constexpr std::size_t key_store_slots_max = 4'194'304;
// Keys wrapped anew in one go during a turn: half a millisecond in which other changes wait.
inline constexpr std::size_t turn_batch_slots_max = 4'096;

// --- galleries ----------------------------------------------------------------------------------
inline constexpr std::size_t photos_per_traveler_max = 8;
// A folder of held photos is for demonstrations and small sites; more belongs into a database.
inline constexpr std::size_t holdings_photos_max = 1'000'000;
inline constexpr std::size_t holdings_csv_bytes_max = 128U << 20U; // about a hundred bytes a row
inline constexpr std::size_t gallery_templates_max = 4'000'000;
// Changes of a gallery's coverage that are remembered: a flight's list changes a few dozen times.
inline constexpr std::size_t coverage_points_max = 200;
// Candidates handed to the decision: the best one and those that could tie with it.
inline constexpr std::size_t search_candidates_max = 8;

// --- transactions -------------------------------------------------------------------------------
inline constexpr std::size_t transaction_subjects_max = 12; // a full minibus
inline constexpr std::size_t transactions_open_max = 512;
// Captures that never reached a search (no face, too dark) before the transaction refers.
inline constexpr int captures_unusable_max = 10;
inline constexpr std::chrono::seconds transaction_timeout{120};
inline constexpr std::chrono::seconds request_deadline{10};

// --- retention ----------------------------------------------------------------------------------
// The policies that come with Sallyport have under 20 rules in 8 KB.
inline constexpr std::size_t retention_policy_bytes_max = 256U << 10U;
inline constexpr std::size_t retention_rules_max = 200;
inline constexpr std::size_t retention_faults_max = 20; // named at once
// A hold of a court is renewed by a new order, not by a far date.
inline constexpr std::chrono::hours hold_life_max{24 * 366};
inline constexpr std::size_t hold_text_chars_max = 500;

// --- people who sign in -------------------------------------------------------------------------
inline constexpr std::size_t user_name_chars_max = 64;
inline constexpr std::size_t password_bytes_max = 256; // of UTF-8; what a phrase may need
// One password hash takes 256 MB for about a second: one at a time, and a short queue for it.
inline constexpr std::size_t sign_ins_waiting_max = 8;
inline constexpr int invitation_failures_max = 5;

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
