"""Says an error in the language of the request: by its code where the rooms below keep a sentence for it.

Rooms raise errors in Chinese. Those of the incident loop have their own table of sentences in both languages;
for the store's and the photos' the sentences stand here, where they can be translated.
"""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gis_app.errors import GisError
from gis_app.incidents.messages import MESSAGES, Refused, text
from gis_app.web.studio_problem_words import STUDIO

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
    "unknown_assignment_draft": _l("没有这个方案"),
    "bad_number": _l("请填写范围内的整数"),
    "bad_rule": _l("每网格上限不能小于下限"),
    "bad_aim": _l("请选择方案目标"),
    "bad_day": _l("日期应为 YYYY-MM-DD 格式，例如 2023-06-30"),
    "bad_term": _l("任期有误：须有届满日，且不早于到任日；到任日不晚于今天"),
    "post_is_held": _l("该岗位有人在任，不需要代理"),
    "bad_substitute": _l("请选择有人在任的岗位或单位代理"),
    "already_substituted": _l("该岗位从这一天起已有人代理"),
    "unknown_substitute": _l("没有这项代理"),
    "bad_decision": _l("只能接受、不接受或待定"),
    "day_has_passed": _l("生效日不能早于今天"),
    "nothing_accepted": _l("还没有接受任何一条调整"),
    "draft_is_closed": _l("方案已生效或已作废，不能再改"),
    "members_changed": _l("在册人数已变化，有的调整做不到了，请重新生成方案"),
    "no_proposal": _l("没有求出方案，请放宽条件后重试"),
    "class_code_taken": _l("该类别编码已存在"),
    **STUDIO,
}


def told(error: GisError, language: str) -> tuple[str, dict[str, str]]:
    """Return an error's sentence and what it says of each field, in "zh" or "en"."""
    fields = error.texts(language) if isinstance(error, Refused) else error.fields
    own = text(error.code) if error.code in MESSAGES else None
    if own == error.message:
        said = text(error.code, language)
        return said, {name: said if value == own else value for name, value in fields.items()}
    english = getattr(error, "english", None)  # of the plans' refusals
    if english and language == "en":
        return english[0], dict.fromkeys(fields, english[1])
    if error.code in BY_CODE and not english:
        return str(BY_CODE[error.code]), fields
    return _(error.message), fields
