// Exit statuses of every command, as README.md documents them.
#pragma once

namespace sallyport::app {

inline constexpr int exit_done = 0;
inline constexpr int exit_answer_is_no = 1; // the verdict, verification or lint says no
inline constexpr int exit_wrong_use = 2;
inline constexpr int exit_could_not = 3;

} // namespace sallyport::app
