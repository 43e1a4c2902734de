// Exception vectors of EL2 (Arm ARM D1.3.1.5): save the vCPU, call the C# core, load the vCPU that it returns, ERET.
// TPIDR_EL2 holds the address of the current vCPU's state; offsets as in VcpuState.cs.

    .equ VCPU_PC, 0xf8
    .equ VCPU_ESR, 0x108

    .equ STACKS, 0x40462000             // as in Boot.S

    // Kinds of trap, as in Trap.cs.
    .equ TRAP_EXCEPTION, 0
    .equ TRAP_INTERRUPT, 1
    .equ TRAP_SERROR, 2

    .macro enter kind
    .balign 128
    stp x0, x1, [sp, #-16]!
    mov x1, #\kind
    b save
    .endm

    .macro unexpected
    .balign 128
    b redoubt_panic
    .endm

    .section .text.vectors, "ax"
    .balign 2048
    .global vectors
vectors:
    // From EL2 itself: a defect of the kernel.
    .rept 8
    unexpected
    .endr
    // From EL1 or EL0, of AArch32 too: EL1 is AArch64 (HCR_EL2.RW), and that is what counts.
    enter TRAP_EXCEPTION
    enter TRAP_INTERRUPT
    unexpected                          // FIQ: group 0 is never enabled
    enter TRAP_SERROR
    // From below an EL1 that is AArch32: never.
    .rept 4
    unexpected
    .endr

    .balign 128
save:
    mrs x0, tpidr_el2
    stp x2, x3, [x0, #0x10]
    stp x4, x5, [x0, #0x20]
    stp x6, x7, [x0, #0x30]
    stp x8, x9, [x0, #0x40]
    stp x10, x11, [x0, #0x50]
    stp x12, x13, [x0, #0x60]
    stp x14, x15, [x0, #0x70]
    stp x16, x17, [x0, #0x80]
    stp x18, x19, [x0, #0x90]
    stp x20, x21, [x0, #0xa0]
    stp x22, x23, [x0, #0xb0]
    stp x24, x25, [x0, #0xc0]
    stp x26, x27, [x0, #0xd0]
    stp x28, x29, [x0, #0xe0]
    str x30, [x0, #0xf0]
    ldp x2, x3, [sp], #16
    stp x2, x3, [x0]
    mrs x2, elr_el2
    mrs x3, spsr_el2
    stp x2, x3, [x0, #VCPU_PC]
    mrs x2, esr_el2
    str x2, [x0, #VCPU_ESR]
    bl trap

    // x0 is the CPU's number, nothing else is of use: the vCPU to run is chosen from memory alone. Here every trap and every interrupt comes by,
    // with an empty stack; the proof goes in two steps.
    .global choose
choose:
    bl schedule

    // x0 is the vCPU to run, or 0 if there is none.
    .global resume
resume:
    cbz x0, idle
    msr tpidr_el2, x0
    ldp x2, x3, [x0, #VCPU_PC]
    msr elr_el2, x2
    msr spsr_el2, x3
    ldp x2, x3, [x0, #0x10]
    ldp x4, x5, [x0, #0x20]
    ldp x6, x7, [x0, #0x30]
    ldp x8, x9, [x0, #0x40]
    ldp x10, x11, [x0, #0x50]
    ldp x12, x13, [x0, #0x60]
    ldp x14, x15, [x0, #0x70]
    ldp x16, x17, [x0, #0x80]
    ldp x18, x19, [x0, #0x90]
    ldp x20, x21, [x0, #0xa0]
    ldp x22, x23, [x0, #0xb0]
    ldp x24, x25, [x0, #0xc0]
    ldp x26, x27, [x0, #0xd0]
    ldp x28, x29, [x0, #0xe0]
    ldr x30, [x0, #0xf0]
    ldp x0, x1, [x0]
    eret
    dsb nsh                             // no speculation past ERET
    isb

    // Nothing is ready: sleep until an interrupt, which stays masked and is taken by the C# core.
idle:
    dsb sy
    wfi
    ldr x0, =STACKS
    mov x1, sp                          // the top of this CPU's stack, 4 KiB each
    sub x0, x1, x0
    lsr x0, x0, #12
    sub x0, x0, #1
    bl awake                            // CPU number
    b choose

    // A defect of the kernel, never reached (proved): this CPU stops.
    .global redoubt_panic
redoubt_panic:
    msr daifset, #15
1:  wfi
    b 1b
