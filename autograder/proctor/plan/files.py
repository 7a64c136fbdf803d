"""Whether code looks as if it read or changed files.

What you can do with this file:

- see whether code changes files: `writes_files`; whether it reads them: `reads_files`.

Pure, and decided from the text alone: by the words that are usual for it, whoever they belong to. Where a word means
something else, a test runs once more and its verdict is the same.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from proctor.plan.trees import parsed, root_of

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["reads_files", "writes_files"]

WRITING = frozenset(
    {
        *("write", "write_text", "write_bytes", "writelines", "writerow", "writerows", "dump", "tofile", "touch"),
        *("save", "savez", "savez_compressed", "savetxt", "savefig", "imsave", "imwrite", "savemat", "save_npz"),
        *(
            "unlink",
            "rmtree",
            "rmdir",
            "removedirs",
            "copy2",
            "copyfile",
            "copyfileobj",
            "copytree",
            "mkdir",
            "makedirs",
        ),
        *("symlink", "symlink_to", "hardlink_to", "Popen", "check_call", "check_output", "connect", "urlretrieve"),
        *("extractall", "truncate"),
        *("FileHandler", "basicConfig", "print_figure", "make_archive", "memmap", "open_memmap", "ZipFile"),
    }
)
READING = frozenset(
    {
        *("open", "read", "read_text", "read_bytes", "readline", "readlines", "load", "imread", "loadmat", "load_npz"),
        *("loadtxt", "genfromtxt", "fromfile", "memmap", "open_memmap", "fileinput", "ZipFile", "unpack_archive"),
        *("exists", "lexists", "isfile", "isdir", "is_file", "is_dir", "access", "stat", "lstat", "getsize"),
        *("getmtime", "listdir", "scandir", "glob", "iglob", "rglob", "iterdir", "samefile"),
        *("connect", "check_call", "check_output", "Popen", "import_module", "run_path"),
    }
)
# Words that mean so much else, such as `items.remove(3)`, are about files only as what one of these modules has.
OF_MODULES = {
    **dict.fromkeys(("os", "posix"), frozenset({"remove", "rename", "replace", "link", "system", "walk", "access"})),
    **dict.fromkeys(("shutil",), frozenset({"copy", "move"})),
    **dict.fromkeys(("subprocess", "sp"), frozenset({"run", "call", "getoutput", "getstatusoutput"})),
    **dict.fromkeys(("filecmp",), frozenset({"cmp"})),
}
# `to_csv`, `write_image`, `read_parquet`, `np.load_...`: what libraries call it. What becomes data is no file.
WRITES = re.compile(r"(to|write|save|dump|export)_\w+")
READS = re.compile(r"(read|load|scan)_\w+")
DATA = frozenset(
    {
        *("to_numpy", "to_list", "to_dict", "to_datetime", "to_numeric", "to_timedelta", "to_frame", "to_period"),
        *("to_records", "to_string", "to_series", "to_timestamp", "to_bytes", "to_array", "to_device", "to_host"),
        *("to_flat_index", "to_integral_value", "to_rgb", "to_rgba", "to_categorical", "to_xarray", "to_markdown"),
    }
)
CHANGING = re.compile(r"(?=.*[wax+])[rwaxbt+]{1,3}")
OPENING = frozenset({"open", "fdopen", "TextIOWrapper", "FileIO"})


def writes_files(texts: Iterable[str]) -> bool:
    """Whether some code looks as if it changed files."""
    return any(_runs_a_shell(text) or _opens_to_write(text) or _is_used(text, WRITING, WRITES) for text in texts)


def reads_files(texts: Iterable[str]) -> bool:
    """Whether some code looks as if it read files."""
    return any(_is_used(text, READING, READS) for text in texts)


def _runs_a_shell(text: str) -> bool:
    return any(line.lstrip().startswith(("!", "%%")) for line in text.splitlines())


def _opens_to_write(text: str) -> bool:
    """Whether something is opened in a mode that changes it: `open("a", "w")`, `path.open("a")`, `io.open(...)`."""
    for node in ast.walk(parsed(text)):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name not in OPENING:
            continue
        modes = [*node.args[:2], *(it.value for it in node.keywords if it.arg in ("mode", "flags"))]
        if isinstance(function, ast.Name) or any(it.arg == "flags" for it in node.keywords):
            modes = modes[1:] if node.args else modes  # the first argument is the file's name
        if any(_may_write(it) for it in modes):
            return True
    return False


def _may_write(mode: ast.AST) -> bool:
    """Whether it is a literal mode that changes; one that is computed is not known."""
    return isinstance(mode, ast.Constant) and isinstance(mode.value, str) and bool(CHANGING.fullmatch(mode.value))


def _moves_a_path(node: ast.Call) -> bool:
    """`path.rename("b")`, `path.replace("b")`; texts and tables have the same words with more to say."""
    moves = isinstance(node.func, ast.Attribute) and node.func.attr in ("rename", "replace")
    return moves and len(node.args) == 1 and not node.keywords


def _is_used(text: str, words: frozenset[str], like: re.Pattern[str]) -> bool:
    """Whether code names one of some words, or an attribute that looks like them."""
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.Name) and node.id in words:
            return True
        if isinstance(node, ast.ImportFrom):
            imported = {it.name for it in node.names}
            if imported & (words | OF_MODULES.get(node.module or "", frozenset())):
                return True
        if isinstance(node, ast.Attribute) and node.attr in OF_MODULES.get(root_of(node), ()):
            return True
        if isinstance(node, ast.Call) and _moves_a_path(node):
            return True
        if isinstance(node, ast.Attribute) and (
            node.attr in words or (node.attr not in DATA and like.fullmatch(node.attr))
        ):
            return True
    return False
