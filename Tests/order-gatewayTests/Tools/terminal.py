"""Runs a program on a terminal of its own, and presses Ctrl-C when its screen shows a text often enough.

    terminal.py ROWS COLUMNS TEXT TIMES PROGRAM [ARGUMENT…]

Prints what the terminal received, and ends with the program's exit code.
"""

import fcntl
import os
import pty
import struct
import sys
import termios


def main(rows, columns, text, times, program):
    child, terminal = pty.fork()
    if child == 0:
        os.execv(program[0], program)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))
    received = b""
    pressed = False
    while True:
        try:
            received += os.read(terminal, 65536)
        except OSError:  # The program has closed its side.
            break
        if not pressed and received.count(text.encode()) >= int(times):
            os.write(terminal, b"\x03")
            pressed = True
    _, status = os.waitpid(child, 0)
    sys.stdout.buffer.write(received)
    sys.stdout.flush()
    sys.exit(os.waitstatus_to_exitcode(status))


main(*sys.argv[1:5], sys.argv[5:])
