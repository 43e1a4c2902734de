// Down and up again: for each record it loads what confines a vCPU and all general registers, leaves EL2 by ERET, and stores what it finds
// when an exception has brought it back. SP_EL2 holds the address of the record meanwhile.

    .equ RECORD_SHIFT, 10
    .equ RECORD, 1 << RECORD_SHIFT

    // What the record brings; X + n * 8 are x0 to x30.
    .equ X, 0
    .equ SP_EL0, 0xf8
    .equ SP_EL1, 0x100
    .equ SPSR, 0x108
    .equ ELR, 0x110
    .equ HCR, 0x118
    .equ CPTR, 0x120
    .equ SCTLR, 0x128
    .equ VBAR, 0x130
    .equ INTERRUPT, 0x138
    .equ INSTRUCTION, 0x140

    // What it gets: the first five words and general registers as above.
    .equ AFTER, 0x200
    .equ ESR, AFTER + 0x118
    .equ FAR, AFTER + 0x120
    .equ HPFAR, AFTER + 0x128
    .equ VECTOR, AFTER + 0x130
    .equ LEVEL, AFTER + 0x138
    .equ MASKS, AFTER + 0x140
    .equ STACK, AFTER + 0x148

    // Stage 2 as the kernel has it (Boot.S): 4 KiB granule, from level 1, 39 bits; one block of 1 GiB is mapped
    .equ VTCR, (1 << 31) | (2 << 16) | (3 << 12) | (1 << 10) | (1 << 8) | (1 << 6) | 25
    .equ BLOCK, 0x40000000 | (1 << 10) | (3 << 8) | (3 << 6) | (0xf << 2) | 1

    // GICv3 of the virt machine: distributor, redistributor, its SGI frame
    .equ GICD, 0x08000000
    .equ GICR, 0x080a0000
    .equ GICD_CTLR_ARE_GROUP1, (1 << 4) | (1 << 1)
    .equ GICR_WAKER, 0x14
    .equ GICR_SGI, 0x10000
    .equ GICR_IGROUPR0, 0x80
    .equ GICR_ISENABLER0, 0x100

    .macro load register, offset
    ldr x1, [x0, #\offset]
    msr \register, x1
    .endm

    .macro keep register, offset
    mrs x1, \register
    str x1, [x20, #\offset]
    .endm

    .include "common.S"

    .global _start
_start:
    ldr x0, =GICD
    mov w1, #GICD_CTLR_ARE_GROUP1
    str w1, [x0]
    ldr x0, =GICR
    str wzr, [x0, #GICR_WAKER]
    add x0, x0, #GICR_SGI
    mov w1, #-1
    str w1, [x0, #GICR_IGROUPR0]
    mov w1, #1
    str w1, [x0, #GICR_ISENABLER0]
    mov x0, #7
    msr s3_4_c12_c9_5, x0               // ICC_SRE_EL2
    isb
    mov x0, #0xff
    msr s3_0_c4_c6_0, x0                // ICC_PMR_EL1
    mov x0, #1
    msr s3_0_c12_c12_7, x0              // ICC_IGRPEN1_EL1
    ldr x0, =VTCR
    msr vtcr_el2, x0
    adr x0, tables
    msr vttbr_el2, x0
    adr x0, lower
    msr vbar_el1, x0
    mov x0, #(3 << 20)                  // CPACR_EL1.FPEN: vector instructions are EL2's matter
    msr cpacr_el1, x0
    msr cnthctl_el2, xzr
    msr mdcr_el2, xzr
    tlbi alle1
    dsb sy
    isb
    ldr x20, =BATCH
    ldr x21, [x20]
    msr tpidr_el2, x21

    // x20: the record before
next:
    add x0, x20, #RECORD
    mov sp, x0
    adr x1, slot
    ldr w2, [x0, #INSTRUCTION]
    str w2, [x1]
    dc cvau, x1
    dsb ish
    ic ivau, x1
    dsb ish
    load hcr_el2, HCR
    load cptr_el2, CPTR
    load sctlr_el1, SCTLR
    load vbar_el2, VBAR
    load sp_el0, SP_EL0
    load sp_el1, SP_EL1
    load spsr_el2, SPSR
    load elr_el2, ELR
    isb
    ldr x1, [x0, #INTERRUPT]
    cbz x1, 1f
    mov x1, #1                          // SGI 0 to this CPU
    msr s3_0_c12_c11_5, x1              // ICC_SGI1R_EL1
    isb
1:  .irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
    ldr x\n, [x0, #X + \n * 8]
    .endr
    ldr x0, [x0, #X]
    eret

save:
    .irp n, 2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
    str x\n, [sp, #AFTER + X + \n * 8]
    .endr
    str x1, [sp, #VECTOR]
    mov x20, sp
    keep sp_el0, AFTER + SP_EL0
    keep sp_el1, AFTER + SP_EL1
    keep spsr_el2, AFTER + SPSR
    keep elr_el2, AFTER + ELR
    keep esr_el2, ESR
    keep far_el2, FAR
    keep hpfar_el2, HPFAR
    keep CurrentEL, LEVEL
    keep daif, MASKS
    keep spsel, STACK
    ldr x1, [x20, #INTERRUPT]
    cbz x1, 1f
    mrs x1, s3_0_c12_c12_0              // ICC_IAR1_EL1
    msr s3_0_c12_c12_1, x1              // ICC_EOIR1_EL1
    isb
1:  mrs x21, tpidr_el2
    subs x21, x21, #1
    msr tpidr_el2, x21
    b.ne next
    b finish

    .macro enter number
    .balign 128
    str x0, [sp, #AFTER + X]
    str x1, [sp, #AFTER + X + 8]
    mov x1, #\number
    b save
    .endm

    .macro vectors table
    .irp number, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
    enter \table+\number
    .endr
    .endm

    // Two tables, so that VBAR_EL2 makes a difference.
    .balign 2048
    .global vectors0
vectors0:
    vectors 0
    .balign 2048
    .global vectors1
vectors1:
    vectors 0x10

    // Exceptions that EL1 takes: those that were not meant to happen.
    .balign 2048
lower:
    .rept 16
    .balign 128
    hvc #0xffff
    .endr

    .balign 4096
    .global slot
slot:
    nop
    hvc #0xfffe

    .balign 4096
tables:
    .quad 0, BLOCK
    .zero 4096 - 16
