# SPDX-License-Identifier: Apache-2.0

add_custom_target(plain) # all plain runners, on demand

# slate_check(<name> COMMAND program [argument...] [MIN n] [TIMEOUT s] [LABELS label...])
# A test that prints TAP on its standard output, one line per thing tested: a script, or a program
# with its own main. Fewer than MIN passed lines (1) fail it; so does lasting over TIMEOUT (120).
# It runs in the repository's root. No two have one name: their results would be one file.
function(slate_check name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "MIN;TIMEOUT" "COMMAND;LABELS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_COMMAND)
    message(FATAL_ERROR "slate_check(${name}): ${arg_UNPARSED_ARGUMENTS}?")
  endif()
  get_property(taken GLOBAL PROPERTY slate_checks)
  if(name IN_LIST taken)
    message(FATAL_ERROR "slate_check(${name}): there is one of that name")
  endif()
  set_property(GLOBAL APPEND PROPERTY slate_checks ${name})
  if(NOT arg_MIN)
    set(arg_MIN 1)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_test(NAME ${name}
    COMMAND ${PROJECT_SOURCE_DIR}/tests/suite.sh ${arg_MIN} ${arg_TIMEOUT}
            ${PROJECT_BINARY_DIR}/results/${name} ${arg_COMMAND}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  # suite.sh ends the program itself and says so; ctest's limit only backs it up.
  math(EXPR backstop "${arg_TIMEOUT} + 30")
  set_tests_properties(${name} PROPERTIES TIMEOUT ${backstop} LABELS "${arg_LABELS}")
endfunction()

# slate_test(<name> FILES f.c ... [LIBS target ...] [SCHEMAS schema ...]
#            [MIN n] [TIMEOUT s] [THREADS] [VALGRIND])
# Two programs from the same sources: tests_<name> (Criterion) and plain_<name> (-DT_PLAIN, all
# tests in one process, for TSan, valgrind and coverage). ctest runs the one SLATE_TEST_RUNNER
# names. MIN: fewer tests than that fail the suite (a filter that matches nothing passes in
# Criterion). THREADS: script/test runs it under TSan too. VALGRIND: with SLATE_VALGRIND, in a build
# without sanitizers, valgrind_<name> runs it under valgrind.
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
  add_executable(plain_${name}
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
    set(chosen plain_${name})
    set(other tests_${name})
  else()
    set(chosen tests_${name})
    set(other plain_${name})
  endif()
  set_target_properties(${other} PROPERTIES EXCLUDE_FROM_ALL ON)
  set(labels suite)
  if(arg_THREADS)
    list(APPEND labels threads)
  endif()
  slate_check(${name} COMMAND $<TARGET_FILE:${chosen}>
    MIN ${arg_MIN} TIMEOUT ${arg_TIMEOUT} LABELS ${labels})

  if(arg_VALGRIND AND SLATE_VALGRIND)
    set_target_properties(plain_${name} PROPERTIES EXCLUDE_FROM_ALL OFF)
    math(EXPR slow "${arg_TIMEOUT} * 20")
    slate_check(valgrind_${name} MIN ${arg_MIN} TIMEOUT ${slow} LABELS valgrind
      COMMAND valgrind --quiet --leak-check=full --error-exitcode=9 $<TARGET_FILE:plain_${name}>)
  endif()
endfunction()

# slate_fuzz(<name> FILES f.c ... [LIBS target ...] [SCHEMAS schema ...] CORPUS dir)
# FILES hold LLVMFuzzerTestOneInput. With SLATE_FUZZ: fuzz_<name>, a libFuzzer program. Otherwise
# fuzz_<name> replays: it runs each file of CORPUS and each cut of it through the function, and
# ctest runs that.
function(slate_fuzz name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "CORPUS" "FILES;LIBS;SCHEMAS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_FILES OR NOT arg_CORPUS)
    message(FATAL_ERROR "slate_fuzz(${name}): ${arg_UNPARSED_ARGUMENTS}?")
  endif()
  add_executable(fuzz_${name} ${arg_FILES})
  target_link_libraries(fuzz_${name} PRIVATE slate_flags ${arg_LIBS} Threads::Threads)
  foreach(schema ${arg_SCHEMAS})
    target_link_libraries(fuzz_${name} PRIVATE slate_pb_${schema})
  endforeach()
  if(SLATE_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    return()
  endif()
  target_sources(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/fuzz/replay.c)
  slate_check(fuzz_${name} COMMAND $<TARGET_FILE:fuzz_${name}> ${arg_CORPUS} LABELS fuzz)
endfunction()
