list(APPEND SALLYPORT_DOCUMENT_SOURCES name_comparison.cpp)
    list(APPEND SALLYPORT_DOCUMENT_TESTS name_comparison_test.cpp)
