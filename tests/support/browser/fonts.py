"""The fonts that pages are drawn with in tests: those of a package, whatever the machine has."""

from pathlib import Path

FONTS = Path(__file__).resolve().parents[3] / "node_modules" / "dejavu-fonts-ttf" / "ttf"


def only_ours(folder: Path) -> dict[str, str]:
    """The variables with which Chromium sees no font but the package's.

    Args:
        folder: takes fontconfig's file and its cache.
    """
    assert FONTS.is_dir(), f"no fonts in {FONTS}: run `make test` once, or npm ci"
    config = folder / "fonts.conf"
    config.write_text(
        f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
<dir>{FONTS}</dir>
<cachedir>{folder / "cache"}</cachedir>
<selectfont><rejectfont><glob>*/DejaVuMathTeXGyre.ttf</glob></rejectfont></selectfont>
<match target="pattern">
<test name="family" compare="contains"><string>monospace</string></test>
<edit name="family" mode="assign" binding="strong"><string>DejaVu Sans Mono</string></edit>
</match>
<match target="pattern">
<edit name="family" mode="append_last"><string>DejaVu Sans</string></edit>
<edit name="hinting" mode="assign"><bool>false</bool></edit>
<edit name="hintstyle" mode="assign"><const>hintnone</const></edit>
</match>
<match target="font">
<edit name="antialias" mode="assign"><bool>true</bool></edit>
<edit name="hinting" mode="assign"><bool>false</bool></edit>
<edit name="hintstyle" mode="assign"><const>hintnone</const></edit>
<edit name="rgba" mode="assign"><const>none</const></edit>
</match>
</fontconfig>
"""
    )
    return {"FONTCONFIG_FILE": str(config)}
