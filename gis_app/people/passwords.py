"""Passwords: which are good enough to set, how they are kept, and checking one without telling who exists.

Length and a list of the commonly used decide, not rules of composition; a password is never forced to change.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gis_app.errors import BadInput

MIN_LENGTH = 12
MAX_LENGTH = 128  # hashing a longer one would only cost time
# About 70 ms and 46 MiB for each check: dear for a guesser, not felt by a person.
_HASHER = PasswordHasher(time_cost=2, memory_cost=47_104, parallelism=1)

# The stems of what people choose first; a stem with digits and signs around it is refused as well.
COMMON_STEMS = frozenset({
    "password", "passwort", "passw0rd", "pass", "admin", "administrator", "administrators", "root",
    "toor", "guest", "user", "username", "test", "testing", "tester", "demo", "default", "changeme",
    "changeit", "letmein", "welcome", "welcometo", "login", "signin", "master", "secret", "server",
    "system", "superuser", "supervisor", "manager", "qwerty", "qwertyuiop", "qwertyuiopasdfghjkl",
    "asdfghjkl", "asdfghjklzxcvbnm", "zxcvbnm", "qazwsx", "qazwsxedc", "qazwsxedcrfv", "zaqxsw",
    "qweasd", "qweasdzxc", "qwertyasdfgh", "iloveyou", "iloveyouforever", "loveyou", "forever",
    "princess", "sunshine", "football", "baseball", "basketball", "superman", "batman", "spiderman",
    "pokemon", "dragon", "monkey", "shadow", "michael", "jennifer", "jordan", "charlie", "computer",
    "internet", "google", "microsoft", "windows", "samsung", "huawei", "xiaomi", "alibaba", "tencent",
    "wechat", "weixin", "taobao", "woaini", "woainiwoaini", "woaiwojia", "woaizhongguo", "wodemima",
    "mima", "mimamima", "zhongguo", "zhonghua", "beijing", "shanghai", "henan", "kaifeng", "nihao",
    "nihaoma", "xiexie", "xiaoming", "zhang", "zhangsan", "lisi", "wangwu", "wangge", "wanggeyuan",
    "wanggehua", "shequ", "jiedao", "guanliyuan", "guanli", "gongzuo", "dangyuan", "zhengfu", "renmin",
    "fuwu", "weiwen", "abcdefghijkl", "abcdefghijklmnopqrstuvwxyz", "abcabcabc", "aaabbbccc",
    "trustnoone", "whatever", "freedom", "starwars", "hello", "helloworld", "goodmorning",
})  # fmt: skip
_ROWS = ("01234567890", "09876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_LEET = str.maketrans("013457@$!", "oieastasi")


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password, with its own salt and parameters."""
    return _HASHER.hash(_normal(password))


def verify_password(password_hash: str | None, password: str) -> bool:
    """Tell whether a password fits; with no hash (nobody of that name) do the same work and say no."""
    usable = 0 < len(password) <= MAX_LENGTH
    try:
        fits = _HASHER.verify(password_hash or _nobody(), _normal(password) if usable else "")
    except (VerificationError, InvalidHashError):
        return False
    return fits and usable and bool(password_hash)


def needs_rehash(password_hash: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def check_new_password(password: str, username: str = "") -> None:
    """Raise BadInput, saying why, when a password may not be set."""
    reason = _weakness(password, username)
    if reason:
        raise BadInput("weak_password", reason, {"password": reason})


def _weakness(password: str, username: str) -> str | None:
    if len(password) < MIN_LENGTH:
        return f"密码至少 {MIN_LENGTH} 个字符"
    if len(password) > MAX_LENGTH:
        return f"密码最多 {MAX_LENGTH} 个字符"
    low = _normal(password).casefold()
    if username and len(username) >= 3 and username.casefold() in low:
        return "密码不能包含用户名"
    if _is_repetition(low) or _is_run(low) or _is_common(low):
        return "这个密码太常见，容易被猜到，请换一个"
    return None


def _is_repetition(low: str) -> bool:
    """Tell whether a text is one piece of at most four characters, again and again, or hardly varies."""
    return len(set(low)) < 5 or re.fullmatch(r"(.{1,4})\1+.{0,3}", low) is not None


def _is_run(low: str) -> bool:
    """Tell whether a text is made of runs along the alphabet, the digits or a row of keys."""
    runs = "|".join(_ROWS)
    pieces = [low[start : start + 4] for start in range(0, len(low) - 3, 4)]
    return all(piece in runs or piece[::-1] in runs for piece in pieces)


def _is_common(low: str) -> bool:
    """Tell whether the letters of a text are common stems only, as they stand or with digits for letters."""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", low)
    for text in (low, low.translate(_LEET), core.translate(_LEET)):
        letters = re.sub(r"[\W\d_]", "", text)
        if _is_made_of_stems(letters):
            return True
    return False


def _is_made_of_stems(letters: str) -> bool:
    """Tell whether a text can be cut into common stems, the empty text included, in time linear in length."""
    reached = {0}
    for start in range(len(letters)):
        if start in reached:
            reached |= {start + len(stem) for stem in COMMON_STEMS if letters.startswith(stem, start)}
    return len(letters) in reached


def _normal(password: str) -> str:
    """Return one spelling of what looks the same, whatever keyboard it was typed on."""
    return unicodedata.normalize("NFKC", password.encode("utf-8", "replace").decode())


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")
