// Ways to end.
    .text

    .macro function name
    .globl \name
    .type \name, %function
\name:
    .endm

// void quit_pair(ulong address): loads two registers of a device at once, which no syndrome describes
    function quit_pair
    ldp  w1, w2, [x0]
    ret

// void quit_jump(ulong address)
    function quit_jump
    br   x0

// void quit_call(ulong function)
    function quit_call
    hvc  #0
    ret

// void quit_wait(): until an interrupt is pending
    function quit_wait
    wfi
    ret
