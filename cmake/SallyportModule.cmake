# The one helper for a folder of src/:
#
#   sallyport_module(gallery
#       SOURCES  flat_index.cpp ...      explicit, no globbing
#       TESTS    flat_index_test.cpp ... beside the code; built only with SALLYPORT_DEVELOPER
#       DEPENDS  biometrics ...          other modules, by folder name; public
#       LINK     PkgConfig::X ...        third-party libraries; private
#       TEST_LINK ...                    further modules or libraries for the tests alone
#   )
#
# makes the library sallyport_gallery (alias sallyport::gallery) and the test program gallery_test.
include(GoogleTest OPTIONAL)

set(SALLYPORT_WARNINGS -Wall -Wextra -Wconversion -Wshadow -Wpedantic -Wnon-virtual-dtor)
set(SALLYPORT_CODE_FLAGS -fstack-protector-strong)
if(SALLYPORT_WERROR)
    list(APPEND SALLYPORT_WARNINGS -Werror)
endif()
if(SALLYPORT_SANITIZERS)
    # g++ 12 judges flows wrongly once sanitizers have rewritten them; they stay warnings there.
    list(APPEND SALLYPORT_WARNINGS -Wno-error=stringop-overflow -Wno-error=stringop-overread
         -Wno-error=array-bounds -Wno-error=restrict -Wno-error=maybe-uninitialized
         -Wno-error=null-dereference -Wno-error=nonnull)
    add_compile_options(-fsanitize=${SALLYPORT_SANITIZERS} -fno-omit-frame-pointer
                        -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${SALLYPORT_SANITIZERS})
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
    add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()
# g++ 12 reports a false -Wrestrict on std::string::insert at -O3, so releases use -O2.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

function(sallyport_compile_flags target)
    target_compile_options(${target} PRIVATE ${SALLYPORT_WARNINGS} ${SALLYPORT_CODE_FLAGS})
    target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/src)
endfunction()

function(sallyport_test_program name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    sallyport_compile_flags(${name})
    target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gtest GTest::gmock GTest::gtest_main
        rapidcheck)
    target_compile_definitions(${name} PRIVATE
        SALLYPORT_SOURCE_DIR="${CMAKE_SOURCE_DIR}" SALLYPORT_BINARY_DIR="${CMAKE_BINARY_DIR}")
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
        PROPERTIES TIMEOUT 300 ENVIRONMENT "TBB_ENABLE_SANITIZERS=1")
endfunction()

function(sallyport_module name)
    cmake_parse_arguments(ARG "" "" "SOURCES;TESTS;DEPENDS;LINK;TEST_LINK" ${ARGN})
    list(TRANSFORM ARG_DEPENDS PREPEND sallyport::)
    if(ARG_SOURCES)
        add_library(sallyport_${name} STATIC ${ARG_SOURCES})
        sallyport_compile_flags(sallyport_${name})
        target_link_libraries(sallyport_${name} PUBLIC ${ARG_DEPENDS} tl::expected PRIVATE ${ARG_LINK})
    else()
        add_library(sallyport_${name} INTERFACE)
        target_include_directories(sallyport_${name} INTERFACE ${CMAKE_SOURCE_DIR}/src)
        target_link_libraries(sallyport_${name} INTERFACE ${ARG_DEPENDS} tl::expected)
    endif()
    add_library(sallyport::${name} ALIAS sallyport_${name})
    if(SALLYPORT_DEVELOPER AND ARG_TESTS)
        sallyport_test_program(${name}_test SOURCES ${ARG_TESTS}
            LINK sallyport::${name} ${ARG_LINK} ${ARG_TEST_LINK})
    endif()
endfunction()
