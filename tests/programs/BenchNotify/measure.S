    .include "measure.inc"

    measure_functions svc
