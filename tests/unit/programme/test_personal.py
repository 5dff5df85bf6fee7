"""Free text that names a person is refused; what only looks a little like it is not."""

from __future__ import annotations

import pytest

from gis_app.incidents.personal import personal_fault

NAMES_SOMEBODY = {
    "请打 13812345678": "personal_phone",
    "138-1234-5678": "personal_phone",
    "138 1234 5678 联系": "personal_phone",
    "+86 13812345678": "personal_phone",
    "８６１３８１２３４５６７８": "personal_phone",
    "一三八一二三四五六七八": "personal_phone",
    "0371-24971234": "personal_phone",
    "电话6123456": "personal_phone",
    "身份证 410222199001011234": "personal_id",
    "41022219900101123X": "personal_id",
    "410222 19900101 1234": "personal_id",
    "身份证号：410222900101123": "personal_id",
    "a.b@example.com": "personal_contact",
    "微信号：abc_12345": "personal_contact",
    "联系人：张三": "personal_name",
    "我叫李四，住三楼": "personal_name",
    "王大爷行动不便": "personal_name",
    "张某某先生反映": "personal_name",
}
NAMES_NOBODY = [
    "希望在驿站能测血压血糖",
    "建议 2024-05-01 起每周开放，8:00-20:00",
    "需要 3,500 平方米、预算 120000 元",
    "网格 410222001017003 的路灯坏了",
    "周边大妈跳舞声音大",
    "高龄老人多，便于老人出行",
    "一位老奶奶摔倒",
    "共 24 个社区 89 个网格 62 个驿站",
    "",
]


@pytest.mark.parametrize(("text", "code"), NAMES_SOMEBODY.items())
def test_what_names_somebody_is_found(text, code):
    assert personal_fault(text) == code


@pytest.mark.parametrize("text", NAMES_NOBODY)
def test_what_names_nobody_is_left_alone(text):
    assert personal_fault(text) == ""
