set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(pgr_warnings INTERFACE)
target_compile_options(pgr_warnings INTERFACE -Wall -Wextra -Wpedantic)
option(PGREHEARSE_WERROR "Treat warnings as errors" OFF)
if(PGREHEARSE_WERROR)
  target_compile_options(pgr_warnings INTERFACE -Werror)
endif()

set(PGREHEARSE_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")
if(PGREHEARSE_SANITIZE)
  add_compile_options(-fsanitize=${PGREHEARSE_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PGREHEARSE_SANITIZE})
  add_compile_definitions(_GLIBCXX_ASSERTIONS)  # of which no sanitizer knows: an empty optional, a vector's capacity
endif()
