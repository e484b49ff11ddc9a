# SOCI with its back ends for SQLite, MariaDB/MySQL and PostgreSQL, for packages that ship no CMake
# configuration (Debian 12). Defines SOCI::soci_core, SOCI::soci_sqlite3, SOCI::soci_mysql and
# SOCI::soci_postgresql; the headers of the last two need those of the servers' client libraries.
find_package(SOCI CONFIG QUIET)
if(TARGET SOCI::soci_core)
    return()
endif()
find_path(SOCI_INCLUDE_DIR soci/soci.h)
find_path(SOCI_MYSQL_CLIENT_DIR mysql.h PATH_SUFFIXES mariadb mysql)
find_path(SOCI_POSTGRESQL_CLIENT_DIR libpq-fe.h PATH_SUFFIXES postgresql)
set(needed SOCI_INCLUDE_DIR SOCI_MYSQL_CLIENT_DIR SOCI_POSTGRESQL_CLIENT_DIR)
foreach(part core sqlite3 mysql postgresql)
    string(TOUPPER ${part} upper)
    find_library(SOCI_${upper}_LIBRARY NAMES soci_${part})
    list(APPEND needed SOCI_${upper}_LIBRARY)
endforeach()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SOCI REQUIRED_VARS ${needed})
foreach(part core sqlite3 mysql postgresql)
    string(TOUPPER ${part} upper)
    if(SOCI_FOUND AND NOT TARGET SOCI::soci_${part})
        set(headers ${SOCI_INCLUDE_DIR} ${SOCI_${upper}_CLIENT_DIR})
        add_library(SOCI::soci_${part} UNKNOWN IMPORTED)
        set_target_properties(SOCI::soci_${part} PROPERTIES
            IMPORTED_LOCATION ${SOCI_${upper}_LIBRARY}
            INTERFACE_INCLUDE_DIRECTORIES "${headers}")
    endif()
endforeach()
