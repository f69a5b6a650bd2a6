# pgr_embed(TARGET name file [name file]...)
#
# Makes each file a `extern const std::string_view` in namespace pgrehearse::assets, declared in "assets/TARGET.hpp".
function(pgr_embed target)
  set(folder ${PROJECT_BINARY_DIR}/generated/${target})
  set(header "#pragma once\n#include <string_view>\nnamespace pgrehearse::assets {\n")
  set(arguments ${ARGN})
  set(objects)
  while(arguments)
    list(POP_FRONT arguments name file)
    string(APPEND header "extern const std::string_view ${name};\n")
    set(source ${folder}/${name}.cpp)
    add_custom_command(OUTPUT ${source}
      COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DFILE=${file} -DOUTPUT=${source} -DTARGET=${target}
              -P ${PROJECT_SOURCE_DIR}/cmake/embed_file.cmake
      DEPENDS ${file} ${PROJECT_SOURCE_DIR}/cmake/embed_file.cmake VERBATIM)
    list(APPEND objects ${source})
  endwhile()
  file(CONFIGURE OUTPUT ${folder}/assets/${target}.hpp CONTENT "${header}}\n" @ONLY)
  add_library(${target} STATIC ${objects})
  target_include_directories(${target} PUBLIC ${folder})
endfunction()
