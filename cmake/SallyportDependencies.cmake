# Every third-party library in one place. A missing one names the Debian package that brings it;
# nothing is downloaded at configure or build time.
include(FindPkgConfig)
find_package(Threads REQUIRED)

macro(sallyport_need_package package apt)
    find_package(${package} QUIET CONFIG ${ARGN})
    if(NOT ${package}_FOUND)
        message(FATAL_ERROR "Missing ${package}. Install it: apt-get install ${apt} (or run script/setup)")
    endif()
endmacro()

macro(sallyport_need_pkg_config prefix module apt)
    pkg_check_modules(${prefix} QUIET IMPORTED_TARGET ${module})
    if(NOT ${prefix}_FOUND)
        message(FATAL_ERROR "Missing ${module}. Install it: apt-get install ${apt} (or run script/setup)")
    endif()
endmacro()

set(Boost_USE_STATIC_LIBS OFF)
find_package(Boost 1.81 QUIET COMPONENTS json url)
if(NOT Boost_FOUND)
    message(FATAL_ERROR "Missing Boost 1.81. Install it: apt-get install "
                        "libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev (or run script/setup)")
endif()

sallyport_need_package(tl-expected libexpected-dev PATHS /usr/share/cmake/tl-expected)
sallyport_need_package(tomlplusplus libtomlplusplus-dev)
sallyport_need_package(CLI11 libcli11-dev)
sallyport_need_package(spdlog libspdlog-dev)
sallyport_need_package(fmt libfmt-dev)
sallyport_need_package(prometheus-cpp prometheus-cpp-dev)
sallyport_need_package(hwy libhwy-dev)
sallyport_need_pkg_config(SQLITE3 sqlite3 libsqlite3-dev)
sallyport_need_pkg_config(SODIUM libsodium libsodium-dev)
sallyport_need_pkg_config(TURBOJPEG libturbojpeg libturbojpeg0-dev)
sallyport_need_pkg_config(PNG libpng libpng-dev)
sallyport_need_pkg_config(EXIF libexif libexif-dev)
sallyport_need_pkg_config(OPENJPEG libopenjp2 libopenjp2-7-dev)
sallyport_need_pkg_config(ZXING zxing libzxing-dev)
find_package(OpenSSL 3 QUIET)
if(NOT OPENSSL_FOUND)
    message(FATAL_ERROR "Missing OpenSSL 3. Install it: apt-get install libssl-dev (or run script/setup)")
endif()

# Debian's OpenCV has its CMake files only in the big libopencv-dev; core and imgproc are enough.
find_path(SALLYPORT_OPENCV_INCLUDE opencv2/core.hpp PATH_SUFFIXES opencv4)
find_library(SALLYPORT_OPENCV_CORE opencv_core)
find_library(SALLYPORT_OPENCV_IMGPROC opencv_imgproc)
if(NOT SALLYPORT_OPENCV_INCLUDE OR NOT SALLYPORT_OPENCV_CORE OR NOT SALLYPORT_OPENCV_IMGPROC)
    message(FATAL_ERROR "Missing OpenCV. Install it: apt-get install "
                        "libopencv-core-dev libopencv-imgproc-dev (or run script/setup)")
endif()
add_library(sallyport_opencv INTERFACE)
target_include_directories(sallyport_opencv SYSTEM INTERFACE ${SALLYPORT_OPENCV_INCLUDE})
target_link_libraries(sallyport_opencv INTERFACE ${SALLYPORT_OPENCV_IMGPROC} ${SALLYPORT_OPENCV_CORE})

# OpenVINO comes from its pinned Python wheel: headers, CMake files and libraries.
file(GLOB SALLYPORT_OPENVINO_CMAKE
     ${CMAKE_SOURCE_DIR}/build/python/lib/python3*/site-packages/openvino/cmake)
find_package(OpenVINO QUIET CONFIG COMPONENTS Runtime
             PATHS ${SALLYPORT_OPENVINO_CMAKE} ENV OpenVINO_DIR NO_CMAKE_SYSTEM_PATH)
if(NOT OpenVINO_FOUND)
    message(FATAL_ERROR "Missing OpenVINO. Run script/setup, which puts its pinned wheel into build/python")
endif()
# Its target would pass warning flags on to us; take only the headers and the library.
add_library(sallyport_openvino INTERFACE)
get_target_property(SALLYPORT_OPENVINO_INCLUDE openvino::runtime INTERFACE_INCLUDE_DIRECTORIES)
target_include_directories(sallyport_openvino SYSTEM INTERFACE ${SALLYPORT_OPENVINO_INCLUDE})
target_link_libraries(sallyport_openvino INTERFACE $<TARGET_FILE:openvino::runtime>)
get_target_property(SALLYPORT_OPENVINO_LIBRARY openvino::runtime IMPORTED_LOCATION_RELEASE)
get_filename_component(SALLYPORT_OPENVINO_LIBRARIES ${SALLYPORT_OPENVINO_LIBRARY} DIRECTORY)
# The wheel's libtbb must win over the system's older one, so its folder comes first.
list(PREPEND CMAKE_BUILD_RPATH ${SALLYPORT_OPENVINO_LIBRARIES})
# It is OpenCV that asks for libtbb first, and only the older RPATH also counts for what libraries need.
add_link_options(LINKER:--disable-new-dtags)

if(SALLYPORT_DEVELOPER)
    sallyport_need_package(GTest "libgtest-dev libgmock-dev")
    sallyport_need_package(benchmark libbenchmark-dev)
    sallyport_need_package(rapidcheck librapidcheck-dev)
endif()
