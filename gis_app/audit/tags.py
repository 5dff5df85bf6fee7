"""What may be written into the audit trail: one table of tags.

A tag is `room:subject:what_happened`. A tag that is not here is refused, so that the trail can be searched by
a closed list of words. The sentence beside a tag is what the trail's reader sees.
"""

from __future__ import annotations

TAGS: dict[str, dict[str, str]] = {
    "store:schema:migrated": {"zh": "数据库结构更新", "en": "Database schema brought up to date"},
    "layers:layer:replaced": {"zh": "图层数据更新", "en": "Layer replaced"},
    "layers:layer:imported": {"zh": "图层文件导入", "en": "Layer file imported"},
    "layers:table:exported": {"zh": "图层表格导出", "en": "Layer table exported"},
    "plans:plan:published": {"zh": "边界方案发布", "en": "Plan published"},
    "assignments:table:replaced": {"zh": "责任数据更新", "en": "Assignment table replaced"},
    "incidents:table:replaced": {"zh": "事件数据更新", "en": "Incident table replaced"},
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
    "web:access:denied": {"zh": "越权访问被拒", "en": "Access denied"},
}


class UnknownTag(KeyError):
    """A tag that the table does not hold: a mistake in the program."""


def known(tag: str) -> str:
    """Return `tag` if the table holds it; raises UnknownTag otherwise."""
    if tag not in TAGS:
        raise UnknownTag(tag)
    return tag
