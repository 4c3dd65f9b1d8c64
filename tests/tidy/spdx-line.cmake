as: tests/core/CMakeLists.txt
slate_test(core FILES test_sla.c)
