// Calls of a service at EL0.
    .include "call.inc"

    call_functions svc
