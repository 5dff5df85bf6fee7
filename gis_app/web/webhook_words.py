"""Webhooks in words: what is at fault with an address or a delivery, and what each event is called."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from gis_app.errors import BadInput
from gis_app.incidents.transitions import VERBS
from gis_app.settings import Settings
from gis_app.web.i18n import language
from gis_app.webhooks.events import EVENTS, TEST


def fault_words(code: str, settings: Settings) -> str:
    """Return what a code means and what mends it; the code itself where it is none of ours."""
    known = {
        "bad_webhook_name": _("请填写名称，最多 60 个字"),
        "unknown_event": _("没有这种事件"),
        "bad_webhook_url": _("应为 http:// 或 https:// 开头的地址，不含空格、中文、用户名、密码和 #"),
        "webhook_port": _("端口只能是 %(ports)s", ports=settings.webhook_ports),
        "webhook_unknown_host": _("找不到这个主机，请检查主机名"),
        "webhook_not_private": _(
            "只能是这些内网网段里的地址：%(networks)s", networks="、".join(settings.webhook_networks)
        ),
        "refused": _("连接不上：对方没有在这个端口监听"),
        "late": _("对方没有在 10 秒内答完"),
        "cut": _("对方中断了连接"),
        "tls": _("对方的证书不受信任，或不是 HTTPS"),
        "redirect": _("对方要求跳转；不跟随跳转，请直接填写最终地址"),
        "status": _("对方没有回答 2xx"),
        "gone": _("对方回答 410：不再接收"),
        "server_key_changed": _("服务器的密钥已更换，原推送密钥失效：请更换密钥并转交对方后恢复"),
        "too_old": _("等待过久，已放弃"),
    }
    return known.get(code, code)


def problem_words(error: BadInput, settings: Settings) -> dict[str, Any]:
    """Return a refusal as the form shows it: the sentence beside the field."""
    said = fault_words(error.code, settings)
    return {"code": error.code, "message": said, "fields": dict.fromkeys(error.fields, said)}


def event_words() -> dict[str, str]:
    """Return what each event is called, by its name."""
    lang = language()
    return {name: VERBS[verb][lang] for verb, name in EVENTS.items()} | {TEST: _("试发")}


def state_words() -> dict[str, str]:
    """Return what the states of webhooks and deliveries are called."""
    return {
        "active": _("启用"),
        "paused": _("已暂停"),
        "waiting": _("等待发送"),
        "delivered": _("已送达"),
        "given_up": _("已放弃"),
    }
