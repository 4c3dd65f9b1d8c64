# SPDX-License-Identifier: Apache-2.0

add_custom_target(plain COMMENT "Plain runners") # all plain_<name>, on demand

# slate_test(<name> FILES f.c ... [LIBS target ...] [SCHEMAS schema ...]
#            [MIN n] [TIMEOUT s] [THREADS] [VALGRIND])
# Two programs from the same sources: tests_<name> (Criterion) and plain_<name> (-DT_PLAIN, all
# tests in one process, for TSan, valgrind and coverage). ctest runs the one SLATE_TEST_RUNNER
# names. MIN: fewer tests than that fail the suite (a filter that matches nothing passes in
# Criterion). THREADS: also run under TSan. VALGRIND: also run under valgrind.
function(slate_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "THREADS;VALGRIND" "MIN;TIMEOUT" "FILES;LIBS;SCHEMAS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_FILES)
    message(FATAL_ERROR "slate_test(${name}): ${arg_UNPARSED_ARGUMENTS}?")
  endif()
  if(NOT arg_MIN)
    list(LENGTH arg_FILES arg_MIN)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()

  add_executable(tests_${name} ${arg_FILES} ${PROJECT_SOURCE_DIR}/tests/t.c)
  target_link_libraries(tests_${name} PRIVATE PkgConfig::CRITERION)
  add_executable(plain_${name} EXCLUDE_FROM_ALL
    ${arg_FILES} ${PROJECT_SOURCE_DIR}/tests/t.c ${PROJECT_SOURCE_DIR}/tests/t_plain.c)
  target_compile_definitions(plain_${name} PRIVATE T_PLAIN)
  add_dependencies(plain plain_${name})
  foreach(program tests_${name} plain_${name})
    target_link_libraries(${program} PRIVATE slate_flags ${arg_LIBS} Threads::Threads)
    target_include_directories(${program} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
    foreach(schema ${arg_SCHEMAS})
      target_link_libraries(${program} PRIVATE slate_pb_${schema})
    endforeach()
  endforeach()

  if(SLATE_TEST_RUNNER STREQUAL "plain")
    set(program plain_${name})
    set_target_properties(tests_${name} PROPERTIES EXCLUDE_FROM_ALL ON)
    set_target_properties(plain_${name} PROPERTIES EXCLUDE_FROM_ALL OFF)
  else()
    set(program tests_${name})
  endif()
  add_test(NAME ${name}
    COMMAND ${PROJECT_SOURCE_DIR}/tests/suite.sh ${arg_MIN} ${arg_TIMEOUT}
            ${PROJECT_BINARY_DIR}/results/${name} $<TARGET_FILE:${program}>
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  # suite.sh ends the program itself and says so; ctest's limit only backs it up.
  math(EXPR backstop "${arg_TIMEOUT} + 30")
  set(labels suite)
  if(arg_THREADS)
    list(APPEND labels threads)
  endif()
  if(arg_VALGRIND)
    list(APPEND labels valgrind)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${backstop} LABELS "${labels}")
endfunction()
