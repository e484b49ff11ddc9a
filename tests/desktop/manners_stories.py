"""How the applet lives with its computer: it notices what arrives, lets the computer sleep, spares
its battery, and costs next to nothing. Every story starts an applet of its own."""

import os
import signal
import subprocess
from pathlib import Path

from desk import LOGS, count_ended, count_runs, open_logs, quit_from_menu, same
from idle_cost import memory_mb, wakeups_per_second
from session_manager import session_manager
from system_services import system_services
from waiting import wait_until

WAKEUPS_PER_SECOND = 1
MENU_CLOSES_SECONDS = 5  # some dozens of wake-ups, which are not the idle applet's
MEMORY_MB = 60  # beyond a bare program's
HOURLY = "60"  # minutes: the interval has no part in these stories


def synced_applet(desk, west):
    """West's applet once its first automatic sync has ended."""
    west.run("options", "--auto", HOURLY)
    applet = desk.start_applet(west)
    wait_until(lambda: west.published() == 24, "the first automatic sync")
    applet.choose("Latest Logs...")
    applet.window(LOGS)
    wait_until(lambda: count_ended(applet) == count_runs(applet), "the first sync ends")
    return applet


def news_from(east, phone):
    east.sync()
    east.set_phone(1, phone)
    east.sync()


def what_arrives_in_the_folder_is_synced_soon(desk):
    west, east = desk.two_sites()
    applet = synced_applet(desk, west)
    runs = count_runs(applet)
    news_from(east, "555-0700")
    wait_until(lambda: west.phone(1) == "555-0700", "East's edit arrives without a click")
    wait_until(lambda: count_ended(applet) >= runs + 1, "that run is in the log")
    quit_from_menu(applet)


def end_a_sync(desk, what):
    """Before the computer sleeps or is turned off; then it goes on."""
    def delayed():
        return services.delayed(what.lower())

    with system_services(desk.session) as services:
        west, east = desk.two_sites()
        applet = synced_applet(desk, west)
        runs = count_runs(applet)
        wait_until(delayed, f"{what} would wait for the applet")
        with west.locked():
            applet.choose("Sync Now")
            wait_until(lambda: count_runs(applet) == runs + 1, "a sync runs")
            services.prepare_for(what, True)
            wait_until(lambda: not delayed(), f"{what} waits no longer")
            same(count_ended(applet), runs + 1, "runs that have ended by then")
        news_from(east, "555-0701")
        services.prepare_for(what, False)
        wait_until(delayed, f"the next {what} would wait as well")
        wait_until(lambda: west.phone(1) == "555-0701", "a sync soon after")
        quit_from_menu(applet)


def a_sync_ends_before_the_computer_sleeps(desk):
    end_a_sync(desk, "Sleep")


def a_sync_ends_before_the_computer_is_turned_off(desk):
    end_a_sync(desk, "Shutdown")


def automatic_syncs_spare_battery_and_network(desk):
    with system_services(desk.session) as services:
        west, east = desk.two_sites()
        settings = west.state / "settings.xml"
        west.run("options", "--auto", "1")
        settings.write_text(settings.read_text().replace(
            'spare-battery="false" spare-metered="false"',
            'spare-battery="true" spare-metered="true"'))
        services.set_battery(True)
        services.set_metered(True)
        applet, _ = open_logs(desk, west)
        services.set_battery(False)
        applet.choose("Sync Now")
        wait_until(lambda: west.published() == 24, "Sync Now works all the same")
        wait_until(lambda: count_ended(applet) == count_runs(applet), "it ends")
        same(count_runs(applet), 1, "runs so far, though one a minute is wanted")
        news_from(east, "555-0702")
        services.set_metered(False)
        wait_until(lambda: west.phone(1) == "555-0702", "automatic syncs go on", 90)
        quit_from_menu(applet)


