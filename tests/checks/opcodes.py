# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Holds the promise that library OS, drivers and applications contain no privileged instruction: disassembles every
executable section of linked images except hv's own (.hv.*) and fails on any opcode that only privileged code may use,
or that asks somebody privileged other than through hv's calls. --self-test: the scan does find each of them."""

import re
import subprocess
import sys
import tempfile

OBJDUMP = "llvm-objdump-19"
CLANG = "clang-19"

# Intel SDM volume 3, §5.9 and §26.1.2; AMD APM volume 3, chapter 4. Unprivileged and so allowed: rdtsc, rdtscp (the
# clock page is made for them), rdrand, rdseed, wrfsbase (thread-local storage), cpuid, xgetbv, ud2, int3.
FORBIDDEN = """
cli sti hlt lgdt lidt lldt ltr lmsw smsw clts sgdt sidt sldt str invd wbinvd wbnoinvd invlpg invlpga invlpgb tlbsync
invpcid rdmsr wrmsr rdpmc swapgs iret sysret sysexit syscall sysenter monitor mwait xsetbv xsaves xrstors rsm
vmcall vmmcall vmlaunch vmresume vmxoff vmxon vmptrld vmptrst vmclear vmread vmwrite vmfunc invept invvpid vmrun
vmload vmsave stgi clgi skinit wrgsbase rdgsbase encls enclv clui stui uiret senduipi pconfig hreset
in out ins outs
""".split()
# AT&T names carry operand sizes: inb, outsw, iretq, sysretq, lgdtq, strl.
OPCODE = re.compile(r"^(?:" + "|".join(FORBIDDEN) + r")[bwlq]?$")
PREFIX = re.compile(r"^(?:rep[nez]*|lock|data16|data32|addr32|rex64|[cdefgs]s) +(?=[a-z])")
CONTROL = re.compile(r"%(?:cr\d+|dr\d+)\b")
SEGMENT = re.compile(r", %(?:cs|ds|es|fs|gs|ss)$")
LINE = re.compile(r"^\s*([0-9a-f]+):\s+(\S.*)$")


def fault(opcode, operands):
    """Why this instruction may not stand in a guest; None if it may."""
    if OPCODE.match(opcode):
        return "privileged"
    if opcode == "int" or opcode == "into":
        return "software interrupt"
    if opcode.startswith("mov") and CONTROL.search(operands):
        return "control or debug register"
    if opcode.startswith("mov") and SEGMENT.search(operands):
        return "segment register"
    return None


def scan(path, skip_hv=True):
    """@return [faults], number of instructions seen, names of sections seen"""
    process = subprocess.Popen([OBJDUMP, "-d", "--no-show-raw-insn", "--no-print-imm-hex", path],
                               stdout=subprocess.PIPE, text=True)
    section, symbol, count, faults, sections = "", "", 0, [], []
    for line in process.stdout:
        if line.startswith("Disassembly of section "):
            section = line.split()[-1].rstrip(":")
            if not (skip_hv and section.startswith(".hv.")):
                sections.append(section)
            continue
        if skip_hv and section.startswith(".hv."):
            continue
        if line.endswith(">:\n"):
            symbol = line[line.index("<") + 1:-3]
            continue
        text = line.split("#")[0].rstrip().replace("\t", " ")
        match = LINE.match(text)
        if not match:
            if "<unknown>" in text:
                faults.append(f"{section} {symbol}: {text.strip()}: not an instruction")
            continue
        count += 1
        instruction = match[2]
        while PREFIX.match(instruction):
            instruction = PREFIX.sub("", instruction)
        opcode, _, operands = instruction.partition(" ")
        reason = fault(opcode, operands)
        if reason:
            faults.append(f"{section} {symbol}: {match[1]}: {opcode} {operands}: {reason}")
    if process.wait() != 0:
        sys.exit(f"{OBJDUMP} can't read {path}")
    return faults, count, sections


SAMPLES = """
cli;sti;hlt;inb %dx, %al;outl %eax, %dx;inb $0x60, %al;insb;outsw;rep insl;mov %cr3, %rax;mov %rax, %cr0;mov %rax, %dr7
mov %cr8, %rax;rdmsr;wrmsr;rdpmc;invlpg (%rax);invpcid (%rax), %rbx;lgdt (%rax);lidt (%rax);lldt %ax;ltr %ax;sgdt (%rax)
sidt (%rax);sldt %eax;str %eax;smsw %eax;lmsw %ax;clts;swapgs;iretq;iretl;sysretq;sysexitq;syscall;sysenter;wbinvd;invd
vmcall;vmmcall;vmlaunch;vmresume;vmread %rax, %rbx;vmwrite %rax, %rbx;vmrun;vmload;vmsave;stgi;clgi;invept (%rax), %rbx
monitor;mwait;xsetbv;wrgsbase %rax;int $0x80;mov %ax, %ds;mov %ax, %ss
""".replace("\n", ";").strip(";").split(";")
HARMLESS = """
nop;ret;rdtsc;rdtscp;rdrand %rax;wrfsbase %rax;rdfsbase %rax;ud2;int3;mov %fs:0, %rax;mov %rax, %fs:8;cpuid;pause
rep movsb;rep stosq;lock cmpxchg %rax, (%rbx);mfence;inc %rax;insertps $1, %xmm0, %xmm1;strict: nop;mov %eax, %ebx
""".replace("\n", ";").strip(";").split(";")


def assembled(instructions, scratch, section=".text"):
    source, target = f"{scratch}/sample.S", f"{scratch}/sample.o"
    with open(source, "w", encoding="ascii") as file:
        file.write(f".section {section},\"ax\",@progbits\n" + "\n".join(instructions) + "\n")
    subprocess.run([CLANG, "--target=x86_64-unknown-none-elf", "-c", source, "-o", target], check=True)
    return target


def self_test():
    with tempfile.TemporaryDirectory(prefix="wick-opcodes-") as scratch:
        missed = [sample for sample in SAMPLES if len(scan(assembled([sample], scratch))[0]) != 1]
        alarms = scan(assembled(HARMLESS, scratch))[0]
        behind_wall = scan(assembled(["hlt"], scratch, ".hv.text"))[0]
    for sample in missed:
        print(f"FAILED: planted, but not found: {sample}")
    for alarm in alarms + behind_wall:
        print(f"FAILED: a false alarm: {alarm}")
    print(f"{len(SAMPLES) - len(missed)} of {len(SAMPLES)} planted instructions found")
    return 1 if missed or alarms or behind_wall else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    bad = 0
    for path in sys.argv[1:]:
        faults, count, sections = scan(path)
        for sentence in faults[:50]:
            print(f"FAILED: {sentence}")
        print(f"{path}: {count} guest instructions in {' '.join(sections)}, {len(faults)} forbidden")
        if not count:
            print("FAILED: no guest code found")
        bad += len(faults) + (count == 0)
    return 1 if bad else 0


sys.exit(main())
