# pgr_module(NAME FOLDER LINKS module... PRIVATE library...)
#
# Builds FOLDER/**/*.cpp (main.cpp aside) into the static library pgr_NAME. LINKS are other modules and are public;
# PRIVATE are third-party libraries, whose headers no header of the module may show.
function(pgr_module name folder)
  cmake_parse_arguments(ARG "" "" "LINKS;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  add_library(pgr_${name} STATIC ${sources})
  target_include_directories(pgr_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  list(TRANSFORM ARG_LINKS PREPEND pgr_ OUTPUT_VARIABLE links)
  target_link_libraries(pgr_${name} PUBLIC ${links} fmt::fmt PRIVATE ${ARG_PRIVATE} pgr_warnings Threads::Threads)
endfunction()
