namespace System;

public readonly struct Void;

public readonly struct Boolean;

public readonly struct Char;

// Named because ILC looks them up; freestanding code does not use floating point.
public readonly struct Single;

public readonly struct Double;
