// Table walks by the hardware: for each record it loads the root, translates the address for reading and for writing, and, at stage 2, fetches an
// instruction from it at EL1.

    .equ RECORD_SHIFT, 6
    .equ RECORD, 1 << RECORD_SHIFT

    // In the first record: the stage; values of HCR_EL2, of VTCR_EL2 or TCR_EL2, of MAIR_EL2, of SCTLR_EL2
    .equ STAGE, 8
    .equ HCR, 16
    .equ CONTROL, 24
    .equ MAIR, 32
    .equ SCTLR, 40

    // In each: input address, root, where to put an instruction for the fetch or 0; and what came of it
    .equ ADDRESS, 0
    .equ ROOT, 8
    .equ OUTPUT, 16
    .equ FOR_READING, 24
    .equ FOR_WRITING, 32
    .equ SYNDROME, 40

    .equ HVC, 0xd4000002                // hvc #0
    .equ EL1H, 0x3c5
    .equ SCTLR_EL1, 0x30d00800          // RES1 bits; stage 1 off

    .include "common.S"

    .global _start
_start:
    adr x0, vectors
    msr vbar_el2, x0
    ldr x20, =BATCH
    ldr x21, [x20]
    add x22, x20, #RECORD
    ldr x23, [x20, #STAGE]
    ldr x0, [x20, #CONTROL]
    cmp x23, #1
    b.eq stage1

    msr vtcr_el2, x0
    ldr x0, [x20, #HCR]
    msr hcr_el2, x0
    ldr x0, =SCTLR_EL1
    msr sctlr_el1, x0
    mov x0, #EL1H
    msr spsr_el2, x0
2:  ldp x1, x2, [x22, #ADDRESS]
    msr vttbr_el2, x2
    tlbi alle1
    dsb sy
    isb
    at s12e1r, x1
    isb
    mrs x3, par_el1
    at s12e1w, x1
    isb
    mrs x4, par_el1
    stp x3, x4, [x22, #FOR_READING]
    ldr x3, [x22, #OUTPUT]
    cbz x3, 3f
    ldr w4, =HVC
    str w4, [x3]
    dc cvau, x3
    dsb sy
    ic iallu
    dsb sy
    msr elr_el2, x1
    isb
    eret
trapped:
    mrs x3, esr_el2
    str x3, [x22, #SYNDROME]
3:  add x22, x22, #RECORD
    subs x21, x21, #1
    b.ne 2b
    b finish

    // Every root maps this program to itself.
stage1:
    msr tcr_el2, x0
    ldr x0, [x20, #MAIR]
    msr mair_el2, x0
    ldr x0, [x22, #ROOT]
    msr ttbr0_el2, x0
    tlbi alle2
    dsb sy
    isb
    ldr x0, [x20, #SCTLR]
    msr sctlr_el2, x0
    isb
4:  ldp x1, x2, [x22, #ADDRESS]
    msr ttbr0_el2, x2
    tlbi alle2
    dsb sy
    isb
    at s1e2r, x1
    isb
    mrs x3, par_el1
    at s1e2w, x1
    isb
    mrs x4, par_el1
    stp x3, x4, [x22, #FOR_READING]
    add x22, x22, #RECORD
    subs x21, x21, #1
    b.ne 4b
    b finish

    .balign 2048
vectors:
    .rept 8
    .balign 128
    b fail
    .endr
    .balign 128
    b trapped
    .rept 7
    .balign 128
    b fail
    .endr
