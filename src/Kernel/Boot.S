// From the loader to C#: the state of EL2 that never changes again. The loader enters _start on the first CPU with the MMU off;
// firmware enters `secondary` on the others, with x0 = CPU number.

    .equ STACKS, 0x40462000             // Layout in State.cs: 4 KiB for each CPU
    .equ CONFIG, 0x404c0000
    .equ CONFIG_TABLES, 0x18
    .equ STATE, 0x40420000
    .equ STATE_END, 0x4046a000

    // MAIR_EL2: 0 normal write-back, 1 device-nGnRE
    .equ MAIR, 0x04ff
    // TCR_EL2: RES1, 40-bit PA, 4 KiB, inner shareable write-back walks, 39-bit VA
    .equ TCR, (1 << 31) | (1 << 23) | (2 << 16) | (3 << 12) | (1 << 10) | (1 << 8) | 25
    // VTCR_EL2: RES1, 40-bit PA, 4 KiB, inner shareable write-back walks, start at level 1, 39-bit IPA
    .equ VTCR, (1 << 31) | (2 << 16) | (3 << 12) | (1 << 10) | (1 << 8) | (1 << 6) | 25
    // SCTLR_EL2: RES1, WXN, I, SA, C, A, M
    .equ SCTLR, 0x30c50830 | (1 << 19) | (1 << 12) | (1 << 3) | (1 << 2) | (1 << 1) | 1
    // MDCR_EL2: TDCC, TTRF, TPMS, TDRA, TDOSA, TDA, TPM, TPMCR: debug, trace, profiling and performance counters trap
    .equ MDCR, (1 << 27) | (1 << 19) | (1 << 14) | (1 << 11) | (1 << 10) | (1 << 9) | (1 << 6) | (1 << 5)
    // ICC_SRE_EL2: SRE, DFB, DIB; not Enable, so that a guest's ICC_SRE_EL1 traps
    .equ SRE, 7

    .section .text.boot, "ax"
    .global _start
_start:
    // The state starts as zero, whatever the memory held.
    ldr x0, =STATE
    ldr x1, =STATE_END
1:  stp xzr, xzr, [x0], #16
    cmp x0, x1
    b.lo 1b
    mov x0, #0

    .global secondary
secondary:
    msr daifset, #15
    mov x19, x0
    ldr x1, =STACKS + 0x1000
    add x1, x1, x0, lsl #12
    msr spsel, #1
    mov sp, x1

    adr x1, vectors
    msr vbar_el2, x1
    mov x1, #MAIR
    msr mair_el2, x1
    ldr x1, =TCR
    msr tcr_el2, x1
    ldr x1, =CONFIG
    ldr x1, [x1, #CONFIG_TABLES]
    msr ttbr0_el2, x1
    ldr x1, =VTCR
    msr vtcr_el2, x1
    msr vttbr_el2, xzr
    ldr x1, =(1 << 31)                  // HCR_EL2.RW; each vCPU brings its own
    msr hcr_el2, x1
    dsb sy
    tlbi alle2
    tlbi alle1
    ic iallu
    dsb sy
    isb
    ldr x1, =SCTLR
    msr sctlr_el2, x1
    isb

    ldr x1, =MDCR
    mrs x2, pmcr_el0                    // MDCR_EL2.HPMN = PMCR_EL0.N: the reset value, all counters below it
    ubfx x2, x2, #11, #5
    orr x1, x1, x2
    msr mdcr_el2, x1
    msr cnthctl_el2, xzr                // no physical counter or timer for guests
    msr cntvoff_el2, xzr
    msr cntv_ctl_el0, xzr
    msr cnthp_ctl_el2, xzr
    msr hstr_el2, xzr
    msr mdscr_el1, xzr
    mrs x1, midr_el1
    msr vpidr_el2, x1
    mov x1, #SRE
    msr icc_sre_el2, x1
    isb
    mov x1, #0xff
    msr icc_pmr_el1, x1
    msr icc_bpr1_el1, xzr
    mov x1, #2                          // ICC_CTLR_EL1.EOImode: priority drop and deactivation apart
    msr icc_ctlr_el1, x1
    mov x1, #1
    msr icc_igrpen1_el1, x1
    isb

    mov x0, x19
    bl boot
    b choose

    // Identification registers op0=3, op1=0, CRn=0, CRm=1..7, op2=0..7 into 64 words at x0 (index CRm*8 + op2)
    .global boot_read_identification
boot_read_identification:
    .irp crm, 1, 2, 3, 4, 5, 6, 7
    .irp op2, 0, 1, 2, 3, 4, 5, 6, 7
    mrs x1, s3_0_c0_c\crm\()_\op2
    str x1, [x0, #(\crm * 8 + \op2) * 8]
    .endr
    .endr
    ret

    // Fine-grained traps (FEAT_FGT): zero traps what has a negative trap bit
    .global boot_clear_fine_traps
boot_clear_fine_traps:
    msr s3_4_c1_c1_4, xzr               // HFGRTR_EL2
    msr s3_4_c1_c1_5, xzr               // HFGWTR_EL2
    msr s3_4_c1_c1_6, xzr               // HFGITR_EL2
    msr s3_4_c3_c1_4, xzr               // HDFGRTR_EL2
    msr s3_4_c3_c1_5, xzr               // HDFGWTR_EL2
    ret

    // FEAT_HCX: every extension off
    .global boot_clear_extensions
boot_clear_extensions:
    msr s3_4_c1_c2_2, xzr               // HCRX_EL2
    ret

    // ICH_VTR_EL2: what the virtual CPU interface has
    .global boot_virtual_interface
boot_virtual_interface:
    mrs x0, ich_vtr_el2
    ret

    .global boot_secondary_entry
boot_secondary_entry:
    adr x0, secondary
    ret
