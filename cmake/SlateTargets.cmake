# SPDX-License-Identifier: Apache-2.0

# slate_schema(<name>): proto/<name>.proto -> static library slate_pb_<name>.
# The generated header lies in the build tree; only who names the schema gets its include path.
function(slate_schema name)
  set(proto ${PROJECT_SOURCE_DIR}/proto/${name}.proto)
  set(dir ${PROJECT_BINARY_DIR}/gen/${name})
  file(MAKE_DIRECTORY ${dir})
  add_custom_command(
    OUTPUT ${dir}/${name}.pb-c.c ${dir}/${name}.pb-c.h
    COMMAND ${PROTOC_C} --proto_path=${PROJECT_SOURCE_DIR}/proto --c_out=${dir} ${proto}
    DEPENDS ${proto}
    COMMENT "protoc-c ${name}.proto"
    VERBATIM)
  add_library(slate_pb_${name} STATIC ${dir}/${name}.pb-c.c ${dir}/${name}.pb-c.h)
  target_compile_options(slate_pb_${name} PRIVATE -w)
  target_include_directories(slate_pb_${name} SYSTEM PUBLIC ${dir})
  target_link_libraries(slate_pb_${name} PUBLIC PkgConfig::PROTOBUF_C)
endfunction()

# slate_layer(<name> FILES f.c ... [DEPS target ...] [SCHEMAS schema ...])
# Static library slate_<name>. DEPS are seen by its users; the headers of SCHEMAS are not.
function(slate_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FILES;DEPS;SCHEMAS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "slate_layer(${name}): ${arg_UNPARSED_ARGUMENTS}?")
  endif()
  add_library(slate_${name} STATIC ${arg_FILES})
  target_link_libraries(slate_${name} PUBLIC ${arg_DEPS} PRIVATE slate_flags)
  foreach(schema ${arg_SCHEMAS})
    target_link_libraries(slate_${name} PRIVATE slate_pb_${schema})
  endforeach()
endfunction()
