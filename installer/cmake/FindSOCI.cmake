# SOCI with its SQLite back end, for packages that ship no CMake configuration (Debian 12).
# Defines SOCI::soci_core and SOCI::soci_sqlite3.
find_package(SOCI CONFIG QUIET)
if(TARGET SOCI::soci_core)
    return()
endif()
find_path(SOCI_INCLUDE_DIR soci/soci.h)
find_library(SOCI_CORE_LIBRARY NAMES soci_core)
find_library(SOCI_SQLITE3_LIBRARY NAMES soci_sqlite3)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SOCI REQUIRED_VARS SOCI_CORE_LIBRARY SOCI_SQLITE3_LIBRARY SOCI_INCLUDE_DIR)
foreach(part core sqlite3)
    string(TOUPPER ${part} upper)
    if(SOCI_FOUND AND NOT TARGET SOCI::soci_${part})
        add_library(SOCI::soci_${part} UNKNOWN IMPORTED)
        set_target_properties(SOCI::soci_${part} PROPERTIES
            IMPORTED_LOCATION ${SOCI_${upper}_LIBRARY}
            INTERFACE_INCLUDE_DIRECTORIES ${SOCI_INCLUDE_DIR})
    endif()
endforeach()
