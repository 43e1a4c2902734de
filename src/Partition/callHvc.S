// Calls of a bare partition at EL1.
    .include "call.inc"

    call_functions hvc
