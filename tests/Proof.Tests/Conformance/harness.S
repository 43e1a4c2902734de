// One instruction at a time, on QEMU: for each record of the batch it loads all registers, runs the record's instruction, and
// stores all registers into the record. The batch is loaded behind the program and written to the file `result` at the end.

    .equ BATCH, 0x50000000
    .equ RECORD, 0x400
    .equ INSTRUCTION, 0
    .equ PREFIX, 4
    .equ X, 8
    .equ SP, 0x100
    .equ NZCV, 0x108
    .equ TAKEN, 0x110
    .equ V, 0x200

    // Semihosting
    .equ OPEN, 1
    .equ WRITE, 5
    .equ EXIT, 0x18
    .equ APPLICATION_EXIT, 0x20026


    .text
    .global _start
_start:
    mov x0, #(3 << 20)
    msr cpacr_el1, x0
    adr x0, fault
    msr vbar_el1, x0
    isb
    msr daifclr, #15
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
    isb
    msr daifclr, #8
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
    msr daifset, #8
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
    mrs x1, daif
    and x1, x1, #(1 << 9)
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

    mov x0, #OPEN
    adr x1, open
    hlt #0xf000
    adr x1, write
    str x0, [x1]
    ldr x2, =BATCH
    str x2, [x1, #8]
    ldr x3, [x2]
    add x3, x3, #1
    lsl x3, x3, #10
    str x3, [x1, #16]
    mov x0, #WRITE
    hlt #0xf000
    mov x2, #0
    b leave

    // The instruction took an exception: exit status 1, the record's number is lost.
    .balign 2048
fault:
    .rept 16
    .balign 128
    mov x2, #1
    b leave
    .endr

leave:
    adr x1, exit
    str x2, [x1, #8]
    mov x0, #EXIT
    hlt #0xf000

    .balign 8
open:
    .quad name, 5, 6                    // binary write
write:
    .quad 0, 0, 0
exit:
    .quad APPLICATION_EXIT, 0
name:
    .asciz "result"
