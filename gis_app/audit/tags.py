"""What may be written into the audit trail: one table of tags.

A tag is `room:subject:what_happened`. A tag that is not here is refused, so that the trail can be searched by
a closed list of words. The sentence beside a tag is what the trail's reader sees.
"""

from __future__ import annotations

TAGS: dict[str, dict[str, str]] = {
    "store:schema:migrated": {"zh": "数据库结构更新", "en": "Database schema brought up to date"},
    "store:backup:made": {"zh": "数据备份", "en": "Backup made"},
    "layers:layer:replaced": {"zh": "图层数据更新", "en": "Layer replaced"},
    "layers:layer:imported": {"zh": "图层文件导入", "en": "Layer file imported"},
    "desk:table:taken_in": {"zh": "岗位或事件表导入", "en": "Table of posts or incidents imported"},
    "desk:table:undone": {"zh": "岗位或事件表导入撤销", "en": "Import of posts or incidents undone"},
    "layers:layer:undone": {"zh": "图层导入撤销", "en": "Import of a layer undone"},
    "exchange:layer:exported": {"zh": "图层与表格导出", "en": "Layers and tables exported"},
    "layers:table:exported": {"zh": "图层表格导出", "en": "Layer table exported"},
    "plans:plan:published": {"zh": "边界方案发布", "en": "Plan published"},
    "plans:plan:scheduled": {"zh": "边界方案排期", "en": "Plan scheduled for a later day"},
    "plans:plan:effective": {"zh": "边界方案生效", "en": "Plan took effect"},
    "plans:plan:failed": {"zh": "边界方案未能生效", "en": "Plan could not take effect"},
    "plans:draft:opened": {"zh": "方案草案新建", "en": "Draft of a plan opened"},
    "plans:draft:changed": {"zh": "方案草案变更", "en": "Draft of a plan changed"},
    "plans:draft:shared": {"zh": "方案草案共享变更", "en": "Sharing of a draft changed"},
    "plans:draft:exported": {"zh": "方案导出", "en": "Plan or draft exported"},
    "plans:paper:asked": {"zh": "决策书生成", "en": "Decision paper asked for"},
    "plans:paper:cancelled": {"zh": "决策书取消", "en": "Decision paper cancelled"},
    "plans:paper:taken": {"zh": "决策书下载", "en": "Decision paper downloaded"},
    "plans:handover:confirmed": {"zh": "方案交接确认", "en": "What was carried over confirmed"},
    "assignments:table:replaced": {"zh": "责任数据更新", "en": "Assignment table replaced"},
    "assignments:draft:made": {"zh": "力量调配方案生成", "en": "Proposal for members made"},
    "assignments:draft:decided": {"zh": "力量调配方案审核", "en": "Moves of a proposal decided"},
    "assignments:draft:published": {"zh": "力量调配方案发布", "en": "Proposal for members published"},
    "assignments:draft:applied": {"zh": "力量调配方案生效", "en": "Proposal for members took effect"},
    "assignments:draft:discarded": {"zh": "力量调配方案作废", "en": "Proposal for members given up"},
    "assignments:draft:failed": {"zh": "力量调配方案未能生效", "en": "Proposal could not take effect"},
    "assignments:holder:changed": {"zh": "岗位任命变更", "en": "Holder of a post changed"},
    "assignments:term:changed": {"zh": "岗位任期变更", "en": "Term of a post changed"},
    "assignments:substitute:changed": {"zh": "岗位代理变更", "en": "Substitute for a post changed"},
    "incidents:table:replaced": {"zh": "事件数据更新", "en": "Incident table replaced"},
    "incidents:incident:reported": {"zh": "事件上报", "en": "Incident reported"},
    "incidents:incident:stepped": {"zh": "事件办理", "en": "Incident taken a step further"},
    "incidents:incident:overridden": {
        "zh": "管理员代办事件",
        "en": "Step done by an administrator, with a reason",
    },
    "incidents:incident:followed": {"zh": "关注事件", "en": "Incident followed"},
    "incidents:incident:exported": {"zh": "事件导出", "en": "Incidents exported"},
    "incidents:contact:revealed": {"zh": "查看联系方式", "en": "Contact of a reporter shown"},
    "incidents:contact:erased": {
        "zh": "联系方式到期清除",
        "en": "Contacts erased after their retention period",
    },
    "incidents:class:added": {"zh": "事件类别新增", "en": "Class of incidents added"},
    "incidents:class:changed": {"zh": "事件类别修改", "en": "Class of incidents changed"},
    "incidents:class:handlers_changed": {"zh": "事件类别处置单位变更", "en": "Handlers of a class changed"},
    "incidents:api_key:issued": {"zh": "接口密钥发放", "en": "API key issued"},
    "incidents:api_key:limited": {"zh": "接口密钥限速变更", "en": "Limit of an API key changed"},
    "incidents:api_key:revoked": {"zh": "接口密钥吊销", "en": "API key revoked"},
    "incidents:supervision:round_opened": {"zh": "督导开始", "en": "Supervision round opened"},
    "incidents:supervision:round_closed": {"zh": "督导结束", "en": "Supervision round closed"},
    "incidents:supervision:finding_added": {"zh": "督导问题登记", "en": "Finding added"},
    "incidents:supervision:finding_answered": {"zh": "整改反馈", "en": "Finding answered"},
    "incidents:supervision:finding_accepted": {"zh": "整改通过", "en": "Rectification accepted"},
    "incidents:supervision:finding_sent_back": {"zh": "整改退回", "en": "Rectification sent back"},
    "incidents:supervision:schedule_changed": {"zh": "督导计划变更", "en": "Schedule of supervision changed"},
    "incidents:supervision:replaced": {"zh": "督导数据更新", "en": "Records of supervision replaced"},
    "incidents:supervision:exported": {"zh": "督导台账导出", "en": "Ledger of supervision exported"},
    "programme:rating:entered": {"zh": "星级评分录入", "en": "Star rating entered"},
    "programme:verdict:given": {"zh": "星级季度评定", "en": "Quarterly verdict given"},
    "programme:demand:changed": {"zh": "需求清单变更", "en": "Demand changed"},
    "programme:project:changed": {"zh": "公益项目变更", "en": "Service project changed"},
    "programme:project:adopted": {"zh": "公益项目认领", "en": "Service project adopted"},
    "programme:activity:changed": {"zh": "活动记录变更", "en": "Activity changed"},
    "programme:table:exported": {"zh": "评星或共建数据导出", "en": "Ratings or programme exported"},
    "programme:table:replaced": {"zh": "共建项目数据更新", "en": "Programme table replaced"},
    "stations:status:changed": {"zh": "站点状态更新", "en": "Status of a station changed"},
    "stations:scenario:kept": {"zh": "站点设想保存", "en": "What-if of stations kept"},
    "stations:scenario:dropped": {"zh": "站点设想删除", "en": "What-if of stations deleted"},
    "stations:siting:asked": {"zh": "选址计算提交", "en": "Siting asked for"},
    "stations:siting:cancelled": {"zh": "选址计算取消", "en": "Siting cancelled"},
    "stations:siting:exported": {"zh": "选址清单导出", "en": "List of chosen places exported"},
    "leader:alert:added": {"zh": "预警规则新增", "en": "Rule of alert added"},
    "leader:alert:changed": {"zh": "预警规则启停", "en": "Rule of alert switched on or off"},
    "leader:alert:dropped": {"zh": "预警规则删除", "en": "Rule of alert deleted"},
    "reports:report:asked": {"zh": "报告生成", "en": "Report asked for"},
    "reports:report:cancelled": {"zh": "报告取消", "en": "Report cancelled"},
    "reports:report:taken": {"zh": "报告下载", "en": "Report downloaded"},
    "reports:report:deleted": {"zh": "报告删除", "en": "Report deleted"},
    "people:account:created": {"zh": "账户创建", "en": "Account created"},
    "people:account:role_changed": {"zh": "账户角色变更", "en": "Role or scope of an account changed"},
    "people:account:disabled": {"zh": "账户停用", "en": "Account disabled"},
    "people:account:enabled": {"zh": "账户启用", "en": "Account enabled"},
    "people:account:deleted": {"zh": "账户删除", "en": "Account deleted"},
    "people:password:changed": {"zh": "密码更改", "en": "Password changed"},
    "people:sign_in:succeeded": {"zh": "登录成功", "en": "Signed in"},
    "people:sign_in:failed": {"zh": "登录失败", "en": "Sign-in failed"},
    "people:sign_in:locked": {"zh": "登录锁定", "en": "Sign-in locked after failures"},
    "people:session:closed": {"zh": "退出登录", "en": "Signed out"},
    "webhooks:webhook:added": {"zh": "事件推送新增", "en": "Webhook added"},
    "webhooks:webhook:paused": {"zh": "事件推送暂停", "en": "Webhook paused"},
    "webhooks:webhook:resumed": {"zh": "事件推送恢复", "en": "Webhook resumed"},
    "webhooks:webhook:secret_changed": {"zh": "事件推送更换密钥", "en": "Secret of a webhook replaced"},
    "webhooks:webhook:tested": {"zh": "事件推送试发", "en": "Webhook tested"},
    "webhooks:webhook:deleted": {"zh": "事件推送删除", "en": "Webhook deleted"},
    "web:access:denied": {"zh": "越权访问被拒", "en": "Access denied"},
}


class UnknownTag(KeyError):
    """A tag that the table does not hold: a mistake in the program."""


def known(tag: str) -> str:
    """Return `tag` if the table holds it; raises UnknownTag otherwise."""
    if tag not in TAGS:
        raise UnknownTag(tag)
    return tag
