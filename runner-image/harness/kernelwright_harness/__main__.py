"""`python -m kernelwright_harness judge|build|describe|recognize|project-tests|doctor`: the programs that the orchestrator starts.

Each imports only what it needs: the judge needs torch, which takes seconds to import, and a build must not wait for that.
"""

import sys


def main(arguments: list[str]) -> int:
    match arguments:
        case ["judge", *rest]:
            from kernelwright_harness.judge.service import main as program
        case ["build", *rest]:
            from kernelwright_harness.build.service import main as program
        case ["describe", *rest]:
            from kernelwright_harness.describe.service import main as program
        case ["recognize", *rest]:
            from kernelwright_harness.recognize.service import main as program
        case ["project-tests", *rest]:
            from kernelwright_harness.project_package.service import main as program
        case ["doctor", *rest]:
            from kernelwright_harness.doctor import main as program
        case _:
            print("usage: python -m kernelwright_harness judge|build|describe|recognize|project-tests|doctor [--sandbox on|off] [--device auto|cuda|emulated]", file=sys.stderr)
            return 2
    return program(rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
