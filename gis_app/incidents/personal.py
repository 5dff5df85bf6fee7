"""Find what would name a person in free text: telephones, numbers of identity cards, addresses, names.

Only the obvious is found, and what is found is refused, never masked: demands, projects and findings need no
name of a resident, so whoever writes one is asked to leave it out.
"""

from __future__ import annotations

import re
import unicodedata

_DIGITS = str.maketrans("〇零一二三四五六七八九幺①②③④⑤⑥⑦⑧⑨", "001234567891123456789")
_CHINESE_RUN = re.compile(r"[〇零一二三四五六七八九幺①-⑨\d](?:[\s\-]?[〇零一二三四五六七八九幺①-⑨\d]){9,}")
_BETWEEN = re.compile(r"(?<=\d)[\s\-—–_.·•*]{1,3}(?=\d)")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤"
)
_TITLES = "先生|女士|小姐|大爷|大妈|大娘|大叔|大婶|大哥|大姐|奶奶|爷爷|阿姨|叔叔|老太太?|同志"
# what is found -> the pattern that finds it, in text whose digits are plain and run together
# Fifteen digits alone may be the code of a grid; cards of that length are out of use.
_PATTERNS: dict[str, re.Pattern] = {
    "personal_id": re.compile(
        r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\da-zA-Z])"
        r"|身份证\D{0,6}\d{6,}"
    ),
    "personal_phone": re.compile(
        r"(?<!\d)(?:\+?86|0086)?1[3-9]\d{9}(?!\d)|(?<!\d)0[1-9]\d{1,2}\d{7,8}(?!\d)"
        r"|(?:电话|手机|座机|联系方式|热线|微信|QQ|qq)\D{0,4}\d{5,}"
    ),
    "personal_contact": re.compile(
        r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+"
        r"|(?:微信号?|weixin|wechat|QQ号?)\s*[:：]?\s*[A-Za-z][-_A-Za-z0-9]{4,}",
        re.IGNORECASE,
    ),
    "personal_name": re.compile(
        r"(?:姓名|联系人|户主|当事人|本人姓名|提议人|反映人)\s*(?:[:：是为]|\s)\s*[\u4e00-\u9fff]{2,4}"
        rf"|我(?:叫|名叫|姓)[{_SURNAMES}]"
        rf"|[{_SURNAMES}](?![边围末日龄层校便天路何旧昏间])[\u4e00-\u9fff某]{{0,2}}(?:{_TITLES})"
    ),
}


def personal_fault(text: str) -> str:
    """Return the code of what names a person in `text` (see incidents/messages.py), "" where nothing does."""
    plain = unicodedata.normalize("NFKC", text)
    plain = _CHINESE_RUN.sub(lambda run: run.group().translate(_DIGITS), plain)
    joined = _BETWEEN.sub("", plain)
    for code, pattern in _PATTERNS.items():
        if pattern.search(plain) or pattern.search(joined):
            return code
    return ""
