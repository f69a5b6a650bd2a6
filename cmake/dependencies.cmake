# Everything comes from the distribution (Debian 12, Ubuntu 24.04); `./dev setup` installs it.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Boost REQUIRED COMPONENTS program_options)
find_package(ZLIB REQUIRED)
find_package(pugixml REQUIRED)
find_package(yaml-cpp REQUIRED)

pkg_check_modules(PQXX REQUIRED IMPORTED_TARGET libpqxx)
pkg_check_modules(PQ REQUIRED IMPORTED_TARGET libpq)
add_library(pqxx_client ALIAS PkgConfig::PQXX)
add_library(pq_client ALIAS PkgConfig::PQ)

# libpg_query ships neither a CMake package nor a pkg-config file.
find_path(PG_QUERY_INCLUDE pg_query.h REQUIRED)
find_library(PG_QUERY_LIBRARY pg_query REQUIRED)
add_library(pg_query UNKNOWN IMPORTED)
set_target_properties(pg_query PROPERTIES
  IMPORTED_LOCATION ${PG_QUERY_LIBRARY}
  INTERFACE_INCLUDE_DIRECTORIES ${PG_QUERY_INCLUDE})

# The chart library is embedded into every HTML report, so that a report opens without a network.
find_file(CHART_JS NAMES chart.min.js Chart.min.js chart.umd.js
  PATHS /usr/share/javascript/chart.js /usr/share/nodejs/chart.js/dist REQUIRED NO_DEFAULT_PATH)
include(cmake/embed.cmake)
pgr_embed(report_assets
  chart_js   ${CHART_JS}
  report_css ${PROJECT_SOURCE_DIR}/reports/html/report.css
  report_js  ${PROJECT_SOURCE_DIR}/reports/html/report.js)
