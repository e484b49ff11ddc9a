#include "core/rules/ignored_names.h"

#include <string>

#include "tests/support/catch.h"

using namespace cfs;

TEST_CASE("ignored names: what cloud clients, systems and we ourselves leave lying") {
    for (const std::string_view name : {"~cfs-0a1b2c3d.tmp",
                                        "~syncthing~a.xml.tmp",
                                        ".syncthing.a.xml.tmp",
                                        ".stfolder",
                                        ".stversions",
                                        ".stignore",
                                        ".a.xml.~1f2e",
                                        "a.xml.~7",
                                        ".sync_0123.db",
                                        ".sync_0123.db-wal",
                                        "._sync_0123.db-shm",
                                        ".csync_journal.db",
                                        ".csync_journal.db-wal",
                                        ".owncloudsync.log.1",
                                        "a.xml.owncloud",
                                        "a.xml.nextcloud",
                                        "a.xml~",
                                        "~$a.xml",
                                        ".~lock.a.xml#",
                                        "~wrd0001.tmp",
                                        "._a.xml",
                                        ".DS_Store",
                                        "Thumbs.db",
                                        "desktop.ini",
                                        "Icon\r",
                                        ".directory",
                                        ".nfs0001",
                                        ".fuse_hidden0001",
                                        ".Trash-1000",
                                        ".TemporaryItems",
                                        ".fseventsd",
                                        "a.xml.part",
                                        "a.filepart",
                                        "a.crdownload",
                                        "a.unison",
                                        ".sync.ffs_db",
                                        ".dropbox",
                                        ".dropbox.attr",
                                        ".dropbox.cache",
                                        ".tmp.drivedownload",
                                        ".tmp.driveupload",
                                        "a.xml.!Sync",
                                        ".sync",
                                        ".SyncID",
                                        ".SyncIgnore",
                                        ".SyncArchive",
                                        "a.SyncPart",
                                        "a.SyncTemp",
                                        "a.SyncOld",
                                        ".getxfer.1.2.mega",
                                        ".debris",
                                        "Rubbish",
                                        ".a.xml.icloud",
                                        "a.xml.sbak",
                                        "#a.xml#",
                                        ".unison.a.xml.0f.unison.tmp",
                                        ".bak.1.a.xml",
                                        "a.xml.0a1b2c3d.partial",
                                        "a.xml.insyncdl",
                                        "a.tmp",
                                        ".a.xml.swp",
                                        "a.xml.cloud",
                                        "a.cloudf",
                                        ".synkron.db",
                                        ".symform_x"}) {
        CAPTURE(name);
        REQUIRE(is_ignored_name(name));
    }
}

TEST_CASE("ignored names: letter case does not matter") {
    for (const std::string_view name : {"DESKTOP.INI", "THUMBS.DB", ".ds_store", "A.XML.PART",
                                        "~CFS-0A.TMP", "RUBBISH", "ICON\r", ".GETXFER.1.MEGA"}) {
        CAPTURE(name);
        REQUIRE(is_ignored_name(name));
    }
}

TEST_CASE("ignored names: our lasting files and their copies are never ignored") {
    const std::string stem = "0f8fad5b-d9cb-469f-a165-70867728950e";
    for (const std::string& name :
         {stem + ".xml", stem + " (1).xml", stem + ".xml.conflict1", stem + ".Conflict.xml",
          stem + " (Ann's conflicted copy 2026-11-22).xml", "Copy of " + stem + ".xml",
          stem + ".sync-conflict-20261122-101010-ABCDEFG.xml", std::string("patients"),
          std::string("logs"), std::string("sites"), std::string("attachments"), std::string("ab"),
          std::string("cloud-folder-sync.xml"), std::string("12.xml")}) {
        CAPTURE(name);
        REQUIRE_FALSE(is_ignored_name(name));
    }
}

TEST_CASE("ignored names: near misses are not ignored") {
    for (const std::string_view name :
         {"", "#", "tmp", "part", "desktop.ini.xml", "Icon", "icloud", ".icloud", ".getxfer.mega",
          ".unison.unison.tmp.xml", "thumbs.db2", "rubbish2", ".syncs"}) {
        CAPTURE(name);
        REQUIRE_FALSE(is_ignored_name(name));
    }
}

TEST_CASE("ignored names: a name of a megabyte is judged at once") {
    const std::size_t size = 1 << 20;
    REQUIRE_FALSE(is_ignored_name(std::string(size, '.')));
    REQUIRE_FALSE(is_ignored_name("." + std::string(size, '\xFF')));
    REQUIRE(is_ignored_name(std::string(size, '.') + "~"));
    REQUIRE(is_ignored_name("#" + std::string(size, '\0') + "#"));
}
