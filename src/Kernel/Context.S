// Parts of a vCPU's context that are switched only when another vCPU needs the registers. x0: address of its state; offsets as in
// VcpuState.cs, where the order of the system registers is that of src/Abi/Register.cs.

    .equ BASE, 0x200                    // the offsets below count from here
    .equ SYSTEM, 0
    .equ LISTS, 0x100
    .equ FLOAT, 0x140
    .equ WORLD, 0x150
    .equ VECTORS, 0x400

    .macro function name
    .global \name
    .balign 4
\name:
    .endm

    .macro switcher name
function \name
    add x0, x0, #BASE
    .endm

    .macro saves first, second, offset
    mrs x1, \first
    mrs x2, \second
    stp x1, x2, [x0, #\offset]
    .endm

    .macro loads first, second, offset
    ldp x1, x2, [x0, #\offset]
    msr \first, x1
    msr \second, x2
    .endm

    // The registers that act at EL0: every switch.
    .macro user move
    \move sp_el0, tpidr_el0, SYSTEM
    \move tpidrro_el0, sctlr_el1, SYSTEM+0x10
    .endm

    // The registers of EL1: when another guest takes the CPU.
    .macro el1 move
    \move sp_el1, elr_el1, SYSTEM+0x28
    \move spsr_el1, vbar_el1, SYSTEM+0x38
    \move esr_el1, far_el1, SYSTEM+0x48
    \move ttbr0_el1, ttbr1_el1, SYSTEM+0x58
    \move tcr_el1, mair_el1, SYSTEM+0x68
    \move amair_el1, contextidr_el1, SYSTEM+0x78
    \move cpacr_el1, tpidr_el1, SYSTEM+0x88
    \move par_el1, afsr0_el1, SYSTEM+0x98
    \move afsr1_el1, csselr_el1, SYSTEM+0xa8
    .endm

    .section .text.context, "ax"

switcher context_save_user
    user saves
    mrs x1, cntkctl_el1
    str x1, [x0, #SYSTEM+0x20]
    ret

switcher context_load_user
    user loads
    ldr x1, [x0, #SYSTEM+0x20]
    msr cntkctl_el1, x1
    ret

    // Where an abort happened: FAR_EL2 and HPFAR_EL2 to offsets 0x110 and 0x118.
function context_save_fault
    mrs x1, far_el2
    mrs x2, hpfar_el2
    stp x1, x2, [x0, #0x110]
    ret

switcher context_save_el1
    el1 saves
    ret

switcher context_load_el1
    el1 loads
    ret

    // Registers of FEAT_RAS and FEAT_SME that no trap keeps from a guest.
switcher context_save_ras
    mrs x1, s3_4_c12_c1_1               // VDISR_EL2
    str x1, [x0, #SYSTEM+0xc8]
    ret

switcher context_load_ras
    ldr x1, [x0, #SYSTEM+0xc8]
    msr s3_4_c12_c1_1, x1
    ret

switcher context_save_sme
    mrs x1, s3_3_c13_c0_5               // TPIDR2_EL0
    str x1, [x0, #SYSTEM+0xd0]
    ret

switcher context_load_sme
    ldr x1, [x0, #SYSTEM+0xd0]
    msr s3_3_c13_c0_5, x1
    ret

    // The virtual timer; saving also stops it.
switcher context_save_timer
    mrs x1, cntv_ctl_el0
    mrs x2, cntv_cval_el0
    stp x1, x2, [x0, #SYSTEM+0xb8]
    msr cntv_ctl_el0, xzr
    isb
    ret

switcher context_load_timer
    ldp x1, x2, [x0, #SYSTEM+0xb8]
    msr cntv_cval_el0, x2
    msr cntv_ctl_el0, x1
    isb
    ret

    // List registers, and the rest of the virtual CPU interface.
switcher context_save_lists
    saves ich_lr0_el2, ich_lr1_el2, LISTS
    saves ich_lr2_el2, ich_lr3_el2, LISTS+0x10
    ret

switcher context_load_lists
    loads ich_lr0_el2, ich_lr1_el2, LISTS
    loads ich_lr2_el2, ich_lr3_el2, LISTS+0x10
    ldr x1, [x0, #LISTS+0x38]
    msr ich_hcr_el2, x1
    ret

switcher context_save_interface
    saves ich_vmcr_el2, ich_ap0r0_el2, LISTS+0x20
    mrs x1, ich_ap1r0_el2
    str x1, [x0, #LISTS+0x30]
    msr ich_hcr_el2, xzr                // no maintenance interrupt for nobody
    ret

switcher context_load_interface
    loads ich_vmcr_el2, ich_ap0r0_el2, LISTS+0x20
    ldr x1, [x0, #LISTS+0x30]
    msr ich_ap1r0_el2, x1
    ret

    .arch_extension fp
    .arch_extension simd

    .macro vectors_each op
    add x1, x0, #VECTORS
    \op q0, q1, [x1]
    \op q2, q3, [x1, #0x20]
    \op q4, q5, [x1, #0x40]
    \op q6, q7, [x1, #0x60]
    \op q8, q9, [x1, #0x80]
    \op q10, q11, [x1, #0xa0]
    \op q12, q13, [x1, #0xc0]
    \op q14, q15, [x1, #0xe0]
    \op q16, q17, [x1, #0x100]
    \op q18, q19, [x1, #0x120]
    \op q20, q21, [x1, #0x140]
    \op q22, q23, [x1, #0x160]
    \op q24, q25, [x1, #0x180]
    \op q26, q27, [x1, #0x1a0]
    \op q28, q29, [x1, #0x1c0]
    \op q30, q31, [x1, #0x1e0]
    .endm

    // The SIMD and floating-point registers: the only SIMD instructions of the kernel. CPTR_EL2.TFP is lifted for their length.
    .section .text.simd, "ax"
switcher context_save_simd
    vectors_each stp
    saves fpcr, fpsr, FLOAT
    ret

switcher context_load_simd
    vectors_each ldp
    loads fpcr, fpsr, FLOAT
    ret

    // What confines the vCPU. The ERET that follows synchronises it.
    .section .text.context, "ax"
switcher context_load_world
    loads vttbr_el2, hcr_el2, WORLD
    loads cptr_el2, vmpidr_el2, WORLD+0x10
    ret

    // x0 CPTR_EL2
function context_set_cptr
    msr cptr_el2, x0
    isb
    ret
