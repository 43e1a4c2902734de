// The registers that the Sentinel holds. Their order is that of the names in Holdings.cs.

    .macro function name
    .globl \name
    .type \name, %function
    .balign 4
\name:
    .endm

    .macro each_register do
    .irp register, tpidr_el0, tpidrro_el0, sp_el0, tpidr_el1, contextidr_el1, mair_el1, amair_el1, far_el1, esr_el1, elr_el1, spsr_el1, afsr0_el1, afsr1_el1, ttbr0_el1, ttbr1_el1, tcr_el1, par_el1, csselr_el1, cntkctl_el1, icc_pmr_el1, icc_bpr0_el1, icc_bpr1_el1, icc_igrpen0_el1, icc_ctlr_el1, fpcr, fpsr
    \do \register
    .endr
    .endm

    .macro read_one register
    mrs  x1, \register
    str  x1, [x0], #8
    .endm

    .macro write_one register
    ldr  x1, [x0], #8
    msr  \register, x1
    .endm

    .text

// void hold_read(ulong values[]): all of them
function hold_read
    isb
    each_register read_one
    ret

// void hold_write(ulong values[])
function hold_write
    each_register write_one
    isb
    ret

// void hold_turn(kind, ulong in[31], ulong out[31]): fills x0 to x30, passes the time, and notes what they are then.
//   kind 0: counts x0 down to zero; 1: WFI; 2: a call with what x0 and up hold
function hold_turn
    stp  x29, x30, [sp, #-112]!
    stp  x19, x20, [sp, #16]
    stp  x21, x22, [sp, #32]
    stp  x23, x24, [sp, #48]
    stp  x25, x26, [sp, #64]
    stp  x27, x28, [sp, #80]
    stp  x2, x0, [sp, #96]
    mov  x30, x1
    cmp  x0, #1
    ldp  x0, x1, [x30]
    ldp  x2, x3, [x30, #0x10]
    ldp  x4, x5, [x30, #0x20]
    ldp  x6, x7, [x30, #0x30]
    ldp  x8, x9, [x30, #0x40]
    ldp  x10, x11, [x30, #0x50]
    ldp  x12, x13, [x30, #0x60]
    ldp  x14, x15, [x30, #0x70]
    ldp  x16, x17, [x30, #0x80]
    ldp  x18, x19, [x30, #0x90]
    ldp  x20, x21, [x30, #0xa0]
    ldp  x22, x23, [x30, #0xb0]
    ldp  x24, x25, [x30, #0xc0]
    ldp  x26, x27, [x30, #0xd0]
    ldp  x28, x29, [x30, #0xe0]
    ldr  x30, [x30, #0xf0]
    b.hi 3f
    b.eq 2f
1:  sub  x0, x0, #1
    cbnz x0, 1b
    b    4f
2:  wfi
    b    4f
3:  hvc  #0
4:  stp  x0, x1, [sp, #-16]!
    ldr  x0, [sp, #112]
    str  x30, [x0, #0xf0]
    mov  x30, x0
    ldp  x0, x1, [sp], #16
    stp  x0, x1, [x30]
    stp  x2, x3, [x30, #0x10]
    stp  x4, x5, [x30, #0x20]
    stp  x6, x7, [x30, #0x30]
    stp  x8, x9, [x30, #0x40]
    stp  x10, x11, [x30, #0x50]
    stp  x12, x13, [x30, #0x60]
    stp  x14, x15, [x30, #0x70]
    stp  x16, x17, [x30, #0x80]
    stp  x18, x19, [x30, #0x90]
    stp  x20, x21, [x30, #0xa0]
    stp  x22, x23, [x30, #0xb0]
    stp  x24, x25, [x30, #0xc0]
    stp  x26, x27, [x30, #0xd0]
    stp  x28, x29, [x30, #0xe0]
    ldp  x19, x20, [sp, #16]
    ldp  x21, x22, [sp, #32]
    ldp  x23, x24, [sp, #48]
    ldp  x25, x26, [sp, #64]
    ldp  x27, x28, [sp, #80]
    ldp  x29, x30, [sp], #112
    ret

// Code for probe_run, for registers that not every CPU has: x0 from and to TPIDR2_EL0 and DISR_EL1 (VDISR_EL2)
function hold_read_tpidr2
    mrs  x0, s3_3_c13_c0_5
    ret

function hold_write_tpidr2
    msr  s3_3_c13_c0_5, x0
    ret

function hold_read_disr
    mrs  x0, s3_0_c12_c1_1
    ret

function hold_write_disr
    msr  s3_0_c12_c1_1, x0
    ret

// Code for probe_run: a load from the address x0
function hold_touch
    ldr  x1, [x0]
    ret

// void* hold_memory(): memory with a pattern
function hold_memory
    adrp x0, memory
    add  x0, x0, :lo12:memory
    ret

    .bss
    .balign 4096
memory:
    .skip 0x40000
