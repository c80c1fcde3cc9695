# A fuzz target beside the code it attacks:
#
#   sallyport_fuzzer(paxlst SOURCE paxlst_fuzz.cpp LINK sallyport::manifest)
#
# Seeds stand in fuzz/corpora/<name>/. With SALLYPORT_FUZZ (clang) it becomes the libFuzzer program
# fuzz_<name>; otherwise a program that replays the corpus, and the test fuzz.<name> runs it.
option(SALLYPORT_FUZZ "Build the fuzz targets with libFuzzer (needs clang)" OFF)

if(SALLYPORT_FUZZ)
    if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        message(FATAL_ERROR "SALLYPORT_FUZZ needs clang: cmake --preset fuzz")
    endif()
    # The modules count what they execute, so that libFuzzer sees which inputs reach new code. The
    # list of warnings is that of g++, some of which clang does not know.
    add_compile_options(-fsanitize=fuzzer-no-link -Wno-unknown-warning-option)
endif()

function(sallyport_fuzzer name)
    cmake_parse_arguments(ARG "" "SOURCE" "LINK" ${ARGN})
    if(NOT SALLYPORT_DEVELOPER AND NOT SALLYPORT_FUZZ)
        return()
    endif()
    set(corpus ${CMAKE_SOURCE_DIR}/fuzz/corpora/${name})
    if(SALLYPORT_FUZZ)
        add_executable(fuzz_${name} ${ARG_SOURCE})
        target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    else()
        add_executable(fuzz_${name} ${ARG_SOURCE} ${CMAKE_SOURCE_DIR}/fuzz/replay_main.cpp)
        add_test(NAME fuzz.${name} COMMAND fuzz_${name} ${corpus})
        set_tests_properties(fuzz.${name} PROPERTIES TIMEOUT 120)
    endif()
    sallyport_compile_flags(fuzz_${name})
    target_link_libraries(fuzz_${name} PRIVATE ${ARG_LINK})
endfunction()
