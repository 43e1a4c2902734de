// Device registers: x0 address, x1 value. Single instructions, so that a trapped access has a valid syndrome.

    .text

    .globl bench_read32
    .type bench_read32, %function
bench_read32:
    ldr  w0, [x0]
    ret
    .size bench_read32, . - bench_read32

    .globl bench_write32
    .type bench_write32, %function
bench_write32:
    str  w1, [x0]
    ret
    .size bench_write32, . - bench_write32
