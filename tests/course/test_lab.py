"""JupyterLab starts as students see it."""

from __future__ import annotations

import json
import os

from chainrule.lab import FOR_INSTRUCTORS, lab_command, write_settings


def test_news_and_instructor_extensions_are_off(tmp_path):
    write_settings(tmp_path)
    overrides = json.loads((tmp_path / "labconfig" / "default_setting_overrides.json").read_text(encoding="utf-8"))
    page = json.loads((tmp_path / "labconfig" / "page_config.json").read_text(encoding="utf-8"))

    assert overrides["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    assert set(FOR_INSTRUCTORS) == set(page["disabledExtensions"])


def test_the_command_points_at_the_folder_and_the_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "elsewhere")
    command, env = lab_command(tmp_path / "desk", tmp_path / "lab", "--no-browser")

    assert f"--ServerApp.root_dir={tmp_path / 'desk'}" in command
    assert command[-1] == "--no-browser"
    assert env["JUPYTER_CONFIG_PATH"] == os.pathsep.join([str(tmp_path / "lab"), "elsewhere"])
