// Code that comes with the batch, called at EL2 for each record with x0 = address of the record: code for system registers, which
// reads what to write from the record and stores what it reads into it.

    .equ RECORD_SHIFT, 10
    .equ RECORD, 1 << RECORD_SHIFT
    .equ CODE, 16                       // in the first record

    .include "common.S"

    .global _start
_start:
    mov x0, #0x33ff                     // CPTR_EL2: RES1 bits, so that vector registers don't trap
    msr cptr_el2, x0
    adr x0, fault
    msr vbar_el2, x0
    isb
    ldr x20, =BATCH
    ldr x21, [x20]
    add x22, x20, #CODE
    add x0, x20, #RECORD
1:  blr x22
    add x0, x0, #RECORD
    subs x21, x21, #1
    b.ne 1b
    b finish

    .balign 2048
fault:
    .rept 16
    .balign 128
    b fail
    .endr
