# SPDX-License-Identifier: Apache-2.0
# This source file is part of grantd.
# Copyright (c) 2026 the grantd authors
"""What a workbook is before it is opened: whole, of bounded size, and without what nobody should run."""

from __future__ import annotations

import pathlib
import struct
import zipfile
import zlib
from typing import IO

from grantd._cells import Words
from grantd.table._problems import TableError

# What a workbook may come to once it is inflated: a million rows of twenty columns take a third of it.
MOST_INFLATED = 4 * 1024**3
# Its texts are held in memory.
MOST_TEXTS = 512 * 1024**2
_MOST_MEMBERS = 10_000
# What stands before a member's name: the lengths of the name and of what follows it come last.
_LOCAL_HEAD = struct.Struct("<4s22xHH")
# What an archive ends with: which disk it is of which, its entries, the size and the place of its table of contents, and the
# length of a comment.
_END = struct.Struct("<4s4H2LH")
_BLOCK = 1 << 20
# What old workbooks begin with, and those with a password.
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def check(path: pathlib.Path) -> list[Words]:
    """Looks at a workbook's table of contents, and whether its parts inflate to what that says of them.

    Readers of workbooks believe it, or inflate without a bound: none of them is given a file of which it is not true.

    Returns:
        What is left out of it.

    Raises:
        TableError: Where it is not to be opened.
    """
    with path.open("rb") as file:
        head = file.read(8)
    if head == COMPOUND:
        raise TableError(
            Words(
                f"{path.name} 是旧版 .xls 或设有打开密码的工作簿；请去掉密码并另存为 .xlsx",
                f"{path.name} is an old .xls, or a workbook with a password; take the password off and save it as .xlsx",
            )
        )
    if not zipfile.is_zipfile(path):
        raise _no_archive(path, head)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_end(path, archive)
            is_strict = _is_strict(archive)
    # A damaged table of contents may say anything.
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise TableError(
            Words(
                f"{path.name} 不是完整的 .xlsx 文件（可能被截断）；请重新取得该文件",
                f"{path.name} is no whole .xlsx file, it may be cut: {error}",
            )
        ) from None
    inflated = sum(member.file_size for member in members)
    texts = sum(member.file_size for member in members if member.filename.endswith("sharedStrings.xml"))
    if inflated > MOST_INFLATED or texts > MOST_TEXTS or len(members) > _MOST_MEMBERS:
        size, packed = _size(inflated), _size(path.stat().st_size)
        raise TableError(
            Words(
                f"{path.name} 有 {packed}，解压后达 {size}，超过上限，未打开；大表请改用 .csv 或 .parquet",
                f"{path.name} of {packed} inflates to {size}, over the limit, and was not opened; use .csv or .parquet",
            )
        )
    with path.open("rb") as file:
        for member in members:
            if not _is_as_told(file, member):
                raise _untrue(path, member)
    if is_strict:
        raise TableError(
            Words(
                f"{path.name} 存为“Strict Open XML”格式；请另存为普通的“Excel 工作簿（.xlsx）”",
                f"{path.name} is saved as “Strict Open XML”; save it as an ordinary “Excel Workbook (.xlsx)”",
            )
        )
    names = [member.filename for member in members]
    if "xl/workbook.xml" not in names and "[Content_Types].xml" not in names:
        raise TableError(Words(f"{path.name} 不是 .xlsx 工作簿", f"{path.name} is no .xlsx workbook"))
    notices = []
    if any(name.endswith("vbaProject.bin") for name in names):
        notices.append(Words("工作簿含有宏：未运行，已忽略", "the workbook has macros: not run, ignored"))
    if any("/externalLinks/" in name for name in names):
        notices.append(
            Words(
                "工作簿链接了其他文件：未读取，只用单元格中保存的值",
                "the workbook links to other files: not read, the values saved in its cells are used",
            )
        )
    return notices


def _no_archive(path: pathlib.Path, head: bytes) -> TableError:
    """What a file is that is no archive."""
    if head[:2] == b"PK":
        return TableError(
            Words(
                f"{path.name} 不完整（可能被截断，没有下载或复制完）；请重新取得该文件",
                f"{path.name} is cut: its end is missing, it may not have been copied whole; get it again",
            )
        )
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    zh, en = ("网页（HTML 或 XML）", "a page of HTML or XML") if start == b"<" else ("其他格式", "something else")
    return TableError(
        Words(
            f"{path.name} 的内容是{zh}，不是 .xlsx 工作簿；请用表格软件打开，另存为“Excel 工作簿（.xlsx）”",
            f"{path.name} holds {en}, no .xlsx workbook; open it in a spreadsheet program and save it as .xlsx",
        )
    )


def _check_end(path: pathlib.Path, archive: zipfile.ZipFile) -> None:
    """Sees that every reader finds the same table of contents: where it is told amiss some look for another one before it.

    Raises:
        BadZipFile: Where it is told amiss.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _END.size - len(archive.comment)))
        end = file.read(_END.size)
    if len(end) == _END.size:
        mark, disk, first_disk, here, entries, _, place, comment = _END.unpack(end)
        # An archive whose numbers have no room here is over the limits.
        is_told = here == entries == len(archive.infolist()) and place == archive.start_dir
        if mark == b"PK\x05\x06" and not disk and not first_disk and is_told and comment == len(archive.comment):
            return
    raise zipfile.BadZipFile("its table of contents is told amiss")


def _is_as_told(file: IO[bytes], member: zipfile.ZipInfo) -> bool:
    """Whether a member inflates to what the table of contents says, and to no byte more; little of it is held meanwhile."""
    try:
        file.seek(member.header_offset)
    except (OSError, ValueError):
        # Beyond any file.
        return False
    head = file.read(_LOCAL_HEAD.size)
    if len(head) < _LOCAL_HEAD.size:
        return False
    _, name, more = _LOCAL_HEAD.unpack(head)
    file.seek(name + more, 1)
    if member.compress_type == zipfile.ZIP_STORED:
        return member.compress_size == member.file_size
    # No program packs workbooks in another way, and readers of them know no other.
    if member.compress_type != zipfile.ZIP_DEFLATED:
        return False
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    left, size = member.compress_size, 0
    while left > 0 and not inflater.eof:
        data = file.read(min(left, _BLOCK))
        if not data:
            return False
        left -= len(data)
        is_full = True
        while is_full or data:
            try:
                inflated = len(inflater.decompress(data, _BLOCK))
            except zlib.error:
                return False
            size += inflated
            if size > member.file_size:
                return False
            # What is left of the input, or of the output, is asked for again.
            data, is_full = inflater.unconsumed_tail, inflated == _BLOCK
    return inflater.eof and size == member.file_size


def _untrue(path: pathlib.Path, member: zipfile.ZipInfo) -> TableError:
    size = _size(member.file_size)
    return TableError(
        Words(
            f"{path.name} 中的 {member.filename} 解压后不是文件自述的 {size}，文件已损坏或被人为改造，未打开；请重新取得该文件",
            f"{path.name} is damaged or made to do harm, and was not opened: {member.filename} does not inflate to the {size} "
            "that it says; get it again",
        )
    )


def _is_strict(archive: zipfile.ZipFile) -> bool:
    """Whether a workbook is written in the strict form of the format, which few programs read."""
    if "xl/workbook.xml" not in archive.namelist():
        return False
    with archive.open("xl/workbook.xml") as file:
        return b"purl.oclc.org/ooxml" in file.read(4096)


def _size(count: int) -> str:
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count} B"
