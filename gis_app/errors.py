"""What can go wrong, each with a stable code.

Rooms raise these; only `web/` knows which status a code becomes, and only `cli` which exit code. A message
is a Chinese sentence for the person who asked; `fields` names the inputs at fault, so that a form or an API
client can put the message beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with given data: where it is, what it is, and how to mend it.

    `row` counts the features of the file from 1, a header row not counted; None means the layer as a whole.
    `severity` is "error" (the data must not go in) or "warning" (it may, but somebody should look).
    """

    row: int | None
    field: str
    message_code: str
    message: str
    remedy: str
    severity: str = "error"

    @property
    def is_error(self) -> bool:
        """Tell whether this fault keeps the data out."""
        return self.severity == "error"


class GisError(Exception):
    """An answer other than the one asked for; subclasses say of which kind."""

    default_code = "error"
    default_message = "操作未能完成"

    def __init__(
        self, code: str | None = None, message: str | None = None, fields: Mapping[str, str] | None = None
    ) -> None:
        self.code = code or self.default_code
        self.message = message or self.default_message
        self.fields = dict(fields or {})
        super().__init__(f"{self.code}: {self.message}")


class NotFound(GisError):
    """What was asked for does not exist, or not for this account."""

    default_code = "not_found"
    default_message = "没有找到所请求的内容"


class BadInput(GisError):
    """A parameter or a form field is wrong; `fields` says which and what is allowed."""

    default_code = "bad_input"
    default_message = "输入有误"


class NotSignedIn(GisError):
    """Nobody is signed in, or the session has ended."""

    default_code = "not_signed_in"
    default_message = "请先登录"


class Forbidden(GisError):
    """The account is known and may not do this here."""

    default_code = "forbidden"
    default_message = "没有权限进行此操作"


class SignInRefused(GisError):
    """The user name or the password is wrong, or the account is closed; deliberately not said which."""

    default_code = "sign_in_refused"
    default_message = "用户名或密码不正确"


class LockedOut(GisError):
    """Too many failed attempts; wait."""

    default_code = "locked_out"
    default_message = "尝试次数过多，请稍后再试"


class Conflict(GisError):
    """Somebody else changed it first, or it already exists."""

    default_code = "conflict"
    default_message = "内容已被他人修改，请刷新后重试"


class ChoiceWanted(Conflict):
    """Something changed meanwhile and whoever asked must choose; `data` is what there is to choose from."""

    default_code = "choice_wanted"
    default_message = "情况有变，请选择如何处理"

    def __init__(
        self,
        code: str | None = None,
        message: str | None = None,
        fields: Mapping[str, str] | None = None,
        data: Mapping | None = None,
    ) -> None:
        super().__init__(code, message, fields)
        self.data = dict(data or {})


class Stale(Conflict):
    """The version that the caller knows is not the present one any more."""

    default_code = "stale_version"
    default_message = "内容已被他人更新，请刷新后重试"


class VersionWanted(GisError):
    """A change was asked for without saying which version it is meant for."""

    default_code = "version_required"
    default_message = "请求缺少版本号，请刷新页面后重试"


class TooLarge(GisError):
    """The data are larger than a limit allows."""

    default_code = "too_large"
    default_message = "数据超过大小限制"


class TooMany(GisError):
    """Requests come faster than allowed."""

    default_code = "too_many_requests"
    default_message = "请求过于频繁，请稍后再试"


class Unavailable(GisError):
    """A part that is needed does not answer; trying again later may help."""

    default_code = "unavailable"
    default_message = "服务暂时不可用，请稍后再试"


class Rejected(GisError):
    """Data were refused as a whole; `faults` lists every reason."""

    default_code = "rejected"
    default_message = "数据未通过检查，未写入任何内容"

    def __init__(
        self,
        faults: Iterable[Fault] = (),
        code: str | None = None,
        message: str | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code, message, fields)
        self.faults = list(faults)


class BadSettings(GisError):
    """A setting has a value that cannot be used; the message names the variable."""

    default_code = "bad_settings"
    default_message = "设置有误"

    def __str__(self) -> str:
        return self.message