def the_idle_applet_costs_next_to_nothing(desk):
    """Beside a bare tray program, after a sync, with the folder watched."""
    with system_services(desk.session):
        west, east = desk.two_sites()
        west.run("options", "--auto", HOURLY)
        applet = desk.start_applet(west)
        bare = desk.session.start("bare", [desk.bare])
        wait_until(lambda: west.published() == 24, "the first automatic sync")
        news_from(east, "555-0703")
        # One that the folder starts may have been before, at the other site's first arrival.
        wait_until(lambda: west.phone(1) == "555-0703", "a sync that the folder started", 90)
        wait_until(lambda: applet.status_line().startswith("Synced with the folder"), "it ends")
        runs = west.runs()
        wakeups_per_second([applet.process], MENU_CLOSES_SECONDS)
        # Longer than hinted syncs rest, so that one of our own making would show.
        wakeups, of_bare = wakeups_per_second([applet.process, bare], 65)
        same(west.runs(), runs, "runs after a minute without news")
        resident, proportional = memory_mb(applet.process)
        bare_resident, bare_proportional = memory_mb(bare)
        print(f"        idle: {wakeups:.2f} wake-ups/s (bare {of_bare:.2f}), "
              f"RSS {resident:.0f} MB (bare {bare_resident:.0f}), "
              f"PSS {proportional:.0f} MB (bare {bare_proportional:.0f})", flush=True)
        same(wakeups <= WAKEUPS_PER_SECOND, True, "few wake-ups")
        same(resident - bare_resident <= MEMORY_MB, True, "little memory")
        desk.session.end(bare)
        quit_from_menu(applet)


def of_six_simultaneous_starts_one_stays(desk):
    west, _ = desk.two_sites()
    applet = desk.start_applet(west)
    applet.icon()
    applet.process.send_signal(signal.SIGKILL)
    applet.process.wait(10)
    desk.session.processes.remove(applet.process)

    begun = [desk.session.start("applet", [desk.program, "--state", str(west.state),
                                           "--preferences"]) for _ in range(6)]
    wait_until(lambda: sum(process.poll() is None for process in begun) == 1, "one is left")
    same(sorted(process.poll() for process in begun if process.poll() is not None), [0] * 5,
         "exit statuses of the others")
    stays = next(process for process in begun if process.poll() is None)
    same(applet.again("--quit"), 0, "exit status of --quit")
    same(stays.wait(30), 0, "exit status of the one that stayed")
    for process in begun:
        desk.session.processes.remove(process)


def has_open(process, path):
    try:
        return any(os.readlink(entry) == str(path)
                   for entry in Path(f"/proc/{process.pid}/fd").iterdir())
    except OSError:
        return False  # one was closed meanwhile


def a_sync_ends_before_the_session_does(desk):
    with session_manager(desk.session) as manager:
        west, _ = desk.two_sites()
        applet = desk.start_applet(west)
        wait_until(lambda: manager.told() == ["joined"], "the applet has joined")
        with west.locked():
            applet.choose("Sync Now")
            wait_until(lambda: has_open(applet.process, west.database), "it works on the database")
            manager.call("Query")
            wait_until(lambda: manager.told() == ["joined", "agreed"], "nothing speaks against it")
            same(applet.process.poll(), None, "exit status of the applet after the question")
            manager.call("End")
            same(applet.wait_end(), 0, "exit status of the applet")
        same(manager.told(), ["joined", "agreed", "agreed"], "what the applet said")
    west.sync()
    same(west.published(), 24, "patient files after the next sync")


def losing_the_screen_in_a_sync_loses_nothing(desk):
    """As a log-out does where no session manager asks first."""
    west, _ = desk.two_sites()
    server, display = desk.session.start_display()
    with west.locked():
        applet = subprocess.Popen([desk.program, "--state", str(west.state), "--sync-now"],
                                  env={**os.environ, "DISPLAY": display},
                                  stderr=subprocess.DEVNULL)
        desk.session.processes.append(applet)
        wait_until(lambda: has_open(applet, west.database), "it works on the database")
        desk.session.end(server)
        applet.wait(30)
        desk.session.processes.remove(applet)
    west.sync()
    same(west.published(), 24, "patient files after the next sync")


STORIES = [
    what_arrives_in_the_folder_is_synced_soon,
    a_sync_ends_before_the_computer_sleeps,
    a_sync_ends_before_the_computer_is_turned_off,
    automatic_syncs_spare_battery_and_network,
    of_six_simultaneous_starts_one_stays,
    a_sync_ends_before_the_session_does,
    losing_the_screen_in_a_sync_loses_nothing,
    the_idle_applet_costs_next_to_nothing,
]
