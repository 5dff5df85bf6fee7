"""Compiled translations: made from the .po files whenever one is newer."""

from console import ROOT, Steps, execute
from environment import VENV


def make(steps: Steps) -> None:
    """Compile every catalogue that has changed since it was last compiled."""
    for source in sorted(ROOT.glob("gis_app/translations/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        steps.begin("编译翻译", f"compile {source.relative_to(ROOT)}")
        temporary = target.with_suffix(".mo.new")
        execute(
            [VENV / "bin" / "pybabel", "--quiet", "compile", "-i", source, "-o", temporary],
            remedy="译文文件有错。The translation file has a fault.",
        )
        temporary.replace(target)
