list(APPEND SALLYPORT_DOCUMENT_SOURCES boarding_pass.cpp boarding_pass_picture.cpp
     internal/boarding_cursor.cpp)
list(APPEND SALLYPORT_DOCUMENT_TESTS boarding_pass_test.cpp boarding_pass_picture_test.cpp)
list(APPEND SALLYPORT_DOCUMENT_FUZZERS boarding_pass)
