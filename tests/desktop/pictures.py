"""Pictures of the real applet, for the manual."""

import subprocess


class Pictures:
    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def window(self, window, name):
        self._take(["-frame", "-window", window], name)

    def screen(self, name):
        self._take(["-window", "root"], name)

    def corner(self, name, width=460, height=340):
        """The upper right corner of the screen, where the tray is."""
        self._take(["-window", "root", "-gravity", "NorthEast", "-crop", f"{width}x{height}+0+0",
                    "+repage"], name)

    def _take(self, options, name):
        subprocess.run(["xdotool", "mousemove", "10", "700"], check=True)  # no tooltip in the way
        file = f"PNG8:{self.folder / name}.png"
        subprocess.run(["import", *options, "-strip", "-colors", "255", file], check=True,
                       stderr=subprocess.DEVNULL)
