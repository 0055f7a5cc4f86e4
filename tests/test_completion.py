#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What is made of the tables of options: help, man page and completions name every command and option, the man page and
the scripts are sound, and bash (zsh and fish where installed) completes what was typed.

usage: test_completion.py BREAKEVEN
"""
import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

BREAKEVEN = os.path.abspath(sys.argv.pop(1))
PATH = {**os.environ, "PATH": os.path.dirname(BREAKEVEN) + os.pathsep + os.environ["PATH"]}

# Without these a thing is not done at all, so there is no default to tell.
WITHOUT_DEFAULT = {"html", "markdown", "csv", "json", "image", "size", "plot", "out"}


def call(*arguments):
    return subprocess.run([BREAKEVEN, *arguments], capture_output=True, text=True, timeout=60, check=True).stdout


def commands():
    return re.findall(r"^  ([a-z]+) +\S", call("--help"), re.MULTILINE)


def options(command):
    """Name and text of each option, by the help."""
    rows = re.findall(r"^      --([a-z-]+)((?:.*)(?:\n {20,}.*)*)", call(command, "--help"), re.MULTILINE)
    return {name: " ".join(text.split()) for name, text in rows}


def examples(command):
    return re.findall(r"^  (breakeven .*)$", call(command, "--help").split("\nExamples:\n")[1], re.MULTILINE)


def manual_warnings(text):
    """What groff has against a page; None without groff."""
    if not shutil.which("groff"):
        return None
    return subprocess.run(["groff", "-man", "-ww", "-z", "-Tutf8"], input=text, capture_output=True, text=True, timeout=60,
                          check=False).stderr


class Tables(unittest.TestCase):
    def test_help_fits_a_terminal(self):
        for arguments in ([], ["--help"], *([command, "--help"] for command in commands())):
            for line in call(*arguments).splitlines():
                self.assertLessEqual(len(line), 80, f"{arguments}: {line}")

    def test_help(self):
        self.assertIn("run", commands())
        for command in commands():
            known = options(command)
            self.assertEqual(len(examples(command)), 2, command)
            for name, text in known.items():
                if "=" in text.split(" ")[0] and name not in WITHOUT_DEFAULT:
                    self.assertIn("default", text, f"{command} --{name}")
            for example in examples(command):
                words = shlex.split(example)
                self.assertEqual(words[:2], ["breakeven", command])
                for word in words:
                    if word.startswith("--"):
                        self.assertIn(word[2:].split("=")[0], known, example)

    def test_all_commands_and_options_are_named(self):
        marks = {"man": lambda name: r"\-\-" + name.replace("-", r"\-") + r"\fR", "bash": lambda name: f"--{name} ",
                 "zsh": lambda name: f"'--{name}", "fish": lambda name: f" -l {name} "}
        for kind, mark in marks.items():
            text = call("--generate", kind)
            for command in commands():
                part = self.part(kind, text, command)
                for name in options(command):
                    self.assertIn(mark(name), part, f"{kind}: {command} --{name}")
                self.assertNotIn(mark("nowhere"), part)

    def part(self, kind, text, command):
        if kind == "fish":
            return "\n".join(line for line in text.splitlines() if f"command_is {command}'" in line)
        begin = f'.SS "breakeven {command} ' if kind == "man" else f"\n    {command})\n"
        self.assertEqual(text.count(begin), 1, f"{kind}: {command}")
        return re.split(r"\n\.S[SH] |\n    [a-z]+\)\n", text[text.index(begin) + len(begin):])[0]

    def test_unknown_kind(self):
        result = subprocess.run([BREAKEVEN, "--generate", "tcsh"], capture_output=True, text=True, check=False)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("man, bash, zsh, fish", result.stderr)


class Manual(unittest.TestCase):
    def test_is_sound(self):
        if manual_warnings("") is None:
            self.skipTest("groff is not installed")
        self.assertEqual(manual_warnings(call("--generate", "man")), "")
        self.assertNotEqual(manual_warnings(call("--generate", "man") + ".nosuchmacro\n"), "")

    def test_reads_well(self):
        if not shutil.which("man"):
            self.skipTest("man is not installed")
        with tempfile.NamedTemporaryFile("w", suffix=".1") as file:
            file.write(call("--generate", "man"))
            file.flush()
            result = subprocess.run(["man", "--warnings", "-l", file.name], capture_output=True, text=True, check=False,
                                    env={**os.environ, "MANWIDTH": "100", "LC_ALL": "C.UTF-8", "MAN_KEEP_FORMATTING": ""})
        if result.returncode != 0 or "minimized" in result.stdout:
            self.skipTest("man shows no pages here: " + (result.stderr or result.stdout).strip()[:100])
        self.assertEqual(result.stderr, "")
        text = re.sub(r".\x08|\x1b\[[0-9;]*m", "", result.stdout)
        self.assertIn("breakeven apply 'gaussian_blur | auto_threshold' cells.tif mask.tif", " ".join(text.split()))
        self.assertIn("EXIT STATUS", text)


class Bash(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        with open(os.path.join(cls.folder.name, "completion"), "w", encoding="utf-8") as file:
            file.write(call("--generate", "bash"))
        for name in ("cells.tif", "two words.tif"):
            with open(os.path.join(cls.folder.name, name), "w", encoding="utf-8"):
                pass

    def complete(self, *words):
        """What is offered for the last word; = is a word of its own, as in bash."""
        script = 'set -u; . ./completion; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _breakeven; printf "%s\\n" "${COMPREPLY[@]}"'
        result = subprocess.run(["bash", "--norc", "-c", script, "bash", BREAKEVEN, *words], cwd=self.folder.name,
                                capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(result.stderr, "")
        return [line for line in result.stdout.splitlines() if line]

    def test_commands(self):
        self.assertEqual(self.complete("pro"), ["profile"])
        self.assertEqual(set(self.complete("")), {*commands(), "help", "--help", "--version"})
        self.assertEqual(self.complete("help", "chec"), ["check", "checklist"])
        self.assertEqual(self.complete("nowhere"), [])

    def test_options(self):
        self.assertEqual(self.complete("run", "--qui"), ["--quick"])
        self.assertEqual(set(self.complete("run", "")), {"--" + name for name in options("run")} | {"--help"})
        self.assertEqual(self.complete("memory", "--th"), ["--threads"])
        self.assertEqual(self.complete("checklist", "--th"), [])

    def test_values(self):
        self.assertEqual(self.complete("run", "--ops", "med"), ["median"])
        self.assertEqual(self.complete("run", "--ops", "median,fl"), ["median,flip"])
        self.assertEqual(self.complete("run", "--ops", "=", "med"), ["median"])
        self.assertEqual(self.complete("memory", "--type", "="), ["uint8", "uint16", "float32"])
        self.assertEqual(self.complete("run", "--seed", ""), [])
        self.assertEqual(self.complete("run", "--image", "ce"), ["cells.tif"])
        self.assertEqual(self.complete("apply", "gaussian_b"), ["gaussian_blur"])
        self.assertEqual(self.complete("apply", "'gaussian_b"), ["gaussian_blur"])
        self.assertEqual(self.complete("apply", "flip", "two"), ["two words.tif"])

    def test_devices(self):
        """Those of this machine, asked for at that moment."""
        listed = re.findall(r"^(\d+): ", call("devices"), re.MULTILINE)
        self.assertEqual(self.complete("run", "--device", ""), ["all", "gpu", "cpu", *listed])

    def test_in_an_interactive_shell(self):
        """Typed with tabs at a terminal, = and files with spaces included."""
        steps = [("breakeven pro\t", "profile "), ("breakeven run --ops=medi\t", "--ops=median"),
                 ("breakeven apply flip two\t", "two\\ words.tif ")]
        seen = typed_in(["bash", "--norc", "-i"], self.folder.name, ". ./completion\n", [keys for keys, _ in steps])
        for (keys, wanted), text in zip(steps, seen):
            self.assertIn(wanted, text, keys)
        self.assertNotIn("nowhere", "".join(seen))


def typed_in(shell, folder, first, lines):
    """What a shell at a terminal shows for each line of keys, which is then wiped by control-U."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe(shell[0], shell, {**PATH, "TERM": "dumb", "PS1": "> "})

    def read(seconds):
        text = b""
        while select.select([terminal], [], [], seconds)[0]:
            try:
                block = os.read(terminal, 4096)
            except OSError:
                break
            if not block:
                break
            text += block
        return text.decode(errors="replace")

    shown = []
    time.sleep(0.2)
    os.write(terminal, first.encode())
    read(0.7)
    for line in lines:
        os.write(terminal, line.encode())
        shown.append(read(0.7))
        os.write(terminal, b"\x15")
        read(0.2)
    os.write(terminal, b"exit\n")
    read(0.5)
    os.close(terminal)
    os.waitpid(pid, 0)
    return shown


