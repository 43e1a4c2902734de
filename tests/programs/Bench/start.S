// Entry at EL1, or at EL2 on a bare machine: then EL2 gets vectors that return at once, which is the least that any hypervisor does.

    .section .text.start, "ax"
    .globl _start
    .type _start, %function
_start:
    mrs  x9, currentel
    cmp  x9, #2 << 2
    b.ne 1f
    mov  x9, #1 << 31                   // HCR_EL2.RW
    msr  hcr_el2, x9
    adr  x9, return_vectors
    msr  vbar_el2, x9
    mov  x9, #3                         // CNTHCTL_EL2: counter and timer for EL1
    msr  cnthctl_el2, x9
    msr  cntvoff_el2, xzr
    mov  x9, #0x33ff                    // CPTR_EL2: RES1, no traps
    msr  cptr_el2, x9
    mov  x9, #15                        // ICC_SRE_EL2: Enable, DIB, DFB, SRE
    msr  icc_sre_el2, x9
    mrs  x9, mpidr_el1
    msr  vmpidr_el2, x9
    mov  x9, #0x0800                    // SCTLR_EL1: RES1, MMU and caches off
    movk x9, #0x30d0, lsl #16
    msr  sctlr_el1, x9
    mov  x9, #0x3c5                     // SPSR_EL2: EL1h, masked
    msr  spsr_el2, x9
    adr  x9, 1f
    msr  elr_el2, x9
    eret

1:  adr  x9, vectors
    msr  vbar_el1, x9
    isb
    adrp x9, stack_top
    add  x9, x9, :lo12:stack_top
    mov  sp, x9
    mov  x29, xzr
    mov  x30, xzr
    bl   bench_main
    // fall through
    .globl bench_off
    .type bench_off, %function
bench_off:
    mov  x0, #8                         // PSCI SYSTEM_OFF (DEN0022, 5.1.9), by SMC: on the bare machine QEMU answers that
    movk x0, #0x8400, lsl #16
    smc  #0
2:  wfi
    b    2b
    .size _start, . - _start

    .text
    .balign 2048
return_vectors:
    .rept 16
    eret
    .balign 128
    .endr

    .macro unexpected count
    .rept \count
    .balign 128
    mov  w0, #0
    b    redoubt_panic
    .endr
    .endm

    .balign 2048
vectors:
    unexpected 5
    // IRQ at EL1, the handler of every measurement: the time it was reached in x10, then x12 = 1. The timer is switched off.
    .balign 128
    mrs  x10, cntvct_el0
    mrs  x11, icc_iar1_el1
    msr  cntv_ctl_el0, xzr
    isb
    msr  icc_eoir1_el1, x11
    mov  x12, #1
    eret
    unexpected 10
