# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What the daemon and this package's channel say of a call, which they say in English, for those who read Chinese.

The daemon's words are made of grantctl's by ``scripts/generate_words.py``; the channel's own stand here.
"""

from __future__ import annotations

import functools
import json
import re
from importlib import resources
from typing import NamedTuple

from grantd._cells import Words

_CHINESE = re.compile(r"[\u3400-\u9fff]")
# What this package says of a call: start, end, and what is said of what stands between them.
_OWN = (
    ("no connection could be made: ", "", "无法连接：{}"),
    ("the connection ended before the answer came: ", "", "连接在答复之前中断：{}"),
    ("the connection ended before the answer came", "", "连接在答复之前中断"),
    ("the peer took the call and sent no answer", "", "对方收到请求而没有答复，连接已断开；请确认该地址是 grantd 服务"),
    ("no answer came in time", "", "服务未能在限定时间内答复；请用 --timeout 放宽时间后再试"),
    ("the call was cancelled", "", "请求已取消"),
    ("the channel was closed", "", "连接已关闭"),
    ("the reply has ", "", "答复超出大小限制（{}）"),
    ("the reply of ", "", "答复超出大小限制（{}）"),
    ("the request has ", "", "请求超出大小限制（{}）"),
    ("the application has ", "", "申请超出大小限制（{}）"),
    ("the daemon decides by policy ", "", "服务的规则在运行中更换（{}）；同一张表须按同一版规则计算，请加 --restart 重来"),
    ("the answer ", "", "服务的答复不合约定（{}）；服务与本程序的版本可能相差过大"),
    ("", " is no address; HOST:PORT is wanted, 127.0.0.1:7843 say", "{} 不是地址；请写作 主机:端口，如 127.0.0.1:7843"),
    ("", " is no address; an IPv6 host is written [::1]:7843", "{} 不是地址；IPv6 地址请写作 [::1]:7843"),
    ("", ": the file holds no token", "{} 中没有令牌"),
    ("", ": the token file is UTF-16; save it as UTF-8", "{} 是 UTF-16 编码；令牌文件请存为 UTF-8"),
    ("", ": a line is a token of visible ASCII, or NAME [ROLE,...]: TOKEN", "{}：每行是一个令牌，或 名称 [角色]: 令牌"),
    ("the daemon's schema does not hold together: ", "", "服务的数据定义有误：{}"),
)
# Why there is no connection.
_CAUSES = (
    ("no answer in time", "限定时间内没有应答"),
    ("no TLS handshake in time", "限定时间内没有完成 TLS 握手，对方可能不支持 TLS"),
    ("the daemon's certificate is refused", "不信任服务的证书"),
    ("the peer ended the TLS handshake", "对方中断了 TLS 握手，可能不支持 TLS"),
    ("the peer does not speak TLS", "对方不支持 TLS"),
    ("Connection refused", "对方拒绝连接，服务可能没有启动"),
    ("Connection reset by peer", "连接被对方重置"),
    ("Name or service not known", "找不到该主机名"),
    ("Temporary failure in name resolution", "暂时无法解析该主机名"),
    ("the host has no address", "该主机名没有地址"),
    ("Network is unreachable", "网络不通"),
    ("No route to host", "到该主机的网络不通"),
)


class _Table(NamedTuple):
    texts: dict[str, str]
    patterns: list[tuple[str, str, str]]


def words(message: str) -> Words:
    """A message of a call in both languages."""
    return Words(chinese(message), message)


def chinese(message: str) -> str:
    """A message of a call in Chinese.

    One that is not known here stands as it is behind a Chinese word; what is Chinese already stays.
    """
    if not message or _CHINESE.search(message):
        return message
    table = _table()
    text = table.texts.get(message)
    if text is not None:
        return text
    for start, end, template in (*_OWN, *table.patterns):
        if len(message) >= len(start) + len(end) and message.startswith(start) and message.endswith(end):
            return _filled(template, message[len(start) : len(message) - len(end)])
    return f"请求不合要求：{message}"


def _filled(template: str, rest: str) -> str:
    return template.replace("{range}", rest.replace(" to ", " 到 ")).replace("{sum}", _sum(rest)).replace("{}", _cause(rest))


def _sum(text: str) -> str:
    """``100001 fen (1000.01 yuan)`` as ``1,000.01元``; the fen only where there are some."""
    fen = text.partition(" ")[0]
    if not text.endswith(" yuan)") or not fen.isdecimal():
        return text
    yuan, rest = divmod(int(fen), 100)
    return f"{yuan:,}" + (f".{rest:02}" if rest else "") + "元"


def _cause(text: str) -> str:
    for cause, zh in _CAUSES:
        if cause in text:
            place = text.partition(": ")[0] if not text.startswith(cause) else ""
            return f"{place}：{zh}" if place and cause not in place else zh
    return text


@functools.cache
def _table() -> _Table:
    file = resources.files(__package__).joinpath("daemon_words.json")
    table = json.loads(file.read_text(encoding="utf-8"))
    return _Table(table["texts"], [tuple(pattern) for pattern in table["patterns"]])
