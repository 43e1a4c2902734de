// TPIDR_EL0: what a service holds of its own beside general registers.
    .text

// void heart_set_thread(value)
    .globl heart_set_thread
    .type heart_set_thread, %function
heart_set_thread:
    msr  tpidr_el0, x0
    ret

// ulong heart_thread()
    .globl heart_thread
    .type heart_thread, %function
heart_thread:
    mrs  x0, tpidr_el0
    ret
