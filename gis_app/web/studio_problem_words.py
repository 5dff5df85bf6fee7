"""What the plan studio refuses, in the language of the request: one sentence for each code of its errors.

The rooms below raise in Chinese; here the sentences can be translated.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

STUDIO = {
    "no_plan": _l("还没有生效的边界方案，请先导入网格"),
    "bad_name": _l("名称应为 1 到 80 个字"),
    "cannot_share": _l("没有这个账户，或者就是你自己"),
    "unknown_share": _l("草案没有与这个账户共享"),
    "not_the_owner": _l("只有草案的所有者可以共享"),
    "draft_read_only": _l("这份草案只与你共享查看，不能修改"),
    "outside_scope": _l("这些地块不在你的管辖范围内"),
    "plan_draft_is_closed": _l("草案已提交、已发布或已撤回，不能再改；需要修改请先退回，或另建草案"),
    "nothing_to_undo": _l("没有可以撤销的操作"),
    "nothing_to_redo": _l("没有可以重做的操作"),
    "nothing_changed": _l("草案与现行方案相同，没有可以提交的改动"),
    "layers_changed": _l("图层已更新，草案中的一步编辑不能再做，请撤回草案后另建"),
    "layers_busy": _l("图层正在更新，请稍后再发布"),
    "no_reason": _l("退回时请写明原因"),
    "bad_note": _l("意见不超过 1000 个字"),
    "bad_remark": _l("批注应为 1 到 500 个字"),
    "bad_place": _l("批注的位置有误"),
    "unknown_remark": _l("没有这条批注"),
    "unknown_plan": _l("没有这个边界方案"),
    "unknown_plan_draft": _l("没有这份草案，或者没有与你共享"),
    "unknown_plan_operation": _l("没有这一步编辑"),
    "unknown_handover": _l("没有这条交接记录"),
    "nothing_to_confirm": _l("这条交接记录已确认，或不需要确认"),
    "draft_not_submitted": _l("草案没有提交审核，或已作出决定"),
    "draft_not_approved": _l("草案还没有批准"),
    "draft_is_published": _l("方案已生效，或草案已撤回；需要修改请发布新方案"),
    "plan_not_scheduled": _l("方案已生效或已撤回"),
    "superseded_base": _l("草案所依据的方案已被取代，请先把草案改到现行方案上"),
    "plan_scheduled": _l("已有另一方案待生效，请改到该方案上，或先撤回该方案"),
    "base_is_current": _l("草案依据的就是现行方案，不需要改动依据"),
    "day_before_base": _l("生效日应晚于它所依据的待生效方案"),
    "bad_format": _l("没有这种导出格式"),
    "bad_crs": _l("不认识的坐标系，或是加偏坐标系"),
    "draft_is_over": _l("方案已经生效或已撤回，没有要决策的内容；请看方案页，或下载以前生成的决策书"),
    "rules_broken": _l("方案不符合必须遵守的规则，请按检查清单修改"),
}
