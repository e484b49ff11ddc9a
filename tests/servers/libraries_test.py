"""Where a library that only servers need can't be loaded. With cfsync."""

import ctypes.util
import os
import unittest
import unittest.mock

import server_site  # noqa: F401: knows where the stories of the command line are

from clinic import ClinicTest

LIBRARIES = [ctypes.util.find_library(name) for name in ("soci_mysql", "soci_postgresql", "secret-1")]


@unittest.skipUnless(all(LIBRARIES), "the libraries are linked statically here")
class LibrariesTest(ClinicTest):
    def setUp(self):
        super().setUp()
        place = self.place / "libraries"
        place.mkdir()
        for library in LIBRARIES:
            (place / library).touch()
        paths = unittest.mock.patch.dict(os.environ, LD_LIBRARY_PATH=str(place))
        paths.start()
        self.addCleanup(paths.stop)

    def test_a_file_is_synced_without_them(self):
        self.two_synced()

    def test_a_connection_to_a_server_is_refused_with_what_to_install(self):
        site = self.site()
        for system, name, library in (("mysql", "MariaDB", LIBRARIES[0]),
                                      ("postgresql", "PostgreSQL", LIBRARIES[1])):
            site.connection = f"{system}://host=127.0.0.1 dbname=clinic"
            self.assert_code(site.run("status"), "usage", 2, name, library, f"libsoci-{system}4")

    def test_a_password_is_not_kept_and_told_so_with_what_to_install(self):
        site = self.site()
        site.connection = "mysql://host=127.0.0.1 dbname=clinic"
        for arguments in (("password",), ("password", "--forget")):
            self.assert_code(site.run(*arguments, stdin="secret\n"), "secret_store", 4,
                             LIBRARIES[2], "libsecret-1-0")