class Syntax(unittest.TestCase):
    def look(self, shell, *arguments):
        if not shutil.which(shell):
            self.skipTest(f"{shell} is not installed")
        for planted in ("", "\nif (\n"):
            with tempfile.NamedTemporaryFile("w", suffix="." + shell) as file:
                file.write(call("--generate", shell) + planted)
                file.flush()
                result = subprocess.run([shell, *arguments, file.name], capture_output=True, text=True, check=False)
            self.assertEqual(result.returncode == 0 and not result.stderr, not planted, result.stderr)

    def test_bash(self):
        self.look("bash", "-n")

    def test_zsh(self):
        self.look("zsh", "-f", "-n")

    def test_fish(self):
        self.look("fish", "-n")

    def test_fish_completes(self):
        if not shutil.which("fish"):
            self.skipTest("fish is not installed")
        for line, wanted in (("breakeven pro", "profile"), ("breakeven run --ops median,fl", "median,flip"),
                             ("breakeven run --device ", "all"), ("breakeven memory --ty", "--type")):
            script = f"{BREAKEVEN} --generate fish | source; complete -C '{line}'"
            result = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True, text=True, env=PATH, check=False)
            self.assertIn(wanted, [offer.split("\t")[0] for offer in result.stdout.splitlines()], (line, result.stderr))


if __name__ == "__main__":
    unittest.main(verbosity=1)
