// One instruction at a time at EL2, on QEMU: for each record of the batch it loads all registers, runs the record's instruction, and
// stores all registers into the record.

    .equ RECORD_SHIFT, 10
    .equ RECORD, 1 << RECORD_SHIFT
    .equ INSTRUCTION, 0
    .equ PREFIX, 4
    .equ X, 8
    .equ SP, 0x100
    .equ NZCV, 0x108
    .equ TAKEN, 0x110
    .equ V, 0x200

    .include "common.S"

    .text
    .global _start
_start:
    mov x0, #0x33ff                     // CPTR_EL2: RES1 bits, so that vector registers don't trap
    msr cptr_el2, x0
    adr x0, fault
    msr vbar_el2, x0
    isb
    ldr x0, =BATCH
    ldr x1, [x0]
    add x0, x0, #RECORD

next:
    msr tpidr_el0, x0
    msr tpidrro_el0, x1
    adr x2, prefix
    ldr w3, [x0, #PREFIX]
    str w3, [x2]
    adr x3, slot
    ldr w4, [x0, #INSTRUCTION]
    str w4, [x3]
    dc cvau, x2
    dc cvau, x3
    dsb ish
    ic ivau, x2
    ic ivau, x3
    dsb ish
    mov x2, #1
    msr contextidr_el1, x2              // becomes 0 if the instruction branches
    isb
    clrex
    add x1, x0, #V
    .irp n, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
    ldr q\n, [x1, #\n * 16]
    .endr
    .irp n, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
    ldr q\n, [x1, #\n * 16]
    .endr
    ldr x1, [x0, #SP]
    mov sp, x1
    ldr x1, [x0, #NZCV]
    msr nzcv, x1
    .irp n, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29
    ldr x\n, [x0, #X + \n * 8]
    .endr
    .irp n, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
    ldr x\n, [x0, #X + \n * 8]
    .endr
    ldr x0, [x0, #X]
    b prefix

    .balign 64
    .global prefix
prefix:
    nop
    .global slot
slot:
    nop
    b save
    b taken
    nop
    .balign 8
    .global literals
literals:
    .quad 0x0123456789abcdef, 0xfedcba9876543210, 0x8000000000000000, 0x00000000ffffffff

taken:
    msr contextidr_el1, xzr
save:
    msr tpidr_el1, x0
    mrs x0, tpidr_el0
    .irp n, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29
    str x\n, [x0, #X + \n * 8]
    .endr
    .irp n, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
    str x\n, [x0, #X + \n * 8]
    .endr
    mrs x1, tpidr_el1
    str x1, [x0, #X]
    mov x1, sp
    str x1, [x0, #SP]
    mrs x1, nzcv
    str x1, [x0, #NZCV]
    mrs x1, contextidr_el1
    eor x1, x1, #1
    str x1, [x0, #TAKEN]
    add x1, x0, #V
    .irp n, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
    str q\n, [x1, #\n * 16]
    .endr
    .irp n, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
    str q\n, [x1, #\n * 16]
    .endr
    mrs x1, tpidrro_el0
    add x0, x0, #RECORD
    subs x1, x1, #1
    b.ne next

    b finish

    // The instruction took an exception; the record's number is lost.
    .balign 2048
fault:
    .rept 16
    .balign 128
    b fail
    .endr
