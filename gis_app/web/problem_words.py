"""Says an error in the language of the request: by its code where the rooms below keep a sentence for it.

Rooms raise errors in Chinese. Those of the incident loop have their own table of sentences in both languages;
for the store's and the photos' the sentences stand here, where they can be translated.
"""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gis_app.errors import GisError
from gis_app.incidents.messages import MESSAGES, Refused, text

BY_CODE = {
    "stale_version": _l("内容已被他人更新，请刷新后重试"),
    "version_required": _l("请求缺少版本号，请刷新页面后重试"),
    "unknown_incident": _l("没有这个事件，或您无权查看"),
    "unknown_photo": _l("没有这张照片，或您无权查看"),
    "idempotency_key_taken": _l("该幂等键已被他人使用，请更换后重试"),
    "idempotency_key_reused": _l("该幂等键已用于另一份内容不同的上报，未保存"),
    "photo_too_large": _l("照片超过 10 MB，请压缩后再传"),
    "photo_too_many_pixels": _l("照片超过 4000 万像素，未予解码，请缩小后再传"),
    "photo_type": _l("不是可用的照片，只收 JPEG、PNG、WebP 和 HEIC"),
    "photo_unreadable": _l("照片已损坏，无法读取，请重新拍摄或选择"),
    "voice_too_large": _l("语音超过 2 MB，请缩短后再录"),
    "voice_too_long": _l("语音超过 60 秒，请缩短后再录"),
    "too_many_voices": _l("一次只能附一段语音"),
    "voice_type": _l("不是可用的语音，只收 WebM、Ogg 和 MP4 录音"),
    "voice_unreadable": _l("语音已损坏，无法读取，请重新录制"),
    "voice_empty": _l("语音里没有声音，请重新录制"),
    "voice_not_kept": _l("语音暂时无法保存，请稍后再试"),
    "unknown_voice": _l("没有这段语音，或您无权收听"),
    "photo_not_kept": _l("照片暂时无法保存，请稍后再试"),
    "unknown_supervision_round": _l("没有这轮督导，或您无权查看"),
    "unknown_supervision_finding": _l("没有这个问题，或您无权查看"),
    "unknown_supervision_schedule": _l("没有这个督导计划"),
    "unknown_project": _l("没有这个项目"),
    "unknown_demand": _l("没有这条需求"),
    "unknown_adoption": _l("该单位没有认领这个项目"),
    "class_code_taken": _l("该类别编码已存在"),
}


def told(error: GisError, language: str) -> tuple[str, dict[str, str]]:
    """Return an error's sentence and what it says of each field, in "zh" or "en"."""
    fields = error.texts(language) if isinstance(error, Refused) else error.fields
    own = text(error.code) if error.code in MESSAGES else None
    if own == error.message:
        said = text(error.code, language)
        return said, {name: said if value == own else value for name, value in fields.items()}
    if error.code in BY_CODE:
        return str(BY_CODE[error.code]), fields
    return _(error.message), fields
